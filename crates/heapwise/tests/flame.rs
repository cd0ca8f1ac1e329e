//! Pages and pictures of stacks: their numbers are those of the other answers.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use common::beside::corpus;
use common::{heapwise, run, workspace};
use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};
use serde_json::Value;

const HEAP: &str = "testdata/server/heap.pb.gz";
const BEFORE: &str = "testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz";
const AFTER: &str = "testdata/beforeafter/buffer-vs-pool/after.merged.pb.gz";

fn flame(args: &[&str]) -> String {
    let answer = run(&[&["flame"], args].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    answer.out
}

/// What a page knows.
fn data(page: &str) -> Value {
    const START: &str = "<script type=\"application/json\" id=\"heapwise-data\">";
    let start = page.find(START).unwrap() + START.len();
    let end = start + page[start..].find("</script>").unwrap();
    serde_json::from_str(&page[start..end]).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn number(value: &Value) -> i128 {
    value.as_i64().unwrap().into()
}

/// By node, its parent.
fn parents(data: &Value) -> Vec<usize> {
    let mut path: Vec<usize> = Vec::new();
    let depths = list(&data["nodes"], "depth").iter().enumerate();
    depths
        .map(|(at, depth)| {
            let depth = depth.as_u64().unwrap() as usize;
            path.truncate(depth);
            let parent = path.last().copied().unwrap_or(0);
            path.push(at);
            parent
        })
        .collect()
}

/// By node, what is of it itself.
fn flats(data: &Value, values: &[Value]) -> Vec<i128> {
    let mut flats: Vec<i128> = values.iter().map(number).collect();
    for (at, parent) in parents(data).into_iter().enumerate().skip(1) {
        flats[parent] -= number(&values[at]);
    }
    flats
}

/// What every function has of its own, by its name.
fn by_function(data: &Value, index: usize) -> BTreeMap<String, i128> {
    let mut sums = BTreeMap::new();
    let cum = list(&data["values"][index], "cum");
    let functions = list(&data["nodes"], "function").iter();
    for (function, flat) in functions.zip(flats(data, cum)) {
        let Ok(function) = usize::try_from(function.as_i64().unwrap()) else {
            continue;
        };
        let name = data["functions"]["name"][function].as_str().unwrap();
        *sums.entry(name.to_owned()).or_default() += flat;
    }
    sums.retain(|_, sum| *sum != 0);
    sums
}

fn top(profile: &str, sample_type: &str) -> (i128, BTreeMap<String, i128>) {
    let index = format!("--sample_index={sample_type}");
    let answer = run(&["top", "-f", "json", &index, profile]);
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    let rows = list(&answer, "rows").iter();
    let rows = rows.map(|row| {
        let name = row["site"]["function"].as_str().unwrap_or_default();
        (name.to_owned(), number(&row["flat"]["value"]))
    });
    // What has no name is for addresses to tell.
    let rows = rows.filter(|(name, flat)| !name.is_empty() && *flat != 0);
    (number(&answer["net"]), rows.collect())
}

#[test]
fn numbers_are_those_of_top() {
    let mut profiles = vec![HEAP.to_owned(), BEFORE.to_owned()];
    if let Some(corpus) = corpus("published") {
        let folders = fs::read_dir(corpus.join("published")).unwrap();
        let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
        let mut files: Vec<String> = files
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.metadata().is_ok_and(|data| data.len() < 200_000))
            .map(|path| path.to_string_lossy().into_owned())
            .collect();
        files.sort();
        let is_read = |path: &String| run(&["top", "-f", "json", path]).code == Some(0);
        profiles.extend(files.into_iter().step_by(7).filter(is_read).take(20));
        assert!(profiles.len() > 12, "{profiles:?}");
    }
    for profile in &profiles {
        let data = data(&flame(&[
            "--nodefraction=0",
            "-n0",
            "-f",
            "html",
            "-q",
            profile,
        ]));
        assert_eq!(data["pruned"], Value::Null, "{profile}");
        for (index, sample_type) in list(&data, "types").iter().enumerate() {
            let name = sample_type["name"].as_str().unwrap();
            let (total, rows) = top(profile, name);
            let cum = list(&data["values"][index], "cum");
            assert_eq!(number(&cum[0]), total, "{profile} {name}");
            let mut functions = by_function(&data, index);
            functions.retain(|name, _| rows.contains_key(name));
            assert_eq!(functions, rows, "{profile} {name}");
        }
    }
}

#[test]
fn what_is_left_out_is_there_in_all() {
    let all = data(&flame(&["--nodefraction=0", HEAP]));
    let few = data(&flame(&["-n8", HEAP]));
    let count = |data: &Value| list(&data["nodes"], "depth").len();
    let rests: u64 = few["nodes"]["left_out"]
        .as_object()
        .unwrap()
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum();
    let places = few["nodes"]["left_out"].as_object().unwrap().len();
    assert_eq!(few["pruned"]["frames"].as_u64(), Some(rests));
    assert_eq!(count(&few) - places, 1 + 8, "the root is none of them");
    assert_eq!(count(&all), count(&few) - places + rests as usize);
    for index in 0..4 {
        let cum = |data: &Value| list(&data["values"][index], "cum").to_vec();
        assert_eq!(cum(&all)[0], cum(&few)[0]);
        let flats = flats(&few, &cum(&few));
        assert!(
            flats.iter().all(|&flat| flat >= 0),
            "a child is larger than its parent"
        );
        assert_eq!(flats.iter().sum::<i128>(), number(&cum(&all)[0]));
    }
}

#[test]
fn intervals_are_those_of_top() {
    let data = data(&flame(&["--alloc_space", HEAP]));
    let answer = run(&["top", "-f", "json", "--alloc_space", "--cum", HEAP]);
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    let index = data["type"].as_u64().unwrap() as usize;
    let values = &data["values"][index];
    let mut compared = 0;
    for (at, function) in list(&data["nodes"], "function").iter().enumerate() {
        let Ok(function) = usize::try_from(function.as_i64().unwrap()) else {
            continue;
        };
        let of_function = |&node: &&Value| node.as_i64() == Some(function as i64);
        if list(&data["nodes"], "function")
            .iter()
            .filter(of_function)
            .count()
            > 1
        {
            continue;
        }
        let name = &data["functions"]["name"][function];
        let mut rows = list(&answer, "rows").iter();
        let row = rows.find(|row| row["site"]["function"] == *name).unwrap();
        let cum = number(&values["cum"][at]);
        assert_eq!(cum, number(&row["cum"]["value"]), "{name}");
        assert_eq!(values["sampled"][at], row["cum"]["sampled"], "{name}");
        assert_eq!(
            cum - number(&values["minus"][at]),
            number(&row["cum"]["low"]),
            "{name}"
        );
        compared += 1;
    }
    assert!(compared > 10);
}

#[test]
fn a_comparison_has_the_verdicts_of_diff() {
    let args = ["--same-work", "--run-cv=5%", "-q", BEFORE, AFTER];
    let page = run(&[&["diff", "-f", "html"], &args[..]].concat());
    let data = data(&page.out);
    let answer = run(&[&["diff", "-f", "json"], &args[..]].concat());
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    let values = &data["values"][0];
    let total = &answer["total"];
    assert_eq!(
        number(&values["before"][0]),
        number(&total["before"]["value"])
    );
    assert_eq!(
        number(&values["after"][0]),
        number(&total["after"]["value"])
    );
    assert_eq!(
        (values["verdict"][0].as_u64(), total["verdict"].as_str()),
        (Some(1), Some("decreased"))
    );
    // What is coloured at the confidence of the page is what has a verdict.
    let least = 1.0 - data["confidence"].as_f64().unwrap();
    let min_change = data["min_change"].as_f64().unwrap();
    let mut judged = 0;
    for (at, verdict) in list(values, "verdict").iter().enumerate() {
        let (before, after) = (number(&values["before"][at]), number(&values["after"][at]));
        let is_sure = values["q"][at].as_f64().is_some_and(|q| q <= least);
        let is_large = (after - before).abs() as f64 >= min_change * before as f64;
        let is_change = matches!(verdict.as_u64(), Some(1..=4));
        assert_eq!(is_sure && is_large, is_change, "node {at}");
        judged += usize::from(is_change);
    }
    assert!(judged > 3);
    for values in [list(values, "before"), list(values, "after")] {
        assert!(flats(&data, values).iter().all(|&flat| flat >= 0));
    }
}

#[test]
fn a_profile_beside_itself_has_no_colour() {
    let page = run(&["diff", "-f", "html", "--same-work", "-q", BEFORE, BEFORE]);
    let data = data(&page.out);
    let verdicts = list(&data["values"][0], "verdict");
    assert!(verdicts.len() > 10);
    assert!(
        verdicts
            .iter()
            .all(|verdict| !matches!(verdict.as_u64(), Some(1..=4)))
    );
    let svg = run(&["diff", "-f", "svg", "--same-work", "-q", BEFORE, BEFORE]).out;
    assert!(svg.contains("fill=\"#e2e2e6\"") && !svg.contains("hsl("));
}

#[test]
fn work_that_is_not_known_gives_no_verdict() {
    let bench = "testdata/beforeafter/buffer-vs-pool/before.bench.txt";
    let other = "testdata/beforeafter/buffer-vs-pool/after.bench.txt";
    let runs =
        ["before", "after"].map(|side| format!("testdata/beforeafter/buffer-vs-pool/{side}"));
    let benchmarked = [
        "--before",
        &runs[0],
        "--after",
        &runs[1],
        "--before-bench",
        bench,
        "--after-bench",
        other,
    ];
    for args in [&[BEFORE, AFTER][..], &benchmarked] {
        let page = run(&[&["diff", "-f", "html", "-q"], args].concat());
        assert_eq!(page.code, Some(0), "{}", page.err);
        let data = data(&page.out);
        let values = &data["values"][0];
        let verdicts = list(values, "verdict");
        assert!(verdicts.len() > 10);
        // The total may be exact; no frame is judged.
        for (verdict, q) in verdicts.iter().zip(list(values, "q")).skip(1) {
            assert_eq!((verdict.as_u64(), q), (Some(6), &Value::Null), "{args:?}");
        }
    }
}

#[test]
fn other_viewers_read_what_is_written() {
    let (total, rows) = top(HEAP, "inuse_space");
    let speedscope: Value = serde_json::from_str(&flame(&["-f", "speedscope", HEAP])).unwrap();
    assert_eq!(
        speedscope["$schema"],
        "https://www.speedscope.app/file-format-schema.json"
    );
    let at = speedscope["activeProfileIndex"].as_u64().unwrap() as usize;
    let profile = &speedscope["profiles"][at];
    assert_eq!(
        (profile["name"].as_str(), profile["unit"].as_str()),
        (Some("inuse_space"), Some("bytes"))
    );
    assert_eq!(number(&profile["endValue"]), total);
    let mut sums: BTreeMap<String, i128> = BTreeMap::new();
    for (stack, weight) in list(profile, "samples")
        .iter()
        .zip(list(profile, "weights"))
    {
        let leaf = stack.as_array().unwrap().last().unwrap().as_u64().unwrap() as usize;
        let name = speedscope["shared"]["frames"][leaf]["name"]
            .as_str()
            .unwrap();
        *sums.entry(name.to_owned()).or_default() += number(weight);
    }
    assert_eq!(sums, rows);

    let d3: Value = serde_json::from_str(&flame(&["-f", "d3", HEAP])).unwrap();
    assert_eq!(
        (d3["name"].as_str(), number(&d3["value"])),
        (Some("all"), total)
    );
    fn adds_up(node: &Value) -> bool {
        let children = node["children"].as_array();
        let sum: i128 = children
            .into_iter()
            .flatten()
            .map(|child| number(&child["value"]))
            .sum();
        sum <= number(&node["value"]) && children.into_iter().flatten().all(adds_up)
    }
    assert!(adds_up(&d3));
}

#[test]
fn endings_tell_what_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for (name, start) in [
        ("a.html", "<!doctype html>"),
        ("a.htm", "<!doctype html>"),
        ("a.svg", "<svg "),
        ("a.json", "{\"$schema\":\"https://www.speedscope"),
        ("a", "<!doctype html>"),
    ] {
        let path = folder.path().join(name);
        let path = path.to_string_lossy();
        flame(&[HEAP, "-o", &path]);
        let text = fs::read_to_string(&*path).unwrap();
        assert!(text.starts_with(start), "{name}");
        assert_eq!(text, {
            flame(&[HEAP, "-o", &path]);
            fs::read_to_string(&*path).unwrap()
        });
    }
    for name in ["a.png", "a.csv", "a.pb.gz"] {
        let path = folder.path().join(name);
        let answer = run(&["flame", HEAP, "-o", &path.to_string_lossy()]);
        assert_eq!(answer.code, Some(2), "{name}");
        assert!(!path.exists());
    }
    let answer = run(&["top", HEAP, "-o", "x.svg"]);
    assert!(
        answer.err.contains("heapwise flame writes that"),
        "{}",
        answer.err
    );
    let answer = run(&[
        "report",
        HEAP,
        "-o",
        &folder.path().join("r.svg").to_string_lossy(),
    ]);
    assert_eq!(answer.code, Some(2));
}

