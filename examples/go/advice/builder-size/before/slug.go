// Package slug makes names of titles.
package slug

import "strings"

// Of returns a title with signs that a URL has as they are. The builder grows whenever it is full.
func Of(title string) string {
	var out strings.Builder
	for _, r := range title {
		if r == ' ' {
			r = '-'
		}
		out.WriteRune(r)
	}
	return out.String()
}
