#!/bin/sh
# Called by cargo in the place of rustc (RUSTC_WRAPPER): has the coverage that a fuzzer looks at counted in the code of
# this workspace alone. Counted in what is taken from others, too, most of it in patterns, JSON and inflating, an
# execution takes twice to ten times as long, and finds the same.
#
# These are the flags that `cargo fuzz build --sanitizer none` sets.
rustc=$1
shift
case " $* " in
*" --crate-name heapwise_"* | *" --crate-name go_regex "* | *" fuzz_targets/"*)
    exec "$rustc" "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0
    ;;
*) exec "$rustc" "$@" ;;
esac
