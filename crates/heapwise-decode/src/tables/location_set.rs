//! Some of the locations of a profile.

use super::rows::LocationIndex;

/// Some of the locations of a profile: a bit for each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LocationSet {
    words: Vec<u64>,
}

impl LocationSet {
    /// Adds a location.
    #[inline]
    pub fn insert(&mut self, location: LocationIndex) {
        let (word, bit) = place(location);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    /// Whether a location is one of them.
    #[inline]
    pub fn contains(&self, location: LocationIndex) -> bool {
        let (word, bit) = place(location);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }
}

#[inline]
fn place(location: LocationIndex) -> (usize, u64) {
    (location.get() / 64, 1 << (location.get() % 64))
}
