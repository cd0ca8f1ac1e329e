package tags

import (
	"strings"
	"testing"
)

func TestLongest(t *testing.T) {
	if tag, expected := Longest("a,bcd,ef"), "bcd"; tag != expected {
		t.Errorf("found %q, expected %q", tag, expected)
	}
	if tag := Longest(""); tag != "" {
		t.Errorf("found %q, expected nothing", tag)
	}
}

// kept is a place that outlives a call, as the callers of a real program are.
var kept string

func BenchmarkLongest(b *testing.B) {
	list := strings.Repeat("tag,", 40)
	for b.Loop() {
		kept = Longest(list)
	}
}
