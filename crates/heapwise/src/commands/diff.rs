use anyhow::{Context, bail};
use heapwise_analysis::{RankOptions, Ranking, diff};
use heapwise_report::{DiffReport, Warning};

use super::load;
use crate::args::{Color, DiffArgs};
use crate::input::{NamedSource, open_all};
use crate::output::Output;

/// Runs `heapwise diff`.
pub(crate) fn run(args: &DiffArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    let report = report(args, &output)?;
    output.warn(&report.warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

fn report(args: &DiffArgs, output: &Output) -> anyhow::Result<DiffReport> {
    let names = [args.before.clone(), args.after.clone()];
    let sources = open_all(&names, &output.limits)?;
    let options = RankOptions::new(args.view.granularity());
    let rankings = load::rank_each(&sources, &options, &output.limits)?;
    let ([before_source, after_source], [before, after]) =
        (sources.as_slice(), rankings.as_slice())
    else {
        bail!("diff: found {} profiles, expected two", sources.len());
    };
    let (old, new) = sample_indexes(args, (before_source, before), (after_source, after))?;
    let mut difference = diff((before, old), (after, new));
    if args.view.cum {
        difference.sort_by_cum();
    }
    let fraction = args.view.nodefraction.unwrap_or(0.0);
    let largest = difference.total.before.max(difference.total.after);
    let cutoff = (largest as f64 * fraction).abs();
    difference.rows.retain(|row| {
        let cum = row
            .cum
            .before
            .unsigned_abs()
            .max(row.cum.after.unsigned_abs());
        cum as f64 >= cutoff
    });
    Ok(DiffReport {
        inputs: vec![
            load::input_of(before_source, before),
            load::input_of(after_source, after),
        ],
        warnings: warnings(before, after),
        difference,
        before_name: column_name(before_source, "before"),
        after_name: column_name(after_source, "after"),
        limit: args.view.limit(output.is_terminal),
    })
}

fn column_name(source: &NamedSource, default: &str) -> String {
    source.label.clone().unwrap_or_else(|| default.to_owned())
}

/// The value to compare on each side: the one asked for, or the newer profile's default; the
/// other side must have the same.
fn sample_indexes(
    args: &DiffArgs,
    before: (&NamedSource, &Ranking),
    after: (&NamedSource, &Ranking),
) -> anyhow::Result<(usize, usize)> {
    let asked = args.view.sample_index.as_deref();
    let new = after
        .1
        .header
        .sample_index(asked)
        .with_context(|| after.0.path.clone())?;
    let wanted = after.1.header.sample_types.get(new);
    let types = &before.1.header.sample_types;
    match types.iter().position(|known| Some(known) == wanted) {
        Some(old) => Ok((old, new)),
        None => bail!(
            "diff: sample types: found {} in {} and {} in {}, expected {} in both",
            load::type_list(before.1),
            before.0.path,
            load::type_list(after.1),
            after.0.path,
            wanted.map_or("one type", |sample_type| &sample_type.type_),
        ),
    }
}

/// What makes two profiles hard to compare.
fn warnings(before: &Ranking, after: &Ranking) -> Vec<Warning> {
    let (old, new) = (&before.header, &after.header);
    let mut warnings = Vec::new();
    if old.period != new.period {
        warnings.push(Warning {
            code: "different_period",
            message: format!(
                "the profiles were taken at different rates ({} and {}): small sites are not \
                 comparable",
                rate(old.period),
                rate(new.period)
            ),
        });
    }
    if old.kind != new.kind {
        warnings.push(Warning {
            code: "different_kind",
            message: format!("a {} profile is compared with a {} one", old.kind, new.kind),
        });
    }
    warnings
}

fn rate(period: Option<i64>) -> String {
    period.map_or_else(|| "not recorded".to_owned(), |period| period.to_string())
}
