package checksum

import (
	"hash/crc32"
	"strings"
	"testing"
	"testing/iotest"
)

var text = strings.Repeat("0123456789abcdef", 1000)

func TestOf(t *testing.T) {
	expected := crc32.ChecksumIEEE([]byte(text))
	for range 3 {
		if sum, err := Of(strings.NewReader(text)); sum != expected || err != nil {
			t.Errorf("found %08x, %v, expected %08x", sum, err, expected)
		}
	}
	if _, err := Of(iotest.ErrReader(iotest.ErrTimeout)); err == nil {
		t.Error("found no error of a body that cannot be read")
	}
}

func BenchmarkOf(b *testing.B) {
	body := strings.NewReader(text)
	for b.Loop() {
		body.Reset(text)
		if _, err := Of(body); err != nil {
			b.Fatal(err)
		}
	}
}
