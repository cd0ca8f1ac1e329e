//! Snapshots of the collector of two sides: what differs, and what claims are decided on.

use heapwise_analysis::CollectorSides;
use heapwise_analysis::gc::{
    GcAnswer, GcComparison, GcMoment, GcSide, SideProcess, compare_gc, gc_answer,
};
use heapwise_analysis::stats::Confidence;
use heapwise_decode::counted;
use heapwise_report::{GcReport, GcTraceReport, Warning};

use super::gc::Inputs;
use crate::args::{Color, GcArgs};
use crate::browser;
use crate::fetch::Endpoint;
use crate::input::Opener;
use crate::output::Output;
use crate::zone;

/// Runs `heapwise gc --before ... --after ...`.
pub(crate) fn run(args: &GcArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(GcReport::FORMATS)?;
    let mut inputs = Inputs::read(&args.before, output.opener(Endpoint::HeapText))?;
    let before = take_side(&mut inputs, args.interval);
    inputs.read_more(&args.after, output.opener(Endpoint::HeapText))?;
    let after = take_side(&mut inputs, args.interval);
    let [old, new] = [&before, &after].map(Side::analysed);
    let comparison = compare_gc(&old, &new, args.confidence());
    warn_of_sides(&mut inputs, &before, &after, &comparison);
    inputs.warnings.extend(output.many.passed_over());
    let older = (before.answer.processes.len(), before.traces.len());
    let mut answer = before.answer;
    answer.processes.extend(after.answer.processes);
    let traces = before.traces.into_iter().chain(after.traces).collect();
    let report = GcReport::new(answer)
        .with_traces(traces)
        .with_comparison(Some(comparison))
        .with_older(Some(older))
        .with_inputs(inputs.inputs)
        .with_warnings(inputs.warnings)
        .with_zone(zone::local());
    output.warn(&report.warnings)?;
    browser::write(output, "gc", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}

/// What was read of one side.
struct Side {
    answer: GcAnswer,
    traces: Vec<GcTraceReport>,
}

impl Side {
    /// As the analysis takes it.
    fn analysed(&self) -> GcSide<'_> {
        let logs = self.traces.iter().map(|report| &report.trace);
        GcSide::new(&self.answer.processes, logs)
    }
}

/// Both sides of claims on the collector.
pub(super) struct Snapshots {
    before: Option<Side>,
    after: Side,
    names: Vec<String>,
    /// What is to be said of them.
    pub(super) warnings: Vec<Warning>,
}

impl Snapshots {
    /// The older side may have no snapshots.
    pub(super) fn read(
        before: &[String],
        after: &[String],
        opener: Opener<'_>,
    ) -> anyhow::Result<Snapshots> {
        let mut inputs = Inputs::empty();
        let before = match before {
            [] => None,
            names => {
                inputs.read_more(names, opener)?;
                Some(take_side(&mut inputs, None))
            }
        };
        inputs.read_more(after, opener)?;
        let after = take_side(&mut inputs, None);
        Ok(Snapshots {
            names: names(&inputs, &after),
            before,
            after,
            warnings: inputs.warnings,
        })
    }

    /// As claims are decided on them.
    pub(super) fn sides(&self, confidence: Confidence) -> CollectorSides<'_> {
        let before = self.before.as_ref().map(Side::analysed);
        let after = self.after.analysed();
        CollectorSides::new(after, self.names.clone(), confidence).with_before(before)
    }
}

/// What the processes of a side are called: by the first source of each.
fn names(inputs: &Inputs, side: &Side) -> Vec<String> {
    let path_of = |process: &SideProcess<'_>| match process {
        SideProcess::Log(log, process) => {
            let mut reports = side.traces.iter();
            let report = reports.find(|report| std::ptr::eq(&report.trace, *log))?;
            let path = report.path.clone()?;
            Some(match process.origin() {
                "" => path,
                origin => format!("{path}: {origin}"),
            })
        }
        _ => process.input().map(|input| inputs.path(input)),
    };
    let processes = side.analysed().processes;
    let names = processes.iter().map(|one| path_of(one).unwrap_or_default());
    names.collect()
}

/// What was read so far, as one side; says what is to be said of it.
fn take_side(inputs: &mut Inputs, interval: Option<f64>) -> Side {
    let answer = gc_answer(std::mem::take(&mut inputs.moments), interval);
    inputs.warn_of_moments(&answer);
    Side {
        answer,
        traces: std::mem::take(&mut inputs.traces),
    }
}

/// The same data again is nothing that differs by itself.
fn warn_of_sides(inputs: &mut Inputs, before: &Side, after: &Side, comparison: &GcComparison) {
    if comparison.repeated > 0 {
        let message = format!(
            "{} given again: the same data are no further process",
            counted(comparison.repeated, "log")
        );
        inputs.warnings.push(Warning::new("same_log", message));
    }
    let moments = |side: &Side| {
        let all = side.answer.processes.iter();
        let all = all.flat_map(|process| process.moments.iter().cloned());
        all.collect::<Vec<GcMoment>>()
    };
    let is_same = |one: &GcMoment, other: &GcMoment| {
        let key = |moment: &GcMoment| {
            moment
                .snapshot
                .counters
                .num_gc
                .zip(moment.snapshot.heap.last_gc)
        };
        key(one).is_some() && key(one) == key(other)
    };
    let (old, new) = (moments(before), moments(after));
    let both = old
        .iter()
        .flat_map(|one| new.iter().map(move |other| (one, other)));
    if let Some((one, other)) = both.into_iter().find(|(one, other)| is_same(one, other)) {
        let message = format!(
            "{} and {}: both sides have the same cycle of the same process: their data overlap",
            inputs.path(one.input),
            inputs.path(other.input)
        );
        inputs.warnings.push(Warning::new("same_cycle", message));
    }
}
