//! Hundreds of profiles at once: the same answer from any number of threads, and never one that silently rests on fewer.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "writes profiles, runs the command and reads what it wrote"
)]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use common::{heapwise, schema};
use heapwise_gen::{Order, Shape, write_gzip};
use tempfile::TempDir;

/// What a run of the profiles is made of; every fourth was written by another program than Go's runtime.
const SHAPE: Shape = Shape {
    samples: 300,
    locations: 120,
    functions: 60,
    depth: 4,
};

/// A folder with so many profiles.
fn folder_of(count: u64) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("runs")).unwrap();
    for seed in 0..count {
        let order = match seed % 4 {
            3 => Order::Canonical,
            _ => Order::Go,
        };
        let mut profile = Vec::new();
        write_gzip(&SHAPE, order, 6, seed % 40, &mut profile).unwrap();
        let name = format!("runs/{seed:03}.pb.gz");
        fs::write(folder.path().join(name), profile).unwrap();
    }
    folder
}

/// The snapshots of a process that leaks, under `series`.
fn add_series(at: &Path) {
    let series = common::workspace().join("testdata/growth/leak");
    fs::create_dir(at.join("series")).unwrap();
    for number in 0..10 {
        let name = format!("{number:02}.txt.gz");
        fs::copy(series.join(&name), at.join("series").join(&name)).unwrap();
    }
}

fn run(folder: &Path, args: &[&str]) -> Output {
    heapwise(folder).args(args).output().unwrap()
}

/// What a command that succeeds prints, with nothing to say besides.
#[track_caller]
fn out(folder: &Path, args: &[&str]) -> Vec<u8> {
    let output = run(folder, args);
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
    assert_eq!(err, "", "{args:?}");
    output.stdout
}

#[track_caller]
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = folder_of(200);
    let merge = ["merge", "runs"];
    let questions: [&[&str]; 7] = [
        &merge,
        &["top", "runs", "-f", "json"],
        &["top", "runs", "--focus=Do", "-alloc_space", "-f", "csv"],
        &["top", "runs", "--mean", "--lines", "-f", "json"],
        &["top", "runs", "--pprof-compatible"],
        &[
            "diff",
            "--before",
            "runs/00*",
            "--after",
            "runs/01*",
            "--same-work",
            "-f",
            "json",
            "-q",
        ],
        &["growth", "series/*", "-f", "json"],
    ];
    add_series(folder.path());
    for question in questions {
        let answers = ["1", "4"].map(|jobs| {
            let output = run(folder.path(), &[question, &["--jobs", jobs]].concat());
            let err = String::from_utf8(output.stderr).unwrap();
            (output.status.code(), output.stdout, err)
        });
        assert_eq!(answers[0].0, Some(0), "{question:?}: {}", answers[0].2);
        assert!(!answers[0].1.is_empty());
        for other in &answers[1..] {
            assert!(*other == answers[0], "{question:?}");
        }
    }
    let mut from_environment = heapwise(folder.path());
    let from_environment = from_environment
        .args(["top", "runs"])
        .env("HEAPWISE_JOBS", "3");
    let from_environment = from_environment.output().unwrap().stdout;
    assert!(from_environment == out(folder.path(), &["top", "runs"]));
}

#[test]
fn a_sum_of_many_is_the_sum_of_sums_and_what_top_says() {
    let folder = folder_of(120);
    let merge = |from: &[&str], to: &str| {
        out(folder.path(), &[&["merge", "-o", to], from].concat());
    };
    merge(&["runs/*.pb.gz"], "all.pb.gz");
    merge(&["runs/0[0-5]*"], "first.pb.gz");
    merge(&["runs/0[6-9]*", "runs/1*"], "last.pb.gz");
    merge(&["first.pb.gz", "last.pb.gz"], "both.pb.gz");
    let raw = |name: &str| out(folder.path(), &["raw", "--pprof-compatible", name]);
    assert!(raw("all.pb.gz") == raw("both.pb.gz"));
    let top = |name: &str| out(folder.path(), &["top", "--pprof-compatible", name]);
    assert!(top("all.pb.gz") == top("runs"));
    // The values: samples of nothing are in no sum, and a sum of many is no longer what Go writes for any number of
    // blocks.
    let rows = |name: &str| {
        let json = out(folder.path(), &["top", "-f", "json", name]);
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let rows = json["rows"].as_array().unwrap().iter().map(|row| {
            let value = |column: &str| row[column]["value"].clone();
            (row["site"]["function"].clone(), value("flat"), value("cum"))
        });
        rows.collect::<Vec<_>>()
    };
    assert!(rows("all.pb.gz") == rows("runs"));
}

