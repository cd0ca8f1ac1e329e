//! Reads snapshots of the collector, and what else tells where the memory is.

use std::time::UNIX_EPOCH;

use anyhow::{Context, bail};
use heapwise_analysis::gc::{
    AllocationCosts, Calibration, GcAnswer, GcMoment, GcProcess, LiveHeap, SiteBytes, SystemView,
    gc_answer, memory_screen, trace,
};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    BaseMode, Granularity, Header, RankOptions, RankRow, Ranking, RowOrder, Trim, rank,
    rank_reader, subtract,
};
use heapwise_decode::{
    ErrorKind, GcSnapshot, GroupMemory, Limits, ProfileReader, agree, counted, gc_snapshots,
};
use heapwise_report::{Format, GcInput, GcReport, GcTraceReport, Warning};

use super::told_apart::tell_apart;
use super::windows::was_forced;
use crate::args::{Color, GcArgs};
use crate::browser;
use crate::fetch::Endpoint;
use crate::input::{NamedSource, Opener, listed};
use crate::many::PassedOver;
use crate::output::Output;
use crate::zone;

/// Sites under the live heap, and of what allocation costs.
const SITES: usize = 5;

/// Runs `heapwise gc`.
pub(crate) fn run(args: &GcArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(GcReport::FORMATS)?;
    let mut inputs = Inputs::read(&args.snapshots, output.opener(Endpoint::HeapText))?;
    let moments = std::mem::take(&mut inputs.moments);
    let mut answer = gc_answer(moments, args.interval);
    inputs.warn_of(&answer);
    inputs.warnings.extend(output.many.passed_over());
    let system = system_view(args)?;
    for process in &mut answer.processes {
        let confidence = args.confidence();
        let told = inputs.look_into(process, system, confidence, &output.limits);
        inputs.warnings.extend(told);
        inputs.warnings.extend(inputs.no_screen(process));
    }
    let traces = std::mem::take(&mut inputs.traces);
    if output.format == Format::Csv
        && (traces.len() > 1 || !answer.processes.is_empty() && !traces.is_empty())
    {
        bail!("--format csv: found several logs, or snapshots beside a log, expected one table");
    }
    let report = GcReport::new(answer)
        .with_traces(traces)
        .with_inputs(inputs.inputs)
        .with_warnings(inputs.warnings)
        .with_zone(zone::local());
    output.warn(&report.warnings)?;
    browser::write(output, "gc", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}

/// What the system says of the process.
fn system_view(args: &GcArgs) -> anyhow::Result<SystemView> {
    let Some(folder) = &args.cgroup else {
        return Ok(args
            .rss
            .map_or_else(SystemView::default, SystemView::resident));
    };
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}"));
    let current = read("memory.current").or_else(|_| read("memory.usage_in_bytes"));
    let current = current.with_context(|| format!("{folder}/memory.current"))?;
    let stat = read("memory.stat").with_context(|| format!("{folder}/memory.stat"))?;
    match GroupMemory::read(&current, &stat) {
        Some(group) => {
            Ok(SystemView::resident(group.current).with_group(group.file_pages, group.kernel))
        }
        None => bail!(
            "{folder}/memory.current: found {:?}, expected a number of bytes",
            current.trim()
        ),
    }
}

/// Logs that speak of cycles none of which could be read.
fn not_one_cycle(traces: &[GcTraceReport]) -> String {
    let lines = traces
        .iter()
        .map(|log| log.trace.notes.not_understood)
        .sum::<u64>();
    let mut examples = traces.iter().flat_map(|log| &log.trace.notes.examples);
    format!(
        "found no cycle that could be read, and {} that {} like traces of the collector: cut, or torn by another writer, \
         such as {:?}; expected lines as GODEBUG=gctrace=1 prints them",
        counted(lines, "line"),
        agree(&lines, "looks", "look"),
        examples.next().map_or("", String::as_str)
    )
}

/// Whether what could not be read is nothing that is looked for.
fn is_something_else(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<heapwise_decode::Error>();
    cause.is_some_and(|cause| cause.kind() == ErrorKind::NotAProfile)
}

/// What was read.
pub(super) struct Inputs {
    sources: Vec<NamedSource>,
    pub(super) inputs: Vec<GcInput>,
    pub(super) moments: Vec<GcMoment>,
    /// Heap profiles that say nothing of the collector: places in `sources`.
    profiles: Vec<usize>,
    pub(super) traces: Vec<GcTraceReport>,
    pub(super) warnings: Vec<Warning>,
}

