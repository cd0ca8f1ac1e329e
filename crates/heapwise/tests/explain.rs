//! Why sites allocate, by the compiler's logs of real programs, and what would help.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;

use common::beside::corpus;
use common::{heapwise, run, workspace};
use serde_json::Value;

/// Where the source of `testdata/advice/slice-capacity/before.pb.gz` is.
const AMOUNTS: &str = "examples/go/advice/slice-capacity/before";

const FORMS: [&str; 3] = ["m1.txt", "m2.txt", "json"];

fn explain(args: &[&str]) -> Value {
    let answer = run(&[&["explain", "-f", "json"], args].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

fn of_pair(pair: &str, form: &str) -> Value {
    let folder = format!("testdata/explain/{pair}");
    let log = format!("{folder}/{form}");
    explain(&["-e", &log, &format!("{folder}/heap.pb.gz")])
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn site<'a>(answer: &'a Value, function: &str, line: i64) -> &'a Value {
    let mut sites = items(&answer["sites"]).iter();
    sites
        .find(|site| site["function"] == function && site["line"] == line)
        .unwrap()
}

fn value(of: &Value) -> f64 {
    of["value"].as_f64().unwrap()
}

#[test]
fn every_form_of_a_log_gives_the_reason_of_each_line() {
    for (pair, function, line, reason) in [
        ("append-cap", "example.com/app.Collect", 6, "slice-growth"),
        ("append-cap", "example.com/app.Filter", 15, "slice-growth"),
        // What the call is given, and not what it allocates itself.
        (
            "boxing-vs-generics",
            "example.com/app.Run",
            15,
            "interface-conversion",
        ),
        (
            "sprintf-vs-strconv",
            "example.com/app.Key",
            6,
            "interface-conversion",
        ),
        ("sprintf-vs-strconv", "fmt.Sprintf", 232, "not-in-log"),
    ] {
        for form in FORMS {
            let answer = of_pair(pair, form);
            let found = site(&answer, function, line);
            assert_eq!(found["reason"], reason, "{pair} {form}: {found}");
        }
    }
}

/// Of two things on a line of which one is another at the call, of what the runtime allocates in a function that is
/// inlined, and of a map that is written out.
#[test]
fn copies_of_what_is_inlined_are_matched() {
    let folder = "testdata/explain/copies";
    let answer = explain(&[
        "-q",
        "--source",
        "testdata/src/explaincopies",
        "-e",
        &format!("{folder}/m2.txt"),
        &format!("{folder}/heap.pb.gz"),
    ]);
    for (function, line, reason) in [
        ("example.com/copies.NewRegistry", 14, "too-large"),
        ("example.com/copies.(*Stack).Fill", 34, "stored"),
        ("example.com/copies.Headers", 41, "map-growth"),
    ] {
        assert_eq!(
            site(&answer, function, line)["reason"],
            reason,
            "{function}"
        );
    }
    let matched = value(&answer["coverage"]["matched"]) / value(&answer["total"]);
    assert!(matched > 0.99, "{matched}");
}

/// A log of `a.go` to which lines were added above, as a whole file is moved: all of its positions, those of steps, too.
fn moved(log: &str, by: u32) -> String {
    let line = |line: &str| {
        let parts = line.split("/a.go:").enumerate().map(|(at, part)| {
            let number = part
                .split(':')
                .next()
                .and_then(|number| number.parse::<u32>().ok());
            match number.filter(|_| at > 0) {
                Some(number) => part.replacen(&number.to_string(), &(number + by).to_string(), 1),
                None => part.to_owned(),
            }
        });
        parts.collect::<Vec<String>>().join("/a.go:")
    };
    log.lines().map(line).collect::<Vec<String>>().join("\n")
}

/// Decisions of two logs are paired by function, words and order, and not by lines: the profile is of the source of either.
#[test]
fn logs_are_compared_whose_lines_moved() {
    let heap = "testdata/explain/copies/heap.pb.gz";
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read_to_string(workspace().join("testdata/explain/copies/m2.txt")).unwrap();
    let fill = "example.com/copies/a.go:34:34: &runtime.Frames{...}";
    let left = log.lines().filter(|line| !line.starts_with(fill));
    let left = left.chain(["example.com/copies/a.go:34:34: &runtime.Frames{...} does not escape"]);
    let left = left.collect::<Vec<&str>>().join("\n");
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name).display().to_string();
        fs::write(&path, text).unwrap();
        path
    };
    let (there, above) = (path("there", &log), path("above", &moved(&log, 7)));
    let (left, left_above) = (path("left", &left), path("left_above", &moved(&left, 7)));
    for (newer, older, gone) in [
        (&there, &above, 0),
        (&above, &there, 0),
        (&left, &above, 1),
        (&left_above, &there, 1),
    ] {
        let answer = explain(&["-e", newer, "--compare", older, heap]);
        let comparison = &answer["comparison"];
        let sites = items(&comparison["sites"]);
        assert_eq!(comparison["left_heap"], gone, "{newer}: {comparison}");
        assert_eq!(comparison["to_heap"], 0, "{newer}: {comparison}");
        assert_eq!(comparison["unpaired"], 0, "{newer}: {comparison}");
        assert_eq!(sites.len(), gone, "{newer}: {comparison}");
        for site in sites {
            assert_eq!(site["change"], "left-heap", "{site}");
            assert_eq!(
                site["function"], "example.com/copies.(*Stack).Fill",
                "{site}"
            );
            assert_eq!(site["line"], 34, "{site}");
        }
    }
}

