//! Goroutines about which a dump does not say enough.

use heapwise_decode::{NoteKind, Tables};

/// What of a dump could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Unread {
    /// Goroutines without a frame that could be read: nobody knows where they are.
    pub without_frames: i64,
    /// Goroutines of which some line could not be read.
    pub partly: i64,
    /// Goroutines whose stack Go itself could not show: they ran on another thread.
    pub unavailable: i64,
    /// Lines within stacks that were not understood.
    pub lines: i64,
    /// Whether the end of the dump is missing, or its header tells of more: there were more goroutines.
    pub is_cut: bool,
}

impl Unread {
    /// By what the decoder could not read, and goroutines none of whose frames has a name.
    pub(super) fn of(tables: &Tables, nameless: i64) -> Unread {
        let text = tables.unread();
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        Unread {
            without_frames: count(text.goroutines).saturating_add(nameless),
            partly: count(text.partly),
            unavailable: count(text.unavailable),
            lines: count(text.lines),
            is_cut: [
                NoteKind::Truncated,
                NoteKind::DumpLimit,
                NoteKind::OneOfMany,
            ]
            .into_iter()
            .any(|kind| tables.has_note(kind)),
        }
    }

    /// Goroutines that may be anywhere, although the dump should say where.
    pub fn damaged(&self) -> i64 {
        self.without_frames.saturating_add(self.partly)
    }

    /// The most of each.
    pub(super) fn or_more(self, other: Unread) -> Unread {
        Unread {
            without_frames: self.without_frames.max(other.without_frames),
            partly: self.partly.max(other.partly),
            unavailable: self.unavailable.max(other.unavailable),
            lines: self.lines.max(other.lines),
            is_cut: self.is_cut || other.is_cut,
        }
    }
}
