//! Lines that the logs of containers hold in parts.

use memchr::{memchr_iter, memmem, memrchr};

/// Docker's json-file starts another line behind so many bytes (daemon/logger/copier.go: defaultBufSize).
const DOCKER_PART: usize = 16 << 10;

/// What became of a line and the one behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joined {
    /// They are no parts of one line.
    No,
    /// They are one line, which goes on.
    GoesOn,
    /// They are one line, which is whole.
    Whole,
}

/// Whether a line is the start of one that goes on in the next.
pub(crate) fn is_start(line: &[u8]) -> bool {
    Cri::of(line).is_some_and(|cri| cri.is_partial)
        || Docker::of(line).is_some_and(|docker| docker.is_partial())
}

/// Puts the next part behind a line.
pub(crate) fn join(line: &mut Vec<u8>, next: &[u8]) -> Joined {
    if let (Some(first), Some(second)) = (Cri::of(line), Cri::of(next)) {
        if first.stream != second.stream {
            return Joined::No;
        }
        let tag = first.tag;
        if let Some(byte) = line.get_mut(tag).filter(|_| !second.is_partial) {
            *byte = b'F';
        }
        line.extend_from_slice(second.text);
        return match second.is_partial {
            true => Joined::GoesOn,
            false => Joined::Whole,
        };
    }
    let (Some(first), Some(second)) = (Docker::of(line), Docker::of(next)) else {
        return Joined::No;
    };
    if first.stream() != second.stream() {
        return Joined::No;
    }
    let goes_on = second.is_partial();
    let joined = [b"{\"log\":\"", first.text, second.text, second.behind].concat();
    *line = joined;
    match goes_on {
        true => Joined::GoesOn,
        false => Joined::Whole,
    }
}

/// Whether some lines of a block may be parts: a look at all of it, as most blocks have none.
pub(crate) fn may_be_in(block: &[u8]) -> bool {
    memmem::find(block, b" P ").is_some() || may_have_docker_part(block)
}

/// Whether a line is as long as a part, and there is what Docker writes before one.
fn may_have_docker_part(block: &[u8]) -> bool {
    let mut start = 0;
    let mut ends = memchr_iter(b'\n', block).chain([block.len()]);
    ends.any(|end| {
        let line = start..end;
        start = end + 1;
        line.len() > DOCKER_PART && block.get(line).is_some_and(is_start)
    })
}

/// Puts the lines of a block together that are parts of one.
pub(crate) fn joined(block: &[u8], into: &mut Vec<u8>) {
    into.clear();
    let mut lines = block.split_inclusive(|&byte| byte == b'\n').peekable();
    while let Some(first) = lines.next() {
        let (text, mut end) = without_end(first);
        if !is_start(text) {
            into.extend_from_slice(first);
            continue;
        }
        let mut line = text.to_vec();
        while let Some(next) = lines.peek() {
            let (text, next_end) = without_end(next);
            let became = join(&mut line, text);
            if became == Joined::No {
                break;
            }
            end = next_end;
            lines.next();
            if became == Joined::Whole {
                break;
            }
        }
        into.append(&mut line);
        into.extend_from_slice(end);
    }
}

/// Where the parts begin that the last lines of a block are, if these go on behind it.
pub(crate) fn open_at_end(block: &[u8]) -> Option<usize> {
    let mut start = block.len();
    loop {
        let before = block.get(..start)?;
        let line = before.strip_suffix(b"\n").unwrap_or(before);
        let at = memrchr(b'\n', line).map_or(0, |at| at + 1);
        let is_part = !line.is_empty()
            && line
                .get(at..)
                .is_some_and(|line| is_start(without_end(line).0));
        if !is_part {
            return (start < block.len()).then_some(start);
        }
        start = at;
    }
}

/// A line, and what ends it.
fn without_end(line: &[u8]) -> (&[u8], &[u8]) {
    let text = line.strip_suffix(b"\n").unwrap_or(line);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    line.split_at(text.len())
}

/// `2026-01-02T03:04:05.6Z stderr P text` (Kubernetes, CRI's log format).
struct Cri<'a> {
    stream: &'a [u8],
    /// Where the tag is.
    tag: usize,
    is_partial: bool,
    text: &'a [u8],
}

