package row

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	if row, expected := Of([]string{"a", "", "bc"}), "a;;bc;"; row != expected {
		t.Errorf("found %q, expected %q", row, expected)
	}
	if row := Of(nil); row != "" {
		t.Errorf("found %q, expected nothing", row)
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
