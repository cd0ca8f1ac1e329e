package advicebound

import (
	"io"
	"strings"
	"testing"

	"example.com/advicebound/testutil"
)

var kept any

type adder struct{ each []func(int) }

func (a *adder) Visit(each func(number int)) {
	a.each = append(a.each[:0], each)
}

func numbers(count int) []int {
	all := make([]int, count)
	for i := range all {
		all[i] = 1 + i
	}
	return all
}

func unsigned(count uint32) []uint32 {
	all := make([]uint32, count)
	for i := range all {
		all[i] = uint32(i)
	}
	return all
}

func BenchmarkBound(b *testing.B) {
	var reports []func(string)
	check := func(report func(string)) { reports = append(reports[:0], report) }
	rules := make([]Rule, 60)
	for i := range rules {
		rules[i] = Rule{Name: "rule", Check: check}
	}
	visitors := make([]Visitor, 60)
	for i := range visitors {
		visitors[i] = &adder{}
	}
	var walks []func(int)
	walk := func(each func(int)) { walks = append(walks[:0], each) }
	some, many := numbers(60), unsigned(200)
	data, fields := []byte(strings.Repeat("data ", 4)), strings.Fields(strings.Repeat("field ", 12))
	for b.Loop() {
		kept = Checked(rules)
		kept = Visited(visitors)
		kept = Walked(walk, some)
		for range 80 {
			Quoted(io.Discard, data)
			Listed(io.Discard, some[:3])
			Placed(io.Discard, Point{1, 2, len(data)})
		}
		kept = Part(many, 1, 1)
		kept = Odd(many)
		kept, squares = tables()
		for range 6 {
			kept = testutil.Query(fields)
		}
	}
}

func BenchmarkGiven(b *testing.B) {
	some := numbers(60)
	data := []byte(strings.Repeat("Data ", 12))
	for b.Loop() {
		kept = Each(some)
		for range 20 {
			kept = Upper(data)
			Sorted(some)
			Written(io.Discard, data)
		}
		kept = Positive(some)
	}
}
