//! A log of the collector as JSON.

use heapwise_analysis::gc::{
    Bucket, Finding, GcTrace, HeapRange, Quantiles, Share, Sign, TraceProcess, trace_health,
};
use heapwise_decode::GcTraceNotes;
use serde::Serialize;

use super::GcTraceReport;
use crate::formats::json::JsonEnds;

/// A log with its name.
#[derive(Serialize)]
pub(in crate::gc) struct JsonLog<'a> {
    path: Option<&'a str>,
    #[serde(flatten)]
    trace: JsonTrace<'a>,
}

impl<'a> JsonLog<'a> {
    /// What a log says.
    pub(in crate::gc) fn new(report: &'a GcTraceReport) -> Self {
        Self {
            path: report.path.as_deref(),
            trace: JsonTrace::new(&report.trace),
        }
    }
}

#[derive(Serialize)]
struct JsonTrace<'a> {
    cycles: u64,
    unplaced: u64,
    not_followed: u64,
    repeated: u64,
    not_understood: u64,
    not_understood_examples: &'a [String],
    lines: JsonLines,
    processes: Vec<JsonProcess<'a>>,
}

/// Lines that are of no cycle.
#[derive(Serialize)]
struct JsonLines {
    scavenger: u64,
    pacer: u64,
    scan: u64,
    finalizers: u64,
    scheduler: u64,
    periodic: u64,
    too_old: u64,
    too_long: u64,
    other: u64,
}

impl JsonLines {
    fn new(notes: &GcTraceNotes) -> Self {
        Self {
            scavenger: notes.scavenger,
            pacer: notes.pacer,
            scan: notes.scan,
            finalizers: notes.finalizers,
            scheduler: notes.scheduler,
            periodic: notes.periodic,
            too_old: notes.too_old,
            too_long: notes.too_long,
            other: notes.other,
        }
    }
}

