//! Dumps of real processes, by Go versions and by how the process ended: as many goroutines as
//! headers, and the stacks, labels and counts that the protobuf of the same instant has.
//!
//! Folders are found on disk: below `testdata/parked`, and below `HEAPWISE_DUMPS` where that is
//! set. A folder with `debug0.pb.gz`, `debug1.txt` and `debug2.txt` holds one instant.

#![allow(
    clippy::disallowed_methods,
    reason = "dumps are found through the environment and read from files"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use heapwise_decode::{Label, LabelValue, Limits, Profile, Sample, goroutine_ids};

fn folders() -> Vec<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/parked");
    let more = std::env::var_os("HEAPWISE_DUMPS").map(PathBuf::from);
    let mut found = Vec::new();
    let mut todo: Vec<PathBuf> = [own].into_iter().chain(more).collect();
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(&folder).expect("is a folder") {
            let path = entry.expect("is an entry").path();
            if path.is_dir() {
                todo.push(path);
            }
        }
        found.push(folder);
    }
    found.sort();
    found
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let packed = path.with_extension("txt.gz");
    if let Ok(packed) = std::fs::read(packed) {
        return Some(packed);
    }
    std::fs::read(path).ok()
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut text = Vec::new();
    match flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut text) {
        Ok(_) => text,
        Err(_) => bytes.to_vec(),
    }
}

/// `goroutine 7 [select]:`, `goroutine 7 gp=0xc000 m=nil [select]:`.
fn is_header(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("goroutine ") else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.starts_with(" [") || rest.starts_with(" gp=")) && line.ends_with(':')
}

