// Package copies allocates where calls were inlined, and where the line that allocates has no word of the compiler.
package copies

import "runtime"

// Registry has two things of one line.
type Registry struct {
	array     []any
	top, grow int
}

// NewRegistry makes both.
func NewRegistry(n int) *Registry {
	return &Registry{make([]any, n), 0, n}
}

// Count has a copy of one on its stack, and one of the other that is too large for it.
//
//go:noinline
func Count(at int) int {
	r := NewRegistry(5000)
	r.array[at] = at
	r.top = at
	return len(r.array) + r.top
}

// Stack is where it was called from.
type Stack struct{ frames *runtime.Frames }

// Fill has a function of the runtime inlined, which profiles leave out.
//
//go:noinline
func (s *Stack) Fill(pcs []uintptr) {
	s.frames = runtime.CallersFrames(pcs)
}

// Headers writes a map out, which grows at its elements.
//
//go:noinline
func Headers(kind string) map[string]string {
	return map[string]string{
		"Accept":          kind,
		"Accept-Charset":  kind,
		"Accept-Encoding": kind,
		"Accept-Language": kind,
		"Cache-Control":   kind,
		"Connection":      kind,
		"Content-Type":    kind,
		"Content-Length":  kind,
		"Date":            kind,
		"From":            kind,
		"Host":            kind,
	}
}
