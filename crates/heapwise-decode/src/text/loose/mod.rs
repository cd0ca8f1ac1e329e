//! Dumps as people have them: out of loggers, terminals, issues and mails, where tabs are lost, lines
//! have something before them, or the whole is within the text of something else.

mod debug_header;
mod escaped;
mod located;
mod part;
mod parted;
mod physical;
mod prefix;
mod stack;
mod turned;

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

pub(super) use debug_header::header_at;
pub(crate) use escaped::MOST_LEVELS;
pub(super) use located::{Found, Located};
pub(super) use parted::{PartedReader, parted};
pub(super) use stack::{Before, Told};
pub(super) use turned::{MOST_IN_MEMORY, turned};

use crate::limits::Limits;
use part::Part;
use physical::Physical;
pub(crate) use physical::clean;
use stack::Stacks;

/// Yields the goroutines of a text as Go writes them:
///
/// ```text
/// 2026-11-25T14:26:07.81Z stderr F goroutine 1 [running]:
/// {"log":"goroutine 1 [running]:\n","stream":"stderr"}
/// time=... level=ERROR stack="goroutine 1 [running]:\nmain.main()\n\t/src/main.go:3 +0x1d\n"
/// Nov  9 03:14:07 host svc[41]: #011/src/main.go:3 +0x1d
/// ```
///
/// A part of a stack is told by what it says: a call, then a line that ends in a file and a line
/// number. What stands before the lines of a stream is learnt from its headers.
pub(super) struct Loose<'a> {
    lines: Physical<Box<dyn Read + 'a>>,
    stacks: Stacks,
    done: usize,
    is_at_end: bool,
    told: Rc<RefCell<Told>>,
}

impl<'a> Loose<'a> {
    pub(super) fn new(input: Box<dyn Read + 'a>, limits: &Limits, console: Option<usize>) -> Self {
        Self {
            lines: Physical::new(input, limits.max_message_bytes, console),
            stacks: Stacks::new(),
            done: 0,
            is_at_end: false,
            told: Rc::default(),
        }
    }

    /// What is to be known besides, once all is read.
    pub(super) fn told(&self) -> Rc<RefCell<Told>> {
        Rc::clone(&self.told)
    }

    fn fill(&mut self) -> io::Result<()> {
        self.stacks.output.clear();
        self.done = 0;
        while self.stacks.output.is_empty() && !self.is_at_end {
            match self.lines.next(are_joined)? {
                Some(line) if line.is_ended => self.stacks.line(&line.text),
                Some(line) => self.stacks.unended_line(&line.text),
                None => {
                    self.is_at_end = true;
                    self.stacks.finish();
                    let mut told = std::mem::take(&mut self.stacks.told);
                    told.lines += self.lines.too_long;
                    *self.told.borrow_mut() = told;
                }
            }
        }
        Ok(())
    }
}

impl Read for Loose<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.done >= self.stacks.output.len() {
            self.fill()?;
        }
        let mut rest = self.stacks.output.get(self.done..).unwrap_or_default();
        let size = rest.read(out)?;
        self.done += size;
        Ok(size)
    }
}

/// The texts in quotes that a line of JSON, logfmt or CSV holds, with what their escapes mean.
pub(crate) fn quoted_texts(line: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    escaped::texts(line).into_iter().map(|text| text.bytes)
}

/// The same without a look into these texts.
pub(crate) fn outer_texts(line: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    escaped::Outer::of(line).map(|text| text.bytes)
}

/// The width of the console that broke the lines of an input, if one did.
pub(super) fn width_of_console(input: impl Read, limits: &Limits) -> io::Result<Option<usize>> {
    physical::width_of_console(input, limits.max_message_bytes)
}

/// Whether two lines are one that a console broke: together they say something, and the second says
/// nothing by itself, or the first does not and the second is not what may follow. Of three, two may
/// say nothing.
fn are_joined(first: &[u8], second: &[u8], goes_on: bool) -> bool {
    if part::trim(second).is_empty() {
        return false;
    }
    let joined = [first, second].concat();
    match (says(first), says(second)) {
        (false, false) if goes_on => true,
        // A call is whole.
        _ if part::trim(first).ends_with(b")") => matches!(Part::of(&joined), Part::Call(_)),
        (_, false) => says(&joined),
        // A header is whole, whatever stands in the line before it.
        (false, true) => {
            says(&joined) && !may_stand_alone(first) && !is_whole_header(first, second)
        }
        (true, true) => false,
    }
}

fn says(line: &[u8]) -> bool {
    let is_header = part::header(line).is_some();
    is_header || Part::of(line).is_known() || part::at_end(line).is_known()
}

/// Whether the second of two lines is a header by itself, with nothing before it or what a log puts before both.
fn is_whole_header(first: &[u8], second: &[u8]) -> bool {
    /// Of a date and the like so many bytes are equal.
    const ALIKE: usize = 8;
    let is_alike = first
        .get(..ALIKE)
        .is_some_and(|start| second.starts_with(start));
    part::header(second).is_some_and(|found| found.at == 0 || is_alike)
}

/// A line of something else is not the start of one of ours.
fn may_stand_alone(line: &[u8]) -> bool {
    matches!(Part::of(line), Part::Blank) || line.ends_with(b":")
}
