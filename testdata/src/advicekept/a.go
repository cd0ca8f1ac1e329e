// Package advicekept makes what looks as if a value would do, or a capacity, or no interface, where callers keep it.
package advicekept

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

var errEmpty = errors.New("empty")

// Rule is kept in slices of pointers.
type Rule struct {
	Name, Op string
	Weight   int
}

// Rules keeps what Parse returns.
func Rules(names []string) ([]*Rule, error) {
	rules := make([]*Rule, len(names))
	for i, name := range names {
		rule, err := Parse(name)
		if err != nil {
			return nil, err
		}
		rules[i] = rule
	}
	return rules, nil
}

// Parse returns what its caller puts into a slice.
//
//go:noinline
func Parse(name string) (*Rule, error) {
	if name == "" {
		return nil, errEmpty
	}
	return &Rule{Name: name, Op: name[:1], Weight: len(name)}, nil
}

// Leaf is kept in a field.
type Leaf struct {
	Text string
	Size int
}

// Branch has one leaf.
type Branch struct {
	Left, Right *Leaf
}

// Fill keeps what NewLeaf returns.
func (b *Branch) Fill(text string) {
	b.Left = NewLeaf(text)
	b.Right = NewLeaf(text)
}

// NewLeaf returns what its caller puts into a field.
//
//go:noinline
func NewLeaf(text string) *Leaf {
	leaf := Leaf{Text: text}
	for range text {
		leaf.Size++
	}
	return &leaf
}

// Unique appends to the slice of its caller what is not in it: how many come is not known.
//
//go:noinline
func Unique(target, more []int, seen map[int]bool) []int {
	for _, n := range more {
		if !seen[n] {
			seen[n] = true
			target = append(target, n)
		}
	}
	return target
}

// Odd appends to the slice of its caller in a function literal.
//
//go:noinline
func Odd(target, more []int, each func([]int, func(int))) []int {
	each(more, func(n int) {
		if n%2 != 0 {
			target = append(target, n)
		}
	})
	return target
}

// Version is written by its address.
type Version struct{ Major, Minor int }

// String has a buffer that is passed on as a writer, which needs no box.
func (v Version) String() string {
	var buffer bytes.Buffer
	fmt.Fprintf(&buffer, "%d.%d", v.Major, v.Minor)
	return buffer.String()
}

// Count counts what is written.
type Count struct{ bytes, writes int }

func (c *Count) Write(p []byte) (int, error) {
	c.bytes += len(p)
	c.writes++
	return len(p), nil
}

// Length passes the address of what it makes on as a writer, which needs no box.
func Length(text string, write func(io.Writer, string)) int {
	count := &Count{}
	write(count, text)
	return count.bytes
}

// Lexer has the word that it is at.
type Lexer struct{ Word string }

// Next keeps the string that it makes.
//
//go:noinline
func (l *Lexer) Next(text []byte) {
	l.Word = string(text)
}

// Shape is what makers make.
type Shape interface{ Area() int }

// Square is a shape.
type Square struct{ sides [4]int }

// Area is that of a square.
func (s *Square) Area() int { return s.sides[0] * s.sides[1] }

// Makers has function literals that are made once, and make something often.
var Makers = map[string]func() Shape{
	"square": func() Shape { return new(Square) },
}
