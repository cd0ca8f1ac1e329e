// Allocates the same at a few sites in every run, then serves its heap profile and its counters.
package main

import (
	_ "expvar"
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

var sink []byte
var words *int64
var pointers []*byte

//go:noinline
func records(n int) {
	for range n {
		sink = make([]byte, 64)
	}
}

//go:noinline
func others(n int) {
	for range n {
		sink = make([]byte, 60)
	}
}

//go:noinline
func pages(n int) {
	for range n {
		sink = make([]byte, 1024)
	}
}

//go:noinline
func halves(n int) {
	for range n {
		pointers = make([]*byte, 128)
	}
}

//go:noinline
func mixed(n int) {
	for i := range n {
		sink = make([]byte, 24+i%2000)
	}
}

//go:noinline
func buffers(n int) {
	for range n {
		sink = make([]byte, 24<<10)
	}
}

//go:noinline
func blobs(n int) {
	for range n {
		sink = make([]byte, 100<<10)
	}
}

//go:noinline
func numbers(n int) {
	for i := range n {
		words = new(int64)
		*words = int64(i)
	}
}

func main() {
	for range 100 {
		records(20_000)
		others(2_500)
		pages(1_800)
		halves(200)
		mixed(300)
		buffers(30)
		blobs(6)
		numbers(40_000)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