#[test]
fn names_come_from_patterns_folders_and_lists() {
    let folder = folder_of(24);
    let at = folder.path();
    let expected = out(at, &["top", "runs", "-f", "csv"]);
    assert!(out(at, &["top", "runs/*.pb.gz", "-f", "csv"]) == expected);
    assert!(out(at, &["top", "r*s/0[01]?.pb.gz", "runs/02*", "-f", "csv"]) == expected);
    assert!(out(at, &["top", "**/*.pb.gz", "-f", "csv"]) == expected);
    let names: Vec<String> = (0..24).map(|at| format!("runs/{at:03}.pb.gz")).collect();
    fs::write(at.join("lines"), names.join("\r\n") + "\r\n\r\n").unwrap();
    fs::write(at.join("nuls"), names.join("\0") + "\0").unwrap();
    for list in ["lines", "nuls"] {
        assert!(
            out(at, &["top", "--files-from", list, "-f", "csv"]) == expected,
            "{list}"
        );
    }
    let (some, rest) = names.split_at(10);
    let some: Vec<&str> = some.iter().map(String::as_str).collect();
    let args = [&["top", "-f", "csv", "--files-from=-"], some.as_slice()].concat();
    assert!(fed(at, &args, rest.join("\n").as_bytes()) == expected);
    // A file of that name is no pattern.
    fs::copy(at.join("runs/000.pb.gz"), at.join("[0].pb.gz")).unwrap();
    let one = out(at, &["top", "runs/000.pb.gz", "-f", "csv"]);
    assert!(out(at, &["top", "[0].pb.gz", "-f", "csv"]) == one);
    let diff = |before: &[&str], after: &[&str]| {
        let args = [&["diff", "-q", "--same-work", "-f", "csv"], before, after].concat();
        out(at, &args)
    };
    let lists = (names[..12].join("\n"), names[12..].join("\n"));
    fs::write(at.join("old"), lists.0).unwrap();
    fs::write(at.join("new"), lists.1).unwrap();
    let by_lists = diff(&["--before-files-from=old"], &["--after-files-from=new"]);
    let by_patterns = diff(
        &["--before", "runs/00?.pb.gz", "runs/01[01]*"],
        &["--after", "runs/01[2-9]*", "runs/02*"],
    );
    assert!(by_lists == by_patterns);
}

/// What the command prints that reads this on stdin.
fn fed(folder: &Path, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut command = heapwise(folder);
    let command = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{args:?}");
    output.stdout
}

#[test]
fn names_that_stand_for_nothing_are_refused() {
    let folder = folder_of(1);
    let at = folder.path();
    fs::write(at.join("empty"), "\n\n").unwrap();
    let err = refused(at, &["top", "runs/*.txt"]);
    assert_eq!(
        err,
        "heapwise: runs/*.txt: found no file that matches, expected one or more\n"
    );
    let err = refused(at, &["merge", "--files-from=empty"]);
    assert_eq!(
        err,
        "heapwise: empty: found no name in the list, expected one a line\n"
    );
    let err = refused(at, &["top", "--files-from=-", "-"]);
    assert!(err.contains("stdin is the list of profiles"), "{err}");
    let err = refused(at, &["top", "--files-from=no-such"]);
    assert!(err.starts_with("heapwise: no-such: "), "{err}");
    let err = refused(
        at,
        &["diff", "--after-files-from=-", "--before-files-from=-"],
    );
    assert!(err.contains("stdin can be read only once"), "{err}");
    let err = refused(at, &["top"]);
    assert!(err.contains("<PROFILE>"), "{err}");
    for jobs in ["0", "many"] {
        let output = heapwise(at)
            .args(["top", "runs"])
            .env("HEAPWISE_JOBS", jobs)
            .output();
        let err = String::from_utf8(output.unwrap().stderr).unwrap();
        assert!(err.starts_with("heapwise: HEAPWISE_JOBS: found"), "{err}");
    }
}

