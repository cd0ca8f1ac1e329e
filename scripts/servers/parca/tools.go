//go:build tools

// Names the server that is built here, so that its modules are in go.sum.
package tools

import _ "github.com/parca-dev/parca/cmd/parca"
