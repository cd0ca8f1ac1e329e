//! What several dumps tell of each group, put together.

use std::collections::BTreeMap;

use super::dump::{Detail, Dump, GroupIndex, NONE, Tally, add_label};
use super::followed::Found;
use super::groups::Key;
use super::lasting::Lasting;
use super::plan::{Plan, Role};
use super::proofs::Proofs;

/// What all dumps together tell of a group.
#[derive(Debug, Clone, Default)]
pub(super) struct Sum {
    pub(super) counts: Vec<i64>,
    /// The most that any dump says are leaked.
    pub(super) leaked: i64,
    /// What each leak profile says are leaked.
    pub(super) by_proof: Vec<i64>,
    /// Of the last dump of the series that has the group, else of any other dump.
    pub(super) detail: Detail,
    /// How much to trust `detail`: the place in the series plus one.
    pub(super) rank: usize,
    /// Creators that any dump tells.
    pub(super) creators: Tally,
    pub(super) survivors: i64,
    pub(super) lasting: Option<Lasting>,
    /// Goroutines that were in one dump before the last and in no other, where no other ones were.
    pub(super) passing: Option<i64>,
    /// Whether any goroutine of it was ever counted or found leaked.
    pub(super) is_there: bool,
}

pub(super) struct Merged {
    pub(super) target: Vec<GroupIndex>,
    pub(super) sums: Vec<Sum>,
}

impl Merged {
    pub(super) fn new(
        target: Vec<GroupIndex>,
        groups: usize,
        length: usize,
        proofs: &Proofs,
    ) -> Merged {
        let sum = Sum {
            counts: vec![0; length],
            by_proof: vec![0; proofs.count],
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

    pub(super) fn add(
        &mut self,
        dump: Dump,
        at: usize,
        (plan, proofs): (&Plan, &Proofs),
        keys: &[Key],
    ) {
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
                sum.leaked = sum.leaked.max(leaked);
                let by_proof = proofs.place(at);
                if let Some(most) = by_proof.and_then(|place| sum.by_proof.get_mut(place)) {
                    // Of several forms of one instant.
                    *most = leaked.max(*most);
                }
            }
        }
    }

    /// Adds what following goroutines by their numbers found.
    pub(super) fn add_followed(&mut self, found: &Found) {
        for (&group, &still) in &found.still {
            if let Some(sum) = self.sums.get_mut(group as usize) {
                sum.survivors = still;
            }
        }
        for (&group, &lasting) in &found.lasting {
            if let Some(sum) = self.sums.get_mut(group as usize) {
                sum.lasting = Some(lasting);
            }
        }
        for (&group, &passing) in &found.passing {
            if let Some(sum) = self.sums.get_mut(group as usize) {
                sum.passing = Some(passing);
            }
        }
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
