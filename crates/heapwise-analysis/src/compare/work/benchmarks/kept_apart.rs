//! Set-up that one profile tells apart for certain: others, which cannot tell, keep it apart as well, so that what is
//! compared is the same of all of them. How many operations they may cover stays in doubt.

use std::collections::BTreeSet;

use super::assignment::Assignment;
use super::coverage::{Apart, CellKey, Coverage};
use super::side::{Grouped, Side};

/// Where blocks are allocated, by names, and how large they are: what is alike in all profiles.
type Named<'a> = (&'a str, u64);

/// Keeps apart on both sides what a profile of either knows to be set-up.
pub(super) fn keep_apart_alike(
    sides: &[Side; 2],
    groups: &mut [Grouped],
    assignments: &mut [Vec<Assignment>; 2],
) {
    for (place, group) in groups.iter_mut().enumerate() {
        let benchmark = &mut group.benchmark;
        let mut known = BTreeSet::new();
        for (side, assigned) in sides.iter().zip(assignments.iter()) {
            for (at, assignment) in assigned.iter().enumerate() {
                let set_up = assignment.apart.get(place).map(|apart| &apart.set_up);
                let keys = set_up.into_iter().flatten();
                known.extend(keys.map(|key| named(side, at, key)));
            }
        }
        // Where an operation allocates nothing all is kept apart, whatever it is.
        if known.is_empty()
            || benchmark
                .before
                .bytes
                .value
                .min(benchmark.after.bytes.value)
                <= 0.0
        {
            continue;
        }
        let measured = [&mut benchmark.before, &mut benchmark.after];
        for ((side, assigned), measured) in sides.iter().zip(assignments.iter_mut()).zip(measured) {
            let profiles = assigned.iter_mut().zip(&mut measured.coverage).enumerate();
            for (at, (assignment, coverage)) in profiles {
                let cells = side.cells(at, assignment, place);
                let bytes = |key: &CellKey| cells.get(key).map_or(0, |cell| cell.bytes);
                if let Some(apart) = assignment.apart.get_mut(place) {
                    let is_known = |key: &CellKey| known.contains(&named(side, at, key));
                    keep_apart(apart, coverage, is_known, bytes);
                }
            }
        }
    }
}

/// Of what is in doubt, what is known.
fn keep_apart(
    apart: &mut Apart,
    coverage: &mut Coverage,
    is_known: impl Fn(&CellKey) -> bool,
    bytes: impl Fn(&CellKey) -> i128,
) {
    let Some((least, most)) = coverage.between else {
        return;
    };
    let in_doubt: i128 = apart.in_doubt.iter().map(&bytes).sum();
    let found: BTreeSet<CellKey> = apart.in_doubt.iter().copied().filter(is_known).collect();
    let known: i128 = found.iter().map(&bytes).sum();
    if in_doubt <= 0 || known <= 0 {
        return;
    }
    coverage.operations = Ok(most - (most - least) * known as f64 / in_doubt as f64);
    coverage.set_up += known;
    for key in found {
        apart.in_doubt.remove(&key);
        apart.seldom.remove(&key);
        apart.set_up.insert(key);
    }
}

fn named<'a>(side: &'a Side, profile: usize, (place, size): &CellKey) -> Named<'a> {
    (side.place(profile, *place), *size)
}
