package adviceheld

import (
	"strings"
	"testing"
)

type values map[string]any

func (v values) Put(name string, value any) { v[name] = value }

type option int

func (o option) Apply(to *Options) { to.depth += int(o) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

type nowhere struct{ count int }

func (n *nowhere) Write(p []byte) (int, error) {
	n.count += len(p)
	return len(p), nil
}

func BenchmarkHeld(b *testing.B) {
	Rules["positive"] = func(value any) bool { return value.(int) > 0 }
	store, to := values{}, &nowhere{}
	text := []byte("a product/of a version that has a long name so that it is made")
	tracer := Tracer{options: []Option{option(1)}}
	numbers := make([]int, 300)
	for i := range numbers {
		numbers[i] = i
	}
	var indents Indents
	var tag Tag
	parts := make([]string, 200)
	round := 0
	for b.Loop() {
		for i := range 200 {
			for range 4 {
				Holds("positive", 1000+i)
				Keep(store, "number", 1000+i)
				Field(to, i%2, "a name")
				Named(i)
			}
			Vowels(text[:36])
			Product(text[:36])
			Number(text[:36+i%9])
			_, _ = Random(zeros{})
			tracer.Start(option(2))
		}
		tag.Show(parts)
		Each(parts[:60], func(string) {})
		for i := range 150 {
			_ = ErrMissing("a name", 1000+i)
			_ = Find("name=value")
			Padded("a text", i%60)
		}
		for range 4 {
			indents.Indent("  ")
		}
		for range 2 {
			Fields("a,b,c")
			Few(numbers)
		}
		if round++; round%20 == 0 {
			Loaded(200_000)
		}
	}
}

func BenchmarkGiven(b *testing.B) {
	var log Log
	to := &nowhere{}
	text := strings.Repeat("a text ", 8)
	numbers := make([]int, 300)
	for b.Loop() {
		for i := range 200 {
			for range 4 {
				Count(&log, 1000+i)
			}
			Title(to, text)
			Line(to, 1000+i)
		}
		Triples(numbers)
	}
}
