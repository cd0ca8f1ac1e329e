package advicenot

import (
	"strings"
	"testing"
)

var (
	sink any
	list *Big
)

func BenchmarkAll(b *testing.B) {
	var keys []int
	for i := 0; i < 1500; i++ {
		keys = append(keys, i)
	}
	text := []byte(strings.Repeat("x", 2000))
	for i := 0; i < b.N; i++ {
		for j := 0; j < 300; j++ {
			sink = Values(4 + j%3)
		}
		n := 2
		for _, c := range []int{150, 80, 40, 20, 10} {
			for j := 0; j < n; j++ {
				Set(keys[:c])
			}
			n = n*5/4 + 1
		}
		for j := 0; j < 3000; j++ {
			sink = Number(1000 + j)
		}
		for j := 0; j < 400; j++ {
			Data(3, func(x any) { sink = x })
		}
		root := &Node{}
		for j := 0; j < 4000; j++ {
			Add(root, root)
		}
		list = nil
		for j := 0; j < 200; j++ {
			list = NewBig(list)
		}
		for j := 0; j < 10; j++ {
			s, _ := Text(text[:1000+j])
			sink = s
		}
	}
}
