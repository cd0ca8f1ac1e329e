package archive

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

func TestAdd(t *testing.T) {
	var file bytes.Buffer
	archive := New(&file)
	for _, page := range []string{"the first page", "", "the last"} {
		if err := archive.Add([]byte(page)); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := gzip.NewReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if expected := "the first pagethe last"; string(text) != expected || err != nil {
		t.Errorf("found %q, %v, expected %q", text, err, expected)
	}
}

func BenchmarkAdd(b *testing.B) {
	archive := New(io.Discard)
	page := bytes.Repeat([]byte("a line of a page\n"), 100)
	for b.Loop() {
		if err := archive.Add(page); err != nil {
			b.Fatal(err)
		}
	}
}
