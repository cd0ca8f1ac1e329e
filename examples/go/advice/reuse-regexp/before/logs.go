// Package logs reads lines like "10:04:11 GET /carts/17 200 31ms".
package logs

import "regexp"

// Route returns the method and the first part of the path of a request, as "GET /carts". The expression is
// compiled anew for each line.
func Route(line string) (string, bool) {
	request := regexp.MustCompile(`(?:GET|PUT|POST|DELETE) /[a-z]+`)
	at := request.FindStringIndex(line)
	if at == nil {
		return "", false
	}
	return line[at[0]:at[1]], true
}
