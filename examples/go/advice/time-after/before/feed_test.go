package feed

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestSum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		messages := make(chan int)
		go func() {
			for _, message := range []int{1, 2, 3} {
				time.Sleep(40 * time.Second)
				messages <- message
			}
			time.Sleep(time.Hour)
			close(messages)
		}()
		if sum, err := Sum(messages, time.Minute); sum != 6 || !errors.Is(err, ErrIdle) {
			t.Errorf("found %d, %v, expected 6, %v", sum, err, ErrIdle)
		}
		if sum, err := Sum(messages, 2*time.Hour); sum != 0 || err != nil {
			t.Errorf("found %d, %v, expected 0 of a channel that is closed", sum, err)
		}
	})
}

func BenchmarkSum(b *testing.B) {
	for b.Loop() {
		messages := make(chan int, 100)
		for message := range 100 {
			messages <- message
		}
		close(messages)
		if _, err := Sum(messages, time.Minute); err != nil {
			b.Fatal(err)
		}
	}
}
