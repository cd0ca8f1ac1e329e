package index

import (
	"maps"
	"strconv"
	"testing"
)

func TestPositions(t *testing.T) {
	positions := Positions([]string{"a", "b", "a"})
	if expected := map[string]int{"a": 2, "b": 1}; !maps.Equal(positions, expected) {
		t.Errorf("found %v, expected %v", positions, expected)
	}
}

// kept is a place that outlives a call, as the callers of a real program are.
var kept map[string]int

func BenchmarkPositions(b *testing.B) {
	names := make([]string, 1000)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	for b.Loop() {
		kept = Positions(names)
	}
}
