// Package checksum adds up the bytes of a request.
package checksum

import (
	"errors"
	"hash/crc32"
	"io"
)

// Of returns the checksum of what body has. The buffer escapes since body, an interface, might keep it.
func Of(body io.Reader) (uint32, error) {
	buffer := make([]byte, 64<<10)
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
