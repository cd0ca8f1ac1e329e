// Package cache finds values by a number and a region.
package cache

import "fmt"

// Cache has the values by keys like "17:north".
type Cache map[string]int

// Get returns a value, if there is one. The key is a new string, and its parts are boxed to be formatted.
func (c Cache) Get(id int, region string) (int, bool) {
	value, ok := c[fmt.Sprintf("%d:%s", id, region)]
	return value, ok
}
