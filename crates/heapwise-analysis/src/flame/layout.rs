//! Decides which frames of one or more trees are large enough to be shown, and where each of them is.

use std::collections::{BTreeSet, HashMap};

use heapwise_decode::Tables;

use super::calls::Calls;
use super::frame::FlameFrame;
use super::grown::Grown;
use super::options::FlameOptions;
use super::run::At;
use super::shares::Shares;
use super::shown::{Found, NONE, Shown};
use crate::site::identity::Site;
use crate::site::interner::Interner;
use crate::site::similar::{only_pairs, similar_site};
use crate::site::table::{NodeId, Nodes};

/// The root, in all trees and where they are together.
pub(super) const ROOT: u32 = At::ROOT.node;

/// The frames that several trees have together.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) frames: Vec<FlameFrame>,
    /// In the order of a walk, the root first; of children the largest first.
    pub(super) places: Vec<Place>,
    /// By tree, where its nodes are shown.
    pub(super) shown_in: Vec<Shown>,
    /// Whether more frames are large enough than may be shown.
    pub(super) is_full: bool,
}

/// Where a frame is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) parent: u32,
    pub(super) depth: u32,
    pub(super) what: What,
    pub(super) is_inlined: bool,
}

/// What is in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    Root,
    Frame(u32),
    /// Frames that are too small.
    Rest(u64),
}

