// tune runs a program of a known shape under whatever GOGC and GOMEMLIMIT say, and prints what the
// collector did, as one line of JSON: differences of runtime/metrics over the time behind a warm-up.
//
//	tune steady|bursty|growing|buffers LIVE_MIB ALLOC_MIB_PER_SECOND MIN_SECONDS MAX_SECONDS MIN_CYCLES
//
// steady keeps LIVE and allocates at one rate. bursty allocates three times as much in one of four
// tenths of a second, and keeps a quarter of LIVE more for that long. growing lets its live heap grow by
// a quarter of LIVE over MIN_SECONDS. buffers keeps and allocates byte slices of 1 to 16 KiB and maps.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"time"
)

// node is 120 bytes, of which Go allocates 128.
type node struct {
	next *node
	pad  [14]uint64
}

const mib = 1 << 20

var names = []string{
	"/gc/cycles/total:gc-cycles", "/gc/heap/allocs:bytes", "/gc/heap/live:bytes", "/gc/heap/goal:bytes",
	"/gc/scan/stack:bytes", "/gc/scan/globals:bytes", "/gc/scan/heap:bytes",
	"/memory/classes/total:bytes", "/memory/classes/heap/released:bytes",
	"/memory/classes/heap/free:bytes", "/memory/classes/heap/objects:bytes",
	"/cpu/classes/gc/total:cpu-seconds", "/cpu/classes/gc/mark/idle:cpu-seconds",
	"/cpu/classes/gc/mark/assist:cpu-seconds", "/cpu/classes/total:cpu-seconds",
	"/cpu/classes/idle:cpu-seconds", "/gc/cycles/forced:gc-cycles", "/gc/limiter/last-enabled:gc-cycle",
}

const (
	cycles = iota
	allocs
	live
	goal
	stack
	globals
	scanHeap
	total
	released
	free
	objects
	gcCPU
	idleMark
	assist
	allCPU
	idleCPU
	forced
	limiter
)

type reading [18]float64

var samples = func() []metrics.Sample {
	all := make([]metrics.Sample, len(names))
	for i, name := range names {
		all[i].Name = name
	}
	return all
}()

func read() (r reading) {
	metrics.Read(samples)
	for i := range samples {
		switch samples[i].Value.Kind() {
		case metrics.KindUint64:
			r[i] = float64(samples[i].Value.Uint64())
		case metrics.KindFloat64:
			r[i] = samples[i].Value.Float64()
		}
	}
	return r
}

// spread is what was seen of a value that varies.
type spread struct {
	sum, min, max float64
	count         int
}

func (s *spread) add(v float64) {
	if s.count == 0 || v < s.min {
		s.min = v
	}
	s.max = max(s.max, v)
	s.sum += v
	s.count++
}

func (s *spread) row() [3]int64 {
	if s.count == 0 {
		return [3]int64{}
	}
	return [3]int64{int64(s.min), int64(s.sum / float64(s.count)), int64(s.max)}
}

// watch sees every cycle, and the most memory that was mapped.
type watch struct {
	last                 float64
	live, goal, overhead spread
	peak                 float64
}

func (w *watch) look() reading {
	r := read()
	mapped := r[total] - r[released]
	w.peak = max(w.peak, mapped)
	if r[cycles] != w.last {
		w.last = r[cycles]
		w.live.add(r[live])
		w.goal.add(r[goal])
		w.overhead.add(mapped - r[free] - r[objects])
	}
	return r
}

// program is what keeps and allocates memory.
type program struct {
	mode  string
	bytes int
	kept  []*node
	burst []*node
	bufs  [][]byte
	maps  []map[int]int
	ring  [16]any
	step  int
}

func chain(bytes int) []*node {
	n := bytes / 128
	list := make([]*node, 0, n)
	for i := 0; i < n; i++ {
		p := &node{}
		if i > 0 {
			p.next = list[i-1]
		}
		list = append(list, p)
	}
	return list
}

func (p *program) start() {
	if p.mode == "growing" {
		// Room for what comes, so that the list itself does not move.
		p.kept = make([]*node, 0, p.bytes*2/128)
	}
	if p.mode == "buffers" {
		for have := 0; have < p.bytes; {
			size := 1024 << (len(p.bufs) % 5)
			p.bufs = append(p.bufs, make([]byte, size))
			have += size
			if len(p.bufs)%64 == 0 {
				m := map[int]int{}
				for i := 0; i < 1000; i++ {
					m[i] = i
				}
				p.maps = append(p.maps, m)
				have += 40 << 10
			}
		}
		return
	}
	p.kept = append(p.kept, chain(p.bytes)...)
}

