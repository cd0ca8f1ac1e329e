//! The stacks of a dump as a trie of frames that remembers what came next.

use std::collections::HashMap;

use memchr::{memchr2, memrchr};

use super::symbols::{Place, Symbols, split_line};
use crate::tables::{FunctionIndex, LocationIndex};

/// A stack: the place in the trie of its last frame, the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Node(u32);

/// No frame.
pub(super) const EMPTY: Node = Node(0);
const NONE: u32 = u32::MAX;

/// Stacks that share their leaf side share nodes.
///
/// Goroutines with a stack that was there before are the rule, so every node expects the frames
/// that followed it before: two comparisons of bytes instead of parsing and hashing.
pub(super) struct Frames {
    nodes: Vec<Row>,
    children: HashMap<(u32, u32), u32>,
    texts: Vec<Texts>,
    bytes: Vec<u8>,
    by_line: HashMap<(FunctionIndex, i64), u32>,
    /// Frames by [`Frame::slot`], the last of each slot: finds most frames without hashing their
    /// texts.
    recent: Vec<u32>,
}

/// Number of slots; a power of two.
const SLOTS: usize = 1 << 13;

struct Row {
    parent: u32,
    frame: u32,
    /// The two nodes that followed last, most recent first.
    recent: [u32; 2],
}

/// The bytes of a frame in a dump: `main.leak(` and `\t/src/main.go:126`.
#[derive(Clone, Copy)]
struct Texts {
    start: u32,
    function: u32,
    place: u32,
    line: i64,
}

impl Frames {
    pub(super) fn new() -> Self {
        Self {
            nodes: vec![Row {
                parent: NONE,
                frame: NONE,
                recent: [NONE; 2],
            }],
            children: HashMap::new(),
            texts: Vec::new(),
            bytes: Vec::new(),
            by_line: HashMap::new(),
            recent: Vec::new(),
        }
    }

    /// Bytes of memory in use, about.
    pub(super) fn size(&self) -> usize {
        self.nodes.len() * 48 + self.texts.len() * 64 + self.bytes.len()
    }

    /// The frames of a stack, root first.
    pub(super) fn stack(&self, node: Node) -> impl Iterator<Item = LocationIndex> {
        let row = |at: u32| self.nodes.get(at as usize);
        let mut at = row(node.0);
        std::iter::from_fn(move || {
            let here = at.filter(|here| here.frame != NONE)?;
            at = row(here.parent);
            Some(LocationIndex(here.frame))
        })
    }

    /// Whether `unread` starts with a frame that followed `node` before: the stack with it, and
    /// how many bytes its two lines take.
    #[inline]
    pub(super) fn expected(&mut self, node: Node, unread: &[u8]) -> Option<(Node, usize)> {
        let [first, second] = self.nodes.get(node.0 as usize)?.recent;
        if let Some(size) = self.matches(first, unread) {
            return Some((Node(first), size));
        }
        let size = self.matches(second, unread)?;
        if let Some(row) = self.nodes.get_mut(node.0 as usize) {
            row.recent = [second, first];
        }
        Some((Node(second), size))
    }

    #[inline]
    fn matches(&self, node: u32, unread: &[u8]) -> Option<usize> {
        let frame = self.nodes.get(node as usize)?.frame;
        let texts = self.texts.get(frame as usize)?;
        let (function, place) = self.bytes(texts)?;
        let arguments = unread.strip_prefix(function)?;
        let end = line_end(arguments, b'(')?;
        let (arguments, rest) = arguments.split_at_checked(end)?;
        let arguments = arguments.strip_suffix(b"\r").unwrap_or(arguments);
        if arguments.last() != Some(&b')') {
            return None;
        }
        let rest = rest.get(1..)?.strip_prefix(place)?;
        let place_end = line_end(rest, b':')?;
        if !matches!(rest.first(), Some(b' ' | b'\n' | b'\r')) {
            return None;
        }
        Some(unread.len() - rest.len() + place_end + 1)
    }

    #[inline]
    fn bytes(&self, texts: &Texts) -> Option<(&[u8], &[u8])> {
        let start = texts.start as usize;
        let middle = start + texts.function as usize;
        let end = middle + texts.place as usize;
        if start == middle {
            return None;
        }
        Some((self.bytes.get(start..middle)?, self.bytes.get(middle..end)?))
    }

    /// The stack with a frame that was not expected.
    pub(super) fn push(&mut self, node: Node, frame: Frame<'_>, symbols: &mut Symbols) -> Node {
        let frame = self.intern(frame, symbols);
        let next = self.nodes.len() as u32;
        let child = *self.children.entry((node.0, frame)).or_insert(next);
        if child == next {
            self.nodes.push(Row {
                parent: node.0,
                frame,
                recent: [NONE; 2],
            });
        }
        if let Some(row) = self.nodes.get_mut(node.0 as usize)
            && row.recent.first() != Some(&child)
        {
            let [before, _] = row.recent;
            row.recent = [child, before];
        }
        Node(child)
    }