/// Places while they are collected.
struct Union {
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

/// A tree, and the tables that its names are in.
pub(super) type Tree<'a> = (&'a Grown, &'a Tables);

impl Layout {
    pub(super) fn of(trees: &[Tree<'_>], options: &FlameOptions) -> Layout {
        let mut union = Union::new();
        union.renamed = renamed(trees, options.before);
        let mut found: Vec<Found> = Vec::new();
        for (at, tree) in trees.iter().enumerate() {
            let sample_index = options.sample_index.get(at).copied();
            let shares = Shares::of(tree.0, sample_index, options.fraction);
            let is_large = |at: At| shares.is_large(at);
            let own = union.add(tree, is_large, is_large);
            union.see(tree.0, &own, &shares);
            found.push(own);
        }
        if trees.len() > 1 {
            // What one tree found large may be there in the others, too.
            let trees = trees.iter();
            found = trees
                .map(|tree| union.add(tree, |_| true, |_| false))
                .collect();
        }
        let are_kept = union.kept(options.most);
        union.place(trees, found, &are_kept)
    }
}

/// The sites of the first trees that the others do not have, where one of the others' looks alike: as sites are paired
/// (compare/diff/pairing.rs), wherever in stacks they are.
fn renamed(trees: &[Tree<'_>], before: usize) -> HashMap<Site, Site> {
    let of = |trees: &[Tree<'_>]| -> BTreeSet<Site> {
        let stems = trees.iter().flat_map(|(grown, _)| {
            let runs = grown.stems.runs();
            let sites = runs.flat_map(|run| run.stems().map(|(_, call)| call.site()));
            let sites: BTreeSet<NodeId> = sites.collect();
            sites.into_iter().map(|site| grown.sites.site(site))
        });
        stems.collect()
    };
    let Some((old, new)) = trees.split_at_checked(before).filter(|_| before > 0) else {
        return HashMap::new();
    };
    let (old, new) = (of(old), of(new));
    let keyed = |site: &'_ Site| Some((similar_site(site)?, site.clone()));
    let only_old: Vec<(String, Site)> = old.difference(&new).filter_map(keyed).collect();
    let only_new: Vec<(String, Site)> = new.difference(&old).filter_map(keyed).collect();
    let numbered = |side: &[(String, Site)]| -> Vec<(String, usize)> {
        let side = side.iter().enumerate();
        side.map(|(at, (key, _))| (key.clone(), at)).collect()
    };
    let pairs = only_pairs(
        numbered(&only_old).into_iter(),
        numbered(&only_new).into_iter(),
    );
    let pairs = pairs.into_iter().filter_map(|(old, new)| {
        let ((_, old), (_, new)) = only_old.get(old).zip(only_new.get(new))?;
        Some((old.clone(), new.clone()))
    });
    pairs.collect()
}

impl Union {
    fn new() -> Union {
        Union {
            sites: Interner::default(),
            renamed: HashMap::new(),
            frames: Vec::new(),
            nodes: vec![(ROOT, NONE)],
            by_call: Calls::new(),
            shares: vec![f64::INFINITY],
            are_inlined: vec![false],
        }
    }

    /// Adds the frames of a tree that may be new, and tells by node, of those that are looked for, which of the
    /// frames that are there it is.
    fn add(
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

    /// Which nodes are shown: not more than `most`, the largest of them. A parent is never smaller
    /// than its child, and comes first among equals.
    fn kept(&self, most: usize) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        let share = |at: &usize| self.shares.get(*at).copied().unwrap_or(0.0);
        order.sort_by(|a, b| share(b).total_cmp(&share(a)).then(a.cmp(b)));
        let mut are_kept = vec![false; self.nodes.len()];
        for at in order.into_iter().take(most.max(1)) {
            if let Some(kept) = are_kept.get_mut(at) {
                *kept = true;
            }
        }
        are_kept
    }

    fn place(self, trees: &[Tree<'_>], found: Vec<Found>, are_kept: &[bool]) -> Layout {
        let is_kept = |node: u32| are_kept.get(node as usize) == Some(&true);
        let nodes = self.nodes.len();
        let rests = trees.iter().zip(&found);
        let rests = rests.map(|((grown, _), found)| Rests::of(grown, found, nodes, &is_kept));
        let rests: Vec<Rests> = rests.collect();
        let walk = self.walk(&most_left_out(&rests, nodes), &is_kept);
        let number = |node: u32| walk.numbers.get(node as usize).copied();
        let number = |node: u32| number(node).filter(|_| is_kept(node)).unwrap_or(NONE);
        let of_rest = |node: &u32| walk.rests.get(*node as usize).copied().unwrap_or(ROOT);
        let shown_in = found.into_iter().zip(rests).map(|(found, rests)| Shown {
            own: found.map(number),
            rests: rests.above.iter().map(of_rest).collect(),
        });
        Layout {
            is_full: are_kept.contains(&false),
            shown_in: shown_in.collect(),
            frames: walk.frames,
            places: walk.places,
        }
    }

    /// Numbers what is kept in the order of a walk: the largest child first, equal ones by name, what was
    /// left out last.
    fn walk(&self, left_out: &[u64], is_kept: &impl Fn(u32) -> bool) -> Walk {
        let mut children: Vec<Vec<u32>> = vec![Vec::new(); self.nodes.len()];
        for (at, &(parent, _)) in self.nodes.iter().enumerate().skip(1) {
            if is_kept(at as u32)
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
        let mut pending = vec![(ROOT, ROOT, 0, What::Root)];
        while let Some((node, parent, depth, what)) = pending.pop() {
            let number = walk.places.len() as u32;
            let is_inlined = self.are_inlined.get(node as usize) == Some(&true);
            let shown = match what {
                What::Frame(frame) => What::Frame(walk.frame(&mut new_number, frame, &self.frames)),
                other => other,
            };
            walk.places.push(Place {
                parent,
                depth,
                what: shown,
                is_inlined: is_inlined && matches!(what, What::Frame(_)),
            });
            let is_rest = matches!(what, What::Rest(_));
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
                pending.push((node, number, depth + 1, What::Rest(count)));
            }
            for &child in children.get(node as usize).into_iter().flatten() {
                pending.push((child, number, depth + 1, What::Frame(frame_of(child))));
            }
        }
        walk
    }
}

/// What is kept, numbered.
struct Walk {
    frames: Vec<FlameFrame>,
    places: Vec<Place>,
    /// By node, its place.
    numbers: Vec<u32>,
    /// By node, the place of what was left out below it.
    rests: Vec<u32>,
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

/// By node how many below it are not shown; of several trees the one that leaves most out tells how many there are at
/// least.
fn most_left_out(rests: &[Rests], nodes: usize) -> Vec<u64> {
    let mut most = vec![0; nodes];
    for rests in rests {
        for (most, &count) in most.iter_mut().zip(&rests.counts) {
            *most = count.max(*most);
        }
    }
    most
}

/// What of a tree is not shown.
struct Rests {
    /// By run, the node that is above those of its nodes that are not shown.
    above: Vec<u32>,
    /// By node, how many below it are not shown.
    counts: Vec<u64>,
}

impl Rests {
    /// Nothing below a node that is not shown is, so that of each run the first nodes are, or none.
    fn of(grown: &Grown, found: &Found, nodes: usize, is_kept: &impl Fn(u32) -> bool) -> Rests {
        let mut rests = Rests {
            above: Vec::new(),
            counts: vec![0; nodes],
        };
        for run in grown.stems.runs() {
            let (mut above, mut count) = (rests.shown(found, run.parent(), is_kept), 0);
            if found.has(run.number()) {
                for (at, _) in run.stems() {
                    let own = found.get(at);
                    match count == 0 && own != NONE && is_kept(own) {
                        true => above = own,
                        false => count += 1,
                    }
                }
            } else {
                count = run.stem_count() as u64;
            }
            rests.above.push(above);
            if let Some(known) = rests.counts.get_mut(above as usize) {
                *known += count;
            }
        }
        rests
    }

    /// The node that shows a node of a run that is known, or that is above it.
    fn shown(&self, found: &Found, at: At, is_kept: &impl Fn(u32) -> bool) -> u32 {
        let own = found.get(at);
        if own != NONE && is_kept(own) {
            return own;
        }
        self.above.get(at.run as usize).copied().unwrap_or(ROOT)
    }
}