#[test]
fn every_answer_with_tables_is_a_page_too() {
    let dumps = fs::read_dir(workspace().join("testdata/server/series/chanrecv")).unwrap();
    let mut dumps: Vec<String> = dumps
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .filter(|path| path.ends_with("debug2.txt"))
        .collect();
    dumps.sort();
    let goroutines: Vec<&str> = ["goroutines", "-f", "html", "-q"]
        .into_iter()
        .chain(dumps.iter().map(String::as_str))
        .collect();
    let commands: [&[&str]; 5] = [
        &goroutines,
        &["growth", "-f", "html", "-q", "testdata/growth/leak"],
        &[
            "explain",
            "-f",
            "html",
            "-q",
            "-e",
            "testdata/explain/append-cap/m2.txt",
            "testdata/explain/append-cap/heap.pb.gz",
        ],
        &[
            "verify",
            "-f",
            "html",
            "-q",
            "--after",
            HEAP,
            "--require",
            "inuse_space total <= 64MB",
        ],
        &["report", "-q", HEAP],
    ];
    for args in commands {
        let answer = run(args);
        assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
        assert!(answer.out.starts_with("<!doctype html>"), "{args:?}");
        assert!(answer.out.contains("<table class=\"data\""), "{args:?}");
        let has_chart = answer.out.contains("<svg class=\"chart\"");
        let is_series = matches!(args[0], "goroutines" | "growth");
        assert_eq!(has_chart, is_series, "{args:?}");
        let has_heat = answer.out.contains("<svg class=\"heat\"");
        assert_eq!(has_heat, is_series, "{args:?}");
    }
}

