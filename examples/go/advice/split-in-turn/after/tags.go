// Package tags looks at lists of tags.
package tags

import "strings"

// Longest returns the longest of the tags between commas. SplitSeq tells one after the other.
func Longest(list string) string {
	longest := ""
	for tag := range strings.SplitSeq(list, ",") {
		if len(tag) > len(longest) {
			longest = tag
		}
	}
	return longest
}
