//! The values of a tree by the nodes of a graph.

use super::grown::Grown;
use super::node::FlameNode;
use super::shown::Shown;
use super::union::ROOT;
use crate::rank::{RankRow, Ranking};
use crate::site::identity::Site;
use crate::sums::blocks::Blocks;
use crate::view::View;

/// The values of a tree as a ranking whose row with a number is of the node with that number.
pub(super) fn ranking(view: &View, tree: &Grown, shown: &Shown, nodes: &[FlameNode]) -> Ranking {
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
    let mut ranking = Ranking::of_rows(
        view.header().clone(),
        (tree.sample_count, tree.totals.clone()),
        tree.sampling,
        rows.collect(),
    );
    ranking.whole = view.whole().cloned();
    ranking
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
