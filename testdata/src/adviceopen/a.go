// Package adviceopen grows what has no known size, and makes what others ask for in their types: what looks as if it could be saved.
package adviceopen

import (
	"bufio"
	"encoding/json"
	"io"
	"regexp"
	"sync"
	"time"
)

// Keys is filled from call to call.
type Keys struct{ lines map[string]int }

// Set is called for one key.
//
//go:noinline
func (k *Keys) Set(key string, line int) {
	k.lines[key] = line
}

// Mark fills what its caller has made as large as it becomes.
//
//go:noinline
func Mark(seen map[int]bool, numbers []int) {
	for _, number := range numbers {
		seen[number] = true
	}
}

// Node is one of a list.
type Node struct {
	next *Node
	text string
}

// Texts does not know how many nodes there are.
//
//go:noinline
func Texts(node *Node) []string {
	var texts []string
	for ; node != nil; node = node.next {
		texts = append(texts, node.text)
	}
	return texts
}

// Words does not know how many words there are.
//
//go:noinline
func Words(text string) []string {
	var words []string
	from := 0
	for {
		at := from
		for at < len(text) && text[at] != ' ' {
			at++
		}
		words = append(words, text[from:at])
		if at == len(text) {
			return words
		}
		from = at + 1
	}
}

// Shape has an area.
type Shape interface{ Area() int }

// Box is a shape.
type Box struct{ Width, Height int }

// Area is of a box.
func (b Box) Area() int { return b.Width * b.Height }

// Path is a shape, too.
type Path []int

// Area is of a path.
func (p Path) Area() int {
	all := make(map[int]int, len(p)+100)
	for _, at := range p {
		all[at]++
	}
	return len(all)
}

//go:noinline
func draw(shape Shape) { last = shape }

var last Shape

// Draw makes a shape to be drawn.
//
//go:noinline
func Draw(width int) {
	draw(Box{width, width})
}

// Shapes are of different kinds.
var Shapes = make([]Shape, 4)

// Put puts a shape beside others.
//
//go:noinline
func Put(at int, path []int) {
	Shapes[at] = Path(path)
}

// Moment is of a layout that is put together as bytes.
type Moment struct{ layout []byte }

// Parse needs the layout as a string.
//
//go:noinline
func (m *Moment) Parse(text string) (time.Time, error) {
	return time.Parse(string(m.layout), text)
}

// Unquoted needs the text as bytes.
//
//go:noinline
func Unquoted(text string) (value string) {
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return ""
	}
	return value
}

// Encoder is used by callers as long as they like.
type Encoder struct{ to *bufio.Writer }

// NewEncoder has a writer of its own.
//
//go:noinline
func NewEncoder(to io.Writer) *Encoder {
	return &Encoder{to: bufio.NewWriterSize(to, 600)}
}

// Compiled is for callers, who keep it.
//
//go:noinline
func Compiled(pattern string) (*regexp.Regexp, error) {
	compiled, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	return compiled, nil
}

// Wait has one timer a call.
//
//go:noinline
func Wait(done <-chan int, longest time.Duration) (int, bool) {
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case value := <-done:
		return value, true
	case <-timer.C:
		return 0, false
	}
}

var (
	once  sync.Once
	table map[int]*Node
)

// Named is of a table that is filled once.
func Named(at int) string {
	once.Do(func() {
		table = make(map[int]*Node, 30000)
		for i := range 30000 {
			table[i] = &Node{text: string(rune(i)) + " has a long name that is kept as long as the program runs"}
		}
	})
	return table[at].text
}
