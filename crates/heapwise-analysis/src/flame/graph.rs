//! One or more profiles as a flame graph.

use heapwise_decode::Tables;
use heapwise_stats::Confidence;

use super::frame::FlameFrame;
use super::grow::{Grown, ROOT};
use super::layout::{FlameOptions, Layout, What};
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
}

impl FlameGraph {
    /// The stacks of some views together; all have to have the same sample types.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`], or when there are more frames than fit into memory.
    pub fn of(views: &[&View], options: &FlameOptions) -> Result<FlameGraph> {
        let shape = Shape {
            no_inlines: options.no_inlines,
            across_builds: options.across_builds,
            ..Shape::new(options.granularity)
        };
        let grown = views.iter().map(|view| {
            let tree = Grown::of(view, shape.clone())?;
            Ok((tree, view.tables()))
        });
        let trees: Vec<(Grown, &Tables)> = grown.collect::<Result<_>>()?;
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
        let rankings = trees.into_iter().zip(&layout.shown_in);
        let rankings = rankings.map(|((tree, _), shown)| ranking(tree, shown, &nodes));
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

/// The values of a tree by node.
fn ranking(tree: Grown, shown_in: &[u32], nodes: &[FlameNode]) -> Ranking {
    let width = tree.width();
    let mut flat = vec![vec![0_i128; width]; nodes.len()];
    let mut blocks: Vec<Blocks> = vec![Blocks::default(); nodes.len()];
    for (stem, &node) in tree.nodes.iter().zip(shown_in) {
        let own = tree.blocks(stem);
        if let Some(known) = blocks
            .get_mut(node as usize)
            .filter(|_| !own.counts().is_empty())
        {
            known.absorb(&own);
        }
        for (index, sum) in flat
            .get_mut(node as usize)
            .into_iter()
            .flatten()
            .enumerate()
        {
            *sum += tree.flat(stem, index);
        }
    }
    let mut cum = flat.clone();
    let mut cum_blocks = blocks.clone();
    for (at, node) in nodes.iter().enumerate().skip(1).rev() {
        let parent = node.parent as usize;
        let below = cum.get(at).cloned().unwrap_or_default();
        for (sum, value) in cum.get_mut(parent).into_iter().flatten().zip(below) {
            *sum += value;
        }
        let below = cum_blocks.get(at).cloned().unwrap_or_default();
        if let Some(known) = cum_blocks.get_mut(parent) {
            known.absorb(&below);
        }
    }
    let values = flat.into_iter().zip(cum);
    let rows = values.zip(blocks.into_iter().zip(cum_blocks)).enumerate();
    let rows = rows.map(|(at, ((flat, cum), (flat_blocks, cum_blocks)))| RankRow {
        cum,
        cum_blocks,
        ..RankRow::of_flat(site_of(at), flat, flat_blocks)
    });
    Ranking::of_rows(
        tree.header,
        (tree.sample_count, tree.totals),
        tree.sampling,
        rows.collect(),
    )
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
