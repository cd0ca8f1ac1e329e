//! Assignments in a memory map: `build=/bin/app` makes `$build` of later lines `/bin/app`.

use memchr::memchr;

/// What was assigned so far.
#[derive(Default)]
pub(super) struct Attributes {
    /// Names with their `$`, and values. The first that fits counts (Go's strings.NewReplacer).
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// More assignments than any map has: they would only cost time.
const MOST: usize = 1_000;

impl Attributes {
    /// Takes an assignment; `false` when there are too many.
    pub(super) fn add(&mut self, name: &[u8], value: &[u8]) -> bool {
        let name = [b"$", name].concat();
        if self.pairs.iter().any(|(known, _)| *known == name) {
            return true;
        }
        self.pairs.push((name, value.to_vec()));
        self.pairs.len() <= MOST
    }

    /// A line with names replaced by their values; `None` when it would be longer than `most`.
    pub(super) fn replaced(&self, line: &[u8], most: usize) -> Option<Vec<u8>> {
        let mut text = Vec::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = memchr(b'$', rest) {
            let (before, name) = rest.split_at(at);
            text.extend_from_slice(before);
            let fits = self.pairs.iter().find(|(known, _)| name.starts_with(known));
            let (known, value) = match fits {
                Some((known, value)) => (known.len(), value.as_slice()),
                None => (1, &b"$"[..]),
            };
            text.extend_from_slice(value);
            if text.len() > most {
                return None;
            }
            rest = name.get(known..).unwrap_or_default();
        }
        text.extend_from_slice(rest);
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Attributes;

    #[test]
    fn replaces_the_name_that_was_assigned_first() {
        let mut attributes = Attributes::default();
        for (name, value) in [("b", "1"), ("build", "2"), ("b", "3"), ("c", "$b")] {
            assert!(attributes.add(name.as_bytes(), value.as_bytes()));
        }
        let replaced = attributes.replaced(b"a$build $c$ $d", 100);
        assert_eq!(replaced.as_deref(), Some(&b"a1uild $b$ $d"[..]));
        assert_eq!(attributes.replaced(b"$c$c$c", 3), None);
    }

    #[test]
    fn has_an_end() {
        let mut attributes = Attributes::default();
        let added = (0..2_000).take_while(|at: &u32| attributes.add(&at.to_le_bytes(), b""));
        assert_eq!(added.count(), super::MOST);
    }
}
