// Package checksum adds up the bytes of a request.
package checksum

import (
	"errors"
	"hash/crc32"
	"io"
	"sync"
)

// buffers has those that no request is using. Pointers, for a slice in an interface is an allocation itself.
var buffers = sync.Pool{New: func() any {
	buffer := make([]byte, 64<<10)
	return &buffer
}}

// Of returns the checksum of what body has, through a buffer that an earlier request used.
func Of(body io.Reader) (uint32, error) {
	pooled := buffers.Get().(*[]byte)
	defer buffers.Put(pooled)
	buffer := *pooled
	sum := uint32(0)
	for {
		n, err := body.Read(buffer)
		sum = crc32.Update(sum, crc32.IEEETable, buffer[:n])
		if errors.Is(err, io.EOF) {
			return sum, nil
		}
		if err != nil {
			return 0, err
		}
	}
}
