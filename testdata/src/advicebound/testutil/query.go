// Package testutil makes what benchmarks ask for.
package testutil

// Query names many fields.
//
//go:noinline
func Query(fields []string) string {
	query := ""
	for _, field := range fields {
		query += field + " "
	}
	return query
}
