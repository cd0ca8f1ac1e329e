//! What the command line takes: each spelling of an option, and what is refused in which words.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;

use common::{heapwise, run, workspace};

const HEAP: &str = "testdata/server/heap.pb.gz";
const LATER: &str = "testdata/server/go1.27/heap.later.pb.gz";
const DUMP: &str = "testdata/states/goroutine.pb.gz";

const COMMANDS: [&str; 24] = [
    "flame",
    "report",
    "explain",
    "watch",
    "bench",
    "collect",
    "gc",
    "growth",
    "top",
    "tree",
    "peek",
    "traces",
    "tags",
    "list",
    "raw",
    "comments",
    "diff",
    "verify",
    "goroutines",
    "tune",
    "info",
    "merge",
    "convert",
    "export",
];

/// What a command that succeeds prints.
#[track_caller]
fn out(args: &[&str]) -> String {
    let answer = run(args);
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    answer.out
}

#[track_caller]
fn refused(args: &[&str]) -> String {
    let answer = run(args);
    assert_eq!(answer.code, Some(2), "{args:?}: {}", answer.out);
    assert_eq!(answer.out, "", "{args:?}");
    answer.err
}

#[test]
fn short_help_fits_a_screen() {
    for command in COMMANDS {
        let help = out(&[command, "-h"]);
        assert!(help.lines().count() < 60, "{command}: {help}");
        for heading in ["Sources:", "Output:"] {
            let is_listed = help.contains(heading)
                || matches!(command, "goroutines" | "growth" | "info" | "tune" | "watch");
            assert!(is_listed, "{command}: {heading}");
        }
    }
}

