package report

import (
	"bytes"
	"context"
	"testing"
)

func TestSend(t *testing.T) {
	archive, confirmed := make(Archive), make(chan struct{})
	size := archive.Send(t.Context(), "a title", confirmed)
	close(confirmed)
	report := <-archive
	if lines := bytes.Count(report, []byte("a title\n")); len(report) != size || lines != 2048 {
		t.Errorf("found %d bytes, %d lines, expected %d, 2048", len(report), lines, size)
	}
}

// BenchmarkSend has clients that go away and confirm nothing.
func BenchmarkSend(b *testing.B) {
	archive := make(Archive)
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		archive.Send(ctx, "a title", make(chan struct{}))
		cancel()
	}
}
