//! The texts of the corpus: the same stacks and values as `go tool pprof -raw` read, and as many
//! goroutines as there are headers. The corpus lies beside the workspace or where
//! `HEAPWISE_CORPUS` says; without it the tests note that they are skipped.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the corpus is found through the environment and read from files; its absence is said"
)]

#[path = "common/beside.rs"]
mod beside;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use beside::corpus;
use heapwise_decode::{LabelValue, Limits, Profile, Sample, goroutine_ids};

/// Files of the server part whose name ends so, as paths below the corpus.
fn files(root: &Path, ends: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("server")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("is a folder") {
            let path = entry.expect("is an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) {
                found.push(path.strip_prefix(root).expect("is below").to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// Samples by their addresses, leaf first, values and size label; with how often they occur.
type Samples = BTreeMap<(Vec<u64>, Vec<i64>, Option<i64>), usize>;

fn ours(profile: &Profile) -> Samples {
    let mut samples = Samples::new();
    for sample in profile.samples() {
        let address = |&at: &_| profile.tables().location(at).address;
        let stack = sample.stack().iter().rev().map(address).collect();
        let key = (stack, sample.values().to_vec(), size_label(&sample));
        *samples.entry(key).or_default() += 1;
    }
    samples
}

fn size_label(sample: &Sample<'_>) -> Option<i64> {
    sample.labels().iter().find_map(|label| match label.value {
        LabelValue::Number { value, .. } => Some(value),
        LabelValue::Text(_) => None,
    })
}

/// What `-raw` printed: `228 525440 0 0: 1 2`, then perhaps `bytes:[2304]`, then locations as
/// `1: 0x48e90b M=1`.
fn pprofs(raw: &str) -> Samples {
    let (samples, rest) = raw.split_once("\nLocations\n").expect("has locations");
    let addresses: BTreeMap<&str, u64> = rest
        .lines()
        .take_while(|line| *line != "Mappings")
        .filter_map(|line| line.trim().split_once(": 0x"))
        .map(|(id, rest)| {
            let hex = rest.split(' ').next().unwrap_or(rest);
            (id, u64::from_str_radix(hex, 16).expect("is an address"))
        })
        .collect();
    let mut rows: Vec<(Vec<u64>, Vec<i64>, Option<i64>)> = Vec::new();
    for line in samples.lines().map(str::trim) {
        if let Some(size) = line.strip_prefix("bytes:[") {
            let size: i64 = size.trim_end_matches(']').parse().expect("is a size");
            rows.last_mut().expect("follows a sample").2 = Some(size);
        } else if let Some((values, stack)) = values_and_stack(line)
            && let Ok(values) = values.split_whitespace().map(str::parse).collect()
        {
            let stack = stack.split_whitespace().map(|id| addresses[id]).collect();
            rows.push((stack, values, None));
        }
    }
    let mut samples = Samples::new();
    for row in rows.into_iter().filter(|row| !row.1.is_empty()) {
        *samples.entry(row).or_default() += 1;
    }
    samples
}

/// `1 4096: 7 8` and `1 4096:`, for a sample without a stack.
fn values_and_stack(line: &str) -> Option<(&str, &str)> {
    let without_stack = || Some((line.strip_suffix(':')?, ""));
    line.split_once(": ").or_else(without_stack)
}

/// The text that a JSON string holds, from after its opening quote.
fn unescape(json: &str) -> String {
    let mut text = String::new();
    let mut chars = json.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    text
}

/// What pprof printed for `-raw`; an empty text when it refused the file.
fn expected_raw(root: &Path, file: &Path) -> Option<String> {
    let name = format!("{}.jsonl.gz", file.display());
    let packed = std::fs::read(root.join("expected").join(name)).ok()?;
    let mut lines = String::new();
    flate2::read::MultiGzDecoder::new(packed.as_slice())
        .read_to_string(&mut lines)
        .expect("inflates");
    let line = lines.lines().find(|line| line.contains("\"-raw\""))?;
    let (_, stdout) = line.split_once("\"stdout\": \"")?;
    Some(unescape(stdout))
}

#[test]
fn debug_1_texts_equal_what_pprof_reads() {
    let Some(root) = corpus("server") else { return };
    let mut compared = 0;
    for file in files(&root, &[".debug1.txt"]) {
        let Some(raw) = expected_raw(&root, &file) else {
            continue;
        };
        let bytes = std::fs::read(root.join(&file)).expect("is readable");
        let profile = Profile::read(&bytes, &Limits::default());
        if raw.is_empty() {
            // An answer that is no profile, or a record without addresses, which is taken as one
            // with an empty stack.
            assert!(profile.is_err() || file.ends_with("threadcreate.debug1.txt"));
            continue;
        }
        let profile = profile.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert_eq!(ours(&profile), pprofs(&raw), "{}", file.display());
        assert!(profile.tables().notes().is_empty(), "{}", file.display());
        let named = profile.tables().locations().filter(|l| !l.lines.is_empty());
        let addresses = profile.tables().location_count();
        let is_new_threadcreate = file.to_string_lossy().contains("threadcreate");
        assert!(
            is_new_threadcreate || named.count() == addresses,
            "{}",
            file.display()
        );
        compared += 1;
    }
    assert!(compared > 40, "only {compared} files compared");
}

/// The same instants in protobuf: every count profile of the corpus.
#[test]
fn counts_in_protobuf_equal_what_pprof_reads() {
    let Some(root) = corpus("server") else { return };
    let mut compared = 0;
    for file in files(&root, &[".pb.gz"]) {
        let name = file.to_string_lossy();
        if !name.contains("goroutine") && !name.contains("threadcreate") {
            continue;
        }
        let Some(raw) = expected_raw(&root, &file).filter(|raw| !raw.is_empty()) else {
            continue;
        };
        let bytes = std::fs::read(root.join(&file)).expect("is readable");
        let profile = Profile::read(&bytes, &Limits::default()).expect("decodes");
        assert_eq!(ours(&profile), pprofs(&raw), "{}", file.display());
        compared += 1;
    }
    assert!(compared > 40, "only {compared} files compared");
}

#[test]
fn dumps_hold_as_many_goroutines_as_headers() {
    let Some(root) = corpus("server") else { return };
    let ends = [
        "goroutine.debug2.txt",
        "goroutineleak.debug2.txt",
        "sigquit.txt",
        "stderr.txt",
    ];
    let mut compared = 0;
    for file in files(&root, &ends) {
        let bytes = std::fs::read(root.join(&file)).expect("is readable");
        let text = String::from_utf8_lossy(&bytes);
        // Number 0 is of the stacks of threads that run none.
        let is_one = |line: &&str| is_header(line) && !line.starts_with("goroutine 0 ");
        let headers = text.lines().filter(is_one).count();
        if headers == 0 {
            continue;
        }
        let dump = goroutine_ids(&bytes, &Limits::default()).expect("decodes");
        let profile = dump.profile();
        let total: i64 = profile.samples().map(|sample| sample.values()[0]).sum();
        let ids: usize = (0..profile.sample_count())
            .map(|at| dump.ids(at).len())
            .sum();
        assert_eq!(
            (total, ids),
            (headers as i64, headers),
            "{}",
            file.display()
        );
        assert!(profile.samples().all(|sample| !sample.stack().is_empty()));
        assert_eq!(
            &Profile::read(&bytes, &Limits::default()).expect("decodes"),
            profile
        );
        compared += 1;
    }
    assert!(compared > 20, "only {compared} files compared");
}

fn is_header(line: &str) -> bool {
    let digits = line.strip_prefix("goroutine ").unwrap_or_default();
    digits.starts_with(|c: char| c.is_ascii_digit()) && line.ends_with(':')
}

#[test]
fn heap_texts_have_the_totals_of_the_protobuf_taken_next() {
    let Some(root) = corpus("server") else { return };
    for file in files(&root, &["endpoints/go1.27/heap.debug1.txt"]) {
        let proto = root.join(&file).with_file_name("heap.pb.gz");
        let text = std::fs::read(root.join(&file)).expect("is readable");
        let proto = std::fs::read(proto).expect("is readable");
        let text = Profile::read(&text, &Limits::default()).expect("decodes");
        let proto = Profile::read(&proto, &Limits::default()).expect("decodes");
        assert_eq!(text.kind(), proto.kind());
        assert_eq!(text.tables().period(), proto.tables().period());
        // Requests may have come between the two, but what was allocated stays counted.
        let total = |profile: &Profile| -> i64 { profile.samples().map(|s| s.values()[1]).sum() };
        let (text, proto) = (total(&text), total(&proto));
        assert!(
            text.abs_diff(proto) * 2 <= text.max(proto) as u64,
            "{text} {proto}"
        );
    }
}
