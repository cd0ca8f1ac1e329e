//go:build go1.25

package main

import (
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// Made outside of the bubble: waiting for it is not durable, so that the clock of the bubble stands.
var blocked = make(chan int)

// TestBubble parks goroutines in a bubble, and then does as the command in the directory that
// PARKED names.
func TestBubble(t *testing.T) {
	go func() {
		park()
		write(os.Getenv("PARKED"))
		syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		select {}
	}()
	synctest.Test(t, func(*testing.T) {
		ch := make(chan int)
		go func() { <-ch }()
		go func() { ch <- 1; ch <- 2 }()
		go func() { select {} }()
		go func() {
			select {
			case <-ch:
			case <-make(chan string):
			}
		}()
		go func() { time.Sleep(time.Hour) }()
		go func() { var wg sync.WaitGroup; wg.Add(1); wg.Wait() }()
		<-blocked
	})
}
