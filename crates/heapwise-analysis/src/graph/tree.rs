//! The stacks that occur, as a tree of sites with what was sampled at the end of each.

use std::collections::HashMap;

use heapwise_decode::{LocationIndex, Profile};

use super::sites::{SiteId, Sites};
use crate::error::{ErrorKind, Result};
use crate::sums::measured::{Measured, Sum};

/// Nodes that a tree may have: what fits into a few GiB.
const MAX_NODES: usize = 1 << 26;

/// The stacks of a profile in the order of a walk: a node, then everything below it. Parents have
/// smaller numbers than their children.
#[derive(Debug, Default)]
pub(crate) struct StackTree {
    pub(crate) nodes: Vec<StackNode>,
    /// Where each sample's stack ends, by the sample's position; beyond the nodes for a sample
    /// that is 0 or has no stack.
    pub(crate) leaf_of_sample: Vec<u32>,
}

/// A site with the calls that lead to it from a root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackNode {
    pub(crate) site: SiteId,
    /// Its caller; a root is its own.
    pub(crate) parent: u32,
    /// Callers above it.
    pub(crate) depth: u32,
    /// Whether every call of it from there was inlined.
    pub(crate) is_inlined: bool,
    /// Whether no caller is the same site: recursion is counted once.
    pub(crate) is_outermost: bool,
    /// What was sampled in it.
    pub(crate) flat: Sum,
    /// What was sampled in it and below.
    pub(crate) cum: Sum,
}

impl StackNode {
    pub(crate) fn is_root(&self) -> bool {
        self.depth == 0
    }
}

impl StackTree {
    /// The stacks of the samples that are not 0 (graph/graph.go: newGraph).
    pub(crate) fn of(profile: &Profile, sites: &Sites, measured: Measured) -> Result<StackTree> {
        let mut maker = Maker::default();
        let mut leaf_of_sample = Vec::with_capacity(profile.sample_count());
        for sample in profile.samples() {
            let leaf = match measured.of(sample.values()) {
                Some(sum) => maker.add(sites, sample.stack(), sum)?,
                None => NONE,
            };
            leaf_of_sample.push(leaf);
        }
        Ok(maker.finish(leaf_of_sample, sites.len()))
    }
}

#[derive(Default)]
struct Maker<'a> {
    nodes: Vec<Made>,
    by_call: HashMap<(u32, SiteId), u32>,
    /// The root added last.
    last_root: u32,
    /// The last stack that was added, and the node after each of its locations.
    before: &'a [LocationIndex],
    path: Vec<u32>,
}

/// A node while the tree grows.
struct Made {
    site: SiteId,
    parent: u32,
    is_inlined: bool,
    /// The child that was looked for last: most stacks go where the one before them went.
    last_child: u32,
    flat: Sum,
}

/// No node.
const NONE: u32 = u32::MAX;

impl<'a> Maker<'a> {
    /// Adds a sample and tells where its stack ends.
    fn add(&mut self, sites: &Sites, stack: &'a [LocationIndex], sum: Sum) -> Result<u32> {
        let same = self.before.iter().zip(stack);
        let shared = same.take_while(|(a, b)| a == b).count();
        self.path.truncate(shared);
        self.before = stack;
        let mut at = self.path.last().copied().unwrap_or(NONE);
        for &location in stack.get(self.path.len()..).unwrap_or_default() {
            for (depth, &site) in sites.of_location(location).iter().enumerate() {
                at = self.child(at, site, depth > 0)?;
            }
            self.path.push(at);
        }
        if let Some(leaf) = self.nodes.get_mut(at as usize) {
            leaf.flat += sum;
        }
        Ok(at)
    }

    fn child(&mut self, parent: u32, site: SiteId, is_inlined: bool) -> Result<u32> {
        let last = match self.nodes.get(parent as usize) {
            Some(parent) => parent.last_child,
            None if self.nodes.is_empty() => NONE,
            None => self.last_root,
        };
        let is_last = |made: &Made| made.site == site;
        let known = match self.nodes.get(last as usize) {
            Some(made) if is_last(made) => Some(last),
            _ => self.by_call.get(&(parent, site)).copied(),
        };
        let child = match known {
            Some(child) => child,
            None => self.push(parent, site)?,
        };
        if let Some(made) = self.nodes.get_mut(child as usize) {
            made.is_inlined &= is_inlined;
        }
        match self.nodes.get_mut(parent as usize) {
            Some(made) => made.last_child = child,
            None => self.last_root = child,
        }
        Ok(child)
    }

