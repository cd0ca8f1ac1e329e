package adviceopen

import (
	"io"
	"strconv"
	"strings"
	"testing"
	"time"
)

var sink any

func BenchmarkOpen(b *testing.B) {
	var names []string
	for i := range 100 {
		names = append(names, "key "+strconv.Itoa(i))
	}
	numbers := make([]int, 100)
	var first *Node
	for i := range 100 {
		first = &Node{next: first}
		numbers[i] = i
	}
	words := strings.Repeat("a word and ", 30)
	quoted := strconv.Quote(words[:200])
	moment := Moment{layout: []byte("2006-01-02T15:04:05.999999999Z07:00")}
	done := make(chan int, 1)
	for b.Loop() {
		keys := Keys{lines: map[string]int{}}
		for i, name := range names {
			keys.Set(name, i)
		}
		for range 3 {
			Mark(make(map[int]bool, len(numbers)/4), numbers)
		}
		for range 3 {
			Texts(first)
		}
		Words(words)
		for i := range 200 {
			Draw(i)
			Draw(-i)
			Put(i%4, numbers[:i%20])
			_, _ = moment.Parse("2026-11-29T10:00:00Z")
			done <- i
			Wait(done, time.Minute)
			Named(i)
		}
		for range 20 {
			sink = NewEncoder(io.Discard)
			Unquoted(quoted)
			if compiled, err := Compiled("a"); err == nil {
				sink = compiled
			}
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func BenchmarkWanted(b *testing.B) {
	text := strings.Repeat("a text ", 12)
	numbers := []int{1, 2, 3}
	var from io.Reader = zeros{}
	var texter Texter
	round := 0
	for b.Loop() {
		for i := range 400 {
			sink = Missing(text[:i%40])
			sink = Listed(numbers[:i%3])
			_, _ = NewToken(from)
		}
		for range 80 {
			_ = Read(&texter, text)
		}
		for range 20 {
			Differing(text, text)
		}
		if round++; round%5 == 0 {
			sink = NewState()
		}
		for range 4 {
			_, _ = Marshaled("a value")
		}
	}
}

func BenchmarkLines(b *testing.B) {
	text := strings.Repeat("a text ", 12)
	for b.Loop() {
		for i := range 400 {
			Described(io.Discard, text[:i%40], text[i%40:], 1000+i)
		}
	}
}

func BenchmarkApart(b *testing.B) {
	text := strings.Repeat("a text ", 12)
	long := strings.Repeat("x text", 100)
	numbers := make([]int, 300)
	for i := range numbers {
		numbers[i] = 1000 + i
	}
	parts := make([][]int, 64)
	var found [64]int
	items := Items{"a": {}}
	hash := NewHash()
	for b.Loop() {
		Each(parts, &found)
		Written(numbers)
		for i := range 300 {
			items.Add("a", 1000+i)
		}
		for range 100 {
			Sum(hash, text)
		}
		Square(60000)
		for range 4 {
			Hits(long)
		}
	}
}

func BenchmarkPassed(b *testing.B) {
	columns := []string{"c", "a", "b"}
	values := []string{"3", "1", "2"}
	text := []byte(" a text that is longer than what fits where strings are made for a while ")
	var quantity Quantity
	for b.Loop() {
		for range 100 {
			_ = quantity.Unmarshal(text)
			Sort(columns, values)
		}
		for range 4 {
			sink = len(Stripped(text))
		}
	}
}
