// Growth is a server whose memory in use does what it is told, by the clock: it keeps a cache of constant size, warms up,
// leaks, fills and empties, wanders, or takes one step. It serves /debug/pprof, and /truth says what it holds.
//
//	growth ADDRESS MODE SECONDS [LEAK CHURN]
//
// LEAK is in MB, CHURN in MB of short-lived blocks, both for each second. It collects five times a second and ends by
// itself after SECONDS.
package main

import (
	"fmt"
	"log"
	"math"
	"math/rand"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"strconv"
	"sync"
	"time"
)

const (
	mb    = 1 << 20
	block = 8 << 10
)

var (
	lock   sync.Mutex
	cache  [][]byte
	leaked [][]byte
	sink   []byte
)

//go:noinline
func fill() []byte { return make([]byte, block) }

//go:noinline
func forget() []byte { return make([]byte, 2*block) }

//go:noinline
func render() []byte { return make([]byte, 4<<10) }

// hold makes the cache so many blocks large, and replaces some of them.
func hold(blocks, replaced int) {
	for len(cache) < blocks {
		cache = append(cache, fill())
	}
	for at := blocks; at < len(cache); at++ {
		cache[at] = nil
	}
	cache = cache[:blocks]
	for ; replaced > 0 && blocks > 0; replaced-- {
		cache[rand.Intn(blocks)] = fill()
	}
}

func leak(bytes float64) {
	for float64(len(leaked))*2*block < bytes {
		leaked = append(leaked, forget())
	}
}

// size is that of the cache in MB after some seconds.
func size(mode string, seconds, span float64, wander *float64) float64 {
	switch mode {
	case "warmup":
		return math.Min(60, 5+55*seconds/(0.35*span))
	case "sawtooth":
		period := span / 4
		return 10 + 50*(seconds/period-float64(int(seconds/period)))
	case "wander":
		*wander = 0.97**wander + 0.24*rand.NormFloat64()
		return math.Max(5, 40+6**wander)
	case "step":
		if seconds < 0.45*span {
			return 30
		}
		return 55
	}
	return 40
}

func work(mode string, span, leakMB, churnMB float64) {
	start, wander, churned := time.Now(), rand.NormFloat64(), 0.0
	for range time.Tick(20 * time.Millisecond) {
		seconds := time.Since(start).Seconds()
		if seconds > span {
			os.Exit(0)
		}
		lock.Lock()
		hold(int(size(mode, seconds, span, &wander)*mb/block), 50)
		leak(leakMB * mb * seconds)
		for ; churned < churnMB*mb*seconds; churned += 4 << 10 {
			sink = render()
		}
		lock.Unlock()
	}
}

func number(at int) float64 {
	if len(os.Args) <= at {
		return 0
	}
	value, err := strconv.ParseFloat(os.Args[at], 64)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	if len(os.Args) < 4 {
		log.Fatal("usage: growth ADDRESS MODE SECONDS [LEAK CHURN]")
	}
	go work(os.Args[2], number(3), number(4), number(5))
	go func() {
		for range time.Tick(200 * time.Millisecond) {
			runtime.GC()
		}
	}()
	http.HandleFunc("/truth", func(w http.ResponseWriter, _ *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		fmt.Fprintln(w, len(cache)*block, len(leaked)*2*block)
	})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
