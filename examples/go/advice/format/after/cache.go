// Package cache finds values by a number and a region.
package cache

import "strconv"

// Cache has the values by keys like "17:north".
type Cache map[string]int

// Get returns a value, if there is one. The key is on the stack, if it is not longer than usual, and
// the conversion to a string within the brackets copies nothing.
func (c Cache) Get(id int, region string) (int, bool) {
	var stack [64]byte
	key := strconv.AppendInt(stack[:0], int64(id), 10)
	key = append(key, ':')
	key = append(key, region...)
	value, ok := c[string(key)]
	return value, ok
}
