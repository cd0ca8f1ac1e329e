//! What stands behind the last gzip member of an input and is none.

use std::sync::{Arc, OnceLock};

use crate::note::{Note, NoteKind};

/// Told by a reader of gzip, asked by who made it.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeftOut(Arc<OnceLock<Tail>>);

#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    /// Where the last member ends.
    pub(super) start: u64,
    /// Bytes behind it.
    pub(super) size: u64,
    pub(super) is_zeros: bool,
}

impl LeftOut {
    pub(super) fn tell(&self, tail: Tail) {
        // A reader tells it once, at its end.
        let _ = self.0.set(tail);
    }

    pub(crate) fn note(&self) -> Option<Note> {
        let Tail {
            start,
            size,
            is_zeros,
        } = *self.0.get()?;
        let what = match is_zeros {
            true => "zeros",
            false => "bytes that are no gzip, perhaps the end of an older and longer file",
        };
        let bytes = if size == 1 { "byte" } else { "bytes" };
        let message = format!(
            "gzip ends at byte {start}, whole and with the right checksum: {size} {bytes} after \
             it left out ({what})"
        );
        Some(Note::new(NoteKind::TailLeftOut, message))
    }
}
