//! What every site of a profile adds up to, in itself and with what it called.

use std::array;
use std::num::Wrapping;
use std::ops::{AddAssign, Range, SubAssign};

use heapwise_decode::{LocationIndex, Tables};

use crate::site::table::{NodeId, Nodes};
use crate::sums::blocks::{BlockPath, BlockTable};
use crate::sums::path::PathSums;
use crate::sums::totals::Total;

/// Sums samples by site: the one sample type that is asked for, or all of them.
///
/// The code that runs for every frame is compiled for one value and for four side by side, the
/// number that a heap profile has. Sums are kept in 64 bits, which wrap around and back: a sum that
/// fits is right whatever was added on the way, and all fit where the absolute values of all samples
/// together do ([`Summing::holds`]). In 128 bits they take a thirtieth more of the time that a reading
/// takes, most of it waiting for memory; these are for profiles of which 64 are not enough.
#[derive(Debug)]
pub(crate) enum Summing {
    /// One sample type.
    One(usize, SiteSums<Wrapping<i64>>),
    /// All, four by four.
    All(Vec<SiteSums<Four>>),
    /// Either, in 128 bits.
    Wide {
        only: Option<usize>,
        by_type: Vec<(usize, SiteSums<i128>)>,
    },
}

/// The stack of a sample.
#[derive(Clone, Copy)]
pub(crate) struct StackFrames<'a> {
    /// From the root to the leaf.
    pub(crate) stack: &'a [LocationIndex],
    /// How many frames, from the root, are those of the sample summed before.
    pub(crate) shared: usize,
}

/// Four sums side by side.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Four([Wrapping<i64>; 4]);

impl Four {
    /// Up to four values; those missing are 0.
    #[inline]
    fn of(values: &[i64]) -> Four {
        Four(array::from_fn(|at| {
            Wrapping(values.get(at).copied().unwrap_or(0))
        }))
    }
}

impl AddAssign for Four {
    #[inline]
    fn add_assign(&mut self, other: Four) {
        for (sum, value) in self.0.iter_mut().zip(other.0) {
            *sum += value;
        }
    }
}

impl SubAssign for Four {
    #[inline]
    fn sub_assign(&mut self, other: Four) {
        for (sum, value) in self.0.iter_mut().zip(other.0) {
            *sum -= value;
        }
    }
}

impl Summing {
    /// Sums samples of `width` values, or only one of these.
    pub(crate) fn new(width: usize, only: Option<usize>) -> Summing {
        match only {
            Some(column) => Summing::One(column, SiteSums::new()),
            None => Summing::All((0..width.div_ceil(4)).map(|_| SiteSums::new()).collect()),
        }
    }

    /// The same for values of any size.
    pub(crate) fn wide(width: usize, only: Option<usize>) -> Summing {
        let types = match only {
            Some(column) => column..column + 1,
            None => 0..width,
        };
        Summing::Wide {
            only,
            by_type: types.map(|column| (column, SiteSums::new())).collect(),
        }
    }

    /// Whether sums are right where all samples add up to these totals, by sample type.
    pub(crate) fn holds(&self, totals: &[Total]) -> bool {
        let fits = |total: &Total| i64::try_from(total.absolute).is_ok();
        match self {
            Summing::One(column, _) => totals.get(*column).is_none_or(fits),
            Summing::All(_) => totals.iter().all(fits),
            Summing::Wide { .. } => true,
        }
    }

    /// Whether a sample has nothing to add.
    #[inline]
    pub(crate) fn skips(&self, values: &[i64]) -> bool {
        let only = match self {
            Summing::One(column, _) => Some(*column),
            Summing::All(_) => None,
            Summing::Wide { only, .. } => *only,
        };
        only.is_some_and(|column| values.get(column) == Some(&0))
    }

    /// Adds a sample and returns the site of its leaf. Blocks follow its path, if there are any.
    #[inline]
    pub(crate) fn add(
        &mut self,
        nodes: &mut Nodes,
        tables: &Tables,
        frames: StackFrames<'_>,
        values: &[i64],
        mut blocks: Option<&mut BlockPath>,
    ) -> Option<NodeId> {
        let leaf = frames.stack.last();
        let leaf = leaf.and_then(|&leaf| nodes.of_location(tables, leaf).last().copied());
        match self {
            Summing::One(column, sums) => {
                sums.walk(nodes, tables, frames, blocks);
                let value = values.get(*column).copied().unwrap_or(0);
                sums.add(leaf, Wrapping(value));
            }
            Summing::All(all) => {
                for (sums, values) in all.iter_mut().zip(values.chunks(4)) {
                    sums.walk(nodes, tables, frames, blocks.take());
                    sums.add(leaf, Four::of(values));
                }
            }
            Summing::Wide { by_type, .. } => {
                for (column, sums) in by_type {
                    sums.walk(nodes, tables, frames, blocks.take());
                    let value = values.get(*column).copied().unwrap_or(0);
                    sums.add(leaf, i128::from(value));
                }
            }
        }
        leaf
    }

