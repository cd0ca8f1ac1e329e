package advicemade

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
)

var (
	book *Book
	sink any
)

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func BenchmarkAll(b *testing.B) {
	if book == nil {
		book = Load(120)
	}
	text := strings.Repeat("x", 1000)
	messages := make(chan []byte, 1)
	names := reflect.ValueOf(map[string]int{"a": 1})
	var (
		routers Routers
		named   Named
		message Message
		r       io.Reader = zeros{}
	)
	length := func(text string) int { return len(text) }
	for b.Loop() {
		for range 4 {
			Pages.Get()
			Buffers.Get()
			_, _ = Text(r, 1500)
			_ = message.Read(r, 1500)
			Send(r, 1500, messages)
			<-messages
			for range 200 {
				Points.Get()
			}
		}
		routes := Routes{}
		for range 4 {
			sink = Decode([]byte(text))
		}
		for i := range 150 {
			ID{1, 2, byte(i)}.String()
			_ = Many("key", []int{i})
			Colored(text[:20], i)
			named.Rename(i)
			Value(i)
			sink = Labels(nil, i)
		}
		for i := range 30 {
			routes.Add("GET", text[:20+i*7])
			Joined("GET", text[:20+i*7])
		}
		for i := range 250 {
			Find(names, text[:i%7])
			With(context.Background(), 1000+i)
			routers.Handle(length, i)
			ParseType(text[:2])
			f := Wrapped(length)
			sink = f
		}
	}
}
