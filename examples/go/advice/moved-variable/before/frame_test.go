package frame

import (
	"bytes"
	"testing"
)

func TestWrite(t *testing.T) {
	var to bytes.Buffer
	w := NewWriter(&to)
	for _, message := range []string{"one", "three"} {
		if err := w.Write(7, []byte(message)); err != nil {
			t.Fatal(err)
		}
	}
	want := "frame\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x03one" +
		"frame\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x05three"
	if to.String() != want {
		t.Errorf("found %q, expected %q", to.String(), want)
	}
}

type count int

func (c *count) Write(p []byte) (int, error) {
	*c += count(len(p))
	return len(p), nil
}

func BenchmarkWrite(b *testing.B) {
	var bytes count
	w := NewWriter(&bytes)
	message := []byte("a message of some bytes")
	for b.Loop() {
		for i := range 100 {
			if err := w.Write(uint64(i), message); err != nil {
				b.Fatal(err)
			}
		}
	}
}
