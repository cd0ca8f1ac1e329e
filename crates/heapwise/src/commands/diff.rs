use heapwise_report::{DiffReport, Format};

use super::sides::{Sides, options, warnings};
use crate::args::{Color, DiffArgs};
use crate::output::Output;

/// Rows that people look at; data formats hold all.
const ROWS_FOR_PEOPLE: usize = 25;

/// Runs `heapwise diff`.
pub(crate) fn run(args: &DiffArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    let report = report(args, &output)?;
    output.warn(&report.warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

fn report(args: &DiffArgs, output: &Output) -> anyhow::Result<DiffReport> {
    let sides = Sides::load(&args.sides, &args.view, &args.judge, output)?;
    let for_people = matches!(output.format, Format::Text | Format::Markdown);
    let limit = args.view.limit(for_people.then_some(ROWS_FOR_PEOPLE));
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
    Ok(DiffReport {
        inputs: sides.inputs(),
        warnings: warnings(&difference),
        per_operation: sides.per_operation(),
        before_name: sides.before.name("before"),
        after_name: sides.after.name("after"),
        difference,
        limit,
        by_cum: args.view.cum,
        verbose: args.verbose,
    })
}
