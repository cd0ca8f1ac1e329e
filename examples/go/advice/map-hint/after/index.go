// Package index finds the position of a name.
package index

// Positions returns where each name is, in tables that are large enough from the start.
func Positions(names []string) map[string]int {
	positions := make(map[string]int, len(names))
	for i, name := range names {
		positions[name] = i
	}
	return positions
}
