//! Predicts what other settings of the collector would do to a program.

use anyhow::{Context, bail};
use heapwise_analysis::gc::tune::{
    Measurement, Origin, Prediction, Proposal, Quantity, Request, Setting, measure, predict,
    propose,
};
use heapwise_analysis::gc::{GcMoment, processes};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::units::auto_label;
use heapwise_analysis::{Granularity, RankOptions, rank};
use heapwise_decode::{Limits, counted, gc_snapshots};
use heapwise_report::{GcInput, TuneReport, Warning};

use super::gc::dated;
use super::told_apart::tell_apart;
use crate::args::{Color, Container, SettingArgs, TuneArgs};
use crate::browser;
use crate::cgroup;
use crate::fetch::Endpoint;
use crate::input::{NamedSource, Opener, listed};
use crate::output::Output;

/// Runs `heapwise tune`.
pub(crate) fn run(args: &TuneArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(TuneReport::FORMATS)?;
    let container = container(&args.settings)?;
    let snapshots = Snapshots::read(&args.snapshots, output.opener(Endpoint::HeapText))?;
    let measurement = measure(&snapshots.moments, &args.program.given())
        .map_err(|missing| anyhow::anyhow!(needed(&missing, snapshots.moments.len())))?;
    snapshots.refuse_contradiction(&measurement, &output.limits)?;
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
    browser::write(output, "tune", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
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
    sources: Vec<NamedSource>,
    moments: Vec<GcMoment>,
    inputs: Vec<GcInput>,
    warnings: Vec<Warning>,
}

impl Snapshots {
    fn read(names: &[String], opener: Opener<'_>) -> anyhow::Result<Snapshots> {
        let limits = opener.limits;
        let mut all = Snapshots {
            sources: opener.snapshots(names)?,
            moments: Vec::new(),
            inputs: Vec::new(),
            warnings: Vec::new(),
        };
        for (at, source) in all.sources.iter().enumerate() {
            let found = gc_snapshots(source, limits).with_context(|| source.path.clone())?;
            let kind = found.first().map_or("", |snapshot| snapshot.source.name());
            all.inputs.push(GcInput::new(source.path.to_string(), kind));
            let unread: u64 = found.iter().map(|snapshot| snapshot.unread.count).sum();
            if unread > 0 {
                all.warnings.push(unread_warning(&source.path, unread));
            }
            let moments = found
                .into_iter()
                .map(|snapshot| GcMoment::new(dated(snapshot, source), at));
            all.moments.extend(moments);
        }
        tell_apart(&mut all.moments, &all.sources, limits);
        let mut series = processes(all.moments).series;
        if series.len() > 1 {
            bail!(
                "{}: found snapshots of {}, expected one: of each other the counters go down, or \
                 their collections ended at other times",
                listed(names),
                counted(series.len(), "process")
            );
        }
        all.moments = series.pop().unwrap_or_default();
        Ok(all)
    }
}

impl Snapshots {
    /// Refuses a GOGC that nobody told where what it would mean is not what was seen: fewer bytes of objects than would be
    /// live, or another live heap in the profile.
    fn refuse_contradiction(
        &self,
        measurement: &Measurement,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        let is_assumed = measurement.origin(Quantity::Gogc) == Origin::Assumed
            && measurement.origin(Quantity::Live) == Origin::HeapGoal;
        if !is_assumed {
            return Ok(());
        }
        let program = &measurement.program;
        let range = program.live_range();
        let range = range.map(|range| (range.low as u64, range.high as u64));
        let (least, most) = range.unwrap_or((program.live(), program.live()));
        let sampled = self.sampled_live(limits)?;
        let seen = match (sampled, measurement.contradicted) {
            (Some((low, high)), _) if low > most || high < least => {
                Some((least.midpoint(most), low, high))
            }
            (_, Some((live, objects))) => Some((live, 0, objects)),
            _ => None,
        };
        let Some((meant, low, high)) = seen else {
            return self.refuse_other_pace(measurement);
        };
        let goal = self.moments.last().and_then(|last| last.snapshot.heap.goal);
        let percent = |live: u64| {
            let goal = goal.filter(|&goal| live > 0 && goal > live)?;
            Some(format!("{:.0}", (goal - live) as f64 * 100.0 / live as f64))
        };
        let fits = match (percent(high), percent(low)) {
            (Some(least), Some(most)) => format!(" fits GOGC from {least} to {most}"),
            (Some(least), None) => format!(" fits GOGC of {least} and more"),
            _ => " fits a GOMEMLIMIT".to_owned(),
        };
        bail!(
            "{}: nothing says with which GOGC this ran, and 100 is not it: the heap goal would then mean {} live, and what \
             was seen, {} to {},{fits}: expected --ran-gogc, and --ran-gomemlimit if there was a limit, or --live",
            self.last_input(),
            label(meant),
            label(low),
            label(high),
        )
    }

    /// Refuses it where collections come far too often for it.
    fn refuse_other_pace(&self, measurement: &Measurement) -> anyhow::Result<()> {
        let Some((allocated, room)) = measurement.out_of_pace else {
            return Ok(());
        };
        bail!(
            "{}: nothing says with which GOGC this ran, and 100 without a limit is not it: there was a collection for each {} \
             allocated, and the heap goal would leave {}, as where a GOMEMLIMIT holds it: expected --ran-gomemlimit, \
             --ran-gogc or --live",
            self.last_input(),
            label(allocated),
            label(room),
        )
    }

    fn last_input(&self) -> &str {
        self.inputs.last().map_or("", |input| &input.path)
    }

    /// What the profile of the last heap text says is live.
    fn sampled_live(&self, limits: &Limits) -> anyhow::Result<Option<(u64, u64)>> {
        let mut texts = self.moments.iter().rev();
        let Some(text) = texts.find(|one| one.has_profile()) else {
            return Ok(None);
        };
        let Some(source) = self.sources.get(text.input) else {
            return Ok(None);
        };
        let options = RankOptions::new(Granularity::Functions);
        let ranking = rank(source, &options, limits).with_context(|| source.path.clone())?;
        let Ok(index) = ranking.header.sample_index(Some("inuse_space")) else {
            return Ok(None);
        };
        // So sure that a program is not refused by chance.
        const SURE: f64 = 0.999;
        let confidence = Confidence::new(SURE).unwrap_or_default();
        let total = ranking.total_estimate(index, confidence);
        let ends = total.low.zip(total.high);
        Ok(
            ends.and_then(|(low, high)| {
                Some((u64::try_from(low).ok()?, u64::try_from(high).ok()?))
            }),
        )
    }
}

fn label(bytes: u64) -> String {
    auto_label(i128::from(bytes), "bytes")
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
