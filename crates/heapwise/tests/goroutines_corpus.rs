//! `heapwise goroutines` on the dumps of a corpus of real ones, beside what `go tool pprof
//! -traces` says of them and beside the texts themselves.
//!
//! The corpus is not part of the repository; see `corpus.rs`.
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use common::beside::corpus;
use common::{files, heapwise, in_parallel, workspace};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

/// Stacks, innermost function first, with how many goroutines have them.
type Counts = BTreeMap<Vec<String>, i64>;

#[test]
fn counts_by_stack_are_those_of_pprof() {
    let Some(root) = corpus("server/series") else {
        return;
    };
    let all = files(&root.join("expected"));
    let goroutines = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.contains("goroutine") && name.ends_with(".jsonl.gz") && !name.contains("debug")
    };
    let records: Vec<&PathBuf> = all.iter().filter(goroutines).collect();
    let compared = in_parallel(&records, |path| compare_with_traces(&root, path));
    let compared: usize = compared.into_iter().sum();
    println!("{compared} dumps have the counts of pprof");
    assert!(compared > 10);
}

fn compare_with_traces(root: &Path, path: &Path) -> usize {
    let mut lines = String::new();
    let file = fs::File::open(path).unwrap();
    let mut compared = 0;
    if MultiGzDecoder::new(file)
        .read_to_string(&mut lines)
        .is_err()
    {
        return 0;
    }
    for line in lines.lines() {
        let Ok(record) = serde_json::from_str::<Value>(line) else {
            continue;
        };
        let args: Vec<&str> = strings(&record["args"]);
        let files: Vec<&str> = strings(&record["files"]);
        if args != ["-symbolize=none", "-traces"] || record["exit"] != 0 || files.len() != 1 {
            continue;
        }
        let dump = root.join(files[0]);
        let stdout = record["stdout"].as_str().unwrap();
        let is_goroutine = stdout.contains("Type: goroutine");
        if !dump.exists() || !is_goroutine {
            continue;
        }
        check_stacks(&dump, &of_traces(stdout));
        compared += 1;
    }
    compared
}

/// `190   runtime.gopark` starts a stack, further functions follow.
fn of_traces(text: &str) -> Counts {
    let mut counts = Counts::new();
    for block in text.split("-----------+-----").skip(1) {
        let lines = block.lines().skip(1).filter(|line| !line.contains(":  "));
        let mut stack = Vec::new();
        let mut count = 0;
        for line in lines {
            let (value, function) = line.split_at_checked(13).unwrap_or((line, ""));
            if !value.trim().is_empty() {
                let Ok(value) = value.trim().parse() else {
                    continue;
                };
                count = value;
            }
            let function = function.trim().trim_end_matches(" (inline)");
            if !function.is_empty() {
                stack.push(folded(function));
            }
        }
        if count != 0 {
            *counts.entry(stack).or_default() += count;
        }
    }
    counts
}

fn folded(function: &str) -> String {
    match (function.find('['), function.rfind(']')) {
        (Some(open), Some(close)) => {
            format!("{}[...]{}", &function[..open], &function[close + 1..])
        }
        _ => function.to_owned(),
    }
}

/// Every stack ends in that of exactly one group, and the frames before are such as wait.
fn check_stacks(dump: &Path, expected: &Counts) {
    let answer = goroutines(&[dump.to_str().unwrap()]);
    let mut groups = Counts::new();
    for group in answer["groups"].as_array().unwrap() {
        let frames = group["stack"].as_array().unwrap().iter();
        let name = |site: &Value| site["function"].as_str().unwrap_or("").to_owned();
        let stack: Vec<String> = frames.map(name).collect();
        *groups.entry(stack).or_default() += group["count"].as_i64().unwrap();
    }
    if !expected.contains_key(&Vec::new()) {
        // pprof prints no stack that has no frames.
        groups.remove(&Vec::new());
    }
    let mut found: Counts = groups.keys().map(|stack| (stack.clone(), 0)).collect();
    for (stack, count) in expected {
        let at = (0..=stack.len()).find(|&at| groups.contains_key(&stack[at..]));
        let at = at.unwrap_or_else(|| panic!("{}: no group for {stack:?}", dump.display()));
        let waits = |function: &String| {
            ["runtime", "poll", "sync", "syscall", "time.Sleep"]
                .iter()
                .any(|word| function.contains(word))
        };
        assert!(stack[..at].iter().all(waits), "{:?}", &stack[..at]);
        *found.get_mut(&stack[at..]).unwrap() += count;
    }
    assert_eq!(found, groups, "{}", dump.display());
}

