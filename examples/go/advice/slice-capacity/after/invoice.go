// Package invoice works on the lines of an invoice.
package invoice

// Line is one of them.
type Line struct {
	Count, Cents int
}

// Amounts returns what each line costs, in one array that is large enough from the start.
func Amounts(lines []Line) []int {
	amounts := make([]int, 0, len(lines))
	for _, line := range lines {
		amounts = append(amounts, line.Count*line.Cents)
	}
	return amounts
}
