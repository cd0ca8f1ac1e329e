//! What `heapwise growth` says of real servers whose memory in use does what is known, and what claims on it come to.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::beside::corpus;
use common::server::{Reply, Server};
use common::{heapwise, run, workspace};
use flate2::read::MultiGzDecoder;
use heapwise_analysis::{Granularity, Levels};
use heapwise_report::{Format, GrowthReport, Layout};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const HEAP: &str = "testdata/server/heap.pb.gz";
const ALLOCS: &str = "testdata/server/go1.27/allocs.pb.gz";
const LATER: &str = "testdata/server/go1.27/heap.later.pb.gz";

/// Bytes an hour of the server that leaks 1 MB a second.
const LEAK: f64 = 3600.0 * 1024.0 * 1024.0;

fn growth(args: &[&str]) -> Value {
    let answer = run(&[&["growth", "-f", "json"], args].concat());
    assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

fn site<'a>(answer: &'a Value, function: &str) -> &'a Value {
    let mut sites = answer["sites"].as_array().unwrap().iter();
    sites.find(|site| site["function"] == function).unwrap()
}

fn snapshot(series: &str, at: usize) -> String {
    format!("testdata/growth/{series}/{at:02}.txt.gz")
}

fn copy(from: &str, to: &Path) {
    fs::copy(workspace().join(from), to).unwrap();
}

#[test]
fn what_leaks_grows_and_the_limits_of_its_rate_hold_the_truth() {
    let answer = growth(&["testdata/growth/leak"]);
    let leak = site(&answer, "main.forget");
    assert_eq!(
        (&leak["label"], &leak["tentative"]),
        (&"growing".into(), &false.into())
    );
    let rate = |end: &str| leak["rate_per_hour"][end].as_f64().unwrap();
    assert!(rate("low") < LEAK && LEAK < rate("high"), "{leak}");
    assert!(
        rate("low") > 0.2 * LEAK && rate("high") < 2.0 * LEAK,
        "{leak}"
    );
    assert_eq!(leak["block_sizes"][0]["size"], 16384);
    assert_eq!(leak["callers"][0], "main.leak");
    assert_eq!(answer["time"], "gc_ends");
    assert_eq!(answer["sites"][0], *leak);
}

#[test]
fn what_does_not_leak_is_not_called_growing() {
    for (series, label) in [
        ("steady", "stable"),
        ("warmup", "warming_up"),
        ("sawtooth", "fluctuating"),
        ("step", "stepped"),
        ("wander", "stable"),
    ] {
        let answer = growth(&[&format!("testdata/growth/{series}")]);
        assert_eq!(site(&answer, "main.fill")["label"], label, "{series}");
        let mut sites = answer["sites"].as_array().unwrap().iter();
        assert!(sites.all(|site| site["label"] != "growing" || site["tentative"] == true));
    }
}

#[test]
fn snapshots_are_put_in_the_order_of_their_collections() {
    let mut names: Vec<String> = (0..10).map(|at| snapshot("leak", at)).collect();
    let in_order = growth(&names.iter().map(String::as_str).collect::<Vec<_>>());
    names.rotate_left(4);
    names.swap(0, 7);
    let mixed = growth(&names.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(in_order["sites"], mixed["sites"]);
    assert_eq!(mixed["warnings"][0]["code"], "order");
}

#[test]
fn a_snapshot_of_the_same_collection_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..10 {
        copy(
            &snapshot("leak", at),
            &folder.path().join(format!("{at}.txt.gz")),
        );
    }
    copy(&snapshot("leak", 4), &folder.path().join("4-again.txt.gz"));
    let answer = growth(&[folder.path().to_str().unwrap()]);
    assert_eq!(answer["snapshots"].as_array().unwrap().len(), 10);
    assert_eq!(answer["copies"].as_array().unwrap().len(), 1);
    let codes = answer["warnings"].as_array().unwrap();
    assert!(
        codes.iter().any(|warning| warning["code"] == "same_cycle"),
        "{codes:?}"
    );
}

