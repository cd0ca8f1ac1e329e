//! What counts goroutines, but not all of them, or not as the other side does, decides no claim.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests start the command and write files"
)]

mod common;

use std::fs;

use common::{heapwise, run, workspace};

const LEVEL: &str = "testdata/server/go1.27/goroutine.pb.gz";
const DIFFERENCE: &str = "testdata/server/go1.27/goroutine.seconds3.pb.gz";
const LEAKED: &str = "testdata/server/go1.27/goroutineleak.pb.gz";

/// The exit code and the table of a claim.
fn verified(args: &[&str]) -> (i32, String) {
    let answer = run(&[&["verify"], args].concat());
    (answer.code.unwrap(), answer.out + &answer.err)
}

#[test]
fn a_difference_is_no_level() {
    for (sides, claim) in [
        (&["--after", DIFFERENCE][..], "goroutines total <= 1000"),
        (&[LEVEL, DIFFERENCE], "goroutine total <= -1%"),
        (&[DIFFERENCE, LEVEL], "goroutine total <= +1000%"),
        (&[DIFFERENCE, DIFFERENCE], "goroutine total <= +1000%"),
    ] {
        let (code, said) = verified(&[sides, &["--require", claim]].concat());
        assert_eq!(code, 3, "{claim}: {said}");
    }
    let diff = run(&["diff", LEVEL, DIFFERENCE]);
    assert!(
        diff.err.contains("is the difference of two profiles"),
        "{}",
        diff.err
    );
    assert!(!diff.out.contains("exact)"), "{}", diff.out);
}

#[test]
fn leaked_goroutines_are_not_all_there_are() {
    for (claim, code) in [
        ("goroutines total <= 1000", 3),
        ("goroutines total <= 1", 1),
        ("goroutines total growth none", 3),
        ("goroutines leaked <= 1000", 0),
    ] {
        let (found, said) = verified(&["--after", LEAKED, "--require", claim]);
        assert_eq!(found, code, "{claim}: {said}");
    }
    let both = [
        "--after",
        LEVEL,
        LEAKED,
        "--require",
        "goroutines total <= 1000",
    ];
    assert_eq!(verified(&both).0, 0);
}

#[test]
fn copies_of_one_profile_are_no_series() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..6 {
        let to = folder.path().join(format!("{at}.pb.gz"));
        fs::copy(workspace().join(LEVEL), to).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let (code, said) = verified(&[
        "--goroutines",
        path,
        "--require",
        "goroutines total growth none",
    ]);
    assert_eq!(code, 3, "{said}");
}