#[test]
fn parts_of_the_total_add_up() {
    for pair in ["append-cap", "boxing-vs-generics", "sprintf-vs-strconv"] {
        for form in FORMS {
            let answer = of_pair(pair, form);
            let coverage = &answer["coverage"];
            let unmatched = items(&coverage["unmatched"]).iter();
            let unmatched: f64 = unmatched.map(|one| value(&one["value"])).sum();
            let all = value(&coverage["matched"]) + value(&coverage["runtime"]) + unmatched;
            let total = value(&answer["total"]);
            assert!((all - total).abs() < 1.0, "{pair} {form}");
            let reasons = items(&answer["reasons"]).iter();
            let reasons: f64 = reasons.map(|one| value(&one["value"])).sum();
            assert!(
                (reasons - value(&coverage["matched"])).abs() < 1.0,
                "{pair} {form}"
            );
            let sites = items(&answer["sites"]).iter();
            let sites: f64 = sites.map(|one| value(&one["value"])).sum();
            assert!((sites - total).abs() < 1.0, "{pair} {form}");
        }
    }
}

#[test]
fn whether_frames_were_inlined_is_told() {
    let folder = "testdata/advice/slice-capacity";
    let log = format!("{folder}/before.m2.txt");
    let heap = format!("{folder}/before.pb.gz");
    let answer = explain(&["--source", AMOUNTS, "-e", &log, &heap]);
    let amounts = "example.com/advice/slice-capacity.Amounts";
    assert_eq!(site(&answer, amounts, 13)["inlined"], "all");
    let others = items(&answer["sites"]).iter();
    let mut others = others.filter(|site| site["function"] == "runtime.mallocgc");
    assert_eq!(others.next().unwrap()["inlined"], "no");
    assert_eq!(items(&answer["advice"])[0]["inlined"], "all");
}

#[test]
fn advice_says_what_was_given_up_on_the_way() {
    let folder = "testdata/advice/slice-capacity";
    let log = format!("{folder}/before.m2.txt");
    let heap = format!("{folder}/before.pb.gz");
    let answer = explain(&["--source", AMOUNTS, "-e", &log, &heap]);
    let [one] = items(&answer["advice"]) else {
        panic!("{}", answer["advice"])
    };
    assert_eq!(one["rule"], "slice-capacity");
    assert_eq!(one["ladder"]["steps"], 11);
    // 2,000 slices of 1,000 numbers: all steps but the last, where `make` with a capacity takes 8 kB each.
    let (low, high) = (&one["saving"]["low"], &one["saving"]["high"]);
    let saved = value(&one["value"]) - 2000.0 * 8192.0;
    assert!(low.as_f64().unwrap() < saved && saved < 1.2 * high.as_f64().unwrap());
}

/// Whether a loop is counted only the source tells: without it that is said, and nothing advised.
#[test]
fn what_the_source_would_tell_is_not_advised_without_it() {
    let answer = of_pair("append-cap", "m2.txt");
    assert_eq!(items(&answer["advice"]), &[] as &[Value]);
    let unchecked = items(&answer["unchecked"]).iter();
    let unchecked: Vec<(&str, &str)> = unchecked
        .map(|one| {
            (
                one["rule"].as_str().unwrap(),
                one["function"].as_str().unwrap(),
            )
        })
        .collect();
    let left_out = [
        ("slice-capacity", "example.com/app.Collect"),
        ("slice-capacity", "example.com/app.Filter"),
    ];
    assert_eq!(unchecked, left_out);
    for (format, is_said) in [("text", true), ("markdown", true), ("github", false)] {
        let answer = run(&[
            "explain",
            "-q",
            "-f",
            format,
            "-e",
            "testdata/explain/append-cap/m2.txt",
            "testdata/explain/append-cap/heap.pb.gz",
        ]);
        let words = "advice on 2 lines left out (slice-capacity)";
        assert_eq!(answer.out.contains(words), is_said, "{}", answer.out);
    }
}

#[test]
fn without_a_log_there_is_what_the_profile_tells() {
    let heap = "testdata/explain/append-cap/heap.pb.gz";
    let answer = run(&["explain", heap]);
    assert_eq!(answer.code, Some(0));
    assert!(
        answer.err.contains("give --escapes or --build"),
        "{}",
        answer.err
    );
    let answer = explain(&["-q", heap]);
    assert_eq!(answer["log"], Value::Null);
    let found = site(&answer, "example.com/app.Collect", 6);
    assert_eq!(found["reason"], "no-log");
    assert_eq!(found["ladder"]["steps"], 11);
    assert_eq!(found["lifetime"], "short-lived");
}

#[test]
fn a_pattern_before_the_profile_narrows() {
    let log = "testdata/explain/append-cap/m2.txt";
    let heap = "testdata/explain/append-cap/heap.pb.gz";
    let answer = explain(&["Filter", "-e", log, heap]);
    let functions: Vec<&Value> = items(&answer["sites"])
        .iter()
        .map(|one| &one["function"])
        .collect();
    assert_eq!(functions, ["example.com/app.Filter"]);
    assert_eq!(items(&answer["unchecked"]).len(), 1);
    let refused = run(&["explain", "nothing-is-called-so", heap]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.err.contains("expected one"), "{}", refused.err);
}

