//! The blocks of a place by size: how large, how spread, and whether they are the steps of something that grew.

use std::collections::BTreeMap;

/// Blocks of one size: the label `bytes` of a heap profile, which is the size class of what was asked for
/// (runtime/malloc.go: profilealloc).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockSize {
    /// Bytes of each.
    pub size: u64,
    /// How many were allocated.
    pub objects: i128,
    /// Bytes of all that were allocated.
    pub bytes: i128,
}

/// Sizes that rise under one stack: a slice, a map or a string that was grown step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ladder {
    /// Number of sizes.
    pub rungs: usize,
    /// The smallest and the largest.
    pub from: u64,
    /// The largest.
    pub to: u64,
    /// Bytes of blocks that were given up for larger ones: what making it as large at once would have saved.
    pub given_up: i128,
    /// Bytes by which the largest blocks may be larger than what they hold: what they have more than those before.
    pub slack: i128,
}

/// Which values of a sample are counts and bytes of what was allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allocated {
    pub(super) objects: usize,
    pub(super) bytes: usize,
}

/// What was allocated of each size, the smallest first.
pub(super) fn block_sizes(sizes: &BTreeMap<u64, Vec<i128>>, at: Allocated) -> Vec<BlockSize> {
    let of = |values: &[i128], index: usize| values.get(index).copied().unwrap_or(0);
    let all = sizes.iter().map(|(&size, values)| BlockSize {
        size,
        objects: of(values, at.objects),
        bytes: of(values, at.bytes),
    });
    all.filter(|one| one.objects > 0 && one.bytes > 0).collect()
}

/// Fewer rungs may be several things of one line.
const FEWEST_RUNGS: usize = 4;

/// Of one thing, as the source tells, so many are enough; of two the smaller is little.
const FEWEST_OF_ONE: usize = 3;

/// Of a size there may be more than of the one before by this part, which is sampling.
const NOISE: f64 = 1.5;

/// How something grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grows {
    /// By making a larger one, as slices do (runtime/slice.go: growslice).
    Whole,
    /// In the end by splitting, as maps do (internal/runtime/maps/table.go: split): of the largest there may be many.
    BySplitting,
}

/// The steps of something that grew. Every larger block stands for one of the size before that was given up, so that of
/// each size there are about as many as of the next, or more. `None` where that is not so.
pub(super) fn ladder(sizes: &[BlockSize], grows: Grows) -> Option<Ladder> {
    ladder_of(sizes, grows, FEWEST_RUNGS)
}

/// The same of what is known to be one thing that grows whole.
pub(super) fn ladder_of_one(sizes: &[BlockSize]) -> Option<Ladder> {
    ladder_of(sizes, Grows::Whole, FEWEST_OF_ONE)
}

fn ladder_of(sizes: &[BlockSize], grows: Grows, fewest: usize) -> Option<Ladder> {
    let sizes = &without_strays(sizes, grows);
    let (first, last) = (sizes.first()?, sizes.last()?);
    let pairs = sizes.iter().zip(sizes.iter().skip(1));
    let falls = |(small, large): (&BlockSize, &BlockSize)| {
        large.objects as f64 <= small.objects as f64 * NOISE + 1.0
            || grows == Grows::BySplitting && large.size == last.size
    };
    if sizes.len() < fewest || !pairs.clone().all(falls) {
        return None;
    }
    let given_up = pairs.map(|(small, large)| {
        i128::from(small.size).saturating_mul(large.objects.min(small.objects))
    });
    // Of one that is split into two, and these again, n are left of 2n - 1.
    let (size, before) = sizes
        .iter()
        .rev()
        .nth(1)
        .map_or((0, 0), |one| (one.size, one.objects));
    let split = match grows {
        Grows::Whole => 0,
        Grows::BySplitting => (last.objects - before).max(0) / 2,
    };
    Some(Ladder {
        rungs: sizes.len(),
        from: first.size,
        to: last.size,
        slack: last
            .objects
            .saturating_mul(i128::from(last.size.saturating_sub(size))),
        given_up: given_up.sum::<i128>() + split.saturating_mul(i128::from(last.size)),
    })
}

/// Without what else is on the line: sizes that a few blocks have, of which there are many larger ones, and of maps the
/// small ones that come to nearly nothing, which hold their tables.
fn without_strays(sizes: &[BlockSize], grows: Grows) -> Vec<BlockSize> {
    const FEW: i128 = 50;
    /// The smallest that together are less than this part.
    const LITTLE: i128 = 200;
    let is_stray = |at: usize, one: &BlockSize| {
        let mut larger = sizes.iter().skip(at + 1);
        larger.any(|other| other.objects > FEW * one.objects)
    };
    let bytes: i128 = sizes.iter().map(|one| one.bytes).sum();
    let mut below = 0;
    let all = sizes.iter().enumerate();
    let kept = all.filter(|(at, one)| {
        below += one.bytes;
        let is_little = below.saturating_mul(LITTLE) <= bytes && grows == Grows::BySplitting;
        !is_little && !is_stray(*at, one)
    });
    kept.map(|(_, one)| *one).collect()
}

/// Blocks of several places, as those of one.
pub(super) fn together<'a>(places: impl Iterator<Item = &'a [BlockSize]>) -> Vec<BlockSize> {
    let mut all: BTreeMap<u64, BlockSize> = BTreeMap::new();
    for one in places.flatten() {
        let sum = all.entry(one.size).or_insert(BlockSize {
            size: one.size,
            objects: 0,
            bytes: 0,
        });
        sum.objects += one.objects;
        sum.bytes += one.bytes;
    }
    all.into_values().collect()
}