/// Spoils some of the profiles, each in a way of its own.
fn spoil(at: &Path) {
    let whole = fs::read(at.join("runs/050.pb.gz")).unwrap();
    fs::write(at.join("runs/050.pb.gz"), &whole[..whole.len() / 2]).unwrap();
    fs::write(at.join("runs/051.pb.gz"), "no profile").unwrap();
    fs::write(at.join("runs/052.pb.gz"), "").unwrap();
}

const BAD: [&str; 3] = ["runs/050.pb.gz", "runs/051.pb.gz", "runs/052.pb.gz"];

#[test]
fn one_bad_profile_is_named_and_all_are_refused() {
    let folder = folder_of(100);
    let at = folder.path();
    spoil(at);
    for question in [
        &["top", "runs"][..],
        &["top", "runs", "--base", "runs/001.pb.gz"],
        &["top", "runs", "--pprof-compatible"],
        &["merge", "runs"],
        &["diff", "--before", "runs/00*", "--after", "runs/05*"],
        &["growth", "runs/*"],
    ] {
        for jobs in ["1", "5"] {
            let err = refused(at, &[question, &["--jobs", jobs]].concat());
            let first = err.lines().next().unwrap();
            assert!(
                first.starts_with("heapwise: runs/050.pb.gz: gzip: "),
                "{question:?}: {err}"
            );
        }
    }
}

#[test]
fn what_is_left_out_is_counted_and_named_in_every_format() {
    let folder = folder_of(100);
    let at = folder.path();
    let good: Vec<String> = (0..100).map(|at| format!("runs/{at:03}.pb.gz")).collect();
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    let good: Vec<&str> = good
        .into_iter()
        .filter(|name| !BAD.contains(name))
        .collect();
    let expected_top = out(at, &[&["top", "-f", "csv"], good.as_slice()].concat());
    out(
        at,
        &[&["merge", "-o", "good.pb.gz"], good.as_slice()].concat(),
    );
    spoil(at);
    let said = format!("97 of 100 profiles; 3 left out: {}", BAD.join(", "));
    for jobs in ["1", "4"] {
        let left = |args: &[&str]| {
            let output = run(at, &[args, &["--keep-going", "--jobs", jobs]].concat());
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(3), "{args:?}: {err}");
            for bad in BAD {
                assert!(
                    err.contains(&format!("heapwise: left out: {bad}: ")),
                    "{args:?}: {err}"
                );
            }
            output.stdout
        };
        let text = |args: &[&str]| String::from_utf8(left(args)).unwrap();
        for format in ["text", "markdown"] {
            let answer = text(&["top", "runs", "-f", format]);
            assert_eq!(
                answer.replace('\\', "").matches(&said).count(),
                1,
                "{answer}"
            );
        }
        let csv = text(&["top", "runs", "-f", "csv"]);
        let (first, rest) = csv.split_once('\n').unwrap();
        assert_eq!(first, format!("# {said}"));
        assert!(rest.as_bytes() == expected_top);
        for question in [
            &["top", "runs", "-f", "json"][..],
            &["top", "runs", "-f", "json", "-mean", "--unit=kB"],
            &[
                "diff",
                "-f",
                "json",
                "--same-work",
                "--before",
                "runs/0[0-3]*",
                "--after",
                "runs/0[4-9]*",
            ],
        ] {
            let json: serde_json::Value = serde_json::from_slice(&left(question)).unwrap();
            let schema = out(at, &["schema", question[0]]);
            let schema = serde_json::from_slice(&schema).unwrap();
            assert_eq!(schema::violations(&schema, &json), Vec::<String>::new());
            assert_eq!(json["left_out"]["asked"], 100, "{question:?}");
            assert_eq!(json["left_out"]["count"], 3);
            assert_eq!(json["left_out"]["named"][2]["path"], BAD[2]);
            assert_eq!(json["inputs"].as_array().unwrap().len(), 97);
        }
        for format in ["text", "markdown", "csv", "html"] {
            let sides = ["--before", "runs/0[0-3]*", "--after", "runs/0[4-9]*"];
            let answer = text(&[&["diff", "--same-work", "-f", format], &sides[..]].concat());
            assert!(
                answer.replace('\\', "").contains(&said),
                "{format}: {answer}"
            );
        }
        left(&["merge", "runs", "-o", "merged.pb.gz"]);
        let comments = out(at, &["comments", "merged.pb.gz"]);
        assert_eq!(String::from_utf8(comments).unwrap(), format!("{said}\n"));
        let rows = |name: &str| out(at, &["top", "-f", "csv", "--lines", name]);
        assert!(rows("merged.pb.gz") == rows("good.pb.gz"));
    }
}