/// By node, the numbers of each moment of a series, which are told as steps.
fn moments(data: &Value) -> Vec<Vec<Value>> {
    let mut sums: Vec<i128> = vec![0; list(&data["nodes"], "depth").len()];
    let moments = list(data, "moments").iter();
    moments
        .map(|moment| {
            let steps = list(moment, "cum");
            assert_eq!(steps.len(), sums.len());
            for (sum, step) in sums.iter_mut().zip(steps) {
                *sum += number(step);
            }
            let now = sums
                .iter()
                .map(|&sum| Value::from(i64::try_from(sum).unwrap()));
            now.collect()
        })
        .collect()
}

#[test]
fn the_numbers_of_each_moment_are_those_of_top() {
    let files: Vec<String> = (0..10)
        .map(|at| format!("testdata/growth/leak/{at:02}.txt.gz"))
        .collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let options = ["-q", "-f", "html"];
    for command in ["growth", "report"] {
        let answer = run(&[&[command][..], &options, &names].concat());
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        let data = data(&answer.out);
        assert_eq!(data["mode"], "series");
        let moments = moments(&data);
        assert_eq!(moments.len(), files.len());
        for (file, cum) in files.iter().zip(&moments) {
            let (total, rows) = top(file, "inuse_space");
            assert_eq!(number(&cum[0]), total, "{file}");
            let mut one = data.clone();
            one["values"] = serde_json::json!([{ "cum": cum }]);
            assert_eq!(by_function(&one, 0), rows, "{command}: {file}");
        }
        // The picture without scripts has the same.
        let last = number(&moments[9][0]);
        let package = answer.out.split("data-name=\"main\" data-values=\"").nth(1);
        let values = package.unwrap().split('"').next().unwrap();
        let values: Vec<i128> = values.split(',').map(|one| one.parse().unwrap()).collect();
        assert_eq!(values.len(), 10);
        assert!(values[9] > last * 9 / 10 && values[9] <= last, "{values:?}");
    }
}

