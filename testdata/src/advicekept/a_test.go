package advicekept

import (
	"io"
	"testing"
)

var (
	sink   string
	number int
)

func each(all []int, do func(int)) {
	for _, n := range all {
		do(n)
	}
}

func BenchmarkAll(b *testing.B) {
	names := make([]string, 200)
	for i := range names {
		names[i] = "a name of words"[:13+i%3]
	}
	numbers := make([]int, 500)
	for i := range numbers {
		numbers[i] = i
	}
	seen := make(map[int]bool, len(numbers))
	for i := 0; i < b.N; i++ {
		if _, err := Rules(names); err != nil {
			b.Fatal(err)
		}
		var branch Branch
		for j := 0; j < 100; j++ {
			branch.Fill("text")
		}
		clear(seen)
		number += len(Unique(nil, numbers, seen)) + len(Odd(nil, numbers, each))
		var lexer Lexer
		for j := 0; j < 200; j++ {
			lexer.Next([]byte(names[j%3]))
			number += Makers["square"]().Area()
		}
		sink = lexer.Word
		for j := 0; j < 150; j++ {
			sink = Version{j, i}.String()
		}
		for j := 0; j < 400; j++ {
			number += Length("x", func(w io.Writer, s string) { io.WriteString(w, s) })
		}
	}
}
