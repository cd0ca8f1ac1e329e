package slug

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	if name, expected := Of("a title"), "a-title"; name != expected {
		t.Errorf("found %q, expected %q", name, expected)
	}
	if name := Of(""); name != "" {
		t.Errorf("found %q, expected nothing", name)
	}
}

// kept is a place that outlives a call, as the callers of a real program are.
var kept string

func BenchmarkOf(b *testing.B) {
	title := strings.Repeat("a long title ", 40)
	for b.Loop() {
		kept = Of(title)
	}
}
