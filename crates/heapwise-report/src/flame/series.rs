//! What a page knows of the moments of a series.

use std::io;

use heapwise_analysis::flame::{FlameEstimates, FlameGraph};
use heapwise_analysis::stats::Confidence;
use serde::Serialize;

use super::data::{OwnPart, own_parts};
use super::names::{self, Shared, Shown};
use crate::page::FlamePicture;
use crate::page::heat::kept;
use crate::page::times::{moment, times};

/// Numbers of frames that a page has of all moments together: some megabytes.
const MOST_NUMBERS: usize = 120_000;

/// The stacks of a series, of which a page shows those of one moment, or what changed between two.
#[derive(Debug)]
#[non_exhaustive]
pub struct FlameSeries {
    /// What it is of.
    pub title: String,
    /// The frames, with the values of each moment.
    pub graph: FlameGraph,
    /// For each moment the sample type that is shown.
    pub sample_index: Vec<usize>,
    /// What each moment is called, and when it was, in nanoseconds since 1970-01-01 UTC.
    pub moments: Vec<(String, Option<i64>)>,
    /// Moments of the series, with those that are not in the graph.
    pub all: usize,
    /// Of the intervals.
    pub confidence: Confidence,
}

#[derive(Debug, Serialize)]
struct Own {
    all_moments: usize,
    moments: Vec<Moment>,
}

/// The numbers of a moment, each as what it is more than that of the moment before.
#[derive(Debug, Serialize)]
struct Moment {
    name: String,
    when: String,
    cum: Vec<i128>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    minus: Vec<Option<i128>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plus: Vec<Option<i128>>,
    flat: Vec<OwnPart>,
}

impl FlameSeries {
    /// The moments of a series that a page has: all, or so many that are evenly spread.
    #[must_use]
    pub fn kept(moments: usize) -> Vec<usize> {
        kept(moments)
    }

    /// Frames that a page of so many moments has at most.
    #[must_use]
    pub fn most_frames(moments: usize) -> usize {
        MOST_NUMBERS / moments.max(1)
    }

    /// Of moments whose graph has a profile for each.
    #[must_use]
    pub fn new(
        title: String,
        graph: FlameGraph,
        sample_index: Vec<usize>,
        moments: Vec<(String, Option<i64>)>,
    ) -> Self {
        Self {
            title,
            graph,
            sample_index,
            all: moments.len(),
            moments,
            confidence: Confidence::default(),
        }
    }

    crate::with::with! {
        /// Of the intervals.
        with_confidence(confidence: Confidence);
        /// Moments of the series, with those that are not in the graph.
        with_all(all: usize);
    }

    /// As a page has it.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn picture(&self) -> io::Result<FlamePicture> {
        let graph = &self.graph;
        let last = graph.rankings().last().zip(self.sample_index.last());
        let types = last.map(|(ranking, &index)| {
            names::sample_type(&ranking.header, index, ranking.sampling_of(index))
        });
        let shown = Shown {
            types: types.into_iter().collect(),
            first: 0,
        };
        let own = Own {
            all_moments: self.all,
            moments: self.numbers(),
        };
        Shared::of((&self.title, "series"), graph, shown, self.confidence).picture(&own)
    }

    fn numbers(&self) -> Vec<Moment> {
        let (times, is_timed) = times(self.moments.iter().map(|(_, nanos)| *nanos));
        let mut before = Columns::default();
        let mut moments = Vec::new();
        for (at, (name, _)) in self.moments.iter().enumerate() {
            let index = self.sample_index.get(at).copied().unwrap_or(0);
            let mut known = self.graph.estimates(at, index, self.confidence);
            let now = Columns::of(&self.graph, &mut known);
            let seconds = times.get(at).copied().filter(|_| is_timed);
            moments.push(Moment {
                name: names::shown(name),
                when: moment(at, seconds),
                cum: steps(&before.cum, &now.cum),
                minus: option_steps(&before.minus, &now.minus),
                plus: option_steps(&before.plus, &now.plus),
                flat: own_parts(&self.graph, &mut known),
            });
            before = now;
        }
        let is_exact = moments.iter().all(|moment| {
            let mut ends = moment.minus.iter().chain(&moment.plus);
            ends.all(|end| *end == Some(0))
        });
        if is_exact {
            for moment in &mut moments {
                moment.minus.clear();
                moment.plus.clear();
            }
        }
        moments
    }
}

/// The numbers of a moment by node.
#[derive(Debug, Default)]
struct Columns {
    cum: Vec<i128>,
    minus: Vec<Option<i128>>,
    plus: Vec<Option<i128>>,
}

impl Columns {
    fn of(graph: &FlameGraph, known: &mut FlameEstimates<'_>) -> Columns {
        let mut columns = Columns::default();
        for node in 0..graph.nodes.len() {
            let cum = known.cum(node);
            columns.cum.push(cum.value);
            columns.minus.push(cum.low.map(|low| cum.value - low));
            columns.plus.push(cum.high.map(|high| high - cum.value));
        }
        columns
    }
}

fn steps(before: &[i128], now: &[i128]) -> Vec<i128> {
    let before = before.iter().copied().chain(std::iter::repeat(0));
    now.iter()
        .zip(before)
        .map(|(now, before)| now - before)
        .collect()
}

/// What is not known is no step, and counts as 0 for the next.
fn option_steps(before: &[Option<i128>], now: &[Option<i128>]) -> Vec<Option<i128>> {
    let before = before.iter().copied().chain(std::iter::repeat(None));
    let both = now.iter().zip(before);
    both.map(|(now, before)| now.map(|now| now - before.unwrap_or(0)))
        .collect()
}
