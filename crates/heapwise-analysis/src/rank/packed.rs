//! What one profile has of a site, in as few bytes as it takes: most numbers are small, and most sites either call what
//! allocates or allocate themselves.

use std::collections::HashMap;

use super::column::Column;
use super::ranking::RankRow;
use crate::sums::blocks::{BlockCount, Blocks, Lifetime};
use crate::sums::numbers::{number, put_number, put_signed, signed};

/// What of the rows of a profile is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Sample types whose values are kept: one of them, or so many from the first.
    values: Values,
    /// Which blocks are counted, where one of both is all that is asked for.
    lifetime: Option<Lifetime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Only(usize),
    First(usize),
}

/// The cumulative values and blocks are those of the site itself.
const SAME: u8 = 1;
/// The site itself has nothing.
const NO_FLAT: u8 = 2;

impl Shape {
    /// Of rows with values of so many sample types, or of one of them, whose blocks are of a lifetime.
    pub(crate) fn new(types: usize, only: Option<usize>, lifetime: Option<Lifetime>) -> Shape {
        Shape {
            values: only.map_or(Values::First(types), Values::Only),
            lifetime,
        }
    }

    /// Of rows with one value, with all blocks.
    pub(crate) const fn of_one() -> Shape {
        Shape {
            values: Values::First(1),
            lifetime: None,
        }
    }

    /// Of blocks alone.
    pub(crate) const NO_VALUES: Shape = Shape {
        values: Values::First(0),
        lifetime: None,
    };

    /// How many values are kept of a column.
    fn count(self) -> usize {
        match self.values {
            Values::Only(_) => 1,
            Values::First(types) => types,
        }
    }

    /// The place of a sample type's value among those that are kept.
    fn place(self, index: usize) -> Option<usize> {
        match self.values {
            Values::Only(only) => (only == index).then_some(0),
            Values::First(_) => Some(index),
        }
    }

    fn kept(self, values: &[i128]) -> impl Iterator<Item = i128> {
        let first = match self.values {
            Values::Only(only) => only,
            Values::First(_) => 0,
        };
        let places = first..first + self.count();
        places.map(|at| values.get(at).copied().unwrap_or(0))
    }

    /// The counts of a size that are kept; none where there is nothing to keep.
    fn counts(self, block: &BlockCount) -> Option<[i64; 2]> {
        let counts = match self.lifetime {
            None => [block.allocated, block.in_use],
            Some(Lifetime::Allocated) => [block.allocated, 0],
            Some(Lifetime::InUse) => [0, block.in_use],
        };
        (counts != [0, 0]).then_some(counts)
    }
}

/// A column of a row: its values by sample types, and the blocks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Part<'a> {
    pub(crate) values: &'a [i128],
    pub(crate) blocks: &'a Blocks,
}

/// The columns of a row: of the site itself, and with what it called.
pub(crate) fn parts(row: &RankRow) -> [Part<'_>; 2] {
    let part = |values, blocks| Part { values, blocks };
    [
        part(&row.flat, &row.flat_blocks),
        part(&row.cum, &row.cum_blocks),
    ]
}

/// The sizes of blocks by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Sizes {
    known: Vec<u64>,
    numbers: HashMap<u64, u64>,
}

impl Sizes {
    /// The number of a size.
    pub(crate) fn number(&mut self, size: u64) -> u64 {
        *self.numbers.entry(size).or_insert_with(|| {
            self.known.push(size);
            self.known.len() as u64 - 1
        })
    }
}

