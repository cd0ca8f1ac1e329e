// Package benchpairs has benchmarks of one known site whose allocation is set when they are linked:
// two builds are a change of a known size.
//
//	go test -c -ldflags "-X example.com/benchpairs.parameters=12,64,16,48,0"
package benchpairs

import (
	"fmt"
	"strings"
)

// parameters are OBJECTS,SIZE,OTHERS,OTHER_SIZE,SPIN: an operation allocates OBJECTS blocks of SIZE
// bytes at the site, OTHERS of OTHER_SIZE elsewhere, and computes for SPIN steps. Sizes that are
// size classes of Go's allocator make B/op exact.
var parameters = "12,64,16,48,0"

var objects, size, others, otherSize, spin = parsed(parameters)

func parsed(text string) (objects, size, others, otherSize, spin int) {
	_, err := fmt.Fscanf(strings.NewReader(text), "%d,%d,%d,%d,%d", &objects, &size, &others, &otherSize, &spin)
	if err != nil {
		panic(fmt.Sprintf("parameters %q: %v", text, err))
	}
	return
}

// Builder keeps what an operation made until the next one.
type Builder struct {
	parts [][]byte
	state uint64
}

// operation is what a benchmark repeats.
//
//go:noinline
func (b *Builder) operation() {
	b.parts = b.parts[:0]
	b.site()
	b.rest()
	b.state = compute(b.state, spin)
}

// site is where the builds differ.
//
//go:noinline
func (b *Builder) site() {
	for range objects {
		b.parts = append(b.parts, make([]byte, size))
	}
}

//go:noinline
func (b *Builder) rest() {
	for range others {
		b.parts = append(b.parts, make([]byte, otherSize))
	}
}

// compute takes time and no memory: fewer operations fit into a second.
//
//go:noinline
func compute(state uint64, steps int) uint64 {
	for range steps {
		state = state*6364136223846793005 + 1442695040888963407
	}
	return state
}

// newBuilder has room for all parts, so that only parts are allocated in operations.
func newBuilder() *Builder {
	return &Builder{parts: make([][]byte, 0, objects+others)}
}

// table stands for what a benchmark sets up.
//
//go:noinline
func table(rows int) [][]byte {
	made := make([][]byte, rows)
	for i := range made {
		made[i] = make([]byte, 1024)
	}
	return made
}