    fn intern(&mut self, frame: Frame<'_>, symbols: &mut Symbols) -> u32 {
        let slot = frame.slot();
        let recent = self.recent.get(slot).copied();
        if let Some(recent) = recent.filter(|&recent| self.is(recent, &frame)) {
            return recent;
        }
        let line = symbols.line(frame.place);
        let known = self.by_line.get(&(line.function, line.line)).copied();
        let index = known.unwrap_or_else(|| {
            let location = symbols.maker.add_location(None, 0, &[line], false);
            self.by_line.insert((line.function, line.line), location.0);
            let texts = self.remember(&frame);
            self.texts.push(texts);
            location.0
        });
        if self.recent.is_empty() {
            self.recent = vec![NONE; SLOTS];
        }
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = index;
        }
        index
    }

    /// Whether `known` is this frame, as far as the remembered bytes tell.
    fn is(&self, known: u32, frame: &Frame<'_>) -> bool {
        let Some(texts) = self.texts.get(known as usize) else {
            return false;
        };
        let Some((function, place)) = self.bytes(texts) else {
            return false;
        };
        let file = place.strip_prefix(b"\t").unwrap_or_default();
        let after = file.strip_prefix(frame.place.file);
        texts.line == frame.place.line
            && function.strip_suffix(b"(") == Some(frame.place.function)
            && after.is_some_and(|line| memrchr(b':', line) == Some(0))
    }

    /// Keeps the bytes to expect; none for a frame that is not a call with arguments.
    fn remember(&mut self, frame: &Frame<'_>) -> Texts {
        let start = self.bytes.len();
        let none = Texts {
            start: 0,
            function: 0,
            place: 0,
            line: 0,
        };
        let Ok(start_index) = u32::try_from(start) else {
            return none;
        };
        if !frame.is_call {
            return none;
        }
        let place = frame.place;
        self.bytes.extend_from_slice(place.function);
        self.bytes.push(b'(');
        let function = self.bytes.len() - start;
        self.bytes.push(b'\t');
        self.bytes.extend_from_slice(place.file);
        self.bytes
            .extend_from_slice(format!(":{}", place.line).as_bytes());
        Texts {
            start: start_index,
            function: function as u32,
            place: (self.bytes.len() - start - function) as u32,
            line: place.line,
        }
    }
}

/// Where a line ends, unless `unwanted` comes before.
#[inline]
fn line_end(bytes: &[u8], unwanted: u8) -> Option<usize> {
    memchr2(b'\n', unwanted, bytes).filter(|&at| bytes.get(at) == Some(&b'\n'))
}

/// A frame as its two lines show it.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) place: Place<'a>,
    /// Whether it is a Go function with arguments in parentheses; frames of C have none.
    pub(super) is_call: bool,
}

impl<'a> Frame<'a> {
    /// Reads the two lines of a frame (runtime/traceback.go: traceback2, printOneCgoTraceback).
    ///
    /// ```text
    /// main.(*worker).run(0xc000012345, {0x1, 0x2})
    ///     /src/main.go:126 +0x2e fp=0xc0001 sp=0xc0002 pc=0x4a012f
    /// ```
    ///
    /// is `main.(*worker).run`, `/src/main.go` and 126.
    pub(super) fn parse(first: &'a [u8], second: &'a [u8]) -> Self {
        let (function, is_call) = match (first.ends_with(b")"), memrchr(b'(', first)) {
            (true, Some(at)) if at > 0 => (first.get(..at).unwrap_or_default(), true),
            _ => (first, false),
        };
        let (file, line) = split_line(without_details(second));
        // As a dump shows runtime.gopanic (runtime/traceback.go: printFuncName).
        let function = match function {
            b"panic" => b"runtime.gopanic",
            other => other,
        };
        Self {
            place: Place {
                function,
                file,
                line,
            },
            is_call: is_call && line > 0,
        }
    }

    /// A number that differs for most frames.
    fn slot(&self) -> usize {
        let function = last_bytes(self.place.function);
        let line = self.place.line as u64;
        let mixed = (function ^ line.rotate_left(40)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as usize & (SLOTS - 1)
    }

    /// A frame without a place of its own.
    pub(super) fn bare(function: &'a [u8]) -> Self {
        Self {
            place: Place {
                function,
                file: b"",
                line: 0,
            },
            is_call: false,
        }
    }
}

/// The last eight bytes of a text as a number; 0 for a shorter one.
fn last_bytes(text: &[u8]) -> u64 {
    text.last_chunk()
        .map_or(0, |&last| u64::from_le_bytes(last))
}

/// `\t/src/main.go:126 +0x2e` without the tab and what follows the line number. A path may have
/// spaces, what follows the line has no colon.
pub(super) fn without_details(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\t").unwrap_or(line);
    if line.starts_with(b"pc=") {
        return b"";
    }
    let after_colon = memrchr(b':', line).map_or(0, |at| at + 1);
    let rest = line.get(after_colon..).unwrap_or_default();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    line.get(..after_colon + digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Frame;

    #[test]
    fn reads_frames() {
        for (first, second, function, file, line) in [
            ("main.main()", "\t/a.go:5 +0x1d", "main.main", "/a.go", 5),
            (
                "main.(*T[...]).f(0x1?, {0x2, 0x3})",
                "\tC:/my dir/a.go:12 +0x1d fp=0x1 sp=0x2 pc=0x3",
                "main.(*T[...]).f",
                "C:/my dir/a.go",
                12,
            ),
            ("main.f(...)", "\t/a.go:7", "main.f", "/a.go", 7),
            (
                "panic({0x1?, 0x2?})",
                "\t/go/src/runtime/panic.go:7 +0x1",
                "runtime.gopanic",
                "/go/src/runtime/panic.go",
                7,
            ),
            ("crc32", "\t/x/crc.c:30 pc=0x45", "crc32", "/x/crc.c", 30),
            ("non-Go function", "\tpc=0x45", "non-Go function", "", 0),
        ] {
            let frame = Frame::parse(first.as_bytes(), second.as_bytes());
            let place = frame.place;
            assert_eq!(place.function, function.as_bytes());
            assert_eq!((place.file, place.line), (file.as_bytes(), line), "{first}");
            assert_eq!(frame.is_call, first.ends_with(')'), "{first}");
        }
    }
}
