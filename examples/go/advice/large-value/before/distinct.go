// Package distinct counts numbers of parts.
package distinct

// Parts have numbers below it.
const limit = 1 << 18

// Count returns how many different numbers there are. The array of 256 KiB is too large for the stack.
func Count(numbers []uint32) int {
	var seen [limit]bool
	count := 0
	for _, number := range numbers {
		number %= limit
		if !seen[number] {
			seen[number] = true
			count++
		}
	}
	return count
}
