//! What a page knows of one profile.

use std::io;

use heapwise_analysis::Estimate;
use heapwise_analysis::flame::FlameGraph;
use heapwise_analysis::stats::Confidence;
use serde::Serialize;

use super::FlameReport;
use super::names::{self, Functions, Nodes, Pruned, Type};

#[derive(Debug, Serialize)]
struct Data {
    title: String,
    mode: &'static str,
    confidence: f64,
    types: Vec<Type>,
    #[serde(rename = "type")]
    shown: usize,
    files: Vec<String>,
    functions: Functions,
    nodes: Nodes,
    pruned: Option<Pruned>,
    values: Vec<Values>,
}

/// The numbers of a sample type, by node: what was sampled in it and below, how far that may be off
/// to either side, and the samples behind it.
#[derive(Debug, Serialize, Default)]
struct Values {
    cum: Vec<i128>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    minus: Vec<Option<i128>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plus: Vec<Option<i128>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sampled: Vec<Option<i128>>,
    /// Nodes that are no leaves and have something of their own: how far off, and samples.
    flat: Vec<OwnPart>,
}

/// A node, how far its own part may be off to either side, and the samples behind that.
type OwnPart = (usize, Option<i128>, Option<i128>, Option<i128>);

/// The data of a profile's page.
pub(super) fn data(report: &FlameReport) -> io::Result<String> {
    let graph = &report.graph;
    let (files, functions) = names::functions(graph);
    let ranking = graph.rankings().last();
    let count = ranking.map_or(0, |ranking| ranking.header.sample_types.len());
    let types = (0..count).filter_map(|index| {
        let ranking = ranking?;
        let sampling = ranking.sampling_of(index);
        Some(names::sample_type(&ranking.header, index, sampling))
    });
    let data = Data {
        title: names::shown(&report.title),
        mode: "one",
        confidence: report.confidence.level(),
        types: types.collect(),
        shown: report.sample_index,
        files,
        functions,
        nodes: names::nodes(graph),
        pruned: names::pruned(graph),
        values: (0..count)
            .map(|index| values(graph, index, report.confidence))
            .collect(),
    };
    serde_json::to_string(&data).map_err(io::Error::other)
}

fn values(graph: &FlameGraph, index: usize, confidence: Confidence) -> Values {
    let profile = graph.rankings().len().saturating_sub(1);
    let is_leaf = |node: usize| {
        let next = graph.nodes.get(node + 1);
        next.is_none_or(|next| next.parent as usize != node)
    };
    let mut values = Values::default();
    for node in 0..graph.nodes.len() {
        let cum = graph.cum(profile, node, index, confidence);
        values.cum.push(cum.value);
        let (minus, plus) = ends(&cum);
        values.minus.push(minus);
        values.plus.push(plus);
        values.sampled.push(cum.sampled);
        if is_leaf(node) {
            continue;
        }
        let flat = graph.flat(profile, node, index, confidence);
        if flat.value != 0 {
            let (minus, plus) = ends(&flat);
            values.flat.push((node, minus, plus, flat.sampled));
        }
    }
    let is_exact = |ends: &[Option<i128>]| ends.iter().all(|end| *end == Some(0));
    if is_exact(&values.minus) && is_exact(&values.plus) {
        values.minus.clear();
        values.plus.clear();
    }
    if values.sampled.iter().all(Option::is_none) {
        values.sampled.clear();
    }
    values
}

/// How far below and above a number its interval goes.
fn ends(estimate: &Estimate) -> (Option<i128>, Option<i128>) {
    (
        estimate.low.map(|low| estimate.value - low),
        estimate.high.map(|high| high - estimate.value),
    )
}
