package adviceopen

import (
	"sort"
	"strconv"
	"strings"
)

// Quantity is read.
type Quantity struct{ text string }

func quantity(text string) Quantity { return Quantity{text: text} }

//go:noinline
func parsed(text string) (Quantity, error) {
	if text == "" {
		return Quantity{}, strconv.ErrSyntax
	}
	return quantity(text), nil
}

// Unmarshal passes on a part of what it has made a string.
//
//go:noinline
func (q *Quantity) Unmarshal(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	read, err := parsed(strings.TrimSpace(string(text)))
	*q = read
	return err
}

// Columns and values are sorted together.
type byColumn struct{ columns, values []string }

func (b byColumn) Len() int           { return len(b.columns) }
func (b byColumn) Less(i, j int) bool { return b.columns[i] < b.columns[j] }
func (b byColumn) Swap(i, j int) {
	b.columns[i], b.columns[j] = b.columns[j], b.columns[i]
	b.values[i], b.values[j] = b.values[j], b.values[i]
}

// Sort sorts two slices at once.
//
//go:noinline
func Sort(columns, values []string) {
	sort.Sort(byColumn{columns: columns, values: values})
}

// Stripped returns its result without its name.
//
//go:noinline
func Stripped(text []byte) (stripped []byte) {
	if len(text) > 0 {
		stripped = make([]byte, len(text)+1200)
		copy(stripped, text)
	}
	return
}
