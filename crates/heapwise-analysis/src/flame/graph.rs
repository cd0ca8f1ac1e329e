//! One or more profiles as a flame graph.

use heapwise_stats::Confidence;

use super::estimates::FlameEstimates;
use super::frame::FlameFrame;
use super::grow::{Grower, MOST_NODES};
use super::grown::Grown;
use super::layout::{Layout, ROOT, Tree, What};
use super::options::FlameOptions;
use super::shown::Shown;
use crate::error::Result;
use crate::profile::header::Header;
use crate::rank::{RankRow, Ranking};
use crate::site::identity::Site;
use crate::site::shape::Shape;
use crate::sums::blocks::Blocks;
use crate::sums::estimate::Estimate;
use crate::view::View;

/// Profiles as one tree of frames; values are kept for each profile.
#[derive(Debug, Clone)]
pub struct FlameGraph {
    /// What there is to see, each once.
    pub frames: Vec<FlameFrame>,
    /// In the order of a walk, the root first: what is below a node follows it.
    pub nodes: Vec<FlameNode>,
    /// What is too small to be shown; `None` where everything is.
    pub left_out: Option<LeftOut>,
    /// For each profile a ranking whose row with a number is of the node with that number.
    pub(super) rankings: Vec<Ranking>,
}

/// A place in the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlameNode {
    /// The node that called it; the root is its own.
    pub parent: u32,
    /// Calls from the root to it.
    pub depth: u32,
    /// What it shows.
    pub kind: FlameKind,
    /// Whether every call of it from there was inlined.
    pub is_inlined: bool,
}

/// What a node shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlameKind {
    /// Everything.
    Root,
    /// A frame, by its number.
    Frame(u32),
    /// So many frames below its parent that are too small to be shown.
    LeftOut(u64),
}

/// What is not shown.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LeftOut {
    /// How many frames.
    pub frames: u64,
    /// Below which part of the total frames are left out.
    pub below: f64,
    /// How many frames are shown, the largest, where more are not that small; `None` where all of them are.
    pub most: Option<usize>,
}

impl FlameGraph {
    /// The stacks of some views together; all have to have the same sample types.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`], or when all together have more frames than fit into memory.
    pub fn of(views: &[&View], options: &FlameOptions) -> Result<FlameGraph> {
        let shape = options.shape();
        let known = views.iter().filter_map(|view| view.stacks(&shape));
        let known: usize = known.map(|tree| tree.stems.len()).sum();
        let mut most = MOST_NODES.saturating_sub(known);
        let mut grown: Vec<Option<Grown>> = Vec::new();
        for view in views {
            let own = match view.stacks(&shape) {
                Some(_) => None,
                None => Some(self::grown(view, &shape, most)?),
            };
            most = most.saturating_sub(own.as_ref().map_or(0, |tree| tree.stems.len()));
            grown.push(own);
        }
        let trees = views.iter().zip(&grown).filter_map(|(view, own)| {
            let tree = own.as_ref().or_else(|| view.stacks(&shape))?;
            Some((tree, view.tables()))
        });
        let trees: Vec<Tree<'_>> = trees.collect();
        let layout = Layout::of(&trees, options);
        let nodes: Vec<FlameNode> = layout
            .places
            .iter()
            .map(|place| FlameNode {
                parent: place.parent,
                depth: place.depth,
                kind: match place.what {
                    What::Root => FlameKind::Root,
                    What::Frame(frame) => FlameKind::Frame(frame),
                    What::Rest(count) => FlameKind::LeftOut(count),
                },
                is_inlined: place.is_inlined,
            })
            .collect();
        let rankings = views.iter().zip(&trees).zip(&layout.shown_in);
        let rankings = rankings.map(|((view, (tree, _)), shown)| {
            let header = view.header().clone();
            let mut ranking = ranking(tree, header, shown, &nodes);
            ranking.whole = view.whole().cloned();
            ranking
        });
        let rankings: Vec<Ranking> = rankings.collect();
        let left_out = nodes.iter().map(|node| match node.kind {
            FlameKind::LeftOut(count) => count,
            FlameKind::Root | FlameKind::Frame(_) => 0,
        });
        let left_out: u64 = left_out.sum();
        Ok(FlameGraph {
            left_out: (left_out > 0).then_some(LeftOut {
                frames: left_out,
                below: options.fraction,
                most: layout.is_full.then_some(options.most),
            }),
            frames: layout.frames,
            nodes,
            rankings,
        })
    }

    /// What the newest profile says of itself.
    pub fn header(&self) -> Option<&Header> {
        self.rankings.last().map(|ranking| &ranking.header)
    }

    /// The values of each profile: a ranking whose row with a number is of the node with that number.
    pub fn rankings(&self) -> &[Ranking] {
        &self.rankings
    }

