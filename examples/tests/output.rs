//! Runs each program on shipped data and checks what it prints.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs programs and reads what they print"
)]

use std::path::Path;
use std::process::Command;

#[track_caller]
fn check(program: &str, args: &[&str], expected: &str) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut command = Command::new(program);
    let output = command.current_dir(workspace).args(args).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn ranks_a_profile() {
    let program = env!("CARGO_BIN_EXE_rank");
    check(
        program,
        &["testdata/server/heap.pb.gz"],
        "750355 ± 511698 compress/flate.newFastEnc\n\
         525440 ± 524288 main.makeOrder\n\
         524344 ± 524288 runtime.mallocgc\n\
         12 more\n",
    );
}

#[test]
fn compares_two_profiles() {
    let [before, after] = ["before", "after"]
        .map(|side| format!("testdata/beforeafter/buffer-vs-pool/{side}.merged.pb.gz"));
    check(
        env!("CARGO_BIN_EXE_compare"),
        &[&before, &after],
        "bytes.growSlice: gone (-201605652)\n\
         bytes.(*Buffer).grow: gone (-4194560)\n\
         internal/strconv.FormatFloat: no_change_seen (-1572900)\n\
         total: decreased\n",
    );
}

#[test]
fn counts_goroutines() {
    let [first, last] =
        ["00", "13"].map(|at| format!("testdata/server/series/chanrecv/goroutine.{at}.pb.gz"));
    check(
        env!("CARGO_BIN_EXE_goroutines"),
        &[&first, &last],
        "main.leakChanRecv.func1: [0, 190]\n\
         main.main: [1, 1]\n\
         main.startBlackhole.func1: [1, 1]\n\
         net.(*netFD).Read: [0, 1]\n\
         runtime/pprof.writeRuntimeProfile: [1, 1]\n\
         <unknown>: [1, 0]\n",
    );
}

#[test]
fn puts_error_bars_around_a_number() {
    check(
        env!("CARGO_BIN_EXE_error_bars"),
        &["48", "20"],
        "10.5 MB, 6.4 to 16.2\n",
    );
}

#[test]
fn matches_as_go_does() {
    let program = env!("CARGO_BIN_EXE_go_patterns");
    let texts = ["main.(*Server).Serve", "runtime.main"];
    check(
        program,
        &[&[r"^main\.\Q(*Server)\E"], &texts[..]].concat(),
        "main.(*Server).Serve\n",
    );
    check(
        program,
        &["a("],
        "as Go says: error parsing regexp: missing closing ): `a(`\n",
    );
}
