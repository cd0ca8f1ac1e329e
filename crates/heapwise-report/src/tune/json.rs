//! Settings as JSON: heapwise.tune/1.

use std::collections::BTreeMap;
use std::io::{self, Write};

use heapwise_analysis::gc::tune::{
    Bracket, Caution, Measurement, Prediction, Proposal, Quantity, Unsure,
};
use serde::Serialize;

use super::{TuneReport, go_setting};
use crate::formats::json::{self, JsonWarning};
use crate::gc::GcInput;

pub(super) fn write(report: &TuneReport, out: &mut dyn Write) -> io::Result<()> {
    let input = |input: &GcInput| JsonInput {
        path: input.path.clone(),
        source: input.kind,
    };
    let warnings = report.warnings.iter().map(JsonWarning::new);
    let source = report.container_source.as_deref();
    let proposal = report.proposal.as_ref();
    let document = Document {
        schema: "heapwise.tune/1",
        inputs: report.inputs.iter().map(input).collect(),
        warnings: warnings.collect(),
        program: JsonProgram::new(&report.measurement),
        now: JsonPrediction::new(&report.now),
        proposal: proposal.map(|proposal| JsonProposal::new(proposal, source)),
        settings: report.cells.iter().map(JsonPrediction::new).collect(),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    inputs: Vec<JsonInput>,
    warnings: Vec<JsonWarning<'a>>,
    program: JsonProgram,
    now: JsonPrediction,
    proposal: Option<JsonProposal<'a>>,
    settings: Vec<JsonPrediction>,
}

#[derive(Serialize)]
struct JsonInput {
    path: String,
    source: &'static str,
}

#[derive(Serialize)]
struct JsonRange {
    low: f64,
    high: f64,
}

impl From<Bracket> for JsonRange {
    fn from(bracket: Bracket) -> Self {
        Self {
            low: bracket.low,
            high: bracket.high,
        }
    }
}

#[derive(Serialize)]
struct JsonBytes {
    low: u64,
    high: u64,
}

impl From<Bracket> for JsonBytes {
    fn from(bracket: Bracket) -> Self {
        Self {
            low: bracket.low as u64,
            high: bracket.high as u64,
        }
    }
}

#[derive(Serialize)]
struct JsonProgram {
    live_bytes: u64,
    live_bytes_range: Option<JsonBytes>,
    alloc_bytes_per_second: Option<JsonRange>,
    gc_per_second: Option<f64>,
    non_heap_bytes: u64,
    root_bytes: u64,
    gogc: Option<u32>,
    memory_limit: Option<u64>,
    gomaxprocs: Option<u32>,
    cpu_seconds_per_gc: Option<f64>,
    idle_seconds_per_gc: Option<f64>,
    seconds_per_gc_on_all: Option<f64>,
    busy_cpus: Option<f64>,
    peak_bytes: Option<u64>,
    non_go_bytes: u64,
    known_by: BTreeMap<&'static str, &'static str>,
}

impl JsonProgram {
    fn new(measurement: &Measurement) -> Self {
        let program = &measurement.program;
        let origin = |quantity: Quantity| (quantity.name(), measurement.origin(quantity).name());
        Self {
            live_bytes: program.live(),
            live_bytes_range: program.live_range().map(Into::into),
            alloc_bytes_per_second: program.allocation_rate().map(Into::into),
            gc_per_second: program.gc_per_second(),
            non_heap_bytes: program.non_heap(),
            root_bytes: program.roots(),
            gogc: program.setting().gogc,
            memory_limit: program.setting().memory_limit,
            gomaxprocs: program.processors(),
            cpu_seconds_per_gc: program.cpu_per_cycle(),
            idle_seconds_per_gc: program.idle_per_cycle(),
            seconds_per_gc_on_all: program.share_per_cycle(),
            busy_cpus: program.busy(),
            peak_bytes: program.peak(),
            non_go_bytes: program.non_go(),
            known_by: Quantity::ALL.into_iter().map(origin).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonPrediction {
    environment: String,
    gogc: Option<u32>,
    memory_limit: Option<u64>,
    heap_goal: Option<u64>,
    bound: Option<&'static str>,
    effective_gogc: Option<f64>,
    peak: Option<JsonBytes>,
    gc_per_second: Option<JsonRange>,
    gc_cpu: Option<JsonRange>,
    unsure: Vec<JsonUnsure>,
}

impl JsonPrediction {
    fn new(prediction: &Prediction) -> Self {
        let setting = prediction.setting;
        Self {
            environment: go_setting(setting),
            gogc: setting.gogc,
            memory_limit: setting.memory_limit,
            heap_goal: prediction.heap_goal,
            bound: prediction.bound.map(|bound| bound.name()),
            effective_gogc: prediction.effective_gogc,
            peak: prediction.peak.map(Into::into),
            gc_per_second: prediction.gc_per_second.map(Into::into),
            gc_cpu: prediction.gc_cpu.map(Into::into),
            unsure: prediction.unsure.iter().map(JsonUnsure::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonUnsure {
    reason: &'static str,
    effective_gogc: Option<f64>,
    after_seconds: Option<f64>,
    room_bytes: Option<u64>,
}

impl JsonUnsure {
    fn new(reason: &Unsure) -> Self {
        let mut json = Self {
            reason: reason.name(),
            effective_gogc: None,
            after_seconds: None,
            room_bytes: None,
        };
        match *reason {
            Unsure::NearLimit { effective_gogc } => json.effective_gogc = Some(effective_gogc),
            Unsure::Limiter { after_seconds } => json.after_seconds = Some(after_seconds),
            Unsure::LiveSwings { room, .. }
            | Unsure::Outrun { room, .. }
            | Unsure::SmallRoom { room } => json.room_bytes = Some(room),
            _ => {}
        }
        json
    }
}

#[derive(Serialize)]
struct JsonProposal<'a> {
    container_bytes: u64,
    container_source: Option<&'a str>,
    margin_bytes: u64,
    cpu_budget: f64,
    memory_limit: u64,
    least_limit: Option<u64>,
    least_container: Option<u64>,
    fit: &'static str,
    live_left_bytes: u64,
    against_gogc_off: Vec<&'static str>,
    settings: Vec<JsonPrediction>,
}

impl<'a> JsonProposal<'a> {
    fn new(proposal: &Proposal, container_source: Option<&'a str>) -> Self {
        let request = &proposal.request;
        Self {
            container_bytes: request.container,
            container_source,
            margin_bytes: request.margin,
            cpu_budget: request.cpu_budget,
            memory_limit: proposal.memory_limit,
            least_limit: proposal.least_limit,
            least_container: proposal.least_container,
            fit: proposal.fit.name(),
            live_left_bytes: proposal.live_left,
            against_gogc_off: proposal.cautions.iter().map(Caution::name).collect(),
            settings: proposal.settings.iter().map(JsonPrediction::new).collect(),
        }
    }
}
