//! Tells what a profile is, from one look at its samples.

use heapwise_decode::{agree, counted};
use std::collections::BTreeSet;

use anyhow::{Context, bail};
use heapwise_analysis::{Granularity, Header, RankOptions, Sampling, rank};
use heapwise_decode::{Flow, Sample, StringIndex, Tables, Visitor, visit};
use heapwise_report::{InfoReport, Input, Warning};

use super::profiles;
use crate::args::{Color, InfoArgs};
use crate::executable::without_binary;
use crate::fetch::Endpoint;
use crate::output::Output;
use crate::zone;

/// Runs `heapwise info`.
pub(crate) fn run(args: &InfoArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(InfoReport::FORMATS)?;
    let given: Vec<String> = [&args.profile]
        .into_iter()
        .chain(&args.behind_binary)
        .cloned()
        .collect();
    let sources = output
        .opener(Endpoint::Heap)
        .all(single(&given, &output)?)?;
    for source in &sources {
        let mut summary = Summary::default();
        let tables =
            visit(source, &output.limits, &mut summary).with_context(|| source.path.clone())?;
        let options = RankOptions::new(Granularity::Functions);
        let sampling = rank(source, &options, &output.limits)
            .with_context(|| source.path.clone())?
            .sampling;
        let mut report = summary.report(&source.path, &tables, sampling);
        report.input.header.zone = zone::local();
        if let Some(stored) = &source.stored {
            let header = &mut report.input.header;
            header.set_stored_form(&stored.encoding, stored.format.as_deref());
        }
        let notes = profiles::input_warnings(std::slice::from_ref(&report.input));
        report.warnings.splice(0..0, notes);
        output.warn(&report.warnings)?;
        output.write(|out| report.write(output.format, output.layout, out))?;
    }
    Ok(())
}

/// The one profile.
fn single<'a>(given: &'a [String], output: &Output) -> anyhow::Result<&'a [String]> {
    match without_binary(given, output)? {
        names @ [_] => Ok(names),
        names => bail!("found {} profiles, expected one", names.len()),
    }
}

/// What samples add to the tables.
#[derive(Default)]
struct Summary {
    count: u64,
    without_stack: u64,
    negative: u64,
    totals: Vec<i128>,
    label_keys: BTreeSet<StringIndex>,
}

impl Visitor for Summary {
    fn start(&mut self, tables: &Tables, _: bool) -> Flow {
        *self = Summary {
            totals: vec![0; tables.sample_types().len()],
            ..Summary::default()
        };
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        self.count += 1;
        self.without_stack += u64::from(sample.stack().is_empty());
        self.negative += u64::from(sample.values().iter().any(|&value| value < 0));
        for (total, &value) in self.totals.iter_mut().zip(sample.values()) {
            *total += i128::from(value);
        }
        for label in sample.labels().iter() {
            if !self.label_keys.contains(&label.key) {
                self.label_keys.insert(label.key);
            }
        }
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

impl Summary {
    fn report(self, path: &str, tables: &Tables, sampling: Sampling) -> InfoReport {
        let names = self.label_keys.iter();
        let labels: BTreeSet<String> = names.map(|&key| tables.text(key).into_owned()).collect();
        let warnings = self.warnings(sampling);
        InfoReport::new(
            Input::new(
                path.to_owned(),
                Header::of(tables),
                self.count,
                sampling.error(),
            ),
            self.totals,
        )
        .with_warnings(warnings)
        .with_locations(tables.location_count())
        .with_functions(tables.functions().len())
        .with_mappings(tables.mappings().len())
        .with_labels(labels.into_iter().collect())
    }

    fn warnings(&self, sampling: Sampling) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if let Sampling::Unknown(reason) = sampling {
            warnings.push(Warning::new(
                "sampling_error_unknown",
                format!("sampling errors cannot be told: {}", reason.reason()),
            ));
        }
        if self.negative > 0 {
            warnings.push(Warning::new(
                "negative_values",
                format!(
                    "{} {} negative values: this is the difference of two profiles",
                    counted(self.negative, "sample"),
                    agree(&self.negative, "has", "have")
                ),
            ));
        }
        if self.without_stack > 0 {
            warnings.push(Warning::new(
                "samples_without_stack",
                format!(
                    "{} {} no stack: {} in totals and in no site",
                    counted(self.without_stack, "sample"),
                    agree(&self.without_stack, "has", "have"),
                    agree(&self.without_stack, "it counts", "they count")
                ),
            ));
        }
        warnings
    }
}
