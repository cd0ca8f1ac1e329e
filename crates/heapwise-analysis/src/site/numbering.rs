use std::collections::HashMap;
use std::hash::Hash;

/// Numbers keys from 0 in the order in which they come.
///
/// In front of the map stands what was looked up last, which is found without hashing: each key has
/// one of `RECENT` places there, and shares it with others.
#[derive(Debug)]
pub(crate) struct Numbering<K, const RECENT: usize> {
    numbers: HashMap<K, u32>,
    recent: Vec<Option<(K, u32)>>,
}

impl<K: Copy + Eq + Hash, const RECENT: usize> Numbering<K, RECENT> {
    pub(crate) fn new() -> Self {
        Self {
            numbers: HashMap::new(),
            recent: vec![None; RECENT],
        }
    }

    /// The number of a key, and whether it is new; `spread` is what tells keys apart, of which the
    /// lowest bits decide.
    #[inline]
    pub(crate) fn of(&mut self, key: K, spread: u64) -> (u32, bool) {
        let place = (spread % RECENT as u64) as usize;
        if let Some(Some((known, number))) = self.recent.get(place)
            && *known == key
        {
            return (*number, false);
        }
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(key).or_insert(next);
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Some((key, number));
        }
        (number, number == next)
    }
}

#[cfg(test)]
mod tests {
    use super::Numbering;

    #[test]
    fn keys_keep_their_numbers_whatever_shares_their_place() {
        let mut numbering: Numbering<&str, 4> = Numbering::new();
        assert_eq!(numbering.of("a", 1), (0, true));
        assert_eq!(numbering.of("a", 1), (0, false));
        assert_eq!(numbering.of("b", 5), (1, true));
        assert_eq!(numbering.of("a", 1), (0, false));
        assert_eq!(numbering.of("c", 2), (2, true));
    }
}
