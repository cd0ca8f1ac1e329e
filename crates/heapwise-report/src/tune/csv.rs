//! Settings as comma-separated values: what is proposed, and the grid.

use std::io::{self, Write};

use heapwise_analysis::gc::tune::{Bracket, Prediction};

use super::TuneReport;
use crate::formats::delimited::{float, number, write_rows};

const TITLES: [&str; 13] = [
    "part",
    "gogc",
    "memory_limit",
    "heap_goal",
    "bound",
    "effective_gogc",
    "peak_low",
    "peak_high",
    "gc_per_second_low",
    "gc_per_second_high",
    "gc_cpu_low",
    "gc_cpu_high",
    "unsure",
];

pub(super) fn write(report: &TuneReport, out: &mut dyn Write) -> io::Result<()> {
    let proposed = report.proposal.iter().flat_map(|one| &one.settings);
    let proposed = proposed.map(|prediction| row("proposed", prediction));
    let grid = report.cells.iter().map(|cell| row("grid", cell));
    write_rows(&TITLES, proposed.chain(grid), out)
}

fn row(part: &str, prediction: &Prediction) -> Vec<String> {
    let setting = prediction.setting;
    let gogc = setting
        .gogc
        .map_or("off".to_owned(), |gogc| gogc.to_string());
    let unsure = prediction.unsure.iter().map(|reason| reason.name());
    let bytes = |end: fn(Bracket) -> f64| number(prediction.peak.map(|peak| end(peak) as u64));
    let low = |bracket: Option<Bracket>| float(bracket.map(|bracket| bracket.low));
    let high = |bracket: Option<Bracket>| float(bracket.map(|bracket| bracket.high));
    vec![
        part.to_owned(),
        gogc,
        number(setting.memory_limit),
        number(prediction.heap_goal),
        prediction.bound.map_or("", |bound| bound.name()).to_owned(),
        float(prediction.effective_gogc),
        bytes(|peak| peak.low),
        bytes(|peak| peak.high),
        low(prediction.gc_per_second),
        high(prediction.gc_per_second),
        low(prediction.gc_cpu),
        high(prediction.gc_cpu),
        unsure.collect::<Vec<_>>().join(" "),
    ]
}
