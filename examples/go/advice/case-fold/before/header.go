// Package header finds headers, of which the case does not matter.
package header

import "strings"

// Find returns where a header is, or -1. Each comparison makes two strings.
func Find(names []string, name string) int {
	for i, other := range names {
		if strings.ToLower(other) == strings.ToLower(name) {
			return i
		}
	}
	return -1
}
