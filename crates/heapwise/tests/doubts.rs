//! Comparisons that look decided and are none: other names, the same profile, another run, nothing that was judged.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

use std::path::Path;
use std::process::Command;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The exit code, and all that was said.
fn run(args: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_heapwise"))
        .args(args)
        .current_dir(ROOT)
        .env_clear()
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(said).unwrap(),
    )
}

fn renamed(name: &str) -> [String; 3] {
    [1, 2, 3].map(|run| format!("testdata/renamed/{name}{run}.pb.gz"))
}

/// What becomes of a claim on what `before` allocates and a program of another name.
fn claimed(claim: &str, after: &str) -> (i32, String) {
    let (old, new) = (renamed("before"), renamed(after));
    let mut args = vec!["verify", "--same-work", "--require", claim, "--before"];
    args.extend(old.iter().map(String::as_str));
    args.push("--after");
    args.extend(new.iter().map(String::as_str));
    run(&args)
}

#[track_caller]
fn expect((code, said): (i32, String), expected: i32, words: &str) {
    assert_eq!(code, expected, "{said}");
    assert!(said.contains(words), "{said}");
}

#[test]
fn a_site_that_got_another_name_is_no_site_that_fell() {
    for (after, words) in [
        ("renamed", "it may have moved to main.read"),
        ("helper", "it may have moved to main.helper"),
    ] {
        expect(claimed("alloc_space main.parse <= -50%", after), 3, words);
    }
    // What others allocate is as before.
    expect(claimed("alloc_space total <= +5%", "renamed"), 0, "pass");
    expect(
        claimed("alloc_space cum:main.parse <= +5%", "helper"),
        0,
        "pass",
    );
}

#[test]
fn closures_that_come_give_others_their_numbers() {
    let words = "closures of its function came or went";
    // What is func1 now is new, and what was func1 is func2.
    expect(
        claimed("alloc_space main.handler.func1 <= -50%", "closure"),
        3,
        words,
    );
    expect(
        claimed("alloc_space main.handler.func2 <= +5%", "closure"),
        3,
        words,
    );
    expect(
        claimed("alloc_space cum:main.handler <= +20%", "closure"),
        0,
        "pass",
    );
    // Without one that came or went they keep theirs.
    expect(
        claimed("alloc_space main.handler.func1 <= +10%", "renamed"),
        0,
        "pass",
    );
}

#[test]
fn a_text_and_a_profile_of_one_program_have_the_same_lines_and_functions() {
    let (text, profile) = (
        "testdata/renamed/before.txt",
        "testdata/renamed/before1.pb.gz",
    );
    for (before, after) in [(text, profile), (profile, text)] {
        for sites in ["-lines", "-functions", "-filefunctions"] {
            let sides = ["--same-work", "-alloc_space", sites, before, after];
            let (code, said) = run(&[&["verify", "--forbid-growth", "15%"][..], &sides].concat());
            assert_eq!(code, 0, "{sites}: {said}");
            let (code, said) = run(&[&["diff", "-f", "csv"][..], &sides].concat());
            assert_eq!(code, 0, "{said}");
            // A text names the function that each goroutine ends in, and a profile does not.
            let mut lines = said
                .lines()
                .filter(|line| !line.starts_with("runtime.goexit"));
            let is_other = |line: &&str| [",new,", ",gone,"].iter().any(|word| line.contains(word));
            assert_eq!(lines.find(is_other), None, "{sites}: {said}");
        }
    }
}

#[test]
fn a_profile_beside_itself_shows_no_change_and_decides_nothing() {
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy.pb.gz");
    let profile = "testdata/renamed/before1.pb.gz";
    std::fs::copy(Path::new(ROOT).join(profile), &copy).unwrap();
    let words = "a profile is on both sides";
    for other in [profile, copy.to_str().unwrap()] {
        for claim in [
            &["--forbid-growth", "5%"],
            &["--require", "alloc_space main.parse <= +5%"],
        ] {
            let args = [
                &["verify", "--same-work", "-alloc_space"][..],
                claim,
                &[profile, other],
            ];
            expect(run(&args.concat()), 3, words);
        }
        expect(
            run(&["diff", "--same-work", "-alloc_space", profile, other]),
            0,
            words,
        );
    }
    // What is claimed of the profile alone is decided.
    let bound = [
        "verify",
        "--require",
        "alloc_space total <= 1GB",
        profile,
        profile,
    ];
    expect(run(&bound), 0, "pass");
}

