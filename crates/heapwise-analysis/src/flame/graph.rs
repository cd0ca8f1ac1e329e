//! One or more profiles as a flame graph.

use heapwise_stats::Confidence;

use super::estimates::FlameEstimates;
use super::forest::Forest;
use super::frame::FlameFrame;
use super::layout::Layout;
use super::node::{FlameKind, FlameNode, LeftOut};
use super::options::FlameOptions;
use super::values::ranking;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::header::Header;
use crate::rank::{RankRow, Ranking};
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

impl FlameGraph {
    /// The stacks of some views together; all have to have the same sample types.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`], or when all together have more frames than fit into memory.
    pub fn of(views: &[&View], options: &FlameOptions) -> Result<FlameGraph> {
        let open = |at: usize| {
            views
                .get(at)
                .copied()
                .ok_or(Error::from(ErrorKind::NoProfiles))
        };
        let mut forest = Forest::new(open, views.len(), options.shape(), usize::MAX);
        let mut layout = Layout::of(&mut forest, options)?;
        let mut rankings = Vec::new();
        for at in 0..forest.count() {
            let ranking = forest.look(at, |view, tree| {
                let shown = layout.shown(at, tree);
                ranking(view, tree.0, &shown, layout.nodes())
            })?;
            rankings.push(ranking);
        }
        let left_out = layout.left_out(options);
        Ok(FlameGraph::new(layout, left_out, rankings))
    }

    /// Of what was laid out, with the values of some profiles.
    pub(super) fn new(layout: Layout, left_out: Option<LeftOut>, rankings: Vec<Ranking>) -> Self {
        let (frames, nodes) = layout.into_parts();
        FlameGraph {
            frames,
            nodes,
            left_out,
            rankings,
        }
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
