package cache

import "testing"

var cache = Cache{"1017:north": 1, "1017:south": 2, "1018:north": 3}

func TestGet(t *testing.T) {
	if value, ok := cache.Get(1017, "south"); value != 2 || !ok {
		t.Errorf("found %d, %t, expected 2, true", value, ok)
	}
	if value, ok := cache.Get(-1, "south"); value != 0 || ok {
		t.Errorf("found %d, %t, expected 0, false", value, ok)
	}
}

func BenchmarkGet(b *testing.B) {
	regions := []string{"north", "south"}
	for b.Loop() {
		for i := range 20 {
			cache.Get(1017+i, regions[i%2])
		}
	}
}