#[test]
fn a_report_of_dumps_says_what_goroutines_says() {
    let dump = "testdata/states/goroutine.pb.gz";
    let said = run(&["goroutines", "-q", "-f", "html", dump]);
    let report = run(&["report", "-q", dump]);
    assert_eq!(report.out, said.out);
    let data = data(&report.out);
    assert_eq!(data["mode"], "one");
    assert_eq!(data["values"][0]["cum"][0], 38);
}

#[test]
fn profiles_that_may_be_of_several_processes_are_no_series() {
    let answer = run(&["report", BEFORE, AFTER]);
    assert_eq!(data(&answer.out)["mode"], "one");
    // Two versions of one server, and one process that sampled too little to tell.
    let of = |version: &str, name: &str| format!("testdata/server/{version}/{name}.pb.gz");
    let pairs = [
        (
            [of("go1.21", "heap.gc1"), of("go1.27", "heap.later")],
            "2 processes",
        ),
        (
            [of("leak", "heap.01"), of("leak", "heap.19")],
            "blocks unchanged",
        ),
    ];
    for ([one, other], reason) in pairs {
        let answer = run(&["report", &one, &other]);
        assert_eq!(data(&answer.out)["mode"], "one", "{reason}");
        let said = "is added up, as pprof does, and not shown as a series of one process";
        assert!(answer.err.contains(said), "{}", answer.err);
        assert!(answer.err.contains(reason), "{}", answer.err);
    }
}

#[test]
fn profiles_of_one_process_that_tell_when_are_a_series() {
    let files = ["gc1", "later"].map(|at| format!("testdata/server/go1.27/heap.{at}.pb.gz"));
    let [first, last] = files.each_ref().map(String::as_str);
    for order in [[first, last], [last, first]] {
        let answer = run(&[&["report", "-q"][..], &order].concat());
        let data = data(&answer.out);
        assert_eq!(data["mode"], "series", "{}", answer.err);
        let moments = moments(&data);
        let totals = moments.iter().map(|moment| number(&moment[0]));
        let expected = [first, last].map(|file| top(file, "inuse_space").0);
        assert_eq!(totals.collect::<Vec<_>>(), expected);
    }
}

