// Package row writes rows of a table.
package row

// Of returns a line with the fields. Each += copies what there is so far into a new string.
func Of(fields []string) string {
	line := ""
	for i, field := range fields {
		if i > 0 {
			line += ";"
		}
		line += field
	}
	return line
}
