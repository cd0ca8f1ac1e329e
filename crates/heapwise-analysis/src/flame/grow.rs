//! Adds samples up by the stack that leads to them while they are read.

use std::collections::HashMap;

use heapwise_decode::{Flow, LocationIndex, Sample, Tables, Visitor};

use crate::error::{ErrorKind, Result};
use crate::profile::header::Header;
use crate::rank::{Total, sampling_of};
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockTable, Blocks, Recovery};
use crate::sums::estimate::Sampling;
use crate::view::View;

/// Nodes that a tree may have: what fits into some GiB.
const MOST_NODES: usize = 1 << 25;

/// The root, which all stacks have in common.
pub(super) const ROOT: u32 = 0;

/// The stacks of a view. Parents have smaller numbers than their children.
pub(super) struct Grown {
    pub(super) header: Header,
    pub(super) sample_count: u64,
    pub(super) totals: Vec<Total>,
    pub(super) sampling: Sampling,
    pub(super) sites: Nodes,
    pub(super) nodes: Vec<Stem>,
    /// By the number of an end: what was sampled there, one value for each sample type.
    ends: Vec<i128>,
    blocks: BlockTable,
    recovery: Option<Recovery>,
}

/// A node: a site with the calls that lead to it from the root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stem {
    pub(super) site: NodeId,
    pub(super) parent: u32,
    /// Whether every call of it from there was inlined.
    pub(super) is_inlined: bool,
    /// The child that was looked for last: most stacks go where the one before them went.
    last_child: u32,
    /// Which of the ends it is, if stacks end here.
    end: u32,
}

/// No node, and no end.
const NONE: u32 = u32::MAX;

impl Grown {
    /// The stacks of the samples that a view's filters leave.
    pub(super) fn of(view: &View, shape: Shape) -> Result<Grown> {
        let mut grower = Grower::new(shape);
        view.visit(&mut grower)?;
        grower.finish(view)
    }

    /// How many sample types there are.
    pub(super) fn width(&self) -> usize {
        self.totals.len()
    }

    /// What was sampled at the end of a node's own stack.
    pub(super) fn flat(&self, stem: &Stem, index: usize) -> i128 {
        let at = (stem.end as usize).checked_mul(self.width());
        let value = at.and_then(|at| self.ends.get(at + index));
        value.copied().unwrap_or(0)
    }

    /// The blocks that were sampled there.
    pub(super) fn blocks(&self, stem: &Stem) -> Blocks {
        let recovery = self.recovery.as_ref();
        let recovery = recovery.filter(|known| known.failure().is_none() && stem.end != NONE);
        recovery.map_or_else(Blocks::default, |recovery| {
            recovery.blocks(self.blocks.entries(stem.end))
        })
    }

    /// By node, what was sampled in it and below.
    pub(super) fn cum(&self, index: usize) -> Vec<i128> {
        let mut cum: Vec<i128> = self
            .nodes
            .iter()
            .map(|stem| self.flat(stem, index))
            .collect();
        for (at, stem) in self.nodes.iter().enumerate().skip(1).rev() {
            let value = cum.get(at).copied().unwrap_or(0);
            if let Some(sum) = cum.get_mut(stem.parent as usize) {
                *sum += value;
            }
        }
        cum
    }
}

/// Adds samples up by stack.
struct Grower {
    shape: Shape,
    sites: Nodes,
    nodes: Vec<Stem>,
    by_call: HashMap<(u32, NodeId), u32>,
    /// The node after each location of the last stack.
    path: Vec<u32>,
    ends: Vec<i128>,
    count: u32,
    blocks: BlockTable,
    recovery: Option<Recovery>,
    totals: Vec<Total>,
    samples: u64,
}

impl Grower {
    fn new(shape: Shape) -> Grower {
        Grower {
            sites: Nodes::new(shape.clone()),
            shape,
            nodes: vec![Stem::new(NodeId::MAX, ROOT)],
            by_call: HashMap::new(),
            path: Vec::new(),
            ends: Vec::new(),
            count: 0,
            blocks: BlockTable::default(),
            recovery: None,
            totals: Vec::new(),
            samples: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.nodes.len() > MOST_NODES
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
        if let Some(stem) = self.nodes.get_mut(parent as usize) {
            stem.last_child = child;
        }
        child
    }

    fn found(&mut self, parent: u32, site: NodeId) -> u32 {
        if self.is_full() {
            return parent;
        }
        let next = self.nodes.len() as u32;
        let child = *self.by_call.entry((parent, site)).or_insert(next);
        if child == next {
            self.nodes.push(Stem::new(site, parent));
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

    fn finish(self, view: &View) -> Result<Grown> {
        if self.is_full() {
            return Err(ErrorKind::TooManyFrames { limit: MOST_NODES }.into());
        }
        let header = view.header().clone();
        Ok(Grown {
            sampling: sampling_of(self.recovery.as_ref(), header.kind),
            header,
            sample_count: self.samples,
            totals: self.totals,
            sites: self.sites,
            nodes: self.nodes,
            ends: self.ends,
            blocks: self.blocks,
            recovery: self.recovery,
        })
    }
}

impl Stem {
    fn new(site: NodeId, parent: u32) -> Stem {
        Stem {
            site,
            parent,
            is_inlined: true,
            last_child: NONE,
            end: NONE,
        }
    }
}

impl Visitor for Grower {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        if !complete {
            return Flow::Reread;
        }
        *self = Grower {
            sites: Nodes::of(tables, self.shape.clone()),
            recovery: Some(Recovery::start(tables, true)),
            totals: vec![Total::default(); tables.sample_types().len()],
            ..Grower::new(self.shape.clone())
        };
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.samples += 1;
        let node = self.walk(tables, sample.stack(), sample.shared_frames());
        let end = self.end(node);
        let sums = (end as usize).checked_mul(self.totals.len());
        let sums = sums.and_then(|at| self.ends.get_mut(at..));
        let values = self.totals.iter_mut().zip(sample.values());
        for ((total, &value), sum) in values.zip(sums.into_iter().flatten()) {
            total.add_value(value, false);
            *sum += i128::from(value);
        }
        if let Some(entry) = self.recovery.as_mut().and_then(|known| known.entry(sample)) {
            self.blocks.add(end, entry);
        }
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}
