// Package report makes reports, and keeps those that a client confirms.
package report

import "context"

// Archive keeps reports.
type Archive chan []byte

// Send makes a report, and has a goroutine wait for the client to confirm it, for as long as the
// request lasts.
func (archive Archive) Send(ctx context.Context, title string, confirmed <-chan struct{}) int {
	report := make([]byte, 16<<10)
	size := render(report, title)
	go func() {
		select {
		case <-confirmed:
			archive <- report[:size]
		case <-ctx.Done():
		}
	}()
	return size
}

// render writes the lines of a report into page, and returns how long they are.
func render(page []byte, title string) int {
	size := 0
	for len(title) > 0 && size+len(title) < len(page) {
		size += copy(page[size:], title)
		size += copy(page[size:], "\n")
	}
	return size
}