#[test]
fn snapshots_the_wrong_way_round_are_no_improvement() {
    let snapshot = |number: u32| format!("testdata/server/leak/heap.{number:02}.pb.gz");
    let (old, new) = (snapshot(1), snapshot(19));
    let claim = ["verify", "--require", "inuse_space total <= -1%"];
    let swapped = run(&[&claim[..], &[&new, &old]].concat());
    expect(swapped, 3, "are they swapped?");
    // An earlier snapshot has done less, whatever is said; and few sites tell that of one binary.
    let claim = ["verify", "--require", "alloc_space total <= -1%"];
    let few = ["--same-work", "--focus=main\\."];
    for more in [&few[..1], &few] {
        let swapped = run(&[&claim[..], more, &[&new, &old]].concat());
        expect(swapped, 3, "are they swapped?");
        let (_, said) = run(&[&claim[..], more, &[&old, &new]].concat());
        assert!(!said.contains("swapped"), "{said}");
    }
    let (_, said) = run(&["diff", &old, &new]);
    assert!(!said.contains("swapped"), "{said}");
}

#[test]
fn a_side_without_names_tells_of_no_site() {
    let place = tempfile::tempdir().unwrap();
    let text =
        std::fs::read_to_string(Path::new(ROOT).join("testdata/renamed/before.txt")).unwrap();
    let bare: String = text
        .split_inclusive('\n')
        .filter(|line| !line.starts_with('#'))
        .collect();
    let path = place.path().join("bare.txt");
    std::fs::write(&path, bare).unwrap();
    let sides = ["testdata/renamed/before1.pb.gz", path.to_str().unwrap()];
    let claim = [
        "verify",
        "--same-work",
        "--require",
        "alloc_space main.parse <= -50%",
    ];
    expect(run(&[&claim[..], &sides].concat()), 3, "without names");
    // The total needs none.
    let total = [
        "verify",
        "--same-work",
        "--require",
        "alloc_space total <= +20%",
    ];
    expect(run(&[&total[..], &sides].concat()), 0, "pass");
}

/// Two sides of `several`, with what `change` makes of their texts.
fn benchmarks(change: impl Fn([String; 2]) -> [String; 2], claim: &[&str]) -> (i32, String) {
    let place = tempfile::tempdir().unwrap();
    let folder = Path::new(ROOT).join("testdata/work/several");
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let texts = change([text("a.txt"), text("b.txt")]);
    let paths = ["a.txt", "b.txt"].map(|name| place.path().join(name));
    for (path, text) in paths.iter().zip(texts) {
        std::fs::write(path, text).unwrap();
    }
    let [before, after] = &paths;
    let texts = [
        "--before-bench",
        before.to_str().unwrap(),
        "--after-bench",
        after.to_str().unwrap(),
    ];
    let profiles = [
        "testdata/work/several/a.pb.gz",
        "testdata/work/several/b.pb.gz",
    ];
    run(&[&["verify"][..], &texts, claim, &profiles].concat())
}

const NO_GROWTH: [&str; 2] = ["--forbid-growth", "5%"];

fn without(text: &str, name: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with(&format!("{name}-")))
        .collect()
}