#[test]
fn a_series_without_some_of_its_snapshots_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    add_series(at);
    let whole = fs::read(at.join("series/04.txt.gz")).unwrap();
    fs::write(at.join("series/04.txt.gz"), &whole[..whole.len() / 2]).unwrap();
    let err = refused(at, &["growth", "series/*"]);
    assert!(
        err.starts_with("heapwise: series/04.txt.gz: gzip: "),
        "{err}"
    );
    let said = "9 of 10 profiles; 1 left out: series/04.txt.gz";
    for names in ["series/*", "series"] {
        let mut json = Vec::new();
        for format in ["json", "text", "markdown", "csv", "html"] {
            let output = run(at, &["growth", names, "--keep-going", "-f", format]);
            assert_eq!(output.status.code(), Some(3), "{format}");
            match format {
                "json" => json = output.stdout,
                _ => {
                    let answer = String::from_utf8(output.stdout).unwrap().replace('\\', "");
                    assert!(answer.contains(said), "{format}: {answer}");
                }
            }
        }
        let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let schema = serde_json::from_slice(&out(at, &["schema", "growth"])).unwrap();
        assert_eq!(schema::violations(&schema, &json), Vec::<String>::new());
        assert_eq!(json["left_out"]["count"], 1);
    }
}

#[test]
fn what_would_be_wrong_with_fewer_profiles_is_refused() {
    let folder = folder_of(100);
    let at = folder.path();
    spoil(at);
    let err = refused(
        at,
        &[
            "top",
            "runs/00*",
            "--base",
            "runs/001.pb.gz",
            "--base",
            "runs/051.pb.gz",
            "--keep-going",
        ],
    );
    assert!(
        err.contains("found 1 of 2 bases that can be read, expected all"),
        "{err}"
    );
    let err = refused(
        at,
        &[
            "merge",
            "runs/00*",
            "--base",
            "runs/001.pb.gz",
            "--base",
            "runs/051.pb.gz",
            "--keep-going",
        ],
    );
    assert!(
        err.contains("bases that can be read, expected all"),
        "{err}"
    );
    let sides = [
        "diff",
        "--keep-going",
        "--before",
        "runs/00*",
        "--after",
        "runs/05*",
    ];
    let err = refused(
        at,
        &[
            &sides[..],
            &["--before-ops=10", "--after-ops=10", "-alloc_space"],
        ]
        .concat(),
    );
    assert!(
        err.contains("--before-ops: found 17 of 20 profiles; 3 left out"),
        "{err}"
    );
    let err = refused(at, &["top", "runs/05[12]*", "--keep-going"]);
    assert!(err.contains("found no profile that can be read"), "{err}");
    let err = refused(at, &["merge", "runs/05[12]*", "--keep-going"]);
    assert!(err.contains("found no profile that can be read"), "{err}");
    // A gate has no such option: it rests on all that it was asked about.
    let err = refused(
        at,
        &[
            "verify",
            "--keep-going",
            "--before",
            "runs/00*",
            "--after",
            "runs/05*",
        ],
    );
    assert!(err.contains("unexpected argument '--keep-going'"), "{err}");
}

#[test]
fn memory_beyond_the_cap_is_refused_with_the_option_that_raises_it() {
    let folder = folder_of(100);
    for question in [
        &["top", "runs"][..],
        &["merge", "runs", "-o", "never.pb.gz"],
        &["diff", "--before", "runs/00*", "--after", "runs/01*"],
        &["growth", "runs/*"],
    ] {
        for jobs in ["1", "3"] {
            let args = [question, &["--max-memory=20kB", "--jobs", jobs]].concat();
            let err = refused(folder.path(), &args);
            assert!(err.contains("--max-memory"), "{question:?}: {err}");
        }
    }
    assert!(!folder.path().join("never.pb.gz").exists());
}