/// Writes a row, behind so many that are not there.
pub(crate) fn put(
    bytes: &mut Vec<u8>,
    (gap, [flat, cum]): (usize, [Part<'_>; 2]),
    shape: Shape,
    sizes: &mut Sizes,
) {
    let is_same = flat == cum;
    let has_flat = shape.kept(flat.values).any(|value| value != 0)
        || flat
            .blocks
            .counts()
            .iter()
            .any(|block| shape.counts(block).is_some());
    let flags = if is_same { SAME } else { 0 } | if has_flat { 0 } else { NO_FLAT };
    put_number(bytes, (gap as u128) << 2 | u128::from(flags));
    if has_flat {
        put_part(bytes, flat, (shape, sizes));
    }
    if !is_same {
        put_part(bytes, cum, (shape, sizes));
    }
}

/// Writes blocks alone, of both lifetimes.
pub(crate) fn put_blocks(bytes: &mut Vec<u8>, blocks: &Blocks, sizes: &mut Sizes) {
    let values = &[][..];
    put_part(bytes, Part { values, blocks }, (Shape::NO_VALUES, sizes));
}

/// Blocks that were written alone, and are the first of these bytes.
pub(crate) fn blocks_at(bytes: &[u8], sizes: &Sizes) -> Blocks {
    Bytes(bytes).part((Shape::NO_VALUES, Some(sizes)), &mut |_, _| {})
}

fn put_part(bytes: &mut Vec<u8>, part: Part<'_>, (shape, sizes): (Shape, &mut Sizes)) {
    for value in shape.kept(part.values) {
        put_signed(bytes, value);
    }
    let blocks = part.blocks.counts().iter();
    let kept = blocks.filter_map(|block| Some((sizes.number(block.size), shape.counts(block)?)));
    let mut kept: Vec<(u64, [i64; 2])> = kept.collect();
    kept.sort_unstable();
    put_number(bytes, kept.len() as u128);
    let mut next = 0;
    for (number, [allocated, in_use]) in kept {
        let first = match shape.lifetime {
            Some(Lifetime::InUse) => in_use,
            _ => allocated,
        };
        // Of most sizes there are few blocks.
        let few = if (1..FEW).contains(&first) { first } else { 0 };
        put_number(bytes, u128::from(number - next) * FEW as u128 + few as u128);
        if few == 0 {
            put_signed(bytes, first.into());
        }
        if shape.lifetime.is_none() {
            put_signed(bytes, in_use.into());
        }
        next = number + 1;
    }
}

/// Fewer blocks of a size are written with the size.
const FEW: i64 = 8;

/// Which parts a row has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head(u8);

/// Bytes that were written here, from some place on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    /// Reads which of all is the next that has a row, and what that row consists of; `from` is the first that it may be.
    pub(crate) fn next(&mut self, from: &mut usize) -> Option<(usize, Head)> {
        if self.is_at_end() {
            return None;
        }
        let (gap, head) = self.head();
        let at = *from + gap;
        *from = at + 1;
        Some((at, head))
    }

    /// Reads how many have no row before the next one, and what that one consists of.
    fn head(&mut self) -> (usize, Head) {
        let head = number(&mut self.0);
        ((head >> 2) as usize, Head((head & 3) as u8))
    }

    /// Reads a column of a row: the value of a sample type, and the blocks.
    pub(crate) fn row(
        &mut self,
        head: Head,
        (column, index): (Column, usize),
        shape: Shape,
        sizes: &Sizes,
    ) -> (i128, Blocks) {
        let mut value = 0;
        let place = shape.place(index);
        let blocks = self.column(head, column, (shape, sizes), |at, known| {
            if place == Some(at) {
                value = known;
            }
        });
        (value, blocks)
    }

    /// Reads a column of a row: all values that are kept, with their places, and the blocks.
    pub(crate) fn column(
        &mut self,
        Head(flags): Head,
        column: Column,
        (shape, sizes): (Shape, &Sizes),
        mut value: impl FnMut(usize, i128),
    ) -> Blocks {
        let (is_same, has_flat) = (flags & SAME != 0, flags & NO_FLAT == 0);
        let is_flat_asked = column == Column::Flat || is_same;
        let mut found = Blocks::default();
        for (is_there, is_asked) in [(has_flat, is_flat_asked), (!is_same, !is_flat_asked)] {
            match (is_there, is_asked) {
                (false, _) => {}
                (true, true) => found = self.part((shape, Some(sizes)), &mut value),
                (true, false) => {
                    self.part((shape, None), &mut |_, _| {});
                }
            }
        }
        found
    }

    /// Reads a column, with its blocks where sizes are known by their numbers.
    fn part(
        &mut self,
        (shape, sizes): (Shape, Option<&Sizes>),
        value: &mut dyn FnMut(usize, i128),
    ) -> Blocks {
        for at in 0..shape.count() {
            value(at, signed(&mut self.0));
        }
        let count = number(&mut self.0) as usize;
        let sizes = sizes.map_or(&[][..], |sizes| &sizes.known);
        let mut counts = Vec::new();
        counts.reserve_exact(count.min(sizes.len()));
        let mut next = 0;
        for _ in 0..count {
            let head = number(&mut self.0);
            let number = next + (head / FEW as u128) as usize;
            next = number + 1;
            let first = match head % FEW as u128 {
                0 => signed(&mut self.0) as i64,
                few => few as i64,
            };
            let mut block = BlockCount::nothing(0);
            match shape.lifetime {
                None => (block.allocated, block.in_use) = (first, signed(&mut self.0) as i64),
                Some(Lifetime::Allocated) => block.allocated = first,
                Some(Lifetime::InUse) => block.in_use = first,
            }
            if let Some(&size) = sizes.get(number) {
                block.size = size;
                counts.push(block);
            }
        }
        // Sizes that were met late have numbers behind those of larger ones.
        if !counts.is_sorted_by_key(|block: &BlockCount| block.size) {
            counts.sort_unstable_by_key(|block| block.size);
        }
        Blocks::of_sorted(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::identity::Site;

    fn blocks(counts: &[(u64, i64, i64)]) -> Blocks {
        let counts = counts.iter().map(|&(size, allocated, in_use)| BlockCount {
            allocated,
            in_use,
            ..BlockCount::nothing(size)
        });
        Blocks::of(counts)
    }

    #[test]
    fn rows_are_read_as_they_were_written() {
        let mut sizes = Sizes::default();
        let large = i128::from(i64::MAX) * 3;
        let mut rows = [
            RankRow::of_flat(Site::default(), vec![7, -large], blocks(&[(16, 3, -1)])),
            RankRow::of_flat(Site::default(), vec![0, 0], Blocks::default()),
            RankRow::of_flat(Site::default(), vec![i128::MAX, i128::MIN], blocks(&[])),
        ];
        rows[1].cum = vec![large, 1];
        rows[1].cum_blocks = blocks(&[(16, i64::MAX, 0), (4096, 0, i64::MIN), (u64::MAX, 1, 1)]);
        rows[2].cum = vec![1, 1];
        let shape = Shape::new(2, None, None);
        let mut bytes = Vec::new();
        for (gap, row) in rows.iter().enumerate() {
            put(&mut bytes, (gap, parts(row)), shape, &mut sizes);
        }
        for index in 0..3 {
            let (mut flat, mut cum) = (Bytes(&bytes), Bytes(&bytes));
            for (at, row) in rows.iter().enumerate() {
                let (gap, head) = flat.head();
                assert_eq!(gap, at);
                let own = flat.row(head, (Column::Flat, index), shape, &sizes);
                assert_eq!(own, (row.flat_of(index), row.flat_blocks.clone()));
                let (_, head) = cum.head();
                let all = cum.row(head, (Column::Cum, index), shape, &sizes);
                assert_eq!(all, (row.cum_of(index), row.cum_blocks.clone()));
                assert_eq!(cum.0, flat.0);
            }
            assert!(flat.is_at_end() && cum.is_at_end());
        }
    }

    #[test]
    fn blocks_alone_are_read_as_they_were_written() {
        let mut sizes = Sizes::default();
        sizes.number(32);
        for counts in [
            &[][..],
            &[(16, 3, -1), (32, 1, 0), (u64::MAX, i64::MIN, i64::MAX)],
        ] {
            let known = blocks(counts);
            let mut bytes = Vec::new();
            put_blocks(&mut bytes, &known, &mut sizes);
            // Others may be behind them.
            bytes.push(1);
            assert_eq!(blocks_at(&bytes, &sizes), known);
        }
    }

    #[test]
    fn what_is_not_asked_for_is_not_kept() {
        let row = RankRow::of_flat(
            Site::default(),
            vec![0, 9],
            blocks(&[(16, 3, 0), (32, 1, 5)]),
        );
        let shape = Shape::new(2, Some(1), Some(Lifetime::InUse));
        let (mut bytes, mut sizes) = (Vec::new(), Sizes::default());
        sizes.number(32);
        put(&mut bytes, (0, parts(&row)), shape, &mut sizes);
        // What it consists of, the value, how many sizes, and how many blocks are in use of the first one.
        assert_eq!(bytes, [SAME, 18, 1, 5]);
        let mut read = Bytes(&bytes);
        let (_, head) = read.head();
        let read = read.row(head, (Column::Cum, 1), shape, &sizes);
        assert_eq!(read, (9, blocks(&[(32, 0, 5)])));
    }
}
