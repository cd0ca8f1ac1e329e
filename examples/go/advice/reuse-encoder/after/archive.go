// Package archive compresses pages.
package archive

import (
	"compress/gzip"
	"io"
)

// Archive writes pages, each as a file of its own.
type Archive struct {
	to         io.Writer
	compressed *gzip.Writer
}

// New returns one that writes to a writer.
func New(to io.Writer) *Archive {
	return &Archive{to, gzip.NewWriter(to)}
}

// Add compresses a page, with the tables of the page before.
func (a *Archive) Add(page []byte) error {
	a.compressed.Reset(a.to)
	if _, err := a.compressed.Write(page); err != nil {
		return err
	}
	return a.compressed.Close()
}