#[test]
fn help_lists_only_the_formats_of_a_command() {
    let formats = |command| {
        let help = out(&[command, "-h"]);
        let (_, rest) = help.split_once("--format").unwrap();
        let (_, rest) = rest.split_once("values:").unwrap();
        let words = rest.split_once(']').unwrap().0.split_whitespace();
        words.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(formats("top"), "text, json, csv, markdown");
    assert_eq!(formats("raw"), "text, json");
    assert_eq!(
        formats("diff"),
        "text, json, csv, markdown, benchfmt, html, svg"
    );
    assert_eq!(formats("flame"), "html, svg, speedscope, d3");
    assert_eq!(
        formats("verify"),
        "text, json, markdown, junit, github, html, benchfmt"
    );
    let error = refused(&["raw", "-f", "csv", HEAP]);
    assert!(error.contains("[possible values: text, json]"), "{error}");
    assert!(!out(&["merge", "-h"]).contains("--format"));
}

#[test]
fn options_that_mean_nothing_are_refused_in_one_wording() {
    for args in [
        &["tags", "-cum", HEAP][..],
        &["top", "--edgefraction=0.1", HEAP],
        &["peek", "-n3", "main", HEAP],
        &["comments", "-focus=x", HEAP],
        &["list", "-tagroot=bytes", "main", HEAP],
        &["raw", "-unit=kB", HEAP],
        &["convert", "-sample_index=alloc_space", HEAP],
        &["convert", "--to=folded", "-mean", HEAP],
        &["convert", "--to=callgrind", "-trim=f", HEAP],
        &["merge", "--nodecount=3", HEAP],
        &["goroutines", "-cum", DUMP],
        &["info", "-focus=x", HEAP],
        &["verify", "--nodefraction=0.1", HEAP, LATER],
        &["verify", "--min-change=2%", HEAP, LATER],
        &["verify", "--test=mannwhitney", HEAP, LATER],
        &["diff", "-mean_delay", HEAP, LATER],
        &["diff", "--nonsense", HEAP, LATER],
    ] {
        let error = refused(args);
        let first = error.lines().next().unwrap();
        let is_worded = first.starts_with("heapwise: unexpected argument '-")
            && first.ends_with("' found")
            && error.contains("\nUsage: heapwise ")
            && error.ends_with("For more information, try '--help'.\n");
        assert!(is_worded, "{args:?}: {error}");
    }
    let error = refused(&["tags", "-cum", HEAP]);
    assert!(error.contains("'--cum'"), "{error}");
    assert!(
        error.contains("so does this command with --pprof-compatible"),
        "{error}"
    );
    out(&["tags", "-cum", "--pprof-compatible", HEAP]);
    out(&[
        "convert",
        "-sample_index=alloc_space",
        "--pprof-compatible",
        "-o",
        "/dev/null",
        HEAP,
    ]);
}

#[test]
fn unknown_words_behind_one_dash_are_unknown_options() {
    let folder = tempfile::tempdir().unwrap();
    let heap = workspace().join(HEAP);
    for (word, near) in [
        ("-http=:0", "help"),
        ("-hidee=x", "hide"),
        ("-ouput=z", "output"),
        ("-foccus=x", "focus"),
        ("-nodecoun=3", "nodecount"),
        ("--nodecoun=3", "nodecount"),
        ("-alloc_spac", "alloc-space"),
        ("-qn5", ""),
        ("-ox", ""),
        ("-vq", ""),
        ("-topp", "to"),
        ("-n5x", ""),
    ] {
        let output = heapwise(folder.path())
            .args(["top", word])
            .arg(&heap)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{word}");
        assert!(output.stdout.is_empty(), "{word}");
        let named = word.split('=').next().unwrap();
        let first = format!("heapwise: unexpected argument '{named}' found");
        assert!(error.starts_with(&first), "{error}");
        let tip = format!("a similar argument exists: '--{near}");
        assert!(
            near.is_empty() || near == "to" || error.contains(&tip),
            "{error}"
        );
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{word}");
    }
}

#[test]
fn short_options_are_taken_as_ever() {
    let five = out(&["top", "-n", "5", HEAP]);
    for words in [
        &["-n5"][..],
        &["-n=5"],
        &["-nodecount", "5"],
        &["-n", "0x5"],
        &["--nodecount=0b101"],
    ] {
        assert_eq!(out(&[&["top"], words, &[HEAP]].concat()), five, "{words:?}");
    }
    let json = out(&["top", "-f", "json", HEAP]);
    assert_eq!(out(&["top", "-fjson", HEAP]), json);
    assert_eq!(out(&["top", "-format=json", HEAP]), json);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    for word in [
        format!("-o={}", file.display()),
        format!("-output={}", file.display()),
    ] {
        assert_eq!(out(&["top", "-n5", &word, HEAP]), "");
        assert_eq!(fs::read_to_string(&file).unwrap(), five);
    }
    assert_eq!(out(&["top", "-n", "-1", HEAP]), out(&["top", HEAP]));
}

#[test]
fn values_are_spelled_as_in_go() {
    let same = |words: [&[&str]; 2]| {
        let [one, other] = words.map(|words| out(&[&["top"], words, &[HEAP]].concat()));
        assert_eq!(one, other, "{words:?}");
    };
    for off in ["0", "f", "F", "false", "FALSE", "False"] {
        same([&["-n3", "-trim=false"], &["-n3", &format!("-trim={off}")]]);
        same([&["-lines", &format!("-cum={off}")], &["-lines"]]);
    }
    for on in ["1", "t", "T", "true", "TRUE", "True"] {
        same([&["-n3"], &["-n3", &format!("-trim={on}")]]);
        same([&["-cum"], &[&format!("-cum={on}")]]);
    }
    same([&["-cum", "-cum=f"], &[]]);
    for (spelled, plain) in [
        ("0x1F", "31"),
        ("0o17", "15"),
        ("017", "15"),
        ("1_000", "1000"),
        ("+3", "3"),
    ] {
        same([
            &[&format!("-nodecount={spelled}")],
            &[&format!("-nodecount={plain}")],
        ]);
    }
    for spelled in [".25", "25e-2", "0x1p-2", "+0.2_5"] {
        same([
            &["-nodefraction=0.25"],
            &[&format!("-nodefraction={spelled}")],
        ]);
    }
    same([&["-divide_by=1000"], &["-divide_by=1_000"]]);
    same([&["-divide_by=-2"], &["-divide_by", "-0x1p1"]]);
    same([&["--confidence=0.5"], &["--confidence=50%"]]);
    same([&["--max-bytes=1MB"], &["--max-bytes=0x100000"]]);
}

#[test]
fn values_that_cannot_be_used_are_refused_in_one_wording() {
    for (args, found, expected) in [
        (&["top", "-cum=2", HEAP][..], "2", "true or false"),
        (&["top", "-trim=yes", HEAP], "yes", "true or false"),
        (&["top", "-nodecount=3.5", HEAP], "3.5", "a whole number"),
        (&["top", "-nodecount=0x", HEAP], "0x", "a whole number"),
        (
            &["top", "-nodecount=9223372036854775808", HEAP],
            "9223372036854775808",
            "a whole number",
        ),
        (
            &["top", "-nodefraction=x", HEAP],
            "x",
            "a part such as 0.005",
        ),
        (
            &["top", "-nodefraction=1e999", HEAP],
            "1e999",
            "a part such as 0.005",
        ),
        (&["top", "-divide_by=0", HEAP], "0", "a number other than 0"),
        (
            &["top", "--confidence=1.5", HEAP],
            "1.5",
            "a level between 0 and 1",
        ),
        (
            &["top", "--max-bytes=3XB", HEAP],
            "3XB",
            "a whole number of bytes",
        ),
        (
            &["diff", "--after-ops=0", HEAP, LATER],
            "0",
            "a number above 0",
        ),
        (
            &["diff", "--min-change=-1", HEAP, LATER],
            "-1",
            "a part such as",
        ),
        (
            &["verify", "--look=0", HEAP, LATER],
            "0",
            "a whole number from 1",
        ),
        (
            &["verify", "--today=soon", HEAP, LATER],
            "soon",
            "a date such as",
        ),
    ] {
        let error = refused(args);
        let wording = format!(": found {found:?}, expected {expected}");
        assert!(error.contains(&wording), "{args:?}: {error}");
        assert!(
            error.starts_with(&format!("heapwise: invalid value '{found}' for '--")),
            "{error}"
        );
    }
}

#[test]
fn sample_types_in_short_go_in_a_fixed_order() {
    let top = |words: &[&str]| run(&[&["top", "-n3"], words, &[HEAP]].concat());
    for (words, chosen, ignored) in [
        (
            &["-alloc_space", "-inuse_space"][..],
            "inuse_space",
            "alloc_space",
        ),
        (
            &["-inuse_space", "-alloc_space"],
            "inuse_space",
            "alloc_space",
        ),
        (
            &["-alloc_objects", "-alloc_space", "-inuse_objects"],
            "inuse_objects",
            "alloc_space, alloc_objects",
        ),
        (
            &["-sample_index=alloc_objects", "-inuse_space"],
            "alloc_objects",
            "inuse_space",
        ),
        (
            &["-alloc_space", "-sample_index=alloc_objects"],
            "alloc_objects",
            "alloc_space",
        ),
    ] {
        let answer = top(words);
        let alone = top(&[&format!("-sample_index={chosen}")]);
        assert_eq!(answer.out, alone.out, "{words:?}");
        let said = format!("{chosen} is taken, as in pprof, and {ignored} ignored");
        assert!(answer.err.contains(&said), "{words:?}: {}", answer.err);
        assert_eq!(alone.err, "");
    }
    let plain = top(&[
        "-alloc_space",
        "-alloc_space",
        "-inuse_space=f",
        "-sample_index=",
    ]);
    assert_eq!(
        (plain.out, plain.err),
        (top(&["-sample_index=alloc_space"]).out, String::new())
    );
    assert_eq!(top(&["-q", "-alloc_space", "-inuse_space"]).err, "");
    for command in [
        &["diff", HEAP, LATER][..],
        &["convert", "--to=folded", HEAP],
        &["traces", HEAP],
    ] {
        let answer = run(&[command, &["-alloc_space", "-inuse_objects"]].concat());
        assert!(
            answer.err.contains("alloc_space ignored"),
            "{command:?}: {}",
            answer.err
        );
    }
}

#[test]
fn a_binary_before_the_profiles_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut pe = vec![0; 0x80];
    pe[..2].copy_from_slice(b"MZ");
    pe[0x3c] = 0x40;
    pe[0x40..0x44].copy_from_slice(b"PE\0\0");
    for (name, bytes, kind) in [
        ("elf", &b"\x7fELF\x02\x01\x01\0"[..], "an ELF executable"),
        (
            "macho",
            b"\xcf\xfa\xed\xfe\x07\0\0\x01",
            "a Mach-O executable",
        ),
        ("pe.exe", &pe, "a PE executable"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let path = path.to_str().unwrap();
        for (before, profiles) in [
            (&["top"][..], &[HEAP][..]),
            (&["top", "--pprof-compatible"], &[HEAP]),
            (&["tree"], &[HEAP, LATER]),
            (&["peek", "main"], &[HEAP]),
            (&["list", "makeOrder"], &[HEAP]),
            (&["traces"], &[HEAP]),
            (&["tags"], &[HEAP]),
            (&["raw"], &[HEAP]),
            (&["comments"], &[HEAP]),
            (&["info"], &[HEAP]),
            (&["goroutines"], &[DUMP]),
            (&["diff"], &[HEAP, LATER]),
            (&["verify", "--require=inuse_space total <= 9GB"], &[HEAP]),
            (&["convert", "--to=dot"], &[HEAP]),
            (&["merge", "--to=folded"], &[HEAP]),
        ] {
            let answer = run(&[before, &[path], profiles].concat());
            let plain = run(&[before, profiles].concat());
            assert_eq!(
                (answer.code, &answer.out),
                (plain.code, &plain.out),
                "{before:?}"
            );
            let note = format!("heapwise: warning: {path}: passed over: found {kind}");
            assert!(answer.err.contains(&note), "{before:?}: {}", answer.err);
            let error = refused(&[before, &[path]].concat());
            let wording = format!("{path}: found {kind}, expected a profile");
            assert!(error.contains(&wording), "{before:?}: {error}");
        }
        let error = refused(&["top", HEAP, path]);
        assert!(error.contains(&format!("{path}: found {kind}")), "{error}");
    }
    let quiet = run(&[
        "top",
        "-q",
        folder.path().join("elf").to_str().unwrap(),
        HEAP,
    ]);
    assert_eq!(quiet.err, "");
}

/// Options that a line names; comments are for those who read the code.
fn named(line: &str) -> Vec<String> {
    let is_code = !line.trim_start().starts_with("//");
    let parts = line.split("--").skip(1).filter(|_| is_code);
    let names = parts.map(|rest| {
        let is_part = |c: &char| c.is_ascii_lowercase() || *c == '-';
        rest.chars().take_while(is_part).collect::<String>()
    });
    names
        .filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect()
}

/// The lines of all sources of a crate, with their files.
fn lines(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            lines.extend(self::lines(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // What tests give as arguments is read by clap.
            let text = text.split("#[cfg(test)]").next().unwrap();
            let file = path.display().to_string();
            lines.extend(text.lines().map(|line| (file.clone(), line.to_owned())));
        }
    }
    lines
}

#[test]
fn libraries_speak_of_values_and_the_command_of_options_that_exist() {
    let mut helps = COMMANDS.map(|command| out(&[command, "--help"])).to_vec();
    helps.push(out(&["--help"]));
    let known: Vec<String> = helps
        .iter()
        .flat_map(|help| help.lines().flat_map(named))
        .collect();
    for folder in fs::read_dir(workspace().join("crates")).unwrap() {
        let folder = folder.unwrap();
        let is_library = folder.file_name() != "heapwise";
        if folder.file_name() == "heapwise-gen" {
            continue;
        }
        for (file, line) in lines(&folder.path().join("src")) {
            for name in named(&line) {
                // What git is asked has options of its own.
                let is_of_git = file.ends_with("bench/git.rs");
                let is_right = !is_library && (is_of_git || known.contains(&name));
                assert!(is_right, "{file}: --{name}: {line}");
            }
        }
    }
}
