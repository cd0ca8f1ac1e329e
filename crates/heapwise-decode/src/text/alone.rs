//! Stacks of one goroutine, which are no dump: what servers print of a request that panicked, and what `debug.Stack` gives.

use crate::note::{Note, NoteKind};
use crate::words::counted;

/// Stacks of which more is kept than their number.
pub(super) const MOST: usize = 10_000;

/// Whether a goroutine is told of in a message, such as that of a panic or of an error that came from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Quoted {
    #[default]
    No,
    /// It stands in the line of a panic: it is the first of a dump, unless another one that runs follows.
    Maybe,
    Yes,
}

impl Quoted {
    /// The line before the goroutine that says so, where a log was made a dump again. No text has it.
    pub(super) fn line(self) -> &'static [u8] {
        match self {
            Quoted::No => b"",
            Quoted::Maybe => b"#\x01 may be quoted\n",
            Quoted::Yes => b"#\x01 is quoted\n",
        }
    }

    /// What such a line says.
    pub(super) fn of_line(line: &[u8]) -> Option<Quoted> {
        let all = [Quoted::Maybe, Quoted::Yes].into_iter();
        all.into_iter()
            .find(|quoted| quoted.line().trim_ascii_end() == line)
    }
}

/// Whether a line before a goroutine tells that it panicked: `panic: …`, `http: panic serving …`, `recovered from panic`.
pub(super) fn tells_of_panic(line: &[u8]) -> bool {
    memchr::memmem::find(line, b"panic").is_some()
}

/// Whether a line is the panic of a bubble of testing/synctest in which nothing goes on: Go prints the goroutines of the bubble alone
/// (runtime/panic.go: dopanic_m).
pub(super) fn tells_of_bubble(line: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(line, word).is_some();
    has(b"deadlock: ") && has(b" bubble ")
}

/// What is to be known of such a dump.
pub(super) fn note_of_bubble() -> Note {
    let message = "the panic of a bubble prints its goroutines alone: how many others there were is not known";
    Note::new(NoteKind::OneOfMany, message)
}

/// Whether a frame is of a panic, or of what prints the stack of one goroutine.
pub(super) fn is_called_by_panic(frame: &[u8]) -> bool {
    let names: [&[u8]; 3] = [
        b"panic(",
        b"runtime/debug.Stack(",
        b"runtime/debug.PrintStack(",
    ];
    names.iter().any(|name| frame.starts_with(name))
}

/// What is to be known of so many: that they are left out or, where they are all there is, that there were others.
pub(super) fn note(count: u64, is_all: bool) -> Note {
    let stacks = counted(count, "stack");
    match is_all {
        true => Note::new(
            NoteKind::OneOfMany,
            format!("{stacks} of one goroutine each and no dump: how many there were is not known"),
        ),
        false => Note::new(
            NoteKind::StacksAlone,
            format!("{stacks} of one goroutine each left out, as panics print them: no dump"),
        ),
    }
}
