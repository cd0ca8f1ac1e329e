//! Adds samples up by the stack that leads to them while they are read.

use heapwise_decode::{Flow, LocationIndex, ProfileKind, Sample, Tables, Visitor};

use crate::error::{ErrorKind, Result};
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockTable, Entry};
use crate::sums::estimate::sampling_of;
use crate::sums::reading::Reading;
use crate::sums::totals::Totals;

use super::ends::Ends;
use super::grown::Grown;
use super::run::{At, Call};
use super::stems::Stems;

/// Nodes that the trees of a graph may have together: what fits into some GiB.
pub(super) const MOST_NODES: usize = 1 << 25;

/// Adds samples up by stack, in the first reading of a profile or in a later one.
pub(crate) struct Grower {
    shape: Shape,
    sites: Nodes,
    stems: Stems,
    /// The node after each location of the last stack.
    path: Vec<At>,
    ends: Ends,
    blocks: BlockTable,
    reading: Reading,
    totals: Totals,
    samples: u64,
    is_pruned: bool,
}

impl Grower {
    /// `is_pruned` where the frames that a profile calls uninteresting are gone already.
    pub(crate) fn new(shape: Shape, is_pruned: bool) -> Grower {
        Grower {
            sites: Nodes::new(shape.clone()),
            shape,
            stems: Stems::new(MOST_NODES),
            path: Vec::new(),
            ends: Ends::new(0),
            blocks: BlockTable::default(),
            reading: Reading::none(),
            totals: Totals::default(),
            samples: 0,
            is_pruned,
        }
    }

    /// With fewer nodes, where other trees have some.
    pub(super) fn with_most(self, most: usize) -> Grower {
        Grower {
            stems: self.stems.with_most(most),
            ..self
        }
    }

    /// The node of a stack.
    #[inline]
    fn walk(&mut self, tables: &Tables, stack: &[LocationIndex], shared: usize) -> At {
        self.path.truncate(shared);
        let mut at = self.path.last().copied().unwrap_or(At::ROOT);
        let mut new = stack.get(self.path.len()..).unwrap_or_default();
        while let Some(&first) = new.first() {
            self.sites.of_location(tables, first);
            for frame in self.sites.met(new) {
                at = self.stems.child(at, Call::of(frame.outermost(), false));
                for &site in frame.inlined() {
                    at = self.stems.child(at, Call::of(site, true));
                }
                self.path.push(at);
            }
            new = stack.get(self.path.len()..).unwrap_or_default();
        }
        at
    }

    fn entry(&mut self, sample: &Sample<'_>) -> Option<Entry> {
        self.reading.recovery.as_mut()?.entry(sample)
    }

    /// Adds a sample up by stack, and to nothing else.
    #[inline]
    pub(crate) fn grow(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.samples += 1;
        let stack = self.reading.cut(sample.stack());
        let node = self.walk(tables, stack, sample.shared_frames().min(stack.len()));
        let end = self.ends.add(node, sample.values());
        if let Some(entry) = self.entry(sample) {
            self.blocks.add(end, entry);
        }
    }

    /// With what all samples add up to, where they were only [grown](Grower::grow).
    pub(crate) fn with_totals(self, totals: &Totals) -> Grower {
        Grower {
            totals: totals.clone(),
            ..self
        }
    }

    /// The same with all sites of complete tables. `None` where these are other sites than those that were met.
    pub(crate) fn renumbered(mut self, tables: &Tables) -> Option<Grower> {
        let sites = Nodes::of(tables, self.shape.clone());
        let numbers = numbers(tables, &self.sites, &sites)?;
        let number = |met: NodeId| numbers.get(met as usize).copied();
        self.stems.renumber(|met| number(met).unwrap_or(met));
        Some(Grower { sites, ..self })
    }

    /// The stacks of a profile of some kind.
    ///
    /// # Errors
    ///
    /// When there are more frames than fit into memory.
    pub(crate) fn finish(self, kind: ProfileKind) -> Result<Grown> {
        if self.stems.is_full() {
            return Err(ErrorKind::TooManyFrames { limit: MOST_NODES }.into());
        }
        Ok(Grown {
            sampling: sampling_of(self.reading.recovery.as_ref(), kind),
            shape: self.shape,
            sample_count: self.samples,
            totals: self.totals.without_base(),
            sites: self.sites,
            stems: self.stems,
            ends: self.ends,
            blocks: self.blocks,
            recovery: self.reading.recovery,
        })
    }
}

/// By the number of a site that was met, its number among all sites of complete tables: each location that was met
/// stands for the same ones, one by one.
fn numbers(tables: &Tables, met: &Nodes, all: &Nodes) -> Option<Vec<NodeId>> {
    let mut numbers = vec![NodeId::MAX; met.len()];
    let mut is_taken = vec![false; all.len()];
    for at in 0..tables.location_count() {
        let at = tables.location_index(at)?;
        let (before, now) = (met.known(at), all.known(at));
        if before.is_empty() {
            continue;
        }
        if before.len() != now.len() {
            return None;
        }
        for (&before, &now) in before.iter().zip(now) {
            let slot = numbers.get_mut(before as usize)?;
            let is_taken = is_taken.get_mut(now as usize)?;
            if *slot == NodeId::MAX && !*is_taken {
                *slot = now;
                *is_taken = true;
            } else if *slot != now {
                return None;
            }
        }
    }
    Some(numbers)
}

impl Visitor for Grower {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        let shape = self.shape.clone();
        let started = Reading::start(&shape, (tables, complete), self.is_pruned, true);
        let Some(reading) = started else {
            return Flow::Reread;
        };
        *self = Grower {
            stems: Stems::new(self.stems.most()),
            ends: Ends::new(tables.sample_types().len()),
            sites: match (complete, self.is_pruned) {
                (true, true) => Nodes::of(tables, shape.clone()),
                (true, false) => Nodes::settled(tables, shape.clone()),
                (false, _) => Nodes::new(shape.clone()),
            },
            reading,
            totals: Totals::start(tables, complete),
            ..Grower::new(shape, self.is_pruned)
        };
        self.reading.shorten(tables, &mut self.sites);
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.totals.add(sample);
        self.grow(tables, sample);
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        match self.reading.must_be_repeated(tables, &mut self.sites) {
            true => Flow::Reread,
            false => Flow::Proceed,
        }
    }
}
