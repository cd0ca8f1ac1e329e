//! No view keeps the samples of a profile.
#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests of the command write its inputs"
)]

mod common;

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use heapwise_gen::{Order, Shape, write_gzip};

/// Questions that look at samples, each with options that are a way of their own.
const QUESTIONS: [&str; 24] = [
    "top",
    "top --unit=MB --divide-by=2 --drop-negative --relative-percentages",
    "top --mean --noinlines",
    "top --focus=. --hide=xyz --sample-index=alloc_space",
    "top --tagfocus=:1mb --tagshow=bytes",
    "top --tagroot=bytes",
    "top --pprof-compatible --unit=MB",
    "top --pprof-compatible --mean --focus=.",
    "top --pprof-compatible --sample-index=alloc_space",
    "tree",
    "tree --sample-index=alloc_space",
    "tree --granularity=lines --show-from=.",
    "tree --pprof-compatible",
    "peek 12$",
    "list 12$",
    "tags",
    "tags --tagignore=1kb",
    "traces --nodecount=5",
    "traces --pprof-compatible",
    "raw",
    "raw --format=json",
    "convert --to=dot",
    "convert --to=callgrind",
    "convert --noinlines --divide-by=2",
];

/// What sums may take: they keep of each stack what is not kept already.
const MOST_KIB_OF_SUMS: u32 = 20 << 10;

/// Memory that a question may take beside what is mapped from files, in KiB: less than the stacks of
/// the samples below take.
const MOST_KIB: u32 = 10 << 10;

/// Runs the command as a shell lets it, with that much memory for data.
fn answers(question: &str, profile: &Path, most_kib: u32) -> Result<(), String> {
    let command = env!("CARGO_BIN_EXE_heapwise");
    let script = format!(
        "ulimit -d {most_kib}; exec {command} {question} {}",
        profile.display()
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .stdout(Stdio::null())
        .output()
        .unwrap();
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "{question}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}

#[test]
fn no_view_keeps_the_samples() {
    let shape = Shape {
        samples: 60_000,
        locations: 3_000,
        functions: 900,
        depth: 27,
    };
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile.pb.gz");
    write_gzip(&shape, Order::Go, 1, 1, File::create(&profile).unwrap()).unwrap();
    let failed: Vec<String> = QUESTIONS
        .iter()
        .filter_map(|question| answers(question, &profile, MOST_KIB).err())
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    let again = profile.display();
    for sum in ["merge", "tree --base", "top --normalize --diff-base"] {
        answers(&format!("{sum} {again}"), &profile, MOST_KIB_OF_SUMS).unwrap();
    }
    // The limit is one: what makes a profile of the samples keeps them.
    assert!(answers("convert --to=folded", &profile, MOST_KIB).is_err());
}
