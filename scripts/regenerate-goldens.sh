#!/usr/bin/env bash
# Makes the goldens of testdata/pprof again: what `go tool pprof` of Go 1.27.3 prints.
#
#   GO=/path/to/go scripts/regenerate-goldens.sh
#
# testdata/pprof/PROFILE/QUESTION.args holds one argument a line, for testdata/PROFILE.pb.gz; where
# it names no report, -top is asked for. QUESTION.txt beside it is the answer. To add a golden, add
# an .args file and run this script. testdata/select has what -raw prints, after what filters say.
# testdata/go_regex has what Go's regular expressions match, asked by scripts/go-regex; testdata/go_sort
# in which order Go's sort leaves elements, asked by scripts/go-sort.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

go=${GO:-go}
wanted=go1.27.3
found=$(GOTOOLCHAIN=local "$go" env GOVERSION) || {
    echo "regenerate-goldens: found no Go ($go), expected $wanted" >&2
    exit 2
}
if [[ $found != "$wanted" ]]; then
    echo "regenerate-goldens: found $found, expected $wanted" >&2
    exit 2
fi

GOTOOLCHAIN=local "$go" tool pprof -h >/dev/null 2>&1 || true # Go builds its tools when first used.
pprof=$(GOTOOLCHAIN=local "$go" tool -n pprof)

# pprof's order of rows with the same name is random with -files: the sum column (of the bytes 17
# to 24) depends on it. What is left is the same in every run.
without_order() {
    awk '/^ +flat +flat%/ { rows = 1 }
         rows { print "row " substr($0, 1, 17) substr($0, 25); next }
         { print "label " $0 }' "$1" | sort
}

# What pprof says and prints: ask PROFILE ARGUMENT...
ask() {
    local profile=$1
    shift
    PPROF_BINARY_PATH=/nonexistent TZ=UTC "$pprof" -symbolize=none "$@" "$profile"
}

answer() {
    ask "$@" 2>/dev/null
}

# Whether two answers to the question at hand are the same.
is_same() {
    cmp -s "$1" "$2" ||
        { grep -qx -e -files "$args_file" && cmp -s <(without_order "$1") <(without_order "$2"); }
}

count=0
while IFS= read -r -d '' args_file; do
    golden=${args_file%.args}.txt
    folder=${args_file%/*}
    profile=testdata/${folder#testdata/pprof/}.pb.gz
    mapfile -t args <"$args_file"
    grep -qxE -e '-(top|tree|traces|tags|raw|comments|dot|callgrind)|-(list|peek)=.*' "$args_file" || args=(-top "${args[@]}")
    if [[ -e $golden ]]; then
        # One of several answers is kept as long as pprof still gives it.
        for attempt in {1..20}; do
            answer "$profile" "${args[@]}" >"$golden.new"
            if is_same "$golden" "$golden.new"; then
                ((attempt == 1)) || echo "$args_file: pprof gives several answers"
                cp "$golden" "$golden.new"
                break
            fi
        done
    else
        answer "$profile" "${args[@]}" >"$golden.new"
        for _ in {1..8}; do
            answer "$profile" "${args[@]}" >"$golden.again"
            is_same "$golden.new" "$golden.again" || {
                rm "$golden.new" "$golden.again"
                echo "regenerate-goldens: $args_file: found two answers to one question, expected one" >&2
                exit 1
            }
        done
        rm "$golden.again"
    fi
    mv "$golden.new" "$golden"
    count=$((count + 1))
done < <(find testdata/pprof -name '*.args' -print0 | sort -z)

while IFS= read -r -d '' args_file; do
    folder=${args_file%/*}
    mapfile -t args <"$args_file"
    {
        ask "testdata/${folder#testdata/select/}.pb.gz" -raw "${args[@]}" 2>&1 >"$args_file.out" |
            grep -E 'matched no samples$|as range, not regexp$' || true
        cat "$args_file.out"
    } >"${args_file%.args}.txt"
    rm "$args_file.out"
    count=$((count + 1))
done < <(find testdata/select -name '*.args' -print0 | sort -z)

GOTOOLCHAIN=local "$go" run scripts/go-regex/main.go >testdata/go_regex/cases.jsonl
GOTOOLCHAIN=local "$go" run scripts/go-sort/main.go >testdata/go_sort/cases.jsonl
echo "$count goldens of $wanted"
