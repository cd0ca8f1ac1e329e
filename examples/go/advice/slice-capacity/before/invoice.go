// Package invoice works on the lines of an invoice.
package invoice

// Line is one of them.
type Line struct {
	Count, Cents int
}

// Amounts returns what each line costs. The slice starts empty and moves to a larger array when one is full.
func Amounts(lines []Line) []int {
	var amounts []int
	for _, line := range lines {
		amounts = append(amounts, line.Count*line.Cents)
	}
	return amounts
}
