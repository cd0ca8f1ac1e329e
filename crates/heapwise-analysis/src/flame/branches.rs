//! Finds where a tree of stacks branches: which run of nodes starts below a node with a call of a site.

use super::run::{At, Call, Run};
use super::seed::Seed;

/// The runs of a tree, and a table of them by the node that they start below and their first site.
///
/// A place of the table is one number: what the standard map needs for a call is 17 bytes for each of twice the nodes,
/// and here only runs are in it, of which there are fewer.
#[derive(Debug)]
pub(super) struct Branches {
    runs: Vec<Run>,
    /// Numbers of runs, each at the first free place from where its hash points to; more than half are free.
    places: Vec<u32>,
    seed: Seed,
}

/// A free place: the run of the root starts below nothing, and has none.
const FREE: u32 = 0;

/// Places in the beginning, a power of two as later.
const FIRST_PLACES: usize = 64;

impl Branches {
    /// Only the run of the root.
    pub(super) fn new() -> Branches {
        Branches {
            runs: vec![Run::ROOT],
            places: vec![FREE; FIRST_PLACES],
            seed: Seed::new(),
        }
    }

    /// The runs by number. The first is that of the root.
    pub(super) fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// The runs by number.
    pub(super) fn runs_mut(&mut self) -> &mut [Run] {
        &mut self.runs
    }

    /// The run that starts below a node with a call.
    #[inline]
    pub(super) fn find(&mut self, parent: At, call: Call) -> Option<(u32, &mut Run)> {
        let mut at = self.seed.fold(key(parent, call)) as usize;
        loop {
            let number = *self.places.get(at & (self.places.len() - 1))?;
            let run = self.runs.get(number as usize)?;
            if number == FREE {
                return None;
            }
            if run.parent.node == parent.node && run.first.is_to_the_site_of(call) {
                let run = self.runs.get_mut(number as usize)?;
                return Some((number, run));
            }
            at += 1;
        }
    }

    /// Adds a run that is not there yet, and tells its number.
    pub(super) fn add(&mut self, run: Run) -> u32 {
        let number = self.runs.len() as u32;
        self.runs.push(run);
        if 2 * self.runs.len() > self.places.len() {
            self.places = vec![FREE; 2 * self.places.len()];
            for at in 1..number {
                self.place(at);
            }
        }
        self.place(number);
        number
    }

    fn place(&mut self, number: u32) {
        let Some(run) = self.runs.get(number as usize) else {
            return;
        };
        let mut at = self.seed.fold(key(run.parent, run.first)) as usize;
        let last = self.places.len() - 1;
        while let Some(place) = self.places.get_mut(at & last) {
            if *place == FREE {
                *place = number;
                return;
            }
            at += 1;
        }
    }
}

fn key(parent: At, call: Call) -> u64 {
    u64::from(parent.node) << 32 | u64::from(call.site())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_by_the_node_that_they_start_below_and_by_their_site() {
        let mut branches = Branches::new();
        let at = |node| At { node, run: 0 };
        let runs: Vec<(At, Call)> = (0..90)
            .flat_map(|node| (0..5).map(move |site| (at(node), Call::of(site, site == 3))))
            .collect();
        for (start, &(parent, first)) in (100..).zip(&runs) {
            assert!(branches.find(parent, first).is_none());
            let number = branches.add(Run {
                start,
                parent,
                first,
            });
            assert_eq!(number, start - 99);
        }
        for (number, &(parent, first)) in (1..).zip(&runs) {
            let found = branches.find(parent, first).map(|(number, _)| number);
            assert_eq!(found, Some(number));
        }
        assert!(branches.find(at(90), Call::of(0, false)).is_none());
        assert!(branches.find(at(0), Call::of(5, false)).is_none());
    }
}