#[test]
fn counts_by_stack_are_those_of_the_text() {
    let Some(root) = corpus("server/series") else {
        return;
    };
    let texts = dumps(&root, |text| {
        let head = text.get(..200.min(text.len())).unwrap_or_default();
        head.starts_with("goroutine profile: total") || head.starts_with("goroutineleak profile:")
    });
    for (path, text) in &texts {
        check_stacks(path, &of_debug1(text));
    }
    println!(
        "{} texts with debug=1 have the counts of their records",
        texts.len()
    );
    assert!(texts.len() > 10);
}

/// `7 @ 0x45b425 ...` starts a stack, `#\t0x45b424\tmain.f+0x2e\t/a.go:1` names a frame.
fn of_debug1(text: &str) -> Counts {
    let mut counts = Counts::new();
    for block in text.split("\n\n") {
        let mut count = 0;
        let mut stack = Vec::new();
        for line in block.lines() {
            if let Some((value, _)) = line.split_once(" @") {
                count = value.parse().unwrap_or(0);
            } else if let Some(row) = line.strip_prefix("#\t0x") {
                let function = row.split('\t').nth(1).unwrap();
                stack.push(folded(function.rsplit_once("+0x").unwrap().0));
            }
        }
        if count != 0 {
            *counts.entry(stack).or_default() += count;
        }
    }
    counts
}

#[test]
fn totals_of_dumps_are_the_number_of_their_headers() {
    let Some(root) = corpus("server/series") else {
        return;
    };
    // Words may stand before it.
    let is_header = |line: &&str| {
        let rest = line.split_once("goroutine ").map(|(_, rest)| rest);
        // Number 0 is of the stacks of threads that run none.
        let rest = rest.filter(|rest| !rest.starts_with("0 "));
        let rest = rest.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        rest.is_some_and(|rest| {
            let is_state = rest.starts_with(" [") || rest.starts_with(" gp=");
            is_state && rest.trim_end().ends_with(':')
        })
    };
    let texts = dumps(&root, |text| text.lines().any(|line| is_header(&line)));
    let mut cut = 0;
    for (path, text) in &texts {
        let headers = text.lines().filter(is_header).count() as i64;
        let answer = goroutines(&[path.to_str().unwrap()]);
        let warnings = answer["warnings"].to_string();
        let is_cut = warnings.contains("\"truncated\"");
        cut += i64::from(is_cut);
        // Several dumps in one text are a series.
        let series = answer["series"].as_array();
        let totals = series.map(|all| {
            all.iter()
                .map(|point| point["total"].as_i64().unwrap())
                .sum()
        });
        let missing = headers - totals.unwrap_or(answer["total"].as_i64().unwrap());
        assert_eq!(missing, i64::from(is_cut), "{}", path.display());
    }
    println!(
        "{} dumps have the number of their headers, {cut} of them cut",
        texts.len()
    );
    assert!(texts.len() > 20);
}

#[test]
fn forms_of_one_instant_have_the_same_stacks() {
    let Some(root) = corpus("server/series") else {
        return;
    };
    let folder = root.join("server/states");
    let stacks = |name: &str| -> BTreeMap<String, i64> {
        let path = folder.join(name);
        let answer = goroutines(&[path.to_str().unwrap()]);
        let mut counts = BTreeMap::new();
        for group in answer["groups"].as_array().unwrap() {
            let frames = group["stack"].as_array().unwrap().iter();
            let is_shown = |site: &&Value| {
                let function = site["function"].as_str().unwrap();
                !function.starts_with("runtime.") && function != "panic"
            };
            let frame =
                |site: &Value| format!("{} {} {}", site["function"], site["file"], site["line"]);
            let stack: Vec<String> = frames.filter(is_shown).map(frame).collect();
            let key = format!("{} in {}", stack.join(" "), group["state"]);
            *counts.entry(key).or_default() += group["count"].as_i64().unwrap();
        }
        // The goroutine that serves the dump itself, and one that runs now and then.
        counts.retain(|key, _| {
            let is_own = key.contains("net/http") || key.contains("main.main.func18");
            !is_own && !key.contains("main.deep") && !key.starts_with(" in")
        });
        counts
    };
    let proto = stacks("go1.27.goroutine.pb.gz");
    let dump = stacks("go1.27.goroutine.debug2.txt");
    assert!(proto.len() > 20);
    assert_eq!(proto, dump);
}

