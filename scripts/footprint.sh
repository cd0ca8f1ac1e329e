#!/bin/sh
# How large the released binary is, and how many instructions it takes to start and to answer on a small profile; fails
# when one is more than footprint.limits allows. `scripts/instructions.sh` counts what large profiles cost.
set -eu
cd "$(dirname "$0")/.."

cargo build --locked --quiet --release -p heapwise --bin heapwise
binary=${CARGO_TARGET_DIR:-target}/release/heapwise
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Instructions of one run.
count() {
    TZ=UTC valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$@" >/dev/null 2>"$log" || {
        cat "$log" >&2
        return 1
    }
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$log"
}

measure() {
    case $1 in
    binary_bytes) wc -c <"$binary" ;;
    version) count --version ;;
    help) count top -h ;;
    top) count top testdata/server/heap.pb.gz ;;
    diff) count diff testdata/server/heap.pb.gz testdata/server/go1.27/heap.later.pb.gz ;;
    *) echo "footprint: found $1 in footprint.limits, expected what footprint.sh measures" >&2 && return 1 ;;
    esac
}

has_valgrind=yes
if ! command -v valgrind >/dev/null; then
    has_valgrind=
    echo "footprint: SKIPPED, only the size was measured: valgrind is not installed" |
        tee -a "${HEAPWISE_SKIPPED:-/dev/null}"
fi

failed=0
while read -r name limit; do
    case $name in '' | '#'*) continue ;; esac
    if [ -z "$has_valgrind" ] && [ "$name" != binary_bytes ]; then continue; fi
    value=$(measure "$name")
    awk -v name="$name" -v value="$value" -v limit="$limit" 'BEGIN {
        bad = value > limit * 1.05
        printf "%-14s %12d, limit %d + 5 %%%s\n", name, value, limit, bad ? ": TOO MUCH" : ""
        exit bad
    }' || failed=1
done <scripts/footprint.limits
exit "$failed"
