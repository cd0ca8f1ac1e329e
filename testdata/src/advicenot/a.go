// Package advicenot allocates where none of what is mostly advised would help.
package advicenot

// Fields is a map by a name of its own.
type Fields map[string]int

// Values returns as any what it makes: neither the array nor the header of the slice is a value that needs no box.
func Values(n int) any {
	slice := make([]int, 0, n)
	for i := 0; i < n; i++ {
		slice = append(slice, i)
	}
	return slice
}

// Set makes a map that has its size already.
func Set(keys []int) int {
	set := make(map[int]bool, len(keys))
	for _, k := range keys {
		set[k] = true
	}
	return len(set)
}

// Number returns what its caller wants as any.
func Number(n int) any { return n }

// Data passes a map on as any, which needs no box.
func Data(n int, sink func(any)) {
	data := make(Fields, n)
	data["a"] = n
	sink(data)
}

// Node has children that come one by one.
type Node struct{ children []*Node }

// Add grows a slice from call to call: its size is known in none of them.
func Add(parent, child *Node) {
	parent.children = append(parent.children, child)
}

// Big is 160 bytes of a list.
type Big struct {
	v    [19]int64
	next *Big
}

// NewBig returns what is kept by its address.
//
//go:noinline
func NewBig(next *Big) *Big {
	b := &Big{next: next}
	for i := range b.v {
		b.v[i] = int64(i)
	}
	return b
}

// Text returns the string that it makes.
func Text(b []byte) (s string, err error) { return string(b), nil }
