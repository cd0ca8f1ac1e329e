//! What tells that goroutines of a dump are missing where the text itself ends in order: it begins within one, or goes on with
//! something else before the last is whole.

use memchr::memmem;

use super::loss::Loss;
use super::signs::Sign;
use crate::note::{Note, NoteKind};

/// What of a dump is missing.
#[derive(Default)]
pub(super) struct Missing {
    /// There are frames before the first goroutine.
    head: bool,
    /// Whether there was a line already.
    has_begun: bool,
    /// These are of a thread, which Go prints before, or of the message of a panic.
    is_of_other: bool,
    /// Something else follows a goroutine without its creator, and no goroutine follows that.
    end: bool,
    /// A line says that goroutines are left out.
    omitted: bool,
    /// There was a goroutine.
    has_goroutine: bool,
    /// A line since the last goroutine is of something else than loss.
    is_after_other: bool,
    /// The last line is a mark that stands for what is missing, if a goroutine follows.
    is_after_mark: bool,
}

impl Missing {
    /// Takes a line that is of no goroutine, and whether it is before the first.
    pub(super) fn other_line(&mut self, line: &[u8], is_first: bool) {
        self.is_of_other |= line.starts_with(b"runtime stack:") || is_of_message(line);
        let is_part = !self.has_begun && is_end_of_place(line);
        self.head |= is_first && !self.is_of_other && (is_part || is_place_of_dump(line));
        self.has_begun = true;
        self.omitted |= tells_of_omission(line);
        self.loss(Loss::of(line));
    }

    /// Takes what a line tells of loss. What stands beside goroutines is missing of them; elsewhere it is of the rest of a log.
    fn loss(&mut self, loss: Option<Loss>) {
        self.omitted |= self.has_goroutine
            && match loss {
                Some(Loss::Told) => true,
                Some(Loss::Mark) => !self.is_after_other,
                None => false,
            };
        self.is_after_mark = loss.is_some();
        self.is_after_other |= loss.is_none();
    }

    /// Takes that another goroutine begins.
    pub(super) fn goes_on(&mut self) {
        self.end = false;
        self.has_goroutine = true;
        self.is_after_other = false;
        self.omitted |= std::mem::take(&mut self.is_after_mark);
    }

    /// Takes that a goroutine has no creator and this line follows: unless it is what is printed when a process has ended, which
    /// may have been in C.
    pub(super) fn ends_before(&mut self, line: &[u8]) {
        const ENDS: [&[u8]; 8] = [
            b"exit status ",
            b"signal: ",
            b"FAIL",
            b"SIG",
            b"rax ",
            b"-----",
            b"Aborted",
            b"Killed",
        ];
        let line = line.strip_prefix(b"# ").unwrap_or(line);
        self.end = !ENDS.iter().any(|end| line.starts_with(end));
    }

    /// What is to be said, where it is not said already that the end is cut.
    pub(super) fn notes(&self, is_cut: bool) -> impl Iterator<Item = Note> {
        let all = [
            (
                self.head,
                "the text begins within a goroutine: what was before is missing",
            ),
            (
                self.end && !is_cut,
                "the last goroutine has no creator and something else follows: its end and others may be missing",
            ),
            (
                self.omitted,
                "a line says that something is left out: there may be more goroutines",
            ),
        ];
        let said = all.into_iter().filter(|(is_so, _)| *is_so);
        said.map(|(_, message)| Note::new(NoteKind::Truncated, message))
    }
}

/// Whether a line is the place of a frame of a dump: `\t/src/main.go:12 +0x1d`.
fn is_place_of_dump(line: &[u8]) -> bool {
    line.starts_with(b"\t")
        && memmem::find(line, b" +0x").is_some()
        && memmem::find(line, b".go:").is_some()
}

/// Whether a line is the end of such a place, wherever that was cut: `in.go:12 +0x1d`.
fn is_end_of_place(line: &[u8]) -> bool {
    let Some((before, offset)) = memmem::rfind(line, b"+0x")
        .and_then(|at| Some((line.get(..at)?, line.get(at + b"+0x".len()..)?)))
    else {
        return false;
    };
    let is_offset = !offset.is_empty() && offset.iter().all(u8::is_ascii_hexdigit);
    is_offset && before.last().is_none_or(|&byte| byte == b' ')
}

/// Whether a line is of a message that tells of a goroutine: that of a panic, or one that Go indented.
fn is_of_message(line: &[u8]) -> bool {
    let is_message = Sign::of(line) == Some(Sign::Dies) || line.starts_with(b"\t");
    is_message && memmem::find(line, b"goroutine ").is_some() && line.ends_with(b"]:")
}

/// Whether a line says that goroutines are left out: `[... 54 more goroutines omitted ...]`.
fn tells_of_omission(line: &[u8]) -> bool {
    let has = |word: &[u8]| memmem::find(line, word).is_some();
    let words: [&[u8]; 5] = [
        b"omitted",
        b"truncated",
        b"left out",
        b"more goroutines",
        b"not shown",
    ];
    has(b"goroutines") && words.iter().any(|word| has(word))
}