impl<'a> JsonTrace<'a> {
    fn new(trace: &'a GcTrace) -> Self {
        Self {
            cycles: trace.notes.cycles,
            unplaced: trace.unplaced,
            not_followed: trace.not_followed,
            repeated: trace.repeated,
            not_understood: trace.notes.not_understood,
            not_understood_examples: &trace.notes.examples,
            lines: JsonLines::new(&trace.notes),
            processes: trace.processes.iter().map(JsonProcess::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonProcess<'a> {
    origin: Option<&'a str>,
    restart: bool,
    mixed: bool,
    first_cycle: u64,
    last_cycle: u64,
    cycles: u64,
    missing: u64,
    forced: u64,
    leak_checks: u64,
    first_at_nanos: u64,
    span_nanos: u64,
    percent_since_start: Option<u64>,
    procs: u32,
    cycles_per_second: Option<JsonEnds>,
    alloc_bytes_per_second: Option<JsonEnds>,
    gc_cpu_share: Option<JsonEnds>,
    idle_mark_share: Option<JsonEnds>,
    assist_share: Option<f64>,
    stops_nanos: Option<JsonQuantiles>,
    sweep_termination_nanos: Option<JsonQuantiles>,
    mark_termination_nanos: Option<JsonQuantiles>,
    mark_nanos: Option<JsonQuantiles>,
    live_mib: JsonRange,
    goal_mib: JsonRange,
    stacks_mib: Option<JsonRange>,
    globals_mib: Option<JsonRange>,
    live_trend: Option<&'static str>,
    live_mib_per_second: Option<f64>,
    findings: Vec<JsonFinding>,
    step_nanos: u64,
    series: Vec<JsonBucket>,
}

impl<'a> JsonProcess<'a> {
    fn new(process: &'a TraceProcess) -> Self {
        let (first, last) = (process.first(), process.last());
        let trend = process.live_trend();
        Self {
            origin: Some(process.origin()).filter(|origin| !origin.is_empty()),
            restart: process.is_restart(),
            mixed: process.is_mixed(),
            first_cycle: first.number,
            last_cycle: last.number,
            cycles: process.cycles(),
            missing: process.missing(),
            forced: process.forced(),
            leak_checks: process.leak_checks(),
            first_at_nanos: first.at_nanos,
            span_nanos: process.span_nanos(),
            percent_since_start: last.percent,
            procs: last.procs,
            cycles_per_second: process.cycles_per_second().map(JsonEnds::from),
            alloc_bytes_per_second: process.alloc_per_second().map(JsonEnds::from),
            gc_cpu_share: process.cpu_share().map(JsonEnds::from),
            idle_mark_share: process.idle_share().map(JsonEnds::from),
            assist_share: process.assist_share(),
            stops_nanos: process.stops().map(JsonQuantiles::from),
            sweep_termination_nanos: process.sweep_stops().map(JsonQuantiles::from),
            mark_termination_nanos: process.mark_stops().map(JsonQuantiles::from),
            mark_nanos: process.mark().map(JsonQuantiles::from),
            live_mib: process.live().into(),
            goal_mib: process.goal().into(),
            stacks_mib: process.stacks().map(JsonRange::from),
            globals_mib: process.globals().map(JsonRange::from),
            live_trend: trend.map(|trend| crate::goroutines::label(trend.label)),
            live_mib_per_second: trend.map(|trend| trend.slope),
            findings: trace_health(process)
                .into_iter()
                .map(JsonFinding::from)
                .collect(),
            step_nanos: process.step_nanos(),
            series: process.buckets().iter().map(JsonBucket::new).collect(),
        }
    }
}

impl From<Share> for JsonEnds {
    fn from(share: Share) -> Self {
        Self {
            value: share.value,
            low: share.low,
            high: share.high,
        }
    }
}

#[derive(Serialize)]
struct JsonQuantiles {
    count: u64,
    p50: u64,
    p99: u64,
    max: u64,
    total: u64,
    from_1ms: u64,
}

impl From<Quantiles> for JsonQuantiles {
    fn from(found: Quantiles) -> Self {
        Self {
            count: found.count,
            p50: found.p50,
            p99: found.p99,
            max: found.max,
            total: found.total,
            from_1ms: found.long,
        }
    }
}

#[derive(Serialize)]
struct JsonRange {
    first: u64,
    last: u64,
    min: u64,
    max: u64,
}

impl From<HeapRange> for JsonRange {
    fn from(range: HeapRange) -> Self {
        let HeapRange {
            first,
            last,
            min,
            max,
            ..
        } = range;
        Self {
            first,
            last,
            min,
            max,
        }
    }
}

#[derive(Serialize)]
struct JsonFinding {
    of: &'static str,
    sign: &'static str,
    why: String,
}

impl From<Finding> for JsonFinding {
    fn from(finding: Finding) -> Self {
        Self {
            of: finding.health.name(),
            sign: match finding.sign {
                Sign::Look => "look",
                sign => sign.name(),
            },
            why: finding.why,
        }
    }
}

#[derive(Serialize)]
struct JsonBucket {
    at_nanos: u64,
    cycles: u64,
    forced: u64,
    longest_stop_nanos: u64,
    stops_nanos: u64,
    mark_nanos: u64,
    gc_cpu_nanos: u64,
    assist_cpu_nanos: u64,
    heap_start_mib: u64,
    heap_live_mib: u64,
    heap_goal_mib: u64,
    procs: u32,
}

impl JsonBucket {
    fn new(bucket: &Bucket) -> Self {
        Self {
            at_nanos: bucket.at_nanos,
            cycles: bucket.cycles,
            forced: bucket.forced,
            longest_stop_nanos: bucket.longest_stop,
            stops_nanos: bucket.stops,
            mark_nanos: bucket.mark,
            gc_cpu_nanos: bucket.cpu,
            assist_cpu_nanos: bucket.assist,
            heap_start_mib: bucket.start_mib,
            heap_live_mib: bucket.live_mib,
            heap_goal_mib: bucket.goal_mib,
            procs: bucket.procs,
        }
    }
}
