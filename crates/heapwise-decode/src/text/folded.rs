//! Folded stacks, one line for each: what flame graphs are drawn from.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use memchr::{memmem, memrchr};

use super::lines::Lines;
use super::scan::{Scan, is_blank};
use super::symbols::{Place, Symbols};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::note::{Note, NoteKind};
use crate::profile::Profile;
use crate::tables::LocationIndex;
use crate::words::counted;

const EXPECTED: &str = "frames and a whole number, such as \"main.main;main.work 12\"";

/// Lines after which a text without a stack of two frames is taken for something else.
const LOOK: usize = 1000;

/// Whether a text may be folded stacks: its first line is one, as far as the head shows it.
pub(super) fn may_start(head: &[u8]) -> bool {
    let mut lines = head.split(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let is_whole = lines.next().is_some();
    let first = first.strip_suffix(b"\r").unwrap_or(first);
    if is_whole {
        parse(first).is_some()
    } else {
        !first.is_empty() && !first.starts_with(b" ") && !first.starts_with(b";")
    }
}

/// Reads the lines that Brendan Gregg's stackcollapse scripts write, root first:
///
/// ```text
/// main.main;main.work;runtime.mallocgc 12
/// ```
///
/// `None` when the text is something else. It is folded stacks from the first line with two frames
/// on, when all lines before had the form as well; a line without it is refused then.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Option<Profile>> {
    let maker = ProfileMaker::new(limits, [(b"samples".as_slice(), b"count".as_slice())]);
    let mut folded = Folded {
        symbols: Symbols::new(maker, limits),
        frames: HashMap::new(),
        stacks: HashSet::new(),
        again: 0,
        stack: Vec::new(),
        text_bytes: 0,
    };
    let mut is_sure = false;
    let mut read = 0;
    while let Some(span) = lines.line_at(0)? {
        let text = lines.text(0, span);
        if !is_blank(text) {
            let Some((frames, count)) = parse(text) else {
                return if is_sure {
                    Err(lines.refuse(EXPECTED))
                } else {
                    Ok(None)
                };
            };
            is_sure |= frames.contains(&b';');
            folded.add(frames, count);
            folded.symbols.check(folded.size(), lines.number())?;
            read += 1;
        }
        lines.consume(span.size, 1);
        if !is_sure && read >= LOOK {
            return Ok(None);
        }
    }
    if is_sure {
        folded.note();
        folded.symbols.maker.finish().map(Some)
    } else {
        Ok(None)
    }
}

/// What stands in the headers of Go's other texts (`goroutine profile: total 5`) and in no name of
/// a function.
const HEADER: &[u8] = b" profile: ";

/// The frames of a line and its number. Refuses what ends in two numbers, the differential form:
/// the first would become part of a name. Refuses the header of another text, too: a logger's line
/// with one has semicolons and ends in a number by chance.
fn parse(line: &[u8]) -> Option<(&[u8], i64)> {
    let space = memrchr(b' ', line)?;
    let (frames, number) = line.split_at_checked(space)?;
    let mut scan = Scan::new(number);
    scan.expect(b" ")?;
    let count = scan.integer()?;
    let is_frame = |frame: &[u8]| !frame.is_empty() && !frame.starts_with(b" ");
    let has_form = scan.rest.is_empty()
        && frames.split(|&byte| byte == b';').all(is_frame)
        && !ends_in_number(frames)
        && memmem::find(line, HEADER).is_none();
    has_form.then_some((frames, count))
}

fn ends_in_number(frames: &[u8]) -> bool {
    let last = memrchr(b' ', frames).and_then(|at| frames.get(at + 1..));
    last.is_some_and(|last| last.iter().all(u8::is_ascii_digit))
}

struct Folded {
    symbols: Symbols,
    frames: HashMap<Vec<u8>, LocationIndex>,
    /// A print of each stack that was met.
    stacks: HashSet<u64>,
    /// How many lines have a stack that was met before.
    again: u64,
    stack: Vec<LocationIndex>,
    text_bytes: usize,
}

impl Folded {
    /// Bytes of memory that frames take besides their tables, about.
    fn size(&self) -> usize {
        self.text_bytes + self.frames.len() * 64 + self.stacks.len() * 16
    }

    fn add(&mut self, frames: &[u8], count: i64) {
        let mut stack = std::mem::take(&mut self.stack);
        stack.clear();
        stack.extend(
            frames
                .split(|&byte| byte == b';')
                .map(|frame| self.frame(frame)),
        );
        self.symbols.maker.add_sample(&stack, &[count], &[]);
        let mut print = DefaultHasher::new();
        stack.iter().for_each(|at| at.0.hash(&mut print));
        self.again += u64::from(!self.stacks.insert(print.finish()));
        self.stack = stack;
    }

    /// Says that stacks come again: what folds stacks writes a line for each, so that two texts may have been appended to one
    /// another.
    fn note(&mut self) {
        if self.again > 0 {
            let message = format!(
                "{} a stack that an earlier one has, and they are added up: of texts that were appended to one another, \
                 those of one moment count twice",
                match self.again {
                    1 => "1 line has".to_owned(),
                    many => format!("{} have", counted(many, "line")),
                }
            );
            let note = Note::new(NoteKind::StacksAgain, message);
            self.symbols.maker.add_note(note);
        }
    }

    fn frame(&mut self, name: &[u8]) -> LocationIndex {
        if let Some(&known) = self.frames.get(name) {
            return known;
        }
        let line = self.symbols.line(Place {
            function: name,
            file: b"",
            line: 0,
        });
        let location = self.symbols.maker.add_location(None, 0, &[line], false);
        self.text_bytes += name.len();
        self.frames.insert(name.to_vec(), location);
        location
    }
}

#[cfg(test)]
mod tests {
    use super::{may_start, parse};

    #[test]
    fn reads_lines() {
        let cases: [(&str, Option<(&str, i64)>); 16] = [
            ("main.main;main.work 12", Some(("main.main;main.work", 12))),
            ("main 1", Some(("main", 1))),
            ("a b;c d 3", Some(("a b;c d", 3))),
            ("a;b -3", Some(("a;b", -3))),
            ("a;b 9223372036854775807", Some(("a;b", i64::MAX))),
            ("a;b 9223372036854775808", None),
            ("a;b", None),
            ("a;b 1.5", None),
            ("a;b 10 12", None),
            ("a;;b 1", None),
            ("a; b 1", None),
            ("msg=\"a;goroutine profile: total 5", None),
            ("a;heap profile: 1", None),
            (";a 1", None),
            (" 1", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let expected = expected.map(|(frames, count)| (frames.as_bytes(), count));
            assert_eq!(parse(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn looks_at_the_first_line_only_as_far_as_it_goes() {
        for (head, may) in [
            ("a;b 1\n", true),
            ("a;b 1\r\nx", true),
            ("a;b\n", false),
            ("a;b", true),
            ("", false),
        ] {
            assert_eq!(may_start(head.as_bytes()), may, "{head:?}");
        }
    }
}
