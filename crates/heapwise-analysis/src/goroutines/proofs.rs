//! Dumps that were taken when leaks were looked for, in order, so that leaks that are new can be
//! told from those that were known.

use super::dump::Dump;
use super::plan::{Plan, Role};

/// The leak profiles among the dumps, one place for each instant.
pub(super) struct Proofs {
    /// The place of each dump; `None` for one that proves nothing.
    places: Vec<Option<usize>>,
    pub(super) count: usize,
    /// Whether they are the series: then the last says what is leaked, and else any of them does.
    are_series: bool,
}

impl Proofs {
    /// By time where all of them tell it, by the series where they are of it, else as given.
    pub(super) fn of(dumps: &[Dump], plan: &Plan, instants: &[String]) -> Proofs {
        let in_series = |at: usize| plan.series.iter().position(|&dump| dump == at);
        let mut proofs: Vec<usize> = (0..dumps.len())
            .filter(|&at| dumps.get(at).is_some_and(|dump| dump.is_proof))
            .filter(|&at| plan.roles.get(at) != Some(&Role::Difference))
            .collect();
        let time = |at: usize| dumps.get(at).and_then(|dump| dump.info.time_nanos);
        let are_series = proofs.iter().all(|&at| in_series(at).is_some());
        if are_series {
            proofs.sort_by_key(|&at| in_series(at));
        } else if proofs.iter().all(|&at| time(at).is_some()) {
            proofs.sort_by_key(|&at| (time(at), at));
        }
        let mut places = vec![None; dumps.len()];
        let mut names: Vec<Option<&String>> = Vec::new();
        for at in proofs {
            let name = instants.get(at);
            let known = names.iter().position(|&other| other == name);
            let place = known.unwrap_or(names.len());
            if place == names.len() {
                names.push(name);
            }
            if let Some(slot) = places.get_mut(at) {
                *slot = Some(place);
            }
        }
        Proofs {
            places,
            count: names.len(),
            are_series: are_series && !names.is_empty(),
        }
    }

    pub(super) fn place(&self, dump: usize) -> Option<usize> {
        self.places.get(dump).copied().flatten()
    }

    /// What is leaked of a group: a leaked goroutine stays, so the dump that has the most is the
    /// last of a process; but of a series of leak profiles the last may be of another process,
    /// which has fewer.
    pub(super) fn leaked(&self, by_proof: &[i64], most: i64) -> i64 {
        match by_proof.last() {
            Some(&last) if self.are_series => last,
            _ => most,
        }
    }
}

/// What is leaked of a group, and how much of it an earlier leak profile had already.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeakedOverTime {
    /// How many were leaked by each leak profile.
    pub counts: Vec<i64>,
    /// Of those leaked now, how many were so by the first of them.
    pub known: i64,
    /// The others.
    pub new: i64,
}

impl LeakedOverTime {
    /// `None` for less than two leak profiles.
    pub(super) fn of(counts: Vec<i64>) -> Option<LeakedOverTime> {
        let (&first, &last) = (counts.first()?, counts.last()?);
        (counts.len() > 1).then(|| LeakedOverTime {
            known: first.min(last),
            new: last.saturating_sub(first).max(0),
            counts,
        })
    }
}
