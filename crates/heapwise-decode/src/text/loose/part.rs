//! What a line of a goroutine's stack is, told by what it says rather than by what it starts with.

use memchr::{memchr, memmem, memrchr};

use crate::text::header;
use crate::text::scan::Scan;

/// A line, or what is left of it without a prefix and white space around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    Blank,
    /// `main.f(0x1, {0x2, ...})`.
    Call(&'a [u8]),
    /// `crc32`, `non-Go function`: a call if a place with a program counter follows.
    Bare(&'a [u8]),
    /// `/src/main.go:126 +0x2e`.
    Place(&'a [u8]),
    /// `created by main.main in goroutine 1`.
    Created(&'a [u8]),
    /// `...51 frames elided...`.
    Elided(&'a [u8]),
    /// `goroutine running on other thread; stack unavailable`.
    Unavailable,
    /// `non-Go function at pc=45f6e0`, which has no place.
    Foreign(&'a [u8]),
    /// `[originating from goroutine 7]:`: what follows are stacks of others.
    Ancestor,
    /// What the runtime says between frames when it cannot go on: `runtime: unexpected return pc`,
    /// and the bytes of the stack.
    Noise,
    Other(&'a [u8]),
}

impl<'a> Part<'a> {
    pub(super) fn of(line: &'a [u8]) -> Part<'a> {
        let text = trim(line);
        match text {
            [] => Part::Blank,
            [.., b')'] if is_call(text) => Part::Call(text),
            [.., b'.'] if is_elided(text) => Part::Elided(text),
            _ if text.starts_with(b"created by ") && is_created(text) => Part::Created(text),
            _ if text.ends_with(b"; stack unavailable") => Part::Unavailable,
            _ if text.starts_with(b"non-Go function at pc=") => Part::Foreign(text),
            _ if text.starts_with(b"[originating from goroutine ") => Part::Ancestor,
            _ if is_place(text) => Part::Place(text),
            _ if is_noise(text) => Part::Noise,
            _ if is_bare(text) => Part::Bare(text),
            _ => Part::Other(text),
        }
    }

    /// Whether it is a part of a stack for certain.
    pub(super) fn is_known(self) -> bool {
        !matches!(
            self,
            Part::Blank | Part::Other(_) | Part::Bare(_) | Part::Noise
        )
    }
}

/// White space around a text, tabs that were written as `\t` included.
pub(super) fn trim(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii();
    while let Some(rest) = text.strip_prefix(b"\\t") {
        text = rest.trim_ascii_start();
    }
    text
}

/// Where the first line of a goroutine starts in a line, and what it says.
pub(super) struct Found<'a> {
    pub(super) at: usize,
    pub(super) id: u64,
    pub(super) how: &'a [u8],
}

/// Longer headers are no headers: a line full of what looks like the start of one is looked at once,
/// not once for each.
const LONGEST_HEADER: usize = 1 << 10;

/// The header that a line ends in, whatever stands before it.
pub(super) fn header(line: &[u8]) -> Option<Found<'_>> {
    let line = line.trim_ascii_end();
    if line.last() != Some(&b':') {
        return None;
    }
    let start = line.len().saturating_sub(LONGEST_HEADER);
    let end = line.get(start..)?;
    memmem::find_iter(end, b"goroutine ").find_map(|at| {
        let (id, how) = header::split(end.get(at..)?)?;
        header::parse(how)?;
        Some(Found {
            at: start + at,
            id,
            how,
        })
    })
}

/// The header that goleak writes: `Goroutine 7 in state select, with main.f on top of the stack:`.
/// The place in the line, the number and the state.
pub(super) fn goleak_header(line: &[u8]) -> Option<(usize, u64, &[u8])> {
    const END: &[u8] = b" on top of the stack:";
    let line = line.trim_ascii_end();
    let rest = line.strip_suffix(END)?;
    let at = memmem::rfind(rest, b"Goroutine ")?;
    let mut scan = Scan::new(rest.get(at + b"Goroutine ".len()..)?);
    let id = scan.digits()?;
    scan.expect(b" in state ")?;
    let end = memmem::rfind(scan.rest, b", with ")?;
    Some((at, id, scan.rest.get(..end)?))
}

/// Whether a line was a header before something happened to it: one place of damage leaves one half
/// of the word, and the number or the end.
pub(super) fn is_damaged_header(line: &[u8]) -> bool {
    let text = line.trim_ascii_end();
    let start = memmem::rfind(text, b"goroutine ").and_then(|at| text.get(at..));
    if start.is_some_and(header::is_torn) {
        return true;
    }
    let ends_well = text.ends_with(b"]:") || text.ends_with(b"}:");
    let has_word = || HALVES.iter().any(|half| memmem::find(text, half).is_some());
    ends_well
        && has_word()
        && memmem::find_iter(text, b" [").any(|at| {
            let before = text.get(..at).unwrap_or_default();
            before.last().is_some_and(u8::is_ascii_digit)
        })
}

/// The halves of `goroutine `.
const HALVES: [&[u8]; 2] = [b"gorou", b"tine "];

/// A name with arguments as tracebacks print them (runtime/traceback.go: printArgs).
fn is_call(text: &[u8]) -> bool {
    let Some(open) = memrchr(b'(', text) else {
        return false;
    };
    let name = text.get(..open).unwrap_or_default();
    let arguments = text.get(open + 1..text.len() - 1).unwrap_or_default();
    let is_argument = |byte: &u8| {
        byte.is_ascii_hexdigit()
            || matches!(byte, b'x' | b'{' | b'}' | b',' | b' ' | b'?' | b'_' | b'.')
    };
    arguments.iter().all(is_argument) && (name == b"panic" || is_name(name))
}

/// `github.com/a/b.(*T[...]).f.func1`: brackets that match, no space outside of them, and a dot
/// after the package.
fn is_name(name: &[u8]) -> bool {
    let mut round = 0_i32;
    let mut square = 0_i32;
    let mut after_slash = name;
    for (at, byte) in name.iter().enumerate() {
        match byte {
            b'(' => round += 1,
            b')' => round -= 1,
            b'[' => square += 1,
            b']' => square -= 1,
            b'/' if square == 0 => after_slash = name.get(at + 1..).unwrap_or_default(),
            b' ' | b'\t' | b'"' | b'\'' | b'=' | b';' | b'|' | b'\\' | b'#' | b'>' | b'<'
            | b','
                if square == 0 =>
            {
                return false;
            }
            _ => {}
        }
        if round < 0 || square < 0 {
            return false;
        }
    }
    let starts_well = name
        .first()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | 0x80..));
    let dot = memchr(b'.', after_slash);
    let is_dotted = dot.is_some_and(|at| at > 0 && at + 1 < after_slash.len());
    starts_well && round == 0 && square == 0 && is_dotted
}

fn is_created(text: &[u8]) -> bool {
    let Some(name) = text.strip_prefix(b"created by ") else {
        return false;
    };
    match memmem::rfind(name, b" in goroutine ") {
        None => is_name(name),
        Some(at) => {
            let (name, parent) = name.split_at(at);
            let digits = parent.get(b" in goroutine ".len()..).unwrap_or_default();
            is_name(name) && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
    }
}

fn is_elided(text: &[u8]) -> bool {
    text.starts_with(b"...") && text.ends_with(b" frames elided...")
}

/// A file with an ending, a line, and at most what tracebacks write behind it.
fn is_place(text: &[u8]) -> bool {
    if text.starts_with(b"pc=0x") {
        return true;
    }
    let (place, details) = split_details(text);
    let Some(colon) = memrchr(b':', place) else {
        return false;
    };
    let (file, line) = place.split_at(colon);
    let line = line.get(1..).unwrap_or_default();
    let is_line = !line.is_empty() && line.len() < 8 && line.iter().all(u8::is_ascii_digit);
    is_line && is_file(file) && details.split(|&byte| byte == b' ').all(is_detail)
}

/// `/a/b.go:7 +0x1d fp=0x1` is `/a/b.go:7` and `+0x1d fp=0x1`. Paths may have spaces.
fn split_details(text: &[u8]) -> (&[u8], &[u8]) {
    let mut end = text.len();
    while let Some(at) = memrchr(b' ', text.get(..end).unwrap_or_default()) {
        let word = text.get(at + 1..end).unwrap_or_default();
        if word.is_empty() || !is_detail(word) {
            break;
        }
        end = at;
    }
    let (place, details) = text.split_at(end);
    (place.trim_ascii_end(), details.trim_ascii())
}

fn is_detail(word: &[u8]) -> bool {
    let number = [&b"+0x"[..], b"fp=0x", b"sp=0x", b"pc=0x"]
        .iter()
        .find_map(|name| word.strip_prefix(*name));
    word.is_empty()
        || number
            .is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit))
}

fn is_file(file: &[u8]) -> bool {
    if file.ends_with(b"<autogenerated>") || file == b"??" {
        return true;
    }
    let Some(dot) = memrchr(b'.', file) else {
        return false;
    };
    let (stem, ending) = file.split_at(dot);
    let ending = ending.get(1..).unwrap_or_default();
    let is_ending = matches!(ending.len(), 1..=5) && ending.iter().all(u8::is_ascii_alphanumeric);
    let first = ending.first().is_some_and(u8::is_ascii_alphabetic);
    let is_path = memmem::find(file, b"):").is_none() && !file.contains(&b'"');
    is_ending && first && is_path && !stem.is_empty()
}

/// runtime/traceback.go and runtime/debug.go print these among the frames.
fn is_noise(text: &[u8]) -> bool {
    let is_bytes = text.strip_prefix(b"0x").is_some_and(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit());
        let count = digits.count();
        count >= 8 && rest.get(count) == Some(&b':')
    });
    is_bytes
        || text.starts_with(b"runtime: unexpected return pc for ")
        || text.starts_with(b"runtime: g ")
        || text.starts_with(b"stack: frame={")
}

