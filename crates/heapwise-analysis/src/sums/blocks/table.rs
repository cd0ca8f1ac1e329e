//! Sampled blocks by item and size.

use super::entry::{Adder, Entry};

/// Counts by item (a site, or a call between two) and size class.
///
/// The classes met first, which most blocks are of, have a place in a row of small numbers that each
/// item has, so that adding to one is a step without a search. What does not fit there is in lists.
#[derive(Debug, Default)]
pub(crate) struct BlockTable {
    /// Rows of `1 << shift` places, one for each item.
    cells: Vec<Cell>,
    shift: u32,
    /// Lists of what has no place, one for each item.
    rest: Vec<Rest>,
    adder: Adder,
}

/// Entries in no order, of which some may be of one class.
#[derive(Debug, Default)]
struct Rest {
    entries: Vec<Entry>,
    /// With more entries than this, those of one class are added up.
    limit: usize,
}

/// Two counts below 2^15, allocated and in use, of which each has the bit above it free: one addition
/// adds both, and shows whether both fit. Cells are as small as this because what fits into the
/// processor's second cache is a third faster, and hardly any is ever full.
#[derive(Debug, Clone, Copy, Default)]
struct Cell(u32);

/// Rows have at most this power of two of places.
const LARGEST_SHIFT: u32 = 6;

/// Places of all rows together, 16 MiB of them: profiles with more sites than any program has go on in
/// lists, which have room for what there is only.
const MOST_CELLS: usize = 4 << 20;

impl Cell {
    const FREE_BITS: u32 = 1 << 31 | 1 << 15;

    fn of(entry: Entry) -> Option<Cell> {
        let half = |count: i64| u32::try_from(count).ok().filter(|&count| count >> 15 == 0);
        Some(Cell(half(entry.in_use)? << 16 | half(entry.allocated)?))
    }

    /// Adds another, if it fits.
    #[inline]
    fn add(&mut self, other: Cell) -> bool {
        let sum = self.0 + other.0;
        let fits = sum & Cell::FREE_BITS == 0;
        if fits {
            self.0 = sum;
        }
        fits
    }

    fn entry(self, class: u32) -> Entry {
        Entry {
            class,
            allocated: (self.0 & u32::from(u16::MAX)).into(),
            in_use: (self.0 >> 16).into(),
        }
    }
}

impl BlockTable {
    #[inline]
    pub(crate) fn add(&mut self, item: u32, entry: Entry) {
        self.add_to_all(&[item], entry);
    }

    /// Adds an entry to each of some items.
    #[inline]
    pub(crate) fn add_to_all(&mut self, items: &[u32], entry: Entry) {
        let mut items = items;
        if let Some(small) = Cell::of(entry)
            && entry.class >> self.shift == 0
        {
            let (cells, shift) = (self.cells.as_mut_slice(), self.shift);
            while let Some((&item, others)) = items.split_first()
                && let Some(cell) = cells.get_mut(place(item, entry.class, shift))
                && cell.add(small)
            {
                items = others;
            }
        }
        for &item in items {
            self.add_slowly(item, entry);
        }
    }

    #[cold]
    fn add_slowly(&mut self, item: u32, entry: Entry) {
        let mut for_list = entry;
        if let Some(small) = Cell::of(entry)
            && let Some(cell) = self.made_room(item, entry.class)
        {
            if cell.add(small) {
                return;
            }
            // What is full goes to the list, and leaves room.
            for_list = std::mem::replace(cell, small).entry(entry.class);
        }
        let at = item as usize;
        if self.rest.len() <= at {
            self.rest.resize_with(at + 1, Rest::default);
        }
        if let Some(rest) = self.rest.get_mut(at) {
            rest.entries.push(for_list);
            if rest.entries.len() > rest.limit {
                rest.limit = self.adder.add_up(&mut rest.entries, 0);
            }
        }
    }

    /// The place for a class of an item, if there may be one.
    fn made_room(&mut self, item: u32, class: u32) -> Option<&mut Cell> {
        if class >> LARGEST_SHIFT != 0 {
            return None;
        }
        while class >> self.shift != 0 && 2 * self.cells.len() <= MOST_CELLS {
            self.widen();
        }
        let end = (item as usize + 1) << self.shift;
        if class >> self.shift != 0 || end > MOST_CELLS {
            return None;
        }
        if self.cells.len() < end {
            self.cells.resize(end, Cell::default());
        }
        self.cells.get_mut(place(item, class, self.shift))
    }

