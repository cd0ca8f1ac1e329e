//! Compares two sides: which rows people get, and what is said above them.

use anyhow::bail;
use heapwise_analysis::units::signed_label;
use heapwise_analysis::{Columns, DiffOptions, GivenWork, TestKind};
use heapwise_report::{BenchmarkDifference, BenchmarkSide, DiffReport, Format, write_benchfmt};

use super::flame_sides;
use super::hints::hints;
use super::profiles;
use super::sides::{Sides, options, warnings};
use super::why;
use crate::args::{Color, DiffArgs, Test};
use crate::browser;
use crate::exit::{Gate, printable};
use crate::output::Output;

/// Rows of a text that is piped or pasted into a review, where nobody says how many.
pub(super) const ROWS_FOR_PEOPLE: usize = 25;

/// Runs `heapwise diff`.
pub(crate) fn run(args: &DiffArgs, color: Color) -> anyhow::Result<Gate> {
    let output = Output::new(&args.output, color).with_many(&args.many)?;
    output.expect_format(DiffReport::FORMATS)?;
    why::check(args, &output)?;
    let is_benchfmt = output.format == Format::Benchfmt;
    // benchstat gets bytes and objects, people one of them.
    let columns = match is_benchfmt {
        true => Columns::All,
        false => Columns::One(args.view.sample_type.chosen(false).map(str::to_owned)),
    };
    let (view, judge) = (&args.view, &args.judge);
    let sides = Sides::load(args.sides()?, view, &args.filters, judge, columns, &output)?;
    if is_benchfmt {
        write_benchmarks(&sides, &output)?;
        return Ok(output.many.gate());
    }
    let report = report(args, &sides, &output)?;
    let mut warnings = report.warnings.clone();
    warnings.retain(|warning| !output.is_for_people() || !DiffReport::is_caution(warning));
    output.warn(&warnings)?;
    let (rows, flat) = report.omitted();
    let value = signed_label(flat, &report.difference.sample_type.unit);
    output.warn_of_omitted(rows, Some(value))?;
    if matches!(output.format, Format::Html | Format::Svg) {
        let gate = output.many.gate();
        draw(args, &sides, &report, output)?;
        return Ok(gate);
    }
    let gate = output.many.gate();
    browser::write(output, "diff", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })?;
    Ok(gate)
}

/// Writes a page or a picture.
fn draw(args: &DiffArgs, sides: &Sides, report: &DiffReport, output: Output) -> anyhow::Result<()> {
    let flame = flame_sides::compare(args, sides, &diff_options(args), &output)?;
    if flame.is_none() && output.format == Format::Svg {
        bail!("diff: found snapshots that are compared by the second, expected profiles to draw");
    }
    browser::write(output, "diff", &args.open, |output, out| {
        report.write_drawn(flame.as_ref(), output.format, out)
    })
}

/// What the options mean, but for which rows are shown.
fn diff_options(args: &DiffArgs) -> DiffOptions {
    let mut options = options(&args.view, &args.judge);
    options.min_change = args.verdicts.min_change;
    options.test = match args.verdicts.test {
        Test::Sampling => TestKind::Sampling,
        Test::Mannwhitney => TestKind::MannWhitney,
    };
    options
}

/// Writes the values of both sides for benchstat.
pub(crate) fn write_benchmarks(sides: &Sides, output: &Output) -> anyhow::Result<()> {
    let names = (sides.before.name("before"), sides.after.name("after"));
    let parts = sides.parts();
    let mut all = Vec::new();
    for part in &parts {
        for (name, side) in [(&names.0, &part.before), (&names.1, &part.after)] {
            if !side.rankings().is_empty() {
                all.push(
                    BenchmarkSide::new(name, side.rankings())
                        .with_benchmark(part.benchmark.map(|benchmark| benchmark.name.as_str()))
                        .with_exposures(side.exposures())
                        .with_work(match part.work {
                            GivenWork::Seconds(_) => "s",
                            _ => "op",
                        }),
                );
            }
        }
    }
    let sample_type = sides.after.sample_type();
    let left_out = output.many.what_was_left_out();
    output.write(|out| {
        if let Some(left_out) = left_out {
            writeln!(out, "left-out: {}", printable(&left_out.line()))?;
        }
        write_benchfmt(&all, &sample_type, out)
    })
}

fn report(args: &DiffArgs, sides: &Sides, output: &Output) -> anyhow::Result<DiffReport> {
    let mut default = output.default_trim();
    if output.is_for_people() {
        default.node_count = default.node_count.or(Some(ROWS_FOR_PEOPLE));
    }
    let trim = args.rows.trim(default);
    let mut options = diff_options(args);
    options.detailed_rows = trim.limit();
    options.node_fraction = trim.node_fraction;
    let difference = sides.diff_whole(&options)?;
    let mut benchmarks = Vec::new();
    for part in sides.parts() {
        if let Some(benchmark) = part.benchmark {
            let difference = sides.diff_part(&part, &options)?;
            benchmarks.push(BenchmarkDifference::new(benchmark.clone(), difference));
        }
    }
    let inputs = sides.inputs();
    let mut all_warnings = profiles::input_warnings(&inputs);
    all_warnings.extend(warnings(&difference.notes));
    all_warnings.extend(output.many.passed_over());
    let reasons = why::reasons(args, sides, output)?.map(|reasons| {
        all_warnings.extend(reasons.warnings);
        reasons.of_rows
    });
    // What verdicts would be misread without comes first.
    all_warnings.sort_by_key(|warning| !DiffReport::is_caution(warning));
    Ok(DiffReport::new(difference)
        .with_inputs(inputs)
        .with_warnings(all_warnings)
        .with_left_out(output.many.what_was_left_out())
        .with_benchmarks(benchmarks)
        .with_before_name(sides.before.name("before"))
        .with_after_name(sides.after.name("after"))
        .with_trim(trim)
        .with_by_cum(args.view.order.cum)
        .with_verbose(args.verbose)
        .with_reasons(reasons)
        .with_filters(args.filters.options().active())
        .with_hints(hints()))
}
