// Package adviceheld has what could be otherwise only elsewhere: in other packages, in their types, or not at all.
package adviceheld

import (
	"encoding/csv"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
)

// Rules are users', and take any value.
var Rules = map[string]func(value any) bool{}

// Holds asks rules of users.
//
//go:noinline
func Holds(name string, value int) bool {
	rule := Rules[name]
	return rule(value)
}

// Store is another's.
type Store interface{ Put(name string, value any) }

// Keep puts a number into a store, which takes any value.
//
//go:noinline
func Keep(store Store, name string, value int) {
	store.Put(name, value)
}

// Field is one of several, of different types.
//
//go:noinline
func Field(to io.Writer, at int, name string) {
	var value any
	switch at {
	case 0:
		value = name
	case 1:
		value = at
	}
	fmt.Fprintln(to, value)
}

// Vowels asks for the runes of bytes.
//
//go:noinline
func Vowels(text []byte) int {
	vowels := 0
	for _, c := range string(text) {
		if c == 'a' || c == 'e' {
			vowels++
		}
		if vowels > 1000 {
			text[0] = ' '
		}
	}
	return vowels
}

// Product is a part of a text, and so a string.
//
//go:noinline
func Product(text []byte) (name, version string) {
	parts := strings.SplitN(string(text), "/", 2)
	if len(parts) == 2 {
		return parts[0], parts[1]
	}
	return parts[0], ""
}

var known = map[string]int{}

//go:noinline
func number(name string) int {
	if at, ok := known[name]; ok {
		return at
	}
	known[name] = len(known)
	return known[name]
}

// Number asks a function of this package, which keeps names.
//
//go:noinline
func Number(name []byte) int {
	return number(string(name))
}

// Random has a source that is its caller's, which several goroutines may ask.
//
//go:noinline
func Random(from io.Reader) (byte, error) {
	var bytes [32]byte
	_, err := io.ReadFull(from, bytes[:])
	return bytes[0] ^ bytes[31], err
}

// Options are set by functions of users.
type Options struct{ depth, width int }

// Option sets some.
type Option interface{ Apply(to *Options) }

// Tracer is used by several goroutines at once.
type Tracer struct{ options []Option }

// Start has options of each call.
//
//go:noinline
func (t *Tracer) Start(more Option) int {
	var options Options
	for _, one := range t.options {
		one.Apply(&options)
	}
	more.Apply(&options)
	return options.depth + options.width
}

// Fields are of one line, for which there is no Reset.
//
//go:noinline
func Fields(line string) int {
	reader := csv.NewReader(strings.NewReader(line))
	fields, err := reader.Read()
	if err != nil {
		return 0
	}
	return len(fields)
}

// Named asks another for what is called so, in a string.
//
//go:noinline
func Named(at int) int {
	name := fmt.Sprintf("number %d", 1000+at%7)
	return number(name)
}

// Loaded is made once for each of a few.
//
//go:noinline
func Loaded(size int) int {
	table := make([]byte, size)
	for at := range table {
		table[at] = byte(at)
	}
	return int(table[size/2])
}

// Few are those of many that are left.
//
//go:noinline
func Few(numbers []int) []int {
	var few []int
	for _, number := range numbers {
		if number%2 == 0 {
			continue
		}
		if number%3 == 0 {
			continue
		}
		few = append(few, number)
	}
	return few
}

// Indents are patterns that are kept, each of its own text.
type Indents struct{ all []*regexp.Regexp }

func (i *Indents) push(one *regexp.Regexp) { i.all = append(i.all[:0], one) }

// Indent keeps a pattern.
//
//go:noinline
func (i *Indents) Indent(text string) {
	i.push(regexp.MustCompile(text))
}

// Tag has functions for what it shows.
type Tag struct{ shows [4]func() string }

// Show gives each part of a tag its function.
//
//go:noinline
func (t *Tag) Show(parts []string) {
	for at, part := range parts {
		t.shows[at%len(t.shows)] = func() string { return part }
	}
}

// ErrMissing says what is not there.
//
//go:noinline
func ErrMissing(name string, at int) string {
	return fmt.Sprintf("%s is missing, which is number %d", name, at)
}

// Each starts a goroutine for each part.
//
//go:noinline
func Each(parts []string, sum func(part string)) {
	var all sync.WaitGroup
	all.Add(len(parts))
	for _, part := range parts {
		go func() {
			defer all.Done()
			sum(part)
		}()
	}
	all.Wait()
}

// Entry is a part of a text.
type Entry struct{ name, value string }

// Find returns what callers want.
func Find(text string) *Entry { return entry(text) }

//go:noinline
func entry(text string) *Entry {
	name, value, _ := strings.Cut(text, "=")
	return &Entry{name: name, value: value}
}

// Padded is a text with what is behind it, put together at once.
//
//go:noinline
func Padded(text string, width int) int {
	text = text + strings.Repeat(" ", width)
	if kept = text; width > len(text) {
		return 0
	}
	return len(text)
}

var kept string