/// Whether a line that is no part may be one that something has damaged.
pub(super) fn may_be_frame(text: &[u8]) -> bool {
    let ends_in_line = memrchr(b':', text).is_some_and(|at| {
        let digits = text.get(at + 1..).unwrap_or_default();
        let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        is_number && is_file(text.get(..at).unwrap_or_default())
    });
    ends_in_line
        || text.ends_with(b")")
        || memmem::find(text, b"+0x").is_some()
        || memmem::find(text, b"(0x").is_some()
        || text.starts_with(b"created by ")
}

/// The name of a function of C, or of one without a name.
fn is_bare(text: &[u8]) -> bool {
    text == b"non-Go function"
        || text.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'~' | b'@' | b'.')
        })
}

/// Whether a place tells a program counter, as those of C do.
pub(super) fn has_counter(place: &[u8]) -> bool {
    memmem::find(place, b"pc=0x").is_some()
}

/// A call or a place at the end of a line about whose start nothing is known: the last word, or a
/// name and its arguments.
pub(super) fn at_end(line: &[u8]) -> Part<'_> {
    let text = trim(line);
    if text.last() == Some(&b')')
        && let Some(open) = memrchr(b'(', text)
    {
        let before = text.get(..open).unwrap_or_default();
        return match after_space(before).map(|start| text.get(start..).unwrap_or_default()) {
            Some(call) if is_call(call) => Part::Call(call),
            _ => Part::Other(text),
        };
    }
    if let Some(at) = memmem::rfind(text, b"created by ") {
        let created = text.get(at..).unwrap_or_default();
        if is_created(created) {
            return Part::Created(created);
        }
    }
    let (place, _) = split_details(text);
    let start = after_space(place).unwrap_or(0);
    match text.get(start..) {
        Some(place) if is_place(place) => Part::Place(place),
        _ => Part::Other(text),
    }
}

