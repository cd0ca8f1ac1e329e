// Package feed reads messages until there are none for a while.
package feed

import (
	"errors"
	"time"
)

// ErrIdle tells that no message came for too long.
var ErrIdle = errors.New("no message came in time")

// Sum adds up the messages until the channel is closed. Each message makes a timer and its channel.
func Sum(messages <-chan int, patience time.Duration) (int, error) {
	sum := 0
	for {
		select {
		case message, ok := <-messages:
			if !ok {
				return sum, nil
			}
			sum += message
		case <-time.After(patience):
			return sum, ErrIdle
		}
	}
}
