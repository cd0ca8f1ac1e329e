//! `merge` and `convert`: what they write is what pprof writes, and can be read again.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs the command and reads what it wrote"
)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::beside::corpus;
use common::{heapwise, workspace};
use heapwise_decode::{LabelValue, Limits, Profile, ProfileMaker, Tables, encode};

const HEAP: &str = "testdata/server/heap.pb.gz";
const LATER: &str = "testdata/server/go1.27/heap.later.pb.gz";
const PAIR: &str = "testdata/beforeafter/buffer-vs-pool";

/// Runs the command; what it wrote to stdout.
fn run(args: &[&str]) -> Vec<u8> {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {errors}");
    assert_eq!(errors, "", "{args:?}");
    output.stdout
}

/// Runs the command that is to refuse; what it said.
fn refusal(args: &[&str]) -> String {
    let output = heapwise(&workspace()).args(args).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

fn read(path: impl AsRef<Path>) -> Profile {
    let bytes = std::fs::read(workspace().join(path)).unwrap();
    Profile::read(&bytes, &Limits::default()).unwrap()
}

/// A stack with everything that tells its frames apart, and labels.
type Row = (Vec<String>, Vec<String>);

/// Samples by content, however the tables are numbered.
fn content(profile: &Profile) -> BTreeMap<Row, Vec<i64>> {
    let tables = profile.tables();
    let mut rows: BTreeMap<Row, Vec<i64>> = BTreeMap::new();
    for sample in profile.samples() {
        let frames = sample.stack().iter();
        let frames = frames
            .map(|&at| format!("{:?}", frame(tables, at)))
            .collect();
        let mut labels: Vec<String> = sample
            .labels()
            .iter()
            .map(|label| match label.value {
                LabelValue::Text(text) => {
                    format!("{}={}", tables.text(label.key), tables.text(text))
                }
                LabelValue::Number { value, unit } => {
                    format!("{}={value} {}", tables.text(label.key), tables.text(unit))
                }
            })
            .collect();
        labels.sort();
        let values = rows.entry((frames, labels)).or_default();
        values.resize(sample.values().len(), 0);
        for (sum, value) in values.iter_mut().zip(sample.values()) {
            *sum += value;
        }
    }
    rows
}

fn frame(tables: &Tables, at: heapwise_decode::LocationIndex) -> (u64, Vec<(String, String, i64)>) {
    let location = tables.location(at);
    let lines = location.lines.iter().map(|line| {
        let function = tables.function(line.function);
        let file = tables.text(function.filename).into_owned();
        (tables.text(function.name).into_owned(), file, line.line)
    });
    (location.address, lines.collect())
}

/// Where the answers of a test go.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Profiles of ten runs, and what `go tool pprof -proto` made of them.
#[test]
fn a_sum_is_the_one_that_pprof_writes() {
    let folder = Folder::new();
    for side in ["before", "after"] {
        let sum = folder.path("sum.pb.gz");
        run(&["merge", &format!("{PAIR}/{side}"), "-o", &sum]);
        let (ours, pprofs) = (read(&sum), read(format!("{PAIR}/{side}.merged.pb.gz")));
        assert_eq!(content(&ours), content(&pprofs));
        assert_eq!(ours.sample_count(), pprofs.sample_count());
        let (ours, pprofs) = (ours.tables(), pprofs.tables());
        assert_eq!(ours.location_count(), pprofs.location_count());
        assert_eq!(ours.functions().len(), pprofs.functions().len());
        assert_eq!(ours.time_nanos(), pprofs.time_nanos());
        assert_eq!(ours.duration_nanos(), pprofs.duration_nanos());
        assert_eq!(ours.period(), pprofs.period());
        assert_eq!(ours.default_sample_type(), pprofs.default_sample_type());
    }
}

/// The difference that is written shows what the difference on the way shows.
#[test]
fn a_difference_that_was_written_shows_the_same() {
    let folder = Folder::new();
    let path = folder.path("difference.pb.gz");
    for option in ["--base", "--diff_base"] {
        run(&["merge", LATER, option, HEAP, "-o", &path]);
        for view in ["--functions", "--lines"] {
            let top = |args: &[&str]| {
                let all = [
                    &[
                        "top",
                        "--pprof-compatible",
                        view,
                        "-sample_index=alloc_space",
                    ],
                    args,
                ];
                run(&all.concat())
            };
            let shown = String::from_utf8(top(&[option, HEAP, LATER])).unwrap();
            // What was written says that it is a difference, in a remark, which pprof shows.
            let written = String::from_utf8(top(&["-q", &path])).unwrap();
            let lines = written
                .lines()
                .filter(|line| !line.contains("base_subtracted"));
            assert_eq!(lines.collect::<Vec<_>>(), shown.lines().collect::<Vec<_>>());
        }
    }
    let marked = content(&read(&path));
    let is_marked = |row: &Row| row.1.iter().any(|label| label == "pprof::base=true");
    assert!(marked.keys().any(is_marked) && !marked.keys().all(is_marked));
}

#[test]
fn bases_add_up() {
    let folder = Folder::new();
    let (sum, at_once) = (folder.path("sum.pb.gz"), folder.path("at-once.pb.gz"));
    let one = "testdata/server/go1.27/heap.gc1.pb.gz";
    run(&["merge", HEAP, one, "-o", &sum]);
    let twice = folder.path("twice.pb.gz");
    run(&["merge", LATER, "--base", &sum, "-o", &twice]);
    run(&[
        "merge", LATER, "--base", HEAP, "--base", one, "-o", &at_once,
    ]);
    assert_eq!(read(&twice), read(&at_once));
    run(&["merge", LATER, "--base", LATER, "-o", &at_once]);
    assert_eq!(read(&at_once).sample_count(), 0);
}

#[test]
fn a_profile_stays_what_it_is() {
    let folder = Folder::new();
    for path in [HEAP, "testdata/states/goroutineleak.pb.gz"] {
        let copy = folder.path("copy.pb.gz");
        run(&["convert", path, "-o", &copy]);
        let (before, after) = (read(path), read(&copy));
        assert_eq!(content(&before), content(&after));
        assert_eq!(run(&["convert", path]), std::fs::read(&copy).unwrap());
    }
}

#[test]
fn a_dump_becomes_a_profile_with_its_labels() {
    let folder = Folder::new();
    let dump = folder.path("dump.txt");
    let text = "goroutine 7 [select, 5 minutes] {tenant: acme}:\nmain.f(0x1)\n\t/a.go:3 +0x1\n\
                created by main.main in goroutine 1\n\t/a.go:9 +0x1\n";
    std::fs::write(&dump, text).unwrap();
    let copy = folder.path("dump.pb.gz");
    run(&["convert", &dump, "--to", "pprof", "-o", &copy]);
    let labels = content(&read(&copy)).into_keys().next().unwrap().1;
    assert_eq!(
        labels,
        [
            "go::goroutine_created_at=/a.go:9",
            "go::goroutine_created_by=main.main",
            "go::goroutine_state=select",
            "go::goroutine_wait_minutes=5 minutes",
            "tenant=acme"
        ]
    );
}

#[test]
fn folded_stacks_go_out_and_in() {
    let folder = Folder::new();
    let path = folder.path("heap.folded");
    run(&["convert", HEAP, "-o", &path]);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(run(&["convert", "--to", "folded", HEAP]), text.as_bytes());
    assert_eq!(run(&["convert", "--to", "folded", &path]), text.as_bytes());
    let sum = |text: &str| -> i64 {
        let values = text.lines().map(|line| line.rsplit_once(' ').unwrap().1);
        values.map(|value| value.parse::<i64>().unwrap()).sum()
    };
    assert_eq!(sum(&text), 1_800_139);
    let allocated = run(&["convert", HEAP, "--to=folded", "-sample_index=alloc_space"]);
    assert_eq!(sum(std::str::from_utf8(&allocated).unwrap()), 37_375_565);
    let doubled = run(&["merge", "-q", HEAP, HEAP, "--to", "folded"]);
    assert_eq!(sum(std::str::from_utf8(&doubled).unwrap()), 2 * 1_800_139);
}

#[test]
fn what_does_not_fit_is_said() {
    let goroutines = "testdata/server/go1.27/goroutine.pb.gz";
    let said = refusal(&["merge", HEAP, goroutines]);
    assert!(said.contains("sample types"), "{said}");
    let said = refusal(&["convert", HEAP, "--sample_index=alloc_space"]);
    assert!(
        said.contains("another form has a use for it (--to)"),
        "{said}"
    );
    let said = refusal(&["convert", HEAP, "--to=folded", "--sample_index=x"]);
    assert!(said.contains("alloc_space"), "{said}");
    let said = refusal(&["merge", HEAP, "--base", HEAP, "--diff_base", HEAP]);
    assert!(said.contains("cannot be used with"), "{said}");
    let said = refusal(&["convert", "README.md"]);
    assert!(
        said.contains("not a profile") || said.contains("text that starts"),
        "{said}"
    );
}

#[test]
fn sample_types_that_are_left_out_are_said() {
    let folder = Folder::new();
    let narrow = folder.path("narrow.pb.gz");
    let types = [(b"samples".as_slice(), b"count".as_slice())];
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"cpu", b"nanoseconds", 10_000_000);
    maker.add_sample(&[], &[1], &[]);
    let file = std::fs::File::create(&narrow).unwrap();
    encode(&maker.finish().unwrap(), file).unwrap();
    let cpu = "testdata/server/go1.27/profile.seconds3.pb.gz";
    let mut command = heapwise(&workspace());
    let output = command
        .args(["merge", cpu, &narrow, "--to", "folded"])
        .output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    assert_eq!(
        said,
        "heapwise: warning: sample types that not all profiles have were left out: cpu\n"
    );
}

/// What pprof recorded of merges lies in `testdata`; this is for what lies beside it.
#[test]
fn every_profile_of_the_corpus_survives_being_written() {
    let Some(root) = corpus("server") else { return };
    let root = root.join("server");
    let folder = Folder::new();
    let files: Vec<PathBuf> = common::files(&root)
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".pb.gz"))
        .step_by(17)
        .collect();
    assert!(files.len() > 10);
    for path in files {
        let copy = folder.path("copy.pb.gz");
        run(&["convert", path.to_str().unwrap(), "-o", &copy]);
        assert_eq!(
            content(&read(&path)),
            content(&read(&copy)),
            "{}",
            path.display()
        );
    }
}