fn after_space(text: &[u8]) -> Option<usize> {
    let at = text.iter().rposition(u8::is_ascii_whitespace)?;
    Some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Part, at_end, goleak_header, header};

    #[test]
    fn tells_parts_by_what_they_say() {
        for call in [
            "main.f()",
            "        main.f(...)",
            "github.com/a-b/c.v2.(*T[...]).f.func1.2(0x1?, {0x2, 0x3, ...}, _)",
            "panic({0x1?, 0x2?})",
            "type:.eq.main.T(0x1)",
            "main.glob..func1()",
        ] {
            assert!(matches!(Part::of(call.as_bytes()), Part::Call(_)), "{call}");
        }
        for place in [
            "\t/a.go:5 +0x1d",
            "C:/my dir/a.go:12 +0x1d fp=0x1 sp=0x2 pc=0x3",
            "\\t/a b/c.s:7",
            "_cgo_gotypes.go:45 +0x1",
            "<autogenerated>:1 +0x1d",
            "/x/crc.c:30 pc=0x45",
            "pc=0x45",
        ] {
            assert!(
                matches!(Part::of(place.as_bytes()), Part::Place(_)),
                "{place}"
            );
        }
        for other in [
            "calling main.f(1, two)",
            "exit status 2",
            "2026/11/25 14:00:04",
            "main.go:33: listening",
            "a main.f(0x1)",
            "main.f(0x1) /a.go:3x",
            "Name).method(0x1)",
            "created by x",
            "created by main.f in gorou",
        ] {
            assert_eq!(
                Part::of(other.as_bytes()),
                Part::Other(other.as_bytes()),
                "{other}"
            );
        }
    }

    #[test]
    fn finds_what_a_line_ends_in() {
        assert_eq!(
            at_end(b"x y main.f(0x1, 0x2)"),
            Part::Call(b"main.f(0x1, 0x2)")
        );
        assert_eq!(at_end(b"x y\t/a.go:3 +0x1"), Part::Place(b"/a.go:3 +0x1"));
        assert_eq!(
            at_end(b"x] created by main.f in goroutine 1"),
            Part::Created(b"created by main.f in goroutine 1")
        );
        assert_eq!(at_end(b"x y z"), Part::Other(b"x y z"));
    }

    #[test]
    fn finds_headers() {
        let found = header(b"x: goroutine 7 gp=0x1 m=nil [select, 2 minutes]:\r\n").unwrap();
        assert_eq!(
            (found.at, found.id, found.how),
            (3, 7, &b"[select, 2 minutes]:"[..])
        );
        for line in [
            "the goroutine 7 [running] waits:",
            "goroutine x [select]:",
            "goroutine 7 [a]",
        ] {
            assert!(header(line.as_bytes()).is_none(), "{line}");
        }
        assert_eq!(
            goleak_header(b"[Goroutine 7 in state chan receive, with main.f on top of the stack:"),
            Some((1, 7, &b"chan receive"[..]))
        );
    }

    /// Quadratic work would take minutes.
    #[test]
    fn a_line_full_of_starts_of_headers_costs_no_more_than_it_is_long() {
        for part in ["goroutine 1 [", "x goroutine 1 [select", "goroutine 1 [a]:"] {
            let line = part.repeat(200_000);
            let _ = header(line.as_bytes());
        }
    }
}
