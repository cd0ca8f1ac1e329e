//! Adds samples up by the stack that leads to them while they are read.

use heapwise_decode::{Flow, LocationIndex, ProfileKind, Sample, Tables, Visitor};

use crate::error::{ErrorKind, Result};
use crate::rank::{Total, sampling_of};
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockTable, Entry};
use crate::sums::reading::Reading;

use super::calls::Calls;
use super::grown::{Grown, NONE, ROOT, Stem};

/// Nodes that the trees of a graph may have together: what fits into some GiB.
pub(super) const MOST_NODES: usize = 1 << 25;

/// Adds samples up by stack, in the first reading of a profile or in a later one.
pub(crate) struct Grower {
    shape: Shape,
    /// Nodes that it may have.
    most: usize,
    sites: Nodes,
    nodes: Vec<Stem>,
    by_call: Calls,
    /// The node after each location of the last stack.
    path: Vec<u32>,
    ends: Vec<i128>,
    count: u32,
    blocks: BlockTable,
    reading: Reading,
    totals: Vec<Total>,
    samples: u64,
    is_pruned: bool,
}

impl Grower {
    /// `is_pruned` where the frames that a profile calls uninteresting are gone already.
    pub(crate) fn new(shape: Shape, is_pruned: bool) -> Grower {
        Grower {
            sites: Nodes::new(shape.clone()),
            shape,
            most: MOST_NODES,
            nodes: vec![Stem::new(NodeId::MAX, ROOT)],
            by_call: Calls::new(),
            path: Vec::new(),
            ends: Vec::new(),
            count: 0,
            blocks: BlockTable::default(),
            reading: Reading::none(),
            totals: Vec::new(),
            samples: 0,
            is_pruned,
        }
    }

    /// With fewer nodes, where other trees have some.
    pub(super) fn with_most(self, most: usize) -> Grower {
        Grower { most, ..self }
    }

    fn is_full(&self) -> bool {
        self.nodes.len() > self.most
    }

    /// The node of a stack.
    #[inline]
    fn walk(&mut self, tables: &Tables, stack: &[LocationIndex], shared: usize) -> u32 {
        self.path.truncate(shared);
        let mut at = self.path.last().copied().unwrap_or(ROOT);
        for &location in stack.get(self.path.len()..).unwrap_or_default() {
            let count = self.sites.of_location(tables, location).len();
            for depth in 0..count {
                let site = self.sites.known(location).get(depth).copied();
                at = self.child(at, site.unwrap_or(NodeId::MAX), depth > 0);
            }
            self.path.push(at);
        }
        at
    }

    #[inline]
    fn child(&mut self, parent: u32, site: NodeId, is_inlined: bool) -> u32 {
        let last = self
            .nodes
            .get(parent as usize)
            .map_or(NONE, |stem| stem.last_child);
        let child = match self.nodes.get(last as usize) {
            Some(stem) if stem.site == site => last,
            _ => self.found(parent, site),
        };
        if let Some(stem) = self.nodes.get_mut(child as usize) {
            stem.is_inlined &= is_inlined;
        }
        child
    }

    fn found(&mut self, parent: u32, site: NodeId) -> u32 {
        if self.is_full() {
            return parent;
        }
        let next = self.nodes.len() as u32;
        let child = self.by_call.of(parent, site, next);
        if child == next {
            self.nodes.push(Stem::new(site, parent));
        }
        if let Some(stem) = self.nodes.get_mut(parent as usize) {
            stem.last_child = child;
        }
        child
    }

    /// The number of a node as an end.
    #[inline]
    fn end(&mut self, node: u32) -> u32 {
        let Some(stem) = self.nodes.get_mut(node as usize) else {
            return NONE;
        };
        if stem.end == NONE {
            stem.end = self.count;
            self.count += 1;
            self.ends.resize(self.count as usize * self.totals.len(), 0);
        }
        stem.end
    }

    fn entry(&mut self, sample: &Sample<'_>) -> Option<Entry> {
        self.reading.recovery.as_mut()?.entry(sample)
    }

    /// The same with all sites of complete tables. `None` where these are other sites than those that were met.
    pub(crate) fn renumbered(mut self, tables: &Tables) -> Option<Grower> {
        let sites = Nodes::of(tables, self.shape.clone());
        let numbers = numbers(tables, &self.sites, &sites)?;
        for stem in self.nodes.iter_mut().skip(1) {
            let number = numbers.get(stem.site as usize);
            stem.site = number.copied().unwrap_or(NodeId::MAX);
        }
        Some(Grower { sites, ..self })
    }

    /// The stacks of a profile of some kind.
    ///
    /// # Errors
    ///
    /// When there are more frames than fit into memory.
    pub(crate) fn finish(self, kind: ProfileKind) -> Result<Grown> {
        if self.is_full() {
            return Err(ErrorKind::TooManyFrames { limit: MOST_NODES }.into());
        }
        Ok(Grown {
            sampling: sampling_of(self.reading.recovery.as_ref(), kind),
            shape: self.shape,
            sample_count: self.samples,
            totals: self.totals,
            sites: self.sites,
            nodes: self.nodes,
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
            most: self.most,
            sites: match (complete, self.is_pruned) {
                (true, true) => Nodes::of(tables, shape.clone()),
                (true, false) => Nodes::settled(tables, shape.clone()),
                (false, _) => Nodes::new(shape.clone()),
            },
            reading,
            totals: vec![Total::default(); tables.sample_types().len()],
            ..Grower::new(shape, self.is_pruned)
        };
        self.reading.shorten(tables, &mut self.sites);
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.samples += 1;
        let stack = self.reading.cut(sample.stack());
        let node = self.walk(tables, stack, sample.shared_frames().min(stack.len()));
        let end = self.end(node);
        let sums = (end as usize).checked_mul(self.totals.len());
        let sums = sums.and_then(|at| self.ends.get_mut(at..));
        let values = self.totals.iter_mut().zip(sample.values());
        for ((total, &value), sum) in values.zip(sums.into_iter().flatten()) {
            total.add_value(value, false);
            *sum += i128::from(value);
        }
        if let Some(entry) = self.entry(sample) {
            self.blocks.add(end, entry);
        }
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        match self.reading.must_be_repeated(tables, &mut self.sites) {
            true => Flow::Reread,
            false => Flow::Proceed,
        }
    }
}
