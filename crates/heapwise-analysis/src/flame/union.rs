//! The frames that are large enough to be shown, of one or more trees together.

use std::collections::HashMap;

use heapwise_decode::Tables;

use super::calls::Calls;
use super::forest::Tree;
use super::frame::FlameFrame;
use super::grown::Grown;
use super::node::{FlameKind, FlameNode};
use super::run::At;
use super::shares::Shares;
use super::shown::{Found, NONE};
use crate::site::identity::Site;
use crate::site::interner::Interner;
use crate::site::table::{NodeId, Nodes};

/// The root, in all trees and where they are together.
pub(super) const ROOT: u32 = At::ROOT.node;

/// Frames while they are collected.
#[derive(Debug)]
pub(super) struct Union {
    sites: Interner<Site>,
    /// What a site of an older build is called now.
    renamed: HashMap<Site, Site>,
    /// By the number of a site, as the last tree that has it says.
    frames: Vec<FlameFrame>,
    /// Parent and frame, from the root on.
    nodes: Vec<(u32, u32)>,
    by_call: Calls,
    shares: Vec<f64>,
    are_inlined: Vec<bool>,
}

impl Union {
    /// None yet, where some sites of older builds are called otherwise now.
    pub(super) fn new(renamed: HashMap<Site, Site>) -> Union {
        Union {
            sites: Interner::default(),
            renamed,
            frames: Vec::new(),
            nodes: vec![(ROOT, NONE)],
            by_call: Calls::new(),
            shares: vec![f64::INFINITY],
            are_inlined: vec![false],
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Adds the frames of a tree that are large, and tells which of the frames that are there each of these is.
    pub(super) fn add(&mut self, tree: &Tree<'_>, shares: &Shares) -> Found {
        let is_large = |at: At| shares.is_large(at);
        let found = self.walk_along(tree, is_large, is_large);
        self.see(tree.0, &found, shares);
        found
    }

    /// Which of the frames that are there the frames of a tree are: what one tree found large may be there in the
    /// others, too.
    pub(super) fn find(&mut self, tree: &Tree<'_>) -> Found {
        self.walk_along(tree, |_| true, |_| false)
    }

    /// Adds the frames of a tree that may be new, and tells by node, of those that are looked for, which of the
    /// frames that are there it is.
    fn walk_along(
        &mut self,
        (grown, tables): &Tree<'_>,
        is_looked_for: impl Fn(At) -> bool,
        may_be_new: impl Fn(At) -> bool,
    ) -> Found {
        let mut numbers: Vec<u32> = vec![NONE; grown.sites.len()];
        let mut found = Found::default();
        for run in grown.stems.runs() {
            let mut parent = match run.has_root() {
                true => ROOT,
                false => found.get(run.parent()),
            };
            let mut stems = run.stems().peekable();
            let first = stems.peek().map(|&(at, _)| at);
            let is_wanted = parent != NONE && first.is_some_and(&is_looked_for);
            if !is_wanted && !run.has_root() {
                continue;
            }
            found.pick(&run);
            if run.has_root() {
                found.set(At::ROOT, ROOT);
            }
            for (at, call) in stems {
                let known = numbers.get_mut(call.site() as usize);
                let Some(number) = known.filter(|_| is_looked_for(at)) else {
                    break;
                };
                if *number == NONE {
                    *number = self.frame(tables, &grown.sites, call.site());
                }
                let Some(node) = self.node(parent, *number, may_be_new(at)) else {
                    break;
                };
                found.set(at, node);
                parent = node;
            }
        }
        found
    }

    fn frame(&mut self, tables: &Tables, sites: &Nodes, site: NodeId) -> u32 {
        let own = sites.site(site);
        let renamed = self.renamed.get(&own);
        let mut frame = FlameFrame::of(tables, sites, site);
        frame.older = renamed.map(|_| frame.name());
        let number = self.sites.add(renamed.cloned().unwrap_or(own));
        match self.frames.get_mut(number as usize) {
            Some(known) => {
                frame.older = frame.older.or_else(|| known.older.take());
                *known = frame;
            }
            None => self.frames.push(frame),
        }
        number
    }

    fn node(&mut self, parent: u32, frame: u32, may_be_new: bool) -> Option<u32> {
        if let Some(known) = self.by_call.get(parent, frame) {
            return Some(known);
        }
        let next = self.nodes.len() as u32;
        may_be_new.then(|| {
            self.by_call.of(parent, frame, next);
            self.nodes.push((parent, frame));
            self.shares.push(0.0);
            self.are_inlined.push(true);
            next
        })
    }

    /// Takes note of how large a tree's nodes are.
    fn see(&mut self, grown: &Grown, found: &Found, shares: &Shares) {
        let runs = grown.stems.runs().filter(|run| found.has(run.number()));
        for (at, call) in runs.flat_map(|run| run.stems()) {
            let node = found.get(at);
            if let Some(known) = self.shares.get_mut(node as usize) {
                *known = f64::max(*known, shares.get(at));
            }
            if let Some(known) = self.are_inlined.get_mut(node as usize) {
                *known &= call.is_inlined();
            }
        }
    }

    /// Which nodes are shown: the root, and not more than `most` others, the largest of them. A parent is never smaller
    /// than its child, and comes first among equals.
    pub(super) fn kept(&self, most: usize) -> Kept {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        let share = |at: &usize| self.shares.get(*at).copied().unwrap_or(0.0);
        order.sort_by(|a, b| share(b).total_cmp(&share(a)).then(a.cmp(b)));
        let mut are_kept = vec![false; self.nodes.len()];
        for at in order.into_iter().take(most.saturating_add(1)) {
            if let Some(kept) = are_kept.get_mut(at) {
                *kept = true;
            }
        }
        Kept(are_kept)
    }

    pub(super) fn walk(&self, left_out: &[u64], kept: &Kept) -> Walk {
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (at, &(parent, _)) in self.nodes.iter().enumerate().skip(1) {
            if kept.has(at as u32)
                && let Some(list) = children.get_mut(parent as usize)
            {
                list.push(at as u32);
            }
        }
        let names: Vec<String> = self.frames.iter().map(FlameFrame::name).collect();
        let frame_of = |node: u32| self.nodes.get(node as usize).map_or(NONE, |known| known.1);
        let share = |node: &u32| self.shares.get(*node as usize).copied().unwrap_or(0.0);
        let name = |node: &u32| (names.get(frame_of(*node) as usize), frame_of(*node));
        // The last is taken first.
        for list in &mut children {
            list.sort_by(|a, b| {
                let by_share = share(a).total_cmp(&share(b));
                by_share.then_with(|| name(b).cmp(&name(a)))
            });
        }
        let mut walk = Walk::new(self.nodes.len());
        let mut new_number = vec![NONE; self.frames.len()];
        let mut pending = vec![(ROOT, ROOT, 0, FlameKind::Root)];
        while let Some((node, parent, depth, what)) = pending.pop() {
            let number = walk.places.len() as u32;
            let is_inlined = self.are_inlined.get(node as usize) == Some(&true);
            let shown = match what {
                FlameKind::Frame(frame) => {
                    FlameKind::Frame(walk.frame(&mut new_number, frame, &self.frames))
                }
                other => other,
            };
            walk.places.push(FlameNode {
                parent,
                depth,
                kind: shown,
                is_inlined: is_inlined && matches!(what, FlameKind::Frame(_)),
            });
            let is_rest = matches!(what, FlameKind::LeftOut(_));
            let numbers = match is_rest {
                true => &mut walk.rests,
                false => &mut walk.numbers,
            };
            if let Some(slot) = numbers.get_mut(node as usize) {
                *slot = number;
            }
            if is_rest {
                continue;
            }
            if let Some(&count) = left_out.get(node as usize).filter(|&&count| count > 0) {
                pending.push((node, number, depth + 1, FlameKind::LeftOut(count)));
            }
            for &child in children.get(node as usize).into_iter().flatten() {
                pending.push((child, number, depth + 1, FlameKind::Frame(frame_of(child))));
            }
        }
        walk
    }
}

/// Which frames are shown.
#[derive(Debug)]
pub(super) struct Kept(Vec<bool>);

impl Kept {
    /// How many frames there are, shown or not.
    pub(super) fn nodes(&self) -> usize {
        self.0.len()
    }

    pub(super) fn has(&self, node: u32) -> bool {
        self.0.get(node as usize) == Some(&true)
    }

    pub(super) fn has_all(&self) -> bool {
        !self.0.contains(&false)
    }
}

/// What is kept, numbered.
#[derive(Debug)]
pub(super) struct Walk {
    pub(super) frames: Vec<FlameFrame>,
    /// In the order of a walk, the root first; of children the largest first.
    pub(super) places: Vec<FlameNode>,
    /// By node, its place.
    pub(super) numbers: Vec<u32>,
    /// By node, the place of what was left out below it.
    pub(super) rests: Vec<u32>,
}

impl Walk {
    fn new(nodes: usize) -> Walk {
        Walk {
            frames: Vec::new(),
            places: Vec::new(),
            numbers: vec![ROOT; nodes],
            rests: vec![ROOT; nodes],
        }
    }

    /// The number of a frame among those that are shown.
    fn frame(&mut self, numbers: &mut [u32], frame: u32, all: &[FlameFrame]) -> u32 {
        let Some((number, known)) = numbers.get_mut(frame as usize).zip(all.get(frame as usize))
        else {
            return NONE;
        };
        if *number == NONE {
            *number = self.frames.len() as u32;
            self.frames.push(known.clone());
        }
        *number
    }
}
