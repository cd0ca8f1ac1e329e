package copies

import (
	"runtime"
	"testing"
)

var headers map[string]string

func BenchmarkAll(b *testing.B) {
	var (
		stack Stack
		pcs   [8]uintptr
	)
	n := runtime.Callers(0, pcs[:])
	for b.Loop() {
		Count(n)
		for range 200 {
			stack.Fill(pcs[:n])
			headers = Headers("text")
		}
	}
}
