//! Series of bundles: whole or not there, resumable, bounded, and taken by every command.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "runs the command against servers of its own, and reads what it wrote"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::pod::{Mood, Pod};
use common::server::{Reply, Server};
use common::{heapwise, workspace};
use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};
use serde_json::Value;

/// Nothing here takes as long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the command, and ends it where it does not end by itself.
fn collect(args: &[&str]) -> Output {
    let bound = format!("--for={}s", PATIENCE.as_secs());
    let bound: &[&str] = match args.iter().any(|arg| arg.starts_with("--for")) {
        true => &[],
        false => &[&bound],
    };
    let mut command = heapwise(&workspace());
    let command = command.arg("collect").args(bound).args(args);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The summary of a series that ended with this code.
#[track_caller]
fn summary(code: i32, args: &[&str]) -> Value {
    let output = collect(&[&["-q", "-f", "json"], args].concat());
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The folders that are to be seen, in order.
fn bundles(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = paths.filter(|path| !is_hidden(path)).collect();
    paths.sort();
    paths
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap();
    name.to_string_lossy().starts_with('.')
}

fn record(bundle: &Path) -> Value {
    let bytes = fs::read(bundle.join("bundle.json")).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

/// Every bundle holds what it says, and nothing else; of each the parts that are missing.
fn checked(folder: &Path) -> Vec<Vec<String>> {
    let mut missing = Vec::new();
    for bundle in bundles(folder) {
        let record = record(&bundle);
        let mut files = vec!["bundle.json".to_owned()];
        let mut lacking = Vec::new();
        for part in record["parts"].as_array().unwrap() {
            let file = part["file"].as_str().unwrap().to_owned();
            match part["status"].as_str().unwrap() {
                "whole" => {
                    let size = fs::metadata(bundle.join(&file)).unwrap().len();
                    assert_eq!(part["bytes"], size, "{bundle:?} {file}");
                    files.push(file);
                }
                "failed" => {
                    assert!(part["reason"].is_string());
                    lacking.push(file);
                }
                other => assert!(matches!(other, "left_out" | "not_served"), "{other}"),
            }
        }
        files.sort();
        let there: Vec<String> = bundles(&bundle)
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(there, files, "{bundle:?}");
        missing.push(lacking);
    }
    missing
}

/// What was begun and is not there.
fn unfinished(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names
        .filter(|name| {
            let name = name.to_string_lossy();
            name.starts_with(".part-") || name.starts_with(".gone-")
        })
        .count()
}

fn numbers(folder: &Path) -> Vec<u64> {
    let records = bundles(folder);
    let records = records.iter().map(|bundle| record(bundle));
    records.map(|one| one["number"].as_u64().unwrap()).collect()
}

fn is_same(a: &Path, b: &str) -> bool {
    fs::read(a).unwrap() == fs::read(workspace().join(b)).unwrap()
}

#[test]
fn a_server_that_fails_one_request_in_five_loses_nothing() {
    let (pod, folder) = (Pod::start(Mood::Flaky, 4), tempfile::tempdir().unwrap());
    let out = folder.path().to_str().unwrap();
    let series = ["--every=20ms", "--count=20", "--out", out];
    let summary = summary(0, &[&series[..], &[&pod.url()]].concat());
    assert_eq!(summary["whole"], true);
    assert_eq!(summary["bundles"].as_array().unwrap().len(), 20);
    let missing = checked(folder.path());
    assert_eq!(missing.len(), 20);
    assert!(missing.iter().all(Vec::is_empty));
    assert_eq!(numbers(folder.path()), (1..=20).collect::<Vec<u64>>());
    assert_eq!(unfinished(folder.path()), 0);
    let mut tries = 0;
    for bundle in bundles(folder.path()) {
        assert!(is_same(
            &bundle.join("heap.pb.gz"),
            "testdata/server/heap.pb.gz"
        ));
        for part in record(&bundle)["parts"].as_array().unwrap() {
            tries += part["tries"].as_u64().unwrap();
            assert_eq!(part["tries"] == 2, part["reason"].is_string(), "{part}");
        }
    }
    assert!(tries > 100, "{tries}");
}

#[test]
fn what_is_missing_is_said_and_costs_no_bundle() {
    let (pod, folder) = (
        Pod::start(Mood::FlakyTwice, 4),
        tempfile::tempdir().unwrap(),
    );
    let out = folder.path().to_str().unwrap();
    let series = ["--every=20ms", "--count=20", "--out", out];
    let summary = summary(3, &[&series[..], &[&pod.url()]].concat());
    assert_eq!(summary["whole"], false);
    let missing = checked(folder.path());
    assert_eq!(missing.len(), 20);
    let lacking = missing.iter().filter(|files| !files.is_empty()).count();
    assert!((5..20).contains(&lacking), "{lacking}");
    let said = summary["bundles"].as_array().unwrap().iter();
    let said = said.map(|bundle| {
        let parts = bundle["missing"].as_array().unwrap().iter();
        parts
            .map(|part| part["file"].as_str().unwrap().to_owned())
            .collect::<Vec<String>>()
    });
    assert_eq!(said.collect::<Vec<_>>(), missing);
    let again = ["--every=20ms", "--count=21", "--out", out];
    let output = collect(&[&again[..], &[&pod.url()]].concat());
    let printed = text(&output.stdout);
    assert!(
        printed.contains(": 1 bundle of http://127.0.0.1:"),
        "{printed}"
    );
    assert!(
        printed.contains("; 20 bundles of earlier runs were there"),
        "{printed}"
    );
}

fn started(args: &[&str]) -> Child {
    let mut command = heapwise(&workspace());
    command.arg("collect").args(args);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn wait_for(what: impl Fn() -> bool) {
    let start = Instant::now();
    while !what() {
        assert!(start.elapsed() < PATIENCE, "nothing came");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn what_is_killed_goes_on_with_nothing_lost_and_nothing_twice() {
    let (pod, folder) = (Pod::start(Mood::Flaky, 4), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().to_str().unwrap(), pod.url());
    let args = ["--every=20ms", "--count=20", "--out", out, &url];
    let mut kept = Vec::new();
    for round in 1..=3 {
        let mut child = started(&args);
        // Somewhere within a bundle.
        wait_for(|| bundles(folder.path()).len() >= round * 4 && unfinished(folder.path()) == 1);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = bundles(folder.path());
        assert!(now.starts_with(&kept));
        checked(folder.path());
        kept = now;
    }
    let summary = summary(0, &args);
    assert_eq!(summary["bundles_of_earlier_runs"], kept.len());
    assert_eq!(
        summary["bundles"].as_array().unwrap().len() + kept.len(),
        20
    );
    assert_eq!(numbers(folder.path()), (1..=20).collect::<Vec<u64>>());
    assert_eq!(unfinished(folder.path()), 0);
    checked(folder.path());
    assert!(bundles(folder.path()).starts_with(&kept));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_series_in_order() {
    use rustix::process::{Pid, Signal, kill_process};
    let (pod, folder) = (Pod::start(Mood::Well, 4), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().to_str().unwrap(), pod.url());
    for (signal, every) in [(Signal::INT, "1h"), (Signal::TERM, "20ms")] {
        let count = bundles(folder.path()).len();
        // A series that goes on keeps its beat: an hour from the last bundle.
        let child = started(&["--every", every, "--out", out, &url]);
        wait_for(|| bundles(folder.path()).len() > count);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        let printed = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{printed}");
        assert!(printed.contains("all whole"), "{printed}");
        assert!(printed.contains("; ended by a signal"), "{printed}");
        assert_eq!(unfinished(folder.path()), 0);
        checked(folder.path());
    }
}

#[test]
fn one_series_is_written_by_one_process() {
    let (pod, folder) = (Pod::start(Mood::Well, 4), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().to_str().unwrap(), pod.url());
    let mut child = started(&["--every=1h", "--out", out, &url]);
    wait_for(|| bundles(folder.path()).len() == 1);
    let second = collect(&["--count=2", "--out", out, &url]);
    let error = text(&second.stderr);
    assert_eq!(second.status.code(), Some(2));
    let expected = format!(
        "another collect that writes into it (process {})",
        child.id()
    );
    assert!(error.contains(&expected), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(bundles(folder.path()).len(), 1);
}

#[test]
fn what_cannot_be_is_said_at_once() {
    let (pod, folder) = (Pod::start(Mood::Well, 4), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().join("series"), pod.url());
    let out = out.to_str().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "text").unwrap();
    let below = file.join("series");
    let (file, below) = (file.to_str().unwrap(), below.to_str().unwrap());
    let closed = Server::start(|_| Reply::page("")).port;
    let closed = format!("127.0.0.1:{closed}");
    let page = format!("{url}/debug/pprof/heap?gc=1");
    for (args, expected) in [
        (
            vec!["--out", out, "testdata/gc"],
            "found no URL, expected a server",
        ),
        (
            vec!["--out", out, &page],
            "found a page, expected the server",
        ),
        (
            vec!["--out", out, "http://127.0.0.1:1/other"],
            "found a page",
        ),
        (vec!["--out", file, &url], "exists"),
        (vec!["--out", below, &url], "irectory"),
        (
            vec!["--out", out, &closed, "--timeout=5"],
            "onnection refused",
        ),
        (
            vec!["--out", out, &url, "--seconds=5"],
            "--seconds: found with collect",
        ),
        (
            vec!["--out", out, &url, "--save=x"],
            "--save: found with collect",
        ),
        (vec!["--out", out, &url, "--every=30"], "a time such as 30s"),
        (
            vec!["--out", out, &url, "--trigger=rss > 5"],
            "without --pid",
        ),
        (
            vec!["--out", out, &url, "--trigger=much"],
            "'inuse_space > 2GiB'",
        ),
        (vec!["--out", out, &url, "--pid=4000000000"], "--pid"),
        (
            vec!["--out", out, "http://example.com", "--pid=1"],
            "on another host, example.com",
        ),
        (vec![&url], "--out <DIR>"),
    ] {
        let output = collect(&args);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(expected), "{args:?}: {error}");
        assert!(error.starts_with("heapwise: "), "{args:?}: {error}");
    }
    assert!(!Path::new(out).exists() || bundles(Path::new(out)).is_empty());
    // Another program has a series of its own.
    let other = Pod::start(Mood::Well, 4);
    assert!(collect(&["--count=1", "--out", out, &url]).status.success());
    let output = collect(&["--count=2", "--out", out, &other.url()]);
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.contains("expected a folder of its own for"),
        "{error}"
    );
}

#[test]
fn a_server_that_goes_away_ends_no_series() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let pod = Pod::start(Mood::Well, 4);
    let url = pod.url();
    assert!(collect(&["--count=1", "--out", out, &url]).status.success());
    drop(pod);
    let args = [
        "--every=20ms",
        "--for=300ms",
        "--timeout=5",
        "--out",
        out,
        &url,
    ];
    let output = collect(&args);
    let (printed, error) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(printed.contains("nothing: "), "{printed}");
    assert!(printed.contains("nothing could be fetched"), "{printed}");
    assert!(error.contains("refused"), "{error}");
    assert_eq!(numbers(folder.path()), [1]);
    assert_eq!(unfinished(folder.path()), 0);
}

#[test]
fn a_server_that_answers_no_more_ends_a_series_of_a_number_of_bundles() {
    for (status, kind, body) in [
        (401, "text/plain", "who are you"),
        (200, "text/html", "<html><title>Log in</title></html>"),
        (204, "text/plain", ""),
        (503, "text/plain", "later"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let asked = AtomicUsize::new(0);
        let heap = fs::read(workspace().join("testdata/gc/steady/000.txt")).unwrap();
        // One bundle, of one page.
        let server = Server::start(move |request| {
            let is_heap = request.page == "/debug/pprof/heap?debug=1";
            match asked.fetch_add(usize::from(is_heap), Ordering::SeqCst) {
                0 if is_heap => Reply::with(200, "text/plain", heap.clone()),
                _ => Reply::with(status, kind, body),
            }
        });
        let url = format!("http://127.0.0.1:{}", server.port);
        let output = collect(&["--every=5ms", "--count=3", "--out", out, &url]);
        let (printed, error) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(2), "{status}: {printed}{error}");
        assert_eq!(printed.matches("nothing: ").count(), 10, "{printed}");
        assert!(error.contains("1 bundle taken before"), "{error}");
        assert!(error.contains("nothing came 10 times in a row"), "{error}");
        assert_eq!(numbers(folder.path()), [1]);
    }
}

#[test]
fn a_condition_takes_a_bundle_when_it_becomes_true() {
    // 10, 120, 130, 90, 150, 10, ... goroutines.
    let (pod, folder) = (Pod::start(Mood::Well, 1), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().to_str().unwrap(), pod.url());
    let trigger = "--trigger=goroutines > 100";
    let series = ["--every=20ms", "--for=1s", "--out", out, trigger, &url];
    summary(0, &series);
    let all = bundles(folder.path());
    // A bundle's own heap text counts as a look: 120, then 90, then 150 are seen, or 150 is not.
    assert!((1..=2).contains(&all.len()), "{all:?}");
    let first = record(&all[0]);
    assert_eq!(first["triggers"][0]["condition"], "goroutines > 100");
    assert_eq!(first["triggers"][0]["value"], 120);
    assert!(pod.texts.load(Ordering::SeqCst) > 5);
    // The resident bytes of a process on this machine.
    let pid = format!("--pid={}", std::process::id());
    for trigger in [
        "--trigger=rss > 1kB",
        "--trigger=rss > 0%",
        "--trigger=inuse_space > 1",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let series = [
            "--every=20ms",
            "--count=1",
            "--out",
            out,
            trigger,
            &pid,
            &url,
        ];
        summary(0, &series);
        let record = record(&bundles(folder.path())[0]);
        assert_eq!(record["process"]["pid"], std::process::id());
        assert!(record["process"]["rss"].as_u64().unwrap() > 1000);
    }
    let never = [
        "--every=20ms",
        "--for=200ms",
        "--out",
        out,
        "--trigger=rss > 100TB",
        &pid,
        &url,
    ];
    let output = collect(&never);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_condition_of_which_no_bundle_came_counts_again() {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |request| match request.page.as_str() {
        "/debug/pprof/goroutine?debug=1" => Reply::page("goroutine profile: total 900\n"),
        // The first bundle is one of nothing: each of its pages fails twice.
        _ if count.fetch_add(1, Ordering::SeqCst) < 8 => Reply::refused(500, "out of luck"),
        "/debug/pprof/goroutine" => Reply::page(
            fs::read(workspace().join("testdata/server/series/chanrecv/goroutine.13.pb.gz"))
                .unwrap(),
        ),
        _ => Reply::refused(500, "out of luck"),
    });
    let folder = tempfile::tempdir().unwrap();
    let (out, url) = (folder.path().to_str().unwrap(), server.url(""));
    let trigger = "--trigger=goroutines > 100";
    let series = ["--every=20ms", "--count=1", "--out", out, trigger, &url];
    let summary = summary(3, &series);
    assert_eq!(summary["beats_without_bundle"], 1);
    assert_eq!(bundles(folder.path()).len(), 1);
}

#[test]
fn only_the_newest_bundles_stay_and_nothing_of_others_goes() {
    let (pod, folder) = (Pod::start(Mood::Well, 1), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().to_str().unwrap(), pod.url());
    collect(&["--every=20ms", "--count=2", "--out", out, &url]);
    let first = bundles(folder.path())[0].clone();
    fs::write(first.join("notes.txt"), "mine").unwrap();
    fs::write(folder.path().join("mine.txt"), "mine").unwrap();
    let kept = summary(
        0,
        &["--every=20ms", "--count=7", "--keep=3", "--out", out, &url],
    );
    assert_eq!(kept["bundles_removed"], 3);
    assert_eq!(fs::read(first.join("notes.txt")).unwrap(), b"mine");
    let mine = folder.path().join("mine.txt");
    fs::remove_file(mine).unwrap();
    assert_eq!(numbers(folder.path()), [1, 5, 6, 7]);
    // The numbers go on, though bundles are gone.
    let more = summary(
        0,
        &[
            "--every=20ms",
            "--count=9",
            "--keep-bytes=1",
            "--out",
            out,
            &url,
        ],
    );
    assert_eq!(more["bundles"].as_array().unwrap().len(), 2);
    assert_eq!(numbers(folder.path()), [1, 9]);
    assert_eq!(unfinished(folder.path()), 0);
}

/// As `kubectl proxy` serves a pod, and a mux below a path.
#[test]
fn pages_behind_a_path_are_found_there() {
    let (pod, folder) = (Pod::start(Mood::Well, 4), tempfile::tempdir().unwrap());
    let out = folder.path().to_str().unwrap();
    let path = "/api/v1/namespaces/shop/pods/cart-0:6060/proxy/debug/pprof/";
    let url = pod.server.url(path);
    summary(0, &["--count=1", "--out", out, &url]);
    let record = record(&bundles(folder.path())[0]);
    let mut parts = record["parts"].as_array().unwrap().iter();
    assert!(parts.all(|part| part["status"] == "whole"));
    assert_eq!(record["target"], url);
}

#[test]
fn no_bundle_tells_who_asked() {
    let (pod, folder) = (Pod::start(Mood::Well, 4), tempfile::tempdir().unwrap());
    let out = folder.path().to_str().unwrap();
    let url = format!("http://someone:hunter2@127.0.0.1:{}", pod.server.port);
    let header = "--header=X-Token: hunter3";
    let output = collect(&["--every=20ms", "--count=2", "--out", out, header, &url]);
    assert_eq!(output.status.code(), Some(0));
    let printed = text(&[output.stdout, output.stderr].concat());
    assert!(!printed.contains("hunter"), "{printed}");
    for file in common::files(folder.path()) {
        let bytes = fs::read(&file).unwrap();
        assert!(!text(&bytes).contains("hunter"), "{file:?}");
    }
}

#[test]
fn what_is_asked_for_is_what_comes() {
    let pod = Pod::start(Mood::Well, 4);
    let parts = |args: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().to_str().unwrap();
        let url = pod.url();
        summary(0, &[&["--count=1", "--out", out, &url], args].concat());
        let record = record(&bundles(folder.path())[0]);
        checked(folder.path());
        let parts = record["parts"].as_array().unwrap().iter();
        let parts = parts.map(|part| {
            let word = |name: &str| part[name].as_str().unwrap_or_default().to_owned();
            (word("file"), word("status"))
        });
        (parts.collect::<Vec<_>>(), record["forced"].clone())
    };
    let (plain, forced) = parts(&[]);
    let files: Vec<&str> = plain.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(
        files,
        [
            "heap.debug1.txt",
            "heap.pb.gz",
            "expvar.json",
            "goroutine.pb.gz",
            "goroutine.debug2.txt"
        ]
    );
    assert!(plain.iter().all(|(_, status)| status == "whole"));
    assert_eq!(forced, serde_json::json!({"heap": false, "leaks": false}));
    let (leaks, forced) = parts(&["--leaks", "--gc"]);
    assert_eq!(leaks[5], ("goroutineleak.pb.gz".into(), "whole".into()));
    assert_eq!(forced, serde_json::json!({"heap": true, "leaks": true}));
    let (few, _) = parts(&["--max-goroutines=1"]);
    assert_eq!(few[4], ("goroutine.debug2.txt".into(), "left_out".into()));
}

#[test]
fn a_server_without_variables_and_leaks_is_whole() {
    let heap = fs::read(workspace().join("testdata/server/heap.pb.gz")).unwrap();
    let steady = fs::read(workspace().join("testdata/gc/steady/000.txt")).unwrap();
    let dump = "testdata/server/series/chanrecv/goroutine.13";
    let read = |end: &str| fs::read(workspace().join(format!("{dump}{end}"))).unwrap();
    let (profile, texts) = (read(".pb.gz"), read(".debug2.txt"));
    let server = Server::start(move |request| match request.page.as_str() {
        "/debug/pprof/heap?debug=1" => Reply::page(steady.clone()),
        "/debug/pprof/heap" => Reply::page(heap.clone()),
        "/debug/pprof/goroutine" => Reply::page(profile.clone()),
        "/debug/pprof/goroutine?debug=2" => Reply::page(texts.clone()),
        "/debug/vars" => Reply::with(200, "text/html", "<html>an app of one page</html>"),
        _ => Reply::refused(404, "Unknown profile"),
    });
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    summary(0, &["--count=1", "--leaks", "--out", out, &server.url("")]);
    let record = record(&bundles(folder.path())[0]);
    assert_eq!(record["parts"][2]["status"], "not_served");
    assert_eq!(record["parts"][5]["status"], "not_served");
}

/// A series of six bundles of three collections, and what commands print of it.
struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Kept {
        let (pod, folder) = (Pod::start(Mood::Well, 2), tempfile::tempdir().unwrap());
        let out = folder.path().to_str().unwrap();
        let series = ["--every=20ms", "--count=6", "--out", out];
        summary(0, &[&series[..], &[&pod.url()]].concat());
        Kept { folder }
    }

    /// What a command prints of the series, with its folder as SERIES, its newest bundle as NEWEST and others as
    /// BUNDLE.
    #[track_caller]
    fn run(&self, words: &str) -> (String, String) {
        let path = self.folder.path().to_str().unwrap();
        let all = bundles(self.folder.path());
        let newest = all.last().unwrap().to_str().unwrap();
        let words = words.split_whitespace().map(|word| {
            let word = word.replace("SERIES", path).replace("NEWEST", newest);
            word.replace('_', " ").replace("inuse space", "inuse_space")
        });
        let output = heapwise(&workspace()).args(words).output().unwrap();
        let (mut out, mut err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "{err}");
        for (at, bundle) in all.iter().enumerate().rev() {
            let name = match at + 1 == all.len() {
                true => "NEWEST".to_owned(),
                false => format!("BUNDLE{at}"),
            };
            for printed in [&mut out, &mut err] {
                *printed = printed.replace(bundle.to_str().unwrap(), &name);
            }
        }
        (out.replace(path, "SERIES"), err.replace(path, "SERIES"))
    }
}

#[test]
fn commands_of_one_moment_take_the_newest_bundle_and_say_so() {
    let kept = Kept::new();
    for command in [
        "top",
        "tree",
        "peek .",
        "traces",
        "tags",
        "list main",
        "raw",
        "comments",
        "info",
        "convert --to=folded",
    ] {
        let (of_series, said) = kept.run(&format!("{command} SERIES"));
        let (of_file, nothing) = kept.run(&format!("{command} NEWEST/heap.pb.gz"));
        assert_eq!(of_series, of_file, "{command}");
        assert!(
            said.contains("SERIES: the newest of 6 bundles, 2"),
            "{command}: {said}"
        );
        assert!(!nothing.contains("newest"), "{nothing}");
        // A bundle is a series of one: nothing was chosen.
        let (of_bundle, said) = kept.run(&format!("{command} NEWEST"));
        assert_eq!(of_bundle, of_file, "{command}");
        assert!(!said.contains("newest"), "{said}");
        let (_, quiet) = match command.starts_with("comments") {
            true => (String::new(), String::new()),
            false => kept.run(&format!("{command} -q SERIES")),
        };
        assert!(!quiet.contains("newest"), "{quiet}");
    }
    let (base, _) = kept.run("top --base SERIES NEWEST/heap.pb.gz");
    let (file, _) = kept.run("top --base NEWEST/heap.pb.gz NEWEST/heap.pb.gz");
    assert_eq!(base, file);
    let (_, said) = kept.run("convert --memory-space -o /dev/null SERIES");
    assert!(said.contains("the newest of 6"), "{said}");
}

/// As whoever copies a series in part has it.
#[test]
fn what_a_series_lacks_is_said_and_holds_no_gate_open() {
    let kept = Kept::new();
    let path = kept.folder.path().to_str().unwrap();
    let gates = |code: i32, names: &str| {
        for words in [
            "--goroutines NAMES --require|goroutines total <= 100000",
            "--after NAMES --require|inuse_space total <= 100GB",
            "--gc NAMES --require|gc pause_max <= 1000s",
        ] {
            let (words, claim) = words.split_once('|').unwrap();
            let words = words.split(' ').map(|word| word.replace("NAMES", names));
            let mut command = heapwise(&workspace());
            let output = command.arg("verify").args(words).arg(claim).output();
            let output = output.unwrap();
            let error = text(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{claim}: {error}");
            if code == 2 {
                assert!(error.contains("copy all of it"), "{claim}: {error}");
            }
        }
    };
    gates(0, path);
    let all = bundles(kept.folder.path());
    for file in ["heap.debug1.txt", "goroutine.debug2.txt"] {
        fs::write(all[4].join(file), "").unwrap();
    }
    let (_, said) = kept.run("goroutines -n1 SERIES");
    let empty = "goroutine.debug2.txt: found 0 bytes, where bundle.json says ";
    assert!(said.contains(empty), "{said}");
    fs::remove_file(all[1].join("bundle.json")).unwrap();
    fs::remove_file(all[2].join("bundle.json")).unwrap();
    for command in [
        "top",
        "growth",
        "goroutines",
        "gc",
        "merge --to=folded",
        "info",
    ] {
        let output = heapwise(&workspace())
            .args(command.split(' '))
            .arg(path)
            .output()
            .unwrap();
        let error = text(&output.stderr);
        let lack = "warning: SERIES: 2 of 6 bundles lack bundle.json and are left out";
        assert!(
            error.replace(path, "SERIES").contains(lack),
            "{command}: {error}"
        );
    }
    gates(2, path);
    // What is whole can be given by itself.
    gates(0, all[0].to_str().unwrap());
    fs::remove_file(all[5].join("bundle.json")).unwrap();
    gates(2, path);
}

#[test]
fn sides_take_all_bundles_but_those_of_the_same_collection() {
    let kept = Kept::new();
    let texts = "BUNDLE0/heap.debug1.txt BUNDLE2/heap.debug1.txt BUNDLE4/heap.debug1.txt";
    let all = bundles(kept.folder.path());
    let named = texts.split(' ').map(|word| {
        let (bundle, file) = word.split_once('/').unwrap();
        let at: usize = bundle.strip_prefix("BUNDLE").unwrap().parse().unwrap();
        all[at].join(file).display().to_string()
    });
    let named = named.collect::<Vec<String>>().join(" ");
    let (of_series, said) = kept.run("merge --to=folded SERIES");
    // The folder has no blanks or underscores that the test's own words would change.
    let output = heapwise(&workspace())
        .args(["merge", "--to=folded"])
        .args(named.split(' '))
        .output()
        .unwrap();
    assert_eq!(of_series, text(&output.stdout));
    assert!(said.contains("left out 3 of 6 bundles"), "{said}");
    let (out, said) = kept.run("diff -f json -inuse_space --before SERIES --after NEWEST");
    let document: Value = serde_json::from_str(&out).unwrap();
    let inputs = document["inputs"].as_array().unwrap().iter();
    let paths: Vec<&str> = inputs.map(|one| one["path"].as_str().unwrap()).collect();
    let expected: Vec<&str> = texts.split(' ').chain(["NEWEST/heap.debug1.txt"]).collect();
    assert_eq!(paths, expected);
    assert!(
        said.contains("3 snapshots of one process are no runs"),
        "{said}"
    );
    let (out, _) = kept.run("verify -q --require=inuse_space_total_<=_9GB SERIES");
    assert!(out.starts_with("pass"), "{out}");
}

#[test]
fn collectors_and_goroutines_are_read_of_all_bundles() {
    let kept = Kept::new();
    let (out, _) = kept.run("gc -f json SERIES");
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["inputs"].as_array().unwrap().len(), 6);
    assert_eq!(document["processes"].as_array().unwrap().len(), 1);
    let (out, _) = kept.run("tune -f json --ran-gogc=400 SERIES");
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["inputs"].as_array().unwrap().len(), 6);
    let (out, _) = kept.run("goroutines -f json SERIES");
    let document: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["series"].as_array().unwrap().len(), 6, "{out}");
    let (out, _) = kept.run("verify -q --goroutines SERIES --require=goroutines_total_<=_5000");
    assert!(out.starts_with("pass"), "{out}");
    let (out, _) = kept.run("verify -q --gc SERIES --require=gc_heap_<=_9GB");
    assert!(out.starts_with("pass"), "{out}");
}

