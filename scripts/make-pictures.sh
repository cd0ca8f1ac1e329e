#!/usr/bin/env bash
# Makes the pictures of the README and of docs/pictures.md with the browser: scripts/make-pictures.sh [HEAPWISE]
set -euo pipefail
cd "$(dirname "$0")/.."
heapwise=${1:-target/release/heapwise}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# NAME WIDTH HEIGHT: a page as it is after its script has drawn.
shoot() {
    timeout 60 chromium --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars \
        --user-data-dir="$work/$1" --virtual-time-budget=3000 --window-size="$2,$3" \
        --screenshot="$PWD/docs/pictures/$1.png" "file://$work/$1.html" 2>"$work/log" >&2 ||
        { cat "$work/log" >&2 && exit 1; }
}

mkdir -p docs/pictures
pair=testdata/beforeafter/buffer-vs-pool
"$heapwise" flame -q --alloc_space testdata/gotool/compile/go_constant.default.pb.gz -o "$work/flame.html"
"$heapwise" diff -q --before-ops=300000 --after-ops=300000 --before $pair/before --after $pair/after -o "$work/diff.html"
"$heapwise" goroutines -q -n 1 testdata/server/series/chanrecv -o "$work/goroutines.html"
"$heapwise" growth -q testdata/growth/leak -o "$work/series.html"
shoot flame 1100 760
shoot diff 1100 620
shoot goroutines 1100 760
shoot series 1100 900
