//! What a log of the collector gives to a comparison.

use heapwise_decode::counted;

use super::quantity::GcQuantity;
use super::sample::{Sample, SampleResult, quantile};
use crate::gc::trace::{GcTrace, TraceProcess, TraceStep};

/// What is compared of logs.
pub(super) const QUANTITIES: [GcQuantity; 7] = [
    GcQuantity::AllocBytes,
    GcQuantity::Cycles,
    GcQuantity::Cpu,
    GcQuantity::StopP50,
    GcQuantity::StopP99,
    GcQuantity::HeapLive,
    GcQuantity::HeapGoal,
];

const MIB: f64 = 1_048_576.0;

/// Why no verdict can rest on a process of a log; `None` where one can.
pub(super) fn damage(log: &GcTrace, process: &TraceProcess) -> Option<String> {
    let lost = log.notes.not_understood + log.unplaced + log.not_followed;
    if lost > 0 {
        let lines = counted(lost, "line");
        return Some(format!("{lines} of the log not understood"));
    }
    if process.missing() > 0 {
        let missing = counted(process.missing(), "cycle");
        return Some(format!("{missing} missing in the log"));
    }
    process
        .is_mixed()
        .then(|| "several processes of the log cannot be told apart".to_owned())
}

/// A number of a process.
pub(super) fn sample(process: &TraceProcess, quantity: GcQuantity) -> SampleResult {
    let sample = match quantity {
        GcQuantity::AllocBytes => alloc(process),
        GcQuantity::Cycles => rate(process),
        GcQuantity::Cpu => cpu(process),
        GcQuantity::StopP50 => stops(process, 0.5),
        GcQuantity::StopP99 => stops(process, 0.99),
        GcQuantity::HeapLive => level(process, |step| step.live_mib),
        GcQuantity::HeapGoal => level(process, |step| step.goal_mib),
        _ => None,
    };
    sample.ok_or_else(|| "it takes two cycles in the log, 10 ms apart or more".to_owned())
}

fn of_steps(process: &TraceProcess, step: fn(&TraceStep) -> (f64, f64)) -> Option<Sample> {
    Sample::of_steps(process.steps().iter().map(step).collect())
}

fn alloc(process: &TraceProcess) -> Option<Sample> {
    let known = process.alloc_per_second()?;
    let sample = of_steps(process, |step| (step.alloc_mib * MIB, step.nanos / 1e9))?;
    Some(sample.between(known.low, known.high))
}

fn rate(process: &TraceProcess) -> Option<Sample> {
    let known = process.cycles_per_second()?;
    let sample = of_steps(process, |step| (step.cycles, step.nanos / 1e9))?;
    Some(sample.between(known.low, known.high))
}

fn cpu(process: &TraceProcess) -> Option<Sample> {
    let known = process.cpu_share()?;
    let sample = of_steps(process, |step| (step.gc, step.cpu_nanos))?;
    Some(sample.between(known.low, known.high))
}

fn stops(process: &TraceProcess, part: f64) -> Option<Sample> {
    let stops = process.cycle_stops().nanos;
    let most: Vec<f64> = stops.iter().map(|&(_, most)| most as f64).collect();
    let high = quantile(&most, part)?;
    let printed = stops.into_iter().map(|(printed, _)| printed as f64);
    let sample = Sample::of_values(printed.collect(), part)?;
    let low = sample.value;
    Some(sample.between(low, high))
}

/// A size in MiB, which are cut.
fn level(process: &TraceProcess, mib: fn(&TraceStep) -> f64) -> Option<Sample> {
    let steps = process.steps().iter();
    let sample = Sample::of_steps(steps.map(|step| (mib(step) * MIB, step.count)).collect())?;
    let (low, high) = (sample.value, sample.value + MIB);
    Some(sample.between(low, high))
}
