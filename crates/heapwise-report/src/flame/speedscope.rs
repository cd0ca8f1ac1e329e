//! The format of speedscope (speedscope.app/file-format-schema.json): stacks and their weights, once
//! for each sample type.

use std::io::{self, Write};

use heapwise_analysis::flame::{FlameGraph, FlameKind};
use serde::Serialize;

use super::FlameReport;
use super::names::shown;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct File {
    #[serde(rename = "$schema")]
    schema: &'static str,
    exporter: &'static str,
    name: String,
    active_profile_index: usize,
    shared: Shared,
    profiles: Vec<Sampled>,
}

#[derive(Debug, Serialize)]
struct Shared {
    frames: Vec<Frame>,
}

#[derive(Debug, Serialize)]
struct Frame {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<i64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sampled {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    unit: &'static str,
    start_value: i128,
    end_value: i128,
    samples: Vec<Vec<usize>>,
    weights: Vec<i128>,
}

/// Writes all sample types; what is too small to be shown is a frame of its own.
pub(super) fn write(report: &FlameReport, out: &mut dyn Write) -> io::Result<()> {
    let graph = &report.graph;
    let mut frames: Vec<Frame> = graph
        .frames
        .iter()
        .map(|frame| Frame {
            name: shown(&frame.name()),
            file: frame.file.as_deref().map(shown),
            line: frame.line,
        })
        .collect();
    let left_out = frames.len();
    if graph.left_out.is_some() {
        frames.push(Frame {
            name: "(smaller frames)".to_owned(),
            file: None,
            line: None,
        });
    }
    let types = graph.header().map_or(0, |header| header.sample_types.len());
    let positive = (0..types).map(|index| sampled(graph, index, left_out, Sign::Above));
    // What is below zero comes behind, so that the others have the places of their types.
    let negative = (0..types).map(|index| sampled(graph, index, left_out, Sign::Below));
    let negative = negative.filter(|profile| !profile.samples.is_empty());
    let file = File {
        schema: "https://www.speedscope.app/file-format-schema.json",
        exporter: concat!("heapwise@", env!("CARGO_PKG_VERSION")),
        name: report.named(&report.title),
        active_profile_index: report.sample_index,
        shared: Shared { frames },
        profiles: positive.chain(negative).collect(),
    };
    serde_json::to_writer(&mut *out, &file)?;
    writeln!(out)
}

/// Of which values a profile is: weights are not negative there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Above,
    /// Written without their signs.
    Below,
}

/// One sample for each node that has something of its own.
fn sampled(graph: &FlameGraph, index: usize, left_out: usize, sign: Sign) -> Sampled {
    let ranking = graph.rankings().last();
    let known = graph
        .header()
        .and_then(|header| header.sample_types.get(index));
    let mut samples = Vec::new();
    let mut weights = Vec::new();
    let mut is_mixed = false;
    for node in 0..graph.nodes.len() {
        let row = ranking.and_then(|ranking| ranking.rows.get(node));
        let flat = row.map_or(0, |row| row.flat_of(index));
        is_mixed |= flat < 0;
        if flat != 0 && (flat < 0) == (sign == Sign::Below) {
            samples.push(stack(graph, node, left_out));
            weights.push(flat.abs());
        }
    }
    let name = known.map_or_else(String::new, |known| shown(&known.type_));
    Sampled {
        kind: "sampled",
        name: match sign {
            Sign::Below => format!("{name}, what is below zero, without signs"),
            Sign::Above if is_mixed => format!("{name}, what is above zero"),
            Sign::Above => name,
        },
        unit: match known.map_or("", |known| known.unit.as_str()) {
            "bytes" => "bytes",
            "nanoseconds" => "nanoseconds",
            _ => "none",
        },
        start_value: 0,
        end_value: weights.iter().sum(),
        samples,
        weights,
    }
}

/// The frames from the root to a node.
fn stack(graph: &FlameGraph, node: usize, left_out: usize) -> Vec<usize> {
    let mut stack = Vec::new();
    let mut at = node;
    while let Some(found) = graph.nodes.get(at) {
        match found.kind {
            FlameKind::Root => break,
            FlameKind::Frame(frame) => stack.push(frame as usize),
            FlameKind::LeftOut(_) => stack.push(left_out),
        }
        at = found.parent as usize;
    }
    stack.reverse();
    stack
}
