//! Why the rows of a comparison are still allocated.

use anyhow::{Context, bail};
use heapwise_analysis::explain::{EscapeIndex, Evidences, RowShape, SideReasons, reasons_of_rows};
use heapwise_analysis::{Selector, ViewOptions};
use heapwise_report::{DiffReasons, Format, LogSummary, Warning};

use super::side::LoadedSide;
use super::sides::Sides;
use super::view::Sources;
use crate::args::DiffArgs;
use crate::escapes::{self, Log, SourceLines};
use crate::output::Output;

/// Why rows are allocated, and what is to be said of that.
pub(super) struct Reasons {
    pub(super) of_rows: DiffReasons,
    pub(super) warnings: Vec<Warning>,
}

/// Refuses what is asked of sides or of a format that have no reasons.
pub(super) fn check(args: &DiffArgs, output: &Output) -> anyhow::Result<()> {
    match args.why.is_asked() && output.format == Format::Benchfmt {
        true => {
            bail!("--explain: found the format benchfmt, expected one that has room for reasons")
        }
        false => Ok(()),
    }
}

/// Why the rows of both sides are allocated, where that is asked.
pub(super) fn reasons(
    args: &DiffArgs,
    sides: &Sides,
    output: &Output,
) -> anyhow::Result<Option<Reasons>> {
    let why = &args.why;
    if !why.is_asked() {
        return Ok(None);
    }
    let log = match &why.build {
        Some(package) => Some(escapes::build(package, &[], output)?),
        None => escapes::read(&why.escapes, output)?,
    };
    let older = escapes::read(&why.before_escapes, output)?;
    if older.is_some() && log.is_none() {
        bail!("--before-escapes: found no newer log, expected --escapes or --build beside it");
    }
    let summary = log.as_ref().map(|log| LogSummary::of(&log.decisions));
    let mut warnings = of_logs(log.as_ref(), older.as_ref());
    warnings.extend(of_windows(&sides.after));
    let lines = SourceLines::new(why.source.as_deref());
    let after = side(args, &sides.after, log, Some(&lines), output)?;
    let before = older.map(|log| side(args, &sides.before, Some(log), None, output));
    let of_rows = DiffReasons::new(after, explained(&sides.after).len())
        .with_before(before.transpose()?)
        .with_log(summary);
    Ok(Some(Reasons { of_rows, warnings }))
}

/// Why the rows of a side are allocated. Source that is there is that of the newer side.
fn side(
    args: &DiffArgs,
    side: &LoadedSide,
    log: Option<Log>,
    lines: Option<&SourceLines>,
    output: &Output,
) -> anyhow::Result<SideReasons> {
    let names = side.names();
    let sources = Sources::of_opened(explained(side));
    let mut options = ViewOptions::default();
    options.sample_index = Some(side.sample_type());
    let selector = Selector::new(&args.filters.options())?;
    let view = sources.quiet_view(&selector, options, output)?;
    let kind = view.header().kind;
    if !kind.is_heap() {
        bail!(
            "{names}: found {}, expected a heap profile to tell why it allocates",
            kind.with_article()
        );
    }
    let index = log.map(|log| EscapeIndex::new(log.decisions));
    let line = |file: &str, line| lines.and_then(|lines| lines.line(file, line));
    let mut evidence = Evidences::default();
    evidence.log = index.as_ref();
    evidence.lines = &line;
    let rows = RowShape {
        granularity: args.view.sites.asked().unwrap_or_default(),
        is_cumulative: args.view.order.cum,
    };
    let answer = reasons_of_rows(&view, evidence, rows, args.judge.confidence);
    answer.with_context(|| names)
}

/// The profiles of a side that are explained: snapshots of one process hold the earlier ones.
fn explained(side: &LoadedSide) -> &[crate::input::NamedSource] {
    match (&side.windows, side.sources.as_slice()) {
        (Some(_), [.., last]) => std::slice::from_ref(last),
        (_, all) => all,
    }
}

fn of_windows(side: &LoadedSide) -> Option<Warning> {
    let last = side.sources.last().filter(|_| side.windows.is_some())?;
    let message = format!(
        "reasons are those of all that {} holds, and not only of what was allocated since the first snapshot",
        last.path
    );
    Some(Warning::new("reasons_of_last_snapshot", message))
}

/// What is to be said of the logs.
fn of_logs(log: Option<&Log>, older: Option<&Log>) -> Vec<Warning> {
    match log {
        Some(log) => log
            .warnings()
            .into_iter()
            .chain(older.map(Log::warnings).unwrap_or_default())
            .collect(),
        None => vec![Warning::new(
            "no_escapes",
            "no log of the compiler: reasons are only those that the profile itself tells; give --escapes or --build"
                .to_owned(),
        )],
    }
}
