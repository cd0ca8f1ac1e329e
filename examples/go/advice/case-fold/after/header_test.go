package header

import "testing"

func TestFind(t *testing.T) {
	names := []string{"Accept", "Content-Type"}
	if at := Find(names, "content-TYPE"); at != 1 {
		t.Errorf("found %d, expected 1", at)
	}
	if at := Find(names, "Host"); at != -1 {
		t.Errorf("found %d, expected -1", at)
	}
}

// kept is a place that outlives a call, as the callers of a real program are.
var kept int

func BenchmarkFind(b *testing.B) {
	names := []string{"Accept", "Accept-Encoding", "Cache-Control", "Content-Length", "Content-Type", "User-Agent"}
	for b.Loop() {
		for range 10 {
			kept = Find(names, "USER-AGENT")
		}
	}
}
