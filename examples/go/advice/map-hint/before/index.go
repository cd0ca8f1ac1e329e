// Package index finds the position of a name.
package index

// Positions returns where each name is. The map starts small and moves to a larger table when one is full.
func Positions(names []string) map[string]int {
	positions := make(map[string]int)
	for i, name := range names {
		positions[name] = i
	}
	return positions
}
