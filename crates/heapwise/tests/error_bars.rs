//! What is said of errors by the command: never more than the samples tell.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

mod common;
#[path = "../../heapwise-analysis/tests/common/heap.rs"]
mod heap;

use common::{heapwise, workspace};
use heap::heap;
use serde_json::Value;

const RATE: u64 = 524_288;

struct Place(tempfile::TempDir);

impl Place {
    fn with(files: &[(&str, Vec<u8>)]) -> Place {
        let place = Place(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            std::fs::write(place.0.path().join(name), bytes).unwrap();
        }
        place
    }

    /// The exit code and what was printed.
    fn run(&self, args: &[&str]) -> (i32, String) {
        let output = heapwise(self.0.path()).args(args).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code().unwrap(),
            String::from_utf8(text).unwrap(),
        )
    }

    #[track_caller]
    fn says(&self, args: &[&str], code: i32, text: &str) -> String {
        let (actual, said) = self.run(args);
        assert_eq!(actual, code, "{args:?}:\n{said}");
        assert!(said.contains(text), "{args:?}: no {text:?} in\n{said}");
        said
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A site, and others beside it.
fn table(sampled: i64, others: usize) -> Vec<u8> {
    let names: Vec<String> = (0..others).map(|at| format!("main.other{at}")).collect();
    let mut sites = vec![("main.site", 1024, sampled)];
    sites.extend(names.iter().map(|name| (name.as_str(), 1024, 100)));
    heap(RATE, &sites)
}

#[test]
fn among_many_rows_a_change_has_to_be_larger_to_show() {
    let rise = |others: usize, more: &[&str]| {
        let place = Place::with(&[("a", table(100, others)), ("b", table(104, others))]);
        let mut args = vec!["diff", "a", "b", "--same-work", "-f", "json", "-q"];
        args.extend(more);
        let (_, text) = place.run(&args);
        let row = json(&text)["rows"][0].clone();
        assert_eq!(row["site"]["function"], "main.site");
        row["flat"]["detectable"]["up"].as_f64().unwrap()
    };
    let (alone, many) = (rise(0, &[]), rise(199, &[]));
    assert!((0.4..0.5).contains(&alone), "{alone}");
    assert!((1.4..2.0).contains(&(many / alone)), "{alone} {many}");
    assert!(rise(0, &["--confidence", "0.99"]) > 1.15 * alone);
}

#[test]
fn advice_asks_for_more_among_many_rows() {
    let times = |others: usize| {
        let place = Place::with(&[("a", table(100, others)), ("b", table(104, others))]);
        let args = [
            "diff",
            "a",
            "b",
            "--same-work",
            "--sample-index=alloc_space",
        ];
        let (_, text) = place.run(&args);
        let (_, text) = text.split_once("profile ").expect(&text);
        text.split_once(' ').unwrap().0.parse::<f64>().unwrap()
    };
    assert!(times(199) > 1.8 * times(0));
}

#[test]
fn beside_blocks_that_are_never_missed_small_ones_may_be() {
    let big = |blocks| heap(RATE, &[("main.big", 64 << 20, blocks)]);
    let place = Place::with(&[("a", big(3)), ("b", big(4)), ("same", big(3))]);
    let same_work = ["--same-work", "--sample-index=alloc_space"];
    let diff = |before, after| {
        let (_, text) = place.run(&[&["diff", before, after][..], &same_work].concat());
        text
    };
    let text = diff("a", "b");
    assert!(text.contains("more"), "{text}");
    assert!(!text.contains("exact"), "{text}");
    assert!(!diff("a", "same").contains("no change"), "{text}");
    let claim = |claim: &str, code, said: &str| {
        let args = ["verify", "a", "same", "--same-work", "--require", claim];
        let text = place.says(&args, code, said);
        assert!(!text.contains("exact"), "{text}");
    };
    claim("alloc_space main.big <= +0%", 3, "inconclusive");
    claim("alloc_space main.big <= +5%", 0, "p =");
    claim("alloc_space main.big <= -5%", 1, "p =");
    claim("alloc_space main.big <= 192MB", 3, "inconclusive");
    claim("alloc_space main.big <= 194MB", 0, "by the end");
    claim("alloc_space main.big < 191MB", 1, "by the end");
}

#[test]
fn every_block_recorded_is_exact() {
    let big = |blocks| heap(1, &[("main.big", 64 << 20, blocks)]);
    let place = Place::with(&[("a", big(3)), ("b", big(3))]);
    let args = ["verify", "a", "b", "--same-work", "--require"];
    for claim in [
        "alloc_space main.big <= +0%",
        "alloc_objects main.big <= 3",
        "inuse_objects total <= 3",
    ] {
        place.says(&[&args[..], &[claim]].concat(), 0, "exact");
    }
}

#[test]
fn objects_have_no_upper_bound_where_small_ones_leave_no_trace() {
    let place = Place::with(&[("a", heap(RATE, &[("main.slices", 8192, 300)]))]);
    for claim in [
        "alloc_objects main.slices <= 1000000",
        "inuse_objects total < 90000000",
        "alloc_objects cum:/slices/ <= 500000",
    ] {
        let args = ["verify", "a", "--require", claim];
        place.says(&args, 3, "it may be more");
    }
    let args = ["verify", "a", "--require", "alloc_objects total >= 10000"];
    place.says(&args, 0, "or more");
    place.says(&["top", "a", "--sample-index=alloc_objects"], 0, "or more");
}

#[test]
fn several_runs_have_to_agree_on_a_value() {
    let run = |sampled| heap(RATE, &[("main.site", 1024, sampled)]);
    let place = Place::with(&[("a", run(3600)), ("b", run(4100)), ("c", run(4300))]);
    // Sampling alone is sure of 4000 by 1.9 %.
    let args = |claim| ["verify", "--after", "a", "b", "c", "--require", claim];
    place.says(&args("inuse_space total <= 2.1GB"), 3, "inconclusive");
    place.says(&args("inuse_space total <= 3GB"), 0, "pass");
    place.says(&args("inuse_space total <= 1GB"), 1, "fail");
}

#[test]
fn looks_are_counted() {
    let site = |sampled| heap(RATE, &[("main.site", 1024, sampled)]);
    let place = Place::with(&[("a", site(100)), ("b", site(90)), ("c", site(80))]);
    let open = ["verify", "a", "b", "--same-work", "--require"];
    let open = [&open[..], &["alloc_space total <= -5%"]].concat();
    place.says(&open, 3, "profile ");
    place.says(&open, 3, "count from --look 1");
    let third = [&open[..], &["--look", "3"]].concat();
    place.says(&third, 3, "that is --look 4 then");
    place.says(&third, 3, "one-sided at 99.583%");
    let (_, text) = place.run(&[&third[..], &["-q", "-f", "json"]].concat());
    assert_eq!(json(&text)["look"], 3);
    // What a single look passes, a late one does not.
    let passing = ["verify", "a", "c", "--same-work", "--require"];
    let passing = [&passing[..], &["alloc_space total <= +5%"]].concat();
    place.says(&passing, 0, "pass");
    place.says(&[&passing[..], &["--look=5"]].concat(), 3, "--look 6");
    // Of growth, too.
    let growth = ["verify", "c", "a", "--same-work", "--forbid-growth=0%"];
    place.says(&growth, 0, "");
    for wrong in ["0", "-1", "x"] {
        let args = [&passing[..], &["--look", wrong]].concat();
        assert_eq!(place.run(&args).0, 2, "{wrong}");
    }
    let args = [
        "verify",
        "a",
        "--require",
        "goroutines total <= 3",
        "--look=2",
    ];
    place.says(
        &args,
        2,
        "--look: found claims on goroutines and the collector only",
    );
}

#[test]
fn what_may_have_moved_is_no_excuse_unless_asked_for() {
    let sites = |name| {
        heap(
            RATE,
            &[(name, 1024, 200), (name, 64, 90), ("main.b", 96, 900)],
        )
    };
    let budget = |more| {
        let text = format!("[growth]\nforbid = \"5%\"\n{more}");
        text.into_bytes()
    };
    let place = Place::with(&[
        ("a", sites("main.old")),
        ("b", sites("main.renamed")),
        ("strict.toml", budget("")),
        ("moving.toml", budget("allow_moved = true\n")),
    ]);
    let sides = ["a", "b", "--same-work"];
    let with = |command, more: &[&'static str]| [&[command][..], &sides, more].concat();
    let text = place.says(&with("diff", &[]), 0, "more, may have moved from main.old");
    assert!(
        text.contains("less, may have moved to main.renamed"),
        "{text}"
    );
    let forbidding = "1 that may have moved (--allow-moved)";
    place.says(&with("verify", &["--forbid-growth=5%"]), 1, forbidding);
    place.says(&with("verify", &["--budget=strict.toml"]), 1, forbidding);
    let allowing = "1 let off: they may have moved";
    let args = ["--forbid-growth=5%", "--allow-moved"];
    place.says(&with("verify", &args), 0, allowing);
    place.says(&with("verify", &["--budget=moving.toml"]), 0, allowing);
    place.says(
        &with("verify", &["--budget=strict.toml", "--allow-moved"]),
        0,
        allowing,
    );
    let args = ["--require=alloc_space total <= +50%", "--allow-moved"];
    place.says(&with("verify", &args), 2, "--allow-moved: found no claim");
}

#[test]
fn data_formats_hold_every_site() {
    let sites = |last| {
        let names: Vec<String> = (0..60).map(|at| format!("main.same{at}")).collect();
        let mut sites: Vec<(&str, u64, i64)> = names.iter().map(|n| (n.as_str(), 64, 9)).collect();
        sites.push(("main.other", 64, last));
        heap(RATE, &sites)
    };
    let place = Place::with(&[("a", sites(50)), ("b", sites(60))]);
    for (more, rows) in [
        (&[][..], 61),
        (&["-n", "100000"], 61),
        (&["-n", "7"], 7),
        (&["--cum"], 61),
    ] {
        let of = |format| [&["diff", "a", "b", "-q", "-f", format][..], more].concat();
        let document = json(&place.run(&of("json")).1);
        assert_eq!(document["rows"].as_array().unwrap().len(), rows, "{more:?}");
        assert_eq!(document["omitted"]["rows"], 61 - rows, "{more:?}");
        let lines = place.run(&of("csv")).1.lines().count();
        assert_eq!(lines, rows + 1, "{more:?}");
    }
    // A table is for people.
    let (_, text) = place.run(&["diff", "a", "b"]);
    assert!(!text.contains("main.same1"), "{text}");
    // The same with itself.
    let document = json(&place.run(&["diff", "a", "a", "-q", "-f", "json"]).1);
    assert_eq!(document["rows"].as_array().unwrap().len(), 61);
}

#[test]
fn says_where_stacks_are_cut() {
    let said = |name: &str| {
        let path = format!("testdata/depth/{name}");
        let args = ["top", "-f", "json", &path];
        let output = heapwise(&workspace()).args(args).output().unwrap();
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let warnings = document["warnings"].as_array().unwrap().clone();
        let mut codes = warnings.iter().filter(|w| w["code"] == "stacks_cut");
        codes.next().map(|warning| warning["message"].to_string())
    };
    for (name, frames) in [
        ("limit-128.pb.gz", "128 frames"),
        ("limit-128.txt.gz", "128 frames"),
        ("limit-32.pb.gz", "32 frames"),
        ("limit-32.txt.gz", "32 frames"),
    ] {
        let message = said(name).unwrap_or_default();
        assert!(message.contains(frames), "{name}: {message}");
    }
    assert_eq!(said("limit-64.pb.gz"), None);
}
