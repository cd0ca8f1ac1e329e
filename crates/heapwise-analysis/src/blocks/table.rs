use super::entry::{Entry, EntryList};

/// Counts by item (a site, or a call between two) and size class.
///
/// The classes met first, which most blocks are of, have a place in a row of small numbers that each
/// item has, so that adding to one is a step without a search. What does not fit there is in lists.
#[derive(Debug, Default)]
pub(crate) struct BlockTable {
    /// Rows of `1 << shift` places, one for each item.
    cells: Vec<Cell>,
    shift: u32,
    rest: Vec<EntryList>,
}

/// Counts that fit 32 bits: Go samples two thousand million blocks of a size in months.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    allocated: i32,
    in_use: i32,
}

/// Rows have at most this power of two of places.
const LARGEST_SHIFT: u32 = 6;

impl Cell {
    /// The cell with an entry added, if it fits.
    #[inline]
    fn with(self, entry: Entry) -> Option<Cell> {
        // What leaves 64 bits comes back far outside 32.
        let allocated = i64::from(self.allocated).wrapping_add(entry.allocated);
        let in_use = i64::from(self.in_use).wrapping_add(entry.in_use);
        let sum = Cell {
            allocated: allocated as i32,
            in_use: in_use as i32,
        };
        let fits = (i64::from(sum.allocated) == allocated) & (i64::from(sum.in_use) == in_use);
        fits.then_some(sum)
    }

    fn entry(self, class: u32) -> Entry {
        Entry {
            class,
            allocated: self.allocated.into(),
            in_use: self.in_use.into(),
        }
    }
}

impl BlockTable {
    #[inline]
    pub(crate) fn add(&mut self, item: u32, entry: Entry) {
        if entry.class >> self.shift == 0
            && let Some(cell) = self.cells.get_mut(place(item, entry.class, self.shift))
            && let Some(sum) = cell.with(entry)
        {
            *cell = sum;
            return;
        }
        self.add_slowly(item, entry);
    }

    #[cold]
    fn add_slowly(&mut self, item: u32, entry: Entry) {
        if entry.class >> LARGEST_SHIFT == 0 {
            while entry.class >> self.shift != 0 {
                self.widen();
            }
            let end = (item as usize + 1) << self.shift;
            if self.cells.len() < end {
                self.cells.resize(end, Cell::default());
            }
            let cell = self.cells.get_mut(place(item, entry.class, self.shift));
            if let Some(cell) = cell
                && let Some(sum) = cell.with(entry)
            {
                *cell = sum;
                return;
            }
        }
        let at = item as usize;
        if self.rest.len() <= at {
            self.rest.resize_with(at + 1, EntryList::default);
        }
        if let Some(list) = self.rest.get_mut(at) {
            list.add(entry);
        }
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
            .chain(rest.map_or(&[][..], EntryList::entries).iter().copied())
    }
}

#[inline]
fn place(item: u32, class: u32, shift: u32) -> usize {
    (item as usize) << shift | class as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(class: u32, allocated: i64) -> Entry {
        Entry {
            class,
            allocated,
            in_use: -1,
        }
    }

    /// Entries that are not empty, by class.
    fn collected(table: &BlockTable, item: u32) -> Vec<(u32, i64, i64)> {
        let mut list = EntryList::default();
        table.entries(item).for_each(|entry| list.add(entry));
        let entries = list.entries().iter();
        entries
            .map(|entry| (entry.class, entry.allocated, entry.in_use))
            .filter(|&(_, allocated, in_use)| (allocated, in_use) != (0, 0))
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
        assert_eq!(collected(&table, 1), [(9, 1, -1), (200, 7, -1)]);
        assert_eq!(collected(&table, 3), [(0, 10, -2), (63, 2, -1)]);
        assert_eq!(collected(&table, 0), []);
        assert_eq!(collected(&table, 4), []);
    }

    #[test]
    fn counts_beyond_32_bits_are_kept() {
        let mut table = BlockTable::default();
        let large = i64::from(i32::MAX);
        table.add(0, entry(2, large));
        table.add(0, entry(2, large));
        table.add(0, entry(2, i64::from(i32::MIN) - 7));
        table.add(0, entry(2, 1));
        assert_eq!(collected(&table, 0), [(2, large - 7, -4)]);
    }
}
