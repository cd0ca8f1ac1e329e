package main

import "time"

var (
	cached   [][]byte
	sessions = map[int]*session{}
	sink     []byte
)

type session struct {
	name string
	data [64 << 10]byte
}

//go:noinline
func fillCache() {
	for n := 0; n < 2000; n++ {
		cached = append(cached, make([]byte, 8<<10))
	}
}

//go:noinline
func openSessions() {
	for n := 0; n < 100; n++ {
		sessions[n] = &session{name: "guest"}
	}
}

//go:noinline
func render() {
	for n := 0; n < 5000; n++ {
		sink = make([]byte, 4<<10)
	}
	sink = nil
}

// leak starts goroutines that nobody can wake.
//
//go:noinline
func leak(count int) {
	for n := 0; n < count; n++ {
		lost := make(chan int)
		go func() { <-lost }()
	}
}

var work = make(chan int)

func wait() {
	for range work {
	}
}

func load() {
	fillCache()
	openSessions()
	render()
	leak(12)
	for n := 0; n < 4; n++ {
		go wait()
	}
	if *churn {
		go grow()
	}
}

func grow() {
	for range time.Tick(20 * time.Millisecond) {
		render()
		leak(1)
		cached = append(cached, make([]byte, 256<<10))
	}
}