/// What is allocated for each second is what was allocated by the seconds that the profile is of.
#[test]
fn rates_are_told_where_the_work_is_known() {
    let seconds = "testdata/server/go1.27/allocs.seconds3.pb.gz";
    let other = "testdata/server/go1.27/heap.seconds3.pb.gz";
    for (args, per, amount) in [
        (vec![seconds], "second", 3.003),
        (vec![seconds, other], "second", 6.005),
        (vec!["--ops=500", seconds], "operation", 500.0),
        (vec!["-inuse_space", seconds], "second", 3.003),
    ] {
        let answer = explain(&[&["-q"], &args[..]].concat());
        let covered = answer["covered"]["amount"].as_f64().unwrap();
        assert!((covered - amount).abs() < 0.001, "{args:?}: {covered}");
        assert_eq!(answer["covered"]["per"], per);
        let allocated = explain(&["-q", "-alloc_space", args[args.len() - 1]]);
        let mut looked = 0;
        for site in items(&allocated["sites"])
            .iter()
            .filter(|_| args.len() == 1)
        {
            let (function, line) = (site["function"].as_str().unwrap(), &site["line"]);
            let sites = items(&answer["sites"]).iter();
            let mut same = sites.filter(|one| one["function"] == function && one["line"] == *line);
            let rate = &same.next().unwrap()["rate"];
            assert_eq!(rate["per"], per);
            let (bytes, expected) = (
                rate["bytes"]["value"].as_f64().unwrap(),
                value(&site["value"]) / amount,
            );
            assert!((bytes / expected - 1.0).abs() < 0.001, "{rate} {expected}");
            let (low, high) = (&rate["bytes"]["low"], &rate["bytes"]["high"]);
            assert!(low.as_f64().unwrap() < bytes && bytes < high.as_f64().unwrap());
            assert!(rate["objects"]["value"].as_f64().unwrap() > 0.0);
            looked += 1;
        }
        assert!(args.len() > 1 || looked > 5, "{args:?}: {looked}");
    }
}

/// A text names rates in its head and its table; where a profile does not tell how long it is of, there are none, and not
/// those of the others.
#[test]
fn rates_are_not_made_up() {
    let seconds = "testdata/server/go1.27/allocs.seconds3.pb.gz";
    let snapshot = "testdata/server/go1.27/heap.later.pb.gz";
    let text = run(&["explain", "-q", seconds]).out;
    assert!(text.contains("\nallocated: 11.13MB/s and "), "{text}");
    assert!(text.contains(" objects/s "), "{text}");
    for profiles in [vec![snapshot], vec![seconds, snapshot]] {
        let text = run(&[&["explain", "-q"], &profiles[..]].concat()).out;
        assert!(!text.contains("\nallocated: "), "{text}");
        assert!(!text.contains(" objects/s "), "{text}");
        let answer = explain(&[&["-q"], &profiles[..]].concat());
        assert_eq!(answer["covered"], Value::Null);
        assert_eq!(answer["rate"], Value::Null);
        assert_eq!(answer["sites"][0]["rate"], Value::Null);
    }
    let csv = run(&["explain", "-q", "-f", "csv", "--ops=10", snapshot]).out;
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .contains(",rate_per,bytes_rate,objects_rate,")
    );
    assert!(csv.lines().nth(1).unwrap().contains(",operation,"), "{csv}");
    let exact = explain(&[
        "-q",
        "--ops=2000",
        "testdata/advice/slice-capacity/before.pb.gz",
    ]);
    let rate = &site(&exact, "example.com/advice/slice-capacity.Amounts", 13)["rate"];
    // go test counted 25208 B/op and 12 allocs/op.
    assert!(
        (rate["bytes"]["value"].as_f64().unwrap() - 25208.0).abs() < 100.0,
        "{rate}"
    );
    assert!(
        (rate["objects"]["value"].as_f64().unwrap() - 12.0).abs() < 1.0,
        "{rate}"
    );
}

/// The benchmark that wrote a profile printed its exact B/op: that tells the operations, of one benchmark at a time.
#[test]
fn operations_are_those_of_the_benchmark_that_printed_them() {
    let several = (
        "testdata/work/several/a.pb.gz",
        "testdata/work/several/a.txt",
    );
    for (profile, text, focus, bytes_per_op) in [
        (
            "testdata/advice/slice-capacity/before.pb.gz",
            "testdata/advice/slice-capacity/before.txt",
            "Benchmark",
            25208.0,
        ),
        (
            "testdata/work/time-based/a.pb.gz",
            "testdata/work/time-based/a.txt",
            "",
            336.0,
        ),
        (several.0, several.1, "BenchmarkOneRouteJSON$", 64.0),
        (several.0, several.1, "BenchmarkOneRouteSet$", 336.0),
    ] {
        let answer = explain(&["-q", "--focus", focus, "--bench", text, profile]);
        assert_eq!(answer["covered"]["per"], "operation", "{focus}");
        let rate = &answer["rate"]["bytes"];
        let end = |name: &str| rate[name].as_f64().unwrap();
        assert!(
            end("low") <= bytes_per_op && bytes_per_op <= end("high"),
            "{focus}: {rate}, go test says {bytes_per_op}"
        );
    }
}

