#!/usr/bin/env bash
# Fuzzes each target for some seconds, from small seeds of testdata/ and what earlier runs kept:
#
#   scripts/fuzz.sh [SECONDS [TARGET...]]
#
# Needs cargo-fuzz, and for the targets that compare with Go (differential, regex) a Go 1.27.3 named by GO. No code here
# is unsafe, so no sanitizer is needed, which makes an execution five times as fast; sums that overflow still fail.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
if [[ ${#targets[@]} == 0 ]]; then
    mapfile -t targets < <(sed -n 's/^name = "\([a-z]*\)"$/\1/p' fuzz/Cargo.toml | grep -v heapwise)
fi
export RUSTC_BOOTSTRAP=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -n ${GO:-} ]]; then
    fuzz/pprof/build.sh "$work/pprof"
    export HEAPWISE_FUZZ_PPROF=$work/pprof
fi
failed=0
for target in "${targets[@]}"; do
    if [[ $target == differential || $target == regex ]] && [[ -z ${HEAPWISE_FUZZ_PPROF:-} ]]; then
        echo "fuzz: $target: not run, GO names no Go 1.27.3"
        continue
    fi
    mkdir -p "fuzz/corpus/$target" "$work/seeds"
    find testdata -type f -size -8k | while read -r seed; do
        cp "$seed" "$work/seeds/$(echo "$seed" | tr / _)"
    done
    echo "== $target"
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "$work/seeds" -- \
        -max_total_time="$seconds" -max_len=8192 -print_final_stats=1 2>&1 |
        grep -E 'panicked|stat::number_of_executed_units|stat::average_exec|Test unit' -A1 || failed=1
done
exit "$failed"
