#!/usr/bin/env bash
# Builds the program that answers as `go tool pprof` of Go 1.27.3 does, from that Go's own sources:
#
#   GO=/path/to/go fuzz/pprof/build.sh PROGRAM
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath -m "$1")
go=${GO:-go}
vendored=$("$go" env GOROOT)/src/cmd/vendor/github.com
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$vendored" "$work/github.com"
chmod -R u+w "$work"
printf 'module github.com/google/pprof\n\ngo 1.25\n\nrequire github.com/ianlancetaylor/demangle v0.0.0\n' \
    >"$work/github.com/google/pprof/go.mod"
printf 'module github.com/ianlancetaylor/demangle\n\ngo 1.25\n' >"$work/github.com/ianlancetaylor/demangle/go.mod"
# Options of one question stay for the next (internal/driver/config.go: currentCfg): forgotten here.
cat >"$work/github.com/google/pprof/internal/driver/forget.go" <<END
package driver

func Forget() { setCurrentConfig(defaultConfig()) }
END
cat >"$work/github.com/google/pprof/driver/forget.go" <<END
package driver

import internaldriver "github.com/google/pprof/internal/driver"

func Forget() { internaldriver.Forget() }
END
cat >"$work/go.mod" <<END
module answers

go 1.25

require (
	github.com/google/pprof v0.0.0
	github.com/ianlancetaylor/demangle v0.0.0
)

replace (
	github.com/google/pprof => ./github.com/google/pprof
	github.com/ianlancetaylor/demangle => ./github.com/ianlancetaylor/demangle
)
END
cp "$here/main.go" "$work/main.go"
cd "$work"
GOTOOLCHAIN=local GOFLAGS=-mod=mod GOPROXY=off "$go" build -o "$program" .
