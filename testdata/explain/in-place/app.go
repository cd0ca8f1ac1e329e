package app

var (
	rows  []int
	last  *Pair
	known = map[int]int{}
)

// Pair is two numbers.
type Pair struct{ left, right int }

// Filled has its slice made by a literal that is called in place.
//
//go:noinline
func Filled(n int) {
	func() {
		known[n&3] = n
		rows = make([]int, n)
	}()
}

// Named calls a literal that has a name.
//
//go:noinline
func Named(n int) {
	set := func() { last = &Pair{n, n} }
	set()
}

// Turned keeps what each turn of a loop over a function has.
//
//go:noinline
func Turned(n int) {
	for i := range func(yield func(int) bool) { _ = yield(n) && yield(n+1) } {
		last = &Pair{n, i}
	}
}

func newPair(n int) *Pair { return &Pair{n, n} }

// Kept stores what an inlined call returns.
//
//go:noinline
func Kept(n int) { last = newPair(n) }

// Summed has all of it on the stack.
//
//go:noinline
func Summed(n int) int {
	pair := newPair(n)
	func() { pair.left += make([]int, 4)[n&3] }()
	return pair.left + pair.right
}
