//! The stacks that occur, as a tree of sites with what was sampled at the end of each.

use std::collections::HashMap;

use heapwise_decode::LocationIndex;

use super::build::NodeId;
use super::sites::{SiteId, Sites};
use crate::error::{ErrorKind, Result};
use crate::sums::measured::{Measured, MeasuredStack, Sum};
use crate::view::View;

/// Nodes that a tree may have: what fits into a few GiB.
const MAX_NODES: usize = 1 << 26;

/// The stacks of a view in the order of a walk: a node, then everything below it. Parents have
/// smaller numbers than their children.
#[derive(Debug, Default)]
pub(crate) struct StackTree {
    pub(crate) nodes: Vec<StackNode>,
    /// The node that a call of a site from a node leads to; from [`NONE`] to the roots.
    by_call: HashMap<(NodeId, SiteId), NodeId>,
}

/// A site with the calls that lead to it from a root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StackNode {
    pub(crate) site: SiteId,
    /// Its caller; a root has none.
    pub(crate) parent: Option<NodeId>,
    /// Whether every call of it from there was inlined.
    pub(crate) is_inlined: bool,
    /// What was sampled in it.
    pub(crate) flat: Sum,
    /// What was sampled in it and below.
    pub(crate) cum: Sum,
}

impl StackTree {
    /// The stacks of the samples that are not 0 (graph/graph.go: newTree).
    pub(crate) fn of(view: &View, sites: &Sites, measured: Measured) -> Result<StackTree> {
        let mut maker = Maker::default();
        let mut added = Ok(());
        view.each_stack(measured, |stack| {
            if added.is_ok() {
                added = maker.add(sites, stack);
            }
        })?;
        added?;
        Ok(maker.finish())
    }

    /// The nodes on the path of a stack, from the root to the leaf.
    pub(crate) fn path<'a>(
        &'a self,
        sites: &'a Sites,
        stack: &'a [LocationIndex],
    ) -> impl Iterator<Item = NodeId> + 'a {
        let mut at = NONE;
        let on_path = stack
            .iter()
            .flat_map(|&location| sites.of_location(location));
        on_path.map_while(move |&site| {
            at = *self.by_call.get(&(at, site))?;
            Some(at)
        })
    }
}

#[derive(Default)]
struct Maker {
    nodes: Vec<Made>,
    by_call: HashMap<(u32, SiteId), u32>,
    /// The root added last.
    last_root: u32,
    /// The node after each location of the last stack that was added.
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

impl Maker {
    fn add(&mut self, sites: &Sites, measured: MeasuredStack<'_>) -> Result<()> {
        let MeasuredStack { stack, shared, sum } = measured;
        self.path.truncate(shared);
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
        Ok(())
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

    fn finish(self) -> StackTree {
        let order = walk_order(&self.nodes);
        let mut new_number = vec![NONE; self.nodes.len()];
        for (new, &old) in order.iter().enumerate() {
            if let Some(number) = new_number.get_mut(old as usize) {
                *number = new as u32;
            }
        }
        let renumbered = |old: u32| new_number.get(old as usize).copied();
        let made = order.iter().filter_map(|&old| self.nodes.get(old as usize));
        let mut nodes: Vec<StackNode> = made
            .map(|made| StackNode {
                site: made.site,
                parent: renumbered(made.parent),
                is_inlined: made.is_inlined,
                flat: made.flat,
                cum: made.flat,
            })
            .collect();
        sum_up(&mut nodes);
        let calls = nodes.iter().enumerate();
        let by_call = calls.map(|(at, node)| {
            let caller = node.parent.unwrap_or(NONE);
            ((caller, node.site), at as NodeId)
        });
        StackTree {
            by_call: by_call.collect(),
            nodes,
        }
    }
}

/// The nodes so that everything below one follows it.
fn walk_order(nodes: &[Made]) -> Vec<u32> {
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
    let mut pending = vec![first_root];
    while let Some(at) = pending.pop() {
        let (Some(&child), Some(&sibling)) =
            (first_child.get(at as usize), next_sibling.get(at as usize))
        else {
            continue;
        };
        order.push(at);
        pending.push(sibling);
        pending.push(child);
    }
    order
}

/// Adds what was sampled below each node to it.
fn sum_up(nodes: &mut [StackNode]) {
    for at in (0..nodes.len()).rev() {
        let Some(&StackNode { parent, cum, .. }) = nodes.get(at) else {
            continue;
        };
        if let Some(parent) = parent.and_then(|parent| nodes.get_mut(parent as usize)) {
            parent.cum += cum;
        }
    }
}
