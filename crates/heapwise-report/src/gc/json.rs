//! What the collector is doing, as JSON.

use std::io::{self, Write};

use heapwise_analysis::Granularity;
use heapwise_analysis::gc::{
    AllocationCosts, Finding, GcInterval, GcMoment, GcProcess, MemoryScreen, OutsideRow, SiteBytes,
};
use serde::Serialize;

use super::GcReport;
use super::comparison::JsonComparison;
use super::trace::JsonLog;
use crate::formats::json::{self, JsonEnds, JsonEstimate, JsonSite, JsonWarning};

/// `heapwise.gc/1`.
pub(super) fn write(report: &GcReport, out: &mut dyn Write) -> io::Result<()> {
    let inputs = report.inputs.iter();
    let warnings = report.warnings.iter();
    let document = Document {
        schema: "heapwise.gc/1",
        inputs: inputs
            .map(|input| JsonInput {
                path: &input.path,
                kind: input.kind,
            })
            .collect(),
        warnings: warnings.map(JsonWarning::new).collect(),
        processes: report
            .answer
            .processes
            .iter()
            .map(JsonProcess::new)
            .collect(),
        only: match report.answer.processes.as_slice() {
            [process] => JsonOnly::new(process),
            _ => JsonOnly::default(),
        },
        traces: report.traces.iter().map(JsonLog::new).collect(),
        comparison: report.comparison.as_ref().map(JsonComparison::new),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    inputs: Vec<JsonInput<'a>>,
    warnings: Vec<JsonWarning<'a>>,
    #[serde(flatten)]
    only: JsonOnly,
    processes: Vec<JsonProcess<'a>>,
    traces: Vec<JsonLog<'a>>,
    comparison: Option<JsonComparison<'a>>,
}

/// The numbers of the process, where there is but one: without their ends, for those who look for one number.
#[derive(Serialize, Default)]
struct JsonOnly {
    interval_seconds: Option<f64>,
    alloc_bytes_per_second: Option<f64>,
    alloc_objects_per_second: Option<f64>,
    gc_per_second: Option<f64>,
    pause_nanos: Option<JsonPauses>,
    heap_live_bytes: Option<u64>,
    heap_goal_bytes: Option<u64>,
    gc_cpu_fraction: Option<f64>,
    memory: Option<JsonMemory>,
}

impl JsonOnly {
    fn new(process: &GcProcess) -> Self {
        let JsonInterval {
            interval_seconds,
            alloc_bytes_per_second,
            alloc_objects_per_second,
            gc_per_second,
            pause_nanos,
            gc_cpu_fraction,
            ..
        } = process
            .whole
            .as_ref()
            .map_or_else(JsonInterval::default, JsonInterval::new);
        let value = |range: Option<JsonEnds>| range.map(|range| range.value);
        let last = process.moments.last();
        let live = process.live_total.map(|total| total.value);
        let since_start = last.and_then(|last| last.snapshot.cpu.gc_fraction);
        Self {
            interval_seconds: value(interval_seconds),
            alloc_bytes_per_second: value(alloc_bytes_per_second),
            alloc_objects_per_second: value(alloc_objects_per_second),
            gc_per_second,
            pause_nanos,
            heap_live_bytes: last
                .and_then(|last| last.snapshot.heap.live)
                .or(live.and_then(|live| u64::try_from(live).ok())),
            heap_goal_bytes: last.and_then(|last| last.snapshot.heap.goal),
            gc_cpu_fraction: gc_cpu_fraction.or(since_start),
            memory: process.memory.as_ref().map(JsonMemory::new),
        }
    }
}

#[derive(Serialize)]
struct JsonInput<'a> {
    path: &'a str,
    kind: &'static str,
}