#[test]
fn as_many_goroutines_as_numbers_in_headers() {
    let mut compared = 0;
    for folder in folders() {
        for name in ["debug2.txt", "stderr.txt"] {
            let path = folder.join(name);
            let Some(bytes) = read(&path) else { continue };
            let text = unpacked(&bytes);
            let text = String::from_utf8_lossy(&text);
            // Number 0 is of the stacks of threads that run none (runtime/proc.go: g0).
            let is_one = |line: &&str| is_header(line) && !line.starts_with("goroutine 0 ");
            // A process that ends tells of a goroutine again by the thread that runs it.
            let number = |line: &str| line.split(' ').nth(1).map(str::to_owned);
            let headers: BTreeSet<_> = text.lines().filter(is_one).map(number).collect();
            let headers = headers.len();
            let Ok(dump) = goroutine_ids(&bytes, &Limits::default()) else {
                assert_eq!(headers, 0, "{}", path.display());
                continue;
            };
            let samples = dump.profile().samples();
            let total: i64 = samples.map(|sample| sample.values()[0]).sum();
            assert_eq!(total, headers as i64, "{}", path.display());
            let profile = Profile::read(&bytes, &Limits::default());
            assert_eq!(profile.as_ref(), Ok(dump.profile()), "{}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 4, "only {compared} dumps compared");
}

/// A frame without the arguments of generic functions, which dumps leave out.
type Frame = (String, String, i64);

fn frames(profile: &Profile, sample: &Sample<'_>) -> Vec<Frame> {
    let tables = profile.tables();
    let mut frames = Vec::new();
    for &at in sample.stack().iter().rev() {
        for line in tables.location(at).lines {
            let function = tables.function(line.function);
            let name = tables.text(function.name);
            let name = match (name.find('['), name.rfind(']')) {
                (Some(start), Some(end)) => format!("{}[...]{}", &name[..start], &name[end + 1..]),
                _ => name.into_owned(),
            };
            frames.push((name, tables.text(function.filename).into_owned(), line.line));
        }
    }
    // Dumps show few frames of the runtime, and which they show depends on GOTRACEBACK.
    frames.retain(|(name, ..)| {
        !name.starts_with("runtime.") && !name.starts_with("internal/runtime/")
    });
    frames
}

/// Labels that the program set.
fn labels(profile: &Profile, sample: &Sample<'_>) -> Vec<(String, String)> {
    let tables = profile.tables();
    let pair = |label: Label| {
        let value = match label.value {
            LabelValue::Text(text) => tables.text(text).into_owned(),
            LabelValue::Number { value, .. } => value.to_string(),
        };
        (tables.text(label.key).into_owned(), value)
    };
    let mut labels: Vec<_> = sample.labels().iter().map(pair).collect();
    labels.retain(|(key, _)| !key.starts_with("go::"));
    labels.sort();
    labels
}

type Row = (Vec<Frame>, Vec<(String, String)>);

/// Frames that all forms show of deep stacks: dumps leave out all but 50 at each end, profiles have
/// 32 before Go 1.23, both with some of the runtime.
const SHOWN: usize = 28;

/// Counts by stack and labels, without the goroutine that writes: it is elsewhere in each form.
fn rows(profile: &Profile, with_labels: bool) -> BTreeMap<Row, i64> {
    rows_of(profile, with_labels, |_| true)
}

fn rows_of(
    profile: &Profile,
    with_labels: bool,
    is_wanted: impl Fn(&Sample<'_>) -> bool,
) -> BTreeMap<Row, i64> {
    let mut rows = BTreeMap::new();
    for sample in profile.samples().filter(is_wanted) {
        let mut frames = frames(profile, &sample);
        if frames
            .iter()
            .any(|(name, ..)| name == "runtime/pprof.(*Profile).WriteTo")
        {
            continue;
        }
        let elided = frames
            .iter()
            .position(|(name, ..)| name == "...frames elided...");
        assert!(elided.is_none_or(|at| at > SHOWN));
        frames.truncate(SHOWN);
        let labels = if with_labels {
            labels(profile, &sample)
        } else {
            Vec::new()
        };
        *rows.entry((frames, labels)).or_default() += sample.values()[0];
    }
    rows
}

/// Rows that only one side has, or has another number of.
fn difference(ours: &BTreeMap<Row, i64>, protos: &BTreeMap<Row, i64>) -> Vec<String> {
    let only = |side: &str, a: &BTreeMap<Row, i64>, b: &BTreeMap<Row, i64>| -> Vec<String> {
        let rows = a.iter().filter(|&(row, count)| b.get(row) != Some(count));
        rows.map(|(row, count)| format!("{side} {count} {row:?}"))
            .collect()
    };
    let mut all = only("text", ours, protos);
    all.extend(only("proto", protos, ours));
    all
}

#[test]
fn stacks_and_labels_are_those_of_the_protobuf() {
    let mut compared = 0;
    for folder in folders() {
        let Some(proto) = read(&folder.join("debug0.pb.gz")) else {
            continue;
        };
        let proto = Profile::read(&proto, &Limits::default()).expect("decodes");
        for name in ["debug1.txt", "debug2.txt"] {
            let Some(text) = read(&folder.join(name)) else {
                continue;
            };
            let text = Profile::read(&text, &Limits::default()).expect("decodes");
            // Dumps show labels since Go 1.27.
            let has_labels = text
                .samples()
                .any(|sample| !labels(&text, &sample).is_empty());
            assert!(has_labels || name == "debug2.txt");
            let place = folder.join(name);
            assert_eq!(
                difference(&rows(&text, has_labels), &rows(&proto, has_labels)),
                Vec::<String>::new(),
                "{}",
                place.display()
            );
            assert!(rows(&text, has_labels).len() > 20);
            compared += 1;
        }
    }
    assert!(compared > 3, "only {compared} texts compared");
}

/// Dumps show all goroutines and mark those that leaked; the other forms of goroutineleak have only
/// those.
#[test]
fn marks_of_leaks_are_those_of_the_protobuf() {
    let mut compared = 0;
    for folder in folders() {
        let Some(proto) = read(&folder.join("leak0.pb.gz")) else {
            continue;
        };
        let proto = Profile::read(&proto, &Limits::default()).expect("decodes");
        let text = read(&folder.join("leak2.txt")).expect("lies beside the protobuf");
        let text = Profile::read(&text, &Limits::default()).expect("decodes");
        let is_leaked = |sample: &Sample<'_>| {
            let name = |label: Label| text.tables().text(label.key).into_owned();
            sample
                .labels()
                .iter()
                .any(|label| name(label) == "go::goroutine_leaked")
        };
        let marked = rows_of(&text, true, is_leaked);
        let labelled = marked.keys().any(|(_, labels)| !labels.is_empty());
        let all = if labelled {
            rows(&proto, true)
        } else {
            rows(&proto, false)
        };
        assert_eq!(
            difference(&marked, &all),
            Vec::<String>::new(),
            "{}",
            folder.display()
        );
        assert!(marked.len() > 10);
        compared += 1;
    }
    assert!(compared > 0);
}
