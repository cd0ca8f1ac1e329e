//! Where the nodes of a tree went.

use super::picked::Picked;
use super::run::At;
use super::stems::RunOfStems;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// By node of a tree, which node of several trees together it is; none where it is too small.
#[derive(Debug, Default)]
pub(super) struct Found {
    of: Picked,
    nodes: Vec<u32>,
}

impl Found {
    /// Makes room for what is found of a run.
    pub(super) fn pick(&mut self, run: &RunOfStems<'_>) {
        self.of.pick(run);
        self.nodes.resize(self.of.count(), NONE);
    }

    /// Whether something may be found of a run.
    pub(super) fn has(&self, run: usize) -> bool {
        self.of.has(run)
    }

    pub(super) fn set(&mut self, at: At, node: u32) {
        let slot = self.of.number(at).and_then(|at| self.nodes.get_mut(at));
        if let Some(slot) = slot {
            *slot = node;
        }
    }

    pub(super) fn get(&self, at: At) -> u32 {
        let node = self.of.number(at).and_then(|at| self.nodes.get(at));
        node.copied().unwrap_or(NONE)
    }

    /// The same with other numbers.
    pub(super) fn map(mut self, number: impl Fn(u32) -> u32) -> Found {
        for node in self.nodes.iter_mut().filter(|node| **node != NONE) {
            *node = number(*node);
        }
        self
    }
}

/// By node of a tree, the place that it is shown in.
#[derive(Debug)]
pub(super) struct Shown {
    /// Of those that have one of their own.
    pub(super) own: Found,
    /// By run, where all its other nodes are.
    pub(super) rests: Vec<u32>,
}

impl Shown {
    pub(super) fn place(&self, at: At) -> Option<u32> {
        match self.own.get(at) {
            NONE => self.rests.get(at.run as usize).copied(),
            own => Some(own),
        }
    }
}
