#!/usr/bin/env bash
# Runs the unit tests of a crate under Miri, each by itself and for so many seconds of CPU time at most, and tells how many
# hold, which fail, and which take longer:
#
#   scripts/miri.sh CRATE SECONDS [NAME...]     all tests, or those whose names contain one of these
#
# Needs `rustup +nightly component add miri rust-src`.
set -euo pipefail
cd "$(dirname "$0")/.."

crate=${1:?scripts/miri.sh CRATE SECONDS [NAME...]} seconds=${2:?scripts/miri.sh CRATE SECONDS [NAME...]}
shift 2
# Tests read files of testdata/; what the tests of chance keep is of no use here.
# A sum of numbers with a point is what the processor makes it, not one that is near.
export MIRIFLAGS='-Zmiri-disable-isolation -Zmiri-deterministic-floats' PROPTEST_FAILURE_PERSISTENCE=off PROPTEST_CASES=4
run() { cargo +nightly miri test --quiet --locked -p "$crate" --lib -- "$@"; }

held=0 failed=() longer=()
while read -r name; do
    code=0
    said=$( (ulimit -t "$seconds" && run --exact "$name") 2>&1) || code=$?
    if [[ $code == 0 ]]; then
        held=$((held + 1))
    elif grep -qE 'SIGKILL|SIGXCPU|signal: (9|24)' <<<"$said" || [[ -z $said || $code == 137 ]]; then
        longer+=("$name")
    else
        failed+=("$name")
        tail -n 20 <<<"$said"
    fi
done < <(run --list 2>/dev/null | sed -n 's/: test$//p' | { if [[ $# == 0 ]]; then cat; else grep -F "$(printf '%s\n' "$@")"; fi; })

echo "miri: $crate: $held tests hold, ${#failed[@]} fail, ${#longer[@]} take more than $seconds s"
printf 'fails: %s\n' "${failed[@]:+${failed[@]}}" | sed '/^fails: $/d'
printf 'longer: %s\n' "${longer[@]:+${longer[@]}}" | sed '/^longer: $/d'
[[ ${#failed[@]} == 0 ]]