#[derive(Serialize)]
struct JsonProcess<'a> {
    snapshots: Vec<JsonMoment>,
    #[serde(flatten)]
    whole: JsonInterval,
    steps: Vec<JsonInterval>,
    heap_live_bytes: Option<JsonEstimate>,
    heap_goal_bytes: Option<u64>,
    findings: Vec<JsonFinding<'a>>,
    memory: Option<JsonMemory>,
    live_sites: Vec<JsonSiteBytes<'a>>,
    costs: Option<JsonCosts<'a>>,
}

impl<'a> JsonProcess<'a> {
    fn new(process: &'a GcProcess) -> Self {
        let last = process.moments.last();
        let steps = match process.steps.len() {
            0 | 1 => &[],
            _ => process.steps.as_slice(),
        };
        Self {
            snapshots: process.moments.iter().map(JsonMoment::new).collect(),
            whole: process
                .whole
                .as_ref()
                .map_or_else(JsonInterval::default, JsonInterval::new),
            steps: steps.iter().map(JsonInterval::new).collect(),
            heap_live_bytes: process.live_total.map(JsonEstimate::from),
            heap_goal_bytes: last.and_then(|last| last.snapshot.heap.goal),
            findings: process.findings.iter().map(JsonFinding::new).collect(),
            memory: process.memory.as_ref().map(JsonMemory::new),
            live_sites: process.live.iter().map(JsonSiteBytes::new).collect(),
            costs: process.costs.as_ref().map(JsonCosts::new),
        }
    }
}

#[derive(Serialize)]
struct JsonMoment {
    input: usize,
    source: &'static str,
    num_gc: Option<u64>,
    num_forced_gc: Option<u64>,
    last_gc_nanos: Option<u64>,
    total_alloc_bytes: Option<u64>,
    heap_alloc_bytes: Option<u64>,
    heap_goal_bytes: Option<u64>,
    sys_bytes: Option<u64>,
    gc_cpu_fraction: Option<f64>,
    not_understood: u64,
}

impl JsonMoment {
    fn new(moment: &GcMoment) -> Self {
        let snapshot = &moment.snapshot;
        Self {
            input: moment.input,
            source: snapshot.source.name(),
            num_gc: snapshot.counters.num_gc,
            num_forced_gc: snapshot.counters.num_forced_gc,
            last_gc_nanos: snapshot.heap.last_gc,
            total_alloc_bytes: snapshot.counters.total_alloc,
            heap_alloc_bytes: snapshot.heap.alloc,
            heap_goal_bytes: snapshot.heap.goal,
            sys_bytes: snapshot.system.sys,
            gc_cpu_fraction: snapshot.cpu.gc_fraction,
            not_understood: snapshot.unread.count,
        }
    }
}

#[derive(Serialize, Default)]
struct JsonInterval {
    interval_seconds: Option<JsonEnds>,
    clock: Option<&'static str>,
    cycles: Option<u64>,
    forced_cycles: Option<u64>,
    gc_per_second: Option<f64>,
    alloc_bytes: Option<u64>,
    alloc_objects: Option<u64>,
    alloc_bytes_per_second: Option<JsonEnds>,
    alloc_objects_per_second: Option<JsonEnds>,
    pause_nanos: Option<JsonPauses>,
    gc_cpu_fraction: Option<f64>,
    gc_cpu_basis: Option<&'static str>,
    assist_share: Option<f64>,
}

impl JsonInterval {
    fn new(interval: &GcInterval) -> Self {
        Self {
            interval_seconds: interval.span.map(|span| JsonEnds {
                value: span.seconds,
                low: span.low,
                high: span.high,
            }),
            clock: interval.span.map(|span| span.basis.name()),
            cycles: Some(interval.cycles),
            forced_cycles: interval.forced,
            gc_per_second: interval.cycles_per_second,
            alloc_bytes: interval.alloc_bytes,
            alloc_objects: interval.alloc_objects,
            alloc_bytes_per_second: interval.alloc_bytes_per_second().map(JsonEnds::from),
            alloc_objects_per_second: interval.alloc_objects_per_second().map(JsonEnds::from),
            pause_nanos: interval.pauses.map(|pauses| JsonPauses {
                count: pauses.count,
                hidden: pauses.hidden,
                p50: pauses.p50,
                p99: pauses.p99,
                max: pauses.max,
                total: pauses.total,
            }),
            gc_cpu_fraction: interval.cpu.map(|cpu| cpu.share),
            gc_cpu_basis: interval.cpu.map(|cpu| cpu.basis.name()),
            assist_share: interval.assist_share,
        }
    }
}

