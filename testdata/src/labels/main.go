// Command labels writes a goroutine profile whose samples have labels.
package main

import (
	"context"
	"os"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"
)

func main() {
	var started sync.WaitGroup
	release := make(chan struct{})
	for at := range 12 {
		labels := pprof.Labels("handler", []string{"/orders", "/users", "/"}[at%3], "tenant", strconv.Itoa(at%2))
		started.Add(1)
		go pprof.Do(context.Background(), labels, func(context.Context) {
			started.Done()
			serve(at, release)
		})
	}
	started.Wait()
	time.Sleep(100 * time.Millisecond)
	if err := pprof.Lookup("goroutine").WriteTo(os.Stdout, 0); err != nil {
		panic(err)
	}
	close(release)
}

//go:noinline
func serve(at int, release chan struct{}) {
	if at%2 == 0 {
		query(release)
		return
	}
	render(release)
}

//go:noinline
func query(release chan struct{}) { wait(release) }

//go:noinline
func render(release chan struct{}) { wait(release) }

func wait(release chan struct{}) { <-release }
