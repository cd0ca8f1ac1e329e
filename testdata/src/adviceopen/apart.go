package adviceopen

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"sync"
)

// Each hands each part to a goroutine of its own.
//
//go:noinline
func Each(parts [][]int, found *[64]int) {
	var all sync.WaitGroup
	sum := func(at int, part []int) {
		defer all.Done()
		for _, one := range part {
			found[at%len(found)] += one
		}
	}
	all.Add(len(parts))
	for at, part := range parts {
		go sum(at, part)
	}
	all.Wait()
}

// Written writes values of any one type.
//
//go:noinline
func Written[T any](values []T) []string {
	all := make([]string, 0, len(values))
	for _, value := range values {
		all = append(all, fmt.Sprintf("%v", value))
	}
	return all
}

// Item has anything.
type Item struct{ value any }

// Items are kept by name.
type Items map[string]Item

// Add puts a number where anything may be.
//
//go:noinline
func (i Items) Add(name string, number int) {
	item := i[name]
	if known, ok := item.value.(int); ok {
		number += known
	}
	item.value = number
	i[name] = item
}

// Sum asks a hash, which takes bytes only.
//
//go:noinline
func Sum(to hash.Hash, text string) {
	to.Reset()
	_, _ = to.Write([]byte(text))
}

// NewHash is what Sum asks.
func NewHash() hash.Hash { return sha256.New() }

var squares []*[2]int

// Square is of a table, which is filled as far as it is asked.
//
//go:noinline
func Square(n int) int {
	for at := len(squares); at <= n; at++ {
		squares = append(squares, &[2]int{at, at * at})
	}
	return squares[n][1]
}

// Hits are few, of a long text.
//
//go:noinline
func Hits(text string) []int {
	var hits []int
	for at, c := range text {
		if c == 'x' {
			if at%2 == 0 {
				hits = append(hits, at)
			}
		}
	}
	return hits
}