impl<'a> Cri<'a> {
    fn of(line: &'a [u8]) -> Option<Cri<'a>> {
        let time = line.iter().take(48).position(|&byte| byte == b' ')?;
        let is_time = line.get(4) == Some(&b'-') && line.get(10) == Some(&b'T');
        let rest = line.get(time + 1..).filter(|_| is_time)?;
        let stream = rest.get(..6)?;
        let is_stream = stream == b"stderr" || stream == b"stdout";
        let (tag, text) = match rest.get(6..).filter(|_| is_stream)? {
            [b' ', tag @ (b'P' | b'F'), b' ', text @ ..] => (tag, text),
            [b' ', tag @ (b'P' | b'F')] => (tag, &b""[..]),
            _ => return None,
        };
        Some(Cri {
            stream,
            tag: time + 8,
            is_partial: *tag == b'P',
            text,
        })
    }
}

/// `{"log":"text\n","stream":"stderr","time":"..."}`.
struct Docker<'a> {
    text: &'a [u8],
    behind: &'a [u8],
}

impl<'a> Docker<'a> {
    fn of(line: &'a [u8]) -> Option<Docker<'a>> {
        let rest = line.strip_prefix(b"{\"log\":\"")?;
        let end = memmem::rfind(rest, b"\",\"stream\":\"")?;
        let (text, behind) = rest.split_at_checked(end)?;
        Some(Docker { text, behind })
    }

    /// Other writers leave out the ends of all lines: only what is as long as a part is one.
    fn is_partial(&self) -> bool {
        self.text.len() >= DOCKER_PART && !self.text.ends_with(b"\\n")
    }

    fn stream(&self) -> &[u8] {
        self.behind.get(..20).unwrap_or(self.behind)
    }
}

#[cfg(test)]
mod tests {
    use super::{Joined, is_start, join, joined, may_be_in, open_at_end};

    const FIRST: &str = "2026-01-02T03:04:05.6Z stderr P gc 1 @0.0";
    const LAST: &str = "2026-01-02T03:04:05.6Z stderr F 06s 2%";

    #[test]
    fn lines_of_a_block_are_put_together() {
        let of = |block: &str| {
            let mut into = Vec::new();
            joined(block.as_bytes(), &mut into);
            String::from_utf8(into).unwrap()
        };
        let whole = "2026-01-02T03:04:05.6Z stderr F gc 1 @0.006s 2%";
        for (block, expected) in [
            (
                format!("a\n{FIRST}\n{LAST}\nb\n"),
                format!("a\n{whole}\nb\n"),
            ),
            (format!("{FIRST}\r\n{LAST}\r\n"), format!("{whole}\r\n")),
            (format!("{FIRST}\n{LAST}"), whole.to_owned()),
            (format!("{FIRST}\nb\n"), format!("{FIRST}\nb\n")),
            (format!("{FIRST}\n"), format!("{FIRST}\n")),
            (String::new(), String::new()),
        ] {
            assert_eq!(of(&block), expected, "{block:?}");
        }
        assert!(may_be_in(FIRST.as_bytes()) && !may_be_in(b"gc 1 @0.006s 2 P\n"));
    }

    #[test]
    fn parts_at_the_end_of_a_block_go_on() {
        for (block, expected) in [
            (format!("a\n{FIRST}\n"), Some(2)),
            (format!("a\n{FIRST}\n{FIRST}\n"), Some(2)),
            (format!("{FIRST}\n"), Some(0)),
            (format!("{FIRST}\n{LAST}\n"), None),
            ("a\n".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(open_at_end(block.as_bytes()), expected, "{block:?}");
        }
    }

    #[test]
    fn parts_of_a_stream_are_joined() {
        let mut line = b"2026-01-02T03:04:05.6Z stderr P goroutine 7 [sel".to_vec();
        assert!(is_start(&line));
        for (next, joined) in [
            ("2026-01-02T03:04:05.6Z stdout F x", Joined::No),
            ("panic: x", Joined::No),
            ("2026-01-02T03:04:05.6Z stderr P ect", Joined::GoesOn),
            ("2026-01-02T03:04:05.6Z stderr F ]:", Joined::Whole),
        ] {
            assert_eq!(join(&mut line, next.as_bytes()), joined, "{next}");
        }
        assert_eq!(
            line,
            b"2026-01-02T03:04:05.6Z stderr F goroutine 7 [select]:"
        );
        assert!(!is_start(&line));
    }

    #[test]
    fn a_line_of_docker_goes_on_where_it_is_as_long_as_a_part() {
        let of =
            |text: &str| format!("{{\"log\":\"{text}\",\"stream\":\"stderr\",\"time\":\"2026\"}}");
        let long = "x".repeat(16 << 10);
        for (text, starts) in [
            ("x".to_owned(), false),
            (long.clone(), true),
            (long.clone() + "\\n", false),
        ] {
            assert_eq!(is_start(of(&text).as_bytes()), starts);
        }
        let mut line = of(&long).into_bytes();
        assert_eq!(join(&mut line, of("y\\n").as_bytes()), Joined::Whole);
        assert_eq!(line, of(&(long + "y\\n")).as_bytes());
    }
}
