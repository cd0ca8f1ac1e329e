//! The command beside `go tool pprof` on random combinations of options.
//!
//! Needs a pprof of Go 1.27.3, named by `HEAPWISE_PPROF`, and profiles: those of `testdata/`, and of
//! a corpus where there is one (see `corpus.rs`). `HEAPWISE_COMBINATIONS` is how many to try,
//! `HEAPWISE_SEED` where to start. `scripts/compare-with-pprof.sh` runs it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository, and asks another program"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::beside::corpus;
use common::{comparable, files, in_parallel, pprof_compatible, workspace};

/// Larger files take too long in a debug build.
const LARGEST: u64 = 200 << 10;

#[test]
#[ignore = "asks pprof: scripts/compare-with-pprof.sh"]
fn answers_random_questions_as_pprof_does() {
    let pprof = PathBuf::from(std::env::var_os("HEAPWISE_PPROF").expect("names pprof"));
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let profiles = profiles();
    let seed = number("HEAPWISE_SEED", 1);
    let questions: Vec<Question> = (0..number("HEAPWISE_COMBINATIONS", 2000))
        .map(|at| Question::random(&profiles, seed.wrapping_mul(1 << 32).wrapping_add(at)))
        .collect();
    let outcomes = in_parallel(&questions, |question| question.ask(&pprof));
    let count = |wanted: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| wanted(o)).count();
    println!(
        "{} questions on {} profiles: {} answers equal, {} refused by both, {} to which pprof \
         gives several answers",
        questions.len(),
        profiles.len(),
        count(&|outcome| matches!(outcome, Outcome::Equal)),
        count(&|outcome| matches!(outcome, Outcome::Refused)),
        count(&|outcome| matches!(outcome, Outcome::Undecided)),
    );
    let wrong: Vec<&String> = outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Wrong(message) => Some(message),
            _ => None,
        })
        .collect();
    let first: Vec<&str> = wrong
        .iter()
        .take(60)
        .map(|message| message.as_str())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        first.join("\n")
    );
}

enum Outcome {
    Equal,
    Refused,
    /// pprof's own answer changes from run to run.
    Undecided,
    Wrong(String),
}

/// How often pprof is asked again before its answer counts as its only one: of two that are equally
/// likely it gives the same that often once in a thousand million cases.
const ASKED_AGAIN: usize = 30;

/// Arguments of pprof, the profile last.
struct Question(Vec<String>);

impl Question {
    fn random(profiles: &[PathBuf], seed: u64) -> Question {
        let mut random = Random(seed);
        let mut args = vec!["-symbolize=none".to_owned()];
        args.extend(report(&mut random));
        for _ in 0..random.below(5) {
            let option = option(&mut random);
            let name = |arg: &str| arg.split('=').next().unwrap().to_owned();
            let is_granularity = |arg: &String| GRANULARITIES.contains(&arg.as_str());
            let is_second = args.iter().any(|arg| name(arg) == name(&option))
                || is_granularity(&option) && args.iter().any(is_granularity);
            if !is_second {
                args.push(option);
            }
        }
        let profile = random.pick(profiles);
        if random.below(12) == 0 {
            let base = random.pick(profiles).display().to_string();
            args.push(format!("{}={base}", random.pick(&["-base", "-diff_base"])));
            if random.below(3) == 0 {
                args.push("-normalize".to_owned());
            }
        }
        args.push(profile.display().to_string());
        Question(args)
    }

    fn ask(&self, pprof: &Path) -> Outcome {
        let is_profile = |arg: &String| matches!(arg.as_str(), "-proto" | "-topproto");
        if self.0.iter().any(is_profile) {
            return self.ask_for_profile(pprof);
        }
        let expected = ask_pprof(pprof, &self.0);
        let found = pprof_compatible(&workspace(), &self.0);
        let by_file = self.0.iter().any(|arg| arg == "-files");
        let same = |a: &Output, b: &Output| {
            a.stdout == b.stdout || comparable(&a.stdout, by_file) == comparable(&b.stdout, by_file)
        };
        match (expected.status.success(), found.status.code()) {
            (true, Some(0)) if same(&expected, &found) => Outcome::Equal,
            (false, Some(2)) => Outcome::Refused,
            _ if (0..ASKED_AGAIN).any(|_| !same(&expected, &ask_pprof(pprof, &self.0))) => {
                Outcome::Undecided
            }
            (_, status) => Outcome::Wrong(format!(
                "{} (heapwise exits with {status:?} {}{})",
                self.0.join(" "),
                String::from_utf8_lossy(&found.stderr)
                    .lines()
                    .next()
                    .unwrap_or_default(),
                first_difference(&expected.stdout, &found.stdout),
            )),
        }
    }
}

impl Question {
    /// Asks for a profile, and pprof what is in both answers.
    fn ask_for_profile(&self, pprof: &Path) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str| {
            let path = folder.path().join(name).display().to_string();
            let output = format!("-output={path}");
            (path, [&[output][..], &self.0].concat())
        };
        let (theirs, asked) = written("theirs.pb.gz");
        let expected = ask_pprof(pprof, &asked);
        let (ours, asked) = written("ours.pb.gz");
        let found = pprof_compatible(&workspace(), &asked);
        let raw = |path: &str| {
            let args = ["-symbolize=none", "-raw", path].map(str::to_owned);
            ask_pprof(pprof, &args).stdout
        };
        match (expected.status.success(), found.status.code()) {
            (false, Some(2)) => Outcome::Refused,
            (true, Some(0)) if raw(&theirs) == raw(&ours) => Outcome::Equal,
            (_, status) => {
                let first = raw(&theirs);
                let (again, asked) = written("again.pb.gz");
                let changes = (0..ASKED_AGAIN).any(|_| {
                    ask_pprof(pprof, &asked);
                    raw(&again) != first
                });
                if changes {
                    return Outcome::Undecided;
                }
                Outcome::Wrong(format!(
                    "{} (heapwise exits with {status:?} {}{})",
                    self.0.join(" "),
                    String::from_utf8_lossy(&found.stderr),
                    first_difference(&first, &raw(&ours)),
                ))
            }
        }
    }
}

