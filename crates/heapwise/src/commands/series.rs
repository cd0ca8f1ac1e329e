//! The stacks of a series: what a page shows of one moment, or of what changed between two.

use anyhow::Context;
use heapwise_analysis::flame::{FlameGraph, FlameOptions};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{Granularity, Selector, View, ViewOptions};
use heapwise_decode::Limits;
use heapwise_report::{FlamePicture, FlameReport, FlameSeries};

use crate::input::NamedSource;

/// A profile of a series.
pub(super) struct Moment<'a> {
    pub(super) source: &'a NamedSource,
    /// The place of its sample type that is shown.
    pub(super) index: usize,
    pub(super) nanos: Option<i64>,
}

/// What is drawn of each moment.
pub(super) struct Drawn<'a> {
    pub(super) selector: &'a Selector,
    pub(super) options: &'a FlameOptions,
    pub(super) confidence: Confidence,
}

/// The graph of all moments together; `None` where there are none. One alone is a graph without moments.
pub(super) fn picture(
    moments: &[Moment<'_>],
    drawn: &Drawn<'_>,
    limits: &Limits,
) -> anyhow::Result<Option<FlamePicture>> {
    let kept = FlameSeries::kept(moments.len());
    let shown: Vec<&Moment<'_>> = kept.iter().filter_map(|&at| moments.get(at)).collect();
    let Some(last) = shown.last() else {
        return Ok(None);
    };
    let mut views = Vec::new();
    for moment in &shown {
        let source = moment.source.clone();
        let view = View::read(source, drawn.selector, ViewOptions::default(), limits);
        views.push(view.with_context(|| moment.source.path.clone())?);
    }
    let views: Vec<&View> = views.iter().collect();
    let mut options = drawn.options.clone();
    options.granularity = stacked(options.granularity);
    options.sample_index = shown.iter().map(|moment| moment.index).collect();
    options.most = options.most.min(FlameSeries::most_frames(shown.len()));
    let graph = FlameGraph::of(&views, &options)?;
    let title = short(&last.source.path);
    if shown.len() == 1 {
        let report = FlameReport::new(title, graph, last.index);
        let report = report.with_confidence(drawn.confidence);
        return Ok(Some(report.picture()?));
    }
    let index = options.sample_index.clone();
    let names = shown
        .iter()
        .map(|moment| (short(&moment.source.path), moment.nanos));
    let series = FlameSeries::new(title, graph, index, names.collect())
        .with_confidence(drawn.confidence)
        .with_all(moments.len());
    Ok(Some(series.picture()?))
}

/// Frames are told apart by what sites are, but not finer than people look at stacks.
fn stacked(granularity: Granularity) -> Granularity {
    match granularity {
        Granularity::Addresses => Granularity::Lines,
        other => other,
    }
}

fn short(path: &str) -> String {
    heapwise_report::last_part(path).to_owned()
}