/// A page is the only script and the only style that may run in it.
#[test]
fn a_policy_names_the_script_and_the_style() {
    let page = flame(&["-f", "html", HEAP]);
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1);
    let policy = policy.unwrap().split('"').next().unwrap();
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(policy.matches("'sha256-").count(), 2, "{policy}");
}

#[test]
fn the_collector_is_drawn_over_time() {
    const LOG: &str = "testdata/gc/go1.27.3.steady.log";
    let one = run(&["gc", "-q", "-f", "html", LOG]);
    assert_eq!(one.out.matches("<svg class=\"chart\"").count(), 4);
    assert!(one.out.contains("live: 32MB -&gt; 32MB"), "{}", one.out);
    let both = [
        "gc",
        "-q",
        "-f",
        "html",
        "--before",
        "testdata/gc/go1.24.11.gctrace2.log",
        "--after",
        LOG,
    ];
    let both = run(&both);
    assert_eq!(both.code, Some(0), "{}", both.err);
    assert_eq!(both.out.matches("<svg class=\"chart\"").count(), 4);
    assert!(both.out.contains(">before, ") && both.out.contains(">after, 59"));
    assert!(!both.out.contains("NaN"));
}

/// A profile of two closures, each called by the function that it is in, of these numbers.
fn closures(numbers: [u32; 2]) -> Vec<u8> {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"samples"[..], &b"count"[..])]);
    let mut location = |name: &str| {
        let name = maker.text(name.as_bytes());
        let function = Function::new(name).with_system_name(name);
        let function = maker.add_function(function);
        maker.add_location(None, 0, &[Line::new(function, 3)], false)
    };
    let stacks = [("main.f", numbers[0]), ("main.g", numbers[1])].map(|(name, number)| {
        let leaf = location(&format!("{name}.func{number}"));
        [leaf, location(name)]
    });
    for stack in stacks {
        maker.add_sample(&stack, &[5], &[]);
    }
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    bytes
}

#[test]
fn a_closure_with_another_number_is_the_same_frame() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (old, new) = (path("old.pb"), path("new.pb"));
    fs::write(&old, closures([1, 1])).unwrap();
    fs::write(&new, closures([2, 1])).unwrap();
    let answer = run(&["diff", "-q", "-f", "html", &old, &new]);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let data = data(&answer.out);
    let names: Vec<&str> = list(&data["functions"], "name")
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"main.f.func2") && !names.contains(&"main.f.func1"),
        "{names:?}"
    );
    let older = data["functions"]["older"].as_object().unwrap();
    assert_eq!(older.len(), 1);
    assert_eq!(older.values().next().unwrap(), "main.f.func1");
    for side in ["before", "after"] {
        let values = list(&data["values"][0], side).iter().map(number);
        assert!(
            values.clone().all(|value| value == 5 || value == 10),
            "{data}"
        );
        assert_eq!(values.count(), 5);
    }
}

/// Whatever a profile calls its functions, files and labels, a page is what heapwise made it.
#[test]
fn names_are_never_markup() {
    const ATTACKS: [&str; 8] = [
        "</script><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "]]><x/>",
        "\"onmouseover=\"alert(1)",
        "\u{2028}\u{2029}\u{202e}",
        "'; alert(1); //",
        "<!--",
        "&lt;b&gt;",
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pb");
    fs::write(&path, hostile(&ATTACKS)).unwrap();
    let path = path.to_string_lossy();
    for format in ["html", "svg"] {
        let out = flame(&["-f", format, "-q", &path]);
        for attack in [
            "<script>alert",
            "<img",
            "<x/>",
            "=\"\"onmouseover",
            "\u{2028}",
            "<!--",
        ] {
            assert!(!out.contains(attack), "{format}: {attack}");
        }
    }
    let page = flame(&["-q", &path]);
    let data = data(&page);
    let names = list(&data["functions"], "name");
    assert!(names.iter().any(|name| name == ATTACKS[0]));
    let csp = page
        .find("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'")
        .unwrap();
    assert!(csp < page.find("<style>").unwrap());
    for outside in ["http://", "https://", "src=", "url("] {
        let own = page.replace("http://www.w3.org/2000/svg", "");
        let asked = own.split("id=\"heapwise-data\"").next().unwrap();
        assert!(
            !asked.contains(outside) || outside == "src=" && asked.contains("onerror"),
            "{outside}"
        );
    }
}

