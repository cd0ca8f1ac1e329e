//! When a condition has become true: once, until it was false again by some way.

use super::fetch::NoPage;
use super::look::{Looker, Seen};
use crate::args::{Condition, Side};
use crate::bundle::TriggerRecord;

/// By how much of its bound a value must have gone back for a condition to be able to become true again.
const BACK: f64 = 0.05;

/// Conditions that are watched.
pub(crate) struct Triggers {
    watched: Vec<Watched>,
}

struct Watched {
    condition: Condition,
    /// Whether it was false since it was last true.
    is_armed: bool,
}

impl Triggers {
    /// Watches conditions, none of which was seen yet.
    pub(crate) fn new(conditions: &[Condition]) -> Triggers {
        let watched = conditions.iter().map(|condition| Watched {
            condition: condition.clone(),
            is_armed: true,
        });
        Triggers {
            watched: watched.collect(),
        }
    }

    /// Whether none is watched: then every beat is one for a bundle.
    pub(crate) fn is_empty(&self) -> bool {
        self.watched.is_empty()
    }

    /// The conditions that became true. Where a look fails, what it is about is as it was; the first reason.
    pub(crate) fn look(&mut self, looker: &Looker<'_>) -> (Vec<TriggerRecord>, Option<NoPage>) {
        let (mut seen, mut fired, mut failed) = (Seen::default(), Vec::new(), None);
        for watched in &mut self.watched {
            match looker.look(&watched.condition, &mut seen) {
                Ok((value, bound)) => {
                    if watched.becomes_true(value, bound) {
                        fired.push(TriggerRecord {
                            condition: watched.condition.to_string(),
                            value,
                        });
                    }
                }
                Err(NoPage::Interrupted) => return (Vec::new(), Some(NoPage::Interrupted)),
                Err(why) => failed = failed.or(Some(why)),
            }
        }
        (fired, failed)
    }

    /// Lets conditions count again of which nothing came.
    pub(crate) fn rearm(&mut self, fired: &[TriggerRecord]) {
        for watched in &mut self.watched {
            let text = watched.condition.to_string();
            watched.is_armed |= fired.iter().any(|one| one.condition == text);
        }
    }
}

impl Watched {
    fn becomes_true(&mut self, value: u64, bound: u64) -> bool {
        let (value, bound) = (value as f64, bound as f64);
        let (is_true, is_back) = match self.condition.side {
            Side::Above => (value > bound, value <= bound * (1.0 - BACK)),
            Side::Below => (value < bound, value >= bound * (1.0 + BACK)),
        };
        let becomes = is_true && self.is_armed;
        self.is_armed = (self.is_armed || is_back) && !is_true;
        becomes
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Watched;
    use crate::args::{Args, Command, Condition};

    fn condition(text: &str) -> Condition {
        let words = ["heapwise", "collect", ":1", "--out=x", "--trigger", text];
        match Args::parse_from(words).command {
            Command::Collect(args) => args.series.trigger[0].clone(),
            other => panic!("{other:?}"),
        }
    }

    fn becomes(text: &str, values: &[u64], bound: u64) -> Vec<bool> {
        let mut watched = Watched {
            condition: condition(text),
            is_armed: true,
        };
        let values = values.iter();
        values
            .map(|&value| watched.becomes_true(value, bound))
            .collect()
    }

    #[test]
    fn what_goes_to_and_fro_counts_once() {
        let above = [90, 101, 120, 99, 101, 96, 101, 95, 101];
        let expected = [false, true, false, false, false, false, false, false, true];
        assert_eq!(becomes("goroutines > 100", &above, 100), expected);
    }

    #[test]
    fn what_falls_is_watched_likewise() {
        let below = [100, 99, 101, 99, 105, 99];
        let expected = [false, true, false, false, false, true];
        assert_eq!(becomes("goroutines < 100", &below, 100), expected);
    }
}
