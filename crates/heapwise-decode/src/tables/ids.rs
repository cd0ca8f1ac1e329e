//! Finds rows by the ids that the wire gives them.

use std::collections::HashMap;

/// From the wire's ids to positions in our tables.
///
/// Ids count from 1 in practice and then index a vector; ids far beyond the number of rows go
/// to a map, so that an id that lies costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IdMap {
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
    count: u32,
}

const ABSENT: u32 = u32::MAX;
/// How far ahead of the number of rows an id may run and still be dense.
const SLACK: u64 = 1024;

impl IdMap {
    /// Gives `id` the next position; `None` when the id already has one.
    pub(crate) fn insert(&mut self, id: u64) -> Option<u32> {
        if self.get(id).is_some() {
            return None;
        }
        let position = self.count;
        self.count += 1;
        if id < 2 * u64::from(self.count) + SLACK {
            let at = id as usize;
            if at >= self.dense.len() {
                self.dense.resize(at + 1, ABSENT);
            }
            if let Some(slot) = self.dense.get_mut(at) {
                *slot = position;
            }
        } else {
            self.sparse.insert(id, position);
        }
        Some(position)
    }

    /// All ids from 1 to this one have the position one below.
    pub(crate) fn counted(&self) -> u32 {
        let is_one_below = |&id: &u32| self.get(u64::from(id)) == Some(id - 1);
        (1..=self.count).take_while(is_one_below).count() as u32
    }

    /// The position of `id`.
    #[inline]
    pub(crate) fn get(&self, id: u64) -> Option<u32> {
        match self.dense.get(id as usize) {
            Some(&position) if position != ABSENT && id <= usize::MAX as u64 => Some(position),
            _ if self.sparse.is_empty() => None,
            _ => self.sparse.get(&id).copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::IdMap;

    #[test]
    fn gives_positions_in_order_of_arrival_and_finds_them_again() {
        let mut ids = IdMap::default();
        for (position, id) in [1, 2, 7, u64::MAX, 3, 1 << 40].into_iter().enumerate() {
            assert_eq!(ids.insert(id), Some(position as u32));
        }
        assert_eq!(ids.insert(7), None);
        assert_eq!(ids.insert(u64::MAX), None);
        assert_eq!(ids.get(u64::MAX), Some(3));
        assert_eq!(ids.get(3), Some(4));
        assert_eq!(ids.get(4), None);
        assert_eq!(ids.get(1 << 41), None);
    }

    #[test]
    fn tells_how_far_ids_count_from_one() {
        let counted = |ids: &[u64]| {
            let mut map = IdMap::default();
            for id in ids {
                map.insert(*id);
            }
            map.counted()
        };
        for (ids, count) in [
            (&[][..], 0),
            (&[1], 1),
            (&[1, 2, 3], 3),
            (&[1, 2, 4, 3], 2),
            (&[2, 1], 0),
            (&[0, 1], 0),
            (&[1, 2, 2, 3], 3),
        ] {
            assert_eq!(counted(ids), count, "{ids:?}");
        }
    }

    #[test]
    fn ids_that_lie_take_no_memory() {
        let mut ids = IdMap::default();
        // Twice the number of rows and 1024 more are within reach.
        assert_eq!(ids.insert(1025), Some(0));
        assert_eq!(ids.insert(1028), Some(1));
        assert_eq!((ids.dense.len(), ids.sparse.len()), (1026, 1));
        assert_eq!((ids.get(1025), ids.get(1028)), (Some(0), Some(1)));
        assert_eq!((ids.get(0), ids.get(1027)), (None, None));
    }
}
