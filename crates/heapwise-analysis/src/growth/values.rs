//! The values of a site in each of many snapshots, in few bytes.

use std::fmt;

use crate::sums::numbers::{put_signed, signed};

/// What is in use in each snapshot, in few bytes: by how much it is more than in the one before.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct LevelValues {
    changes: Box<[u8]>,
    count: usize,
    last: i128,
}

impl LevelValues {
    /// Of values, the earliest first.
    pub fn new(values: &[i128]) -> LevelValues {
        let (mut changes, mut last) = (Vec::new(), 0_i128);
        for &value in values {
            put_signed(&mut changes, value.wrapping_sub(last));
            last = value;
        }
        LevelValues {
            changes: changes.into_boxed_slice(),
            count: values.len(),
            last,
        }
    }

    /// One after the other, the earliest first.
    pub fn iter(&self) -> impl Iterator<Item = i128> + '_ {
        let (mut rest, mut value) = (&*self.changes, 0_i128);
        (0..self.count).map(move |_| {
            value = value.wrapping_add(signed(&mut rest));
            value
        })
    }

    /// All of them, the earliest first.
    pub fn to_vec(&self) -> Vec<i128> {
        self.iter().collect()
    }

    /// In how many snapshots.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// In the first; 0 where there is none.
    pub fn first(&self) -> i128 {
        self.iter().next().unwrap_or(0)
    }

    /// In the last; 0 where there is none.
    pub fn last(&self) -> i128 {
        self.last
    }
}

impl fmt::Debug for LevelValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        for values in [&[][..], &[7], &[0, -3, i128::MAX, i128::MIN, 5, 5]] {
            let kept = LevelValues::new(values);
            assert_eq!(kept.to_vec(), values);
            assert_eq!(
                (kept.len(), kept.is_empty()),
                (values.len(), values.is_empty())
            );
            let ends = (values.first().copied(), values.last().copied());
            assert_eq!(
                (kept.first(), kept.last()),
                (ends.0.unwrap_or(0), ends.1.unwrap_or(0))
            );
        }
    }

    #[test]
    fn a_level_that_stays_takes_a_byte_each() {
        let kept = LevelValues::new(&[1 << 20; 1000]);
        assert!(kept.changes.len() < 1010);
    }
}
