//! `heapwise verify` as a whole: exit code, stdout and stderr.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

mod common;
#[path = "../../heapwise-analysis/tests/common/heap.rs"]
mod heap;

use std::path::Path;
use std::process::{Command, Output};

use heap::{goroutines, heap};
use snapbox::{assert_data_eq, str};

/// A directory with a sampled and an exact pair.
struct Place(tempfile::TempDir);

const RATE: u64 = 524_288;

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        place.put(
            "before.pb",
            &heap(RATE, &[("main.f", 1024, 400), ("main.g", 1024, 10)]),
        );
        place.put(
            "after.pb",
            &heap(RATE, &[("main.f", 1024, 200), ("main.g", 1024, 40)]),
        );
        place.put(
            "exact-before.pb",
            &heap(1, &[("main.f", 10, 100), ("main.<g>", 8, 10)]),
        );
        place.put(
            "exact-after.pb",
            &heap(1, &[("main.f", 10, 70), ("main.<g>", 8, 12)]),
        );
        place.put("goroutines.pb", &goroutines(&[("main.serve", 400)]));
        place
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_heapwise"))
            .args(args)
            .current_dir(self.0.path())
            .env_clear()
            .output()
            .unwrap()
    }

    /// The exit code and stdout; stderr where stdout is empty.
    fn verify(&self, args: &[&str]) -> (i32, String) {
        let mut all = vec!["verify", "-q"];
        all.extend(args);
        let output = self.run(&all);
        let text = if output.stdout.is_empty() {
            output.stderr
        } else {
            output.stdout
        };
        (
            output.status.code().unwrap(),
            String::from_utf8(text).unwrap(),
        )
    }
}

const SAMPLED: [&str; 2] = ["before.pb", "after.pb"];
const EXACT: [&str; 2] = ["exact-before.pb", "exact-after.pb"];

fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    first.iter().chain(more).copied().collect()
}

#[test]
fn exit_codes_tell_what_was_decided() {
    let place = Place::new();
    let holds = "alloc_space main.f <= -30%";
    let fails = "alloc_space main.f <= -70%";
    let open = "alloc_space main.f <= -48%";
    for (claims, code) in [
        (vec![holds], 0),
        (vec![holds, fails], 1),
        (vec![holds, open], 3),
        (vec![open, fails], 1),
        (vec!["space"], 2),
        (vec![], 2),
    ] {
        let mut args = with(&SAMPLED, &["--same-work"]);
        for claim in &claims {
            args.extend(["--require", claim]);
        }
        assert_eq!(place.verify(&args).0, code, "{claims:?}");
    }
    let undecided = with(
        &SAMPLED,
        &["--same-work", "--require", open, "--inconclusive"],
    );
    assert_eq!(place.verify(&with(&undecided, &["pass"])).0, 0);
    assert_eq!(place.verify(&with(&undecided, &["fail"])).0, 1);
    let quiet = with(
        &SAMPLED,
        &["--same-work", "--silent-when-ok", "--require", holds],
    );
    assert_eq!(place.verify(&quiet), (0, String::new()));
    let goroutines = ["goroutines.pb", "--require", "goroutines total <= 399"];
    assert_eq!(place.verify(&goroutines).0, 1);
}

