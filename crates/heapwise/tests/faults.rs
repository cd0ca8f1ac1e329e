//! Faults of the machine: an output is there whole or as it was, one line says why, the exit code is 2.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs::{self, File};
use std::process::Command;

use common::{heapwise, workspace};

const HEAP: &str = "testdata/server/heap.pb.gz";

#[test]
fn a_full_disk_is_said_of_stdout() {
    for words in [
        &["--version"][..],
        &["top", "-h"],
        &["help"],
        &["help", "verdicts"],
        &["schema", "top"],
        &["completions", "bash"],
        &["man"],
        &["verify", "--example-budget"],
        &["top", HEAP],
        &["convert", HEAP],
        &["top", HEAP, "-o", "/dev/full"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = heapwise(&workspace());
        let output = command.args(words).stdout(full).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(
            said.contains("No space left on device"),
            "{words:?}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{words:?}: {said}");
    }
}

/// No file may be larger than 1 KiB, and the signal for that is ignored, as a full disk has none.
#[test]
fn an_output_that_does_not_fit_leaves_what_was_there() {
    for (command, name) in [
        ("report", "x.html"),
        ("flame", "x.svg"),
        ("raw", "x.json"),
        ("merge", "x.pb.gz"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, "before").unwrap();
        let mut bash = Command::new("bash");
        let line = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        bash.args([
            "-c",
            line,
            "bash",
            env!("CARGO_BIN_EXE_heapwise"),
            command,
            HEAP,
            "-o",
        ]);
        let output = bash.arg(&path).current_dir(workspace()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{command}: {said}");
        assert!(said.contains("File too large"), "{command}: {said}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "before", "{command}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{command}");
    }
}
