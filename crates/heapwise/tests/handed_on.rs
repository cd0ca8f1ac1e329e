//! Dumps as people have them (`testdata/handed_on`, whose README says what each is): the whole
//! command reads them, says what it could not read, and decides nothing on that.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "reads and writes files"
)]

mod common;

use std::path::PathBuf;

use common::beside::shared;
use common::{heapwise, workspace};
use serde_json::Value;

/// What the command said: exit code, stdout, stderr.
struct Said(i32, String, String);

fn run(args: &[&str]) -> Said {
    let mut command = heapwise(&workspace());
    let output = command.args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said(
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn path(name: &str) -> String {
    format!("testdata/handed_on/{name}")
}

fn answer(args: &[&str]) -> Value {
    let Said(code, out, err) = run(args);
    assert_eq!(code, 0, "{args:?}: {err}");
    serde_json::from_str(&out).unwrap()
}

/// Count, state and where, of the groups.
fn groups(name: &str) -> Vec<(i64, String)> {
    let answer = answer(&["goroutines", "-f", "json", &path(name)]);
    let unread = &answer["unread"];
    assert_eq!(
        (&unread["without_frames"], &unread["partly"]),
        (&0.into(), &0.into()),
        "{name}"
    );
    let groups = answer["groups"].as_array().unwrap().iter();
    let group = |group: &Value| {
        let place =
            |site: &Value| format!("{}:{}", site["function"].as_str().unwrap(), site["line"]);
        let stack = group["stack"].as_array().unwrap();
        let own = stack
            .iter()
            .find(|site| site["function"].as_str().unwrap().starts_with("main."));
        let at = own.or(stack.last()).map(place).unwrap_or_default();
        (group["count"].as_i64().unwrap(), at)
    };
    groups.map(group).collect()
}

#[test]
fn all_goroutines_are_read_with_their_frames() {
    let five: Vec<(i64, String)> = [
        (12, "main.subscribe.func1:30"),
        (5, "main.poll.func1:39"),
        (3, "main.(*pool).worker:21"),
        (1, "main.main:56"),
    ]
    .map(|(count, at)| (count, at.to_owned()))
    .to_vec();
    for name in [
        "bom-first-goroutine-lost/dump.txt",
        "bom-first-goroutine-lost/debug1.txt",
        "debug1-after-other-text/goroutine.txt",
        "debug1-after-other-text/goroutine.cri.log",
        "debug1-pasted-with-spaces/goroutine.txt",
        "journalctl-spaces/dump.log",
        "json-lines-ids-differ/fluent.jsonl",
        "json-text-before-the-dump/panic.jsonl",
        "logfmt-escaped/dockerd.log",
        "spaces-for-tabs/dump.txt",
        "spaces-for-tabs/dump4.txt",
        "syslog-tab-as-011/dump.log",
        "tty-staircase/dump.txt",
        "utf16-powershell/dump.txt",
    ] {
        let found = groups(name);
        assert_eq!(found[..4], five, "{name}");
        assert_eq!((found.len(), found[4].0), (5, 1), "{name}");
    }
    for (name, counts) in [
        ("header-line-has-the-prefix/one.log", &[1][..]),
        ("header-line-has-the-prefix/three.log", &[2, 1]),
        ("leaktest-output/test.log", &[2, 1]),
        ("logfmt-escaped/slog.log", &[1]),
    ] {
        let expected = counts
            .iter()
            .map(|&count| (count, "main.(*api).get:77".to_owned()));
        assert_eq!(groups(name), expected.collect::<Vec<_>>(), "{name}");
    }
    for (name, first) in [
        ("published/dump-spaces-min.txt", "main.main:15"),
        ("published/dump-bom-min.txt", "main.h:12"),
        ("published/dump-log-first-line-min.txt", "main.h:12"),
    ] {
        let found = groups(name);
        assert_eq!(found.len(), 2, "{name}");
        let is_first = |(_, at): &(i64, String)| at == first || at == "main.a:12";
        assert!(found.iter().any(is_first), "{name}: {found:?}");
    }
}

#[test]
fn heaps_have_their_names() {
    for name in [
        "debug1-after-other-text/heap.txt",
        "debug1-after-other-text/heap.blank.txt",
        "debug1-pasted-with-spaces/heap.txt",
    ] {
        let answer = answer(&["top", "-f", "json", &path(name)]);
        let first = &answer["rows"][0];
        assert_eq!(first["site"]["function"], "main.retain", "{name}");
    }
    let heap = answer(&["info", "-f", "json", &path("jemalloc-heap_v2/app.heap")]);
    let totals: Vec<i64> = heap["totals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|total| total["value"].as_i64().unwrap())
        .collect();
    assert_eq!(totals, [1_000_001, 16_081_920]);
}

#[test]
fn other_tools_are_named() {
    let Said(code, _, err) = run(&["goroutines", &path("delve-goroutines/goroutines.txt")]);
    assert_eq!(code, 2);
    assert!(err.contains("Delve") && err.contains("kill -QUIT"), "{err}");
    let race = temporary(
        "race.txt",
        "==================\nWARNING: DATA RACE\nWrite at 0x00c0 by goroutine 7:\n  main.f()\n      /a.go:3 +0x1\n",
    );
    let Said(code, _, err) = run(&["goroutines", &race]);
    assert!(code == 2 && err.contains("race detector"), "{err}");
}

const GROWTH: &str = "goroutines main.subscribe.func1 growth none";

#[test]
fn several_dumps_are_a_series_in_their_order() {
    for name in [
        "dumps-appended-to-one-file/dumps.log",
        "order-of-numbered-dumps/dumps",
    ] {
        let Said(code, out, _) = run(&["goroutines", &path(name)]);
        assert_eq!(code, 0);
        assert!(
            out.starts_with("13 -> 46 goroutines over 12 dumps"),
            "{out}"
        );
        let Said(code, _, _) = run(&["verify", "--goroutines", &path(name), "--require", GROWTH]);
        assert_eq!(code, 1, "{name}");
    }
    let timed = answer(&[
        "goroutines",
        "-f",
        "json",
        &path("dumps-appended-to-one-file/dumps.log"),
    ]);
    assert_eq!(timed["order"], "time");
    // As a shell lists them, and as nobody would.
    let name = |at: usize| path(&format!("order-of-numbered-dumps/dumps/dump.{at}.txt"));
    for (order, is_said) in [
        ([1, 10, 11, 12, 2, 3, 4, 5], false),
        ([9, 3, 12, 1, 5, 7, 2, 4], true),
    ] {
        let names = order.map(name);
        let mut args = vec!["goroutines", "-f", "json"];
        args.extend(names.iter().map(String::as_str));
        let answer = answer(&args);
        let totals: Vec<i64> = answer["series"]
            .as_array()
            .unwrap()
            .iter()
            .map(|point| point["total"].as_i64().unwrap())
            .collect();
        assert!(totals.is_sorted(), "{totals:?}");
        let mut warnings = answer["warnings"].as_array().unwrap().iter();
        assert_eq!(warnings.any(|warning| warning["code"] == "order"), is_said);
    }
}

#[test]
fn nothing_is_decided_on_what_was_not_understood() {
    let damaged = temporary(
        "damaged.txt",
        "goroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n\ngoroutine 7 [select]:\nrubbish\n\n\
         goroutine 8 [select]:\nmain.f()\n\t/a.go:2 +0x1\ncreated by main.main in goroutine 1\n\t/a.go:9 +0x1\n",
    );
    let Said(code, out, _) = run(&["goroutines", &damaged]);
    assert_eq!(code, 0);
    let second = out.lines().nth(1).unwrap();
    assert!(
        second.starts_with("not understood: 1 goroutine without a frame"),
        "{out}"
    );
    for (claim, expected) in [
        ("goroutines main.f <= 5", 3),
        ("goroutines main.other <= 5", 3),
        ("goroutines /main/ <= 5", 3),
        ("goroutines total <= 5", 3),
        // More of them can only break it further.
        ("goroutines main.f <= 0", 1),
    ] {
        let Said(code, out, err) = run(&["verify", "--goroutines", &damaged, "--require", claim]);
        assert_eq!(code, expected, "{claim}: {out}{err}");
    }
    // Go says itself that it has no stack to show: that is one goroutine, somewhere.
    let unavailable = temporary(
        "unavailable.txt",
        "goroutine 8 [select]:\nmain.f()\n\t/a.go:2 +0x1\ncreated by main.main in goroutine 1\n\t/a.go:9 +0x1\n\n\
         goroutine 9 [running]:\n\tgoroutine running on other thread; stack unavailable\n\
         created by main.main in goroutine 1\n\t/a.go:9 +0x1\n",
    );
    for (claim, expected) in [
        ("goroutines main.f <= 1", 3),
        ("goroutines main.f <= 2", 0),
        ("goroutines total <= 2", 0),
    ] {
        let Said(code, out, err) =
            run(&["verify", "--goroutines", &unavailable, "--require", claim]);
        assert_eq!(code, expected, "{claim}: {out}{err}");
    }
}

/// Published texts lie beside the workspace where they may not be copied.
#[test]
fn published_texts_are_read() {
    let Some(folder) = shared("cases/published-texts") else {
        return;
    };
    let text = |name: &str| folder.join(name).display().to_string();
    let panic = text("lifeng1992__unexpected_retur-4d4927a-panic.log");
    let frames = answer(&["goroutines", "-f", "json", &panic]);
    let group = &frames["groups"][0];
    let count = |name: &str| group[name].as_array().unwrap().len();
    // The tenth is runtime.goexit, which all goroutines have and answers leave out.
    assert_eq!(count("stack") + count("parked_in"), 9, "{group}");
    let several = text("andreW2KELO__Go-2-991eeae-goroutine_dump.txt");
    let Said(code, out, _) = run(&["goroutines", &several]);
    assert_eq!(code, 0);
    assert!(out.starts_with("2 -> 2 goroutines over 8 dumps"), "{out}");
    let wide = answer(&["goroutines", "-f", "json", &text("goroutine-utf16.txt")]);
    assert_eq!(wide["total"], 13);
    let Said(code, out, _) = run(&["top", &text("heap-debug1-spaces.txt")]);
    // One address is cut off with the end of the text; it has nothing by itself.
    let unknown: Vec<&str> = out
        .lines()
        .filter(|line| line.contains("<unknown>"))
        .collect();
    assert_eq!(code, 0);
    assert!(
        unknown.len() < 2
            && unknown
                .iter()
                .all(|line| line.trim_start().starts_with('0'))
    );
}

fn temporary(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("handed_on");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}