#[test]
fn a_process_started_anew_is_another_series() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..7 {
        copy(
            &snapshot("leak", at),
            &folder.path().join(format!("{at}.txt.gz")),
        );
    }
    for at in 0..10 {
        copy(
            &snapshot("steady", at),
            &folder.path().join(format!("{}.txt.gz", at + 10)),
        );
    }
    let name = folder.path().to_str().unwrap();
    let answer = growth(&[name]);
    let processes = answer["processes"].as_array().unwrap();
    let counts: Vec<usize> = processes
        .iter()
        .map(|one| one["inputs"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts.iter().sum::<usize>(), 17);
    assert_eq!(counts.len(), 2);
    assert_eq!(processes[1]["chosen"], true);
    let text = run(&["growth", name]).out;
    assert!(
        text.contains("snapshots of 2 processes, or of one that was started anew"),
        "{text}"
    );
}

#[test]
fn few_snapshots_are_a_guess() {
    for count in [2, 4] {
        let names: Vec<String> = (0..count).map(|at| snapshot("leak", 3 * at)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let answer = growth(&names);
        let mut sites = answer["sites"].as_array().unwrap().iter();
        assert!(sites.all(|site| site["tentative"] == true));
        let text = run(&[&["growth"], &names[..]].concat()).out;
        assert!(
            text.contains("cannot tell a leak from a step: take 8"),
            "{text}"
        );
    }
    let one = run(&["growth", &snapshot("leak", 0)]);
    assert_eq!(one.code, Some(2));
    assert!(
        one.err.contains("found one snapshot, expected two"),
        "{}",
        one.err
    );
}

#[test]
fn what_is_no_level_is_refused() {
    for (args, found) in [
        (
            &["-alloc_space", "testdata/growth/leak"][..],
            "found alloc_space, expected inuse_space or inuse_objects: what was ever allocated only grows",
        ),
        (
            &["testdata/states/goroutine.pb.gz"],
            "found a goroutine profile, expected a heap profile",
        ),
        (
            &[
                "testdata/work/lag/aa-1.pb.gz",
                "testdata/work/lag/aa-1.pb.gz",
            ],
            "found the difference of two profiles",
        ),
        (
            &["testdata/states"],
            "found no heap profile, expected several",
        ),
    ] {
        let answer = run(&[&["growth"], args].concat());
        assert_eq!(answer.code, Some(2), "{args:?}");
        assert!(answer.err.contains(found), "{args:?}: {}", answer.err);
        assert_eq!(
            answer
                .err
                .lines()
                .filter(|line| line.starts_with("heapwise: "))
                .count(),
            1,
            "{}",
            answer.err
        );
    }
}

#[test]
fn without_block_sizes_every_verdict_is_a_guess() {
    let answer = growth(&["--taghide=bytes", "testdata/growth/leak"]);
    if answer["sampling_error"] == "unknown" {
        let mut sites = answer["sites"].as_array().unwrap().iter();
        assert!(
            sites.all(|site| site["tentative"] == true && site["rate_per_hour"]["low"].is_null())
        );
    }
}

/// A server whose heap is the series', one snapshot further whenever it is asked; the third comes twice.
fn serving(series: &'static str) -> Server {
    let asked = AtomicUsize::new(0);
    Server::start(move |request| match request.page.as_str() {
        "/debug/pprof/heap?debug=1" => {
            let at = asked.fetch_add(1, Ordering::SeqCst);
            let at = if at < 3 { at } else { at - 1 };
            let mut text = Vec::new();
            let packed = fs::read(workspace().join(snapshot(series, at.min(9)))).unwrap();
            MultiGzDecoder::new(&*packed)
                .read_to_end(&mut text)
                .unwrap();
            Reply::with(200, "text/plain", text)
        }
        _ => Reply::refused(404, "Unknown profile"),
    })
}

#[test]
fn what_was_collected_is_a_series() {
    let server = serving("leak");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let target = format!("127.0.0.1:{}", server.port);
    let args = [
        "collect",
        "--every=10ms",
        "--count=10",
        "--out",
        out,
        &target,
    ];
    // Of each the profile in protobuf is missing.
    assert_eq!(run(&args).code, Some(3));
    let answer = growth(&[out]);
    assert_eq!(answer["snapshots"].as_array().unwrap().len(), 9);
    assert_eq!(site(&answer, "main.forget")["label"], "growing");
    let bundle = fs::read_dir(out)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut bundles: Vec<_> = bundle.filter(|path| path.is_dir()).collect();
    bundles.sort();
    let bundles: Vec<&str> = bundles.iter().filter_map(|path| path.to_str()).collect();
    let named = growth(&[&bundles[..2], &bundles[3..]].concat());
    assert_eq!(named["sites"], answer["sites"]);
    let claim = "--require=inuse_space main.forget growth none";
    assert_eq!(run(&["verify", claim, out]).code, Some(1));
}

/// A text of the leak as it was before the second collection ended.
fn early(cycles: u64, folder: &Path) -> String {
    let mut text = String::new();
    let file = fs::File::open(workspace().join(snapshot("leak", 0))).unwrap();
    MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    let ends = text.find("# PauseEnd = [").unwrap();
    let first = text[ends + 14..].split(' ').next().unwrap().to_owned();
    let lines = text.lines().map(|line| {
        let zeros = |first: &str| format!("[{first}{}]", " 0".repeat(255));
        match line.split_once(" = ") {
            Some(("# NumGC", _)) => format!("# NumGC = {cycles}\n"),
            Some(("# NumForcedGC", _)) => "# NumForcedGC = 0\n".to_owned(),
            Some((name @ "# PauseNs", _)) => format!("{name} = {}\n", zeros("0")),
            Some((name @ "# PauseEnd", _)) if cycles == 0 => format!("{name} = {}\n", zeros("0")),
            Some((name @ "# PauseEnd", _)) => format!("{name} = {}\n", zeros(&first)),
            Some(("# LastGC", _)) if cycles == 0 => "# LastGC = 0\n".to_owned(),
            Some(("# LastGC", _)) => format!("# LastGC = {first}\n"),
            _ => format!("{line}\n"),
        }
    });
    let path = folder.join(format!("{cycles}.txt"));
    fs::write(&path, lines.collect::<String>()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_was_taken_before_two_collections_had_ended_spoils_no_series() {
    let folder = tempfile::tempdir().unwrap();
    let early: Vec<String> = [0, 1].map(|cycles| early(cycles, folder.path())).to_vec();
    let leak: Vec<String> = (0..10).map(|at| snapshot("leak", at)).collect();
    let leak: Vec<&str> = leak.iter().map(String::as_str).collect();
    let alone = growth(&leak);
    for early in [&early[..1], &early[1..], &early[..]] {
        let early: Vec<&str> = early.iter().map(String::as_str).collect();
        let answer = growth(&[&early[..], &leak[..]].concat());
        assert_eq!(answer["sites"], alone["sites"], "{early:?}");
        assert_eq!(answer["warnings"][0]["code"], "early", "{early:?}");
    }
    // Where there is nothing else it is what there is.
    let answer = growth(&[&early[0], leak[0]]);
    assert_eq!(answer["snapshots"].as_array().unwrap().len(), 2);
    assert_eq!(site(&answer, "main.forget")["rate_per_hour"], Value::Null);
}

#[test]
fn claims_on_growth_are_decided() {
    let leak = "testdata/growth/leak";
    let steady = "testdata/growth/steady";
    for (series, claim, code) in [
        (leak, "inuse_space main.forget growth none", 1),
        (leak, "inuse_space main.forget growth <= 100MB/h", 1),
        (leak, "inuse_space main.forget growth <= 20GB/h", 0),
        (leak, "inuse_space main.forget growth <= 3.5GB/h", 3),
        (leak, "inuse_space cum:main.leak growth none", 1),
        (leak, "inuse_objects main.forget growth none", 1),
        (leak, "inuse_space /^main[.]/ growth none", 1),
        (leak, "inuse_space main.absent growth none", 2),
        (leak, "inuse_space main.absent growth none optional", 0),
        (steady, "inuse_space main.fill growth none", 0),
        (steady, "inuse_space total growth none", 0),
        (steady, "inuse_space total growth <= 1MB/h", 3),
        (steady, "alloc_space total growth none", 2),
        (steady, "inuse_space total growth >= 1MB/h", 2),
        (steady, "inuse_space total growth <= 1MB", 2),
        (steady, "inuse_space total growth none today", 2),
        (&snapshot("steady", 0), "inuse_space total growth none", 2),
    ] {
        let answer = run(&["verify", series, "--require", claim]);
        assert_eq!(
            answer.code,
            Some(code),
            "{series} {claim}: {}{}",
            answer.out,
            answer.err
        );
    }
    let few: Vec<String> = (0..4).map(|at| snapshot("leak", 3 * at)).collect();
    let few: Vec<&str> = few.iter().map(String::as_str).collect();
    let claim = ["--require", "inuse_space main.forget growth none"];
    assert_eq!(
        run(&[&["verify"], &claim[..], &["--after"], &few].concat()).code,
        Some(3)
    );
}

/// The text of a snapshot, as if it were taken so many seconds later.
fn later(series: &str, at: usize, seconds: u64) -> String {
    let bytes = fs::read(workspace().join(snapshot(series, at))).unwrap();
    let mut text = String::new();
    MultiGzDecoder::new(&bytes[..])
        .read_to_string(&mut text)
        .unwrap();
    let words = text.split_inclusive(|c: char| !c.is_ascii_digit());
    let moved = words.map(|word| {
        let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
        match digits.parse::<u64>() {
            Ok(nanos) if digits.len() == 19 => {
                word.replace(digits, &(nanos + seconds * 1_000_000_000).to_string())
            }
            _ => word.to_owned(),
        }
    });
    moved.collect()
}

#[test]
fn of_processes_side_by_side_one_is_no_answer_for_all() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..10 {
        let write = |name: &str, text: String| {
            fs::write(folder.path().join(format!("{name}{at}.txt")), text).unwrap();
        };
        write("leak", later("leak", at, 8));
        write("steady", later("steady", at, 0));
    }
    let name = folder.path().to_str().unwrap();
    let text = run(&["growth", name]).out;
    assert!(text.contains("2 processes that ran side by side"), "{text}");
    for claim in [
        "inuse_space main.fill growth none",
        "inuse_space total growth <= 999TB/h",
    ] {
        let answer = run(&["verify", "--after", name, "--require", claim]);
        assert_eq!(answer.code, Some(3), "{claim}: {}", answer.out);
        assert!(answer.out.contains("beside this one"), "{}", answer.out);
    }
    // One that leaks fails the claim, whatever the others do.
    let claim = "inuse_space main.forget growth none";
    let answer = run(&["verify", "--after", name, "--require", claim]);
    assert_eq!(answer.code, Some(1), "{}", answer.out);
}

#[test]
fn a_text_that_is_cut_is_left_out_of_its_series() {
    let folder = tempfile::tempdir().unwrap();
    let text = |at: usize| {
        let file = fs::File::open(workspace().join(format!("testdata/growth/leak/{at:02}.txt.gz")))
            .unwrap();
        let mut text = String::new();
        MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    };
    let write = |at: usize, text: &str| {
        fs::write(folder.path().join(format!("{at:02}.txt")), text).unwrap()
    };
    let answer = |names: &[String]| -> Value {
        let run = heapwise(folder.path())
            .args(["growth", "-f", "json"])
            .args(names)
            .output()
            .unwrap();
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        serde_json::from_slice(&run.stdout).unwrap()
    };
    (0..10).for_each(|at| write(at, &text(at)));
    let names: Vec<String> = (0..10).map(|at| format!("{at:02}.txt")).collect();
    for cut in [0, 5, 9] {
        let whole = text(cut);
        let records = whole.find("\n# runtime.MemStats").unwrap();
        let others: Vec<String> = names
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != cut)
            .map(|(_, name)| name.clone())
            .collect();
        let expected = answer(&others);
        for end in [records / 4, records / 2, records - 30] {
            write(cut, &whole[..end]);
            let found = answer(&names);
            for part in ["total", "sites", "time"] {
                assert_eq!(found[part], expected[part], "{cut} {end} {part}");
            }
            assert_eq!(
                found["processes"].as_array().map(Vec::len),
                expected["processes"].as_array().map(Vec::len)
            );
            let warnings = found["warnings"].to_string();
            assert!(
                warnings.contains("1 snapshot ends too early: left out"),
                "{warnings}"
            );
        }
        write(cut, &whole);
    }
}

#[test]
fn no_claim_rests_on_a_snapshot_that_is_cut_or_on_too_few() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..10 {
        let mut text = later("steady", at, 0);
        if at == 7 {
            text.truncate(text.find("# runtime.MemStats").unwrap() / 2);
        }
        fs::write(folder.path().join(format!("{at}.txt")), text).unwrap();
    }
    let name = folder.path().to_str().unwrap();
    let claim = ["verify", "--require", "inuse_space total growth none"];
    let cut = run(&[&claim[..], &["--after", name]].concat());
    assert_eq!(cut.code, Some(3), "{}{}", cut.out, cut.err);
    assert!(cut.out.contains("ends too early"), "{}", cut.out);
    for count in [2, 3, 4] {
        let few: Vec<String> = (0..count).map(|at| snapshot("steady", 3 * at)).collect();
        let few: Vec<&str> = few.iter().map(String::as_str).collect();
        let answer = run(&[&claim[..], &["--after"], &few].concat());
        assert_eq!(answer.code, Some(3), "{count}: {}", answer.out);
    }
}

