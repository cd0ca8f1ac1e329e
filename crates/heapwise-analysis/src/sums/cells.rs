//! What each of many profiles has of one site, a few bytes each: in memory, and in a file where it is too much.

use std::borrow::Cow;

use super::spill::{Spill, Spilled};
use crate::error::Result;

/// What each profile that has a site has of it, behind how many profiles before it have not.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// The first of them, in the file.
    spilled: Vec<Spilled>,
    bytes: Vec<u8>,
    /// One more than the last profile that has the site.
    end: usize,
}

/// Makes room for so many bytes more, without twice the room that there is.
pub(crate) fn make_room(bytes: &mut Vec<u8>, most_often: usize) {
    if bytes.capacity() - bytes.len() < most_often {
        bytes.reserve_exact(most_often + bytes.len() / 8);
    }
}

/// Most cells take no more bytes than this.
const MOST_OFTEN: usize = 32;

/// What a site has in memory is worth a piece of the file from so many bytes on: where it is takes some, too.
const LEAST_PIECE: usize = 512;

impl Cells {
    /// Adds the cell of the profile with this number, which `put` writes behind how many profiles before it have none.
    /// How many bytes more of memory that takes.
    pub(crate) fn add(&mut self, run: usize, put: impl FnOnce(&mut Vec<u8>, usize)) -> usize {
        let before = self.bytes.capacity();
        let gap = run.saturating_sub(self.end);
        self.end = run + 1;
        make_room(&mut self.bytes, MOST_OFTEN);
        put(&mut self.bytes, gap);
        self.bytes.capacity() - before
    }

    /// Whether so many bytes of so many sites are too much for memory.
    pub(crate) fn are_too_many(bytes: usize, sites: usize, spill: &Spill) -> bool {
        let worth = sites.saturating_mul(LEAST_PIECE);
        let beyond = spill.beyond();
        bytes > worth.clamp(beyond, beyond.saturating_mul(Spill::MOST_TIMES))
    }

    /// Puts all that is in memory into the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn spill<'a>(
        all: impl Iterator<Item = &'a mut Cells>,
        spill: &mut Spill,
    ) -> Result<()> {
        let mut filled: Vec<&mut Cells> = all.filter(|one| !one.bytes.is_empty()).collect();
        let places = spill.put(filled.iter().map(|one| one.bytes.as_slice()))?;
        for (one, place) in filled.iter_mut().zip(places) {
            one.spilled.push(place);
            one.bytes = Vec::new();
        }
        Ok(())
    }

    /// All of them. Where they cannot be read again there are none, which the file then tells.
    pub(crate) fn bytes(&self, spill: Option<&Spill>) -> Cow<'_, [u8]> {
        match spill {
            Some(spill) if !self.spilled.is_empty() => {
                let mut bytes = spill.bytes(&self.spilled);
                // What follows means nothing behind what is missing.
                if !bytes.is_empty() {
                    bytes.extend_from_slice(&self.bytes);
                }
                Cow::Owned(bytes)
            }
            _ => Cow::Borrowed(&self.bytes),
        }
    }
}