    /// Takes all frames off the path and returns the blocks that followed it.
    pub(crate) fn leave_path(&mut self, mut blocks: BlockPath) -> BlockTable {
        let leave = |items: &[NodeId], leaving| blocks.leave(items, leaving);
        match self {
            Summing::One(_, sums) => sums.path.truncate_and(0, leave),
            Summing::All(all) => {
                if let Some(sums) = all.first_mut() {
                    sums.path.truncate_and(0, leave);
                }
            }
            Summing::Wide { by_type, .. } => {
                if let Some((_, sums)) = by_type.first_mut() {
                    sums.path.truncate_and(0, leave);
                }
            }
        }
        blocks.into_items()
    }

    /// The sums of samples of `width` values.
    pub(crate) fn finish(self, width: usize) -> NodeSums {
        match self {
            Summing::One(column, sums) => {
                let mut all = NodeSums::new(column..column + 1, sums.path.item_count());
                sums.hand_over(|node, flat, cum| {
                    all.set(node, column, flat.0.into(), cum.0.into());
                });
                all
            }
            Summing::All(parts) => {
                let count = parts.iter().map(|sums| sums.path.item_count()).max();
                let mut all = NodeSums::new(0..width, count.unwrap_or(0));
                for (part, sums) in parts.into_iter().enumerate() {
                    sums.hand_over(|node, flat, cum| {
                        for (at, (flat, cum)) in flat.0.into_iter().zip(cum.0).enumerate() {
                            all.set(node, 4 * part + at, flat.0.into(), cum.0.into());
                        }
                    });
                }
                all
            }
            Summing::Wide { by_type, .. } => {
                let counts = by_type.iter().map(|(_, sums)| sums.path.item_count());
                let mut all = NodeSums::new(0..width, counts.max().unwrap_or(0));
                for (column, sums) in by_type {
                    sums.hand_over(|node, flat, cum| all.set(node, column, flat, cum));
                }
                all
            }
        }
    }
}

/// The sums of `V` by site.
#[derive(Debug)]
pub(crate) struct SiteSums<V> {
    path: PathSums<V>,
    flat: Vec<V>,
}

impl<V: Copy + Default + AddAssign + SubAssign> SiteSums<V> {
    fn new() -> Self {
        Self {
            path: PathSums::new(),
            flat: Vec::new(),
        }
    }

    /// Makes the path that of a sample.
    #[inline]
    fn walk(
        &mut self,
        nodes: &mut Nodes,
        tables: &Tables,
        frames: StackFrames<'_>,
        blocks: Option<&mut BlockPath>,
    ) {
        let shared = frames.shared.min(self.path.depth());
        let mut new = frames.stack.get(shared..).unwrap_or_default();
        match blocks {
            None => self.path.truncate(shared),
            Some(blocks) => {
                let leave = |items: &[NodeId], leaving| blocks.leave(items, leaving);
                self.path.truncate_and(shared, leave);
                blocks.push_frames(new.len());
            }
        }
        while !new.is_empty() {
            let met = nodes.met(new);
            let count = self.path.extend(met, new.len(), nodes.len());
            new = new.get(count..).unwrap_or_default();
            if let Some(&at) = new.first() {
                nodes.meet(tables, at);
            }
        }
    }

    /// Adds values to the path and to the site at its leaf.
    #[inline]
    fn add(&mut self, leaf: Option<NodeId>, values: V) {
        self.path.add(values);
        let Some(leaf) = leaf else {
            return;
        };
        let at = leaf as usize;
        if at >= self.flat.len() {
            self.flat.resize(at + 1, V::default());
        }
        if let Some(sum) = self.flat.get_mut(at) {
            *sum += values;
        }
    }

    fn hand_over(self, mut take: impl FnMut(usize, V, V)) {
        let cum = self.path.finish();
        for (at, cum) in cum.into_iter().enumerate() {
            take(at, self.flat.get(at).copied().unwrap_or_default(), cum);
        }
    }
}

/// The sums by site and sample type.
#[derive(Debug)]
pub(crate) struct NodeSums {
    /// The sample types that were summed.
    columns: Range<usize>,
    /// Flat and cumulative, one for each of these types for each site.
    sums: Vec<(i128, i128)>,
}

impl NodeSums {
    fn new(columns: Range<usize>, count: usize) -> NodeSums {
        NodeSums {
            sums: vec![(0, 0); columns.len() * count],
            columns,
        }
    }

    fn place(&self, node: usize, index: usize) -> Option<usize> {
        let is_summed = self.columns.contains(&index);
        is_summed.then(|| node * self.columns.len() + index - self.columns.start)
    }

    fn set(&mut self, node: usize, index: usize, flat: i128, cum: i128) {
        let place = self.place(node, index);
        if let Some(sums) = place.and_then(|place| self.sums.get_mut(place)) {
            *sums = (flat, cum);
        }
    }

    fn get(&self, node: NodeId, index: usize) -> (i128, i128) {
        let place = self.place(node as usize, index);
        let sums = place.and_then(|place| self.sums.get(place));
        sums.copied().unwrap_or_default()
    }

    /// What was allocated in a site itself.
    pub(crate) fn flat(&self, node: NodeId, index: usize) -> i128 {
        self.get(node, index).0
    }

    /// What was allocated in a site or in what it called.
    pub(crate) fn cum(&self, node: NodeId, index: usize) -> i128 {
        self.get(node, index).1
    }
}
