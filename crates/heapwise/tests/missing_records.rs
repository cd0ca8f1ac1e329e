//! A heap text that lacks records decides nothing: what is left of it is less than there was.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "profiles are read from files and written to a folder of the test"
)]

mod common;

use std::path::Path;

use common::{heapwise, workspace};

/// The exit code, and what was said on both streams.
fn run(args: &[&str]) -> (Option<i32>, String) {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// A whole heap, and the same cut at several places.
fn heaps(folder: &Path) -> (String, Vec<String>) {
    let text = std::fs::read_to_string(workspace().join("testdata/gc/heap-1.debug1.txt")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let record = lines
        .iter()
        .position(|line| line.starts_with("16: "))
        .unwrap_or(1);
    let torn: Vec<&str> = [&lines[..record], &lines[record + 1..]].concat();
    let cut = vec![
        write("header.txt", format!("{}\n", lines[0])),
        write("third.txt", lines[..60].join("\n")),
        write("line.txt", torn.join("\n") + "\n"),
        write(
            "log.txt",
            lines[..40]
                .iter()
                .map(|line| format!("pod | {line}\n"))
                .collect(),
        ),
    ];
    (write("whole.txt", text), cut)
}

#[test]
fn a_gate_does_not_rest_on_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = heaps(folder.path());
    let claims = [
        ["--forbid-growth", "5%"],
        ["--require", "inuse_space total <= 50MB"],
        ["--require", "inuse_space main.hold <= 50MB"],
    ];
    for [option, claim] in claims {
        let (code, said) = run(&["verify", &whole, &whole, option, claim]);
        assert_ne!(code, Some(2), "{said}");
        for cut in &cut {
            let (code, said) = run(&["verify", &whole, cut, option, claim]);
            assert!(
                matches!(code, Some(2 | 3)),
                "{cut} {claim}: {code:?} {said}"
            );
        }
    }
}

/// Dumps that are cut, by the header of the text or by their end.
#[test]
fn a_claim_on_goroutines_does_not_rest_on_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let dump = "testdata/server/series/chanrecv/goroutine.13.debug2.txt";
    let text = std::fs::read_to_string(workspace().join(dump)).unwrap();
    let count = "goroutine profile: total 40\n30 @ 0x1\n#\t0x0\tmain.f+0x1\t/main.go:3\n\n";
    for (name, text) in [("dump.txt", &text[..9000]), ("count.txt", count)] {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let path = path.to_str().unwrap();
        for (claim, expected) in [
            ("goroutines total <= 190", 3),
            ("goroutines total <= 5", 1),
            ("goroutines total >= 20", 0),
            ("goroutines total >= 190", 3),
        ] {
            let (code, said) = run(&["verify", "--goroutines", path, "--require", claim]);
            assert_eq!(code, Some(expected), "{name} {claim}: {said}");
        }
    }
}

#[test]
fn no_verdict_is_given_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, cut) = heaps(folder.path());
    for cut in &cut {
        let (_, said) = run(&["top", cut]);
        assert!(said.contains("the records that are there hold"), "{said}");
        assert!(
            said.contains("sampling error unknown: records are missing"),
            "{said}"
        );
        for sides in [[&whole, cut], [cut, &whole]] {
            let (_, said) = run(&["diff", sides[0], sides[1]]);
            assert!(said.contains("no verdicts: records are missing"), "{said}");
            assert!(
                !said.contains(" less ") && !said.contains(" more "),
                "{said}"
            );
        }
    }
}

/// A header that is no sum tells nothing, and one that tells of less says that some are there twice.
#[test]
fn what_no_header_counted_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let record = "8000: 8192000 [8000: 8192000] @ 0x1010\n#\t0x100f\tmain.f+0x1\t/main.go:3\n\n";
    let write = |name: &str, header: &str, records: &str| {
        let path = folder.path().join(name);
        std::fs::write(
            &path,
            format!("heap profile: {header} @ heap/1048576\n{records}"),
        )
        .unwrap();
        path.to_str().unwrap().to_owned()
    };
    let sum = "8000: 8192000 [8000: 8192000]";
    let whole = write("whole.txt", sum, record);
    let twice = write("twice.txt", sum, &record.repeat(2));
    let uncounted = write("uncounted.txt", "0: 0 [0: 0]", &record.repeat(2));
    for (after, is_said) in [(&twice, true), (&uncounted, false)] {
        let (code, said) = run(&["verify", &whole, after, "--forbid-growth", "5%"]);
        assert_eq!(code, Some(1), "{said}");
        let (_, said) = run(&["top", after]);
        assert_eq!(
            said.contains("that are there hold more: 16000 objects"),
            is_said,
            "{said}"
        );
        assert!(!said.contains("records are missing"), "{said}");
    }
}
