#!/bin/sh
# Counts the instructions that a question costs per uncompressed byte, which unlike time does not
# depend on what else the machine does, and fails when one costs more than instructions.limits
# allows.
set -eu
cd "$(dirname "$0")/.."

if ! command -v valgrind >/dev/null; then
    echo "instructions: SKIPPED, nothing was measured: valgrind is not installed" |
        tee -a "${HEAPWISE_SKIPPED:-/dev/null}"
    exit 0
fi

cargo build --quiet --profile bench -p heapwise-gen --bins --examples
target=${CARGO_TARGET_DIR:-target}/release
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
profile=$folder/5mb.pb.gz
"$target/heapwise-gen" "$profile" 57500 6000 1700 27 go 1 1 2>/dev/null
bytes=$(gzip -dc "$profile" | wc -c)

# Instructions of one run.
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$target/examples/once" "$1" "$profile" 2>"$folder/log" || {
        cat "$folder/log" >&2
        return 1
    }
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$folder/log"
}

failed=0
floor=
# Starting the process and reading the file are no part of a question.
start=$(count none)
while read -r name limit; do
    case $name in '' | '#'*) continue ;; esac
    counted=$(count "$name")
    floor=${floor:-$((counted - start))}
    awk -v name="$name" -v limit="$limit" -v counted="$((counted - start))" -v bytes="$bytes" \
        -v floor="$floor" '
        BEGIN {
            used = counted / bytes
            bad = used > limit * 1.05
            printf "%-16s %6.2f instructions/byte, %4.1f times the first, limit %s + 5 %%%s\n", \
                name, used, counted / floor, limit, bad ? ": TOO MANY" : ""
            exit bad
        }' || failed=1
done <scripts/instructions.limits
exit "$failed"