#[test]
fn text_fits_eighty_columns() {
    for series in ["leak", "warmup", "sawtooth", "step", "wander", "steady"] {
        let read = |at: usize| fs::read(workspace().join(snapshot(series, at))).unwrap();
        let all: Vec<Vec<u8>> = (0..10).map(read).collect();
        for granularity in [Granularity::Functions, Granularity::Lines] {
            let sources: Vec<&[u8]> = all.iter().map(Vec::as_slice).collect();
            let answer = Levels::new()
                .granularity(granularity)
                .read(&sources)
                .unwrap();
            let mut out = Vec::new();
            let layout = Layout::new(Some(80), false);
            GrowthReport::new(answer)
                .write(Format::Text, layout, &mut out)
                .unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.lines().all(|line| line.width() <= 80), "{text}");
        }
    }
}

#[test]
fn leaks_of_the_corpus_are_found_and_others_are_not() {
    let Some(root) = corpus("server/series") else {
        return;
    };
    for (series, growing) in [
        ("heap", vec!["main.leakHeap", "main.makeOrder"]),
        ("healthy", vec![]),
        ("plateau", vec![]),
    ] {
        let answer = growth(&[
            "-q",
            root.join("server/series").join(series).to_str().unwrap(),
        ]);
        let sites = answer["sites"].as_array().unwrap().iter();
        let found = sites.filter(|site| site["label"] == "growing" && site["tentative"] == false);
        let found: Vec<&str> = found
            .map(|site| site["function"].as_str().unwrap())
            .collect();
        assert_eq!(found, growing, "{series}");
    }
}

