//! What a page knows of one profile.

use std::io;

use heapwise_analysis::Estimate;
use heapwise_analysis::flame::{FlameEstimates, FlameGraph};
use heapwise_analysis::stats::Confidence;
use serde::Serialize;

use super::FlameReport;
use super::names::{self, Shared, Shown};
use crate::page::FlamePicture;

#[derive(Debug, Serialize)]
struct Own {
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
pub(super) type OwnPart = (usize, Option<i128>, Option<i128>, Option<i128>);

/// The data of a profile's page.
pub(super) fn data(report: &FlameReport) -> io::Result<FlamePicture> {
    let graph = &report.graph;
    let ranking = graph.rankings().last();
    let count = ranking.map_or(0, |ranking| ranking.header.sample_types.len());
    let types = (0..count).filter_map(|index| {
        let ranking = ranking?;
        let sampling = ranking.sampling_of(index);
        let mut known = names::sample_type(&ranking.header, index, sampling);
        known.whole = Some(report.whole(index));
        Some(known)
    });
    let shown = Shown {
        types: types.collect(),
        first: report.sample_index,
    };
    let values = (0..count).map(|index| values(graph, index, report.confidence));
    let own = Own {
        values: values.collect(),
    };
    let title = report.named(&report.title);
    let title = (title.as_str(), "one");
    Shared::of(title, graph, shown, report.confidence).picture(&own)
}

fn values(graph: &FlameGraph, index: usize, confidence: Confidence) -> Values {
    let profile = graph.rankings().len().saturating_sub(1);
    let mut values = Values::default();
    let mut known = graph.estimates(profile, index, confidence);
    for node in 0..graph.nodes.len() {
        let cum = known.cum(node);
        values.cum.push(cum.value);
        let (minus, plus) = ends(&cum);
        values.minus.push(minus);
        values.plus.push(plus);
        values.sampled.push(cum.sampled);
    }
    values.flat = own_parts(graph, &mut known);
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

/// Nodes of one of the profiles that are no leaves and have something of their own.
pub(super) fn own_parts(graph: &FlameGraph, known: &mut FlameEstimates<'_>) -> Vec<OwnPart> {
    let is_leaf = |node: usize| {
        let next = graph.nodes.get(node + 1);
        next.is_none_or(|next| next.parent as usize != node)
    };
    let nodes = (0..graph.nodes.len()).filter(|&node| !is_leaf(node));
    let parts = nodes.filter_map(|node| {
        let flat = known.flat(node);
        let (minus, plus) = ends(&flat);
        (flat.value != 0).then_some((node, minus, plus, flat.sampled))
    });
    parts.collect()
}

/// How far below and above a number its interval goes.
fn ends(estimate: &Estimate) -> (Option<i128>, Option<i128>) {
    (
        estimate.low.map(|low| estimate.value - low),
        estimate.high.map(|high| high - estimate.value),
    )
}
