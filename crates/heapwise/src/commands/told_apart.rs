//! Tells processes apart whose memory statistics do not: by the profiles that come with them.

use std::collections::BTreeMap;

use heapwise_analysis::gc::{GcMoment, processes};
use heapwise_analysis::{
    Granularity, LevelColumn, LevelSites, LevelSnapshot, RankOptions, level_processes, rank,
};
use heapwise_decode::{Limits, Source};

use crate::input::NamedSource;

/// Notes with each moment of which process it is, where snapshots far from one another may be of one by their statistics
/// and cannot by what the sites of their profiles ever allocated. Moments have the places of their sources.
pub(super) fn tell_apart(moments: &mut [GcMoment], sources: &[NamedSource], limits: &Limits) {
    let mut places: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, moment) in moments.iter().enumerate() {
        places.entry(moment.input).or_default().push(at);
    }
    let mut number = 0;
    for series in processes(moments.to_vec()).series {
        let is_parted = |pair: &[GcMoment]| match pair {
            [earlier, later] => are_of_two(earlier, later, sources, limits),
            _ => false,
        };
        let parted: Vec<bool> = series.windows(2).map(is_parted).collect();
        if !parted.contains(&true) {
            continue;
        }
        let starts = std::iter::once(false).chain(parted);
        for (moment, is_start) in series.iter().zip(starts) {
            number += u32::from(is_start);
            for &at in places.get(&moment.input).into_iter().flatten() {
                let known = moments.get_mut(at).filter(|known| *known == moment);
                if let Some(known) = known {
                    known.process = Some(number);
                }
            }
        }
        number += 1;
    }
}

/// Whether the profiles of two moments, of which the later may follow the earlier one by its statistics, are not of one
/// process. Those with the end of a cycle in common surely are.
fn are_of_two(
    earlier: &GcMoment,
    later: &GcMoment,
    sources: &[NamedSource],
    limits: &Limits,
) -> bool {
    let have_profiles = earlier.has_profile() && later.has_profile();
    if !have_profiles || earlier.input == later.input || earlier.shares_cycles(later) == Some(true)
    {
        return false;
    }
    let snapshots = [earlier, later].map(|moment| snapshot(sources.get(moment.input)?, limits));
    let [Some(earlier), Some(later)] = snapshots else {
        return false;
    };
    cannot_follow(earlier, later)
}

/// Whether a heap is of another process than an earlier one: what was allocated never falls in one.
pub(super) fn cannot_follow(earlier: LevelSnapshot, later: LevelSnapshot) -> bool {
    level_processes(vec![earlier, later], LevelSites::default()).is_ok_and(|told| told.len() > 1)
}

/// What a heap has in use; `None` where it cannot be read.
pub(super) fn snapshot(source: &(impl Source + ?Sized), limits: &Limits) -> Option<LevelSnapshot> {
    let ranking = rank(source, &RankOptions::new(Granularity::Functions), limits).ok()?;
    let index = ranking.header.sample_index(Some("inuse_space")).ok()?;
    LevelSnapshot::new(ranking, (index, LevelColumn::Flat), 0, None).ok()
}
