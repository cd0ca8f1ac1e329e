package row

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for _, fields := range [][]string{nil, {"a"}, {"a", "", "b"}} {
		if row, expected := Of(fields), strings.Join(fields, ";"); row != expected {
			t.Errorf("found %q, expected %q", row, expected)
		}
	}
}

// kept is a place that outlives a call, as the callers of a real program are.
var kept string

func BenchmarkOf(b *testing.B) {
	fields := strings.Fields(strings.Repeat("some fields of a row ", 6))
	for b.Loop() {
		kept = Of(fields)
	}
}