#[test]
fn leaks_are_found_where_they_are_created_and_nothing_else_is() {
    let Some(root) = corpus("server/series") else {
        return;
    };
    let folder = root.join("server/series");
    let mut checked = 0;
    for (series, function, creator, verdict, pattern) in [
        (
            "chanrecv",
            "main.leakChanRecv.func1",
            "main.leakChanRecv",
            "leaked",
            "receive_nobody_sends",
        ),
        (
            "chansend",
            "main.leakChanSend.func1",
            "main.leakChanSend",
            "leaked",
            "send_nobody_receives",
        ),
        (
            "http",
            "main.fetchReport",
            "main.leakHTTP",
            "growing",
            "http_without_timeout",
        ),
        (
            "worker",
            "main.(*worker).run",
            "main.leakWorker",
            "leaked",
            "worker_without_shutdown",
        ),
        (
            "ticker",
            "main.leakTicker.func1",
            "main.leakTicker",
            "growing",
            "ticker_not_stopped",
        ),
        (
            "select",
            "main.consume",
            "main.leakSelect",
            "leaked",
            "select_without_done",
        ),
        (
            "mutex",
            "main.transfer",
            "main.leakMutex",
            "growing",
            "lock_not_released",
        ),
        (
            "wg",
            "main.leakWG.func1",
            "main.leakWG",
            "leaked",
            "wait_group_not_done",
        ),
        (
            "labelled",
            "main.leakLabelled.func1.1",
            "main.leakLabelled.func1",
            "leaked",
            "receive_nobody_sends",
        ),
    ] {
        let series = folder.join(series);
        if !series.is_dir() {
            continue;
        }
        let answer = goroutines(&[series.to_str().unwrap()]);
        let group = &answer["groups"][0];
        let own = group["stack"].as_array().unwrap().last().unwrap();
        assert_eq!(own["function"], function, "{}", series.display());
        assert_eq!(group["created_by"]["function"], creator);
        assert_eq!(group["verdict"], verdict);
        assert_eq!(group["trend"], "growing");
        assert_eq!(group["causes"][0]["pattern"], pattern);
        let alarms = raised(&answer);
        assert!(
            alarms
                .iter()
                .all(|name| name.contains("main.") || name.contains("persistConn")),
            "{alarms:?}"
        );
        // The profiles alone show it as well, and so do the first few, as a guess.
        let protos: Vec<String> = files(&series)
            .iter()
            .map(|path| path.display().to_string())
            .filter(|path| path.contains("/goroutine.") && path.ends_with(".pb.gz"))
            .collect();
        let protos: Vec<&str> = protos.iter().map(String::as_str).collect();
        let alone = goroutines(&protos);
        assert_eq!(alone["groups"][0]["verdict"], "growing");
        assert_eq!(alone["groups"][0]["tentative"], false);
        checked += 1;
    }
    for series in [
        "healthy",
        "heap",
        "plateau",
        "fluctuate",
        "steady",
        "warmup",
    ] {
        let series = folder.join(series);
        if series.is_dir() {
            let answer = goroutines(&[series.to_str().unwrap()]);
            assert_eq!(
                raised(&answer),
                Vec::<String>::new(),
                "{}",
                series.display()
            );
            checked += 1;
        }
    }
    println!("{checked} series");
    assert!(checked > 5);
}

/// The groups that a person is pointed to.
fn raised(answer: &Value) -> Vec<String> {
    let groups = answer["groups"].as_array().unwrap().iter();
    groups
        .filter(|group| !group["verdict"].is_null() || group["causes"] != Value::Array(Vec::new()))
        .map(|group| group["stack"].to_string())
        .collect()
}

fn goroutines(args: &[&str]) -> Value {
    let mut command = heapwise(&workspace());
    let output = command
        .args(["goroutines", "-q", "-f", "json"])
        .args(args)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {stderr}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Texts of the corpus that are of one sort, but for those that would take long.
fn dumps(root: &Path, wanted: impl Fn(&str) -> bool) -> Vec<(PathBuf, String)> {
    let folders = ["server", "published", "large"];
    let all = folders.iter().flat_map(|folder| files(&root.join(folder)));
    let texts = all.filter(|path| fs::metadata(path).unwrap().len() < 1 << 21);
    let read = |path: PathBuf| Some((path.clone(), String::from_utf8(fs::read(path).ok()?).ok()?));
    texts
        .filter_map(read)
        .filter(|(_, text)| wanted(text))
        .collect()
}

fn strings(value: &Value) -> Vec<&str> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}