#[test]
fn a_record_that_is_not_understood_is_refused() {
    let kept = Kept::new();
    let newest = bundles(kept.folder.path()).pop().unwrap();
    let path = newest.join("bundle.json");
    let whole = fs::read_to_string(&path).unwrap();
    for damaged in [
        whole.replace("heapwise.bundle/1", "heapwise.bundle/2"),
        whole.replace("\"number\"", "\"nummer\""),
        String::new(),
    ] {
        fs::write(&path, damaged).unwrap();
        for command in ["top", "gc", "goroutines"] {
            let args = [command, kept.folder.path().to_str().unwrap()];
            let output = heapwise(&workspace()).args(args).output().unwrap();
            let error = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{error}");
            assert!(error.contains("bundle.json: found "), "{error}");
            assert!(error.contains("heapwise.bundle/1"), "{error}");
        }
    }
}

#[test]
fn the_summary_goes_where_it_is_asked_to() {
    let (pod, folder) = (Pod::start(Mood::Well, 2), tempfile::tempdir().unwrap());
    let (out, url) = (folder.path().join("series"), pod.url());
    let (out, file) = (out.to_str().unwrap(), folder.path().join("summary.json"));
    let written = format!("--output={}", file.display());
    let output = collect(&["--count=1", "--out", out, &url, &written]);
    let lines = text(&output.stderr);
    assert_eq!(text(&output.stdout), "");
    assert_eq!(lines.lines().count(), 2, "{lines}");
    let summary: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(summary["schema"], "heapwise.collect/1");
    let output = collect(&[
        "--count=2",
        "--every=20ms",
        "--max-bytes=900",
        "--out",
        out,
        &url,
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains("more than 900 bytes"));
}

#[test]
fn a_process_that_is_started_anew_is_told_apart() {
    let pages = ["000", "004", "x", "y"];
    let count = AtomicUsize::new(0);
    let read = |path: &str| fs::read(workspace().join(path)).unwrap();
    let heap = read("testdata/server/heap.pb.gz");
    let of_goroutines = AtomicUsize::new(0);
    let goroutines = ["00", "03", "05", "08"].map(|at| {
        read(&format!(
            "testdata/server/series/chanrecv/goroutine.{at}.pb.gz"
        ))
    });
    let texts = pages.map(|page| match page {
        "x" => read("testdata/gc/heap-1.debug1.txt"),
        "y" => read("testdata/gc/heap-3.debug1.txt"),
        page => read(&format!("testdata/gc/steady/{page}.txt")),
    });
    let server = Server::start(move |request| match request.page.as_str() {
        "/debug/pprof/heap?debug=1" => {
            let at = count.fetch_add(1, Ordering::SeqCst).min(3);
            Reply::page(texts[at].clone())
        }
        "/debug/pprof/heap" => Reply::page(heap.clone()),
        "/debug/pprof/goroutine" => {
            let at = of_goroutines.fetch_add(1, Ordering::SeqCst).min(3);
            Reply::page(goroutines[at].clone())
        }
        _ => Reply::refused(404, "Unknown profile"),
    });
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let series = ["--every=20ms", "--count=4", "--out", out, &server.url("")];
    // Goroutines are no page that a server may lack.
    let summary = summary(3, &series);
    let all = summary["bundles"].as_array().unwrap().iter();
    let restarted: Vec<Option<bool>> = all.map(|one| one["restarted"].as_bool()).collect();
    assert_eq!(restarted, [None, Some(false), Some(true), Some(false)]);
    let args = ["tune", "--ran-gogc=100", "-f", "json", out];
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{error}");
    assert!(
        error.contains("left out 2 of 4 bundles: of an earlier process"),
        "{error}"
    );
    let args = ["gc", "-f", "json", out];
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["processes"].as_array().unwrap().len(), 2);
    let output = heapwise(&workspace())
        .args(["goroutines", "-f", "json", out])
        .output()
        .unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["series"].as_array().unwrap().len(), 2);
    let error = text(&output.stderr);
    assert!(error.contains("left out 2 of 4 bundles"), "{error}");
}

