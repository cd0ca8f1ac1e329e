//! What sources say of the collector, as servers of several versions of Go served it.
#![allow(clippy::disallowed_methods, reason = "tests may touch files")]

mod common {
    pub(crate) mod beside;
    pub(crate) mod memory;
}

use std::fs;
use std::path::{Path, PathBuf};

use common::beside;
use common::memory::assert_adds_up;
use heapwise_decode::{ErrorKind, GcSnapshot, GcSource, Limits, gc_snapshots};

fn testdata(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/gc");
    fs::read(path.join(name)).expect("is there")
}

fn read(bytes: &[u8]) -> Vec<GcSnapshot> {
    gc_snapshots(bytes, &Limits::default()).expect("has statistics")
}

#[test]
fn expvar_has_all_that_memstats_has() {
    let snapshots = read(&testdata("vars.json"));
    let [snapshot] = snapshots.as_slice() else {
        panic!("expected one, found {}", snapshots.len());
    };
    assert_eq!(snapshot.source, GcSource::Expvar);
    assert_eq!(snapshot.unread.count, 0, "{:?}", snapshot.unread);
    assert_eq!(snapshot.counters.pause_total_nanos, Some(31_927_624));
    assert_eq!(snapshot.by_size.first().map(|class| class.size), Some(8));
    assert_eq!(snapshot.by_size.len(), 60);
    assert_adds_up(snapshot, "vars.json");
    let count = snapshot.counters.num_gc.expect("is there");
    let pauses = (1..=count).filter_map(|number| snapshot.cycle_pause(number));
    assert_eq!(Some(pauses.sum()), snapshot.counters.pause_total_nanos);
    assert_eq!(snapshot.cycle_end(count), snapshot.heap.last_gc);
}

#[test]
fn expvar_as_tools_hand_it_on() {
    let whole = testdata("vars.json");
    let expected = read(&whole);
    let text = String::from_utf8(whole.clone()).expect("is UTF-8");
    let value: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    let one_line = value.to_string();
    let alone = value["memstats"].to_string();
    let headers = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{text}");
    for other in [one_line.clone(), alone, headers, format!("\u{feff}{text}")] {
        assert_eq!(read(other.as_bytes()), expected);
    }
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(one_line.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&utf16), expected);
    // One a line, as a loop with curl appends them.
    let several = read(format!("{one_line}\n{one_line}\n").as_bytes());
    assert_eq!(several, [expected.clone(), expected.clone()].concat());
    assert_eq!(read(format!("{text}{text}").as_bytes()).len(), 2);
}

#[test]
fn what_is_cut_is_refused() {
    let whole = testdata("vars.json");
    for size in [1, 40, whole.len() / 2, whole.len() - 3] {
        let error = gc_snapshots(&whole[..size], &Limits::default()).expect_err("is cut");
        let expected = [ErrorKind::Truncated, ErrorKind::NotAProfile];
        assert!(expected.contains(&error.kind()), "{size}: {error}");
    }
    for other in ["", "hello\n", "{\"a\":1}", "goroutine profile: total 1\n"] {
        let error = gc_snapshots(other.as_bytes(), &Limits::default()).expect_err("has none");
        let expected = [ErrorKind::NotAProfile, ErrorKind::Empty];
        assert!(expected.contains(&error.kind()), "{other}: {error}");
    }
}

#[test]
fn a_number_that_is_none_is_counted() {
    let text = String::from_utf8(testdata("vars.json")).expect("is UTF-8");
    let damaged = text.replace("\"NumGC\":", "\"NumGC\":-");
    assert_ne!(damaged, text);
    let snapshot = &read(damaged.as_bytes())[0];
    assert_eq!(snapshot.counters.num_gc, None);
    assert_eq!(
        (snapshot.unread.count, snapshot.unread.first[0].as_str()),
        (1, "NumGC")
    );
}

/// Every heap text and expvar of servers of four versions of Go is read whole and adds up.
#[test]
fn corpus() {
    let mut read_of_all = 0;
    for folder in ["corpus/server", "samples/go1.27.3"] {
        let Some(folder) = beside::shared(folder) else {
            return;
        };
        for path in files(&folder) {
            let name = path.file_name().expect("is a file").to_string_lossy();
            let is_text = name.ends_with(".txt") && name.contains("heap");
            let is_expvar = name.ends_with(".json") && name.contains("var");
            if !(is_text || is_expvar) {
                continue;
            }
            let bytes = fs::read(&path).expect("is there");
            let Ok(snapshots) = gc_snapshots(&bytes[..], &Limits::default()) else {
                let has_some = String::from_utf8_lossy(&bytes).contains("runtime.MemStats");
                assert!(!has_some, "{name}");
                continue;
            };
            for snapshot in &snapshots {
                assert_eq!(snapshot.unread.count, 0, "{name}: {:?}", snapshot.unread);
                assert_adds_up(snapshot, &name);
                assert!(snapshot.pauses.is_some(), "{name}");
            }
            read_of_all += snapshots.len();
        }
    }
    assert!(read_of_all > 40, "{read_of_all}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).expect("is a folder").flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false => all.push(path),
        }
    }
    all.sort();
    all
}