#[test]
fn a_claim_holds_in_every_process_or_not_at_all() {
    let all = |series: &[(&str, usize)]| -> Vec<String> {
        let names = series
            .iter()
            .flat_map(|&(series, count)| (0..count).map(move |at| snapshot(series, at)));
        names.collect()
    };
    let forget = "--require=inuse_space main.forget growth none optional";
    let fill = "--require=inuse_space main.fill growth none";
    for (series, claim, code, found) in [
        (
            &[("leak", 10), ("steady", 10)][..],
            forget,
            1,
            "process 1 of 2: main.forget",
        ),
        (&[("steady", 10), ("sawtooth", 10)], fill, 0, "2 hold"),
        (
            &[("sawtooth", 3), ("steady", 10)],
            fill,
            3,
            "five snapshots or more tell",
        ),
        (
            &[("sawtooth", 1), ("steady", 10)],
            fill,
            3,
            "1 process has one snapshot",
        ),
    ] {
        let names = all(series);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let answer = run(&[&["verify", claim, "--after"], &names[..]].concat());
        let said = format!("{series:?}: {}{}", answer.out, answer.err);
        assert_eq!(answer.code, Some(code), "{said}");
        assert!(answer.out.contains(found), "{said}");
    }
}

#[test]
fn a_bound_on_a_level_is_decided_by_the_newest_snapshot() {
    // From 1 MB to 6.6 MB, 4 MB in the mean.
    let fits = "--require=inuse_space main.forget <= 5MB";
    let names: Vec<String> = (0..10).map(|at| snapshot("leak", at)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let newest = run(&["verify", fits, names[9]]);
    let all = run(&[&["verify", fits, "--after"], &names[..]].concat());
    assert_eq!(all.code, newest.code, "{}{}", all.out, all.err);
    assert_ne!(all.code, Some(0), "{}{}", all.out, all.err);
    assert!(
        all.err.contains("the newest of 10 snapshots"),
        "{}",
        all.err
    );
    // What was more before is over.
    let enough = "--require=inuse_space main.forget >= 3MB";
    for names in [&names[..], &names[5..]] {
        let answer = run(&[&["verify", enough, "--after"], names].concat());
        assert_eq!(answer.code, Some(0), "{}{}", answer.out, answer.err);
    }
    // Each process by its own newest: their mean.
    let steady: Vec<String> = (0..10).map(|at| snapshot("steady", at)).collect();
    let steady = steady.iter().map(String::as_str);
    let both: Vec<&str> = names.iter().copied().chain(steady).collect();
    let answer = run(&[&["verify", enough, "--after"], &both[..]].concat());
    assert!(answer.err.contains("2 processes"), "{}", answer.err);
}

#[test]
fn forms_of_one_moment_are_told_where_they_count_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    copy(HEAP, Path::new(&path("a.heap.pb.gz")));
    let one = run(&["top", &path("a.heap.pb.gz")]);
    assert!(!one.err.contains("one moment"), "{}", one.err);
    copy(ALLOCS, Path::new(&path("a.allocs.pb.gz")));
    let name = folder.path().to_str().unwrap();
    for args in [
        &["top", "-alloc_space", name][..],
        &["tree", "-alloc_space", name],
        &["merge", "-o", &path("sum.out"), HEAP, ALLOCS],
        &["diff", LATER, name],
    ] {
        let answer = run(args);
        let said = answer.err.contains("another form of one moment");
        assert!(said, "{args:?}: {}", answer.err);
    }
    // A difference of both is no sum, and what is of two moments is no form of one.
    for args in [
        &["diff", HEAP, ALLOCS][..],
        &["top", "-alloc_space", LATER, ALLOCS],
        &["top", HEAP, LATER],
    ] {
        let answer = run(args);
        assert!(
            !answer.err.contains("one moment"),
            "{args:?}: {}",
            answer.err
        );
    }
}