/// Which part of blocks is saved where what grew is made as large at once. At most what was given up, and what the last
/// step is larger than it has to be: anything more than the step before. At least most of what was given up: how many there
/// are of each step is sampled, too.
pub(super) fn given_up(ladder: Ladder, sizes: &[BlockSize]) -> (f64, f64) {
    const MOST: f64 = 0.8;
    let bytes: i128 = sizes.iter().map(|one| one.bytes).sum();
    let part = |bytes_of: i128| bytes_of as f64 / bytes.max(1) as f64;
    let given_up = part(ladder.given_up);
    (given_up * MOST, (given_up + part(ladder.slack)).min(1.0))
}

/// The mean size of blocks; `None` without any.
pub(super) fn mean(sizes: &[BlockSize]) -> Option<f64> {
    let objects: i128 = sizes.iter().map(|one| one.objects).sum();
    let bytes: i128 = sizes.iter().map(|one| one.bytes).sum();
    (objects > 0).then(|| bytes as f64 / objects as f64)
}

/// Whether nine tenths of the bytes are in blocks that differ by no more than a factor.
pub(super) fn are_alike(sizes: &[BlockSize], factor: f64) -> bool {
    const MOST: f64 = 0.9;
    let all: i128 = sizes.iter().map(|one| one.bytes).sum();
    let from = |smallest: &BlockSize| {
        let largest = smallest.size as f64 * factor;
        let within = sizes
            .iter()
            .filter(|one| one.size >= smallest.size && one.size as f64 <= largest);
        within.map(|one| one.bytes).sum::<i128>() as f64
    };
    sizes.iter().any(|one| from(one) >= MOST * all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(counts: &[(u64, i128)]) -> Vec<BlockSize> {
        let all = counts.iter().map(|&(size, objects)| BlockSize {
            size,
            objects,
            bytes: objects * i128::from(size),
        });
        all.collect()
    }

    #[test]
    fn a_slice_that_doubles_gives_up_all_but_the_last() {
        let grown = blocks(&[(8, 10), (16, 10), (32, 10), (64, 10)]);
        let found = ladder(&grown, Grows::Whole).unwrap();
        assert_eq!((found.rungs, found.from, found.to), (4, 8, 64));
        assert_eq!(found.given_up, 10 * (8 + 16 + 32));
    }

    #[test]
    fn what_ends_on_different_rungs_gives_up_what_is_below_its_own() {
        let grown = blocks(&[(8, 10), (16, 6), (32, 4), (64, 1)]);
        assert_eq!(
            ladder(&grown, Grows::Whole).unwrap().given_up,
            6 * 8 + 4 * 16 + 32
        );
    }

    #[test]
    fn several_things_of_one_line_are_no_ladder() {
        assert_eq!(
            ladder(&blocks(&[(8, 10), (16, 10), (32, 10)]), Grows::Whole),
            None
        );
        assert_eq!(
            ladder(
                &blocks(&[(8, 1), (16, 1), (4096, 900), (8192, 1)]),
                Grows::Whole
            ),
            None
        );
        let stray = blocks(&[(8, 900), (16, 900), (24, 1), (32, 900), (64, 900)]);
        assert_eq!(ladder(&stray, Grows::Whole).unwrap().rungs, 4);
        assert_eq!(ladder(&[], Grows::Whole), None);
    }

    #[test]
    fn one_thing_has_its_ladder_with_three_rungs() {
        let grown = blocks(&[(64, 10), (128, 10), (256, 9)]);
        assert_eq!(ladder_of_one(&grown).unwrap().given_up, 10 * 64 + 9 * 128);
        assert_eq!(ladder_of_one(&blocks(&[(64, 10), (128, 10)])), None);
        assert_eq!(
            ladder_of_one(&blocks(&[(64, 10), (128, 100), (256, 9)])),
            None
        );
    }

    #[test]
    fn what_grows_on_two_lines_is_one_ladder() {
        let (one, other) = (blocks(&[(8, 10), (32, 4)]), blocks(&[(16, 10), (32, 6)]));
        let all = together([one.as_slice(), other.as_slice()].into_iter());
        assert_eq!(all, blocks(&[(8, 10), (16, 10), (32, 10)]));
    }

    #[test]
    fn a_map_gives_up_what_it_splits() {
        let map = blocks(&[(32, 90), (208, 10), (416, 10), (896, 10), (27264, 30)]);
        assert_eq!(ladder(&map, Grows::Whole), None);
        let found = ladder(&map, Grows::BySplitting).unwrap();
        assert_eq!(found.given_up, 10 * (208 + 416 + 896) + 10 * 27264);
    }

    #[test]
    fn sizes_are_alike_where_most_bytes_are() {
        let spread = blocks(&[(1024, 1), (65536, 1), (1 << 20, 1)]);
        assert!(are_alike(&blocks(&[(64, 5), (4096, 100), (5376, 20)]), 2.0));
        assert!(!are_alike(&blocks(&[(1024, 64), (65536, 1)]), 4.0));
        assert!(are_alike(&spread, 1000.0));
        assert_eq!(mean(&blocks(&[(8, 3), (16, 1)])), Some(10.0));
    }
}
