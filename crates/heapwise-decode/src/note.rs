//! What is to be known about an input that was accepted.

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
    /// Bytes behind the compressed profile were left out.
    TailLeftOut,
    /// Lines or whole stacks were not understood.
    NotUnderstood,
    /// Something that a profile has no place for was left out.
    LeftOut,
    /// Stacks of threads that run no goroutine (goroutine 0), which do not count.
    SchedulerStacks,
    /// Goroutines that a process which ends with `GOTRACEBACK=crash` prints again for their threads were counted once.
    ThreadStacks,
    /// Stacks of one goroutine each beside dumps, such as of panics that were recovered, which do not count.
    StacksAlone,
    /// Nothing but such stacks: how many goroutines there were is not known.
    OneOfMany,
    /// Folded stacks have a stack more than once: texts may have been appended to one another.
    StacksAgain,
    /// The lines were the newest first, as stores of logs give them, and were read from the last one on.
    NewestFirst,
}

/// What of the goroutines of a text was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Unread {
    /// Goroutines with a header but without a frame that could be read.
    pub goroutines: u64,
    /// Goroutines of which some frame, or the header, could not be read.
    pub partly: u64,
    /// Goroutines whose stack Go itself could not show: they ran on another thread.
    pub unavailable: u64,
    /// Lines within stacks that were not understood.
    pub lines: u64,
}

impl Unread {
    pub(crate) fn note(self) -> Option<Note> {
        let Unread {
            goroutines,
            partly,
            lines,
            ..
        } = self;
        let count = |count: u64, noun: &str| match count {
            1 => format!("1 {noun}"),
            count => format!("{count} {noun}s"),
        };
        let parts = [
            (goroutines, " without a frame that could be read"),
            (partly, " of which not all could be read"),
        ];
        let mut said: Vec<String> = parts
            .into_iter()
            .filter(|&(number, _)| number > 0)
            .map(|(number, what)| count(number, "goroutine") + what)
            .collect();
        if lines > 0 {
            said.push(count(lines, "line") + " within stacks not understood");
        }
        (!said.is_empty()).then(|| Note::new(NoteKind::NotUnderstood, said.join(", ")))
    }
}

impl NoteKind {
    /// The name used in reports.
    pub fn code(self) -> &'static str {
        match self {
            NoteKind::Truncated => "truncated",
            NoteKind::DumpLimit => "dump_limit",
            NoteKind::FramesElided => "frames_elided",
            NoteKind::SeveralDumps => "several_dumps",
            NoteKind::TailLeftOut => "tail_left_out",
            NoteKind::NotUnderstood => "not_understood",
            NoteKind::LeftOut => "left_out",
            NoteKind::SchedulerStacks => "scheduler_stacks",
            NoteKind::ThreadStacks => "thread_stacks",
            NoteKind::StacksAlone => "stacks_alone",
            NoteKind::OneOfMany => "one_of_many",
            NoteKind::StacksAgain => "stacks_again",
            NoteKind::NewestFirst => "newest_first",
        }
    }
}

impl Note {
    pub(crate) fn newest_first() -> Self {
        let message = "the lines are the newest first: they were read from the last one on";
        Self::new(NoteKind::NewestFirst, message)
    }

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
