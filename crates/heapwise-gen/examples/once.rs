//! Answers one question about one profile, or about two, and stops, for tools that watch a whole
//! process: `once QUESTION FILE`, or `once none|plain_diff|diff FILE FILE`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a command reads a file and tells what went wrong"
)]

use std::error::Error;
use std::hint::black_box;
use std::process::ExitCode;

use heapwise_analysis::flame::{FlameGraph, FlameOptions};
use heapwise_analysis::graph::{CallGraph, GraphKind};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Along, Columns, DiffOptions, DiffSide, Granularity, RankOptions, Selector, View, ViewOptions,
    diff, rank,
};
use heapwise_decode::{Flow, Limits, Sample, Tables, Visitor, visit};

const USAGE: &str =
    "usage: once none|inflate|visit|rank|rank_with_errors|top|top_alloc|row_errors|pprof_top|pprof_top_alloc|tree_alloc|flame FILE,
       once none|plain_diff|diff FILE FILE";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((question, files)) = arguments
        .split_first()
        .filter(|(_, files)| !files.is_empty())
    else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let read = |file: &String| std::fs::read(file).map_err(|error| format!("{file}: {error}"));
    let answered = files
        .iter()
        .map(read)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|files| answer(question, &files).map_err(|error| error.to_string()));
    match answered {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn answer(question: &str, files: &[Vec<u8>]) -> Result<(), Box<dyn Error>> {
    let limits = Limits::default();
    let bytes = files.first().map(Vec::as_slice).unwrap_or_default();
    match question {
        "plain_diff" | "diff" => difference(files, question == "diff")?,
        "inflate" => {
            black_box(heapwise_gen::inflate(bytes)?);
        }
        "visit" => {
            black_box(visit(bytes, &limits, &mut Nothing)?);
        }
        "rank" | "rank_with_errors" => {
            let mut options = RankOptions::new(Granularity::Functions);
            options.with_errors = question == "rank_with_errors";
            black_box(rank(bytes, &options, &limits)?);
        }
        "top" | "top_alloc" => {
            let column = (question == "top_alloc").then_some("alloc_space");
            black_box(rank(bytes, &of_column(column), &limits)?);
        }
        "row_errors" => {
            let column = Some("alloc_space");
            let ranking = rank(bytes, &of_column(column), &limits)?;
            let index = ranking.header.sample_index(column)?;
            for row in &ranking.rows {
                black_box(ranking.flat_estimate(row, index, Confidence::default()));
                black_box(ranking.cum_estimate(row, index, Confidence::default()));
            }
        }
        "pprof_top" => graph(bytes, None, GraphKind::Top)?,
        "pprof_top_alloc" => graph(bytes, Some("alloc_space"), GraphKind::Top)?,
        "tree_alloc" => graph(bytes, Some("alloc_space"), GraphKind::Tree)?,
        "flame" => flame(bytes)?,
        _ => {
            black_box(bytes);
        }
    }
    Ok(())
}

/// The graph of one sample type, as a report of pprof's has it.
fn graph(bytes: &[u8], column: Option<&str>, kind: GraphKind) -> Result<(), Box<dyn Error>> {
    let mut options = ViewOptions::default();
    options.along = Along::Sums;
    options.sample_index = column.map(str::to_owned);
    let view = View::read(
        bytes.to_vec(),
        &Selector::default(),
        options,
        &Limits::default(),
    )?;
    black_box(CallGraph::of(&view, kind)?);
    Ok(())
}

/// The frames of a page, and the ranking that is made for it along the way.
fn flame(bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let drawn = FlameOptions::default();
    let mut options = ViewOptions::default();
    options.along = Along::Errors;
    options.stacks = Some(drawn.clone());
    let (selector, limits) = (Selector::default(), Limits::default());
    let view = View::read(bytes.to_vec(), &selector, options, &limits)?;
    black_box(FlameGraph::of(&[&view], &drawn)?);
    Ok(())
}

/// Ranks by one sample type, as the command does.
fn of_column(name: Option<&str>) -> RankOptions {
    let mut options = RankOptions::new(Granularity::Functions);
    options.columns = Columns::One(name.map(str::to_owned));
    options
}

/// All profiles but the last against the last, with or without what judging needs.
fn difference(files: &[Vec<u8>], with_errors: bool) -> Result<(), Box<dyn Error>> {
    let mut options = RankOptions::new(Granularity::Functions);
    options.with_errors = with_errors;
    let rankings = files
        .iter()
        .map(|bytes| rank(&bytes[..], &options, &Limits::default()))
        .collect::<Result<Vec<_>, _>>()?;
    let indexes = vec![1; rankings.len()];
    let side = |rankings| DiffSide::new(rankings, &indexes);
    let (before, after) = rankings.split_at(rankings.len().saturating_sub(1));
    let mut options = DiffOptions::default();
    options.detailed_rows = 30;
    // Sides that cannot be compared cost nothing, and the count shows it.
    let _ = black_box(diff(&side(before), &side(after), &options));
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
