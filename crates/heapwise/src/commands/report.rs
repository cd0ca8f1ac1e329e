//! What `report` shows: of dumps of goroutines what `goroutines` says, of snapshots that tell that they are a series of
//! one process what `growth` says, and of other profiles what `top` says of all together.

use std::path::Path;

use heapwise_analysis::{GroupBy, Header, LevelColumn, RateTime};
use heapwise_decode::{ProfileKind, ProfileReader};
use heapwise_report::{Format, GrowthReport, Warning};

use super::growth;
use super::levels::{LevelQuestion, LevelSources, Levels};
use super::{flame, goroutines, view};
use crate::args::{Color, FlameArgs};
use crate::browser;
use crate::executable::without_binary;
use crate::fetch::Endpoint;
use crate::output::Output;

/// Rows of tables that people read.
const ROWS: usize = 100;

/// Runs `heapwise report`.
pub(crate) fn run(args: &FlameArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.report.output, color).of_picture();
    output.expect_format(&[Format::Html])?;
    if let Some(looked) = single(args, &output) {
        return flame::show(args, output, &looked);
    }
    match subject(args, &output)? {
        Subject::Goroutines => of_goroutines(args, output),
        Subject::Series(report) => of_series(args, *report, output),
        Subject::Together => flame::report(args, color),
    }
}

/// What a file by itself says, which is read once; `None` where that are goroutines, and where what is wrong with it is
/// for others to tell.
fn single(args: &FlameArgs, output: &Output) -> Option<flame::Looked> {
    let names = &args.report.question.sources.profiles;
    let is_file = matches!(names.as_slice(), [name] if Path::new(name).is_file());
    let looked = is_file.then(|| flame::look(args, output, |header| !is_dump(header)))?;
    looked.ok().flatten()
}

fn is_dump(header: &Header) -> bool {
    let kind = header.kind;
    matches!(kind, ProfileKind::Goroutine | ProfileKind::GoroutineLeak)
}

/// What profiles are.
enum Subject {
    Goroutines,
    Series(Box<GrowthReport>),
    /// They are added up.
    Together,
}

/// Only files are looked at twice: what comes from elsewhere is there once.
fn subject(args: &FlameArgs, output: &Output) -> anyhow::Result<Subject> {
    let names = without_binary(&args.report.question.sources.profiles, output)?;
    if !names.iter().all(|name| Path::new(name).is_file()) {
        return Ok(Subject::Together);
    }
    let sources = output.opener(Endpoint::Heap).all(names)?;
    let headers = sources.iter().map(|source| {
        let reader = ProfileReader::open_tables(source, &output.limits).ok()?;
        Some(Header::of(reader.tables()))
    });
    // What cannot be read is told of by what reads all.
    let Some(headers) = headers.collect::<Option<Vec<Header>>>() else {
        return Ok(Subject::Together);
    };
    if headers.iter().all(is_dump) {
        return Ok(Subject::Goroutines);
    }
    let asked = args.report.question.sample_index();
    let is_level = |header: &Header| {
        let index = header.sample_index(asked).ok();
        let shown = index.and_then(|index| header.sample_types.get(index));
        header.kind == ProfileKind::Heap
            && shown.is_some_and(|shown| shown.type_.starts_with("inuse_"))
    };
    match headers.len() > 1 && headers.iter().all(is_level) {
        true => series(args, names, output),
        false => Ok(Subject::Together),
    }
}

/// Memory statistics tell which process snapshots are of, and when: nothing else makes several profiles one series.
fn series(args: &FlameArgs, names: &[String], output: &Output) -> anyhow::Result<Subject> {
    let question = &args.report.question;
    let selector = view::selector(question)?;
    let drawn = flame::drawn(args);
    let asked = LevelQuestion {
        sample_index: question.sample_index(),
        granularity: drawn.granularity,
        column: LevelColumn::Flat,
        confidence: args.confidence.confidence,
        selector: &selector,
    };
    let sources = LevelSources::open(names, output)?;
    let Ok(levels) = Levels::read(&sources, &asked, output) else {
        return Ok(Subject::Together);
    };
    let answer = &levels.answer;
    let is_series = answer.time == RateTime::Cycles
        && answer.processes.len() == 1
        && answer.points.len() > 1
        && answer.points.len() + answer.copies.len() == names.len();
    if !is_series {
        output.warn(&[Warning::new(
            "added_up",
            "what was in use at several moments is added up, as pprof does: the command growth shows a series of one process"
                .to_owned(),
        )])?;
        return Ok(Subject::Together);
    }
    let flame = growth::picture(&levels, &asked, &drawn, &output.limits)?;
    let report = GrowthReport::new(levels.answer)
        .with_flame(flame)
        .with_inputs(levels.inputs)
        .with_warnings(levels.warnings)
        .with_limit(Some(ROWS));
    Ok(Subject::Series(Box::new(report)))
}

fn of_series(args: &FlameArgs, report: GrowthReport, output: Output) -> anyhow::Result<()> {
    output.warn(&report.warnings)?;
    browser::write(output, "growth", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}

fn of_goroutines(args: &FlameArgs, output: Output) -> anyhow::Result<()> {
    let question = &args.report.question;
    let asked = goroutines::Asked {
        dumps: &question.sources.profiles,
        filters: &question.filters,
        group_by: GroupBy::default(),
        tree: false,
        budget: None,
        today: None,
        limit: Some(ROWS),
        drawn: flame::drawn(args),
        confidence: args.confidence.confidence,
    };
    let report = goroutines::answer_to(&asked, &output)?;
    output.warn(&report.warnings)?;
    browser::write(output, "goroutines", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}
