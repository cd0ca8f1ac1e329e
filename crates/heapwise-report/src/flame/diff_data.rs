//! What a page knows of two sides.

use std::io;

use heapwise_analysis::flame::FlameDifference;
use heapwise_analysis::{Change, Per, Verdict};
use serde::Serialize;

use super::names::{self, Shared, Shown};
use crate::page::FlamePicture;

#[derive(Debug, Serialize)]
struct Own {
    min_change: f64,
    per: Option<Work>,
    judged: Option<Judged>,
    values: [Values; 1],
}

/// Among how many the verdicts of a picture and of its table are judged together.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Judged {
    pub(crate) frames: usize,
    /// With what they are.
    pub(crate) sites: String,
}

/// The work that both sides cover.
#[derive(Debug, Serialize)]
struct Work {
    unit: &'static str,
    before: f64,
    after: f64,
}

/// The numbers of both sides by node, and what became of them.
#[derive(Debug, Serialize, Default)]
struct Values {
    before: Vec<i128>,
    after: Vec<i128>,
    q: Vec<Option<f64>>,
    verdict: Vec<u8>,
    minus: Vec<Option<i128>>,
    plus: Vec<Option<i128>>,
    /// Nodes whose bytes moved, and where.
    moved: Vec<(usize, usize)>,
}

/// The data of a comparison's page.
pub(crate) fn data(
    title: &str,
    flame: &FlameDifference,
    judged: Option<Judged>,
) -> io::Result<FlamePicture> {
    let graph = &flame.graph;
    let ranking = graph.rankings().last();
    let shown = &flame.difference.sample_type;
    let index = ranking.map_or(0, |ranking| {
        let mut types = ranking.header.sample_types.iter();
        types.position(|known| known == shown).unwrap_or(0)
    });
    let types = ranking
        .map(|ranking| names::sample_type(&ranking.header, index, ranking.sampling_of(index)));
    let shown = Shown {
        types: types.into_iter().collect(),
        first: 0,
    };
    let own = Own {
        min_change: flame.min_change,
        per: work(flame),
        judged,
        values: [values(flame)],
    };
    Shared::of((title, "diff"), graph, shown, flame.confidence).picture(&own)
}

/// The work behind the values, as their quotients tell it.
fn work(flame: &FlameDifference) -> Option<Work> {
    let total = &flame.changes.first()?.cum;
    let per = total.per_work?;
    let covered = |value: i128, per_one: f64| (per_one > 0.0).then(|| value as f64 / per_one);
    Some(Work {
        unit: match per.per {
            Per::Operation => "op",
            Per::Second => "s",
        },
        before: covered(total.before.value, per.before)?,
        after: covered(total.after.value, per.after)?,
    })
}

fn values(flame: &FlameDifference) -> Values {
    let mut values = Values::default();
    for (node, change) in flame.changes.iter().enumerate() {
        let cum = &change.cum;
        values.before.push(cum.before.value);
        values.after.push(cum.after.value);
        values.q.push(shown_q(cum, flame));
        values.verdict.push(code(cum.verdict));
        let delta = cum.delta;
        values.minus.push(delta.low.map(|low| delta.value - low));
        values.plus.push(delta.high.map(|high| high - delta.value));
        if let Some(other) = change.moved {
            values.moved.push((node, other));
        }
    }
    values
}

/// The p value by which a page decides. It is that of the verdict: 0 where numbers have no error, and
/// none where a change is not called one whatever its p value, as where the work is not known.
fn shown_q(change: &Change, flame: &FlameDifference) -> Option<f64> {
    let is_change = change.verdict.is_change();
    match change.q {
        _ if change.verdict == Verdict::NotJudged => None,
        None => is_change.then_some(0.0),
        Some(q) => (is_change || q > 1.0 - flame.confidence.level()).then_some(q),
    }
}

/// The number of a verdict in a page.
pub(super) fn code(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NoChangeSeen | Verdict::Undecidable => 0,
        Verdict::Decreased => 1,
        Verdict::Increased => 2,
        Verdict::New => 3,
        Verdict::Gone => 4,
        Verdict::NotJudged => 6,
    }
}
