//! What it means that the highest number of a goroutine is lower in a dump than in the one before it, where neither says when it was
//! taken: the numbers only go up in one process, and begin anew in the next.

use std::collections::BTreeMap;

use super::dump::{Dump, DumpInfo, Fall, MOST_NUMBERS};

/// Goroutines that come and go with a dump itself: the connection that asks for it, and what reads from that.
const FEW: usize = 3;
/// Each processor hands out numbers from a stock of 16 (runtime/proc.go: newproc1), so that they are not strictly in order: so far
/// behind is what 16 processors may be...
const STOCKS: u64 = 16 * 16;
/// ...which tells nothing of a process that has not gone far beyond that.
const FAR: u64 = 4 * STOCKS;

/// The places of dumps before which the highest number falls, each with that of the dump before it.
pub(super) fn falls(dumps: &[DumpInfo], given: &[usize]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // The last dump of each origin that numbers its goroutines.
    let mut last: BTreeMap<Option<u32>, (usize, u64)> = BTreeMap::new();
    for &at in given {
        let Some(dump) = dumps.get(at) else { continue };
        let Some(highest) = dump.highest else {
            continue;
        };
        if let Some(&(before, of_before)) = last.get(&dump.origin)
            && highest < of_before
            && !dump.is_in_sequence
        {
            found.push((before, at));
        }
        match dump.ends_process {
            true => last.remove(&dump.origin),
            false => last.insert(dump.origin, (at, highest)),
        };
    }
    found
}

/// The dumps whose goroutines tell why the numbers fall; where these are more than can be held, those of the last falls.
pub(super) fn told_by(dumps: &[DumpInfo], given: &[usize]) -> Vec<usize> {
    let both = falls(dumps, given).into_iter().rev();
    let mut held = 0_usize;
    let both = both.take_while(|&(before, at)| {
        let totals = [before, at].map(|at| dumps.get(at).map_or(0, |dump| dump.total));
        let count = totals
            .iter()
            .filter_map(|&total| usize::try_from(total).ok());
        held = held.saturating_add(count.sum());
        held <= MOST_NUMBERS
    });
    both.flat_map(|(before, at)| [before, at]).collect()
}

/// Why the numbers fall between two dumps; unclear where their goroutines are not known.
pub(super) fn fall(before: &Dump, after: &Dump, are_of_two: bool) -> Fall {
    if are_of_two {
        return Fall::Proved;
    }
    let highest = |dump: &Dump| dump.info.highest.unwrap_or(0);
    let (from, to) = (highest(before), highest(after));
    let is_near = from.saturating_sub(to) <= STOCKS && to >= FAR;
    if before.ids.is_empty() || after.ids.is_empty() {
        return match is_near {
            true => Fall::Little,
            false => Fall::Unclear,
        };
    }
    let counts = Counts::of(before, after);
    if counts.new <= FEW && (counts.gone <= FEW || is_near) {
        return Fall::Little;
    }
    // One that is in the later dump of a process, with a number below the highest of the earlier one, is in that, too.
    match counts {
        Counts { missed, .. } if missed > FEW => Fall::Proved,
        Counts { shared: 0, .. } => Fall::Other,
        _ => Fall::Unclear,
    }
}

/// Goroutines of two dumps, without the first of a program, which each has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    /// In both, and created alike.
    shared: usize,
    /// In the second alone.
    new: usize,
    /// In the first alone.
    gone: usize,
    /// Of these, those with numbers below the highest of the second.
    missed: usize,
}

impl Counts {
    fn of(before: &Dump, after: &Dump) -> Counts {
        let below = after.info.highest.unwrap_or(0);
        let mut counts = Counts::default();
        let mut rest = after.ids.iter().filter(|one| one.id > 1).peekable();
        for one in before.ids.iter().filter(|one| one.id > 1) {
            while rest.next_if(|other| other.id < one.id).is_some() {
                counts.new += 1;
            }
            let same = rest.next_if(|other| other.id == one.id);
            match same.map(|other| other.place.family == one.place.family) {
                Some(true) => counts.shared += 1,
                Some(false) => {
                    counts.new += 1;
                    counts.gone += 1;
                    counts.missed += 1;
                }
                None => {
                    counts.gone += 1;
                    counts.missed += usize::from(one.id < below);
                }
            }
        }
        counts.new += rest.count();
        counts
    }
}

