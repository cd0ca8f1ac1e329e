// Package escapelined has lines of other files.
package escapelined

//line expr.y:10
func Parse(n int) *int {
	x := n
	return &x
}

//line /templates/page.templ:3:5
func Render(n int) []int {
	out := make([]int, n)
	for i := range out {
		out = append(out, i)
	}
	return out
}

//line scan.rl:7
func Both(n int) (a, b any) { return n, make([]int, n) }

type Names []string

//line a.go:100
func Boxed(sink func(any), s string) {
	sink(Names{s, s})
	sink(Point{1, len(s)})
	sink(&Point{1, 2})
}

type Point struct{ X, Y int }

func Named(n int) (r *Point, err error) {
	var p Point
	p.X = n
	r = &p
	return
}

func NamedResult(n int, do func(*Point)) (r Point) {
	do(&r)
	return
}
