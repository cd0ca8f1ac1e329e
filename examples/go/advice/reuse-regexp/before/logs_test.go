package logs

import "testing"

func TestRoute(t *testing.T) {
	if route, ok := Route("10:04:11 GET /carts/17 200 31ms"); route != "GET /carts" || !ok {
		t.Errorf("found %q, %t, expected GET /carts, true", route, ok)
	}
	if route, ok := Route("10:04:12 started"); route != "" || ok {
		t.Errorf("found %q, %t, expected nothing, false", route, ok)
	}
}

func BenchmarkRoute(b *testing.B) {
	for b.Loop() {
		if _, ok := Route("10:04:11 GET /carts/17 200 31ms"); !ok {
			b.Fatal("found no route")
		}
	}
}
