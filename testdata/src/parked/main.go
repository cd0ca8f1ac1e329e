// Command parked parks goroutines in every state it can, writes the goroutine profile of that
// instant in all forms into a directory, and then ends in the way it is told to.
//
//	parked DIRECTORY [panic|fatal|quit|nilmap|overflow]
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"sync"
	"syscall"
	"time"
)

// extra is started by files that only some builds have: cgo, synctest.
var extra []func()

type server[T any] struct{ ch chan T }

func (s *server[T]) loop() { <-s.ch }

func generic[K comparable, V any](m map[K]V, ch chan V) { <-ch }

//go:noinline
func deep(n int, ch chan int) {
	if n == 0 {
		<-ch
		return
	}
	deep(n-1, ch)
}

func inlined(ch chan int) { <-ch }

func labelled(values ...string) {
	pprof.Do(context.Background(), pprof.Labels(values...), func(context.Context) {
		go func() { <-make(chan int) }()
		<-make(chan int)
	})
}

func network() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	go func() {
		if conn, err := net.Dial("tcp", listener.Addr().String()); err == nil {
			conn.Read(make([]byte, 1))
		}
	}()
	var kept []net.Conn
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		kept = append(kept, conn)
	}
}

func park() {
	var never chan int
	var mutex sync.Mutex
	var both sync.RWMutex
	mutex.Lock()
	both.Lock()
	for i := 0; i < 3; i++ {
		i := i
		go func() { make(chan int) <- i }()
	}
	go func() { <-never }()
	go func() { never <- 1 }()
	go func() { select {} }()
	go func() {
		select {
		case <-make(chan int):
		case <-make(chan string):
		}
	}()
	for i := 0; i < 4; i++ {
		go func() { mutex.Lock() }()
	}
	go func() { both.RLock() }()
	go func() { both.Lock() }()
	go func() { var wg sync.WaitGroup; wg.Add(1); wg.Wait() }()
	go func() { c := sync.NewCond(&sync.Mutex{}); c.L.Lock(); c.Wait() }()
	go func() { time.Sleep(100 * time.Hour) }()
	go func() {
		var p [2]int
		syscall.Pipe(p[:])
		syscall.Read(p[0], make([]byte, 1))
	}()
	go func() {
		r, _, _ := os.Pipe()
		r.Read(make([]byte, 1))
	}()
	go network()
	go func() { runtime.LockOSThread(); <-make(chan int) }()
	go func() { runtime.LockOSThread(); select {} }()
	go deep(150, make(chan int))
	go deep(98, make(chan int))
	go deep(20, make(chan int))
	go inlined(make(chan int))
	go (&server[map[string]int]{make(chan map[string]int)}).loop()
	go generic(map[string]int{}, make(chan int))
	go func() {
		defer func() { recover(); <-make(chan int) }()
		panic("recovered")
	}()
	go labelled("tenant", "acme")
	go labelled("path", "/v1/orders?x=1 y", "quote", `a"b`, "braces", "{a: b}:", "colon: x", "]:")
	go labelled("lines", "a\nb\r\n\tc", "bytes", "\x00\xff\x7f", "words", "é 世界 \U0001f600", "empty", "")
	for _, start := range extra {
		start()
	}
	time.Sleep(500 * time.Millisecond)
}

func write(directory string) {
	for level, name := range []string{"debug0.pb.gz", "debug1.txt", "debug2.txt"} {
		file, err := os.Create(filepath.Join(directory, name))
		if err != nil {
			panic(err)
		}
		pprof.Lookup("goroutine").WriteTo(file, level)
		file.Close()
	}
	leaks := pprof.Lookup("goroutineleak")
	if leaks == nil {
		return
	}
	for level, name := range []string{"leak0.pb.gz", "leak1.txt", "leak2.txt"} {
		file, err := os.Create(filepath.Join(directory, name))
		if err != nil {
			panic(err)
		}
		leaks.WriteTo(file, level)
		file.Close()
	}
}

func overflow(n int) int { return overflow(n+1) + 1 }

func main() {
	park()
	write(os.Args[1])
	if len(os.Args) < 3 {
		return
	}
	fmt.Fprintln(os.Stderr, strings.Repeat("before the dump; ", 3))
	switch os.Args[2] {
	case "panic":
		panic("the end\nof it\n\tgoroutine 7 [fake]:")
	case "fatal":
		m := map[int]int{}
		for i := 0; i < 2; i++ {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		select {}
	case "quit":
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		select {}
	case "nil":
		var p *server[int]
		p.loop()
	case "overflow":
		debug.SetMaxStack(1 << 20)
		overflow(0)
	}
}
