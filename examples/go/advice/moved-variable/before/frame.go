// Package frame writes messages with their kind and length before them.
package frame

import (
	"encoding/binary"
	"io"
)

// Writer writes messages.
type Writer struct {
	to io.Writer
}

// NewWriter writes messages to what is given.
func NewWriter(to io.Writer) *Writer { return &Writer{to: to} }

// Write writes one message. The header escapes since an io.Writer might keep it.
func (w *Writer) Write(kind uint64, message []byte) error {
	var header [24]byte
	copy(header[:], "frame")
	binary.BigEndian.PutUint64(header[8:], kind)
	binary.BigEndian.PutUint64(header[16:], uint64(len(message)))
	if _, err := w.to.Write(header[:]); err != nil {
		return err
	}
	_, err := w.to.Write(message)
	return err
}
