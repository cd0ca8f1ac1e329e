// Package row writes rows of a table.
package row

// Of returns a line with the fields, each with a semicolon. Each += copies what there is so far into a new string.
func Of(fields []string) string {
	line := ""
	for _, field := range fields {
		line += field + ";"
	}
	return line
}
