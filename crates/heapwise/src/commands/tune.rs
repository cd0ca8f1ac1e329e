//! Predicts what other settings of the collector would do to a program.

use anyhow::{Context, bail};
use heapwise_analysis::gc::tune::{
    Measurement, Origin, Prediction, Proposal, Quantity, Request, Setting, measure, predict,
    propose,
};
use heapwise_analysis::gc::{GcMoment, processes};
use heapwise_decode::{Limits, counted, gc_snapshots};
use heapwise_report::{SnapshotInput, TuneReport, Warning};

use crate::args::{Color, Container, SettingArgs, TuneArgs};
use crate::cgroup;
use crate::input::open_all;
use crate::output::Output;

/// Runs `heapwise tune`.
pub(crate) fn run(args: &TuneArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(TuneReport::FORMATS)?;
    let container = container(&args.settings)?;
    let snapshots = Snapshots::read(&args.snapshots, &output.limits)?;
    let measurement = measure(&snapshots.moments, &args.program.given())
        .map_err(|missing| anyhow::anyhow!(needed(&missing, snapshots.moments.len())))?;
    let program = &measurement.program;
    let proposal = container.as_ref().map(|(bytes, _)| {
        let settings = &args.settings;
        let margin = settings.margin.of(*bytes);
        propose(program, Request::new(*bytes, margin, settings.cpu_budget))
    });
    let cells = cells(&args.settings, &measurement, proposal.as_ref());
    let now = predict(program, program.setting());
    let mut warnings = snapshots.warnings;
    warnings.extend(cycles_warning(&measurement));
    warnings.extend(peak_warning(&measurement, &now));
    let report = TuneReport::new(measurement, now)
        .with_inputs(snapshots.inputs)
        .with_warnings(warnings)
        .with_cells(cells)
        .with_proposal(proposal)
        .with_container_source(container.and_then(|(_, source)| source));
    output.warn(&report.warnings)?;
    output.write(|out| report.write(output.format, output.layout, out))
}

/// The size of the container, and where that is from.
fn container(settings: &SettingArgs) -> anyhow::Result<Option<(u64, Option<String>)>> {
    Ok(match settings.memory_limit {
        None => None,
        Some(Container::Bytes(bytes)) => Some((bytes, None)),
        Some(Container::ControlGroup) => {
            let (bytes, file) = cgroup::memory_limit().context("--memory-limit cgroup")?;
            Some((bytes, Some(file)))
        }
    })
}

/// Snapshots of one process.
struct Snapshots {
    moments: Vec<GcMoment>,
    inputs: Vec<SnapshotInput>,
    warnings: Vec<Warning>,
}

impl Snapshots {
    fn read(names: &[String], limits: &Limits) -> anyhow::Result<Snapshots> {
        let mut all = Snapshots {
            moments: Vec::new(),
            inputs: Vec::new(),
            warnings: Vec::new(),
        };
        for (at, source) in open_all(names, limits)?.iter().enumerate() {
            let found = gc_snapshots(source, limits).with_context(|| source.path.clone())?;
            let kind = found.first().map_or("", |snapshot| snapshot.source.name());
            all.inputs
                .push(SnapshotInput::new(source.path.clone(), kind));
            let unread: u64 = found.iter().map(|snapshot| snapshot.unread.count).sum();
            if unread > 0 {
                all.warnings.push(unread_warning(&source.path, unread));
            }
            let moments = found
                .into_iter()
                .map(|snapshot| GcMoment::new(snapshot, at));
            all.moments.extend(moments);
        }
        let mut series = processes(all.moments).series;
        if series.len() > 1 {
            bail!(
                "{}: found snapshots of {}, expected one: of each other the counters go down, or \
                 their collections ended at other times",
                names.join(", "),
                counted(series.len(), "process")
            );
        }
        all.moments = series.pop().unwrap_or_default();
        Ok(all)
    }
}

fn unread_warning(path: &str, count: u64) -> Warning {
    let fields = counted(count, "field");
    Warning::new("unread", format!("{path}: {fields} not understood"))
}

/// What is allocated per collection narrows the predicted rates.
fn cycles_warning(measurement: &Measurement) -> Option<Warning> {
    let (cycles, enough) = (measurement.cycles?, Measurement::ENOUGH_CYCLES);
    let is_given = measurement.origin(Quantity::GcRate) != Origin::Unknown;
    (cycles < enough && !is_given).then(|| {
        let message = format!(
            "{} between the snapshots that nobody asked for: with {enough} or more predictions are sharper, and it \
             is seen whether the heap passes its goal",
            counted(cycles, "collection")
        );
        Warning::new("few_collections", message)
    })
}

/// A model that does not fit the run it was made of fits no other.
fn peak_warning(measurement: &Measurement, now: &Prediction) -> Option<Warning> {
    let (measured, predicted) = (measurement.program.peak()?, now.peak?);
    (measured as f64 > 1.05 * predicted.high).then(|| {
        Warning::new(
            "above_prediction",
            "more memory was mapped than is predicted for the setting that the program ran with: its live heap was \
             larger before, or one of the numbers is wrong"
                .to_owned(),
        )
    })
}

/// The settings of the table: each GOGC under each limit, without what never collects.
fn cells(
    settings: &SettingArgs,
    measurement: &Measurement,
    proposal: Option<&Proposal>,
) -> Vec<Prediction> {
    let limits = match settings.gomemlimit.is_empty() {
        false => settings.gomemlimit.iter().map(|limit| limit.0).collect(),
        true => usual_limits(measurement, proposal),
    };
    let mut cells: Vec<Prediction> = Vec::new();
    for limit in limits {
        for gogc in &settings.gogc {
            let setting = Setting::new(gogc.0, limit);
            let is_new = cells.iter().all(|cell| cell.setting != setting);
            if is_new && setting != Setting::new(None, None) {
                cells.push(predict(&measurement.program, setting));
            }
        }
    }
    cells
}

/// No limit, and the container's, or multiples of what is live.
fn usual_limits(measurement: &Measurement, proposal: Option<&Proposal>) -> Vec<Option<u64>> {
    let program = &measurement.program;
    match proposal {
        Some(proposal) => vec![None, Some(proposal.memory_limit).filter(|&limit| limit > 0)],
        None => {
            let most = program
                .live_range()
                .map_or(program.live(), |seen| seen.high as u64);
            let times = |times: f64| {
                let bytes = times * most as f64 + program.non_heap() as f64;
                Some(((bytes / MIB).ceil() * MIB) as u64)
            };
            vec![None, times(1.5), times(2.0), times(3.0)]
        }
    }
}

const MIB: f64 = 1_048_576.0;

/// What nobody says, and how to say it.
fn needed(missing: &[Quantity], snapshots: usize) -> String {
    let name = |quantity: &Quantity| match quantity {
        Quantity::Live => {
            "the live heap (--live; or --ran-gogc, if GOGC alone decided the heap goal of the snapshots)"
        }
        Quantity::AllocationRate if snapshots == 1 => {
            "the allocation rate (--alloc-rate, or a second snapshot of the same process)"
        }
        Quantity::AllocationRate if snapshots > 1 => {
            "the allocation rate (--alloc-rate, or --interval: nothing says when the snapshots were taken)"
        }
        Quantity::AllocationRate => "the allocation rate (--alloc-rate, or two snapshots)",
        Quantity::NonHeap => "the memory besides the heap (--non-heap, or a snapshot)",
        other => other.name(),
    };
    let names: Vec<&str> = missing.iter().map(name).collect();
    format!("not known and needed: {}", names.join("; "))
}