    /// Gives every row twice the places.
    fn widen(&mut self) {
        let width = 1 << self.shift;
        let mut cells = Vec::with_capacity(2 * self.cells.len());
        for row in self.cells.chunks(width) {
            cells.extend_from_slice(row);
            cells.resize(cells.len() + width, Cell::default());
        }
        self.cells = cells;
        self.shift += 1;
    }

    /// What an item has collected. A class may come twice.
    pub(crate) fn entries(&self, item: u32) -> impl Iterator<Item = Entry> {
        let start = place(item, 0, self.shift);
        let row = self.cells.get(start..start + (1 << self.shift));
        let rest = self.rest.get(item as usize);
        let in_row = (0..).zip(row.unwrap_or_default());
        in_row
            .map(|(class, cell)| cell.entry(class))
            .chain(rest.map_or(&[][..], |rest| &rest.entries).iter().copied())
    }
}

#[inline]
fn place(item: u32, class: u32, shift: u32) -> usize {
    (item as usize) << shift | class as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn entry(class: u32, allocated: i64) -> Entry {
        Entry {
            class,
            allocated,
            in_use: 1,
        }
    }

    /// Entries that are not empty, by class.
    fn collected(table: &BlockTable, item: u32) -> Vec<(u32, i64, i64)> {
        let mut sums = BTreeMap::new();
        for entry in table.entries(item) {
            let (allocated, in_use) = sums.entry(entry.class).or_insert((0, 0));
            *allocated += entry.allocated;
            *in_use += entry.in_use;
        }
        sums.retain(|_, counts| *counts != (0, 0));
        sums.into_iter()
            .map(|(class, (allocated, in_use))| (class, allocated, in_use))
            .collect()
    }

    #[test]
    fn rows_widen_and_keep_what_they_have() {
        let mut table = BlockTable::default();
        table.add(3, entry(0, 5));
        table.add(1, entry(200, 7));
        table.add(1, entry(9, 1));
        table.add(3, entry(63, 2));
        table.add(3, entry(0, 5));
        assert_eq!(collected(&table, 1), [(9, 1, 1), (200, 7, 1)]);
        assert_eq!(collected(&table, 3), [(0, 10, 2), (63, 2, 1)]);
        assert_eq!(collected(&table, 0), []);
        assert_eq!(collected(&table, 4), []);
    }

    #[test]
    fn more_items_than_any_program_has_are_kept_in_lists() {
        let mut table = BlockTable::default();
        let items = [5, MOST_CELLS as u32 - 1, MOST_CELLS as u32, 5];
        for item in items {
            table.add(item, entry(0, 3));
        }
        table.add(5, entry(1, 2));
        assert_eq!(collected(&table, 5), [(0, 6, 2), (1, 2, 1)]);
        assert_eq!(collected(&table, items[1]), [(0, 3, 1)]);
        assert_eq!(collected(&table, items[2]), [(0, 3, 1)]);
    }

    #[test]
    fn sizes_beyond_those_that_have_a_place_are_added_up() {
        let mut table = BlockTable::default();
        for class in (64..200).rev().chain(64..200) {
            table.add(0, entry(class, i64::from(class)));
        }
        let expected = (64..200).map(|class| (class, 2 * i64::from(class), 2));
        assert_eq!(collected(&table, 0), expected.collect::<Vec<_>>());
    }

    #[test]
    fn counts_beyond_15_bits_and_negative_ones_are_kept() {
        let mut table = BlockTable::default();
        let large = i64::from(i32::MAX);
        table.add(0, entry(2, large));
        table.add(0, entry(2, large));
        table.add(0, entry(2, i64::from(i32::MIN) - 7));
        table.add(0, entry(2, 1));
        assert_eq!(collected(&table, 0), [(2, large - 7, 4)]);
        for _ in 0..5 {
            table.add(0, entry(2, 30_000));
        }
        assert_eq!(collected(&table, 0), [(2, large - 7 + 150_000, 9)]);
    }
}
