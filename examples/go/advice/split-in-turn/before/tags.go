// Package tags looks at lists of tags.
package tags

import "strings"

// Longest returns the longest of the tags between commas. Split makes a slice of all of them, which is thrown away.
func Longest(list string) string {
	longest := ""
	for _, tag := range strings.Split(list, ",") {
		if len(tag) > len(longest) {
			longest = tag
		}
	}
	return longest
}
