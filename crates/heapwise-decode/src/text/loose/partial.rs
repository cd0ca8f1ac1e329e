//! Lines that the logs of containers hold in parts.

use memchr::memmem;

/// Docker's json-file starts another line behind so many bytes (daemon/logger/copier.go: defaultBufSize).
const DOCKER_PART: usize = 16 << 10;

/// What became of a line and the one behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joined {
    /// They are no parts of one line.
    No,
    /// They are one line, which goes on.
    GoesOn,
    /// They are one line, which is whole.
    Whole,
}

/// Whether a line is the start of one that goes on in the next.
pub(super) fn is_start(line: &[u8]) -> bool {
    Cri::of(line).is_some_and(|cri| cri.is_partial)
        || Docker::of(line).is_some_and(|docker| docker.is_partial())
}

/// Puts the next part behind a line.
pub(super) fn join(line: &mut Vec<u8>, next: &[u8]) -> Joined {
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
    use super::{Joined, is_start, join};

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
