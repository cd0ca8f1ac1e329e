//! What several dumps tell of each group, put together.

use std::collections::BTreeMap;

use super::answer::Survivors;
use super::gather::{Detail, Gathered, GroupIndex, Key, NONE, Tally, add_label};
use super::plan::{Plan, Role};

/// What all dumps together tell of a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) counts: Vec<i64>,
    pub(super) leaked: i64,
    /// Of the last dump of the series that has the group, else of any other dump.
    pub(super) detail: Detail,
    /// How much to trust `detail`: the place in the series plus one.
    pub(super) rank: usize,
    /// Creators that any dump tells.
    pub(super) creators: Tally,
    pub(super) survivors: i64,
    /// Whether any goroutine of it was ever counted or found leaked.
    pub(super) is_there: bool,
}

pub(super) struct Merged {
    pub(super) target: Vec<GroupIndex>,
    pub(super) sums: Vec<Sum>,
}

impl Merged {
    pub(super) fn new(target: Vec<GroupIndex>, groups: usize, length: usize) -> Merged {
        let sum = Sum {
            counts: vec![0; length],
            ..Sum::default()
        };
        Merged {
            target,
            sums: vec![sum; groups],
        }
    }

    fn target(&self, group: GroupIndex) -> usize {
        self.target.get(group as usize).map_or(0, |&to| to as usize)
    }

    pub(super) fn add(&mut self, dump: Gathered, at: usize, plan: &Plan, keys: &[Key]) {
        let place = plan.series.iter().position(|&in_series| in_series == at);
        let role = plan.roles.get(at).copied();
        if role == Some(Role::Difference) {
            return;
        }
        // What is proved leaked in this dump, over groups that are joined.
        let mut leaked: BTreeMap<usize, i64> = BTreeMap::new();
        for (group, detail) in dump.groups {
            let target = self.target(group);
            let sum = leaked.entry(target).or_default();
            *sum = sum.saturating_add(detail.leaked);
            let Some(sum) = self.sums.get_mut(target) else {
                continue;
            };
            sum.is_there |= place.is_some() || detail.leaked > 0;
            if let Some(count) = place.and_then(|place| sum.counts.get_mut(place)) {
                *count = count.saturating_add(detail.count);
            }
            if let Some(&Key::Stack(_, creator)) = keys.get(group as usize) {
                sum.add_creator(creator, detail.count);
            }
            for (creator, count) in detail.creators.iter() {
                sum.add_creator(creator, count);
            }
            sum.keep(detail, place.map_or(0, |place| place + 1));
        }
        for (target, leaked) in leaked {
            if let Some(sum) = self.sums.get_mut(target) {
                // A leaked goroutine stays: the dump with the most is the last.
                sum.leaked = sum.leaked.max(leaked);
            }
        }
    }

    /// Counts goroutines of the first of the dumps that were followed that are in the other.
    pub(super) fn survivors(
        &mut self,
        followed: Option<(usize, usize)>,
        dumps: &[Gathered],
    ) -> Option<Survivors> {
        let (first, last) = followed?;
        let (first, last) = (&dumps.get(first)?.ids, &dumps.get(last)?.ids);
        if first.is_empty() || last.is_empty() {
            return None;
        }
        let mut still = 0;
        for &(id, group) in last {
            if first.binary_search_by_key(&id, |&(id, _)| id).is_ok() {
                still += 1;
                let target = self.target(group);
                if let Some(sum) = self.sums.get_mut(target) {
                    sum.survivors += 1;
                }
            }
        }
        Some(Survivors {
            first: first.len(),
            still,
        })
    }
}

impl Sum {
    fn add_creator(&mut self, creator: u32, count: i64) {
        if creator != NONE {
            self.creators.add(creator, count);
        }
    }

    /// Takes over details that are later, adds those that are of the same dump, and takes from
    /// others what is missing.
    fn keep(&mut self, detail: Detail, rank: usize) {
        let is_first = self.detail.states.is_empty();
        if is_first || rank > self.rank {
            let old = std::mem::replace(&mut self.detail, detail);
            self.detail.fill(&old);
            self.rank = rank;
        } else if rank == self.rank && rank > 0 {
            self.detail.merge(detail);
        } else {
            self.detail.fill(&detail);
        }
    }
}

impl Detail {
    fn fill(&mut self, other: &Detail) {
        self.minutes = self.minutes.or(other.minutes);
        if self.labels.is_empty() {
            self.labels.clone_from(&other.labels);
        }
    }

    fn merge(&mut self, other: Detail) {
        self.count = self.count.saturating_add(other.count);
        self.minutes = match (self.minutes, other.minutes) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        for (state, count) in other.states.iter() {
            self.states.add(state, count);
        }
        for (stack, count) in other.stacks.iter() {
            self.stacks.add(stack, count);
        }
        for (label, count) in other.labels {
            add_label(&mut self.labels, label, count);
        }
    }
}