#[test]
fn a_series_is_fetched_once_for_all_claims_on_it() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Server::start(move |request| {
        count.fetch_add(1, Ordering::SeqCst);
        let at = request.page.trim_start_matches('/').parse().unwrap();
        Reply::page(fs::read(workspace().join(snapshot("steady", at))).unwrap())
    });
    let urls: Vec<String> = (0..6).map(|at| server.url(&format!("/{at}"))).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let claims = [
        "--require=inuse_space total growth none",
        "--require=inuse_objects total growth none",
        "--require=inuse_space cum:main.work growth none optional",
    ];
    let args = [&["verify"], &claims[..], &["--after"], &urls[..]].concat();
    assert_eq!(run(&args).code, Some(0));
    assert_eq!(asked.load(Ordering::SeqCst), urls.len());
}

/// A folder with these of two pods that ran side by side, of which the first leaks, under other names.
fn pods(name: impl Fn(&str, u32) -> String, of: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for pod in of {
        for at in 1..7 {
            let from = format!("testdata/instances/pod-{pod}-{at:04}.pb.gz");
            let to = folder.path().join(name(pod, at));
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            copy(&from, &to);
        }
    }
    folder
}

#[test]
fn of_instances_that_names_tell_apart_nothing_is_judged() {
    type Named = fn(&str, u32) -> String;
    let names: [Named; 4] = [
        |pod, at| format!("pod-{pod}-{at:04}.pb.gz"),
        |pod, at| format!("{at:04}.api-7d9f8b6c5d-{pod}2x7k.pb.gz"),
        |pod, at| match pod {
            "a" => format!("web-0_{at}.pprof"),
            _ => format!("web-1_{at}.pprof"),
        },
        |pod, at| {
            format!(
                "10.0.0.{}/heap-{at}.pb.gz",
                pod.len() + usize::from(pod == "a")
            )
        },
    ];
    for (at, name) in names.into_iter().enumerate() {
        let folder = pods(name, &["a", "b"]);
        let path = folder.path().to_str().unwrap();
        let pattern = format!("{path}/*/*");
        let asked = if at == 3 { &pattern } else { path };
        let text = run(&["growth", asked]);
        assert_eq!(text.code, Some(3), "{}", text.err);
        assert!(
            text.out
                .contains("\nunclear: snapshots of several instances"),
            "{}",
            text.out
        );
        assert!(!text.out.contains(": stable,") && !text.out.contains("is seen to grow"));
        let told = "the names tell 2 instances apart that were taken in turn: ";
        assert!(
            text.err.contains(told) && text.err.contains("(6 snapshots, such as "),
            "{}",
            text.err
        );
        let json: Value = serde_json::from_str(&run(&["growth", "-f", "json", asked]).out).unwrap();
        let sites = json["sites"].as_array().unwrap().iter();
        assert!(
            sites
                .chain([&json["total"]])
                .all(|site| site["tentative"] == true)
        );
        let mut warnings = json["warnings"].as_array().unwrap().iter();
        assert!(warnings.any(|warning| warning["code"] == "several_instances"));
        let claim = run(&[
            "verify",
            "--after",
            asked,
            "--require",
            "inuse_space total growth none",
        ]);
        assert_eq!(claim.code, Some(3), "{}{}", claim.out, claim.err);
        assert!(
            claim.out.contains("give each its own series"),
            "{}",
            claim.out
        );
    }
}

