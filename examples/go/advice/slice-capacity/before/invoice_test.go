package invoice

import (
	"slices"
	"testing"
)

func TestAmounts(t *testing.T) {
	amounts := Amounts([]Line{{2, 150}, {1, 999}, {0, 5}})
	if expected := []int{300, 999, 0}; !slices.Equal(amounts, expected) {
		t.Errorf("found %v, expected %v", amounts, expected)
	}
}

// kept is a place that outlives a call, as the callers of a real program are.
var kept []int

func BenchmarkAmounts(b *testing.B) {
	lines := make([]Line, 1000)
	for b.Loop() {
		kept = Amounts(lines)
	}
}
