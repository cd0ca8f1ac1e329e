use std::fmt;

/// Something to be known about an input that was accepted, such as a missing end.
///
/// Printed as a sentence without its full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    kind: NoteKind,
    message: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// The end of the input is missing; the message says how much of what is left was unusable.
    Truncated,
    /// The input is as long as Go makes a goroutine dump at most: it was cut by Go itself.
    DumpLimit,
    /// Go left frames out in the middle of deep stacks.
    FramesElided,
    /// A goroutine is there more than once: several dumps follow each other.
    SeveralDumps,
}

impl NoteKind {
    /// The name used in reports.
    pub fn code(self) -> &'static str {
        match self {
            NoteKind::Truncated => "truncated",
            NoteKind::DumpLimit => "dump_limit",
            NoteKind::FramesElided => "frames_elided",
            NoteKind::SeveralDumps => "several_dumps",
        }
    }
}

impl Note {
    pub(crate) fn new(kind: NoteKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    /// What the note is about.
    pub fn kind(&self) -> NoteKind {
        self.kind
    }

    /// The sentence for people.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
