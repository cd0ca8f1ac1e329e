package benchpairs

import (
	"sync"
	"testing"
)

var kept [][]byte

func BenchmarkPlain(b *testing.B) {
	builder := newBuilder()
	for i := 0; i < b.N; i++ {
		builder.operation()
	}
}

func BenchmarkLoop(b *testing.B) {
	builder := newBuilder()
	for b.Loop() {
		builder.operation()
	}
}

// The set-up allocates elsewhere, in every round of the search for b.N.
func BenchmarkSetUp(b *testing.B) {
	kept = table(16 << 10)
	builder := newBuilder()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		builder.operation()
	}
	kept = nil
}

// The set-up allocates at the site too.
func BenchmarkSetUpSame(b *testing.B) {
	builder := newBuilder()
	for range 1000 {
		builder.operation()
	}
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		builder.operation()
	}
}

// The timer is stopped now and then, and what is allocated meanwhile does not count.
func BenchmarkStopped(b *testing.B) {
	builder := newBuilder()
	for i := 0; i < b.N; i++ {
		if i%8192 == 0 {
			b.StopTimer()
			kept = table(256)
			b.StartTimer()
		}
		builder.operation()
	}
	kept = nil
}

func BenchmarkParallel(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		builder := newBuilder()
		for pb.Next() {
			builder.operation()
		}
	})
}

func BenchmarkSub(b *testing.B) {
	for times, name := range []string{1: "once", 2: "twice"} {
		if name == "" {
			continue
		}
		b.Run(name, func(b *testing.B) {
			builder := newBuilder()
			for i := 0; i < b.N; i++ {
				for range times {
					builder.operation()
				}
			}
		})
	}
}

// Goroutines that the benchmark starts do the work: the benchmark is not in their stacks.
func BenchmarkWorkers(b *testing.B) {
	var group sync.WaitGroup
	for range 2 {
		group.Add(1)
		go func() {
			defer group.Done()
			worker(b.N / 2)
		}()
	}
	group.Wait()
}

//go:noinline
func worker(times int) {
	builder := newBuilder()
	for range times {
		builder.operation()
	}
}

// Neighbours: what else lies in the file.

var sink []byte

//go:noinline
func page() []byte { return make([]byte, 512) }

//go:noinline
func text() []byte { return make([]byte, 96) }

func BenchmarkNeighbour(b *testing.B) {
	for i := 0; i < b.N; i++ {
		sink = page()
		sink = text()
	}
}

func BenchmarkQuiet(b *testing.B) {
	state := uint64(1)
	for i := 0; i < b.N; i++ {
		state = compute(state, 100)
	}
	sink = append(sink[:0], byte(state))
}

// It allocates at the same site, and as much more or less.
func BenchmarkShared(b *testing.B) {
	builder := newBuilder()
	for i := 0; i < b.N; i++ {
		builder.operation()
		sink = text()
	}
}
