// Package slug makes names of titles.
package slug

import "strings"

// Of returns a title with signs that a URL has as they are. The builder has its size from the beginning.
func Of(title string) string {
	var out strings.Builder
	out.Grow(len(title))
	for _, r := range title {
		if r == ' ' {
			r = '-'
		}
		out.WriteRune(r)
	}
	return out.String()
}
