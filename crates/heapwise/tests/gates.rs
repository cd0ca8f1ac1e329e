//! What must not switch a gate off: names that nothing has, samples that are too few, files that ask
//! for nothing.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

mod common;
#[path = "../../heapwise-analysis/tests/common/heap.rs"]
mod heap;

use std::path::Path;

use common::beside::shared;
use common::{heapwise, workspace};
use heap::{goroutines, heap};

const RATE: u64 = 524_288;

/// A directory with a sampled and an exact pair, and goroutines.
struct Place(tempfile::TempDir);

/// What a run came to.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Place {
    fn new() -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        let pair = |rate, after| {
            let sites = [("main.parse", 1024, 400), ("main.old", 512, 300)];
            (
                heap(rate, &sites),
                heap(rate, &[("main.parse", 1024, after)]),
            )
        };
        let (before, after) = pair(RATE, 390);
        place.put("before.pb", &before);
        place.put("after.pb", &after);
        let (before, after) = pair(1, 390);
        place.put("exact-before.pb", &before);
        place.put("exact-after.pb", &after);
        place.put("few.pb", &heap(RATE, &[("main.parse", 1024, 6)]));
        place.put("nothing.pb", &heap(RATE, &[]));
        place.put("goroutines.pb", &goroutines(&[("main.serve", 400)]));
        place
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn run(&self, args: &[&str]) -> Ran {
        let mut command = heapwise(self.0.path());
        let output = command.arg("verify").args(args).output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    fn check(&self, args: &[&str], code: i32) -> Ran {
        let ran = self.run(args);
        let (stdout, stderr) = (&ran.stdout, &ran.stderr);
        assert_eq!(ran.code, code, "{args:?}:\n{stdout}{stderr}");
        ran
    }
}

const SAMPLED: [&str; 2] = ["before.pb", "after.pb"];
const EXACT: [&str; 2] = ["exact-before.pb", "exact-after.pb"];
const FORMATS: [&str; 6] = ["text", "json", "markdown", "junit", "github", "benchfmt"];

fn with<'a>(first: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    first.iter().chain(more).copied().collect()
}

#[test]
fn a_misspelt_site_ends_with_2_and_the_nearest_name_in_every_format() {
    let place = Place::new();
    for claim in [
        "inuse_space main.prase <= 64MB",
        "inuse_space cum:/main[.]prase/ <= 64MB",
        r"inuse_objects /^main\.Parse$/ <= 0",
        "alloc_space MAIN.PARSE >= 0",
        "inuse_space main.parse() <= +5%",
        "inuse_space cum:parse <= -5%",
    ] {
        for format in FORMATS {
            for sides in [&SAMPLED, &EXACT] {
                let args = with(sides, &["--require", claim, "-f", format]);
                let ran = place.check(&args, 2);
                assert!(ran.stderr.contains("there is main.parse"), "{}", ran.stderr);
                let is_shown = format == "benchfmt" || ran.stdout.contains("main.parse");
                assert!(is_shown, "{claim} {format}: {}", ran.stdout);
            }
        }
        // No other option makes it pass.
        for more in ["--silent-when-ok", "--inconclusive=pass", "-q"] {
            place.check(&with(&SAMPLED, &["--require", claim, more]), 2);
        }
        let optional = format!("{claim} optional");
        for format in ["text", "json", "markdown", "junit", "github"] {
            let args = with(&SAMPLED, &["--require", &optional, "-f", format]);
            let ran = place.check(&args, 0);
            let said = "optional: not in the profiles";
            assert!(ran.stdout.contains(said), "{format}: {}", ran.stdout);
        }
    }
}

