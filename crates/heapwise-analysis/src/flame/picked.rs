//! Numbers the nodes of a few of the many runs of a tree.

use super::run::At;
use super::stems::RunOfStems;

/// Some runs of a tree, whose nodes are numbered from 0 on without gaps: hardly any of the frames of a profile is
/// large enough to be shown, and what is told of each of these takes no memory for the others.
#[derive(Debug, Default)]
pub(super) struct Picked {
    /// By run, how many nodes before it have no number.
    skipped: Vec<u32>,
    count: usize,
}

/// The run has no numbers.
const NONE: u32 = u32::MAX;

impl Picked {
    /// Picks a run, behind those that were picked before.
    pub(super) fn pick(&mut self, run: &RunOfStems<'_>) {
        self.skipped.resize(run.number(), NONE);
        self.skipped.push(run.start() - self.count as u32);
        self.count += run.len();
    }

    /// How many nodes have a number.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether a run was picked.
    pub(super) fn has(&self, run: usize) -> bool {
        self.skipped
            .get(run)
            .is_some_and(|&skipped| skipped != NONE)
    }

    /// The number of a node of a run that was picked.
    #[inline]
    pub(super) fn number(&self, at: At) -> Option<usize> {
        let skipped = self.skipped.get(at.run as usize).copied();
        let skipped = skipped.filter(|&skipped| skipped != NONE)?;
        Some(at.node as usize - skipped as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::Call;
    use super::super::stems::Stems;
    use super::*;

    #[test]
    fn nodes_of_what_is_picked_have_the_next_numbers() {
        let mut stems = Stems::new(usize::MAX);
        for stack in [[1, 2, 3], [1, 4, 5], [6, 7, 8], [6, 9, 9]] {
            let calls = stack.iter().map(|&site| Call::of(site, false));
            calls.fold(At::ROOT, |at, call| stems.child(at, call));
        }
        let mut picked = Picked::default();
        for run in stems.runs().filter(|run| run.number() % 2 == 0) {
            picked.pick(&run);
        }
        let numbers = stems.runs().flat_map(|run| {
            let nodes = run.start()..run.start() + run.len() as u32;
            let run = run.number() as u32;
            nodes.map(move |node| At { node, run })
        });
        let numbers: Vec<_> = numbers.map(|at| picked.number(at)).collect();
        let expected = [Some(0), Some(1), Some(2), Some(3), None, None];
        let others = [Some(4), Some(5), Some(6), None, None];
        assert_eq!(numbers, [&expected[..], &others].concat());
        assert_eq!(
            (picked.count(), picked.has(1), picked.has(2)),
            (7, false, true)
        );
    }
}