/// A folder of texts, each with so many goroutines, by names.
fn folder_of<'a>(counts: impl IntoIterator<Item = (String, &'a i64)>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, count) in counts {
        let text = format!(
            "goroutine profile: total {count}\n{count} @ 0x45b425\n#\t0x45b424\tmain.work+0x1\t/src/a.go:1\n\n"
        );
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn numbered(counts: &[i64]) -> tempfile::TempDir {
    folder_of(
        (0..)
            .zip(counts)
            .map(|(at, count): (usize, _)| (format!("{at:02}.txt"), count)),
    )
}

#[test]
fn what_rose_in_the_last_dumps_may_be_the_beginning_of_a_leak() {
    let claim = ["--require", "goroutines total growth none", "--goroutines"];
    for (counts, code) in [
        (&[11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 311][..], 3),
        (&[11, 12, 11, 10, 11, 13, 11, 311, 311], 3),
        (&[11, 12, 11, 10, 11, 13, 11, 311, 309, 312, 311], 3),
        (&[11, 12, 11, 10, 11, 13, 311, 309, 312, 311, 310], 0),
        (&[11, 12, 11, 10, 11, 13, 311, 11, 12, 10], 0),
        (&[11, 12, 11, 10, 11, 13, 11, 12, 14], 0),
        (
            &[100, 101, 103, 99, 104, 102, 105, 104, 106, 103, 107, 106],
            3,
        ),
    ] {
        let folder = numbered(counts);
        let path = folder.path().to_str().unwrap();
        let (found, said) = verified(&[&claim[..], &[path]].concat());
        assert_eq!(found, code, "{counts:?}: {said}");
        let told = run(&["goroutines", path]).out;
        assert_eq!(told.contains("take more"), code == 3, "{told}");
    }
}

#[test]
fn of_several_instances_growth_is_not_judged() {
    let counts = [10, 30, 50, 70, 90];
    for pattern in ["pod-a-#.txt", "a.#.txt"] {
        let names = |pod: &str| {
            let pattern = pattern.replace('a', pod);
            (0..5).map(move |at| pattern.replace('#', &at.to_string()))
        };
        let steady = [10; 5];
        let folder = folder_of(
            names("a")
                .zip(&counts)
                .chain(names("b").zip(&steady))
                .collect::<Vec<_>>(),
        );
        let path = folder.path().to_str().unwrap();
        let told = run(&["goroutines", path]);
        assert!(
            told.out
                .contains("whether a group is growing is not judged"),
            "{}",
            told.out
        );
        assert!(told.err.contains("(5 dumps, such as "), "{}", told.err);
    }
}

#[test]
fn goroutines_that_fall_to_where_they_began_may_be_of_another_process() {
    let counts = [4, 9, 9, 30, 60, 180];
    let folder = numbered(&[counts, counts].concat());
    let path = folder.path().to_str().unwrap();
    let (code, said) = verified(&[
        "--goroutines",
        path,
        "--require",
        "goroutines total growth none",
    ]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("may have been started anew"), "{said}");
}

#[test]
fn a_text_without_the_frames_of_waiting_has_no_sites_of_a_profile() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("dump.txt");
    let dump = "goroutine 1 [running]:\nmain.main()\n\t/a.go:3 +0x1d\n\n";
    let waiting = |at: u32| {
        format!(
            "goroutine {at} [chan receive]:\nmain.leakChanRecv.func1()\n\t/a.go:9 +0x1d\ncreated by main.f in goroutine 1\n\t/a.go:8 +0x2\n\n"
        )
    };
    let waiting: String = (2..9).map(waiting).collect();
    fs::write(&text, format!("{dump}{waiting}")).unwrap();
    let text = text.to_str().unwrap();
    for (before, after) in [(text, LEVEL), (LEVEL, text)] {
        let claim = "goroutine main.leakChanRecv.func1 <= -50%";
        let (code, said) = verified(&[before, after, "--require", claim]);
        assert_eq!(code, 3, "{said}");
        assert!(said.contains("runtime.gopark"), "{said}");
        // One has fewer goroutines: of the total that is no doubt.
        let (code, said) = verified(&[before, after, "--forbid-growth", "5%"]);
        assert_eq!(code, if before == text { 1 } else { 3 }, "{said}");
    }
}

/// Go prints the goroutine that panics alone, unless GOTRACEBACK asks for all.
#[test]
fn a_panic_tells_of_one_goroutine_of_many() {
    let signal = "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x47f821]\n";
    let stack = "\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:13 +0x41\n";
    let nil = "panic: runtime error: invalid memory address or nil pointer dereference\n";
    let deadlock = "fatal error: all goroutines are asleep - deadlock!\n";
    let waits = "\ngoroutine 6 [chan receive]:\nmain.wait()\n\t/app/main.go:9 +0x1d\ncreated by main.main in goroutine 1\n\t/app/main.go:12 +0x2f\n";
    let folder = tempfile::tempdir().unwrap();
    for (text, code) in [
        (format!("{nil}{signal}{stack}"), 3),
        (format!("{nil}{signal}{stack}exit status 2\n"), 3),
        (format!("{nil}\tpanic: again\n{signal}{stack}"), 3),
        (format!("{nil}{signal}{stack}").replace('\n', "\r\n"), 3),
        (
            format!("panic: two\nlines, of which\n\n- this is one\n{stack}"),
            3,
        ),
        (
            format!("2026/11/30 10:00:00 http: panic serving 10.0.0.7:3: a\nb{stack}"),
            3,
        ),
        (format!("{nil}{signal}{stack}{waits}"), 0),
        (format!("{deadlock}{stack}"), 0),
        (
            format!("fatal error: unexpected signal during runtime execution\n{signal}{stack}"),
            0,
        ),
    ] {
        let dump = folder.path().join("dump.txt");
        fs::write(&dump, &text).unwrap();
        let claim = ["--require", "goroutines total <= 100"];
        let dump = dump.to_str().unwrap();
        let (found, said) = verified(&[&["--goroutines", dump], &claim[..]].concat());
        assert_eq!(found, code, "{text}: {said}");
    }
}

