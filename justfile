# The loop of CONTRIBUTING.md by short names.

# What there is.
default:
    @just --list

# Does it compile.
check:
    cargo check --workspace --all-targets

# One test file of the command, or one test in it: just test cli top
test file *name:
    cargo test -p heapwise --test {{file}} {{name}}

# What the command prints now becomes what is expected; look at git diff.
snapshots:
    SNAPSHOTS=overwrite cargo test -p heapwise --test cli

# Format and lints.
lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings

# Random questions put to pprof itself; needs Go.
oracle count="200":
    scripts/compare-with-pprof.sh {{count}} 1

# Made-up input, each target for so many seconds; those that ask pprof need a Go 1.27.3 named by GO.
fuzz seconds="60" *targets:
    scripts/fuzz.sh {{seconds}} {{targets}}

# Everything.
ci:
    .ci/run
