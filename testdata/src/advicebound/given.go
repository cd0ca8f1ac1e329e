package advicebound

import (
	"fmt"
	"io"
	"sort"
)

// Each calls a function of this package for each: it could take what the function has.
//
//go:noinline
func Each(numbers []int) int {
	for _, number := range numbers {
		later(func(other int) {
			total += number * other
		})
	}
	return total
}

var (
	total int
	all   []func(int)
)

//go:noinline
func later(each func(int)) {
	all = append(all[:0], each)
}

// Upper counts large letters.
//
//go:noinline
func Upper(text []byte) int {
	count := 0
	for _, c := range string(text) {
		if 'A' <= c && c <= 'Z' {
			count++
		}
	}
	return count
}

// Sorted sorts by methods.
//
//go:noinline
func Sorted(numbers []int) {
	sort.Sort(byNumber(numbers))
}

type byNumber []int

func (all byNumber) Len() int           { return len(all) }
func (all byNumber) Less(i, j int) bool { return all[i] < all[j] }
func (all byNumber) Swap(i, j int)      { all[i], all[j] = all[j], all[i] }

// Written writes bytes as they are with fmt.
//
//go:noinline
func Written(to io.Writer, data []byte) {
	_, _ = fmt.Fprintf(to, "%s", data)
}

// Positive has those above zero.
//
//go:noinline
func Positive(numbers []int) []int {
	var all []int
	for _, number := range numbers {
		if number > 0 {
			all = append(all, number)
		}
	}
	return all
}