#[test]
fn a_fatal_error_of_the_program_tells_of_one_goroutine_of_many() {
    let folder = tempfile::tempdir().unwrap();
    let stack = |id: u32| {
        format!("goroutine {id} [running]:\nmain.main.func2()\n\t/src/main.go:77 +0x2c\n\n")
    };
    for (message, stacks, code) in [
        ("concurrent map writes", 1, 3),
        ("sync: unlock of unlocked mutex", 1, 3),
        ("all goroutines are asleep - deadlock!", 1, 0),
        ("concurrent map writes", 4, 0),
    ] {
        let path = folder.path().join("log.txt");
        let stacks: String = (1..=stacks).map(stack).collect();
        fs::write(&path, format!("fatal error: {message}\n\n{stacks}")).unwrap();
        let path = path.to_str().unwrap();
        let claim = ["--require", "goroutines total <= 100", "--goroutines", path];
        let (found, said) = verified(&claim);
        assert_eq!(found, code, "{message}: {said}");
    }
}

#[test]
fn goroutines_whose_first_line_is_broken_are_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.txt");
    let stack = "main.work()\n\t/src/main.go:77 +0x2c\n\n";
    let whole: String = (1..20)
        .map(|id| format!("goroutine {id} [chan receive]:\n{stack}"))
        .collect();
    let broken: String = (20..200)
        .map(|id| {
            format!("goroutine {id} [chan receive] {{job: \"a\", path: \"/v1/\nord\"}}:\n{stack}")
        })
        .collect();
    fs::write(&path, whole + &broken).unwrap();
    let path = path.to_str().unwrap();
    let claim = ["--require", "goroutines total <= 150", "--goroutines", path];
    let (found, said) = verified(&claim);
    assert_eq!(found, 3, "{said}");
}

#[test]
fn every_format_says_that_a_dump_is_not_all_there_is() {
    let waits = |id: u32| {
        format!(
            "goroutine {id} [chan receive]:\nmain.wait()\n\t/app/main.go:9 +0x1d\ncreated by main.main in goroutine 1\n\t/app/main.go:12 +0x2f\n\n"
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let all: String = (2..30).map(waits).collect();
    let cut = folder.path().join("cut.txt");
    fs::write(&cut, &all[..all.len() / 2 + 40]).unwrap();
    let panic = folder.path().join("panic.txt");
    fs::write(
        &panic,
        "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:13 +0x41\n",
    )
    .unwrap();
    for dump in [cut, panic] {
        let dump = dump.to_str().unwrap();
        for format in ["text", "csv", "markdown", "html"] {
            let answer = run(&["goroutines", "-q", "-o", "-", "-f", format, dump]);
            let out = answer.out;
            assert!(
                out.contains("there were more goroutines"),
                "{format}: {out}"
            );
        }
    }
}

/// The text of so many goroutines, of each its own.
fn goroutines(ids: std::ops::Range<u32>) -> String {
    let one = |id: u32| {
        format!(
            "goroutine {id} [select]:\nmain.f()\n\t/a.go:9 +0x1d\ncreated by main.main in goroutine 1\n\t/a.go:8 +0x2\n\n"
        )
    };
    ids.map(one).collect()
}

#[test]
fn what_is_left_out_of_a_dump_decides_no_claim() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.txt");
    for mark in [
        "systemd-journald[231]: Suppressed 90 messages from app.service",
        "rsyslogd: imuxsock lost 90 messages from pid 4242 due to rate-limiting",
        "... (4096 bytes truncated) ...",
        "[...]",
        "<snip>",
        "...",
        "--More--",
        "... 15 more goroutines ...",
    ] {
        let text = [&goroutines(2..9), mark, "\n", &goroutines(20..28)].concat();
        fs::write(&path, text).unwrap();
        for (claim, code) in [
            ("goroutines total <= 20", 3),
            ("goroutines total >= 40", 3),
            ("goroutines total >= 15", 0),
            ("goroutines total <= 14", 1),
        ] {
            let (found, said) =
                verified(&["--goroutines", path.to_str().unwrap(), "--require", claim]);
            assert_eq!(found, code, "{mark}: {claim}: {said}");
        }
    }
}

#[test]
fn lines_that_are_missing_within_a_stack_may_be_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dump.txt");
    let (first, second) = (goroutines(2..9), goroutines(20..28));
    let part = "goroutine 9 [select]:\nmain.f()\n\t/a.go:9 +0x1d\ncreated by main.main in goroutine 1\n\t/ho\n";
    let rest = "/a.go:12 +0x3\ncreated by main.main in goroutine 1\n\t/a.go:8 +0x2\n\n";
    let text = [&first, part, "... [truncated] ...\n", rest, &second].concat();
    fs::write(&path, text).unwrap();
    for (claim, code) in [
        ("goroutines total <= 16", 3),
        ("goroutines total >= 15", 0),
        ("goroutines total <= 14", 1),
    ] {
        let (found, said) = verified(&["--goroutines", path.to_str().unwrap(), "--require", claim]);
        assert_eq!(found, code, "{claim}: {said}");
    }
}

