// The same with another name of parse: allocates in two closures, a function and two instances of a generic one, and writes its heap profile: as a text to a file that
// ends in .txt.
package main

import (
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
)

var (
	sink []byte
	kept any
)

type node[T any] struct {
	value T
	next  *node[T]
}

//go:noinline
func mk[T any](value T) *node[T] { return &node[T]{value: value} }

//go:noinline
func run(f func()) { f() }

//go:noinline
func handler() {
	run(func() { sink = make([]byte, 4096) })
	run(func() { sink = make([]byte, 1024) })
}

//go:noinline
func read() { sink = make([]byte, 2048) }

func main() {
	runtime.MemProfileRate = 16384
	for i := 0; i < 50000; i++ {
		handler()
		read()
		kept = mk([10]int{i})
		kept = mk("x")
	}
	runtime.GC()
	level := 0
	if strings.HasSuffix(os.Args[1], ".txt") {
		level = 1
	}
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	defer file.Close()
	if err := pprof.Lookup("heap").WriteTo(file, level); err != nil {
		panic(err)
	}
}
