use heapwise_report::{DiffReport, Format, write_benchfmt};

use super::load;
use super::sides::{Sides, options, warnings};
use crate::args::{Color, DiffArgs, JudgeArgs};
use crate::output::Output;

/// Rows that people look at; data formats hold all.
const ROWS_FOR_PEOPLE: usize = 25;

/// Runs `heapwise diff`.
pub(crate) fn run(args: &DiffArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(DiffReport::FORMATS)?;
    let sides = Sides::load(&args.sides, &args.view, &args.filters, &args.judge, &output)?;
    if output.format == Format::Benchfmt {
        return write_benchmarks(&sides, &args.judge, &output);
    }
    let report = report(args, &sides, &output)?;
    let mut warnings = report.warnings.clone();
    warnings.retain(|warning| !for_people(&output) || !DiffReport::is_caution(warning));
    output.warn(&warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// Writes the values of both sides for benchstat.
pub(crate) fn write_benchmarks(
    sides: &Sides,
    judge: &JudgeArgs,
    output: &Output,
) -> anyhow::Result<()> {
    let names = (sides.before.name("before"), sides.after.name("after"));
    let mut all = Vec::new();
    if !sides.before.is_empty() {
        all.push(sides.before.benchmarks(&names.0, judge));
    }
    all.push(sides.after.benchmarks(&names.1, judge));
    let sample_type = sides.after.sample_type();
    output.write(|out| write_benchfmt(&all, &sample_type, out))
}

/// Whether people read the answer.
fn for_people(output: &Output) -> bool {
    matches!(output.format, Format::Text | Format::Markdown)
}

fn report(args: &DiffArgs, sides: &Sides, output: &Output) -> anyhow::Result<DiffReport> {
    let limit = args
        .view
        .limit(for_people(output).then_some(ROWS_FOR_PEOPLE));
    let mut options = options(&args.view, &args.judge);
    options.detailed_rows = limit.unwrap_or(usize::MAX);
    let mut difference = sides.diff(&options)?;
    let total = difference
        .total
        .before
        .value
        .max(difference.total.after.value);
    let cutoff = (total as f64 * args.view.nodefraction.unwrap_or(0.0)).abs();
    difference.rows.retain(|row| {
        let cum = row.cum.before.value.unsigned_abs();
        cum.max(row.cum.after.value.unsigned_abs()) as f64 >= cutoff
    });
    let inputs = sides.inputs();
    let mut all_warnings = load::input_warnings(&inputs);
    all_warnings.extend(warnings(&difference.notes));
    Ok(DiffReport {
        inputs,
        warnings: all_warnings,
        per_operation: sides.per_operation(),
        before_name: sides.before.name("before"),
        after_name: sides.after.name("after"),
        difference,
        limit,
        by_cum: args.view.cum,
        verbose: args.verbose,
    })
}
