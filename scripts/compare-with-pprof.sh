#!/usr/bin/env bash
# Asks heapwise and `go tool pprof` of Go 1.27.3 the same random questions, and gives both
# legacy profiles changed at random, and compares the answers.
#
#   GO=/path/to/go scripts/compare-with-pprof.sh [COMBINATIONS [SEED]]
set -euo pipefail
cd "$(dirname "$0")/.."

go=${GO:-go}
wanted=go1.27.3
found=$(GOTOOLCHAIN=local "$go" env GOVERSION) || found="no Go ($go)"
if [[ $found != "$wanted" ]]; then
    echo "compare-with-pprof: found $found, expected $wanted" >&2
    exit 2
fi
GOTOOLCHAIN=local "$go" tool pprof -h >/dev/null 2>&1 || true # Go builds its tools when first used.
HEAPWISE_PPROF=$(GOTOOLCHAIN=local "$go" tool -n pprof) \
    HEAPWISE_COMBINATIONS=${1:-2000} HEAPWISE_SEED=${2:-1} \
    cargo test --locked --quiet -p heapwise --test oracle --test legacy_oracle -- --ignored --nocapture
