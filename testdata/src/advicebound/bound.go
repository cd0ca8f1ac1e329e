// Package advicebound allocates what only looks as if it could be otherwise.
package advicebound

import (
	"fmt"
	"io"
)

// Rule reports what it finds by a function that it may keep.
type Rule struct {
	Name  string
	Check func(report func(text string))
}

// Visitor is given a function for each.
type Visitor interface {
	Visit(each func(number int))
}

// Checked has each rule report under its name: the type of the rules' functions is theirs.
//
//go:noinline
func Checked(rules []Rule) []string {
	all := make([]string, 0, len(rules))
	for _, rule := range rules {
		rule.Check(func(text string) {
			all = append(all, rule.Name, text)
		})
	}
	return all
}

// Visited has visitors that an interface hides add up.
//
//go:noinline
func Visited(visitors []Visitor) int {
	sum := 0
	for i, visitor := range visitors {
		weight := i + 1
		visitor.Visit(func(number int) {
			sum += weight * number
		})
	}
	return sum
}

// Walked calls a function variable.
//
//go:noinline
func Walked(walk func(each func(number int)), numbers []int) int {
	sum := 0
	for _, number := range numbers {
		walk(func(other int) {
			sum += number * other
		})
	}
	return sum
}

// Quoted writes bytes in quotes: strconv takes strings.
//
//go:noinline
func Quoted(to io.Writer, data []byte) {
	_, _ = fmt.Fprintf(to, "%q", data)
}

// Listed writes a slice.
//
//go:noinline
func Listed(to io.Writer, numbers []int) {
	_, _ = fmt.Fprintf(to, "%v", numbers)
}

// Point has no text of its own.
type Point struct{ X, Y, Z int }

// Placed writes a struct.
//
//go:noinline
func Placed(to io.Writer, point Point) {
	_, _ = fmt.Fprintf(to, "%v", point)
}

// Part has the numbers of one part of many.
//
//go:noinline
func Part(numbers []uint32, mask, part uint32) []uint32 {
	var all []uint32
	for _, number := range numbers {
		if number&mask == part {
			all = append(all, number)
		}
	}
	return all
}

// Odd has those that two does not divide.
//
//go:noinline
func Odd(numbers []uint32) []uint32 {
	var all []uint32
	for _, number := range numbers {
		if number%2 == 0 {
			continue
		}
		all = append(all, number)
	}
	return all
}

var numbersOf, squares = tables()

// tables are made once, but by a benchmark.
func tables() ([]int, map[int]int) {
	return made(80), squared(80)
}

//go:noinline
func made(count int) []int {
	var all []int
	for i := 0; i < count; i++ {
		all = append(all, i)
	}
	return all
}

//go:noinline
func squared(count int) map[int]int {
	all := map[int]int{}
	for i := 0; i < count; i++ {
		all[i*i] = i
	}
	return all
}