fn hostile(names: &[&str]) -> Vec<u8> {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"samples"[..], &b"count"[..])]);
    let stack: Vec<_> = names
        .iter()
        .map(|name| {
            let name = maker.text(name.as_bytes());
            let function = Function::new(name).with_system_name(name);
            let function = maker.add_function(function.with_filename(name));
            maker.add_location(None, 0, &[Line::new(function, 3)], false)
        })
        .collect();
    maker.add_sample(&stack, &[5], &[]);
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    bytes
}

#[test]
fn the_browser_that_is_asked_for_gets_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("a.html");
    let copied = folder.path().join("b.html");
    let browser = format!("cp -t {}", copied.parent().unwrap().join("x").display());
    fs::create_dir(folder.path().join("x")).unwrap();
    let status = heapwise(Path::new(&workspace()))
        .args(["flame", HEAP, "--open", "-o"])
        .arg(&page)
        .env("BROWSER", browser)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(
        fs::read(folder.path().join("x/a.html")).unwrap(),
        fs::read(&page).unwrap()
    );
    let answer = run(&["flame", HEAP, "--open"]);
    assert_eq!(answer.code, Some(2));
    assert!(answer.err.contains("expected -o FILE"), "{}", answer.err);
}

/// A profile of stacks, outermost first, each with what was allocated there.
fn of_stacks(stacks: &[(&[&str], i64)]) -> Vec<u8> {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"alloc_space"[..], &b"bytes"[..])]);
    let mut known = BTreeMap::new();
    for (names, value) in stacks {
        let mut stack = Vec::new();
        for &name in names.iter().rev() {
            let location = known.entry(name).or_insert_with(|| {
                let text = maker.text(name.as_bytes());
                let function = Function::new(text).with_system_name(text);
                let function = maker.add_function(function);
                maker.add_location(None, 0, &[Line::new(function, 3)], false)
            });
            stack.push(*location);
        }
        maker.add_sample(&stack, &[*value], &[]);
    }
    let mut bytes = Vec::new();
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    bytes
}

/// Of a picture, the frames as their titles with how wide they are.
fn widths(svg: &str) -> Vec<(String, f64)> {
    let frames = svg.split("<g><title>").skip(1);
    let frames = frames.map(|frame| {
        let (title, rest) = frame.split_once("</title>").unwrap();
        let width = rest.split("width=\"").nth(1).unwrap();
        let width = width.split('"').next().unwrap().parse().unwrap();
        (title.to_owned(), width)
    });
    frames.collect()
}

/// Pictures of stacks have no room for what is below zero: it is drawn without its sign, and that is said.
#[test]
fn what_is_below_zero_is_drawn_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.pb");
    let path = path.to_string_lossy();
    let mixed: &[(&[&str], i64)] = &[
        (&["main.root", "main.pos"], 1_000_000),
        (&["main.root", "main.neg"], -800_000),
        (&["main.other", "main.z"], 100_000),
    ];
    let negative: &[(&[&str], i64)] = &[
        (&["main.root", "main.neg"], -800_000),
        (&["main.z"], -200_000),
    ];
    for (stacks, above, below, frames) in
        [(mixed, 1_100_000, 800_000, 1), (negative, 0, 1_000_000, 2)]
    {
        fs::write(&*path, of_stacks(stacks)).unwrap();
        let all = f64::from(above + below);

        let answer = run(&["flame", "-f", "svg", &path]);
        assert!(
            answer.err.contains("values below zero: alloc_space -"),
            "{}",
            answer.err
        );
        assert!(
            answer.out.contains("below zero: frames are as wide"),
            "{}",
            answer.out
        );
        let widths = widths(&answer.out);
        let neg = widths
            .iter()
            .find(|(title, _)| title.starts_with("main.neg: -781.25kB"));
        let (_, width) = neg.unwrap();
        assert!(
            (width / 1200.0 - 800_000.0 / all).abs() < 0.01,
            "{widths:?}"
        );
        assert!(
            widths.iter().all(|(_, width)| *width <= 1200.0),
            "{widths:?}"
        );

        let scope: Value =
            serde_json::from_str(&flame(&["-f", "speedscope", "-q", &path])).unwrap();
        let profiles = list(&scope, "profiles").iter();
        let ends: Vec<i128> = profiles
            .clone()
            .map(|one| number(&one["endValue"]))
            .collect();
        assert_eq!(ends, [above.into(), below.into()]);
        assert!(
            profiles.last().unwrap()["name"]
                .as_str()
                .unwrap()
                .contains("below zero")
        );

        let d3: Value = serde_json::from_str(&flame(&["-f", "d3", "-q", &path])).unwrap();
        assert_eq!(number(&d3["value"]), i128::from(above + below));
        assert_eq!(number(&d3["net"]), i128::from(above - below));

        // A page draws by what it knows of each frame, and says as much of them.
        let page = run(&["flame", "-f", "html", &path]);
        let said = format!("of {frames} frame");
        assert!(page.err.contains(&said), "{}", page.err);
        assert_eq!(
            number(&data(&page.out)["types"][0]["whole"]),
            i128::from(above + below)
        );
    }
    let answer = run(&["flame", "-f", "svg", HEAP]);
    assert!(!answer.err.contains("below zero") && !answer.out.contains("below zero"));
    // Both sides of a comparison may be differences.
    fs::write(&*path, of_stacks(mixed)).unwrap();
    let answer = run(&["diff", "-q", "-f", "svg", "--same-work", &path, &path]);
    assert!(answer.out.contains("below zero"), "{}", answer.out);
    assert!(
        self::widths(&answer.out)
            .iter()
            .all(|(_, width)| *width <= 1200.0)
    );
}

