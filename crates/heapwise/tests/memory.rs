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

use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};
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
        "ulimit -d {most_kib}; exec timeout 300 {command} {question} {}",
        profile.display()
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        // Without memory there is none for telling where it ended either.
        .env("RUST_BACKTRACE", "0")
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

/// Profiles of one program with another time each, whose paths are in a list.
fn series(folder: &Path, count: i64) {
    let mut names: Vec<String> = Vec::new();
    for at in 0..count {
        let name = folder.join(format!("{at}.pb"));
        encode(&small(at), File::create(&name).unwrap()).unwrap();
        names.push(format!("{}\n", name.display()));
    }
    std::fs::write(folder.join("all"), names.concat()).unwrap();
}

fn small(at: i64) -> heapwise_decode::Profile {
    let types: [(&[u8], &[u8]); 4] = [
        (b"alloc_objects", b"count"),
        (b"alloc_space", b"bytes"),
        (b"inuse_objects", b"count"),
        (b"inuse_space", b"bytes"),
    ];
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"space", b"bytes", 524_288);
    maker.set_times(1_700_000_000_000_000_000 + at * 60_000_000_000, 0);
    maker.add_comment(b"a remark that is the same in all");
    let name = maker.text(b"example.com/shop.Handle");
    let function = maker.add_function(Function::new(name).with_system_name(name));
    let location = maker.add_location(None, 0, &[Line::new(function, 3)], false);
    // What is in use grows: to tell so takes no list of all pairs of profiles.
    let (objects, in_use) = (1000 + at, 500 + at);
    let values = [objects, objects * 4096, in_use, in_use * 4096];
    maker.add_sample(&[location], &values, &[]);
    maker.finish().unwrap()
}

/// What is kept of each of many profiles beside its sites: its path, its time and its totals. What all of them say of
/// themselves is kept once. By one thread, as how far others are ahead is not the same every time.
#[test]
fn little_is_kept_of_each_profile() {
    const PROFILES: i64 = 3000;
    const FEW: i64 = 100;
    let folder = tempfile::tempdir().unwrap();
    series(folder.path(), PROFILES);
    for count in [FEW, PROFILES] {
        lists(folder.path(), count);
    }
    // With the bytes of each that it may take, what the allocator needs included. Names with a sign before them are those of
    // files of the test.
    let questions = [
        ("growth --files-from @all", 600),
        ("growth -f json --files-from @all", 600),
        (
            "diff -f json --before-files-from @before --after-files-from @after",
            900,
        ),
        ("top --files-from @all", 600),
    ];
    let mut failed = Vec::new();
    for (question, most_bytes) in questions {
        let of = |count: i64| {
            let files = folder.path().join(format!("{count}."));
            format!("{question} --jobs=1").replace('@', &files.display().to_string())
        };
        let few = least_kib(&of(FEW));
        let more = most_bytes * (PROFILES - FEW) as u32 / 1024;
        failed.extend(answers(&of(PROFILES), Path::new(""), few + more).err());
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    // Sums are of more neighbours where there are more profiles.
    let (sum, all) = (folder.path().join("sum"), folder.path().join("all"));
    let merge = format!(
        "merge --jobs=1 -o {} --files-from {}",
        sum.display(),
        all.display()
    );
    answers(&merge, Path::new(""), (7 << 10) + 3 * PROFILES as u32).unwrap();
}

/// Lists of the first profiles of a series, and of both halves of these.
fn lists(folder: &Path, count: i64) {
    let names = std::fs::read_to_string(folder.join("all")).unwrap();
    let names: Vec<&str> = names.lines().take(count as usize).collect();
    let (before, after) = names.split_at(names.len() / 2);
    for (name, names) in [("all", &names[..]), ("before", before), ("after", after)] {
        let list = folder.join(format!("{count}.{name}"));
        std::fs::write(list, names.join("\n")).unwrap();
    }
}

/// The least memory with which a question is answered, up to the step that is looked at.
fn least_kib(question: &str) -> u32 {
    const STEP_KIB: u32 = 128;
    let (mut too_few, mut enough) = (0, MOST_KIB_OF_SUMS / STEP_KIB);
    while enough - too_few > 1 {
        let middle = too_few.midpoint(enough);
        match answers(question, Path::new(""), middle * STEP_KIB) {
            Ok(()) => enough = middle,
            Err(_) => too_few = middle,
        }
    }
    enough * STEP_KIB
}
