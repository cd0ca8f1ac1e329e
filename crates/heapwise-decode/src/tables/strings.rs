//! All texts of a profile, and the numbers by which tables name them.

use std::borrow::Cow;

/// The place of a text in a profile's string table. 0 is the empty text, which means "not set".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StringIndex(pub(crate) u32);

impl StringIndex {
    /// The empty text.
    pub const EMPTY: StringIndex = StringIndex(0);

    /// The position in the table, for dense side tables.
    pub fn get(self) -> usize {
        self.0 as usize
    }

    /// Whether this is the empty text of position 0.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// All texts of a profile, back to back. Kept as the bytes they were: the format does not promise
/// UTF-8, real profiles carry binary labels, and writing a profile again must not change them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StringTable {
    bytes: Vec<u8>,
    ends: Vec<u32>,
}

impl StringTable {
    /// Appends a text; `false` when the table would not fit 32-bit offsets.
    pub(crate) fn push(&mut self, text: &[u8]) -> bool {
        self.bytes.extend_from_slice(text);
        match u32::try_from(self.bytes.len()) {
            Ok(end) => {
                self.ends.push(end);
                true
            }
            Err(_) => false,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a text; empty for an index that the table does not have.
    pub(crate) fn bytes(&self, index: StringIndex) -> &[u8] {
        let at = index.get();
        let start = match at.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0) as usize,
            None => 0,
        };
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        self.bytes.get(start..end).unwrap_or_default()
    }

    pub(crate) fn text(&self, index: StringIndex) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes(index))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).map(|at| self.bytes(StringIndex(at as u32)))
    }

    /// Bytes of memory in use.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len() + 4 * self.ends.len()
    }
}
