//! Numbers for things, equal ones the same.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Keys, each kept once and numbered from 0 in the order in which they come.
#[derive(Debug, Clone)]
pub(crate) struct Interner<K> {
    numbers: HashMap<K, u32>,
    keys: Vec<K>,
}

impl<K> Default for Interner<K> {
    fn default() -> Self {
        Self {
            numbers: HashMap::new(),
            keys: Vec::new(),
        }
    }
}

impl<K: Clone + Eq + Hash> Interner<K> {
    /// The number of a key.
    pub(crate) fn add(&mut self, key: K) -> u32 {
        let next = self.keys.len() as u32;
        let number = *self.numbers.entry(key.clone()).or_insert(next);
        if number == next {
            self.keys.push(key);
        }
        number
    }

    /// The number of a key that is made only where it is new.
    pub(crate) fn add_ref<Q>(&mut self, key: &Q) -> u32
    where
        K: Borrow<Q> + for<'a> From<&'a Q>,
        Q: Eq + Hash + ?Sized,
    {
        match self.numbers.get(key) {
            Some(&known) => known,
            None => self.add(K::from(key)),
        }
    }

    /// The key itself, where it was added.
    pub(crate) fn find<Q>(&self, key: &Q) -> Option<&K>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.get(*self.numbers.get(key)?)
    }

    /// The key of a number.
    pub(crate) fn get(&self, number: u32) -> Option<&K> {
        self.keys.get(number as usize)
    }

    /// All keys, by number.
    pub(crate) fn keys(&self) -> &[K] {
        &self.keys
    }

    /// All keys, by number.
    pub(crate) fn into_keys(self) -> Vec<K> {
        self.keys
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

/// An [`Interner`] behind what was looked up last, which is found without hashing: each key has one
/// of `RECENT` places there, and shares it with others.
#[derive(Debug)]
pub(crate) struct Numbering<K, const RECENT: usize> {
    known: Interner<K>,
    recent: Vec<Option<(K, u32)>>,
}

impl<K: Copy + Eq + Hash, const RECENT: usize> Numbering<K, RECENT> {
    pub(crate) fn new() -> Self {
        Self {
            known: Interner::default(),
            recent: Vec::new(),
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
        let next = self.known.len() as u32;
        let number = self.known.add(key);
        // Not before there is one: many tables stay empty.
        if self.recent.is_empty() {
            self.recent = vec![None; RECENT];
        }
        if let Some(recent) = self.recent.get_mut(place) {
            *recent = Some((key, number));
        }
        (number, number == next)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Interner, Numbering};

    #[test]
    fn equal_keys_have_one_number() {
        let mut words: Interner<Arc<str>> = Interner::default();
        assert_eq!((words.add_ref("a"), words.add_ref("b")), (0, 1));
        assert_eq!(words.add("a".into()), 0);
        assert_eq!(words.find("b").map(|word| &**word), Some("b"));
        assert_eq!((words.find("c"), words.len()), (None, 2));
    }

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