#[test]
fn hundreds_of_runs_a_side_are_compared_in_memory_for_their_sites() {
    let folder = folder_of(300);
    let at = folder.path();
    let compare = |more: &[&str]| {
        let sides = [
            "--before",
            "runs/0*",
            "runs/10*",
            "--after",
            "runs/1[1-9]*",
            "runs/2*",
        ];
        let rest = ["--same-work", "-f", "json", "-q"];
        out(at, &[&["diff"], &sides[..], &rest, more].concat())
    };
    // Kept whole, the runs of one side took 6 MB.
    let little = compare(&["--max-memory=2MB"]);
    assert!(little == compare(&[]));
    assert!(little == compare(&["--max-memory=2MB", "--jobs=1"]));
    let answer: serde_json::Value = serde_json::from_slice(&little).unwrap();
    assert_eq!(answer["inputs"].as_array().map(Vec::len), Some(300));
}

#[test]
fn runs_are_compared_by_their_common_type_where_their_defaults_differ() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let server = common::workspace().join("testdata/server/go1.27");
    for number in 0..20 {
        let name = match number % 7 {
            3 => "allocs.pb.gz",
            _ => "heap.later.pb.gz",
        };
        let to = format!(
            "{}-{number:02}.pb.gz",
            if number < 10 { "old" } else { "new" }
        );
        fs::copy(server.join(name), at.join(to)).unwrap();
    }
    let compare = |more: &[&str]| {
        let sides = ["diff", "--before", "old*", "--after", "new*", "--same-work"];
        let output = run(at, &[&sides[..], &["-f", "json", "-q"], more].concat());
        assert_eq!(output.status.code(), Some(0));
        output.stdout
    };
    assert!(compare(&[]) == compare(&["-alloc_space"]));
}

#[test]
fn sums_too_large_to_be_made_side_by_side_are_made_one_after_the_other() {
    let folder = folder_of(100);
    let at = folder.path();
    let sum = |memory: &str, jobs: &str, name: &str| {
        out(
            at,
            &[
                "merge",
                "runs",
                "--max-memory",
                memory,
                "--jobs",
                jobs,
                "-o",
                name,
            ],
        );
        out(at, &["raw", "--pprof-compatible", name])
    };
    let all = sum("1GB", "4", "all.pb.gz");
    // A block may take the 128th part of it, which is less than one profile does.
    assert!(sum("512kB", "4", "tight.pb.gz") == all);
    assert!(sum("512kB", "1", "alone.pb.gz") == all);
    spoil(at);
    let keep = |memory: &str| {
        let args = [
            "merge",
            "runs",
            "--keep-going",
            "--max-memory",
            memory,
            "-o",
            "some.pb.gz",
        ];
        let output = run(at, &args);
        assert_eq!(
            output.status.code(),
            Some(3),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        out(at, &["raw", "--pprof-compatible", "some.pb.gz"])
    };
    assert!(keep("512kB") == keep("1GB"));
}

#[test]
fn large_profiles_that_end_early_are_left_out_of_the_sum_of_their_neighbours() {
    let folder = folder_of(256);
    let at = folder.path();
    // Not compressed: larger than what is read at once.
    let shape = Shape {
        samples: 8_000,
        locations: 3_000,
        functions: 500,
        depth: 40,
    };
    let mut large = Vec::new();
    write_gzip(&shape, Order::Go, 0, 1, &mut large).unwrap();
    assert!(large.len() > 600_000);
    let place = |number: u64, bytes: &[u8]| {
        fs::write(at.join(format!("runs/{number:03}.pb.gz")), bytes).unwrap();
    };
    // Neighbours of one block, in which there is a whole one, too.
    for number in [20, 22, 23] {
        place(number, &large[..large.len() - 100]);
    }
    place(21, &large);
    let merge = |from: &str, more: &[&str], code: i32| {
        let output = run(at, &[&["merge", from, "-o", "sum.pb.gz"], more].concat());
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{err}");
        let raw = out(at, &["raw", "--pprof-compatible", "sum.pb.gz"]);
        let raw = String::from_utf8(raw).unwrap();
        // What was left out is a comment.
        let raw = raw.lines().filter(|line| !line.contains("left out"));
        raw.collect::<Vec<_>>().join("\n")
    };
    let some = merge("runs", &["--keep-going"], 3);
    for number in [20, 22, 23] {
        fs::remove_file(at.join(format!("runs/{number:03}.pb.gz"))).unwrap();
    }
    assert!(some == merge("runs", &[], 0));
}

#[test]
fn profiles_of_other_types_are_named_or_lose_what_others_lack() {
    let folder = folder_of(40);
    let at = folder.path();
    let goroutines = common::workspace().join("testdata/states/goroutine.pb.gz");
    fs::copy(goroutines, at.join("runs/020.pb.gz")).unwrap();
    for command in ["merge", "top"] {
        let err = refused(at, &[command, "runs"]);
        let is_told = err
            .starts_with("heapwise: runs/000.pb.gz, runs/020.pb.gz: merge: sample types: found [")
            && err.contains("[goroutine/count]");
        assert!(is_told, "{err}");
    }
}

#[test]
fn a_file_that_is_named_twice_counts_twice_and_is_told_of() {
    let folder = folder_of(6);
    let at = folder.path();
    for command in [&["top"][..], &["merge", "-o", "twice.pb.gz"]] {
        let output = run(
            at,
            &[command, &["runs", "runs/003.pb.gz", "./runs/003.pb.gz"]].concat(),
        );
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "heapwise: warning: runs/003.pb.gz: named more than once, and counts as often\n"
        );
    }
    let mut three = String::new();
    write!(
        three,
        "{}",
        String::from_utf8(out(at, &["info", "twice.pb.gz"])).unwrap()
    )
    .unwrap();
    assert!(three.contains("samples"));
}