#[derive(Serialize)]
struct JsonPauses {
    count: u64,
    hidden: u64,
    p50: u64,
    p99: u64,
    max: u64,
    total: u64,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    about: &'static str,
    sign: &'static str,
    why: &'a str,
}

impl<'a> JsonFinding<'a> {
    fn new(finding: &'a Finding) -> Self {
        Self {
            about: finding.health.name(),
            sign: finding.sign.name(),
            why: &finding.why,
        }
    }
}

#[derive(Serialize)]
struct JsonMemory {
    rows: Vec<JsonRow>,
    sys_bytes: u64,
    counted_bytes: u64,
    resident_bytes: Option<u64>,
    max_resident_bytes: Option<u64>,
    outside: Vec<JsonOutside>,
}

#[derive(Serialize)]
struct JsonRow {
    kind: &'static str,
    bytes: u64,
    error: u64,
}

#[derive(Serialize)]
struct JsonOutside {
    kind: &'static str,
    bytes: u64,
}

impl JsonMemory {
    fn new(screen: &MemoryScreen) -> Self {
        let rows = screen.rows.iter().map(|row| JsonRow {
            kind: row.kind.name(),
            bytes: row.bytes,
            error: row.error,
        });
        Self {
            rows: rows.collect(),
            sys_bytes: screen.sys,
            counted_bytes: screen.counted,
            resident_bytes: screen.resident,
            max_resident_bytes: screen.max_resident,
            outside: screen.outside.iter().map(JsonOutside::new).collect(),
        }
    }
}

impl JsonOutside {
    fn new(row: &OutsideRow) -> Self {
        let (kind, bytes) = match *row {
            OutsideRow::NotGo(bytes) => ("not_go", bytes),
            OutsideRow::NotResident(bytes) => ("not_resident", bytes),
            OutsideRow::FilePages(bytes) => ("file_pages", bytes),
            OutsideRow::Kernel(bytes) => ("kernel", bytes),
            _ => ("other", 0),
        };
        Self { kind, bytes }
    }
}

#[derive(Serialize)]
struct JsonSiteBytes<'a> {
    site: JsonSite<'a>,
    bytes: JsonEstimate,
}

impl<'a> JsonSiteBytes<'a> {
    fn new(site: &'a SiteBytes) -> Self {
        Self {
            site: JsonSite::new(&site.site, site.inlined, Granularity::Functions),
            bytes: site.bytes.into(),
        }
    }
}

#[derive(Serialize)]
struct JsonCosts<'a> {
    within: bool,
    total: JsonEstimate,
    /// The input whose counters made the numbers more exact.
    counters: Option<usize>,
    /// How many times smaller that made the errors, least and most.
    gain: Option<[f64; 2]>,
    sites: Vec<JsonCost<'a>>,
}

#[derive(Serialize)]
struct JsonCost<'a> {
    #[serde(flatten)]
    site: JsonSiteBytes<'a>,
    sampled: Option<JsonEstimate>,
    share: Option<JsonEnds>,
}

impl<'a> JsonCosts<'a> {
    fn new(costs: &'a AllocationCosts) -> Self {
        let sites = costs.sites.iter().map(|site| JsonCost {
            site: JsonSiteBytes::new(site),
            sampled: site.sampled.map(JsonEstimate::from),
            share: costs
                .share(site)
                .map(|(value, low, high)| JsonEnds { value, low, high }),
        });
        Self {
            within: costs.within,
            total: costs.total.into(),
            counters: costs.counters,
            gain: costs.gain().map(|(least, most)| [least, most]),
            sites: sites.collect(),
        }
    }
}
