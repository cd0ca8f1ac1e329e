//! What verdicts and gates rest on: how much work profiles cover, and what is no level.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command on files"
)]

mod common;
#[path = "../../heapwise-analysis/tests/common/heap.rs"]
mod heap;

use common::{heapwise, workspace};
use serde_json::Value;

/// What a run came to.
struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(args: &[&str]) -> Ran {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The profiles of a folder, and what their benchmarks printed.
fn pair(folder: &str, with_text: bool) -> Vec<String> {
    let path = |name: &str| format!("testdata/work/{folder}/{name}");
    let mut args = vec![path("a.pb.gz"), path("b.pb.gz")];
    if with_text {
        let texts = [("--before-bench", "a.txt"), ("--after-bench", "b.txt")];
        for (option, name) in texts {
            args.extend([option.to_owned(), path(name)]);
        }
    }
    args
}

fn ask(command: &str, pair: &[String], more: &[&str]) -> Ran {
    let mut args = vec![command];
    args.extend(pair.iter().map(String::as_str));
    args.extend(more);
    run(&args)
}

fn json(command: &str, pair: &[String], more: &[&str]) -> Value {
    let ran = ask(command, pair, &[more, &["-f", "json"]].concat());
    serde_json::from_str(&ran.stdout).unwrap()
}

/// All verdicts of an answer that say that something changed.
fn changes(answer: &Value) -> Vec<String> {
    let is_change = |verdict: &str| ["increased", "decreased", "new", "gone"].contains(&verdict);
    let rows = answer["rows"].as_array().unwrap().iter();
    let rows = rows.flat_map(|row| [&row["flat"], &row["cum"]]);
    let benchmarks = answer["work"]["benchmarks"].as_array();
    let all = rows
        .chain([&answer["total"]])
        .chain(benchmarks.into_iter().flatten());
    all.map(|change| change["verdict"].as_str().unwrap().to_owned())
        .filter(|verdict| is_change(verdict))
        .collect()
}

const BENCHMARKS: [&str; 4] = [
    "benchtime-halved",
    "benchtime-same-code",
    "several",
    "time-based",
];

#[test]
fn without_its_work_nothing_allocated_is_judged() {
    for folder in BENCHMARKS {
        let pair = pair(folder, false);
        let answer = json("diff", &pair, &[]);
        assert_eq!(answer["work"]["kind"], "unknown", "{folder}");
        assert_eq!(changes(&answer), [""; 0], "{folder}");
        assert!(answer["total"]["if_same_work"].is_string(), "{folder}");
        let text = ask("diff", &pair, &[]).stdout;
        for words in [
            "if both",
            "work: unknown",
            "iterations",
            "--before-bench",
            "--same-work",
        ] {
            assert!(text.contains(words), "{folder}: {words} in {text}");
        }
        for claim in [
            &["--require", "alloc_space total <= -20%"][..],
            &["--require", "alloc_objects total >= +5%"],
            &["--forbid-growth", "5%"],
        ] {
            let ran = ask("verify", &pair, claim);
            assert_eq!(ran.code, 3, "{folder} {claim:?}: {}", ran.stdout);
            assert!(ran.stdout.contains("same work"), "{}", ran.stdout);
        }
    }
}

#[test]
fn a_common_factor_is_said() {
    let answer = json("diff", &pair("several", false), &[]);
    let factor = &answer["work"]["common_factor"];
    assert!(factor["value"].as_f64().unwrap() > 1.5, "{factor}");
    assert!(factor["low"].as_f64().unwrap() < factor["high"].as_f64().unwrap());
    let text = ask("diff", &pair("several", false), &[]).stdout;
    let said = "sites grew by about 1.79 (1.67..1.93): probably more iterations, not more allocation \
                per iteration";
    assert!(text.replace('\n', " ").contains(said), "{text}");
}

#[test]
fn what_both_sides_are_said_to_have_done_is_judged() {
    let pair = pair("time-based", false);
    let answer = json("diff", &pair, &["--same-work"]);
    assert_eq!(answer["work"]["kind"], "asserted");
    assert_eq!(answer["total"]["verdict"], "increased");
    assert_eq!(answer["total"]["if_same_work"], Value::Null);
    let ran = ask("verify", &pair, &["--same-work", "--forbid-growth", "5%"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
}

#[test]
fn the_same_code_is_as_before_for_each_operation() {
    for folder in ["benchtime-same-code", "several", "time-based"] {
        for swapped in [false, true] {
            let mut pair = pair(folder, true);
            if swapped {
                pair.swap(0, 1);
                pair.swap(3, 5);
            }
            let answer = json("diff", &pair, &[]);
            assert_eq!(answer["work"]["kind"], "known", "{folder}");
            assert_eq!(changes(&answer), [""; 0], "{folder}");
            let growth = ask("verify", &pair, &["--forbid-growth", "5%"]);
            assert_eq!(growth.code, 0, "{folder}: {}", growth.stdout);
        }
    }
}

#[test]
fn half_the_bytes_for_each_operation_are_half() {
    let pair = pair("benchtime-halved", true);
    let answer = json("diff", &pair, &[]);
    let benchmark = &answer["work"]["benchmarks"][0];
    assert_eq!(benchmark["delta_percent"], -50.0);
    assert_eq!(benchmark["verdict"], "decreased");
    let row = &answer["rows"][0];
    assert_eq!(row["site"]["function"], "example.com/bench.work");
    assert_eq!(row["benchmark"], "BenchmarkWork");
    assert_eq!(
        row["flat"]["per_operation"]["before"]
            .as_f64()
            .unwrap()
            .round(),
        1024.0
    );
    assert_eq!(
        row["flat"]["per_operation"]["after"]
            .as_f64()
            .unwrap()
            .round(),
        512.0
    );
    let text = ask("diff", &pair, &[]).stdout;
    assert!(text.contains("1024 B/op -> 512 B/op, -50.0%"), "{text}");
    assert!(
        !text.contains("MB"),
        "every column is for each operation: {text}"
    );
    for (claim, code) in [
        ("alloc_space total <= -40%", 0),
        ("alloc_space example.com/bench.work <= -40%", 0),
        ("alloc_space total <= -60%", 1),
        ("alloc_space total <= 512/op", 0),
        ("alloc_space total <= 511/op", 1),
        ("alloc_objects total <= 1/op", 0),
    ] {
        let ran = ask("verify", &pair, &["--require", claim]);
        assert_eq!(ran.code, code, "{claim}: {}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn each_benchmark_of_a_file_is_compared() {
    let pair = pair("several", true);
    let answer = json("diff", &pair, &[]);
    let benchmarks = answer["work"]["benchmarks"].as_array().unwrap();
    let numbers: Vec<(&str, f64)> = benchmarks
        .iter()
        .map(|b| {
            (
                b["name"].as_str().unwrap(),
                b["after"]["bytes_per_op"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        numbers,
        [
            ("BenchmarkOneRoute", 0.0),
            ("BenchmarkOneRouteHTML", 288.0),
            ("BenchmarkOneRouteJSON", 64.0),
            ("BenchmarkOneRouteSet", 336.0),
            ("BenchmarkOneRouteString", 48.0),
        ]
    );
    let ran = ask(
        "verify",
        &pair,
        &["--require", "alloc_space total <= 300/op"],
    );
    assert_eq!(ran.code, 1, "one of five: {}", ran.stdout);
    assert!(
        ran.stdout.contains("BenchmarkOneRouteSet: total"),
        "{}",
        ran.stdout
    );
    let markdown = ask("diff", &pair, &["-f", "markdown"]).stdout;
    assert!(
        markdown.contains("**BenchmarkOneRouteString: 48 B/op -&gt; 48 B/op"),
        "{markdown}"
    );
    let csv = ask("diff", &pair, &["-f", "csv"]).stdout;
    assert!(csv.contains(",BenchmarkOneRouteHTML,"), "{csv}");
}

#[test]
fn benchmarks_that_are_not_in_the_profile_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("other.txt");
    std::fs::write(
        &text,
        "BenchmarkOther-2 1000000 700 ns/op 336 B/op 2 allocs/op\n",
    )
    .unwrap();
    let other = text.to_str().unwrap();
    let profiles = &pair("time-based", false);
    let given = ["--before-bench", other, "--after-bench", other];
    let ran = ask("diff", profiles, &given);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    for name in ["BenchmarkOther", "BenchmarkOneRouteSet"] {
        assert!(ran.stderr.contains(name), "{}", ran.stderr);
    }
    std::fs::write(&text, "BenchmarkOneRouteSet-2 1000000 700 ns/op\n").unwrap();
    let ran = ask("diff", profiles, &given);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("-benchmem"), "{}", ran.stderr);
    let ran = ask("diff", profiles, &["--after-bench", other]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
}

#[test]
fn benchmark_texts_are_read_as_people_have_them() {
    let a = "testdata/work/benchtime-same-code/a.txt";
    let text = std::fs::read_to_string(workspace().join(a)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let prefixed: String = text
        .lines()
        .map(|line| format!("2026-11-28T07:17:00Z ci | {line}\r\n"))
        .collect();
    let json: String = text
        .lines()
        .map(|line| {
            let output = serde_json::to_string(&format!("{line}\n")).unwrap();
            format!("{{\"Action\":\"output\",\"Package\":\"p\",\"Output\":{output}}}\n")
        })
        .collect();
    let texts = [
        a.to_owned(),
        "testdata/work/utf16.txt".to_owned(),
        put("prefixed.txt", &prefixed),
        put("test.json", &json),
    ];
    let profile = "testdata/work/benchtime-same-code/a.pb.gz";
    for text in &texts {
        let ran = run(&[
            "diff",
            profile,
            profile,
            "--before-bench",
            text,
            "--after-bench",
            text,
        ]);
        assert_eq!(ran.code, 0, "{text}: {}", ran.stderr);
        assert!(
            ran.stdout.contains("1024 B/op -> 1024 B/op"),
            "{text}: {}",
            ran.stdout
        );
    }
}

#[test]
fn seconds_of_a_delta_decide_nothing() {
    let lag = |at: u8| format!("testdata/work/lag/aa-{at}.pb.gz");
    for (before, after, claim) in [
        (3, 4, "alloc_space total <= -20%"),
        (2, 3, "alloc_space total <= +5%"),
        (1, 2, "alloc_space total >= -5%"),
    ] {
        let pair = [lag(before), lag(after)];
        let ran = ask("verify", &pair, &["--per", "seconds", "--require", claim]);
        assert_eq!(ran.code, 3, "{claim}: {}", ran.stdout);
        assert!(ran.stdout.contains("GC cycles"), "{}", ran.stdout);
        let answer = json(
            "diff",
            &pair,
            &["--per", "seconds", "--sample_index=alloc_space"],
        );
        assert_eq!(answer["work"]["kind"], "unknown");
        assert_eq!(changes(&answer), [""; 0]);
    }
}

#[test]
fn what_is_in_use_of_a_delta_is_no_level() {
    let deltas = |at: &str| format!("testdata/work/deltas/d{at}.pb.gz");
    let level = "testdata/work/delta-and-level/level.pb.gz".to_owned();
    let delta = "testdata/work/delta-and-level/delta.pb.gz".to_owned();
    for pair in [
        [level.clone(), delta.clone()],
        [delta, level],
        [deltas("04"), deltas("05")],
        [deltas("05"), deltas("10")],
    ] {
        let answer = json("diff", &pair, &["--sample_index=inuse_space"]);
        assert_eq!(changes(&answer), [""; 0], "{pair:?}");
        for claim in ["inuse_space total <= -50%", "inuse_space total >= +10%"] {
            let ran = ask("verify", &pair, &["--require", claim]);
            assert_eq!(ran.code, 3, "{claim}: {}", ran.stdout);
            assert!(ran.stdout.contains("no level"), "{}", ran.stdout);
        }
    }
    let ran = run(&[
        "verify",
        &deltas("05"),
        "--require",
        "inuse_space main.put <= 4MB",
    ]);
    assert_eq!(ran.code, 3, "{}", ran.stdout);
    let top = run(&["top", "--sample_index=inuse_space", &deltas("05")]).stdout;
    assert!(top.contains("no level") && !top.contains("±"), "{top}");
}

#[test]
fn what_is_in_use_needs_no_work() {
    let pair = pair("several", false);
    let answer = json("diff", &pair, &["--sample_index=inuse_space"]);
    assert_eq!(answer["work"]["kind"], "not_needed");
    let shares = json("diff", &pair, &["--per", "total"]);
    assert_eq!(shares["work"]["basis"], "shares");
}

#[test]
fn several_lines_of_a_benchmark_show_how_much_it_varies() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: [u32; 6]| {
        let path = folder.path().join(name);
        let line =
            |bytes: &u32| format!("BenchmarkWork-2 1000000 600 ns/op {bytes} B/op 1 allocs/op\n");
        std::fs::write(&path, bytes.iter().map(line).collect::<String>()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let still = put("still.txt", [1000; 6]);
    let wild = put("wild.txt", [700, 1300, 900, 1500, 800, 1200]);
    let profile = "testdata/work/benchtime-same-code/a.pb.gz";
    let pair = |before: &str, after: &str| {
        let mut pair = vec![profile.to_owned(), profile.to_owned()];
        pair.extend(["--before-bench", before, "--after-bench", after].map(str::to_owned));
        json("diff", &pair, &[])["work"]["benchmarks"][0].clone()
    };
    assert_eq!(pair(&still, &still)["verdict"], "no_change_seen");
    let more = put("more.txt", [1060; 6]);
    assert_eq!(pair(&still, &more)["verdict"], "increased");
    assert_eq!(pair(&still, &wild)["verdict"], "no_change_seen");
}

#[test]
fn small_blocks_that_begin_at_another_site_are_no_change() {
    let folder = tempfile::tempdir().unwrap();
    let rate = 524_288;
    let put = |name: &str, sites: &[(&str, u64, i64)]| {
        let path = folder.path().join(name);
        std::fs::write(&path, heap::heap(rate, sites)).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let large = ("main.large", 1024, 300);
    let before = put(
        "before.pb",
        &[("main.a", 16, 400), ("main.b", 16, 20), large],
    );
    let other = put(
        "other.pb",
        &[("main.a", 16, 15), ("main.b", 16, 405), large],
    );
    let less = put("less.pb", &[("main.a", 16, 15), ("main.b", 16, 20), large]);
    let options = ["--same-work", "--sample_index=alloc_space"];
    let flipped = json("diff", &[before.clone(), other.clone()], &options);
    assert_eq!(changes(&flipped), [""; 0]);
    let shared = flipped["rows"].as_array().unwrap().iter();
    let shared = shared.filter(|row| row["flat"]["blocks_shared"] == true);
    assert_eq!(shared.count(), 2);
    let growth = ask(
        "verify",
        &[before.clone(), other],
        &[&options[..], &["--forbid-growth", "5%"]].concat(),
    );
    assert_eq!(growth.code, 0, "{}", growth.stdout);
    let real = json("diff", &[before, less], &options);
    assert!(changes(&real).contains(&"decreased".to_owned()));
}

/// The claims of a finding, with what became of them.
fn findings(answer: &Value) -> Vec<(String, String)> {
    let claims = answer["claims"].as_array().unwrap().iter();
    let sites = claims.flat_map(|claim| claim["sites"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    sites
        .map(|site| (text(&site["site"]), text(&site["result"])))
        .collect()
}

#[test]
fn what_is_claimed_of_a_benchmark_holds_for_each_of_its_names() {
    let both = pair("sub-benchmarks", true);
    let grown = (
        "total of BenchmarkMake/n=100-2".to_owned(),
        "fail".to_owned(),
    );
    // All together allocate 3% more: 400 bytes of 11000.
    for claim in [
        &["--forbid-growth", "5%"][..],
        &["--forbid-growth", "5%", "--strict"],
        &["--require", "alloc_space total <= +5%"],
    ] {
        let ran = ask("verify", &both, claim);
        assert_eq!(ran.code, 1, "{claim:?}: {}", ran.stdout);
        assert!(
            ran.stdout.contains("112B/op -> 512B/op, +357.1%"),
            "{}",
            ran.stdout
        );
        let answer = json("verify", &both, claim);
        assert!(findings(&answer).contains(&grown), "{answer}");
    }
    for (claim, code) in [
        ("alloc_space total <= 5kB/op", 1),
        ("alloc_space total <= 11kB/op", 0),
        ("alloc_space total >= 500B/op", 0),
        ("alloc_space total >= 600B/op", 1),
        ("alloc_space total >= -1%", 0),
        ("alloc_space total <= +400%", 0),
        ("alloc_space b.Make <= +40%", 3),
        ("alloc_space b.Make <= 5kB/op", 3),
        ("alloc_space b.Make <= 11kB/op", 0),
        ("alloc_space total <= 300MB", 0),
    ] {
        let ran = ask("verify", &both, &["--require", claim]);
        assert_eq!(ran.code, code, "{claim}: {}", ran.stdout);
    }
    // A fall of one is none of all.
    let mut back = both.clone();
    back.swap(0, 1);
    back.swap(3, 5);
    let claims = [
        "--forbid-growth",
        "5%",
        "--require",
        "alloc_space total <= -2%",
    ];
    let ran = ask("verify", &back, &claims[..2]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let ran = ask("verify", &back, &claims[2..]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
}

#[test]
fn sub_benchmarks_that_changed_are_listed() {
    let both = pair("sub-benchmarks", true);
    let text = ask("diff", &both, &[]).stdout;
    for line in [
        "BenchmarkMake/n=100-2  112 B/op -> 512 B/op  +357.1%",
        "2 more did not change",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    let answer = json("diff", &both, &[]);
    let names = answer["work"]["benchmarks"][0]["sub_benchmarks"].as_array();
    assert_eq!(names.unwrap().len(), 3);
    let objects = ask("diff", &both, &["--sample_index=alloc_objects"]).stdout;
    assert!(objects.contains("each has the same allocs/op"), "{objects}");
}

/// Whether the newer text has no name that the older one lacks.
fn changed_is_less(both: &[String]) -> bool {
    let text = std::fs::read_to_string(both.last().unwrap()).unwrap();
    !text.contains("n=99")
}

#[test]
fn a_profile_with_a_sub_benchmark_that_the_other_side_lacks_judges_no_site() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(workspace().join("testdata/work/sub-benchmarks/b.txt"));
    let text = text.unwrap();
    let without = |what: &str| -> String {
        let lines = text.lines().filter(|line| !line.contains(what));
        lines.map(|line| format!("{line}\n")).collect()
    };
    for (changed, unpaired) in [
        (without("n=100-"), vec!["n=100"]),
        (text.replace("n=100-", "n=99-"), vec!["n=100", "n=99"]),
    ] {
        let path = folder.path().join("b.txt");
        std::fs::write(&path, changed).unwrap();
        let mut both = pair("sub-benchmarks", true);
        *both.last_mut().unwrap() = path.to_str().unwrap().to_owned();
        let ran = ask("verify", &both, &["--forbid-growth", "5%"]);
        assert_eq!(ran.code, 3, "{}", ran.stdout);
        for name in unpaired {
            let said = format!("BenchmarkMake/{name}-2 is on the ");
            assert!(ran.stderr.contains(&said), "{said} in {}", ran.stderr);
        }
        // It may have got another name.
        let ran = ask("verify", &both, &["--require", "alloc_space total <= +5%"]);
        assert_eq!(ran.code, 3, "{}", ran.stdout);
        assert!(
            ran.stdout.contains("every older benchmark is compared"),
            "{}",
            ran.stdout
        );
        // What is new is held against no bound, and is no change.
        let mut back = both.clone();
        back.swap(0, 1);
        back.swap(3, 5);
        if changed_is_less(&both) {
            for (claim, code) in [
                ("alloc_space total <= +5%", 0),
                ("alloc_space total <= 20kB/op", 3),
            ] {
                let ran = ask("verify", &back, &["--require", claim]);
                assert_eq!(ran.code, code, "{claim}: {}", ran.stdout);
            }
        }
        let answer = json("diff", &both, &[]);
        let benchmark = &answer["work"]["benchmarks"][0];
        assert_eq!(benchmark["not_judged"], "other_names");
    }
}

#[test]
fn a_benchmark_that_no_profile_sampled_is_judged_by_what_was_counted() {
    let once = pair("once", true);
    let text = ask("diff", &once, &[]).stdout;
    for words in [
        "1024 B/op -> 1280 B/op, +25.0%",
        "unclear",
        "so few that none",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    // What Go allocates beside one operation is as much; beside a hundred that were not sampled either it is not.
    let folder = tempfile::tempdir().unwrap();
    let mut hundred = once.clone();
    for at in [3, 5] {
        let text = std::fs::read_to_string(workspace().join(&once[at])).unwrap();
        let path = folder.path().join(format!("{at}.txt"));
        std::fs::write(&path, text.replace("\t       1\t", "\t     100\t")).unwrap();
        hundred[at] = path.to_str().unwrap().to_owned();
    }
    let text = ask("diff", &hundred, &[]).stdout;
    for words in ["+25.0%", "more, exact", "so few that none"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let claim = ["--require", "alloc_space total <= +5%"];
    assert_eq!(ask("verify", &once, &claim).code, 3);
    assert_eq!(ask("verify", &hundred, &claim).code, 1);
}