/// What go test prints is 25208 B/op before, and 8192 after: advice says what of it can go, where the operations are known.
#[test]
fn savings_of_each_operation_are_told() {
    let profile = "testdata/advice/slice-capacity/before.pb.gz";
    let told = |more: &[&str]| -> String {
        let log = "testdata/advice/slice-capacity/before.m2.txt";
        let source = "examples/go/advice/slice-capacity/before";
        let common = ["explain", "-q", "-e", log, "--source", source, profile];
        let answer = run(&[common.as_slice(), more].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        let mut lines = answer.out.lines();
        let line = lines.find(|line| line.trim_start().starts_with("saving"));
        line.unwrap().to_owned()
    };
    let text = "testdata/advice/slice-capacity/before.txt";
    let bench = told(&["--bench", text, "--focus", "Benchmark"]);
    let (_, each) = bench.split_once('(').unwrap();
    let (each, _) = each.split_once(" B/op)").unwrap();
    let (low, high) = each.split_once(" to ").unwrap();
    let saved = 25208.0 - 8192.0;
    assert!(low.parse::<f64>().unwrap() <= saved, "{bench}");
    assert!(saved <= high.parse::<f64>().unwrap(), "{bench}");
    let without = told(&[]);
    assert!(!without.contains("/op"), "{without}");
    let objects = told(&["--sample-index", "alloc_objects", "--ops", "2000"]);
    assert!(objects.contains(" allocs/op)"), "{objects}");
}

/// What has allocated more than all operations can have is what benchmarks do before they measure: no advice is on that.
#[test]
fn what_is_not_measured_gets_no_advice() {
    let folder = tempfile::tempdir().unwrap();
    for (name, numbers, is_advised) in [
        ("nothing", "       0 B/op\t       0 allocs/op", false),
        ("little", "      64 B/op\t       1 allocs/op", false),
        ("all of it", "   25208 B/op\t      12 allocs/op", true),
    ] {
        let text = folder.path().join("bench.txt");
        let line = format!("BenchmarkAmounts-2\t    2000\t     20743 ns/op\t{numbers}");
        let printed = format!("pkg: example.com/advice/slice-capacity\n{line}\nPASS\n");
        fs::write(&text, printed).unwrap();
        let answer = explain(&[
            "-e",
            "testdata/advice/slice-capacity/before.m2.txt",
            "--source",
            "examples/go/advice/slice-capacity/before",
            "--bench",
            text.to_str().unwrap(),
            "testdata/advice/slice-capacity/before.pb.gz",
        ]);
        assert_eq!(!items(&answer["advice"]).is_empty(), is_advised, "{name}");
        let warnings = items(&answer["warnings"]).iter();
        let mut told = warnings.filter(|one| one["code"] == "advice_on_set_up");
        assert_eq!(told.next().is_none(), is_advised, "{name}");
    }
}

#[test]
fn operations_are_not_made_up() {
    let profile = "testdata/work/several/a.pb.gz";
    let text = "testdata/work/several/a.txt";
    for (focus, words) in [
        ("", "4 benchmarks allocate there"),
        ("BenchmarkOneRoute(JSON|Set)$", "2 benchmarks allocate"),
        ("BenchmarkOneRoute$", "no benchmark of it"),
    ] {
        let answer = run(&[
            "explain", "-f", "json", "--focus", focus, "--bench", text, profile,
        ]);
        if answer.code == Some(0) {
            let document: Value = serde_json::from_str(&answer.out).unwrap();
            assert_eq!(document["covered"], Value::Null, "{focus}");
            let warnings = items(&document["warnings"]).iter();
            let mut named = warnings.filter(|one| one["code"] == "operations_unknown");
            assert!(named.next().is_some(), "{focus}: {}", answer.out);
        }
        assert!(answer.err.contains(words), "{focus}: {}", answer.err);
    }
    for (text, words) in [
        ("testdata/advice/format/before.txt", "of one run"),
        (
            "testdata/advice/format/before.m2.txt",
            "no line of a benchmark",
        ),
        ("no-such-file.txt", "no-such-file.txt"),
    ] {
        let answer = run(&["explain", "-q", "--bench", text, profile]);
        assert_eq!(answer.code, Some(2), "{text}: {}", answer.err);
        assert!(answer.err.contains(words), "{text}: {}", answer.err);
    }
}

#[test]
fn refuses_what_it_cannot_explain() {
    let heap = "testdata/server/heap.pb.gz";
    for (args, words) in [
        (
            vec!["testdata/states/goroutine.pb.gz"],
            "expected a heap profile",
        ),
        (
            vec!["-e", "testdata/README.md", heap],
            "go build -gcflags=-m=2",
        ),
        (vec!["-e", "no-such-file", heap], "no-such-file"),
        (vec!["--sample-index=cpu", heap], "cpu"),
        (
            vec![heap, "--build", "./x", "-e", "y"],
            "cannot be used with",
        ),
    ] {
        let answer = run(&[&["explain"], &args[..]].concat());
        assert_eq!(answer.code, Some(2), "{args:?}: {}", answer.out);
        assert!(answer.err.contains(words), "{args:?}: {}", answer.err);
    }
}

/// A log of a source to which lines were added fits the profile no longer; taken for granted, it would give wrong reasons.
#[test]
fn a_source_that_changed_since_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read_to_string(workspace().join("testdata/explain/append-cap/m2.txt")).unwrap();
    for added in [1, 3, 5] {
        let shifted: Vec<String> = log
            .lines()
            .map(|line| match line.split(':').nth(1).map(str::parse::<u32>) {
                Some(Ok(number)) => {
                    line.replacen(&format!(":{number}:"), &format!(":{}:", number + added), 1)
                }
                _ => line.to_owned(),
            })
            .collect();
        let path = folder.path().join("m2.txt");
        fs::write(&path, shifted.join("\n")).unwrap();
        let heap = "testdata/explain/append-cap/heap.pb.gz";
        let answer = explain(&["-e", &path.display().to_string(), heap]);
        for (function, line) in [
            ("example.com/app.Collect", 6),
            ("example.com/app.Filter", 15),
        ] {
            let found = site(&answer, function, line);
            assert_eq!(found["reason"], "changed-source", "{added}: {found}");
        }
        let advice = items(&answer["advice"]);
        assert!(advice.is_empty(), "{added}: {advice:?}");
    }
}