#[test]
fn folders_of_others_are_read_as_ever() {
    let folder = tempfile::tempdir().unwrap();
    let heap = workspace().join("testdata/server/heap.pb.gz");
    fs::copy(heap, folder.path().join("heap.pb.gz")).unwrap();
    fs::create_dir(folder.path().join("web")).unwrap();
    for file in ["bundle.json", "web/bundle.json"] {
        fs::write(folder.path().join(file), "{\"name\": \"an app\"}").unwrap();
    }
    let args = ["merge", "--to=folded", folder.path().to_str().unwrap()];
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{error}");
}

/// Each flag of the help is tried in this file.
#[test]
fn each_flag_is_tried() {
    let help = text(&collect(&["-h"]).stdout);
    let own = fs::read_to_string(workspace().join("crates/heapwise/tests/collect.rs")).unwrap();
    let flags = help
        .lines()
        .filter_map(|line| line.trim_start().split_once("--"))
        .filter(|(before, _)| before.is_empty() || before.starts_with('-'));
    let flags = flags.map(|(_, rest)| {
        let is_name = |c: &char| c.is_ascii_lowercase() || *c == '-';
        rest.chars().take_while(is_name).collect::<String>()
    });
    let flags: Vec<String> = flags.collect();
    assert!(flags.len() > 12, "{flags:?}");
    let shared = ["format", "quiet", "color", "help"];
    for flag in flags.iter().filter(|flag| !shared.contains(&flag.as_str())) {
        assert!(own.contains(&format!("--{flag}")), "--{flag}");
    }
}

/// As oomprof writes them: in use first, and of sizes of blocks nothing.
#[test]
fn captures_from_outside_are_recognised_and_their_limits_said() {
    let types = [
        (&b"inuse_objects"[..], &b"count"[..]),
        (b"inuse_space", b"bytes"),
    ];
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"space", b"bytes", 512 << 10);
    maker.set_default_sample_type(b"inuse_space");
    let name = maker.text(b"main.leak");
    let function = maker.add_function(Function::new(name));
    let location = maker.add_location(None, 0, &[Line::new(function, 1)], false);
    maker.add_sample(&[location], &[3, 3 << 20], &[]);
    let (folder, mut bytes) = (tempfile::tempdir().unwrap(), Vec::new());
    encode(&maker.finish().unwrap(), &mut bytes).unwrap();
    let path = folder.path().join("oom.pb.gz");
    fs::write(&path, bytes).unwrap();
    for command in ["top", "info", "tree"] {
        let output = heapwise(&workspace())
            .arg(command)
            .arg(&path)
            .output()
            .unwrap();
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{error}");
        assert!(error.contains("as oomprof does it"), "{command}: {error}");
        assert!(error.contains("not scaled up to all"), "{command}: {error}");
    }
}