    /// The numbers of a sample type with their errors, in one of the profiles.
    pub fn estimates(&self, profile: usize, index: usize, at: Confidence) -> FlameEstimates<'_> {
        FlameEstimates::new(self.rankings.get(profile), index, at)
    }

    /// What was sampled in a node itself, in one of the profiles.
    pub fn flat(&self, profile: usize, node: usize, index: usize, at: Confidence) -> Estimate {
        self.estimate(profile, node, |ranking, row| {
            ranking.flat_estimate(row, index, at)
        })
    }

    /// What was sampled in a node and below, in one of the profiles.
    pub fn cum(&self, profile: usize, node: usize, index: usize, at: Confidence) -> Estimate {
        self.estimate(profile, node, |ranking, row| {
            ranking.cum_estimate(row, index, at)
        })
    }

    fn estimate(
        &self,
        profile: usize,
        node: usize,
        of: impl Fn(&Ranking, &RankRow) -> Estimate,
    ) -> Estimate {
        let ranking = self.rankings.get(profile);
        let row = ranking.and_then(|ranking| Some((ranking, ranking.rows.get(node)?)));
        row.map_or(Estimate::exact(0), |(ranking, row)| of(ranking, row))
    }

    /// The frame that a node shows.
    pub fn frame(&self, node: usize) -> Option<&FlameFrame> {
        match self.nodes.get(node)?.kind {
            FlameKind::Frame(frame) => self.frames.get(frame as usize),
            FlameKind::Root | FlameKind::LeftOut(_) => None,
        }
    }
}

/// The stacks of the samples that a view's filters leave, in so many nodes.
fn grown(view: &View, shape: &Shape, most: usize) -> Result<Grown> {
    let mut grower = Grower::new(shape.clone(), true).with_most(most);
    view.visit(&mut grower)?;
    grower.finish(view.header().kind)
}

/// The values of a tree by node.
fn ranking(tree: &Grown, header: Header, shown: &Shown, nodes: &[FlameNode]) -> Ranking {
    let mut flat = vec![vec![0_i128; tree.totals.len()]; nodes.len()];
    for (end, &at) in tree.ends.nodes().iter().enumerate() {
        let place = shown.place(at).unwrap_or(ROOT);
        let sums = flat.get_mut(place as usize).into_iter().flatten();
        for (index, sum) in sums.enumerate() {
            *sum += tree.ends.value(end, index);
        }
    }
    let mut cum = flat.clone();
    for (at, node) in nodes.iter().enumerate().skip(1).rev() {
        let (callers, here) = cum.split_at_mut(at);
        let sums = callers.get_mut(node.parent as usize).into_iter().flatten();
        for (sum, value) in sums.zip(here.first().into_iter().flatten()) {
            *sum += value;
        }
    }
    let (flat_blocks, cum_blocks) = blocks(tree, shown, nodes);
    let values = flat.into_iter().zip(cum);
    let rows = values.zip(flat_blocks.into_iter().zip(cum_blocks));
    let rows = rows.enumerate();
    let rows = rows.map(|(at, ((flat, cum), (flat_blocks, cum_blocks)))| RankRow {
        cum,
        cum_blocks,
        ..RankRow::of_flat(site_of(at), flat, flat_blocks)
    });
    Ranking::of_rows(
        header,
        (tree.sample_count, tree.totals.clone()),
        tree.sampling,
        rows.collect(),
    )
}

/// By node, the blocks that were sampled in it, and in it and below.
fn blocks(tree: &Grown, shown: &Shown, nodes: &[FlameNode]) -> (Vec<Blocks>, Vec<Blocks>) {
    let mut flat = vec![Blocks::default(); nodes.len()];
    if !tree.has_blocks() {
        return (flat.clone(), flat);
    }
    let ends = (0..).zip(tree.ends.nodes());
    let ends = ends.map(|(end, &at)| (shown.place(at).unwrap_or(ROOT), end));
    let mut ends: Vec<(u32, u32)> = ends.collect();
    ends.sort_unstable();
    for same in ends.chunk_by(|(node, _), (other, _)| node == other) {
        let node = same.first().map_or(ROOT, |&(node, _)| node);
        if let Some(blocks) = flat.get_mut(node as usize) {
            *blocks = tree.blocks(same.iter().map(|&(_, end)| end));
        }
    }
    let mut cum = flat.clone();
    for (at, node) in nodes.iter().enumerate().skip(1).rev() {
        let (callers, here) = cum.split_at_mut(at);
        let known = callers.get_mut(node.parent as usize);
        if let (Some(known), Some(below)) = (known, here.first()) {
            known.absorb(below);
        }
    }
    (flat, cum)
}

/// The site that stands for a node. It has no name: nodes of one function are not one site, and that
/// of another build whose name is like it is not the same node.
fn site_of(node: usize) -> Site {
    Site {
        address: Some(node as u64),
        ..Site::default()
    }
}

/// The node that a site stands for.
pub(super) fn node_of(site: &Site) -> Option<usize> {
    site.address.and_then(|at| usize::try_from(at).ok())
}

/// Whether a node is the root.
pub(super) fn is_root(node: usize) -> bool {
    node == ROOT as usize
}