/// Whether dumps that were given in no order are of one process for what they show: their numbers fall again and again, and most
/// dumps have goroutines of the one before.
pub(super) fn are_disordered(dumps: &[DumpInfo], given: &[usize]) -> bool {
    let falls = falls(dumps, given);
    let why = |&(_, at): &(usize, usize)| dumps.get(at).and_then(|dump| dump.fall);
    let count = |wanted: Fall| {
        falls
            .iter()
            .filter(|fall| why(fall) == Some(wanted))
            .count()
    };
    let deep = falls.len() - count(Fall::Little);
    let steps = given.len().saturating_sub(1);
    deep >= 2 && deep * 3 >= steps && count(Fall::Proved) == 0 && count(Fall::Unclear) * 2 > deep
}

#[cfg(test)]
mod tests {
    use super::{Counts, fall};
    use crate::goroutines::dump::{Dump, DumpInfo, Fall, Numbered, Place};
    use crate::goroutines::phantom::Phantoms;
    use crate::goroutines::unread::Unread;
    use heapwise_decode::ProfileKind;

    fn dump(ids: &[u64]) -> Dump {
        let place = Place {
            group: 0,
            family: 0,
        };
        Dump {
            info: DumpInfo {
                kind: ProfileKind::Goroutine,
                time_nanos: None,
                is_delta: false,
                total: ids.len() as i64,
                has_states: true,
                written_nanos: None,
                highest: ids.last().copied(),
                is_in_sequence: false,
                origin: None,
                ends_process: false,
                is_of_another: false,
                fall: None,
                unread: Unread::default(),
            },
            is_proof: false,
            phantoms: Phantoms::default(),
            groups: Vec::new(),
            ids: ids.iter().map(|&id| Numbered { id, place }).collect(),
        }
    }

    fn of(before: &[u64], after: &[u64]) -> Fall {
        fall(&dump(before), &dump(after), false)
    }

    #[test]
    fn a_fall_is_judged_by_who_is_in_both_dumps() {
        // A server that does nothing, whose processors hand out numbers in turn.
        assert_eq!(of(&[1, 18, 35, 50, 51], &[1, 18, 35, 20, 36]), Fall::Little);
        assert_eq!(of(&[1, 50, 51], &[1, 36, 37]), Fall::Little);
        // What is gone was work.
        let busy: Vec<u64> = (1..20).chain(5000..5100).collect();
        let idle: Vec<u64> = (1..20).chain([4990]).collect();
        assert_eq!(of(&busy, &idle), Fall::Little);
        // Nobody but main is in both.
        let anew: Vec<u64> = [1].into_iter().chain(32..54).collect();
        assert_eq!(of(&[1, 4945, 5026, 5027, 5028, 5029], &anew), Fall::Other);
        // The pool that a program starts with may be that of the next process.
        let pool = |more: std::ops::Range<u64>| -> Vec<u64> { (1..10).chain(more).collect() };
        assert_eq!(of(&pool(500..520), &pool(20..40)), Fall::Unclear);
        assert_eq!(of(&pool(20..40), &pool(20..30)), Fall::Unclear);
        // Those from 20 on would have to be in the earlier dump.
        assert_eq!(
            of(
                &pool(20..30),
                &pool(11..28)
                    .into_iter()
                    .filter(|id| !(20..26).contains(id))
                    .collect::<Vec<_>>()
            ),
            Fall::Proved
        );
        assert_eq!(fall(&dump(&[1, 9]), &dump(&[1, 8]), true), Fall::Proved);
        assert_eq!(of(&[], &[1]), Fall::Unclear);
    }

    #[test]
    fn goroutines_of_two_dumps_are_counted_once() {
        let counts = Counts::of(&dump(&[1, 4, 6, 9]), &dump(&[1, 3, 6, 7, 8]));
        let expected = Counts {
            shared: 1,
            new: 3,
            gone: 2,
            missed: 1,
        };
        assert_eq!(counts, expected);
    }
}
