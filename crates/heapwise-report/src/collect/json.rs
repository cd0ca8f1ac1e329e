//! What was collected as JSON: heapwise.collect/1.

use std::io::{self, Write};

use serde::Serialize;

use super::{CollectEnd, CollectReport, CollectedBundle, MissingPart};
use crate::formats::json::{self, JsonWarning};

pub(super) fn write(report: &CollectReport, out: &mut dyn Write) -> io::Result<()> {
    let (counts, cadence) = (&report.counts, &report.cadence);
    let document = Document {
        schema: "heapwise.collect/1",
        warnings: report.warnings.iter().map(JsonWarning::new).collect(),
        target: &report.target,
        folder: &report.folder,
        every_seconds: report.every_seconds,
        ended_by: match report.end {
            CollectEnd::Count => "count",
            CollectEnd::Time => "time",
            CollectEnd::Interrupted => "signal",
        },
        whole: report.is_whole(),
        bundles_of_earlier_runs: counts.found,
        bundles_removed: counts.removed,
        beats_skipped: counts.skipped,
        beats_without_bundle: counts.nothing,
        looks_failed: counts.blind,
        collector: JsonCadence {
            period_seconds: cadence.period_seconds(),
            longest_seconds: cadence.longest_seconds(),
            seconds_for_rates_to_a_tenth: cadence.seconds_for_a_tenth(),
            asked_for: cadence.asked_for,
        },
        bundles: report.bundles.iter().map(JsonBundle::new).collect(),
    };
    json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    warnings: Vec<JsonWarning<'a>>,
    target: &'a str,
    folder: &'a str,
    every_seconds: f64,
    ended_by: &'static str,
    whole: bool,
    bundles_of_earlier_runs: u64,
    bundles_removed: u64,
    beats_skipped: u64,
    beats_without_bundle: u64,
    looks_failed: u64,
    collector: JsonCadence,
    bundles: Vec<JsonBundle<'a>>,
}

#[derive(Serialize)]
struct JsonCadence {
    period_seconds: Option<f64>,
    longest_seconds: Option<f64>,
    seconds_for_rates_to_a_tenth: Option<f64>,
    asked_for: u64,
}

#[derive(Serialize)]
struct JsonBundle<'a> {
    folder: &'a str,
    number: u64,
    start_nanos: i64,
    seconds: f64,
    inuse_space: Option<i64>,
    goroutines: Option<u64>,
    num_gc: Option<u64>,
    same_cycle: Option<bool>,
    restarted: Option<bool>,
    triggers: &'a [String],
    missing: Vec<JsonPart<'a>>,
    left_out: Vec<JsonPart<'a>>,
}

impl<'a> JsonBundle<'a> {
    fn new(bundle: &'a CollectedBundle) -> Self {
        Self {
            folder: &bundle.folder,
            number: bundle.number,
            start_nanos: bundle.start_nanos,
            seconds: bundle.seconds,
            inuse_space: bundle.inuse_space,
            goroutines: bundle.goroutines,
            num_gc: bundle.num_gc,
            same_cycle: bundle.same_cycle,
            restarted: bundle.restarted,
            triggers: &bundle.triggers,
            missing: bundle.missing.iter().map(JsonPart::new).collect(),
            left_out: bundle.left_out.iter().map(JsonPart::new).collect(),
        }
    }
}

#[derive(Serialize)]
struct JsonPart<'a> {
    file: &'a str,
    reason: &'a str,
}

impl<'a> JsonPart<'a> {
    fn new(part: &'a MissingPart) -> Self {
        Self {
            file: &part.file,
            reason: &part.reason,
        }
    }
}