#[test]
fn benchmarks_are_the_same_on_other_processors() {
    let as_they_are = benchmarks(|texts| texts, &NO_GROWTH);
    for processors in ["", "-16"] {
        let other = benchmarks(
            |[old, new]| [old, new.replace("-2 ", &format!("{processors} "))],
            &NO_GROWTH,
        );
        expect(other.clone(), as_they_are.0, "GOMAXPROCS 2 and");
        let judged = |said: &str| {
            said.lines()
                .filter(|line| line.contains("judged"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(judged(&other.1), judged(&as_they_are.1));
    }
}

#[test]
fn a_text_that_lacks_a_benchmark_is_not_all_that_was_printed() {
    let lacks = |texts: [String; 2]| texts.map(|text| without(&text, "BenchmarkOneRouteHTML"));
    expect(
        benchmarks(lacks, &NO_GROWTH),
        2,
        "found BenchmarkOneRouteHTML in the profile and not in the text",
    );
}

#[test]
fn one_text_for_both_sides_is_that_of_one() {
    let same = |[old, _]: [String; 2]| [old.clone(), old];
    expect(
        benchmarks(same, &NO_GROWTH),
        2,
        "found the same lines on both sides",
    );
}

#[test]
fn a_run_without_benchmarks_did_not_do_the_same_work() {
    let sides = [
        "testdata/work/several/a.pb.gz",
        "testdata/renamed/before1.pb.gz",
    ];
    let words = "have stacks of benchmarks";
    for work in [
        &["--same-work"][..],
        &["--before-ops", "100", "--after-ops", "100"],
    ] {
        let args = [&["verify", "-alloc_space"][..], work, &NO_GROWTH, &sides].concat();
        expect(run(&args), 3, words);
    }
}

/// A text of a process in its GC cycle `cycle`, of which `pauses` were.
fn snapshot(cycle: usize, first_pause: u32, objects: u32) -> String {
    let mut pauses = vec![0; 256];
    for (at, pause) in pauses.iter_mut().take(cycle).enumerate() {
        *pause = first_pause + u32::try_from(at).unwrap();
    }
    let pauses: Vec<String> = pauses.iter().map(u32::to_string).collect();
    let bytes = objects * 4096;
    format!(
        "heap profile: {objects}: {bytes} [{objects}: {bytes}] @ heap/1048576\n\
         {objects}: {bytes} [{objects}: {bytes}] @ 0x1\n\
         #\t0x1\tmain.hold+0x1\t/src/main.go:1\n\n\
         # runtime.MemStats\n# Alloc = {bytes}\n# TotalAlloc = {bytes}\n# Sys = {bytes}\n# Lookups = 0\n\
         # Mallocs = {objects}\n# Frees = 0\n# HeapAlloc = {bytes}\n# HeapSys = {bytes}\n# HeapIdle = 0\n\
         # HeapInuse = {bytes}\n# HeapReleased = 0\n# HeapObjects = {objects}\n# Stack = 0 / 0\n\
         # MSpan = 0 / 0\n# MCache = 0 / 0\n# BuckHashSys = 0\n# GCSys = 0\n# OtherSys = 0\n\
         # NextGC = 4194304\n# LastGC = {}\n# PauseNs = [{}]\n# PauseEnd = [{}]\n# NumGC = {cycle}\n\
         # NumForcedGC = 0\n# GCCPUFraction = 0.01\n# DebugGC = false\n# MaxRSS = 0\n",
        1_800_000_000_000_000_000_u64 + cycle as u64,
        pauses.join(" "),
        pauses.join(" "),
    )
}

#[test]
fn snapshots_of_one_process_on_both_sides_show_no_change_and_decide_nothing() {
    let place = tempfile::tempdir().unwrap();
    let text = |name: &str, (cycle, first_pause, objects)| {
        let path = place.path().join(name);
        std::fs::write(&path, snapshot(cycle, first_pause, objects)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, same) = (text("a.txt", (5, 100, 2000)), text("b.txt", (5, 100, 2000)));
    let later = text("c.txt", (9, 100, 3000));
    let other = text("d.txt", (4, 7000, 2000));
    let words = "a profile is on both sides";
    let sides = |old: &[&str], new: &[&str]| -> Vec<String> {
        let all = [&["--before"], old, &["--after"], new].concat();
        all.into_iter().map(str::to_owned).collect()
    };
    for sides in [
        sides(&[&one], &[&one]),
        sides(&[&one], &[&same]),
        sides(&[&one, &later], &[&same, &later]),
    ] {
        let sides: Vec<&str> = sides.iter().map(String::as_str).collect();
        expect(
            run(&[&["diff", "-inuse_space"][..], &sides].concat()),
            0,
            words,
        );
        let growth = ["verify", "-inuse_space", "--forbid-growth", "5%"];
        expect(run(&[&growth[..], &sides].concat()), 3, words);
    }
    // What others took is another matter, and is counted without them.
    let sides = sides(&[&other], &[&other, &one, &later]);
    let after: Vec<&str> = sides.iter().map(String::as_str).collect();
    let (_, said) = run(&[&["diff", "-inuse_space"][..], &after].concat());
    let named = format!("{one} to {later}: 2 of the 3 profiles are snapshots of one process");
    assert!(said.contains(&named), "{said}");
    let apart = ["diff", "-inuse_space", &other, &one];
    assert!(!run(&apart).1.contains(words));
}