#[test]
fn nothing_but_the_answer_is_written_where_nobody_looks() {
    let folder = folder_of(30);
    let output = run(folder.path(), &["top", "runs"]);
    assert!(output.stderr.is_empty());
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("(30 merged)") && !text.contains("left out"),
        "{text}"
    );
}

/// Puts files into a folder that no command can have a use for.
fn add_others(at: &Path) {
    fs::write(at.join("README.md"), "heaps of the last night\n").unwrap();
    fs::write(at.join("empty"), "").unwrap();
    fs::write(at.join("notes.xyz"), "notes\n").unwrap();
    let mut tar = vec![0; 1024];
    tar[..4].copy_from_slice(b"heap");
    tar[257..262].copy_from_slice(b"ustar");
    fs::write(at.join("old.tar"), tar).unwrap();
}

/// What was said of files that were passed over, and what is in JSON.
#[track_caller]
fn said(folder: &Path, args: &[&str]) -> (String, Vec<String>) {
    let output = run(folder, args);
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
    let passed = err.lines().filter(|line| line.contains("passed over"));
    let passed = passed.collect::<Vec<_>>().join("\n");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let warnings = json["warnings"].as_array().into_iter().flatten();
    let codes = warnings.filter(|warning| warning["code"] == "passed_over");
    let messages = codes.map(|warning| warning["message"].as_str().unwrap().to_owned());
    (passed, messages.collect())
}

#[test]
fn files_of_a_folder_that_are_no_profiles_are_counted_and_named() {
    let folder = folder_of(4);
    add_others(&folder.path().join("runs"));
    let message = "4 files in folders passed over (not named as profiles are): \
                   runs/README.md, runs/empty, runs/notes.xyz, runs/old.tar";
    let line = format!("heapwise: warning: {message}");
    for args in [
        &["top", "runs", "-f", "json"][..],
        &["tree", "runs", "-f", "json"],
        &[
            "diff",
            "runs/000.pb.gz",
            "runs",
            "--same-work",
            "-f",
            "json",
        ],
    ] {
        let (text, json) = said(folder.path(), args);
        assert_eq!(
            (text, json),
            (line.clone(), vec![message.to_owned()]),
            "{args:?}"
        );
    }
    for args in [
        &["top", "runs"][..],
        &["merge", "runs", "-o", "all.pb.gz"],
        &["export", "runs", "--dir", "tables"],
        &["report", "runs", "-o", "page.html"],
    ] {
        assert_eq!(said(folder.path(), args).0, line, "{args:?}");
    }
    assert_eq!(said(folder.path(), &["top", "-q", "runs"]).0, "");
    fs::write(folder.path().join("runs/z.txt"), "z\n").unwrap();
    let (text, _) = said(folder.path(), &["top", "runs"]);
    let end = "runs/README.md, runs/empty, runs/notes.xyz and 2 more";
    assert!(text.ends_with(end), "{text}");
}