/// A log of another program with a file of the same name: nothing is explained by it, and no gate rests on it.
#[test]
fn a_log_of_another_file_of_the_same_name_explains_nothing() {
    const SHORT: &str = "# example.com/app\n./app.go:2:6: can inline open\n./app.go:6:15: &File{...} escapes to heap\n";
    const LONG: &str = "# example.com/app\n./app.go:3:6: can inline open with cost 9 as: func() *File { return &File{} }\n\
        ./app.go:11:6: cannot inline (*File).read: recursive\n./app.go:6:15: &File{...} escapes to heap\n";
    let folder = tempfile::tempdir().unwrap();
    let heap = "testdata/explain/append-cap/heap.pb.gz";
    for (name, text) in [("short", SHORT), ("long", LONG)] {
        let path = folder.path().join(name).display().to_string();
        fs::write(&path, text).unwrap();
        let answer = explain(&["-e", &path, heap]);
        for (function, line) in [
            ("example.com/app.Collect", 6),
            ("example.com/app.Filter", 15),
        ] {
            let found = site(&answer, function, line);
            assert_eq!(found["reason"], "other-source", "{name}: {found}");
        }
        let said = run(&["explain", "-e", &path, heap]);
        let words = "app.go: the log is of another file of this name, or of another source: it has 0 of 2 functions of the profile";
        assert!(said.err.contains(words), "{name}: {}", said.err);
        let claim = ["--require", "no escape at example.com/app.Collect"];
        let gate = run(&[&["verify", "--escapes", &path, heap][..], &claim].concat());
        assert_eq!(gate.code, Some(3), "{name}: {}", gate.out);
        assert!(gate.err.contains(words), "{name}: {}", gate.err);
    }
}

/// What the log says holds although no block of it was sampled.
#[test]
fn what_escapes_by_the_log_alone_escapes() {
    let folder = tempfile::tempdir().unwrap();
    let log = "testdata/explain/append-cap/m2.txt";
    let heap = "testdata/explain/append-cap/heap.pb.gz";
    let text = fs::read_to_string(workspace().join(log)).unwrap();
    let more = "# example.com/app/more\n\
        more/more.go:9:6: cannot inline Rare: marked go:noinline\n\
        more/more.go:14:6: cannot inline Clean: marked go:noinline\n\
        more/more.go:20:6: cannot inline (*List).Push: marked go:noinline\n\
        more/more.go:22:7: can inline (*List).Push.func1 with cost 5 as: func() { return nil }\n\
        more/more.go:10:7: &T{...} escapes to heap in Rare:\n\
        more/more.go:10:7:   flow: {heap} = &{storage for &T{...}}:\n\
        more/more.go:10:7:     from &T{...} (spill) at more/more.go:10:7\n\
        more/more.go:10:7: &T{...} escapes to heap\n\
        more/more.go:15:14: make([]byte, 8) does not escape\n\
        more/more.go:23:3: moved to heap: t\n";
    let path = folder.path().join("m2.txt");
    fs::write(&path, format!("{text}{more}")).unwrap();
    let path = path.to_str().unwrap();
    for (name, code, words) in [
        (
            "example.com/app/more.Rare",
            1,
            "&T{...} escapes to heap at more/more.go:10, of which the profile has no sample",
        ),
        ("/more.Rare$/", 1, "no sample"),
        (
            "example.com/app/more.(*List).Push",
            3,
            "moved to heap: t at more/more.go:23, which may be in it",
        ),
        (
            "example.com/app/more.Clean",
            0,
            "nothing of it escapes by the log",
        ),
        ("example.com/app/more.Cleam", 2, "site not found"),
        ("example.com/app.Rare", 2, "site not found"),
        ("other/more.Rare optional", 0, "optional"),
    ] {
        let claim = format!("no escape at {name}");
        let answer = run(&["verify", "-e", path, heap, "--require", &claim]);
        assert_eq!(
            answer.code,
            Some(code),
            "{name}: {}{}",
            answer.out,
            answer.err
        );
        assert!(answer.out.contains(words), "{name}: {}", answer.out);
    }
}

/// `-h` tells of the log, and takes it as `explain` and `diff` do.
#[test]
fn the_log_of_a_claim_is_given_as_elsewhere() {
    for command in ["explain", "diff", "verify"] {
        let help = run(&[command, "-h"]).out;
        assert!(help.contains("-e, --escapes <LOG>"), "{command}: {help}");
        assert!(help.lines().count() < 60, "{command}");
    }
    let (log, heap) = (
        "testdata/explain/append-cap/m2.txt",
        "testdata/explain/append-cap/heap.pb.gz",
    );
    let claim = ["--require", "no escape at example.com/app.Collect", heap];
    for words in [&["-e", log][..], &["--escapes", log]] {
        let answer = run(&[&["verify"], words, &claim].concat());
        assert_eq!(
            answer.code,
            Some(1),
            "{words:?}: {} {}",
            answer.out,
            answer.err
        );
    }
}

/// Files of the same name in folders of the same name are of two packages, as `net/ip.go` of a module is not the standard library's.
#[test]
fn files_of_another_package_are_not_taken_for_changed_ones() {
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read_to_string(workspace().join("testdata/explain/append-cap/m2.txt")).unwrap();
    let heap = "testdata/explain/append-cap/heap.pb.gz";
    for (package, reason) in [
        ("example.com/app", "slice-growth"),
        ("example.org/other/before", "not-in-log"),
        ("before", "not-in-log"),
        // Into which it may have been inlined.
        ("example.org/other", "slice-growth"),
    ] {
        let named = log.replace("./app.go:", "before/app.go:");
        let named = named.replace("# example.com/app", &format!("# {package}"));
        let file = folder.path().join("m2.txt");
        fs::write(&file, named).unwrap();
        let answer = explain(&["-e", &file.display().to_string(), heap]);
        let found = site(&answer, "example.com/app.Collect", 6);
        assert_eq!(found["reason"], reason, "{package}: {found}");
    }
}

