//! Goroutines whose stacks lack frames: a function may be among these.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::goroutines::{GoroutineGroup, GoroutineGroups};
use crate::site::identity::Site;

/// Stands for what Go leaves out of the middle, or the end, of a deep stack in a dump.
const ELIDED: &str = "...frames elided...";
/// Frames of stacks that Go may have cut: 128 since 1.23 (runtime: `profstackdepth`), without those of the runtime that texts
/// leave out, and with what was inlined.
const CUT: RangeInclusive<usize> = 122..=136;
/// The same of 32 before, and of 100 in dumps of those versions (runtime/traceback.go: tracebackInnerFrames), which stacks have by
/// themselves, too.
const CUT_BEFORE: [RangeInclusive<usize>; 2] = [26..=40, 94..=104];

/// How many goroutines, in the dump that has most of them, may have a function on their stacks that is not seen there.
pub(super) fn may_have(goroutines: &GoroutineGroups, site: &Site) -> i64 {
    let groups = goroutines.groups.iter();
    let mut sums: Vec<i64> = Vec::new();
    for group in groups.filter(|group| lacks_frames(goroutines, group)) {
        let creator = group.created_by.and_then(|place| goroutines.site(place));
        let mut all = frames(goroutines, group).chain(creator);
        if all.any(|one| one.function == site.function) {
            continue;
        }
        sums.resize(group.counts.len().max(sums.len()), 0);
        for (sum, count) in sums.iter_mut().zip(&group.counts) {
            *sum = sum.saturating_add(*count);
        }
    }
    sums.into_iter().max().unwrap_or(0)
}

fn frames<'a>(
    goroutines: &'a GoroutineGroups,
    group: &'a GoroutineGroup,
) -> impl Iterator<Item = &'a Site> {
    let parked = goroutines.sites_of(&group.parked_in);
    parked.chain(goroutines.sites_of(&group.stack))
}

fn lacks_frames(goroutines: &GoroutineGroups, group: &GoroutineGroup) -> bool {
    let names: Vec<Option<&str>> = frames(goroutines, group)
        .map(|site| site.function.as_deref())
        .collect();
    let is_recursive = || {
        let distinct: BTreeSet<_> = names.iter().collect();
        distinct.len() * 2 < names.len()
    };
    names.contains(&Some(ELIDED))
        || CUT.contains(&names.len())
        || (CUT_BEFORE
            .iter()
            .any(|frames| frames.contains(&names.len()))
            && is_recursive())
}