#[test]
fn what_was_pruned_says_by_what() {
    let few = flame(&["-n3", "-f", "svg", HEAP]);
    assert!(
        few.contains("are drawn together: only the 3 largest are shown"),
        "{few}"
    );
    let titles = few.matches("<title>").count() - few.matches("<title>(").count();
    assert_eq!(titles, 1 + 3, "{few}");
    assert_eq!(data(&flame(&["-n3", HEAP]))["pruned"]["most"], 3);
    let large = flame(&["--nodefraction=0.1", "-f", "svg", HEAP]);
    assert!(
        large.contains("below 10% of the total are drawn together"),
        "{large}"
    );
    assert_eq!(
        data(&flame(&["--nodefraction=0.1", HEAP]))["pruned"]["most"],
        Value::Null
    );
}

/// The shares of a picture are those of `top`: of everything, whatever filters have left out, and filters are named.
#[test]
fn pictures_name_their_filters_and_shares_are_of_everything() {
    const FILTER: &str = "-focus=net/http";
    let top = run(&["top", FILTER, "-sample_index=alloc_space", HEAP]).out;
    let line = top
        .lines()
        .find(|line| line.contains("left by focus=net/http"))
        .unwrap();
    let headline = top.lines().nth(1).unwrap().split(" in ").next().unwrap();
    let whole = number(&top_json(&["-sample_index=alloc_space", HEAP])["total"]["value"]);
    for command in ["report", "flame"] {
        let page = run(&[
            command,
            FILTER,
            "-q",
            "-f",
            "html",
            "-sample_index=alloc_space",
            HEAP,
        ]);
        assert!(page.out.contains(line), "{command}");
        assert!(
            page.out.contains(&format!("<strong>{headline} in ")),
            "{command}"
        );
        assert!(
            page.out
                .contains("<h1>heap.pb.gz (left by focus=net/http)</h1>")
        );
        let data = data(&page.out);
        let shown = data["type"].as_u64().unwrap() as usize;
        assert_eq!(number(&data["types"][shown]["whole"]), whole);
        assert!(number(&data["values"][shown]["cum"][0]) < whole);
    }
    let args = [FILTER, "-q", "-sample_index=alloc_space", HEAP, "-f"];
    let svg = flame(&[&args[..], &["svg"]].concat());
    let label = headline.split(": ").nth(1).unwrap();
    assert!(
        svg.contains(&format!(" of {label}, left by focus=net/http")),
        "{svg}"
    );
    let (title, width) = widths(&svg).swap_remove(0);
    assert!(
        title.starts_with("all: ") && !title.ends_with("100%") && width > 1199.0,
        "{title}"
    );
    let scope: Value =
        serde_json::from_str(&flame(&[&args[..], &["speedscope"]].concat())).unwrap();
    assert_eq!(scope["name"], "heap.pb.gz (left by focus=net/http)");
    let d3: Value = serde_json::from_str(&flame(&[&args[..], &["d3"]].concat())).unwrap();
    assert_eq!(d3["name"], "all (left by focus=net/http)");
}

fn top_json(args: &[&str]) -> Value {
    serde_json::from_str(&run(&[&["top", "-f", "json"], args].concat()).out).unwrap()
}

