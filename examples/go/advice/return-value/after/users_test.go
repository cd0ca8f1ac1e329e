package users

import (
	"fmt"
	"testing"
)

func lines() []string {
	lines := make([]string, 100)
	for i := range lines {
		lines[i] = fmt.Sprintf("%d,user-%d,%d", i, i, 20+i*7%60)
	}
	return lines
}

func TestOldest(t *testing.T) {
	name, err := Oldest(lines())
	if name != "user-17" || err != nil {
		t.Errorf("found %q, %v, expected user-17", name, err)
	}
	if _, err := Oldest([]string{"1,a"}); err == nil {
		t.Error("found no error of a line without an age")
	}
}

func BenchmarkOldest(b *testing.B) {
	lines := lines()
	for b.Loop() {
		if _, err := Oldest(lines); err != nil {
			b.Fatal(err)
		}
	}
}
