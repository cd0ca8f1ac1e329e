//! What one profile has of a site, in as few bytes as it takes: most numbers are small, and most sites either call what
//! allocates or allocate themselves.

use super::column::Column;
use crate::rank::RankRow;
use crate::sums::blocks::{BlockCount, Blocks, Lifetime};

/// What of the rows of a profile is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Sample types whose values are kept: one of them, or so many from the first.
    values: Values,
    /// Which blocks are counted, where one of both is all that is asked for.
    lifetime: Option<Lifetime>,
}

#[derive(Debug, Clone, Copy)]
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
    pub(super) fn new(types: usize, only: Option<usize>, lifetime: Option<Lifetime>) -> Shape {
        Shape {
            values: only.map_or(Values::First(types), Values::Only),
            lifetime,
        }
    }

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

/// Writes a row. Sizes are told by numbers.
pub(super) fn put(
    bytes: &mut Vec<u8>,
    row: &RankRow,
    shape: Shape,
    mut number: impl FnMut(u64) -> u64,
) {
    let is_same = row.flat == row.cum && row.flat_blocks == row.cum_blocks;
    let has_flat = shape.kept(&row.flat).any(|value| value != 0)
        || row
            .flat_blocks
            .counts()
            .iter()
            .any(|block| shape.counts(block).is_some());
    let flags = if is_same { SAME } else { 0 } | if has_flat { 0 } else { NO_FLAT };
    bytes.push(flags);
    if has_flat {
        put_part(bytes, &row.flat, &row.flat_blocks, (shape, &mut number));
    }
    if !is_same {
        put_part(bytes, &row.cum, &row.cum_blocks, (shape, &mut number));
    }
}

fn put_part(
    bytes: &mut Vec<u8>,
    values: &[i128],
    blocks: &Blocks,
    (shape, number): (Shape, &mut dyn FnMut(u64) -> u64),
) {
    for value in shape.kept(values) {
        put_signed(bytes, value);
    }
    let kept = || {
        let blocks = blocks.counts().iter();
        blocks.filter_map(|block| Some((block.size, shape.counts(block)?)))
    };
    put_number(bytes, kept().count() as u128);
    for (size, [allocated, in_use]) in kept() {
        put_number(bytes, number(size).into());
        if shape.lifetime != Some(Lifetime::InUse) {
            put_signed(bytes, allocated.into());
        }
        if shape.lifetime != Some(Lifetime::Allocated) {
            put_signed(bytes, in_use.into());
        }
    }
}

/// Writes a number that is often small.
pub(super) fn put_number(bytes: &mut Vec<u8>, mut value: u128) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn put_signed(bytes: &mut Vec<u8>, value: i128) {
    put_number(bytes, ((value << 1) ^ (value >> 127)) as u128);
}

/// Bytes that were written here, from some place on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl Bytes<'_> {
    pub(super) fn is_at_end(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn number(&mut self) -> u128 {
        let (mut value, mut shift) = (0, 0);
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            value |= u128::from(byte & 0x7f) << shift;
            shift = (shift + 7).min(126);
            if byte & 0x80 == 0 {
                break;
            }
        }
        value
    }

    fn signed(&mut self) -> i128 {
        let value = self.number();
        (value >> 1) as i128 ^ -((value & 1) as i128)
    }

    /// Reads a column of a row: the value of a sample type, and the blocks.
    pub(super) fn row(
        &mut self,
        (column, index): (Column, usize),
        shape: Shape,
        sizes: &[u64],
    ) -> (i128, Blocks) {
        let flags = self.0.first().copied().unwrap_or(SAME | NO_FLAT);
        self.0 = self.0.get(1..).unwrap_or_default();
        let (is_same, has_flat) = (flags & SAME != 0, flags & NO_FLAT == 0);
        let is_flat_asked = column == Column::Flat || is_same;
        let mut found = (0, Blocks::default());
        for (is_there, is_asked) in [(has_flat, is_flat_asked), (!is_same, !is_flat_asked)] {
            if is_there {
                let part = self.part(is_asked.then_some(index), shape, sizes);
                if is_asked {
                    found = part;
                }
            }
        }
        found
    }

    fn part(&mut self, asked: Option<usize>, shape: Shape, sizes: &[u64]) -> (i128, Blocks) {
        let place = asked.and_then(|index| shape.place(index));
        let mut value = 0;
        for at in 0..shape.count() {
            let known = self.signed();
            if place == Some(at) {
                value = known;
            }
        }
        let count = self.number() as usize;
        let mut counts = Vec::new();
        if asked.is_some() {
            counts.reserve_exact(count.min(sizes.len()));
        }
        for _ in 0..count {
            let number = self.number() as usize;
            let mut block = BlockCount::nothing(0);
            if shape.lifetime != Some(Lifetime::InUse) {
                block.allocated = self.signed() as i64;
            }
            if shape.lifetime != Some(Lifetime::Allocated) {
                block.in_use = self.signed() as i64;
            }
            if let (Some(&size), true) = (sizes.get(number), asked.is_some()) {
                block.size = size;
                counts.push(block);
            }
        }
        (value, Blocks::of_sorted(counts))
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
        let sizes = [16, 4096, u64::MAX];
        let number = |size| sizes.iter().position(|known| *known == size).unwrap() as u64;
        let large = i128::from(i64::MAX) * 3;
        let mut rows = vec![
            RankRow::of_flat(Site::default(), vec![7, -large], blocks(&[(16, 3, -1)])),
            RankRow::of_flat(Site::default(), vec![0, 0], Blocks::default()),
            RankRow::of_flat(Site::default(), vec![i128::MAX, i128::MIN], blocks(&[])),
        ];
        rows[1].cum = vec![large, 1];
        rows[1].cum_blocks = blocks(&[(16, i64::MAX, 0), (4096, 0, i64::MIN), (u64::MAX, 1, 1)]);
        rows[2].cum = vec![1, 1];
        let shape = Shape::new(2, None, None);
        let mut bytes = Vec::new();
        for row in &rows {
            put(&mut bytes, row, shape, number);
        }
        for index in 0..3 {
            let (mut flat, mut cum) = (Bytes(&bytes), Bytes(&bytes));
            for row in &rows {
                let own = flat.row((Column::Flat, index), shape, &sizes);
                assert_eq!(own, (row.flat_of(index), row.flat_blocks.clone()));
                let all = cum.row((Column::Cum, index), shape, &sizes);
                assert_eq!(all, (row.cum_of(index), row.cum_blocks.clone()));
                assert_eq!(cum.0, flat.0);
            }
            assert!(flat.is_at_end() && cum.is_at_end());
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
        let mut bytes = Vec::new();
        put(&mut bytes, &row, shape, |_| 0);
        // Flags, the value, how many sizes, the number of the one that is in use, and how many of it.
        assert_eq!(bytes, [SAME, 18, 1, 0, 10]);
        let read = Bytes(&bytes).row((Column::Cum, 1), shape, &[32]);
        assert_eq!(read, (9, blocks(&[(32, 0, 5)])));
    }
}
