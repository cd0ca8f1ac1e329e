package adviceheld

import (
	"fmt"
	"io"
)

// Log takes any value.
type Log struct{ sum int }

//go:noinline
func (l *Log) add(values ...any) {
	for _, value := range values {
		if number, ok := value.(int); ok {
			l.sum += number
		}
		if seen = value; seen == nil {
			return
		}
	}
}

var seen any

// Count adds numbers to a log of this package, which could take numbers.
//
//go:noinline
func Count(log *Log, number int) {
	log.add(number)
}

// Title writes a text as bytes.
//
//go:noinline
func Title(to io.Writer, text string) {
	_, _ = to.Write([]byte(text))
}

// Line writes numbers with fmt.
//
//go:noinline
func Line(to io.Writer, number int) {
	_, _ = fmt.Fprintf(to, "%d", number)
}

// Triples adds three for each of many to one slice.
//
//go:noinline
func Triples(numbers []int) []int {
	var all []int
	for _, number := range numbers {
		all = append(all, number)
		all = append(all, -number)
		all = append(all, 2*number)
	}
	return all
}
