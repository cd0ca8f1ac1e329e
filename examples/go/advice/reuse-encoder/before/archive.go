// Package archive compresses pages.
package archive

import (
	"compress/gzip"
	"io"
)

// Archive writes pages, each as a file of its own.
type Archive struct {
	to io.Writer
}

// New returns one that writes to a writer.
func New(to io.Writer) *Archive {
	return &Archive{to}
}

// Add compresses a page. The tables of the new writer are several hundred times as large as a page.
func (a *Archive) Add(page []byte) error {
	compressed := gzip.NewWriter(a.to)
	if _, err := compressed.Write(page); err != nil {
		return err
	}
	return compressed.Close()
}