#[test]
fn claims_on_escapes_and_advice_are_decided() {
    let folder = "testdata/advice/slice-capacity";
    let verify = |side: &str, claim: &str| {
        let log = format!("{folder}/{side}.m2.txt");
        let heap = format!("{folder}/{side}.pb.gz");
        let source = ["--source", AMOUNTS];
        run(&[
            &["verify", "--escapes", &log, &heap, "--require", claim],
            &source[..],
        ]
        .concat())
    };
    let log = format!("{folder}/before.m2.txt");
    let heap = format!("{folder}/before.pb.gz");
    let unchecked = run(&[
        "verify",
        "--escapes",
        &log,
        &heap,
        "--require",
        "advice none above 5%",
    ]);
    assert_eq!(unchecked.code, Some(3), "{}", unchecked.out);
    assert!(unchecked.out.contains("perhaps slice-capacity of 99.8%"));
    let amounts = "no escape at example.com/advice/slice-capacity.Amounts";
    for (side, claim, code, words) in [
        ("before", amounts, 1, "escapes (slice growth)"),
        ("after", amounts, 1, "escapes (returned pointer)"),
        (
            "before",
            "no escape at /BenchmarkAmounts$/",
            0,
            "nothing of it is allocated",
        ),
        (
            "before",
            "no escape at regexp.(*bitState).reset",
            3,
            "not in the log",
        ),
        ("before", "no escape at main.typo", 2, "site not found"),
        (
            "before",
            "no escape at main.typo optional",
            0,
            "not in the profiles",
        ),
        (
            "before",
            "advice none above 5%",
            1,
            "slice-capacity of 99.8%",
        ),
        ("before", "advice none above 99.9%", 0, "no advice"),
        ("before", "advice none above 5", 2, "such as 5%"),
        ("before", "no escape", 2, "expected at"),
    ] {
        let answer = verify(side, claim);
        assert_eq!(
            answer.code,
            Some(code),
            "{side}: {claim}: {}{}",
            answer.out,
            answer.err
        );
        let said = [answer.out, answer.err].concat();
        assert!(said.contains(words), "{side}: {claim}: {said}");
    }
    let heap = "testdata/advice/slice-capacity/before.pb.gz";
    let without = run(&["verify", heap, "--require", "advice none above 5%"]);
    assert_eq!(without.code, Some(2));
    assert!(
        without.err.contains("expected --escapes"),
        "{}",
        without.err
    );
}

/// What only a source would tell is no advice, and nothing is left of what nobody looked at.
#[test]
fn no_advice_without_a_source_or_a_sample_is_no_pass() {
    let folder = "testdata/advice/map-hint";
    let log = format!("{folder}/after.m2.txt");
    let heap = format!("{folder}/after.pb.gz");
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    let asked = [
        "verify",
        "-e",
        &log,
        &heap,
        "--require",
        "advice none above 5%",
    ];
    for (more, code, words) in [
        (&["--source", empty][..], 3, "the source is not at hand of"),
        (&["--focus", "nosuch"], 2, "--focus: found nothing left"),
        (&["--ignore", "."], 2, "--ignore: found nothing left"),
    ] {
        let answer = run(&[&asked[..], more].concat());
        let said = format!("{}{}", answer.out, answer.err);
        assert_eq!(answer.code, Some(code), "{more:?}: {said}");
        assert!(said.contains(words), "{more:?}: {said}");
    }
    let escape = [
        "verify",
        "-e",
        &log,
        &heap,
        "--focus",
        "nosuch",
        "--require",
        "no escape at /./",
    ];
    assert_eq!(run(&escape).code, Some(2));
}

/// A literal that is called in place, and what is inlined, allocate in functions around them.
#[test]
fn what_escapes_in_a_literal_that_is_called_in_place_escapes_in_its_function() {
    let folder = "testdata/explain/in-place";
    let (log, heap) = (format!("{folder}/m2.txt"), format!("{folder}/heap.pb.gz"));
    let verify = |name: &str, source: &[&str]| {
        let claim = format!("no escape at example.com/app.{name}");
        let asked = ["verify", "--escapes", &log, &heap, "--require", &claim];
        run(&[&asked[..], source].concat())
    };
    let source = ["--source", folder];
    for (name, code, words) in [
        ("Filled", 1, "make([]int, n) escapes (stored to the heap)"),
        ("Named", 1, "&Pair{...} escapes"),
        ("Turned", 1, "&Pair{...} escapes"),
        (
            "Kept",
            1,
            "&Pair{...} escapes (stored to the heap), inlined",
        ),
        // Where it is inlined it escapes, but not into what calls that.
        ("BenchmarkAll", 0, "nothing of it is allocated"),
    ] {
        let answer = verify(name, &source);
        assert_eq!(answer.code, Some(code), "{name}: {}", answer.out);
        assert!(answer.out.contains(words), "{name}: {}", answer.out);
    }
    // Of the lines of a literal the source tells which it is.
    for (name, code) in [("Filled", 3), ("Turned", 3), ("Kept", 1)] {
        let answer = verify(name, &[]);
        assert_eq!(answer.code, Some(code), "{name}: {}", answer.out);
    }
    let answer = explain(&["-e", &log, "--source", folder, &heap]);
    for (function, line) in [
        ("Filled.func1", 18),
        ("Named.func1", 26),
        ("Turned-range1", 35),
    ] {
        let found = site(&answer, &format!("example.com/app.{function}"), line);
        assert_eq!(found["reason"], "stored", "{function}: {found}");
    }
}

#[test]
fn github_gets_annotations_at_lines() {
    let root = workspace();
    let folder = root.join("testdata/advice/slice-capacity");
    let (log, heap) = (folder.join("before.m2.txt"), folder.join("before.pb.gz"));
    // Wherever it was built: files are named as the repository does, also where the command runs below its root.
    for (at, source) in [
        ("", AMOUNTS),
        ("examples/go", "advice/slice-capacity/before"),
    ] {
        let mut command = heapwise(&root.join(at));
        command.env("GITHUB_WORKSPACE", &root);
        command.args(["explain", "-q", "-f", "github", "--source", source, "-e"]);
        let output = command.arg(&log).arg(&heap).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        let place = format!("file={AMOUNTS}/invoice.go,line=");
        assert_eq!(out.lines().count(), 1, "{out}");
        assert!(out.starts_with(&format!("::notice {place}")), "{out}");
    }
}

