// Package advicemade makes for pools, for callers and for those that keep it: what looks as if it could be saved.
package advicemade

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"unsafe"

	. "example.com/advicemade/ast"
)

// Pages has buffers made when it is empty.
var Pages = sync.Pool{New: func() any {
	page := make([]byte, 1500)
	return &page
}}

// Point is small, and made for a pool.
type Point struct{ X, Y int }

// Points has values made when it is empty.
var Points = sync.Pool{New: func() any { return &Point{X: 1} }}

// Pool is of one type.
type Pool[T any] struct{ pool sync.Pool }

// NewPool has each made by a function.
func NewPool[T any](one func() T) *Pool[T] {
	return &Pool[T]{pool: sync.Pool{New: func() any { return one() }}}
}

// Get takes one.
func (p *Pool[T]) Get() T { return p.pool.Get().(T) }

// Buffer is of a generic pool.
type Buffer struct{ bytes []byte }

// Buffers makes buffers of a generic pool.
var Buffers = NewPool(func() *Buffer {
	return &Buffer{bytes: make([]byte, 0, 1500)}
})

// ID returns a string that callers ask for, also one that throws it away.
type ID [8]byte

// String is small enough to be inlined.
func (id ID) String() string {
	var text [40]byte
	hex(text[:], id)
	return string(text[:])
}

//go:noinline
func hex(to []byte, id ID) {
	for i := range to {
		to[i] = '0' + id[i%8]%10
	}
}

// Field has any value.
type Field struct {
	Key   string
	Value fmt.Stringer
}

// Numbers is written when it is asked for.
type Numbers []int

func (n Numbers) String() string { return "numbers" }

// Many puts a slice into a field, where it has to be an interface.
func Many(key string, numbers []int) Field { return Any(key, Numbers(numbers)) }

// Any makes a field.
func Any(key string, value fmt.Stringer) Field { return Field{Key: key, Value: value} }

// Colored returns what it formats.
//
//go:noinline
func Colored(text string, color int) string {
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", color, text)
}

// Named keeps what it formats.
type Named struct{ name string }

// Rename keeps what it formats in a field.
//
//go:noinline
func (n *Named) Rename(at int) {
	n.name = fmt.Sprintf("the one of the many with the number %d", at)
}

// Labels appends what it formats.
//
//go:noinline
func Labels(labels []string, n int) []string {
	labels = append(labels, fmt.Sprint("a label with a number of its own ", n))
	return labels
}

// Routes has a key of two strings.
type Routes map[string]int

// Add puts two strings together at once.
//
//go:noinline
func (r Routes) Add(method, path string) {
	r[method+path] = len(path)
}

// Joined returns two strings as one.
//
//go:noinline
func Joined(method, path string) string {
	joined := method + " " + path
	return joined
}

// Text returns the bytes that it reads as a string that shares them.
//
//go:noinline
func Text(r io.Reader, n int) (string, error) {
	text := make([]byte, n+2)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", err
	}
	return unsafe.String(&text[0], n), nil
}

// Message has bytes of its own.
type Message struct{ body []byte }

// Read keeps what it reads.
//
//go:noinline
func (m *Message) Read(r io.Reader, n int) error {
	buf := make([]byte, n)
	_, err := io.ReadFull(r, buf)
	m.body = buf[:n-1]
	return err
}

// Send sends what it reads.
//
//go:noinline
func Send(r io.Reader, n int, to chan<- []byte) {
	buf := make([]byte, n)
	_, _ = io.ReadFull(r, buf)
	to <- buf
}

// Find asks a map by reflection, which takes any value.
//
//go:noinline
func Find(all reflect.Value, name string) bool {
	key := reflect.ValueOf(name)
	return all.MapIndex(key).IsValid()
}

type key struct{}

// With keeps a number in a context.
//
//go:noinline
func With(ctx context.Context, n int) int {
	return depth(context.WithValue(ctx, key{}, n))
}

//go:noinline
func depth(ctx context.Context) int {
	n, _ := ctx.Value(key{}).(int)
	return n
}

// Routers keeps handlers.
type Routers struct{ handlers []func(string) int }

// Handle wraps a handler in one that is kept.
//
//go:noinline
func (r *Routers) Handle(handler func(string) int, more int) {
	r.add(func(text string) int { return handler(text) + more })
}

//go:noinline
func (r *Routers) add(handler func(string) int) {
	r.handlers = append(r.handlers[:0], handler)
}

// Wrapped returns a function.
func Wrapped(handler func(string) int) func(string) int {
	return func(text string) int { return handler(strings.TrimSpace(text)) }
}

// Book is read once, and used as long as the program runs.
type Book struct{ pages [][]byte }

// Load makes the pages.
//
//go:noinline
func Load(n int) *Book {
	book := &Book{}
	for range n {
		book.pages = append(book.pages, make([]byte, 64<<10))
	}
	return book
}

// Header keeps parts of one string.
type Header map[string]string

// Decode makes one string of which the parts are kept.
//
//go:noinline
func Decode(data []byte) Header {
	text := string(data)
	return fields(text)
}

//go:noinline
func fields(text string) Header {
	header := Header{}
	key, value, _ := strings.Cut(text, "xx")
	header[key] = value
	return header
}

// ParseType returns what it puts into others itself.
func ParseType(text string) *Type {
	var typ Type
	typ.Name = text[:1]
	if len(text) > 1 {
		typ.Elem = ParseType(text[1:])
	}
	return &typ
}

// Value returns what it formats, from a variable.
//
//go:noinline
func Value(n int) string {
	value := ""
	if n >= 0 {
		value = fmt.Sprintf("the value that is the result of all: %d", n)
	}
	return value
}
