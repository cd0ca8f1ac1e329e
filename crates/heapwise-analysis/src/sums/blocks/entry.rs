//! How many blocks of one size a sample stands for.

/// One size's counts while profiles are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) class: u32,
    pub(crate) allocated: i64,
    pub(crate) in_use: i64,
}

impl Entry {
    #[inline]
    fn absorb(&mut self, other: Entry) {
        self.allocated = self.allocated.saturating_add(other.allocated);
        self.in_use = self.in_use.saturating_add(other.in_use);
    }
}

/// Adds up entries of the same class.
#[derive(Debug, Default)]
pub(crate) struct Adder {
    /// Where the entry of each class was put last; what is there now may be another's.
    places: Vec<u32>,
}

/// Fewer entries are not worth adding up.
pub(crate) const SMALLEST_LIMIT: usize = 12;

impl Adder {
    /// Leaves one entry of each class from `start` on, in the order in which they came, and returns
    /// how many there may be before it is worth doing that again.
    pub(crate) fn add_up(&mut self, entries: &mut Vec<Entry>, start: usize) -> usize {
        let mut end = start;
        for at in start..entries.len() {
            let Some(&entry) = entries.get(at) else {
                break;
            };
            let class = entry.class as usize;
            if self.places.len() <= class {
                self.places.resize(class + 1, 0);
            }
            let Some(place) = self.places.get_mut(class) else {
                break;
            };
            let is_known = (start..end).contains(&(*place as usize));
            match entries.get_mut(*place as usize) {
                Some(known) if is_known && known.class == entry.class => known.absorb(entry),
                _ => {
                    *place = end as u32;
                    if let Some(free) = entries.get_mut(end) {
                        *free = entry;
                    }
                    end += 1;
                }
            }
        }
        entries.truncate(end);
        SMALLEST_LIMIT.max(2 * (end - start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_what_is_of_one_class() {
        let entry = |class, allocated| Entry {
            class,
            allocated,
            in_use: 1,
        };
        let mut adder = Adder::default();
        let mut entries = vec![
            entry(7, 1),
            entry(9, 2),
            entry(7, 4),
            entry(0, 8),
            entry(7, 16),
        ];
        let kept = entries.clone();
        adder.add_up(&mut entries, 1);
        assert_eq!(entries.len(), 4);
        adder.add_up(&mut entries, 0);
        let sums: Vec<_> = entries
            .iter()
            .map(|e| (e.class, e.allocated, e.in_use))
            .collect();
        assert_eq!(sums, [(7, 21, 3), (9, 2, 1), (0, 8, 1)]);
        adder.add_up(&mut entries, 3);
        assert_eq!(entries.len(), 3);
        entries = kept;
        adder.add_up(&mut entries, 5);
        assert_eq!(entries.len(), 5);
    }
}