/// Each by itself is a series, whatever recurs in its names.
#[test]
fn names_of_one_instance_are_no_several() {
    type Named = fn(&str, u32) -> String;
    let names: [Named; 5] = [
        |pod, at| format!("pod-{pod}-{at:04}.pb.gz"),
        |_, at| format!("heap-{:02}-{:02}.pb.gz", 12 + at / 2, at % 2 * 30),
        |_, at| format!("{at}-{}.pb.gz", ["9fa31", "b017c"][at as usize % 2]),
        |_, at| format!("{at}-{}.pb.gz", ["idle", "load"][at as usize % 2]),
        |_, at| format!("{}-{at}.pb.gz", ["load", "idle"][usize::from(at > 3)]),
    ];
    for name in names {
        for pod in ["a", "b"] {
            let folder = pods(name, &[pod]);
            let answer = run(&["growth", folder.path().to_str().unwrap()]);
            assert_eq!(answer.code, Some(0), "{}", answer.err);
            assert!(!answer.err.contains("instances"), "{}", answer.err);
        }
    }
}

#[test]
fn a_gate_over_a_folder_rests_on_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    for at in 0..8 {
        copy(
            &snapshot("steady", at),
            &folder.path().join(format!("{at}.txt.gz")),
        );
    }
    let path = folder.path().to_str().unwrap();
    let claim = [
        "verify",
        "--after",
        path,
        "--require",
        "inuse_space total growth none",
    ];
    let whole = run(&claim);
    assert!(matches!(whole.code, Some(0 | 3)), "{}", whole.err);
    let last = folder.path().join("8.pb.gz");
    let text = fs::read(workspace().join(snapshot("steady", 8))).unwrap();
    for broken in [&text[..text.len() / 2], &[]] {
        fs::write(&last, broken).unwrap();
        let answer = run(&claim);
        assert_eq!(answer.code, Some(2), "{}{}", answer.out, answer.err);
        assert!(answer.err.contains("8.pb.gz"), "{}", answer.err);
    }
    // What is no profile at all may lie beside them.
    fs::write(&last, "notes of the day\n").unwrap();
    assert_eq!(run(&claim).code, whole.code);
}
