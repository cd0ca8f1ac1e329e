// Package distinct counts numbers of parts.
package distinct

// Parts have numbers below it.
const limit = 1 << 18

// Count returns how many different numbers there are. With a bit for each the array has 32 KiB, and is on the stack.
func Count(numbers []uint32) int {
	var seen [limit / 64]uint64
	count := 0
	for _, number := range numbers {
		number %= limit
		word, bit := number/64, uint64(1)<<(number%64)
		if seen[word]&bit == 0 {
			seen[word] |= bit
			count++
		}
	}
	return count
}