#[test]
fn folders_in_a_folder_are_counted_and_named() {
    let folder = folder_of(2);
    let runs = folder.path().join("runs");
    let (series, dumps) = (folder.path().join("series"), folder.path().join("dumps"));
    add_series(folder.path());
    let dump = common::workspace().join("testdata/server/go1.27/goroutine.pb.gz");
    fs::create_dir(&dumps).unwrap();
    fs::copy(dump, dumps.join("1.pb.gz")).unwrap();
    for within in [&runs, &series, &dumps] {
        for name in ["old/a", "new", ".git"] {
            fs::create_dir_all(within.join(name)).unwrap();
        }
    }
    for (args, name) in [
        (["top", "runs", "-f", "json"], "runs"),
        (["tree", "runs", "-f", "json"], "runs"),
        (["top", "series", "-f", "json"], "series"),
        (["growth", "series", "-f", "json"], "series"),
        (["gc", "series", "-f", "json"], "series"),
        (["goroutines", "dumps", "-f", "json"], "dumps"),
    ] {
        let message = format!(
            "2 subfolders passed over (give them by name or as a glob): {name}/new, {name}/old"
        );
        let (text, json) = said(folder.path(), &args);
        assert_eq!(text, format!("heapwise: warning: {message}"), "{args:?}");
        assert_eq!(json, [message], "{args:?}");
    }
    // What was not asked for is no reason for a word.
    assert_eq!(said(folder.path(), &["top", "runs/*.pb.gz"]).0, "");
}

#[test]
fn a_folder_of_heap_texts_is_one_of_profiles() {
    let folder = tempfile::tempdir().unwrap();
    add_series(folder.path());
    let series = folder.path().join("series");
    let text = common::workspace().join("testdata/gc/heap-1.debug1.txt");
    fs::copy(text, series.join("heap")).unwrap();
    let files = |args: &[&str]| {
        let mut args = args.to_vec();
        args.extend(["series/*.gz", "series/heap"]);
        out(folder.path(), &args)
    };
    for command in ["top", "merge"] {
        let of_folder = out(folder.path(), &[command, "series"]);
        assert!(of_folder == files(&[command]), "{command}");
    }
    add_others(&series);
    let message = "4 files in folders passed over (no texts with debug=1, nor named as profiles are): \
                   series/README.md, series/empty, series/notes.xyz, series/old.tar";
    let (text, json) = said(folder.path(), &["top", "series", "-f", "json"]);
    assert_eq!(text, format!("heapwise: warning: {message}"));
    assert_eq!(json, [message]);
    // Beside profiles a text may be a form of one of them.
    let profile = common::workspace().join("testdata/server/heap.pb.gz");
    fs::copy(profile, series.join("heap.pb.gz")).unwrap();
    let (text, _) = said(folder.path(), &["top", "series"]);
    assert!(
        text.contains("15 files in folders passed over (not named as profiles are)"),
        "{text}"
    );
}

#[test]
fn what_a_series_has_no_use_for_is_counted_and_named() {
    let folder = tempfile::tempdir().unwrap();
    add_series(folder.path());
    add_others(&folder.path().join("series"));
    let files = "series/README.md, series/empty, series/notes.xyz, series/old.tar";
    for (args, why) in [
        (["growth", "series", "-f", "json"], "no heap profiles"),
        (["gc", "series", "-f", "json"], "nothing about a collector"),
    ] {
        let message = format!("4 files in folders passed over ({why}): {files}");
        let (text, json) = said(folder.path(), &args);
        assert_eq!(text, format!("heapwise: warning: {message}"), "{args:?}");
        assert_eq!(json, [message], "{args:?}");
    }
    let dump = common::workspace().join("testdata/server/go1.27/goroutine.pb.gz");
    fs::create_dir(folder.path().join("dumps")).unwrap();
    fs::copy(dump, folder.path().join("dumps/1.pb.gz")).unwrap();
    add_others(&folder.path().join("dumps"));
    let files = files.replace("series", "dumps");
    let message = format!("4 files in folders passed over (no goroutine dumps): {files}");
    let (text, json) = said(folder.path(), &["goroutines", "dumps", "-f", "json"]);
    assert_eq!(
        (text, json),
        (format!("heapwise: warning: {message}"), vec![message])
    );
}
