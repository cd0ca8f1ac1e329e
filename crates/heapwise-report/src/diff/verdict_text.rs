//! Verdicts in words for someone who never met statistics; never faster, only less and more.
//!
//! `heapwise help verdicts` explains each of them.

use heapwise_analysis::{Basis, Change, Detectable, Moved, Verdict};

use crate::formats::error_text::percent_up;

/// What a verdict rests on that is not known.
const IF_SAME_WORK: &str = ", if both did the same work";

/// Small objects of several sites are in one block.
const SHARED: &str = ": small blocks change their site from run to run";

/// A rise beyond this part is said in times.
const SEVERAL_TIMES: f64 = 9.95;

/// A verdict: the word, and what there is to be said about it where there is room.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct VerdictText {
    word: &'static str,
    detail: String,
}

impl VerdictText {
    /// The verdict on a change.
    pub(crate) fn of(change: &Change) -> VerdictText {
        let (word, detail) = match change.judged() {
            Verdict::Decreased | Verdict::Gone if change.if_same_work.is_some() => {
                ("less?", IF_SAME_WORK.to_owned())
            }
            Verdict::Increased | Verdict::New if change.if_same_work.is_some() => {
                ("more?", IF_SAME_WORK.to_owned())
            }
            Verdict::Decreased | Verdict::Gone => ("less", certainty(change)),
            Verdict::Increased | Verdict::New => ("more", certainty(change)),
            Verdict::NoChangeSeen if is_known_the_same(change) => ("no change", String::new()),
            Verdict::NoChangeSeen if change.blocks_shared => ("unclear", SHARED.to_owned()),
            Verdict::NoChangeSeen => ("unclear", would_show(change.detectable)),
            Verdict::Undecidable => ("too few samples", samples(change)),
            Verdict::NotJudged if change.may_be_set_up => ("may include set-up", String::new()),
            Verdict::NotJudged => ("", String::new()),
        };
        VerdictText { word, detail }
    }

    /// A change that may only have gone to another name, or have come from one.
    pub(crate) fn moved(moved: &Moved, change: &Change) -> VerdictText {
        let names: Vec<String> = moved.with.iter().map(|site| site.pprof_name()).collect();
        let way = if change.delta.value < 0 { "to" } else { "from" };
        let VerdictText { word, detail } = Self::of(change);
        VerdictText {
            word,
            detail: format!("{detail}, may have moved {way} {}", names.join(", ")),
        }
    }

    /// All of it: `unclear: only a change above 23% would show`.
    pub(crate) fn full(&self) -> String {
        format!("{}{}", self.word, self.detail)
    }

    /// The word alone.
    pub(crate) fn brief(&self) -> String {
        self.word.to_owned()
    }

    /// Whether nothing was judged.
    pub(crate) fn is_empty(&self) -> bool {
        self.word.is_empty()
    }
}

/// Whether a change in which nothing was seen is known to be none. What was counted in one run may differ in another: a difference of
/// counts that a test found no reason to call one is open.
pub(super) fn is_known_the_same(change: &Change) -> bool {
    /// Less is no difference that anybody looks for.
    const NOTHING: f64 = 0.005;
    let ratio = change.ratio.map_or(1.0, |ratio| ratio.value);
    let is_tested = change.p.is_some() && (ratio - 1.0).abs() >= NOTHING;
    change.basis == Basis::Exact && !is_tested
}

/// What was counted is known better than what was sampled.
fn certainty(change: &Change) -> String {
    match change.basis {
        Basis::Exact => ", exact".to_owned(),
        _ => String::new(),
    }
}

fn samples(change: &Change) -> String {
    let samples = [change.before.sampled, change.after.sampled];
    let samples: i128 = samples.into_iter().flatten().sum();
    format!(": {samples}")
}

/// What would have shown: what did not may still be there.
fn would_show(detectable: Option<Detectable>) -> String {
    let Some(detectable) = detectable else {
        return String::new();
    };
    match (detectable.down, detectable.up) {
        (Some(down), Some(up)) if up <= 1.25 * down => {
            format!(": only a change above {} would show", percent_up(up))
        }
        (Some(down), Some(up)) => {
            let down = percent_up(down);
            format!(": only a change {} or below -{down} would show", rise(up))
        }
        (None, Some(up)) => format!(": only a change {} would show", rise(up)),
        (Some(down), None) => format!(": only a change below -{} would show", percent_up(down)),
        (None, None) => String::new(),
    }
}

/// `above +57%`, or `to 12 times as much`.
fn rise(part: f64) -> String {
    if part < SEVERAL_TIMES {
        format!("above +{}", percent_up(part))
    } else {
        format!("to {:.0} times as much", (1.0 + part).ceil())
    }
}

#[cfg(test)]
mod tests {
    use super::would_show;
    use heapwise_analysis::Detectable;

    #[test]
    fn says_what_would_have_shown() {
        for (down, up, text) in [
            (
                Some(0.2),
                Some(0.23),
                ": only a change above 23% would show",
            ),
            (
                Some(0.44),
                Some(0.57),
                ": only a change above +57% or below -44% would show",
            ),
            (None, Some(1.76), ": only a change above +176% would show"),
            (
                Some(0.9),
                Some(30.2),
                ": only a change to 32 times as much or below -90% would show",
            ),
            (Some(0.9), None, ": only a change below -90% would show"),
            (None, None, ""),
        ] {
            assert_eq!(would_show(Some(Detectable { down, up })), text);
        }
        assert_eq!(would_show(None), "");
    }
}
