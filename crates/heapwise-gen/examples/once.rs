//! Answers one question about one profile and stops, for tools that watch a whole process:
//! `once none|visit|rank|pprof_top FILE`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a command reads a file and tells what went wrong"
)]

use std::hint::black_box;
use std::process::ExitCode;

use heapwise_analysis::{Granularity, PprofTopOptions, RankOptions, pprof_top, rank};
use heapwise_decode::{Error, Flow, Limits, Sample, Tables, Visitor, visit};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [question, file] = arguments.as_slice() else {
        eprintln!("usage: once none|visit|rank|pprof_top FILE");
        return ExitCode::from(2);
    };
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("error: {file}: {error}");
            return ExitCode::from(2);
        }
    };
    match answer(question, &bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {file}: {error}");
            ExitCode::from(2)
        }
    }
}

fn answer(question: &str, bytes: &[u8]) -> Result<(), Error> {
    let limits = Limits::default();
    match question {
        "visit" => {
            black_box(visit(bytes, &limits, &mut Nothing)?);
        }
        "rank" => {
            let options = RankOptions::new(Granularity::Functions);
            black_box(rank(bytes, &options, &limits)?);
        }
        "pprof_top" => {
            // The inner result refuses a sample index; the default always exists.
            let _ = black_box(pprof_top(bytes, &PprofTopOptions::default(), &limits)?);
        }
        _ => {
            black_box(bytes);
        }
    }
    Ok(())
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