/// The same files are the same profiles, named by themselves, by their folder or by a pattern.
#[test]
fn a_folder_and_a_pattern_are_the_files_that_they_stand_for() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for at in ["01", "19"] {
        let from = workspace().join(format!("testdata/server/leak/heap.{at}.pb.gz"));
        fs::copy(from, of(&format!("{at}.pb.gz"))).unwrap();
    }
    let files = [of("01.pb.gz"), of("19.pb.gz")];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let all = run(&[&["report"], &files[..]].concat());
    assert!(
        all.err.contains("is added up, as pprof does"),
        "{}",
        all.err
    );
    for name in [of(""), of("*.pb.gz")] {
        let answer = run(&["report", &name]);
        assert_eq!(answer.err, all.err, "{name}");
        assert_eq!(
            data(&answer.out)["values"],
            data(&all.out)["values"],
            "{name}"
        );
        // A page is handed on without what was said on stderr.
        assert!(answer.out.contains("is added up, as pprof does"), "{name}");
    }
    let leak = "testdata/growth/leak";
    for name in [leak.to_owned(), format!("{leak}/*.txt.gz")] {
        let answer = run(&["report", "-q", &name]);
        assert_eq!(answer.code, Some(0), "{}", answer.err);
        assert_eq!(list(&data(&answer.out), "moments").len(), 10, "{name}");
    }
    let dumps = "testdata/server/series/chanrecv";
    let said = run(&["goroutines", "-q", "-f", "html", dumps]);
    let report = run(&["report", "-q", dumps]);
    assert_eq!((report.code, report.err), (Some(0), String::new()));
    assert_eq!(report.out, said.out);
    // What is no profile is passed over in a folder, which is said, and told of where it is named.
    fs::write(of("notes.txt"), "nothing").unwrap();
    let said = run(&["report", &of("")]).err;
    assert!(
        said.starts_with(&all.err) && said.lines().count() == 2,
        "{said}"
    );
    let passed = "1 file in folders passed over (not named as profiles are): ";
    assert!(
        said.contains(passed) && said.ends_with("notes.txt\n"),
        "{said}"
    );
    assert_eq!(
        run(&["report", &of("01.pb.gz"), &of("notes.txt")]).code,
        Some(2)
    );
}

#[test]
fn a_table_has_the_rows_that_were_asked_for() {
    let rows = |args: &[&str]| {
        let page = run(&[&["report", "-q", "-sample_index=alloc_space", HEAP], args].concat());
        assert_eq!(page.code, Some(0), "{}", page.err);
        page.out.matches("<tr><td").count()
    };
    let shown = |args: &[&str]| {
        let all = [&["-sample_index=alloc_space", HEAP], args].concat();
        list(&top_json(&all), "rows").len()
    };
    assert_eq!(rows(&["-n", "3"]), 3);
    assert_eq!(rows(&["-n", "0", "--nodefraction=0"]), shown(&[]));
    let large = shown(&["--nodefraction=0.1"]);
    assert!(large > 2 && large < shown(&[]));
    assert_eq!(rows(&["--nodefraction=0.1"]), large);
    let dump = "testdata/states/goroutine.pb.gz";
    for count in ["-n2", "-n0"] {
        let tables = |args: &[&str]| run(args).out.matches("<tr><td").count();
        let report = tables(&["report", "-q", count, dump]);
        assert_eq!(
            report,
            tables(&["goroutines", "-q", "-f", "html", count, dump]),
            "{count}"
        );
    }
}

#[test]
fn a_comparison_names_its_filters() {
    let args = [
        "diff",
        "-focus=main",
        "--same-work",
        "-q",
        BEFORE,
        AFTER,
        "-f",
    ];
    let of = |format: &str| run(&[&args[..], &[format]].concat()).out;
    for format in ["text", "markdown", "html", "svg"] {
        assert!(of(format).contains("left by focus=main"), "{format}");
    }
    let json: Value = serde_json::from_str(&of("json")).unwrap();
    assert_eq!(json["filters"], serde_json::json!(["focus=main"]));
    let plain = run(&["diff", "--same-work", "-q", BEFORE, AFTER]).out;
    assert!(!plain.contains("left by"), "{plain}");
}

/// Where more are judged together each is judged more strictly, which a page says of its graph and of its table.
#[test]
fn a_page_says_among_how_many_its_frames_and_its_rows_are_judged() {
    let args = ["diff", "--same-work", "--run-cv=5%", "-q", BEFORE, AFTER];
    let json = run(&[&args[..], &["-f", "json"]].concat());
    let json: Value = serde_json::from_str(&json.out).unwrap();
    let page = data(&run(&[&args[..], &["-f", "html"]].concat()).out);
    let (frames, sites) = (
        page["judged"]["frames"].as_u64().unwrap(),
        number(&json["judged"]),
    );
    assert!(frames > sites as u64, "{page}");
    assert_eq!(page["judged"]["sites"], format!("{sites} functions"));
    let svg = run(&[&args[..], &["-f", "svg"]].concat()).out;
    let said = format!(
        "each is judged among {frames} frames, and in the table of diff among {sites} functions"
    );
    assert!(svg.contains(&said), "{svg}");
    // Without verdicts there is nothing to say.
    let page = data(&run(&["diff", "-q", "-f", "html", BEFORE, AFTER]).out);
    assert_eq!(page["judged"], Value::Null);
}