/// Of the compiler's material beside profiles of the same code: nearly all bytes of the code that was compiled have a
/// reason, and the line in the source has what the reason says.
#[test]
fn the_corpus_is_explained_and_its_sources_agree() {
    let Some(corpus) = corpus("escape") else {
        return;
    };
    let mut looked = 0;
    for folder in fs::read_dir(corpus.join("escape")).unwrap() {
        let folder = folder.unwrap().path();
        let (heap, source) = (folder.join("heap.rate1.pb.gz"), folder.join("app.go"));
        if !heap.exists() || !source.exists() {
            continue;
        }
        let source = fs::read_to_string(source).unwrap();
        let lines: Vec<&str> = source.lines().collect();
        for form in FORMS {
            let log = folder.join(form).display().to_string();
            let answer = explain(&["-e", &log, &heap.display().to_string()]);
            let own = items(&answer["sites"]).iter().filter(|site| {
                site["file"]
                    .as_str()
                    .is_some_and(|file| file.ends_with("/app.go"))
            });
            let (mut all, mut matched) = (0.0, 0.0);
            for site in own {
                looked += 1;
                let bytes = value(&site["value"]);
                let reason = site["reason"].as_str().unwrap();
                all += bytes;
                if matches!(reason, "no-decision" | "not-in-log" | "ambiguous") {
                    continue;
                }
                matched += bytes;
                let line = usize::try_from(site["line"].as_i64().unwrap()).unwrap();
                let text = lines[line - 1];
                assert!(
                    agrees(reason, text),
                    "{}: {form}: {reason}: {text}",
                    folder.display()
                );
            }
            assert!(
                matched >= 0.95 * all,
                "{}: {form}: {matched} of {all}",
                folder.display()
            );
        }
    }
    assert!(looked > 20, "{looked}");
}

/// Whether a line of source may allocate for a reason.
fn agrees(reason: &str, line: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match reason {
        "slice-growth" => has(&["append("]),
        "map-growth" => has(&["map[", "] =", "]++", "] +="]),
        "string-concatenation" => has(&[" + ", "+="]),
        "string-conversion" => has(&["string(", "[]byte(", "[]rune("]),
        "string-building" => has(&["Builder", "Write", "Grow", "String", "Join", "Repeat"]),
        "interface-conversion" | "variadic" => has(&["(", "="]),
        "closure" => has(&["func"]),
        "returned" | "stored" | "passed" | "escapes" | "too-large" | "size-not-constant" => {
            has(&["make(", "new(", "&", "{", ":=", "var "])
        }
        _ => true,
    }
}

#[test]
fn the_help_of_a_stranger_is_enough() {
    let help = run(&["explain", "--help"]).out;
    for words in ["-gcflags=all=-m=2", "-json=0,DIR", "upper bound", "--build"] {
        assert!(help.contains(words), "{words}");
    }
    assert!(workspace().join("testdata/explain").exists());
}

/// A folder in which the program's file is at its place below the folder.
fn source(folder: &std::path::Path, text: &[u8]) -> String {
    let place = folder.join("advice/map-hint");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("index.go"), text).unwrap();
    folder.display().to_string()
}

const MAPS: [&str; 3] = [
    "-e",
    "testdata/advice/map-hint/before.m2.txt",
    "testdata/advice/map-hint/before.pb.gz",
];

#[test]
fn code_is_printed_under_its_line() {
    let folder = "examples/go/advice/map-hint/before";
    let answer = explain(&[&["-q", "--source", folder], &MAPS[..]].concat());
    let text = fs::read_to_string(workspace().join(folder).join("index.go")).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = 0;
    for site in items(&answer["sites"]) {
        if let Some(code) = site["code"].as_str() {
            let line = site["line"].as_u64().unwrap();
            assert_eq!(code, lines[usize::try_from(line).unwrap() - 1]);
            assert_eq!(site["code_source"], "found");
            found += 1;
        } else {
            assert_eq!(site["code_source"], "no-file", "{site}");
        }
    }
    assert_eq!(found, 2);
    let asked = ["explain", "-q", "-n4", "--source", folder];
    let text = run(&[&asked[..], &MAPS].concat()).out;
    let mut rows = text
        .lines()
        .skip_while(|line| !line.ends_with("index.go:8"));
    rows.next();
    assert_eq!(rows.next(), Some("      positions[name] = i"), "{text}");
    assert!(
        text.contains("\n  code     positions[name] = i\n"),
        "{text}"
    );
    assert!(
        text.contains("code: 1 file not found (regexp/backtrack.go)"),
        "{text}"
    );
    let without = run(&[&["explain", "-q"], &MAPS[..]].concat()).out;
    assert!(
        !without.contains("positions[") && !without.contains("code:"),
        "{without}"
    );
    let markdown = [
        &["explain", "-q", "-f", "markdown", "--source", folder],
        &MAPS[..],
    ]
    .concat();
    let markdown = run(&markdown).out;
    assert!(markdown.contains("| line | code |"), "{markdown}");
    assert!(
        markdown.contains(r"index.go:8 | positions\[name\] = i |"),
        "{markdown}"
    );
}