// chunk allocates some memory that dies soon, and says how much.
func (p *program) chunk() int {
	p.step++
	if p.mode == "buffers" {
		size := 1024 << (p.step % 5)
		p.ring[p.step%len(p.ring)] = make([]byte, size)
		if p.step%32 == 0 {
			m := map[int]int{}
			for i := 0; i < 100; i++ {
				m[i] = i
			}
			p.ring[p.step%len(p.ring)] = m
			size += 4 << 10
		}
		return size
	}
	b := make([]*node, 0, 64)
	for i := 0; i < 64; i++ {
		b = append(b, &node{})
	}
	p.ring[p.step%len(p.ring)] = b
	return 64*128 + 512
}

// shape does what the mode does over time, and says how often the usual rate is asked for.
func (p *program) shape(seconds, whole float64) float64 {
	switch p.mode {
	case "bursty":
		tenth := int(seconds*10) % 4
		if tenth == 0 && p.burst == nil {
			p.burst = chain(p.bytes / 4)
		}
		if tenth != 0 {
			p.burst = nil
			return 1
		}
		return 3
	case "growing":
		share := min(seconds/whole, 1)
		want := int(float64(p.bytes)*(1+share/4)) / 128
		for len(p.kept) < want {
			p.kept = append(p.kept, &node{next: p.kept[len(p.kept)-1]})
		}
	}
	return 1
}

func number(at int) float64 {
	v, err := strconv.ParseFloat(os.Args[at], 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return v
}

func main() {
	if len(os.Args) != 7 {
		fmt.Fprintln(os.Stderr, "usage: tune steady|bursty|growing|buffers LIVE_MIB ALLOC_MIB_PER_SECOND MIN_SECONDS MAX_SECONDS MIN_CYCLES")
		os.Exit(2)
	}
	p := &program{mode: os.Args[1], bytes: int(number(2) * mib)}
	rate, least, most, wanted := number(3)*mib, number(4), number(5), number(6)
	p.start()
	runtime.GC()
	run(p, rate, 1, 3, 6, nil)
	w := &watch{}
	w.last = read()[cycles]
	before, begun := read(), time.Now()
	run(p, rate, least, most, wanted, w)
	after := w.look()
	report(p, w, before, after, time.Since(begun).Seconds())
}

// run allocates for a time, and for a number of cycles. The warm-up has nobody who watches.
func run(p *program, rate, least, most, wanted float64, w *watch) {
	first := read()[cycles]
	start := time.Now()
	last, owed := 0.0, 0.0
	for {
		now := time.Since(start).Seconds()
		whole := 1e18
		if w != nil {
			whole = least
		}
		// What could not be allocated in time is not caught up with for ever.
		owed = min(owed+rate*p.shape(now, whole)*(now-last), rate/4)
		last = now
		for owed > 0 {
			for part := 0; part < 512<<10 && owed > 0; {
				n := p.chunk()
				part += n
				owed -= float64(n)
			}
			if w != nil {
				w.look()
			}
		}
		done := read()[cycles] - first
		if now >= most || (now >= least && done >= wanted) {
			return
		}
		time.Sleep(time.Millisecond)
		if w != nil {
			w.look()
		}
	}
}

func report(p *program, w *watch, before, after reading, seconds float64) {
	d := func(i int) float64 { return after[i] - before[i] }
	round := func(v float64) float64 { return float64(int64(v*1e4+0.5)) / 1e4 }
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"seconds": round(seconds), "procs": runtime.GOMAXPROCS(0),
		"cycles": d(cycles), "forced": d(forced), "alloc": int64(d(allocs)),
		"live": w.live.row(), "goal": w.goal.row(), "non_heap": w.overhead.row(), "peak": int64(w.peak),
		"stack": int64(after[stack]), "globals": int64(after[globals]), "scan_heap": int64(after[scanHeap]),
		"gc_cpu": round(d(gcCPU)), "idle_mark": round(d(idleMark)), "assist": round(d(assist)),
		"all_cpu": round(d(allCPU)), "idle_cpu": round(d(idleCPU)),
		"limited": after[limiter] > before[cycles],
	})
	runtime.KeepAlive(p)
}
