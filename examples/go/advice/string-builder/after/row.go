// Package row writes rows of a table.
package row

import "strings"

// Of returns a line with the fields, written into one block that is large enough from the start.
func Of(fields []string) string {
	size := len(fields)
	for _, field := range fields {
		size += len(field)
	}
	var line strings.Builder
	line.Grow(size)
	for i, field := range fields {
		if i > 0 {
			line.WriteByte(';')
		}
		line.WriteString(field)
	}
	return line.String()
}
