use heapwise_analysis::{Difference, GivenWork};
use heapwise_report::{BenchmarkDifference, BenchmarkSide, DiffReport, Format, write_benchfmt};

use super::load;
use super::sides::{Sides, options, warnings};
use crate::args::{Color, DiffArgs};
use crate::output::Output;

/// Rows that people look at; data formats hold all.
const ROWS_FOR_PEOPLE: usize = 25;

/// Runs `heapwise diff`.
pub(crate) fn run(args: &DiffArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(DiffReport::FORMATS)?;
    let sides = Sides::load(&args.sides, &args.view, &args.filters, &args.judge, &output)?;
    if output.format == Format::Benchfmt {
        return write_benchmarks(&sides, &output);
    }
    let report = report(args, &sides, &output)?;
    let mut warnings = report.warnings.clone();
    warnings.retain(|warning| !for_people(&output) || !DiffReport::is_caution(warning));
    output.warn(&warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// Writes the values of both sides for benchstat.
pub(crate) fn write_benchmarks(sides: &Sides, output: &Output) -> anyhow::Result<()> {
    let names = (sides.before.name("before"), sides.after.name("after"));
    let parts = sides.parts();
    let mut all = Vec::new();
    for part in &parts {
        for (name, side) in [(&names.0, &part.before), (&names.1, &part.after)] {
            if !side.rankings().is_empty() {
                all.push(BenchmarkSide {
                    name,
                    benchmark: part.benchmark.map(|benchmark| benchmark.name.as_str()),
                    rankings: side.rankings(),
                    exposures: side.exposures(),
                    work: match part.work {
                        GivenWork::Seconds(_) => "s",
                        _ => "op",
                    },
                });
            }
        }
    }
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
    let mut difference = sides.diff_whole(&options)?;
    trim(&mut difference, args);
    let mut benchmarks = Vec::new();
    for part in sides.parts() {
        if let Some(benchmark) = part.benchmark {
            let mut difference = sides.diff_part(&part, &options)?;
            trim(&mut difference, args);
            benchmarks.push(BenchmarkDifference {
                benchmark: benchmark.clone(),
                difference,
            });
        }
    }
    let inputs = sides.inputs();
    let mut all_warnings = load::input_warnings(&inputs);
    all_warnings.extend(warnings(&difference.notes));
    // What verdicts would be misread without comes first.
    all_warnings.sort_by_key(|warning| !DiffReport::is_caution(warning));
    Ok(DiffReport {
        inputs,
        warnings: all_warnings,
        benchmarks,
        before_name: sides.before.name("before"),
        after_name: sides.after.name("after"),
        difference,
        limit,
        by_cum: args.view.cum,
        verbose: args.verbose,
    })
}

/// Leaves out rows that are a small part of the total on both sides.
fn trim(difference: &mut Difference, args: &DiffArgs) {
    let total = &difference.total;
    let total = total.before.value.max(total.after.value);
    let cutoff = (total as f64 * args.view.nodefraction.unwrap_or(0.0)).abs();
    difference.rows.retain(|row| {
        let cum = row.cum.before.value.unsigned_abs();
        cum.max(row.cum.after.value.unsigned_abs()) as f64 >= cutoff
    });
}
