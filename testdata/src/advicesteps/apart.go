package advicesteps

import (
	"bytes"
	"fmt"
	"log"
	"regexp"
	"strings"
)

// Node has a way to walk it.
type Node struct {
	children []*Node
	next     func() *Node
}

// Walk makes a way for each node.
//
//go:noinline
func Walk(nodes []*Node) {
	for _, node := range nodes {
		first := true
		node.next = func() *Node {
			if first {
				first = false
				return node
			}
			return nil
		}
	}
}

// Table is written in a format of its own.
type Table struct{ out bytes.Buffer }

// Name is a name with its place.
type Name struct {
	text string
	at   int
}

// Writef writes values in a format of its own.
//
//go:noinline
func (t *Table) Writef(format string, values ...any) {
	for _, value := range values {
		if name, ok := value.(Name); ok {
			t.out.WriteString(name.text)
		}
		seen = value
	}
	t.out.Reset()
}

var seen any

// Column has a name.
type Column struct{ name Name }

// Write writes the name of a column.
//
//go:noinline
func (c *Column) Write(to *Table) {
	to.Writef("%v", c.name)
}

// Logged passes a number to what passes it to fmt.
//
//go:noinline
func Logged(to *log.Logger, number int) {
	to.Print(number)
}

// Parts wants all parts.
//
//go:noinline
func Parts(text string) []string {
	parts := strings.Split(text, ",")
	for _, part := range parts {
		if part == "" {
			return nil
		}
	}
	return parts
}

// Last wants one of the parts.
//
//go:noinline
func Last(text string) string {
	parts := strings.Split(text, ",")
	return parts[len(parts)-1]
}

// Spread adds what is in each to one slice: how much that is together is not known.
//
//go:noinline
func Spread(nodes [][]int) []int {
	var all []int
	for _, node := range nodes {
		for _, one := range node {
			all = append(all, one)
		}
	}
	return all
}

// Kinds adds few of many.
//
//go:noinline
func Kinds(numbers []int) []int {
	known := [64]bool{}
	var all []int
	for _, number := range numbers {
		if number < 0 || number > 63 || known[number] {
			continue
		}
		known[number] = true
		all = append(all, number)
	}
	return all
}

// Joined adds all of each at once.
//
//go:noinline
func Joined(nodes [][]int) []int {
	var all []int
	for _, node := range nodes {
		all = append(all, node...)
	}
	return all
}

// Listed writes texts of any length.
//
//go:noinline
func Listed(texts []string) string {
	var out strings.Builder
	for i, text := range texts {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(text)
	}
	return out.String()
}

// Unescaped writes until a text ends.
//
//go:noinline
func Unescaped(text string) string {
	var out strings.Builder
	for at := 0; at < len(text); {
		if text[at] == '\\' {
			at++
		}
		out.WriteByte(text[at])
		at++
	}
	return out.String()
}

// To writes to what the caller has.
//
//go:noinline
func To(out *strings.Builder, text string) {
	for _, r := range text {
		out.WriteRune(r + 1)
	}
}

// Looked is compared by a map.
//
//go:noinline
func Looked(known map[string]int, text string) int {
	return known[strings.ToLower(text)]
}

// Told says what a number is.
//
//go:noinline
func Told(number int) string {
	return fmt.Sprint(number)
}

// Pair grows where it needs no heap, and is moved there when it is returned.
//
//go:noinline
func Pair(number int) []int {
	var pair []int
	for i := range 2 {
		pair = append(pair, number+i)
	}
	return pair
}

func rest(text string) string { return text[1:] }

// Rest puts what an inlined function returns into an interface.
//
//go:noinline
func Rest(text string) any {
	return rest(text)
}

// Rule keeps a pattern.
type Rule struct{ pattern *regexp.Regexp }

// Compiled makes a rule of a text.
//
//go:noinline
func Compiled(text string) (*Rule, error) {
	if r, e := regexp.Compile(text); e != nil {
		return nil, e
	} else {
		return &Rule{pattern: r}, nil
	}
}

// Machine has a stack of values.
type Machine struct {
	stack []any
	index int
}

//go:noinline
func (m *Machine) push(value any) {
	m.stack = append(m.stack[:0], value)
}

// List pushes a list.
//
//go:noinline
func (m *Machine) List(size int) {
	list := make([]any, size)
	for i := range list {
		list[i] = m
	}
	m.push(list)
}

// Index pushes a number, where other values come, too.
//
//go:noinline
func (m *Machine) Index() {
	m.push(m.index)
}

// Name pushes texts and more.
func (m *Machine) Name(name string) {
	m.push(name)
	m.push(true)
	m.push(nil)
}
