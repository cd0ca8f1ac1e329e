//! Bytes that are kept of very many profiles: in a file, where they would take too much memory.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::{Error, ErrorKind, Result};

/// A file for what does not fit in memory.
#[derive(Debug)]
pub struct Spill {
    file: Mutex<File>,
    end: u64,
    beyond: usize,
    /// The first error of reading it.
    failure: OnceLock<Error>,
}

/// Some bytes in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spilled {
    start: u64,
    length: usize,
}

/// Fewer writes than there are pieces.
const BUFFER: usize = 1 << 18;

impl Spill {
    /// Where there are very many sites, so many times what [`Spill::new`] is told stays in memory: little of each is not
    /// worth a piece of the file.
    pub const MOST_TIMES: usize = 4;

    /// Into an empty file that can be written and read, which may have no name any more, as soon as more than so many
    /// bytes are in memory, or up to [`Spill::MOST_TIMES`] as many.
    pub fn new(file: File, beyond: usize) -> Spill {
        Spill {
            file: Mutex::new(file),
            end: 0,
            beyond,
            failure: OnceLock::new(),
        }
    }

    /// How many bytes may be in memory, where sites are not very many.
    pub(crate) fn beyond(&self) -> usize {
        self.beyond
    }

    /// Puts pieces behind all that is there, and tells of each where it is.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn put<'a>(
        &mut self,
        pieces: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Vec<Spilled>> {
        let (mut end, mut places) = (self.end, Vec::new());
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let write = || -> io::Result<()> {
            file.seek(SeekFrom::Start(end))?;
            let mut out = BufWriter::with_capacity(BUFFER, &mut *file);
            for piece in pieces {
                out.write_all(piece)?;
                places.push(Spilled {
                    start: end,
                    length: piece.len(),
                });
                end += piece.len() as u64;
            }
            out.flush()
        };
        write().map_err(|error| refused("write", &error))?;
        self.end = end;
        Ok(places)
    }

    /// Puts one piece behind all that is there.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn put_one(&mut self, piece: &[u8]) -> Result<Spilled> {
        let place = Spilled {
            start: self.end,
            length: piece.len(),
        };
        let file = self.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        let sought = file.seek(SeekFrom::Start(self.end));
        let written = sought.and_then(|_| file.write_all(piece));
        written.map_err(|error| refused("write", &error))?;
        self.end += piece.len() as u64;
        Ok(place)
    }

    /// The bytes of pieces, one behind the other.
    ///
    /// # Errors
    ///
    /// When they cannot be read again.
    pub(crate) fn read(&self, pieces: &[Spilled]) -> Result<Vec<u8>> {
        let mut bytes = vec![0; pieces.iter().map(|piece| piece.length).sum()];
        let read = self.fill(pieces, &mut bytes);
        read.map_err(|error| refused("read", &error))?;
        Ok(bytes)
    }

    /// The same where errors have no way out: none where they cannot be read, which [`Spill::failure`] tells.
    pub(crate) fn bytes(&self, pieces: &[Spilled]) -> Vec<u8> {
        self.read(pieces).unwrap_or_else(|error| {
            self.failure.get_or_init(|| error);
            Vec::new()
        })
    }

    fn fill(&self, pieces: &[Spilled], mut bytes: &mut [u8]) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in pieces {
            let (here, rest) = bytes.split_at_mut(piece.length);
            file.seek(SeekFrom::Start(piece.start))?;
            file.read_exact(here)?;
            bytes = rest;
        }
        Ok(())
    }

    /// Why something could not be read.
    pub(crate) fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }
}

fn refused(doing: &'static str, error: &io::Error) -> Error {
    ErrorKind::Spill {
        doing,
        reason: error.to_string(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        tempfile::tempfile().unwrap()
    }

    #[test]
    fn pieces_come_back_in_any_order() {
        let mut spill = Spill::new(file(), 0);
        let mut known = Vec::new();
        for pieces in [&[&b"abc"[..], b"", b"de"][..], &[b"f"]] {
            known.extend(spill.put(pieces.iter().copied()).unwrap());
        }
        assert_eq!(spill.bytes(&known), b"abcdef");
        known.reverse();
        assert_eq!(spill.bytes(&known), b"fdeabc");
        assert_eq!(spill.bytes(&[]), b"");
        assert!(spill.failure().is_none());
    }

    #[test]
    fn a_file_that_lost_something_is_told() {
        let file = file();
        let mut spill = Spill::new(file.try_clone().unwrap(), 0);
        let known = spill.put([&b"abc"[..]].into_iter()).unwrap();
        file.set_len(2).unwrap();
        assert_eq!(spill.bytes(&known), b"");
        let failure = spill.failure().unwrap().to_string();
        assert!(failure.contains("read"), "{failure}");
    }
}