#[test]
fn refuses_what_makes_no_sense() {
    let place = Place::new();
    for (args, message) in [
        (
            vec!["after.pb", "--require", "alloc_space total <= -5%"],
            "heapwise: found one profile, expected BEFORE and AFTER: \"alloc_space total <= -5%\" is about a change\n",
        ),
        (
            vec!["after.pb", "--require", "alloc_space total =< 5MB"],
            "heapwise: --require \"alloc_space total =< 5MB\": 19: found \"=<\", expected an operator: <=, <, >= or >\n",
        ),
        (
            vec![
                "after.pb",
                "-f",
                "csv",
                "--require",
                "alloc_space total <= 5MB",
            ],
            "heapwise: invalid value 'csv' for '--format <FORMAT>'\n  [possible values: text, json, markdown, junit, github, html, benchfmt]\n\nFor more information, try '--help'.\n",
        ),
        (
            vec![
                "after.pb",
                "--require",
                "alloc_space total <= 5MB",
                "--confidence",
                "0.4",
            ],
            "heapwise: --confidence: found 0.4, expected more than 0.5\n",
        ),
    ] {
        assert_eq!(place.verify(&args), (2, message.to_owned()));
    }
    let refused = place.run(&["top", "after.pb", "-f", "junit"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn text_shows_claims_and_the_sites_that_break_them() {
    let place = Place::new();
    let more = [
        "--require",
        "alloc_space main.f <= -30%",
        "--forbid-growth",
        "5%",
    ];
    let (code, text) = place.verify(&with(&EXACT, &more));
    assert_eq!(code, 1);
    assert_data_eq!(
        text,
        str![[r#"
fail: 1 of 2 claims did not hold, 1 could not be decided

result        claim                               observed               reason
inconclusive  alloc_space main.f <= -30%          1000B -> 700B, -30.0%  it is not known whether both sides did the same work: what was allocated grows with it
fail          no growth of inuse_space beyond 5%                         1 grew, 2 sites judged
fail            main.<g>                          80B -> 96B, +20.0%     exact
each claim decided one-sided at 95%; each end of an interval holds by itself

"#]]
    );
}

#[test]
fn a_site_that_is_called_total_is_not_the_total() {
    let place = Place::new();
    place.put("old.pb", &heap(1, &[("total", 10, 10), ("main.f", 8, 10)]));
    place.put("new.pb", &heap(1, &[("total", 10, 40), ("main.f", 8, 10)]));
    let growth = ["--forbid-growth", "5%", "old.pb", "new.pb"];
    let (code, text) = place.verify(&growth);
    assert_eq!(code, 1);
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.contains("total  "))
        .collect();
    assert_eq!(rows.len(), 2, "{text}");
    let of_site = rows.iter().filter(|row| row.contains("  site total  "));
    assert_eq!(of_site.count(), 1, "{text}");
    // Beside no other sample type it needs no name of its own.
    assert!(text.contains("no growth beyond 5%"), "{text}");
    for format in ["github", "junit", "markdown"] {
        let (_, text) = place.verify(&[&growth[..], &["-f", format]].concat());
        assert_eq!(text.matches("site total").count(), 1, "{format}: {text}");
    }
}

const BUDGET: &str = r#"
[[claim]]
require = "inuse_space total <= 700"
reason = "it must fit, 100%"

[growth]
forbid = "5%"

[[suppress]]
site = "main.<g>"
reason = "warm-up"
expires = "2027-01-31"
"#;

#[test]
fn budgets_suppress_until_their_last_day() {
    let place = Place::new();
    place.put(
        "heapwise.toml",
        BUDGET.replace("<= 700", "<= 800").as_bytes(),
    );
    let more = ["--budget", "heapwise.toml", "--today"];
    let args = with(&EXACT, &more);
    assert_eq!(place.verify(&with(&args, &["2027-01-31"])).0, 0);
    let (code, text) = place.verify(&with(&args, &["2027-02-01"]));
    assert_eq!(code, 1);
    assert!(
        text.contains("suppression expired on 2027-01-31: warm-up"),
        "{text}"
    );
}

#[test]
fn annotations_point_at_the_budget() {
    let place = Place::new();
    place.put("heapwise.toml", BUDGET.as_bytes());
    let more = [
        "--budget",
        "heapwise.toml",
        "--today",
        "2027-02-01",
        "-f",
        "github",
    ];
    let (code, text) = place.verify(&with(&EXACT, &more));
    assert_eq!(code, 1);
    assert_data_eq!(
        text,
        str![[r#"
::error file=heapwise.toml,line=3,title=inuse_space total <= 700::total: 796B: exact (it must fit, 100%25)
::error file=heapwise.toml,line=7,title=no growth beyond 5%25::main.<g>: 80B -> 96B, +20.0%25: exact
::error file=heapwise.toml,line=10,title=suppress main.<g>::suppression expired on 2027-01-31: warm-up

"#]]
    );
}

#[test]
fn annotations_name_files_from_the_root_of_the_repository() {
    let place = Place::new();
    let root = place.0.path();
    let below = root.join("service");
    std::fs::create_dir(&below).unwrap();
    std::fs::write(below.join("heapwise.toml"), BUDGET).unwrap();
    for name in [
        below.join("heapwise.toml").display().to_string(),
        "heapwise.toml".to_owned(),
    ] {
        let mut command = common::heapwise(&below);
        command.env("GITHUB_WORKSPACE", root);
        command.args([
            "verify",
            "../exact-before.pb",
            "../exact-after.pb",
            "--budget",
            &name,
            "-f",
            "github",
        ]);
        let output = command.args(["--today", "2027-02-01"]).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(
            out.starts_with("::error file=service/heapwise.toml,line=3,"),
            "{out}"
        );
    }
}

#[test]
fn junit_is_escaped() {
    let place = Place::new();
    let more = ["--require", "inuse_space main.<g> <= 90", "-f", "junit"];
    let (_, text) = place.verify(&with(&EXACT, &more));
    assert_data_eq!(
        text,
        str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="1" failures="1" errors="0" skipped="0">
  <testsuite name="heapwise verify" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="heapwise.verify" name="inuse_space main.&lt;g&gt; &lt;= 90">
      <failure message="96B: exact">
      </failure>
    </testcase>
  </testsuite>
</testsuites>

"#]]
    );
}

#[test]
fn markdown_is_bounded() {
    let place = Place::new();
    let mut args = EXACT.to_vec();
    let claims: Vec<String> = (0..700)
        .map(|at| {
            format!(
                "inuse_space main.f{at}{} <= 5MB optional",
                "_long".repeat(20)
            )
        })
        .collect();
    for claim in &claims {
        args.extend(["--require", claim]);
    }
    let (_, text) = place.verify(&with(&args, &["-f", "md"]));
    assert!(text.len() <= 60_000, "{}", text.len());
    assert!(text.contains(" more\n"), "{text}");
    assert!(text.starts_with("**pass: 700 claims hold**\n\n| result | claim |"));
}

#[test]
fn json_has_the_contract() {
    let place = Place::new();
    let more = ["--require", "inuse_objects main.f <= 70", "-f", "json"];
    let (_, text) = place.verify(&with(&EXACT, &more));
    let start = text.find("  \"result\"").unwrap();
    assert_data_eq!(
        &text[start..],
        str![[r#"
  "result": "pass",
  "confidence": 0.95,
  "look": null,
  "claims": [
    {
      "claim": "inuse_objects main.f <= 70",
      "result": "pass",
      "observed": {
        "before": null,
        "after": {
          "value": 70,
          "se": 0.0,
          "low": 70,
          "high": 70,
          "sampled": null
        },
        "ratio": null,
        "operations": null,
        "per_operation": null
      },
      "measured": null,
      "reason": "exact",
      "unseen": null,
      "near": null,
      "purpose": null,
      "file": null,
      "line": null,
      "unit": "count",
      "sites": [
        {
          "site": "main.f",
          "result": "pass",
          "observed": {
            "before": null,
            "after": {
              "value": 70,
              "se": 0.0,
              "low": 70,
              "high": 70,
              "sampled": null
            },
            "ratio": null,
            "operations": null,
            "per_operation": null
          },
          "measured": null,
          "reason": "exact"
        }
      ]
    }
  ]
}

"#]]
    );
    assert!(text.starts_with("{\n  \"schema\": \"heapwise.verify/1\",\n  \"inputs\": ["));
}

#[test]
fn benchmark_lines_are_what_benchstat_reads() {
    let place = Place::new();
    let output = place.run(&with(&["diff", "-f", "benchfmt"], &EXACT));
    assert_data_eq!(
        String::from_utf8(output.stdout).unwrap(),
        str![[r#"
side: before
BenchmarkHeapTotal 1 1080 inuse-B 110 inuse-objs
BenchmarkHeap/site=main.<g> 1 80 inuse-B 10 inuse-objs
BenchmarkHeap/site=main.f 1 1000 inuse-B 100 inuse-objs
side: after
BenchmarkHeapTotal 1 796 inuse-B 82 inuse-objs
BenchmarkHeap/site=main.<g> 1 96 inuse-B 12 inuse-objs
BenchmarkHeap/site=main.f 1 700 inuse-B 70 inuse-objs

"#]]
    );
}

/// Ten profiles a side of programs before and after a change that benchmarks measured exactly:
/// 4664 to 633 and 800 to 320 B/op.
#[test]
fn real_profiles_are_decided_as_the_change_was() {
    for (pair, passes, fails, open) in [
        ("buffer-vs-pool", "-86%", "-87%", "-86.43%"),
        ("sprintf-vs-strconv", "-59%", "-61%", "-60%"),
    ] {
        let real = RealPair::new(pair);
        let total = |bound: &str| {
            let claim = format!("alloc_space total <= {bound}");
            real.verify(&["--require", &claim])
        };
        assert_eq!(total(passes), 0, "{pair} {passes}");
        assert_eq!(total(fails), 1, "{pair} {fails}");
        assert_eq!(total(open), 3, "{pair} {open}");
    }
    let pool = RealPair::new("buffer-vs-pool");
    let growth = ["--sample-index", "alloc_space", "--forbid-growth", "5%"];
    assert_eq!(pool.verify(&growth), 0);
    // strconv allocates what fmt did: a site that grew, although the total fell.
    let strconv = RealPair::new("sprintf-vs-strconv");
    assert_eq!(strconv.verify(&growth), 1);
    // Benchmarks know what is allocated for each operation.
    assert_eq!(
        pool.verify(&["--require", "alloc_space total <= 633/op"]),
        0
    );
    assert_eq!(
        pool.verify(&["--require", "alloc_space total <= 600/op"]),
        1
    );
}

/// One of the pairs of the repository.
struct RealPair {
    place: Place,
    args: Vec<String>,
}

impl RealPair {
    fn new(name: &str) -> RealPair {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/beforeafter");
        let pair = root.join(name);
        let mut args = Vec::new();
        for (option, file) in [
            ("--before", "before"),
            ("--after", "after"),
            ("--before-bench", "before.bench.txt"),
            ("--after-bench", "after.bench.txt"),
        ] {
            args.extend([
                option.to_owned(),
                pair.join(file).to_string_lossy().into_owned(),
            ]);
        }
        RealPair {
            place: Place::new(),
            args,
        }
    }

    /// The exit code.
    fn verify(&self, more: &[&str]) -> i32 {
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        self.place.verify(&with(&args, more)).0
    }
}

#[test]
fn claims_on_goroutines_are_decided_on_dumps() {
    let series = |name: &str| format!("testdata/server/series/{name}");
    let run = |dumps: &str, claim: &str| {
        let mut command = common::heapwise(&common::workspace());
        command.args(["verify", "-q", dumps, "--require", claim]);
        command.output().unwrap().status.code().unwrap()
    };
    for (name, claim, exit) in [
        ("healthy", "goroutines total <= 4", 0),
        ("healthy", "goroutines total < 4", 1),
        ("healthy", "goroutines total growth none", 0),
        ("healthy", "goroutines leaked = 0", 0),
        ("plateau", "goroutines main.(*pool).loop growth none", 0),
        // Nothing among these tells leaks.
        ("plateau", "goroutines leaked = 0", 3),
        ("chanrecv", "goroutines leaked = 0", 1),
        ("chanrecv", "goroutines leaked = 201", 0),
        (
            "chanrecv",
            "goroutines main.leakChanRecv.func1 growth none",
            1,
        ),
        ("chanrecv", "goroutines /^net/ growth none", 0),
        // A name that nothing has is a mistake, unless it may be missing.
        ("chanrecv", "goroutines main.gone growth none", 2),
        ("chanrecv", "goroutines main.gone growth none optional", 0),
        ("chanrecv", "goroutines /^main.gone$/ <= 0", 2),
        ("chanrecv", "goroutines /^main.gone$/ <= 0 optional", 0),
        // What a function created counts for it.
        ("chanrecv", "goroutines main.leakChanRecv growth none", 1),
        ("http", "goroutines main.fetchReport <= 147", 1),
        ("http", "goroutines main.fetchReport <= 148", 0),
        ("http", "goroutines total growth none", 1),
    ] {
        assert_eq!(run(&series(name), claim), exit, "{name}: {claim}");
    }
    // Two dumps cannot tell a leak from a step.
    let both = ["goroutine.00.pb.gz", "goroutine.13.pb.gz"].map(|n| series("chanrecv/") + n);
    let mut command = common::heapwise(&common::workspace());
    command.args([
        "verify",
        "-q",
        "--require",
        "goroutines total growth none",
        "--goroutines",
    ]);
    assert_eq!(command.args(&both).output().unwrap().status.code(), Some(3));
    assert_eq!(run(&both[0], "goroutines total growth none"), 3);
}

#[test]
fn claims_on_goroutines_say_where_they_cannot_be_read() {
    for (claim, message) in [
        (
            "goroutines main.f growth some",
            "26: found \"some\", expected none",
        ),
        (
            "goroutines leaked = x",
            "21: found \"x\", expected a number such as 1200",
        ),
        (
            "goroutines leaked ~ 0",
            "19: found \"~\", expected an operator",
        ),
        (
            "goroutines total = +4%",
            "20: found \"+4%\", expected a number such as 0",
        ),
        (
            "inuse_space total = 4",
            "19: found \"=\", expected an operator: <=, <, >= or >",
        ),
    ] {
        let mut command = common::heapwise(&common::workspace());
        let output = command
            .args(["verify", "--require", claim, "x"])
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{claim}");
        assert!(stderr.contains(message), "{claim}: {stderr}");
    }
}
