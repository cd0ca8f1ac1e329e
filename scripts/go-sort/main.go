// Prints in which order Go's sort.Sort leaves elements, for tests of heapwise's own.
//
//	go run main.go > cases.jsonl
//
// Each line has keys, how they compare ("rising": the smaller is less; "circle": 0 is less than 1,
// 1 than 2 and 2 than 0, which no order satisfies), where in the keys the elements of the result
// stood, and how often Less was asked.
package main

import (
	"encoding/json"
	"math/rand"
	"os"
	"sort"
)

type sorted struct {
	Way      string `json:"less"`
	Keys     []int  `json:"keys"`
	Order    []int  `json:"order"`
	Compared int    `json:"compared"`
}

func (s *sorted) Len() int      { return len(s.Order) }
func (s *sorted) Swap(i, j int) { s.Order[i], s.Order[j] = s.Order[j], s.Order[i] }
func (s *sorted) Less(i, j int) bool {
	s.Compared++
	left, right := s.Keys[s.Order[i]], s.Keys[s.Order[j]]
	if s.Way == "circle" {
		return (left+1)%3 == right%3
	}
	return left < right
}

// adversary decides what keys are while it is asked, so that pivots are as bad as can be (M. D.
// McIlroy, A Killer Adversary for Quicksort).
type adversary struct {
	keys, order     []int
	next, candidate int
}

func (a *adversary) Len() int      { return len(a.order) }
func (a *adversary) Swap(i, j int) { a.order[i], a.order[j] = a.order[j], a.order[i] }
func (a *adversary) Less(i, j int) bool {
	open := len(a.keys)
	left, right := a.order[i], a.order[j]
	if a.keys[left] == open && a.keys[right] == open {
		if left == a.candidate {
			a.keys[left] = a.next
		} else {
			a.keys[right] = a.next
		}
		a.next++
	}
	if a.keys[left] == open {
		a.candidate = left
	} else if a.keys[right] == open {
		a.candidate = right
	}
	return a.keys[left] < a.keys[right]
}

func hostile(length int) []int {
	a := &adversary{keys: make([]int, length), order: numbers(length)}
	for i := range a.keys {
		a.keys[i] = length
	}
	// Or else everything seems to be in order, and stays so.
	a.keys[length/4*2], a.next = 0, 1
	sort.Sort(a)
	return a.keys
}

func numbers(length int) []int {
	all := make([]int, length)
	for i := range all {
		all[i] = i
	}
	return all
}

func main() {
	out := json.NewEncoder(os.Stdout)
	add := func(way string, keys []int) {
		s := &sorted{Way: way, Keys: keys, Order: numbers(len(keys))}
		sort.Sort(s)
		if err := out.Encode(s); err != nil {
			panic(err)
		}
	}
	of := func(length int, key func(i int) int) []int {
		keys := numbers(length)
		for i := range keys {
			keys[i] = key(i)
		}
		return keys
	}
	random := rand.New(rand.NewSource(1))
	lengths := []int{0, 1, 2, 3, 11, 12, 13, 14, 31, 49, 50, 51, 58, 80, 129}
	for _, length := range lengths {
		for _, kinds := range []int{1, 2, 3, 9, 40, 1 << 20} {
			add("rising", of(length, func(int) int { return random.Intn(kinds) }))
			// Nearly in order, as rows are that were sorted by something else.
			add("rising", of(length, func(i int) int { return i*kinds/max(length, 1) + random.Intn(2) }))
		}
		add("rising", of(length, func(i int) int { return length - i }))
		add("rising", of(length, func(i int) int { return (length - i) / 3 }))
		add("rising", of(length, func(i int) int { return min(i, length-i) }))
		add("rising", of(length, func(i int) int { return i % 8 }))
		for misplaced := 1; misplaced <= 6; misplaced++ {
			keys := of(length, func(i int) int { return i / 2 })
			for range misplaced {
				if length > 0 {
					keys[random.Intn(length)] = random.Intn(length)
				}
			}
			add("rising", keys)
		}
		for range 4 {
			add("circle", of(length, func(int) int { return random.Intn(3) }))
		}
	}
	for _, length := range []int{60, 128, 500} {
		keys := hostile(length)
		add("rising", keys)
		// The same with keys that are alike.
		add("rising", of(length, func(i int) int { return keys[i] / 4 }))
	}
}
