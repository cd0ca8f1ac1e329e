#!/usr/bin/env bash
# Runs the fuzz targets of fuzz/, all or those that are named:
#
#   scripts/fuzz.sh replay [TARGET...]     each once on every file of testdata/, fuzz/regressions/, what earlier runs kept,
#                                          and ../shared/{corpus,samples,cases} where it is there
#   scripts/fuzz.sh SECONDS [TARGET...]    each for so many seconds, from the small files of those
#   scripts/fuzz.sh check SECONDS [TARGET...]   the one, and then the other from one seed of chance
#
# JOBS targets run side by side (1 if it is not set). Needs Rust and a C++ compiler, and for the targets that ask Go
# (differential, regex) a Go 1.27.3 named by GO. What fails is kept in fuzz/artifacts/TARGET; once mended it becomes a
# file of fuzz/regressions/TARGET.
#
# fuzz/rustc.sh says what is built with which flags. cargo-fuzz is not needed, nor a sanitizer: no code here is unsafe, and
# without one an execution is five times as fast. Sums that overflow still fail.
set -euo pipefail
cd "$(dirname "$0")/.."

replays='' seconds='' seed=()
case ${1:-60} in
replay) replays=1 ;;
check)
    replays=1
    seconds=${2:?scripts/fuzz.sh check SECONDS}
    # Always the same inputs, as far as the time goes: what a change must pass answers for the change.
    seed=(-seed=1)
    shift
    ;;
*) seconds=${1:-60} ;;
esac
shift || true
targets=("$@")
if [[ ${#targets[@]} == 0 ]]; then
    mapfile -t targets < <(cd fuzz/fuzz_targets && ls | sed 's/\.rs$//')
fi

host=$(rustc -vV | sed -n 's/^host: //p')
folder=${FUZZ_TARGET_DIR:-fuzz/target}
started=$SECONDS
RUSTC_WRAPPER=$PWD/fuzz/rustc.sh CARGO_INCREMENTAL=0 cargo build --quiet --locked --release --manifest-path fuzz/Cargo.toml \
    --target "$host" --target-dir "$folder" "${targets[@]/#/--bin=}"
programs=$folder/$host/release

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -n ${GO:-} && " ${targets[*]} " =~ \ (differential|regex)\  ]]; then
    fuzz/pprof/build.sh "$work/pprof"
    export HEAPWISE_FUZZ_PPROF=$work/pprof
fi
echo "fuzz: built in $((SECONDS - started)) s"

# Every file there is, once where several are the same.
gather() { # FIND-ARGUMENT...
    local folders=(testdata)
    for shared in ../shared/corpus ../shared/samples ../shared/cases; do
        if [[ -d $shared ]]; then folders+=("$shared"); fi
    done
    # What a corpus expects of its profiles is no input.
    find "${folders[@]}" -name expected -prune -o -type f "$@" -print0 | sort -z | xargs -0 sha256sum | sort -s -u -k1,1 | cut -c67-
}

# What every run of a target has: what takes longer or more is a fault as well. Whole files are large, and a machine that
# does much else is slow.
limits=(-timeout=300 -rss_limit_mb=2048)

replay() { # TARGET
    local own=()
    for folder in "fuzz/regressions/$1" "fuzz/corpus/$1"; do
        if [[ -d $folder ]]; then own+=("$folder/"); fi
    done
    { cat "$work/all" && if [[ ${#own[@]} != 0 ]]; then find "${own[@]}" -type f; fi; } | tr '\n' '\0' |
        xargs -0 -n 1000 "$programs/$1" "${limits[@]}" -artifact_prefix="fuzz/artifacts/$1/"
}

fuzz() { # TARGET
    # What is longer costs more and finds no more: a made profile of 512 bytes has some 20 parts. To weigh inputs by how
    # rare is what they reach takes half of the time; without that more is reached in the same.
    local options=("${limits[@]}" "${seed[@]}" -max_total_time="$seconds" -max_len=512 -entropic=0 -print_final_stats=1)
    if [[ -e fuzz/words/$1.txt ]]; then options+=(-dict="fuzz/words/$1.txt"); fi
    local own=()
    if [[ -d fuzz/regressions/$1 ]]; then own+=("fuzz/regressions/$1"); fi
    mkdir -p "fuzz/corpus/$1"
    "$programs/$1" "${options[@]}" -artifact_prefix="fuzz/artifacts/$1/" -seed_inputs=@"$work/seeds" \
        "fuzz/corpus/$1" "${own[@]}"
}

# One target, and in one line what came of it.
run() { # replay|fuzz TARGET
    local log=$work/$1.$2 code=0 started=$SECONDS
    mkdir -p "fuzz/artifacts/$2"
    # Of this process alone: Go, where it is asked, has its own.
    local TIMEFORMAT='%U %S'
    { time "$1" "$2" >"$log" 2>&1; } 2>"$log.time" || code=$?
    if [[ $code != 0 ]]; then
        echo "fuzz: $1 $2: FAILED (exit $code):"
        awk '/^Running: / { file = $0 } /panicked|ERROR: libFuzzer: [^d]/ { print file; shown = 4 } /Test unit written/ { shown = 1 }
            shown-- > 0' "$log" | cut -c-1000 | head -n "${FUZZ_LINES:-60}"
    elif [[ $1 == replay ]]; then
        echo "fuzz: replay $2: $(grep -ac '^Executed ' "$log") files hold, $((SECONDS - started)) s"
    else
        local units
        units=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        awk -v units="$units" -v target="$2" -v took="$((SECONDS - started))" '{
            printf "fuzz: %s: %d executions, %d a second of one core, in %d s\n", target, units, units / ($1 + $2 + 0.001), took
        }' "$log.time"
    fi
    return "$code"
}

failed=0
# All targets, as many at once as may be.
each() { # replay|fuzz
    local started=$SECONDS running=0
    for target in "${targets[@]}"; do
        if [[ $1 == fuzz && $target == differential && ${#seed[@]} != 0 ]]; then
            # It still finds, once in some hundred thousand, texts that nobody writes and pprof reads otherwise.
            echo "fuzz: differential: replayed alone, look further by scripts/fuzz.sh SECONDS differential"
            continue
        fi
        if [[ $target == differential || $target == regex ]] && [[ -z ${HEAPWISE_FUZZ_PPROF:-} ]]; then
            echo "fuzz: $1 $target: NOT RUN, GO names no Go 1.27.3"
            continue
        fi
        if ((running >= ${JOBS:-1})); then
            wait -n || failed=1
            running=$((running - 1))
        fi
        run "$1" "$target" &
        running=$((running + 1))
    done
    while ((running > 0)); do
        wait -n || failed=1
        running=$((running - 1))
    done
    echo "fuzz: $1 of ${#targets[@]} targets took $((SECONDS - started)) s"
}

if [[ -n $replays ]]; then
    gather >"$work/all"
    each replay
fi
if [[ -n $seconds ]]; then
    # Of a target that has a grammar of its own the first inputs are also bytes to make something of, told by their first
    # one (fuzz/src/forms.rs): what gzip wrote is as good as chance, and the same each time.
    mkdir "$work/made"
    for file in testdata/server/*.gz testdata/escape/*.gz; do
        for size in 64 256 512; do
            { printf '\200' && tail -c "$size" "$file"; } >"$work/made/$size.$(basename "$file")"
        done
    done
    { gather -size -2 && find "$work/made" -type f | sort; } | paste -s -d, | tr -d '\n' >"$work/seeds"
    each fuzz
fi
exit "$failed"