/// Of a deep stack Go leaves frames out, of the middle in dumps and of the end in profiles: who is there nobody knows.
#[test]
fn what_may_be_among_frames_that_are_left_out_passes_no_claim() {
    let folder = tempfile::tempdir().unwrap();
    let frames = |name: &str, count: usize| -> String {
        let frame = |at: usize| {
            format!(
                "main.{name}(0x{at:x})\n\t/src/main.go:{} +0x1d\n",
                10 + at % 7
            )
        };
        (0..count).map(frame).collect()
    };
    let goroutine = |id: usize, stack: &str| {
        format!(
            "goroutine {id} [chan receive]:\n{stack}created by main.main in goroutine 1\n\t/src/main.go:9 +0x2e\n\n"
        )
    };
    let short = goroutine(2, &format!("{}{}", frames("leaf", 1), frames("root", 1)));
    let elided = format!(
        "{}...151 frames elided...\n{}",
        frames("deep", 40),
        frames("end", 3)
    );
    let ask = |name: &str, dump: &str, claim: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, dump).unwrap();
        let args = [
            "verify",
            "--goroutines",
            path.to_str().unwrap(),
            "--require",
            claim,
        ];
        let answer = heapwise(&workspace()).args(args).output().unwrap();
        (
            answer.status.code(),
            String::from_utf8(answer.stdout).unwrap(),
        )
    };
    for (name, stack) in [
        ("elided", elided),
        ("cut at 128", frames("deep", 128)),
        ("cut at 100", frames("deep", 97)),
    ] {
        let deep: String = (3..13).map(|id| goroutine(id, &stack)).collect();
        let dump = format!("{short}{deep}");
        for (claim, code) in [
            ("goroutines main.root <= 1", 3),
            ("goroutines main.root <= 11", 0),
            ("goroutines main.root >= 1", 0),
            ("goroutines main.root >= 2", 3),
            ("goroutines main.deep <= 10", 0),
            ("goroutines main.deep <= 9", 1),
            ("goroutines main.main <= 11", 0),
            ("goroutines total <= 11", 0),
        ] {
            let (found, said) = ask(name, &dump, claim);
            assert_eq!(found, Some(code), "{name}: {claim}: {said}");
        }
    }
    // As deep as nothing was cut.
    let whole: String = (3..13)
        .map(|id| goroutine(id, &frames("deep", 60)))
        .collect();
    let (found, said) = ask(
        "whole",
        &format!("{short}{whole}"),
        "goroutines main.root <= 1",
    );
    assert_eq!(found, Some(0), "{said}");
}
