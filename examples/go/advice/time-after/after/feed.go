// Package feed reads messages until there are none for a while.
package feed

import (
	"errors"
	"time"
)

// ErrIdle tells that no message came for too long.
var ErrIdle = errors.New("no message came in time")

// Sum adds up the messages until the channel is closed. One timer starts anew with each message, which
// since Go 1.23 needs nothing else.
func Sum(messages <-chan int, patience time.Duration) (int, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	sum := 0
	for {
		select {
		case message, ok := <-messages:
			if !ok {
				return sum, nil
			}
			sum += message
			timer.Reset(patience)
		case <-timer.C:
			return sum, ErrIdle
		}
	}
}