fn first_difference(expected: &[u8], found: &[u8]) -> String {
    let (expected, found) = (
        String::from_utf8_lossy(expected),
        String::from_utf8_lossy(found),
    );
    let both = expected.lines().chain([""]).zip(found.lines().chain([""]));
    let differing = both.into_iter().find(|(a, b)| a != b);
    differing.map_or_else(String::new, |(a, b)| {
        format!("\n    pprof:    {a}\n    heapwise: {b}")
    })
}

fn ask_pprof(pprof: &Path, args: &[String]) -> Output {
    Command::new(pprof)
        .env_clear()
        .env("PPROF_BINARY_PATH", "/nonexistent")
        .env("PPROF_TMPDIR", "/nonexistent")
        .env("TZ", "UTC")
        .current_dir(workspace())
        .args(args)
        .output()
        .unwrap()
}

/// Profiles of the repository and of a corpus, no larger than a debug build reads quickly.
fn profiles() -> Vec<PathBuf> {
    let mut folders = vec![workspace().join("testdata")];
    for part in [
        "published",
        "beforeafter",
        "server",
        "gotool",
        "golden/inputs",
    ] {
        folders.extend(corpus(part).map(|corpus| corpus.join(part)));
    }
    let all = folders.iter().flat_map(|folder| files(folder));
    let is_profile = |path: &PathBuf| {
        let name = path.to_string_lossy();
        let ends = [".pb.gz", ".pb", ".prof", ".pprof"];
        ends.iter().any(|end| name.ends_with(end)) && path.metadata().unwrap().len() <= LARGEST
    };
    all.filter(is_profile)
        .map(|path| path.canonicalize().unwrap())
        .collect()
}

const GRANULARITIES: [&str; 5] = [
    "-functions",
    "-filefunctions",
    "-files",
    "-lines",
    "-addresses",
];

const PATTERNS: [&str; 16] = [
    "runtime",
    "main",
    "^net/http",
    "json",
    "alloc|make",
    "(?i)READ",
    "Buffer",
    "func1$",
    r"\.\(\*",
    "[.]go",
    "fmt|strconv",
    "server",
    "grow",
    "nothing-is-called-so",
    "^$",
    "o",
];

const LABELS: [&str; 11] = [
    "bytes",
    "bytes=64:1024",
    "1kb:",
    "1kib:",
    ":64kb",
    "16b",
    "request",
    "thread=.*",
    "key",
    "path",
    "bytes=1kb:4kb",
];

/// A report.
fn report(random: &mut Random) -> Option<String> {
    let reports = [
        "-top",
        "-top",
        "-top",
        "-tree",
        "-tree",
        "-peek",
        "-traces",
        "-tags",
        "-raw",
        "-comments",
        "-list",
        "-dot",
        "-callgrind",
        "-proto",
        "-topproto",
    ];
    let report = *random.pick(&reports);
    Some(match report {
        "-peek" | "-list" => format!("{report}={}", random.pick(&PATTERNS[..13])),
        report => report.to_owned(),
    })
}

/// An option.
fn option(random: &mut Random) -> String {
    let pattern = |random: &mut Random, name: &str| format!("{name}={}", random.pick(&PATTERNS));
    let label = |random: &mut Random, name: &str| format!("{name}={}", random.pick(&LABELS));
    match random.below(30) {
        0 | 1 => pattern(random, "-focus"),
        2 => pattern(random, "-ignore"),
        3 => pattern(random, "-hide"),
        4 => pattern(random, "-show"),
        5 => pattern(random, "-show_from"),
        6 => pattern(random, "-prune_from"),
        7 => label(random, "-tagfocus"),
        8 => label(random, "-tagignore"),
        9 => pattern(random, "-tagshow"),
        10 => pattern(random, "-taghide"),
        11 => format!(
            "-tagroot={}",
            random.pick(&["bytes", "thread,bytes", "key"])
        ),
        12 => format!(
            "-tagleaf={}",
            random.pick(&["bytes", "thread", "key,bytes"])
        ),
        13 | 14 => (*random.pick(&GRANULARITIES)).to_owned(),
        15 => "-cum".to_owned(),
        16 => format!("-nodecount={}", random.below(30)),
        17 => format!("-nodefraction=0.{:02}", random.below(20)),
        18 => format!("-edgefraction=0.{:02}", random.below(20)),
        19 => "-noinlines".to_owned(),
        20 => "-relative_percentages".to_owned(),
        21 => "-drop_negative".to_owned(),
        22 => "-trim=false".to_owned(),
        23 => format!(
            "-unit={}",
            random.pick(&["B", "MB", "auto", "minimum", "seconds", "kb", "MiB"])
        ),
        24 => format!("-divide_by={}", random.pick(&["2", "10", "0.5", "1024"])),
        25 => "-mean".to_owned(),
        26 => format!(
            "-sample_index={}",
            random.pick(&[
                "0",
                "1",
                "2",
                "alloc_space",
                "inuse_objects",
                "alloc_objects"
            ])
        ),
        27 => "-call_tree".to_owned(),
        28 => "-compact_labels".to_owned(),
        _ => "-showcolumns".to_owned(),
    }
}

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        let at = self.below(items.len() as u64) as usize;
        items.get(at).unwrap()
    }
}
