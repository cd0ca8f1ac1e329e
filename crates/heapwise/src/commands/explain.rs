//! Why sites allocate, and what would help.

use std::collections::BTreeMap;
use std::fs::canonicalize;

use anyhow::bail;
use heapwise_analysis::explain::{Code, Covered, EscapeIndex, Evidences, Explanation, explain};
use heapwise_analysis::units::auto_label;
use heapwise_analysis::{GoRegex, Per, Selector, ViewOptions};
use heapwise_decode::counted;
use heapwise_report::{ExplainReport, Format, LogSummary, SiteCode, Warning};

use super::hints::hints;
use super::input_notes::InputNotes;
use super::operations;
use super::view::{Sources, Subject};
use crate::args::{Color, ExplainArgs};
use crate::browser;
use crate::escapes::{self, Log, SourceLines};
use crate::fetch::Endpoint;
use crate::fetch::Target;
use crate::output::{Output, root};

/// Runs `heapwise explain`.
pub(crate) fn run(args: &ExplainArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(ExplainReport::FORMATS)?;
    let report = answer(args, &output)?;
    browser::write(output, "explain", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}

/// Why sites allocate, as a value.
fn answer(args: &ExplainArgs, output: &Output) -> anyhow::Result<ExplainReport> {
    output.warn(args.sample_type.ignored(false).as_slice())?;
    let (pattern, profiles) = narrowed(&args.profiles);
    let pattern = pattern.map(GoRegex::new).transpose()?;
    let selector = Selector::new(&args.filters.options())?;
    let sources = Sources::of_profiles(profiles, output)?;
    let subject = subject(args, &sources, &selector, output)?;
    let log = match &args.compiler.build {
        Some(package) => Some(escapes::build(package, &args.compiler.flags, output)?),
        None => escapes::read(&args.compiler.escapes, output)?,
    };
    let summary = log.as_ref().map(|log| LogSummary::of(&log.decisions));
    let mut warnings = subject.warnings.clone();
    warnings.extend(of_log(log.as_ref(), output)?);
    let index = log.map(|log| EscapeIndex::new(log.decisions));
    let older = escapes::read(&args.compiler.compare, output)?;
    let older = older.map(|log| EscapeIndex::new(log.decisions));
    if older.is_some() && index.is_none() {
        bail!("--compare: found no newer log, expected --escapes or --build beside it");
    }
    let source = SourceLines::new(args.compiler.source.as_deref());
    let lines = |file: &str, line| source.line(file, line);
    let mut evidence = Evidences::default();
    evidence.log = index.as_ref();
    evidence.older = older.as_ref();
    evidence.lines = &lines;
    let answer = explain(&subject.view, evidence, args.confidence())?;
    let others = escapes::other_sources(&answer);
    output.warn(&others)?;
    warnings.extend(others);
    let mut answer = match &pattern {
        Some(pattern) => only(answer, pattern, &sources.names())?,
        None => answer,
    };
    let covered = match (args.ops, &args.bench) {
        (Some(operations), _) => Covered::new(Per::Operation, operations),
        (None, Some(text)) => {
            let told = operations::of(text, (&sources, &selector), args.confidence(), output)?;
            let unmeasured = told
                .most_measured
                .and_then(|most| set_up(text, &mut answer, most));
            let new: Vec<Warning> = told
                .covered
                .as_ref()
                .err()
                .cloned()
                .into_iter()
                .chain(unmeasured)
                .collect();
            output.warn(&new)?;
            warnings.extend(new);
            let told = told.covered.ok().zip(answer.allocated);
            told.map(|(covered, allocated)| covered.told_by(allocated.bytes))
        }
        (None, None) => Covered::of_durations(subject.durations.iter().copied()),
    };
    let limit = args.count.limit(default_limit(&answer, output));
    let is_source_named = args.compiler.source.is_some();
    let code = is_source_named.then(|| code_of(&answer, limit, &source));
    let files = match is_source_named {
        true => files_of(&answer, &source),
        false => BTreeMap::new(),
    };
    Ok(ExplainReport::new(answer)
        .with_inputs(subject.inputs)
        .with_merged(subject.merged)
        .with_warnings(warnings)
        .with_log(summary)
        .with_covered(covered)
        .with_limit(limit)
        .with_code(code)
        .with_root(root())
        .with_files(files)
        .with_hints(hints()))
}

/// Takes back advice on what benchmarks do before they measure, and says so.
fn set_up(path: &str, answer: &mut Explanation, most: f64) -> Option<Warning> {
    let count = answer.retain_measured(most);
    let pieces = counted(count, "piece");
    let message = format!(
        "{path}: {pieces} of advice left out: on lines that have allocated more than all operations by their B/op, {} at most, \
         and so before these are measured",
        auto_label(most as i128, "bytes")
    );
    (count > 0).then(|| Warning::new("advice_on_set_up", message))
}

/// What the repository calls the files of advice, by what the profile calls them: where it was built they may have been
/// elsewhere.
fn files_of(answer: &Explanation, source: &SourceLines) -> BTreeMap<String, String> {
    let Some(root) = root().and_then(|root| canonicalize(root).ok()) else {
        return BTreeMap::new();
    };
    let sites = answer.advice.iter().map(|advice| &advice.subject.at);
    let files = sites.filter_map(|site| {
        let path = canonicalize(source.file(site)?).ok()?;
        let parts = path.strip_prefix(&root).ok()?.iter();
        let parts: Vec<_> = parts.map(|part| part.to_string_lossy()).collect();
        Some((site.file.clone()?, parts.join("/")))
    });
    files.collect()
}

/// The code at the sites that are shown, and at those that advice is about.
fn code_of(answer: &Explanation, limit: Option<usize>, source: &SourceLines) -> SiteCode {
    let shown = answer.sites.iter().take(limit.unwrap_or(usize::MAX));
    let advised = answer.advice.iter().map(|advice| &advice.subject);
    let changed = answer.comparison.iter().flat_map(|known| &known.sites);
    let changed = changed.map(|one| &one.subject);
    let all = shown.chain(advised).chain(changed);
    let all = all.filter_map(|subject| {
        let code = source.code(&subject.at, subject.start)?;
        // Of a line that was shortened the rest is not known.
        let is_there = code
            .line()
            .is_none_or(|line| line.ends_with('…') || subject.may_be_on(line));
        Some((is_there, subject.at.clone(), code))
    });
    // What one of several things on a line tells of it is enough, but where advice would be given.
    let (there, changed): (Vec<_>, Vec<_>) = all.partition(|(is_there, _, _)| *is_there);
    let changed = changed
        .into_iter()
        .map(|(_, at, _)| (at, Code::OtherSource));
    let there = there.into_iter().map(|(_, at, code)| (at, code));
    let withheld = answer.changed.iter().filter_map(|subject| {
        let code = source.code(&subject.at, subject.start)?;
        let code = code.line().map_or(code.clone(), |_| Code::OtherSource);
        Some((subject.at.clone(), code))
    });
    changed.chain(there).chain(withheld).collect()
}

/// What was allocated is explained, unless something else is asked for, or the profile has only what is in use.
fn subject(
    args: &ExplainArgs,
    sources: &Sources,
    selector: &Selector,
    output: &Output,
) -> anyhow::Result<Subject> {
    let chosen = args.sample_type.chosen(false);
    let look = |sample_type: Option<&str>| {
        let mut options = ViewOptions::default();
        options.sample_index = sample_type.map(str::to_owned);
        sources.look(InputNotes::of(output.format), selector, options, output)
    };
    let looked = look(chosen.or(Some("alloc_space")));
    let subject = match chosen {
        None => looked.or_else(|_| look(None))?,
        Some(_) => looked?,
    };
    expect_heap(&subject.view, &sources.names())?;
    Ok(subject)
}

fn expect_heap(view: &heapwise_analysis::View, names: &str) -> anyhow::Result<()> {
    let kind = view.header().kind;
    match kind.is_heap() {
        true => Ok(()),
        false => bail!(
            "{names}: found {}, expected a heap profile",
            kind.with_article()
        ),
    }
}

/// A pattern before the profiles: the first word, if there are others and it names nothing that there is.
fn narrowed(names: &[String]) -> (Option<&str>, &[String]) {
    match names.split_first() {
        Some((first, rest)) if !rest.is_empty() && !is_source(first) => (Some(first), rest),
        _ => (None, names),
    }
}

fn is_source(name: &str) -> bool {
    let is_url = !matches!(Target::parse(name, Endpoint::Heap), Ok(None));
    name == "-" || is_url || std::path::Path::new(name).exists()
}

/// What is of functions that match; the totals stay.
fn only(mut answer: Explanation, pattern: &GoRegex, names: &str) -> anyhow::Result<Explanation> {
    let count = answer.sites.len();
    answer.retain(|function| pattern.is_match(function.as_bytes()));
    if answer.sites.is_empty() && answer.advice.is_empty() {
        bail!("{names}: found no function of {count} sites that matches, expected one");
    }
    Ok(answer)
}

/// What is to be said of a log.
fn of_log(log: Option<&Log>, output: &Output) -> anyhow::Result<Vec<Warning>> {
    let warnings = match log {
        Some(log) => log.warnings(),
        None => vec![Warning::new(
            "no_escapes",
            "no log of the compiler: reasons are only those that the profile itself tells; give --escapes or --build"
                .to_owned(),
        )],
    };
    output.warn(&warnings)?;
    Ok(warnings)
}

/// What people read: sites that matter, and on a terminal no more than fit; programs get all.
fn default_limit(answer: &Explanation, output: &Output) -> Option<usize> {
    /// As pprof's `nodefraction`.
    const LEAST_SHARE: f64 = 0.005;
    const ON_TERMINAL: usize = 20;
    let sites = answer.sites.iter();
    let matter = sites
        .take_while(|site| site.share.abs() >= LEAST_SHARE)
        .count();
    match output.format {
        Format::Text if output.is_terminal => Some(matter.clamp(1, ON_TERMINAL)),
        Format::Text | Format::Markdown | Format::Html => Some(matter.max(1)),
        _ => None,
    }
}
