package fixed

import "testing"

var sink any

func keep() { sink = new([8]int64) }

func drop() { sink = make([]byte, 4096) }

func work() { keep(); drop() }

func BenchmarkWork(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		work()
	}
}
