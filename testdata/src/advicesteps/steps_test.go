package advicesteps

import (
	"log"
	"regexp"
	"strings"
	"testing"
)

type nowhere struct{}

func (nowhere) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkGiven(b *testing.B) {
	compiled := regexp.MustCompile("z+$")
	text := strings.Repeat("a text, ", 8)[:60]
	labels := map[string]int{}
	by := map[rune]string{'x': "ks"}
	long := strings.Repeat(text, 6)
	numbers := make([]int, 300)
	for i := range numbers {
		numbers[i] = i
	}
	for b.Loop() {
		for range 6 {
			Matches("^a+z", text)
			MatchesAny("^a+z", text)
		}
		for range 12 {
			for range 2 {
				Matched(compiled, text)
				Same("A Text of Some Length", "a text of Some Length")
			}
			Runes(text)
			Sum(text)
			Words(text)
			for range 3 {
				Value("a name=a text")
			}
		}
		Signs(numbers)
		for range 20 {
			Labelled(labels, text, "b")
		}
		for range 4 {
			Replaced(long, by)
		}
	}
}

func BenchmarkApart(b *testing.B) {
	text := strings.Repeat("A text, ", 10)
	nodes := make([]*Node, 40)
	for i := range nodes {
		nodes[i] = new(Node)
	}
	spread := make([][]int, 40)
	for i := range spread {
		spread[i] = make([]int, i)
	}
	texts := strings.Split(text, " ")
	known := map[string]int{}
	numbers := make([]int, 4000)
	for i := range numbers {
		numbers[i] = i % 70
	}
	machine := new(Machine)
	var table Table
	to := log.New(nowhere{}, "", 0)
	column := Column{name: Name{text: text, at: 3}}
	for b.Loop() {
		for range 8 {
			Walk(nodes)
		}
		for i := range 40 {
			for range 12 {
				column.Write(&table)
				Logged(to, 1000+i)
				Pair(i)
				Rest(text)
			}
			Parts(text)
			Last(text)
			Listed(texts)
			Unescaped(text)
			var out strings.Builder
			To(&out, text)
			Looked(known, text)
			Told(1000 + i)
		}
		Spread(spread)
		machine.index += 1000
		for range 5 {
			machine.List(256)
			for range 400 {
				machine.Index()
			}
		}
		for range 3 {
			_, _ = Compiled("^a+[b-y]*z")
		}
		Joined(spread)
		for range 8 {
			Kinds(numbers)
		}
	}
}
