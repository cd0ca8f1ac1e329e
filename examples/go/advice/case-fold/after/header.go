// Package header finds headers, of which the case does not matter.
package header

import "strings"

// Find returns where a header is, or -1. A comparison makes nothing.
func Find(names []string, name string) int {
	for i, other := range names {
		if strings.EqualFold(other, name) {
			return i
		}
	}
	return -1
}
