//! What `report` shows: of dumps of goroutines what `goroutines` says, of snapshots that tell that they are a series of
//! one process what `growth` says, and of other profiles what `top` says of all together.

use std::path::Path;

use heapwise_analysis::{GroupBy, GrowthAnswer, Header, LevelColumn, RateTime, Trim};
use heapwise_decode::{ProfileKind, ProfileReader, counted, is_text};
use heapwise_report::{Format, GrowthReport, Warning};

use super::growth;
use super::levels::{LevelQuestion, LevelSources, Levels};
use super::{flame, goroutines, view};
use crate::args::{Color, FlameArgs, QuestionArgs};
use crate::browser;
use crate::executable::without_binary;
use crate::fetch::Endpoint;
use crate::output::Output;

/// At so many sites and sizes two processes sample as many blocks by chance in less than 1 of 100 cases, a half to this
/// power, even where the later one has fewer nowhere.
const SAME_PROCESS: usize = 7;

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
        Subject::Together(warnings) => flame::report(args, color, &warnings),
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
    /// They are added up, of which this is to be said.
    Together(Vec<Warning>),
}

/// A profile that was named, or found in a folder.
struct Seen {
    header: Header,
    /// Whether it is a heap text in a folder, such as may come with dumps of goroutines.
    may_come_along: bool,
}

/// What the names stand for, be it in a folder or behind a pattern.
fn subject(args: &FlameArgs, output: &Output) -> anyhow::Result<Subject> {
    let names = without_binary(&args.report.question.sources.profiles, output)?;
    let Some(seen) = seen(names, output)? else {
        return Ok(Subject::Together(Vec::new()));
    };
    let are_dumps = seen.iter().any(|one| is_dump(&one.header));
    let mut all = seen.iter();
    if are_dumps && all.all(|one| is_dump(&one.header) || one.may_come_along) {
        return Ok(Subject::Goroutines);
    }
    let asked = args.report.question.sample_index();
    let is_level = |Seen { header, .. }: &Seen| {
        let index = header.sample_index(asked).ok();
        let shown = index.and_then(|index| header.sample_types.get(index));
        header.kind == ProfileKind::Heap
            && shown.is_some_and(|shown| shown.type_.starts_with("inuse_"))
    };
    match seen.len() > 1 && seen.iter().all(is_level) {
        true => series(args, (names, seen.len()), output),
        false => Ok(Subject::Together(Vec::new())),
    }
}

/// What the profiles say of themselves; `None` where that is not looked at. Only files are looked at twice: what comes from
/// elsewhere is there once.
fn seen(names: &[String], output: &Output) -> anyhow::Result<Option<Vec<Seen>>> {
    let opener = output.opener(Endpoint::Heap);
    let mut all = Vec::new();
    for (file, is_named) in opener.files(names)?.unwrap_or_default() {
        let sources = opener.all(&[file]).unwrap_or_default();
        let source = sources.first();
        let reader = source.map(|source| ProfileReader::open_tables(source, &output.limits));
        match source.zip(reader.and_then(Result::ok)) {
            Some((source, reader)) => {
                let header = Header::of(reader.tables());
                let may_come_along = !is_named
                    && header.kind == ProfileKind::Heap
                    && is_text(source, &output.limits)?;
                all.push(Seen {
                    header,
                    may_come_along,
                });
            }
            // What cannot be read is told of by what reads all; in a folder it is passed over.
            None if is_named => return Ok(None),
            None => {}
        }
    }
    Ok((!all.is_empty()).then_some(all))
}

/// Several profiles are a series only where something tells that they are of one process, and when.
fn series(
    args: &FlameArgs,
    (names, count): (&[String], usize),
    output: &Output,
) -> anyhow::Result<Subject> {
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
    let levels = Levels::read(&sources, &asked, output);
    let levels = levels.map_err(|error| error.root_cause().to_string());
    let levels = levels.and_then(|levels| match why_no_series(&levels.answer, count) {
        _ if levels.instances.is_some() => Err("they are of several instances".to_owned()),
        Some(reason) => Err(reason),
        None => Ok(levels),
    });
    let levels = match levels {
        Ok(levels) => levels,
        Err(reason) => {
            let warnings = vec![Warning::new(
                "added_up",
                format!(
                    "what was in use in {count} profiles is added up, as pprof does, and not shown as a series of one process: {reason}; the command growth takes them for one"
                ),
            )];
            output.warn(&warnings)?;
            return Ok(Subject::Together(warnings));
        }
    };
    let flame = growth::picture(&levels, &asked, &drawn, &output.limits)?;
    let report = GrowthReport::new(levels.answer)
        .with_flame(flame)
        .with_inputs(levels.inputs)
        .with_warnings(levels.warnings)
        .with_limit(Some(rows(question)));
    Ok(Subject::Series(Box::new(report)))
}

/// Rows of a table that has no part below which they are left out.
fn rows(question: &QuestionArgs) -> usize {
    let default = Trim {
        node_count: Some(ROWS),
        ..Trim::default()
    };
    question.options(default).trim.limit()
}

/// Of one process at times of their own is a series. Times at which profiles were taken do not tell the process: what it
/// allocated only before, and has sampled as often in each, does.
fn why_no_series(answer: &GrowthAnswer, asked: usize) -> Option<String> {
    let unchanged = answer
        .processes
        .first()
        .and_then(|one| one.unchanged_counts);
    let processes = answer.processes.len();
    let are_all = answer.points.len() + answer.copies.len() == asked;
    let reason = match answer.time {
        _ if processes > 1 => format!("they are of {processes} processes"),
        _ if !are_all => "not all of them are snapshots of what is in use".to_owned(),
        _ if answer.points.len() < 2 => "all but one are copies".to_owned(),
        RateTime::Cycles => return None,
        RateTime::Taken => match unchanged {
            Some(SAME_PROCESS..) => return None,
            Some(count) => format!(
                "found {} of blocks unchanged from one to the next, expected {SAME_PROCESS} where they are of one process",
                counted(count, "sampled count")
            ),
            None => "nothing tells that they are of one process".to_owned(),
        },
        _ => "they do not say that one was taken after the other".to_owned(),
    };
    Some(reason)
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
        limit: Some(rows(question)),
        drawn: flame::drawn(args),
        confidence: args.confidence.confidence,
    };
    let report = goroutines::answer_to(&asked, &output)?;
    output.warn(&report.warnings)?;
    browser::write(output, "goroutines", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}
