//! Draws stacks: pages, pictures, and what other viewers read.

use heapwise_analysis::flame::{FlameGraph, FlameOptions};
use heapwise_analysis::{Along, Granularity, Header, RankRow, Ranking, Trim};
use heapwise_report::{FlameReport, Format, Layout, TopReport, Warning, last_part};

use super::view::{self, Subject};
use crate::args::{Color, FlameArgs};
use crate::browser;
use crate::input::shown;
use crate::output::Output;

/// Rows of the table of a page, where nobody says how many.
const ROWS: usize = 50;

/// Runs `heapwise flame`.
pub(crate) fn run(args: &FlameArgs, color: Color) -> anyhow::Result<()> {
    draw(args, FlameReport::FORMATS, color, &[])
}

/// Draws what all profiles say together, as a page; of them some things were said already.
pub(super) fn report(args: &FlameArgs, color: Color, said: &[Warning]) -> anyhow::Result<()> {
    draw(args, &[Format::Html], color, said)
}

fn draw(
    args: &FlameArgs,
    formats: &[Format],
    color: Color,
    said: &[Warning],
) -> anyhow::Result<()> {
    let output = Output::new(&args.report.output, color).of_picture();
    output.expect_format(formats)?;
    match look(args, &output, |_| true)? {
        Some(mut looked) => {
            looked.subject.warnings.splice(0..0, said.iter().cloned());
            show(args, output, &looked)
        }
        None => Ok(()),
    }
}

/// What is drawn, and of what.
pub(super) struct Looked {
    subject: Subject,
    drawn: FlameOptions,
}

/// Reads what is to be drawn; `None`, and nothing is said of it, where it is not wanted.
pub(super) fn look(
    args: &FlameArgs,
    output: &Output,
    is_wanted: impl Fn(&Header) -> bool,
) -> anyhow::Result<Option<Looked>> {
    let question = &args.report.question;
    let mut options = question.options(Trim::default());
    // The words of a page are of a ranking, which is made along the way.
    options.along = match output.format {
        Format::Html => Along::Errors,
        _ => Along::Nothing,
    };
    let drawn = drawn(args);
    options.stacks = Some(drawn.clone());
    let subject = view::look_at_wanted(&args.report, options, output, is_wanted)?;
    let looked = subject.map(|subject| Looked { subject, drawn });
    if looked.is_some() {
        output.warn(question.ignored().as_slice())?;
    }
    Ok(looked)
}

/// Draws what was read.
pub(super) fn show(args: &FlameArgs, output: Output, looked: &Looked) -> anyhow::Result<()> {
    let Looked { subject, drawn } = looked;
    let graph = FlameGraph::of(&[&subject.view], drawn)?;
    let title = title(&args.report.question.sources.profiles);
    let name = file_name(&title);
    let words = words(subject, args)?;
    let report = FlameReport::new(title, graph, subject.view.sample_index())
        .with_confidence(args.confidence.confidence)
        .with_filters(subject.view.filters().to_vec())
        .with_words(words)
        .with_warnings(subject.warnings.clone());
    output.warn(&report.drawn_otherwise(output.format))?;
    browser::write(output, &name, &args.open, |output, out| {
        report.write(output.format, out)
    })
}

/// What of the stacks is drawn.
pub(super) fn drawn(args: &FlameArgs) -> FlameOptions {
    let question = &args.report.question;
    let mut options = FlameOptions::default();
    let asked = question.options(Trim {
        node_fraction: options.fraction,
        ..Trim::default()
    });
    options.granularity = asked.granularity.unwrap_or(Granularity::Functions);
    options.no_inlines = asked.no_inlines;
    options.fraction = asked.trim.node_fraction;
    if asked.trim.node_count.is_some() {
        options.most = asked.trim.limit();
    }
    options
}

/// What top says of the same.
fn words(subject: &Subject, args: &FlameArgs) -> anyhow::Result<Vec<u8>> {
    let Some(ranking) = subject.view.ranking() else {
        return Ok(Vec::new());
    };
    let options = subject.view.options();
    let trim = args.report.question.options(Trim {
        node_count: Some(ROWS),
        ..Trim::default()
    });
    let trim = trim.trim;
    let index = subject.view.sample_index();
    let ranking: Ranking = ranking.clone();
    let shown = ranking.shown(index, &trim, options.order());
    let shown = shown.map(RankRow::clone);
    let report = TopReport::new(ranking, index, shown)
        .with_merged(subject.merged)
        .with_order(options.order())
        .with_confidence(args.confidence.confidence)
        .with_filters(subject.view.filters().to_vec());
    let mut words = Vec::new();
    report.write(Format::Markdown, Layout::new(None, false), &mut words)?;
    Ok(words)
}

/// What a page is called.
fn title(profiles: &[String]) -> String {
    match profiles {
        [single] => last_part(&shown(single)).to_owned(),
        [first, others @ ..] => format!("{} and {} more", last_part(&shown(first)), others.len()),
        [] => "profile".to_owned(),
    }
}

/// The start of the name of a file for what has that title.
fn file_name(title: &str) -> String {
    let stem = title.split('.').next().unwrap_or(title);
    let is_plain = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let plain: String = stem.chars().filter(is_plain).collect();
    match plain.as_str() {
        "" => "heapwise".to_owned(),
        _ => plain,
    }
}
