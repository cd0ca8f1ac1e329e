package adviceopen

import (
	"encoding"
	"encoding/xml"
	"fmt"
	"io"
)

// Missing is for the case that something is wrong.
//
//go:noinline
func Missing(name string) error {
	return fmt.Errorf("%s is missing", name)
}

// List has anything.
type List struct{ value any }

// Listed puts a slice where anything may be.
//
//go:noinline
func Listed(numbers []int) *List {
	return &List{value: numbers}
}

// Token is read.
type Token [16]byte

// NewToken reads its result.
//
//go:noinline
func NewToken(from io.Reader) (token Token, err error) {
	_, err = io.ReadFull(from, token[:])
	return token, err
}

// Read has what reads itself read bytes.
//
//go:noinline
func Read(to encoding.TextUnmarshaler, text string) error {
	return to.UnmarshalText([]byte(text))
}

// Texter reads itself.
type Texter struct{ text []byte }

// UnmarshalText keeps the text.
func (t *Texter) UnmarshalText(text []byte) error {
	t.text = text
	return nil
}

// Differing asks for runes by their number.
//
//go:noinline
func Differing(a, b string) int {
	as, bs := []rune(a), []rune(b)
	differing := 0
	for i := range as {
		if as[len(as)-1-i] != bs[i] {
			differing++
		}
	}
	return differing
}

// State is too large for the stack, and its callers'.
type State struct{ table [20000]int }

// NewState makes one for its callers.
//
//go:noinline
func NewState() *State {
	var state State
	state.table[0] = 1
	return &state
}

// Marshaled has a function make for itself what could be used again.
//
//go:noinline
func Marshaled(value any) (int, error) {
	raw, err := xml.Marshal(value)
	if err != nil {
		return 0, err
	}
	return len(raw), nil
}

// Described is written with three values, two of which are on lines of their own.
//
//go:noinline
func Described(to io.Writer, name string, kind string, count int) {
	fmt.Fprintf(to, "%s of %s: %d",
		name,
		kind,
		count,
	)
}
