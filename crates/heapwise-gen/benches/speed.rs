//! Speed in uncompressed bytes per second, of captured and of generated profiles:
//! `cargo bench -p heapwise-gen`, with HEAPWISE_BENCH_LARGE=1 for 100 and 300 MB.
//!
//! Divide by `inflate_floor`: the ratio survives a busy machine.
//!
//! The whole command beside the same floor, in turn, with a tool that tells the CPU time of each:
//!
//! ```text
//! cargo build --release -p heapwise && cargo build --profile bench -p heapwise-gen --bins --examples
//! # 52 MB, every block recorded: what Go's compiler allocates for go/types.
//! go build -gcflags=go/types=-memprofile=DIR/ -memprofilerate=1 go/types
//! # 50 MB, one block per 512 KiB: generated (without arguments it says what they mean).
//! target/release/heapwise-gen FILE 500000 12000 3000 27 go 6 3
//! target/release/examples/once inflate FILE
//! target/release/heapwise top -sample_index=alloc_space FILE
//! ```

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a bench reads files and tells what it leaves out"
)]

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_analysis::{
    Along, DiffOptions, DiffSide, Granularity, RankOptions, Ranking, Selector, View, ViewOptions,
    rank,
};
use heapwise_decode::{Flow, Limits, Profile, Sample, Tables, Visitor, visit};
use heapwise_gen::{Order, Shape, inflate, write_gzip};

fn main() {
    divan::main();
}

/// Captured profiles, relative to `testdata`; those of 100 kB and more are worth timing.
const CAPTURED: [&str; 3] = ["server/heap.pb.gz", "go/http.pb.gz", "go/json.pb.gz"];
const SMALL: [(&str, Shape); 2] = [("1mb", Shape::M1), ("10mb", Shape::M10)];
const LARGE: [(&str, Shape); 2] = [("100mb", Shape::M100), ("300mb", Shape::M300)];
const LARGE_VARIABLE: &str = "HEAPWISE_BENCH_LARGE";
/// The level and a seed of the generated profiles; the Go runtime compresses at level 1.
const LEVEL: u32 = 1;
const SEED: u64 = 1;

/// A compressed profile in memory.
struct Input {
    name: String,
    bytes: Vec<u8>,
    plain_bytes: u64,
}

impl fmt::Display for &'static Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Input {
    fn new(name: &str, bytes: Vec<u8>) -> Input {
        Input {
            name: name.to_owned(),
            plain_bytes: inflate(&bytes[..]).expect("one gzip member"),
            bytes,
        }
    }

    fn count(&self) -> BytesCount {
        BytesCount::new(self.plain_bytes)
    }
}

fn inputs() -> &'static [Input] {
    static INPUTS: OnceLock<Vec<Input>> = OnceLock::new();
    INPUTS.get_or_init(|| {
        let mut inputs = captured();
        let large = std::env::var_os(LARGE_VARIABLE).is_some();
        let shapes = SMALL.iter().chain(if large { &LARGE[..] } else { &[] });
        for (size, shape) in shapes {
            for order in [Order::Go, Order::Canonical] {
                let name = format!("{size}_{}", order.name());
                let bytes = generated(&name, shape, order).expect("a writable target directory");
                inputs.push(Input::new(&name, bytes));
            }
        }
        inputs
    })
}

fn captured() -> Vec<Input> {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let read = |name: &&str| match fs::read(testdata.join(name)) {
        Ok(bytes) => Some(Input::new(name, bytes)),
        Err(_) => {
            eprintln!("testdata/{name}: not there, left out");
            None
        }
    };
    CAPTURED.iter().filter_map(read).collect()
}

/// A generated profile, kept in the target directory from one run to the next.
fn generated(name: &str, shape: &Shape, order: Order) -> io::Result<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("generated-{name}-{}.pb.gz", shape_number(shape)));
    if !path.exists() {
        fs::create_dir_all(&folder)?;
        // Renamed when whole, so that an interrupted run leaves nothing half.
        let part = path.with_extension("part");
        let file = BufWriter::new(File::create(&part)?);
        write_gzip(shape, order, LEVEL, SEED, file)?;
        fs::rename(&part, &path)?;
    }
    fs::read(path)
}

/// The parameters in the file's name, so that a changed shape is generated anew.
fn shape_number(shape: &Shape) -> String {
    format!(
        "{}-{}-{}-{}",
        shape.samples, shape.locations, shape.functions, shape.depth
    )
}

#[divan::bench(args = inputs())]
fn inflate_floor(bencher: Bencher<'_, '_>, input: &'static Input) {
    bencher
        .counter(input.count())
        .bench(|| inflate(&input.bytes[..]).expect("one gzip member"));
}

#[divan::bench(name = "visit", args = inputs())]
fn visit_nothing(bencher: Bencher<'_, '_>, input: &'static Input) {
    bencher
        .counter(input.count())
        .bench(|| visit(&input.bytes, &Limits::default(), &mut Nothing).expect("a profile"));
}

struct Nothing;

impl Visitor for Nothing {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        black_box(sample.stack().len());
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

#[divan::bench(args = inputs())]
fn profile(bencher: Bencher<'_, '_>, input: &'static Input) {
    let limits = Limits::default();
    bencher
        .counter(input.count())
        .bench(|| Profile::read(&input.bytes, &limits).map(|profile| profile.sample_count()));
}

#[divan::bench(name = "rank", args = inputs())]
fn rank_functions(bencher: Bencher<'_, '_>, input: &'static Input) {
    bencher.counter(input.count()).bench(|| ranking(input));
}

fn ranking(input: &Input) -> Ranking {
    let options = RankOptions::new(Granularity::Functions);
    rank(&input.bytes, &options, &Limits::default()).expect("a profile")
}

#[divan::bench(name = "pprof_top", args = inputs())]
fn top(bencher: Bencher<'_, '_>, input: &'static Input) {
    bencher.counter(input.count()).bench(|| {
        let mut options = ViewOptions::default();
        options.along = Along::Sums;
        let everything = Selector::default();
        let view = View::read(&input.bytes, &everything, options, &Limits::default());
        CallGraph::of(&view.expect("a profile"), GraphKind::Top).expect("a graph")
    });
}

/// A profile with itself: what counts is that two are read.
#[divan::bench(args = inputs())]
fn diff(bencher: Bencher<'_, '_>, input: &'static Input) {
    let both = BytesCount::new(2 * input.plain_bytes);
    bencher.counter(both).bench(|| {
        let (before, after) = (ranking(input), ranking(input));
        let index = after.header.default_sample_index.unwrap_or(0);
        let side =
            |ranking| DiffSide::new(std::slice::from_ref(ranking), std::slice::from_ref(&index));
        let mut options = DiffOptions::default();
        options.detailed_rows = 25;
        heapwise_analysis::diff(&side(&before), &side(&after), &options)
    });
}