#[test]
fn the_other_claims_are_decided_beside_one_that_is_misspelt() {
    let place = Place::new();
    let args = [
        "--require=inuse_space main.prase <= 64MB",
        "--require=inuse_space total <= 1GB",
        "--require=inuse_space total <= 1kB",
        "--require=cpu total <= 10s",
    ];
    let ran = place.check(&with(&["after.pb"], &args), 2);
    for line in [
        "error   inuse_space main.prase",
        "pass    inuse_space total <= 1GB",
        "fail    inuse_space total <= 1kB",
        "error   cpu total",
    ] {
        assert!(ran.stdout.contains(line), "{}", ran.stdout);
    }
    assert!(
        ran.stdout
            .starts_with("error: 2 of 4 claims could not be asked, 1 did not hold\n")
    );
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    let junit = place.check(&with(&["after.pb", "-f", "junit"], &args), 2);
    assert!(
        junit
            .stdout
            .contains(r#"tests="4" failures="1" errors="2" skipped="0""#)
    );
    let github = place.check(&with(&["after.pb", "-f", "github"], &args), 2);
    assert_eq!(github.stdout.matches("::error ").count(), 3);
}

#[test]
fn a_removed_site_has_to_have_been_there() {
    let place = Place::new();
    for sides in [&SAMPLED, &EXACT] {
        for (claim, code) in [
            ("inuse_space main.old <= 0", 0),
            ("inuse_space cum:/[.]old$/ <= 0", 0),
            ("inuse_space main.old <= -100%", 0),
            ("inuse_space main.odl <= 0", 2),
            ("inuse_space main.parse <= 0", 1),
        ] {
            let args = match claim.ends_with('%') && sides == &SAMPLED {
                true => continue,
                false => with(sides, &["--require", claim]),
            };
            place.check(&args, code);
        }
    }
    // Alone, nothing tells a site that is gone from one that never was.
    place.check(&["after.pb", "--require", "inuse_space main.old <= 0"], 2);
    place.check(
        &[
            "after.pb",
            "--require",
            "inuse_space main.old <= 0 optional",
        ],
        0,
    );
    let gone = place.check(
        &with(&SAMPLED, &["--require", "inuse_space main.old <= 0"]),
        0,
    );
    assert!(
        gone.stdout
            .contains("gone: no sample is left; up to 1.50MB would have gone unseen")
    );
    // Too few samples before to call it gone.
    let few = [
        "few.pb",
        "after.pb",
        "--require",
        "inuse_space main.parse >= 1MB",
    ];
    place.check(&few, 0);
    place.put(
        "once.pb",
        &heap(RATE, &[("main.parse", 1024, 400), ("main.once", 64, 1)]),
    );
    let once = [
        "once.pb",
        "after.pb",
        "--require",
        "inuse_space main.once <= 0",
    ];
    place.check(&once, 3);
}

#[test]
fn what_profiles_do_not_have_is_named() {
    let place = Place::new();
    for (claim, said) in [
        (
            "inuse_spce total <= 5MB",
            "there is alloc_objects, alloc_space, inuse_objects, inuse_space",
        ),
        ("Inuse_Space total <= 5MB", "no such sample type"),
        ("gorutines total <= 5", "goroutines"),
        ("cpu main.f <= 5s", "no such sample type"),
        ("0 total <= 5", "expected a sample type"),
        ("", "expected a sample type"),
        ("inuse_space total <= 5M", "expected bytes"),
        ("inuse_space total <= 5s", "expected bytes"),
        (
            "inuse_space total <= 64 MB",
            "expected optional, or the end",
        ),
        (
            "inuse_space main.f <= 5MB option",
            "expected optional, or the end",
        ),
        (
            "inuse_space total <= 5MB optional",
            "the total is always there",
        ),
    ] {
        let ran = place.check(&["after.pb", "--require", claim], 2);
        assert!(ran.stderr.contains(said), "{claim}: {}", ran.stderr);
    }
    for (args, said) in [
        (vec!["--focus=prase"], "--focus: found nothing left"),
        (vec!["--ignore=main"], "--ignore: found nothing left"),
        (vec!["--tagfocus=2mb:"], "--tagfocus: found nothing left"),
        (vec!["--strict"], "--strict: found no claim about growth"),
        (vec!["--forbid-growth="], "expected a growth to allow"),
        (vec!["--forbid-growth=5"], "expected a growth to allow"),
        (vec!["--budget="], "heapwise: "),
    ] {
        let all = with(&SAMPLED, &["--require=inuse_space total <= 1GB"]);
        let ran = place.check(&with(&all, &args), 2);
        assert!(ran.stderr.contains(said), "{args:?}: {}", ran.stderr);
    }
    let claim = "--require=goroutines total <= 500";
    place.check(&["goroutines.pb", claim], 0);
    place.check(&["goroutines.pb", claim, "--focus=main.sevre"], 2);
}

#[test]
fn growth_says_what_it_could_have_seen() {
    let place = Place::new();
    let unseen = |sides: &[&str], more: &[&str], format: &str| {
        let args = with(sides, &["--forbid-growth=10%", "-f", format]);
        place.run(&with(&args, more))
    };
    place.put("same.pb", &heap(RATE, &[("main.parse", 1024, 390)]));
    let same = ["same.pb", "after.pb"];
    for format in ["text", "json", "markdown", "junit", "github"] {
        let ran = unseen(&same, &[], format);
        assert_eq!(ran.code, 0);
        let said = ran.stdout.contains("would have gone unseen");
        assert!(
            said && ran.stdout.contains("13%"),
            "{format}: {}",
            ran.stdout
        );
        let strict = unseen(&same, &["--strict"], format);
        assert_eq!(strict.code, 3, "{format}");
        assert!(strict.stdout.contains("13%"), "{format}: {}", strict.stdout);
        let exact = unseen(&["exact-after.pb", "exact-after.pb"], &["--strict"], format);
        assert_eq!(exact.code, 0, "{format}");
        assert!(
            exact.stdout.contains("the numbers are exact"),
            "{}",
            exact.stdout
        );
    }
    // Where it can be seen, or fell, or the growth that is allowed is large.
    place.check(&with(&same, &["--forbid-growth=20%", "--strict"]), 0);
    place.put("many.pb", &heap(RATE, &[("main.parse", 1024, 20_000)]));
    place.check(&["many.pb", "many.pb", "--forbid-growth=5%", "--strict"], 0);
    let fell = [
        "many.pb",
        "after.pb",
        "--forbid-growth=0%",
        "--strict",
        "--raw",
    ];
    assert!(place.check(&fell, 0).stdout.contains("the total fell"));
    // Where there is nothing to see.
    place.check(&["few.pb", "few.pb", "--forbid-growth=5%", "--strict"], 3);
    let nothing = place.check(&["nothing.pb", "nothing.pb", "--forbid-growth=5%"], 3);
    assert!(
        nothing
            .stdout
            .contains("any growth of the total would have gone unseen")
    );
    // A budget asks for it likewise.
    place.put(
        "strict.toml",
        b"[growth]\nforbid = \"10%\"\nstrict = true\n",
    );
    place.check(&with(&same, &["--budget=strict.toml"]), 3);
    let other = ["--budget=strict.toml", "--forbid-growth=11%"];
    place.check(&with(&same, &other), 3);
    place.put("loose.toml", b"[growth]\nforbid = \"10%\"\n");
    place.check(&with(&same, &["--budget=loose.toml"]), 0);
    place.check(&with(&same, &["--budget=loose.toml", "--strict"]), 3);
}

const SUPPRESS: &str = "reason = \"known\"\nexpires = 2099-12-31\n";

#[test]
fn suppressions_let_off_every_kind_of_claim() {
    let place = Place::new();
    let dumps = workspace().join("testdata/server/series/chanrecv");
    let dumps = format!("--goroutines={}", dumps.display());
    for (claim, site) in [
        ("inuse_space main.parse <= 1kB", "main.parse"),
        ("inuse_space /parse/ <= 1kB", "/^main/"),
        ("inuse_space main.parse <= -90%", "main.parse"),
        ("inuse_space cum:main.parse <= -90%", "main.parse"),
        ("alloc_space main.parse <= 1/op", "main.parse"),
        ("inuse_space total <= 1kB", "total"),
        ("inuse_space total <= -90%", "total"),
        ("inuse_space main.old >= 50MB", "main.old"),
        ("goroutines total <= 5", "total"),
        (
            "goroutines main.leakChanRecv.func1 growth none",
            "/leakChanRecv/",
        ),
        ("goroutines /leakChanRecv/ <= 5", "main.leakChanRecv.func1"),
        ("goroutines total growth none", "total"),
        ("goroutines leaked = 0", "leaked"),
    ] {
        let claims = format!("[[claim]]\nrequire = '{claim}'\n");
        let let_off = format!("{claims}[[suppress]]\nsite = '{site}'\n{SUPPRESS}");
        place.put("claims.toml", claims.as_bytes());
        place.put("let-off.toml", let_off.as_bytes());
        let ops = ["--before-ops=10", "--after-ops=10", &dumps];
        let args = with(&SAMPLED, &ops);
        place.check(&with(&args, &["--budget=claims.toml"]), 1);
        let ran = place.check(&with(&args, &["--budget=let-off.toml"]), 0);
        assert!(ran.stdout.contains("suppressed"), "{claim}: {}", ran.stdout);
    }
}

#[test]
fn suppressions_that_mean_nothing_are_refused_or_said() {
    let place = Place::new();
    let budget = |claim: &str, site: &str| {
        let text =
            format!("[[claim]]\nrequire = '{claim}'\n\n[[suppress]]\nsite = '{site}'\n{SUPPRESS}");
        place.put("heapwise.toml", text.as_bytes());
        place.run(&with(&SAMPLED, &["--budget=heapwise.toml"]))
    };
    for (claim, site) in [
        ("inuse_space total <= 1GB", "main.parse"),
        ("inuse_space total <= 1GB", "/parse/"),
        ("inuse_space main.parse <= 1GB", "total"),
    ] {
        let ran = budget(claim, site);
        assert_eq!(ran.code, 2, "{claim} {site}");
        let said = "heapwise.toml: 5: found [[suppress]] of";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    for site in ["main.prase", "/^main[.]prase$/"] {
        let ran = budget("inuse_space main.parse <= 1GB", site);
        assert_eq!(ran.code, 0);
        let said = "lets nothing off: no site is called so; there is main.parse";
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[test]
fn budgets_that_ask_for_nothing_are_refused() {
    let place = Place::new();
    for text in [
        "",
        "# nothing\n",
        "[[claims]]\nrequire = 'x'\n",
        "[growht]\nforbid = '5%'\n",
    ] {
        place.put("heapwise.toml", text.as_bytes());
        let args = [
            "--budget=heapwise.toml",
            "--require=inuse_space total <= 1GB",
        ];
        let ran = place.check(&with(&SAMPLED, &args), 2);
        assert!(
            ran.stderr.starts_with("heapwise: heapwise.toml: 1:"),
            "{}",
            ran.stderr
        );
    }
    let only = format!("[[suppress]]\nsite = 'total'\n{SUPPRESS}");
    place.put("heapwise.toml", only.as_bytes());
    place.check(&with(&SAMPLED, &["--budget=heapwise.toml"]), 2);
    let missing = "\n[[claim]]\nrequire = 'inuse_space main.prase <= 5MB'\n";
    place.put("heapwise.toml", missing.as_bytes());
    let ran = place.check(
        &with(&SAMPLED, &["--budget=heapwise.toml", "-f", "github"]),
        2,
    );
    assert!(
        ran.stdout
            .starts_with("::error file=heapwise.toml,line=3,title=inuse_space main.prase")
    );
    assert!(ran.stderr.contains("heapwise.toml:3: "), "{}", ran.stderr);
    let optional = format!("{missing}optional = true\n");
    place.put("heapwise.toml", optional.as_bytes());
    place.check(&with(&SAMPLED, &["--budget=heapwise.toml"]), 0);
}

#[test]
fn the_example_of_a_budget_works() {
    let place = Place::new();
    let example = place.check(&["--example-budget"], 0);
    place.put("heapwise.toml", example.stdout.as_bytes());
    let ran = place.check(&with(&SAMPLED, &["--budget=heapwise.toml"]), 1);
    assert!(
        ran.stdout.contains("pass    no growth beyond 10%"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_bound_on_what_only_callees_have_is_said() {
    let place = Place::new();
    let heap = workspace().join("testdata/server/heap.pb.gz");
    let heap = heap.to_str().unwrap();
    let top = heapwise(&workspace())
        .args(["top", "-f", "json", heap])
        .output()
        .unwrap();
    let top: serde_json::Value = serde_json::from_slice(&top.stdout).unwrap();
    let rows = top["rows"].as_array().unwrap();
    let caller = rows.iter().find(|row| row["flat"]["value"] == 0).unwrap();
    let name = caller["site"]["function"].as_str().unwrap();
    let ran = place.check(
        &[heap, "--require", &format!("inuse_space {name} <= 64MB")],
        0,
    );
    assert!(
        ran.stderr.contains(&format!("that is cum:{name}")),
        "{}",
        ran.stderr
    );
}

/// Which profiles, and claims that hold on them and do not.
const PLAIN: [(&str, &[&str], &[&str]); 6] = [
    (
        "testdata/server/go1.27/profile.seconds3.pb.gz",
        &[
            "samples total <= 10",
            "cpu total <= 10s",
            "cpu total <= 100ms",
            "cpu total >= 0.1s",
            "cpu cum:/./ <= 100ms",
        ],
        &[
            "samples total < 10",
            "cpu total < 100000us",
            "cpu total >= 1min",
        ],
    ),
    (
        "testdata/server/go1.27/mutex.pb.gz",
        &[
            "contentions total <= 13",
            "delay total <= 1ms",
            "delay total >= 400us",
        ],
        &["contentions total < 13", "delay total <= 1us"],
    ),
    (
        "testdata/server/go1.27/block.pb.gz",
        &[
            "contentions total <= 1000",
            "delay total <= 10min",
            "delay total > 0",
        ],
        &["contentions total <= 1", "delay total <= 0"],
    ),
    (
        "testdata/server/go1.27/threadcreate.pb.gz",
        &["threadcreate total <= 100", "threadcreate total >= 1"],
        &["threadcreate total < 1"],
    ),
    (
        "testdata/server/go1.27/goroutine.pb.gz",
        &["goroutine total <= 1000", "goroutines total <= 1000"],
        &["goroutine total < 1", "goroutines total < 1"],
    ),
    (
        "testdata/server/go1.27/goroutineleak.pb.gz",
        &["goroutineleak total <= 1000"],
        &["goroutineleak total <= 1"],
    ),
];

/// The same where a larger corpus lies beside the workspace.
const FOREIGN: [(&str, &[&str], &[&str]); 5] = [
    (
        "google__pprof/profile__testdata__cppbench.heap",
        &[
            "space total <= 78MB",
            "inuse_space total <= 78MB",
            "objects total <= 41063",
        ],
        &["space total <= 64MB", "objects total < 41063"],
    ),
    (
        "google__pprof/profile__testdata__java.heap",
        &["inuse_space total <= 9.6MB", "inuse_objects total <= 67347"],
        &["inuse_space total <= 9MB"],
    ),
    (
        "google__pprof/profile__testdata__cppbench.contention",
        &["contentions total <= 3500", "delay total <= 0.7s"],
        &["delay total <= 690ms"],
    ),
    (
        "google__pprof/profile__testdata__cppbench.thread",
        &["thread total <= 4"],
        &["thread total < 4"],
    ),
    (
        "tikv__pprof-rs/profile.pb",
        &["cpu total <= 1020"],
        &["cpu total < 1020"],
    ),
];

#[test]
fn plain_bounds_are_decided_on_every_kind_of_profile() {
    let place = Place::new();
    let check = |path: &Path, claims: &[&str], code| {
        for claim in claims {
            place.check(&[path.to_str().unwrap(), "--require", claim], code);
        }
    };
    for (path, hold, fail) in PLAIN {
        let path = workspace().join(path);
        check(&path, hold, 0);
        check(&path, fail, 1);
        check(&path, &["heap total <= 5"], 2);
    }
    for (path, hold, fail) in FOREIGN {
        if let Some(path) = shared(&format!("corpus/published/{path}")) {
            check(&path, hold, 0);
            check(&path, fail, 1);
        }
    }
    // A unit that the type does not have, and an error that nothing tells.
    let cpu = workspace().join("testdata/server/go1.27/profile.seconds3.pb.gz");
    check(&cpu, &["cpu total <= 64MB", "samples total <= 5s"], 2);
    let cpu = cpu.to_str().unwrap();
    place.check(&[cpu, cpu, "--require", "cpu total <= +500%"], 3);
}