/// A source in which the function starts elsewhere, in which there is another one, or that is too short, is another source.
#[test]
fn code_of_another_source_is_not_shown() {
    let text = fs::read_to_string(workspace().join("examples/go/advice/map-hint/before/index.go"));
    let text = text.unwrap();
    for (changed, name) in [
        (format!("// added\n{text}"), "other-source"),
        (text.replace("Positions(", "Elsewhere("), "other-source"),
        ("package index\n".to_owned(), "other-source"),
        (text.clone(), "found"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = source(folder.path(), changed.as_bytes());
        let answer = explain(&[&["-q", "--source", &root], &MAPS[..]].concat());
        let found = site(&answer, "example.com/advice/map-hint.Positions", 8);
        assert_eq!(found["code_source"], name, "{changed}");
        let text = run(&[&["explain", "-q", "--source", &root], &MAPS[..]].concat()).out;
        let said = text.contains("of another source than the profile");
        assert_eq!(said, name == "other-source", "{text}");
    }
}

/// Files that no compiler ever read: lines without an end, what a terminal acts on, binaries; and files outside of the
/// folder, whatever the profile says.
#[test]
fn code_of_hostile_files_harms_nobody() {
    let text = fs::read_to_string(workspace().join("examples/go/advice/map-hint/before/index.go"));
    let text = text.unwrap();
    let line = "positions[name] = i";
    let folder = tempfile::tempdir().unwrap();
    let show = |text: &[u8]| {
        let root = source(folder.path(), text);
        run(&[&["explain", "-q", "--source", &root], &MAPS[..]].concat()).out
    };
    let escape = show(text.replace(line, "a\u{1b}[31mb\u{7}\r\u{9}c").as_bytes());
    let shown = escape.lines().find(|line| line.starts_with("      a"));
    assert_eq!(
        shown,
        Some("      a\u{fffd}[31mb\u{fffd}\u{fffd} c"),
        "{escape}"
    );
    let huge = show(text.replace(line, &"x".repeat(3_000_000)).as_bytes());
    assert!(huge.len() < 10_000, "{}", huge.len());
    assert!(huge.contains("xxx…"), "{huge}");
    let binary = show(&[&b"\x7fELF\0\0\n"[..], text.as_bytes()].concat());
    assert!(binary.contains("1 file not text"), "{binary}");
    assert!(!binary.contains("ELF"), "{binary}");
    let latin = show(
        &[
            &text.as_bytes()[..20],
            &b"\xff\xfe"[..],
            &text.as_bytes()[20..],
        ]
        .concat(),
    );
    assert!(!latin.is_empty());
    let nowhere = tempfile::tempdir().unwrap();
    let nowhere = nowhere.path().display().to_string();
    let server = "testdata/server/heap.pb.gz";
    let answer = explain(&["-q", "--source", &nowhere, server]);
    let mut sites = items(&answer["sites"]).iter();
    assert!(sites.all(|site| site["code"].is_null() && site["code_source"] != "found"));
}

/// The program of a pair with one line of its source mended, and its log and profile from before.
fn mended(pair: &str, (old, new): (&str, &str)) -> (tempfile::TempDir, Value, String) {
    let before = workspace().join(format!("examples/go/advice/{pair}/before"));
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("advice").join(pair);
    fs::create_dir_all(&place).unwrap();
    fs::write(
        folder.path().join("go.mod"),
        "module example.com\n\ngo 1.25\n",
    )
    .unwrap();
    let mut is_found = false;
    for entry in fs::read_dir(before).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        is_found |= text.contains(old);
        fs::write(
            place.join(path.file_name().unwrap()),
            text.replace(old, new),
        )
        .unwrap();
    }
    assert!(is_found, "{pair}: {old}");
    let root = folder.path().display().to_string();
    let log = format!("testdata/advice/{pair}/before.m2.txt");
    let heap = format!("testdata/advice/{pair}/before.pb.gz");
    let answer = explain(&["-q", "--source", &root, "-e", &log, &heap]);
    let text = run(&["explain", "-q", "--source", &root, "-e", &log, &heap]).out;
    (folder, answer, text)
}

/// Where only the line itself was mended, its function starts where the profile has it. What was advised is done.
#[test]
fn a_line_that_was_mended_gets_no_advice() {
    for (pair, old, new) in [
        (
            "split-in-turn",
            "range strings.Split(list, \",\")",
            "range strings.SplitSeq(list, \",\")",
        ),
        ("boxing", "a.stack.Push(number)", "a.stack.Push(text)"),
        (
            "format",
            "c[fmt.Sprintf(\"%d:%s\", id, region)]",
            "c[string(key(id, region))]",
        ),
        (
            "slice-capacity",
            "amounts = append(amounts, line.Count*line.Cents)",
            "amounts[i] = line.Count * line.Cents",
        ),
        (
            "moved-variable",
            "var header [24]byte",
            "clear(w.frame[:24])",
        ),
        ("return-value", "return &User{", "return User{"),
        (
            "reuse-regexp",
            "request := regexp.MustCompile(",
            "request := known(",
        ),
    ] {
        let (_folder, answer, text) = mended(pair, (old, old));
        assert!(!items(&answer["advice"]).is_empty(), "{pair}: {text}");
        assert!(!text.contains("of another source"), "{pair}: {text}");
        let (_folder, answer, text) = mended(pair, (old, new));
        let advice = items(&answer["advice"]);
        assert!(advice.is_empty(), "{pair}: {advice:?}");
        assert!(
            text.contains("file of another source than the profile"),
            "{pair}: {text}"
        );
    }
}

/// A file that ends alike is of another module where its `go.mod` says so.
#[test]
fn code_of_another_module_is_not_shown() {
    let text = fs::read_to_string(workspace().join("examples/go/advice/map-hint/before/index.go"));
    let text = text.unwrap();
    for (module, name) in [
        ("module example.com/advice\n", "found"),
        ("module example.com/advice/map-hint // of maps\n", "found"),
        ("go 1.25\n", "found"),
        ("module example.org/advice\n", "no-file"),
        ("module example.com/adv\n", "no-file"),
        ("module std\n", "no-file"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let root = source(folder.path(), text.as_bytes());
        fs::write(folder.path().join("go.mod"), module).unwrap();
        let answer = explain(&[&["-q", "--source", &root], &MAPS[..]].concat());
        let found = site(&answer, "example.com/advice/map-hint.Positions", 8);
        assert_eq!(found["code_source"], name, "{module}");
    }
}