    fn push(&mut self, parent: u32, site: SiteId) -> Result<u32> {
        if self.nodes.len() >= MAX_NODES {
            return Err(ErrorKind::TooManyFrames { limit: MAX_NODES }.into());
        }
        let child = self.nodes.len() as u32;
        self.nodes.push(Made {
            site,
            parent,
            is_inlined: true,
            last_child: NONE,
            flat: Sum::default(),
        });
        self.by_call.insert((parent, site), child);
        Ok(child)
    }

    fn finish(self, mut leaf_of_sample: Vec<u32>, sites: usize) -> StackTree {
        drop(self.by_call);
        let (order, depths) = walk_order(&self.nodes);
        let mut new_number = vec![0_u32; self.nodes.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(number) = new_number.get_mut(old as usize) {
                *number = new as u32;
            }
        }
        let renumbered = |old: u32| new_number.get(old as usize).copied().unwrap_or(NONE);
        let mut nodes: Vec<StackNode> = Vec::with_capacity(order.len());
        for (&old, &depth) in order.iter().zip(&depths) {
            let Some(made) = self.nodes.get(old as usize) else {
                continue;
            };
            let number = nodes.len() as u32;
            nodes.push(StackNode {
                site: made.site,
                parent: if depth == 0 {
                    number
                } else {
                    renumbered(made.parent)
                },
                depth,
                is_inlined: made.is_inlined,
                is_outermost: true,
                flat: made.flat,
                cum: made.flat,
            });
        }
        for leaf in &mut leaf_of_sample {
            *leaf = renumbered(*leaf);
        }
        sum_up(&mut nodes);
        mark_recursion(&mut nodes, sites);
        StackTree {
            nodes,
            leaf_of_sample,
        }
    }
}

/// The nodes so that everything below one follows it, and the depth of each.
fn walk_order(nodes: &[Made]) -> (Vec<u32>, Vec<u32>) {
    let mut first_child = vec![NONE; nodes.len()];
    let mut next_sibling = vec![NONE; nodes.len()];
    let mut first_root = NONE;
    for (at, made) in nodes.iter().enumerate().rev() {
        let first = match first_child.get_mut(made.parent as usize) {
            Some(first) => first,
            None => &mut first_root,
        };
        if let Some(next) = next_sibling.get_mut(at) {
            *next = *first;
        }
        *first = at as u32;
    }
    let mut order = Vec::with_capacity(nodes.len());
    let mut depths = Vec::with_capacity(nodes.len());
    let mut pending: Vec<(u32, u32)> = vec![(first_root, 0)];
    while let Some((at, depth)) = pending.pop() {
        let (Some(&child), Some(&sibling)) =
            (first_child.get(at as usize), next_sibling.get(at as usize))
        else {
            continue;
        };
        order.push(at);
        depths.push(depth);
        pending.push((sibling, depth));
        pending.push((child, depth + 1));
    }
    (order, depths)
}

/// Adds what was sampled below each node to it.
fn sum_up(nodes: &mut [StackNode]) {
    for at in (0..nodes.len()).rev() {
        let Some(&node) = nodes.get(at) else {
            continue;
        };
        if !node.is_root()
            && let Some(parent) = nodes.get_mut(node.parent as usize)
        {
            parent.cum += node.cum;
        }
    }
}

/// Finds the nodes with a caller of the same site.
fn mark_recursion(nodes: &mut [StackNode], sites: usize) {
    let mut on_path = vec![0_u32; sites];
    let mut path: Vec<SiteId> = Vec::new();
    for node in nodes {
        for site in path.drain(node.depth as usize..) {
            if let Some(count) = on_path.get_mut(site as usize) {
                *count -= 1;
            }
        }
        if let Some(count) = on_path.get_mut(node.site as usize) {
            node.is_outermost = *count == 0;
            *count += 1;
        }
        path.push(node.site);
    }
}
