//! Decides which frames of one or more trees are shown, and where each of them is.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashMap};

use super::forest::{Forest, Tree};
use super::frame::FlameFrame;
use super::node::{FlameKind, FlameNode, LeftOut};
use super::options::FlameOptions;
use super::renamed::{renamed, sites_of};
use super::rests::Rests;
use super::shares::Shares;
use super::shown::{Found, NONE, Shown};
use super::union::{Kept, ROOT, Union, Walk};
use crate::error::Error;
use crate::site::identity::Site;
use crate::view::View;

/// The frames that several trees have together.
#[derive(Debug)]
pub(super) struct Layout {
    union: Union,
    kept: Kept,
    walk: Walk,
    /// By tree, where its nodes are; only of those that are kept in memory.
    known: Vec<Option<Known>>,
}

/// Where the nodes of a tree are among the frames of all.
#[derive(Debug)]
struct Known {
    found: Found,
    /// By run, the node that is above those of its nodes that are not shown.
    above: Vec<u32>,
}

impl Layout {
    /// # Errors
    ///
    /// When a tree cannot be looked at.
    pub(super) fn of<V: Borrow<View>, E: From<Error>>(
        forest: &mut Forest<V, impl FnMut(usize) -> Result<V, E>>,
        options: &FlameOptions,
    ) -> Result<Layout, E> {
        let mut union = Union::new(all_renamed(forest, options.before)?);
        let mut only = None;
        for at in 0..forest.count() {
            let found = forest.look(at, |_, tree| {
                let sample_index = options.sample_index.get(at).copied();
                let shares = Shares::of(tree.0, sample_index, options.fraction);
                union.add(tree, &shares)
            })?;
            only = (forest.count() == 1).then_some(found);
        }
        let kept = union.kept(options.most);
        let mut left_out = vec![0; union.len()];
        let mut known = Vec::new();
        for at in 0..forest.count() {
            let only = only.take();
            let found = forest.look(at, |_, tree| {
                let found = only.unwrap_or_else(|| union.find(tree));
                let rests = Rests::of(tree.0, &found, &kept);
                note_most(&mut left_out, &rests);
                let above = rests.above;
                Known { found, above }
            })?;
            known.push(forest.keeps(at).then_some(found));
        }
        Ok(Layout {
            walk: union.walk(&left_out, &kept),
            union,
            kept,
            known,
        })
    }

    /// Where the nodes of a tree are shown; to be asked once.
    pub(super) fn shown(&mut self, at: usize, tree: &Tree<'_>) -> Shown {
        let known = self.known.get_mut(at).and_then(Option::take);
        let known = known.unwrap_or_else(|| {
            let found = self.union.find(tree);
            let above = Rests::of(tree.0, &found, &self.kept).above;
            Known { found, above }
        });
        let (kept, walk) = (&self.kept, &self.walk);
        let number = |node: u32| walk.numbers.get(node as usize).copied();
        let number = |node: u32| number(node).filter(|_| kept.has(node)).unwrap_or(NONE);
        let of_rest = |node: &u32| walk.rests.get(*node as usize).copied().unwrap_or(ROOT);
        Shown {
            own: known.found.map(number),
            rests: known.above.iter().map(of_rest).collect(),
        }
    }

    /// The places in the order of a walk.
    pub(super) fn nodes(&self) -> &[FlameNode] {
        &self.walk.places
    }

    /// What is not shown.
    pub(super) fn left_out(&self, options: &FlameOptions) -> Option<LeftOut> {
        let left_out = self.walk.places.iter().map(|place| match place.kind {
            FlameKind::LeftOut(count) => count,
            FlameKind::Root | FlameKind::Frame(_) => 0,
        });
        let frames: u64 = left_out.sum();
        (frames > 0).then(|| LeftOut {
            frames,
            below: options.fraction,
            most: (!self.kept.has_all()).then_some(options.most),
        })
    }

    /// The frames that are shown, and where.
    pub(super) fn into_parts(self) -> (Vec<FlameFrame>, Vec<FlameNode>) {
        (self.walk.frames, self.walk.places)
    }
}

/// What sites of the first trees, so many, are called in the others.
fn all_renamed<V: Borrow<View>, E: From<Error>>(
    forest: &mut Forest<V, impl FnMut(usize) -> Result<V, E>>,
    before: usize,
) -> Result<HashMap<Site, Site>, E> {
    if before == 0 || before > forest.count() {
        return Ok(HashMap::new());
    }
    let (mut old, mut new) = (BTreeSet::new(), BTreeSet::new());
    for at in 0..forest.count() {
        let side = if at < before { &mut old } else { &mut new };
        forest.look(at, |_, tree| side.extend(sites_of(tree)))?;
    }
    Ok(renamed(&old, &new))
}

/// Of several trees the one that leaves most out tells how many there are at least.
fn note_most(left_out: &mut [u64], rests: &Rests) {
    for (most, &count) in left_out.iter_mut().zip(&rests.counts) {
        *most = count.max(*most);
    }
}
