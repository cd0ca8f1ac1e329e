// Package row writes rows of a table.
package row

import "strings"

// Of returns a line with the fields, each with a semicolon, written into one block that is large enough from the start.
func Of(fields []string) string {
	size := len(fields)
	for _, field := range fields {
		size += len(field)
	}
	var line strings.Builder
	line.Grow(size)
	for _, field := range fields {
		line.WriteString(field)
		line.WriteByte(';')
	}
	return line.String()
}