impl Inputs {
    pub(super) fn read(names: &[String], opener: Opener<'_>) -> anyhow::Result<Inputs> {
        let mut inputs = Inputs::empty();
        inputs.read_more(names, opener)?;
        Ok(inputs)
    }

    pub(super) fn empty() -> Inputs {
        Inputs {
            sources: Vec::new(),
            inputs: Vec::new(),
            moments: Vec::new(),
            profiles: Vec::new(),
            traces: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn read_more(&mut self, names: &[String], opener: Opener<'_>) -> anyhow::Result<()> {
        let limits = opener.limits;
        for (source, is_named) in opener.dumps(names)? {
            self.add(source, is_named, opener)?;
        }
        tell_apart(&mut self.moments, &self.sources, limits);
        if self.moments.is_empty() && self.traces.is_empty() {
            bail!(
                "{}: found nothing about a collector, expected a heap text with debug=1, /debug/vars, a page of metrics, or a log of GODEBUG=gctrace=1",
                listed(names)
            );
        }
        let is_any_read =
            |trace: &GcTraceReport| !trace.trace.processes.is_empty() || trace.trace.unplaced > 0;
        if self.moments.is_empty() && !self.traces.iter().any(is_any_read) {
            bail!("{}: {}", listed(names), not_one_cycle(&self.traces));
        }
        Ok(())
    }

    fn add(
        &mut self,
        source: NamedSource,
        is_named: bool,
        opener: Opener<'_>,
    ) -> anyhow::Result<()> {
        let limits = opener.limits;
        let place = self.sources.len();
        let kind = match gc_snapshots(&source, limits) {
            Ok(snapshots) => {
                let kind = snapshots.first().map_or("", |first| first.source.name());
                // The file was last written when the last of several was.
                let written = modified(&source).filter(|_| snapshots.len() == 1);
                let forced = was_forced(&source);
                for snapshot in snapshots {
                    let moment = GcMoment::new(dated(snapshot, &source), place);
                    self.moments
                        .push(moment.with_file_nanos(written).with_forced(forced));
                }
                kind
            }
            Err(error) if error.kind() == ErrorKind::NotAProfile => {
                match self.other(&source, place, limits) {
                    Err(error) if is_named || !is_something_else(&error) => return Err(error),
                    Ok(Some(kind)) => kind,
                    Ok(None) if is_named => bail!(
                        "{}: found {}, expected a heap text with debug=1, /debug/vars, values of runtime/metrics, a page of \
                         Prometheus, or a log of GODEBUG=gctrace=1",
                        source.path,
                        error.found()
                    ),
                    Ok(None) | Err(_) => {
                        opener.pass_over(&source.path, PassedOver::NoCollector);
                        return Ok(());
                    }
                }
            }
            Err(error) => return Err(error).context(source.path),
        };
        self.inputs
            .push(GcInput::new(source.path.to_string(), kind));
        self.sources.push(source);
        Ok(())
    }

    /// What has no snapshot: a log, or a heap profile that comes with one.
    fn other(
        &mut self,
        source: &NamedSource,
        place: usize,
        limits: &Limits,
    ) -> anyhow::Result<Option<&'static str>> {
        let trace = trace(source, limits).with_context(|| source.path.clone())?;
        let is_torn = trace.unplaced > 0 || trace.notes.not_understood > 0;
        if !trace.processes.is_empty() || is_torn {
            let report = GcTraceReport::new(trace).with_path(Some(source.path.to_string()));
            self.traces.push(report);
            return Ok(Some("gctrace"));
        }
        let is_heap = is_heap(source, limits);
        self.profiles.extend(is_heap.then_some(place));
        Ok(is_heap.then_some("heap profile"))
    }

    fn warn_of(&mut self, answer: &GcAnswer) {
        self.warn_of_moments(answer);
        if answer.processes.len() > 1 {
            let message = format!(
                "the snapshots are of {}, or of one that was started anew: each is told apart",
                counted(answer.processes.len(), "process")
            );
            self.warnings
                .push(Warning::new("several_processes", message));
        }
    }

    pub(super) fn warn_of_moments(&mut self, answer: &GcAnswer) {
        for process in &answer.processes {
            for moment in &process.moments {
                let unread = &moment.snapshot.unread;
                if unread.count > 0 {
                    let path = self.path(moment.input);
                    let first: Vec<String> =
                        unread.first.iter().map(|one| format!("{one:?}")).collect();
                    let message = format!(
                        "{path}: {} not understood, such as {}",
                        counted(unread.count, "field"),
                        first.join(", ")
                    );
                    self.warnings.push(Warning::new("not_understood", message));
                }
            }
            let mut pairs = process.moments.iter().zip(process.moments.iter().skip(1));
            let is_same = |(one, next): &(&GcMoment, &GcMoment)| {
                let are_texts = one.has_profile() && next.has_profile();
                are_texts && one.snapshot.counters.num_gc == next.snapshot.counters.num_gc
            };
            if let Some((one, next)) = pairs.find(is_same) {
                let message = format!(
                    "{} and {}: no collection ended between the two: their profiles are the same data",
                    self.path(one.input),
                    self.path(next.input)
                );
                self.warnings.push(Warning::new("same_cycle", message));
            }
        }
    }

    pub(super) fn path(&self, input: usize) -> String {
        self.inputs
            .get(input)
            .map_or_else(String::new, |input| input.path.clone())
    }

    /// What the profiles tell of a process: what is live, and what allocates. Counters are of use without a profile, too.
    fn look_into(
        &self,
        process: &mut GcProcess,
        system: SystemView,
        confidence: Confidence,
        limits: &Limits,
    ) -> Option<Warning> {
        // A text has counters and profile of one moment.
        let text = process.moments.iter().rev().find(|one| one.has_profile());
        let last = text.or(process.moments.last()).cloned()?;
        let own = text.map(|text| text.input);
        let beside = self.profiles.last().copied();
        let source = own.or(beside).and_then(|place| self.sources.get(place));
        let read = source.map(|source| self.add_profile(process, source, confidence, limits));
        let live = match (last.snapshot.heap.live, process.live_total) {
            (Some(bytes), _) => LiveHeap::Exact(bytes),
            (None, Some(total)) => LiveHeap::Sampled(total),
            (None, None) => LiveHeap::Unknown,
        };
        process.memory = memory_screen(&last.snapshot, live, system);
        let error = match read? {
            Ok(told) => return told,
            Err(error) => error,
        };
        let message = format!("{error:#}: what is live, and which sites allocate, is not known");
        Some(Warning::new("no_profile", message))
    }

    /// Says that the parts of what the system gave are not all known, or do not add up.
    fn no_screen(&self, process: &GcProcess) -> Option<Warning> {
        let last = process.moments.last()?;
        let is_told = process.memory.is_some() || last.snapshot.system.sys.is_none();
        (!is_told).then(|| {
            let message = format!(
                "{}: where the memory is cannot be told: a part of Sys is missing, was not understood, or they do not add up \
                 to it",
                self.path(last.input)
            );
            Warning::new("no_memory_screen", message)
        })
    }

    /// Adds what the profile of a source tells.
    fn add_profile(
        &self,
        process: &mut GcProcess,
        source: &NamedSource,
        confidence: Confidence,
        limits: &Limits,
    ) -> anyhow::Result<Option<Warning>> {
        let options = RankOptions::new(Granularity::Functions);
        let ranking = rank(source, &options, limits).with_context(|| source.path.clone())?;
        if ranking.header.is_difference() {
            bail!("{}: found the difference of two profiles", source.path);
        }
        if let Ok(index) = ranking.header.sample_index(Some("inuse_space")) {
            process.live_total = Some(ranking.total_estimate(index, confidence));
            process.live = sites(&ranking, index, confidence);
        }
        let costs = self.costs(process, &ranking, confidence, limits);
        process.costs = costs.with_context(|| source.path.clone())?;
        Ok(self.calibrate(process, &ranking, confidence))
    }

    /// What was allocated since the start, more exactly where counters by size are at hand.
    fn calibrate(
        &self,
        process: &mut GcProcess,
        ranking: &Ranking,
        confidence: Confidence,
    ) -> Option<Warning> {
        let costs = process
            .costs
            .take_if(|costs| !costs.within && !costs.total.is_exact())?;
        let total = |one: &GcMoment| one.snapshot.counters.total_alloc.unwrap_or(0);
        let text = process.moments.iter().rev().find(|one| one.has_profile());
        let nearest = text.and_then(|text| {
            let with_sizes = process.moments.iter();
            let with_sizes = with_sizes.filter(|one| !one.snapshot.by_size.is_empty());
            let nearest = with_sizes.min_by_key(|one| total(one).abs_diff(total(text)));
            Some((text, nearest?))
        });
        let made = nearest
            .map(|(text, counters)| (text, counters, Calibration::new(text, counters, ranking)));
        let (costs, warning) = match made {
            None => (costs, None),
            Some((_, counters, Ok(made))) => {
                let sites = calibrated_sites(&made, ranking, confidence);
                (costs.calibrated(sites, made.total(), counters.input), None)
            }
            Some((text, counters, Err(why))) => {
                let message = format!(
                    "the counters by size of {} do not make the sample of {} more exact: {}",
                    self.path(counters.input),
                    self.path(text.input),
                    why.reason()
                );
                (costs, Some(Warning::new("not_calibrated", message)))
            }
        };
        process.costs = Some(costs);
        warning
    }

    /// What was allocated between the first and the last heap text, or since the start.
    fn costs(
        &self,
        process: &GcProcess,
        last: &Ranking,
        confidence: Confidence,
        limits: &Limits,
    ) -> anyhow::Result<Option<AllocationCosts>> {
        let texts = process.moments.iter().filter(|one| one.has_profile());
        let mut texts: Vec<usize> = texts.map(|one| one.input).collect();
        texts.dedup();
        let pair = match texts.as_slice() {
            [first, .., last] => self.sources.get(*first).zip(self.sources.get(*last)),
            _ => None,
        };
        let Some((first, newest)) = pair else {
            return Ok(costs_of(last, false, confidence));
        };
        let old = ProfileReader::open_tables(first.clone(), limits)?;
        let new = ProfileReader::open_tables(newest.clone(), limits)?;
        let between = subtract(&new, &old, BaseMode::Base, limits)?;
        let options = RankOptions::new(Granularity::Functions);
        let ranking = rank_reader(&between, &options)?;
        Ok(costs_of(&ranking, true, confidence))
    }
}

/// Sites that counters may bring to the top.
const CANDIDATES: usize = 4 * SITES;

fn costs_of(ranking: &Ranking, within: bool, confidence: Confidence) -> Option<AllocationCosts> {
    let index = ranking.header.sample_index(Some("alloc_space")).ok()?;
    let total = ranking.total_estimate(index, confidence);
    (total.value > 0)
        .then(|| AllocationCosts::new(sites(ranking, index, confidence), total, within))
}

/// The sites that allocate most by what the counters say of their samples.
fn calibrated_sites(
    calibration: &Calibration,
    ranking: &Ranking,
    confidence: Confidence,
) -> Vec<SiteBytes> {
    let Ok(index) = ranking.header.sample_index(Some("alloc_space")) else {
        return Vec::new();
    };
    let largest = largest(ranking, index, CANDIDATES, confidence).into_iter();
    let mut sites: Vec<SiteBytes> = largest
        .map(
            |(row, site)| match calibration.estimate(&row.flat_blocks, confidence) {
                Some(bytes) => site.calibrated(bytes),
                None => site,
            },
        )
        .collect();
    sites.sort_by_key(|site| std::cmp::Reverse(site.bytes.value));
    sites.truncate(SITES);
    sites
}

fn sites(ranking: &Ranking, index: usize, confidence: Confidence) -> Vec<SiteBytes> {
    let largest = largest(ranking, index, SITES, confidence).into_iter();
    largest.map(|(_, site)| site).collect()
}

/// The rows with most of a value, with their sites.
fn largest(
    ranking: &Ranking,
    index: usize,
    count: usize,
    confidence: Confidence,
) -> Vec<(&RankRow, SiteBytes)> {
    let shown = ranking.shown(index, &Trim::NONE, RowOrder::Flat);
    let rows = shown.rows.into_iter().take(count);
    let rows = rows.filter(|row| row.flat_of(index) > 0);
    rows.map(|row| {
        let bytes = ranking.flat_estimate(row, index, confidence);
        (row, SiteBytes::new(row.site.clone(), row.inlined, bytes))
    })
    .collect()
}

/// Whether a source is a heap profile.
pub(super) fn is_heap(source: &NamedSource, limits: &Limits) -> bool {
    ProfileReader::open_tables(source, limits)
        .is_ok_and(|reader| Header::of(reader.tables()).kind.is_heap())
}

/// A snapshot with its time, where its bundle says it.
pub(super) fn dated(mut snapshot: GcSnapshot, source: &NamedSource) -> GcSnapshot {
    let taken = source.facts.as_ref().and_then(|facts| facts.taken_nanos);
    snapshot.time_nanos = snapshot.time_nanos.or(taken);
    snapshot
}

/// When a file was last written, in nanoseconds since 1970-01-01 UTC.
fn modified(source: &NamedSource) -> Option<i64> {
    if source.facts.is_some() {
        return None;
    }
    let time = std::fs::metadata(&*source.path).ok()?.modified().ok()?;
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}
