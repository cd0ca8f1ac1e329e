//! What terminals and pages of builds act on, in the middle of texts: colours, movements, titles, marks of time (ECMA-48, sections 5.3 to
//! 5.6).

use std::borrow::Cow;

use memchr::{memchr, memmem};

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 7;

/// Before the time at which Buildkite has received a line: with the characters around it that a page or an editor left.
const BUILDKITE: &[u8] = b"_bk;t=";

/// What is behind a sequence that a text begins with, which is that of an escape character.
fn behind_sequence(text: &[u8]) -> &[u8] {
    let rest = |from: usize| text.get(from..).unwrap_or_default();
    match text {
        [ESCAPE, b'[', sequence @ ..] => {
            let end = sequence
                .iter()
                .position(|byte| (0x40..=0x7e).contains(byte));
            end.map_or(&[][..], |end| rest(2 + end + 1))
        }
        // A text for who reads it: of an application, a title, a link.
        [ESCAPE, b'_' | b']' | b'P' | b'^' | b'X', sequence @ ..] => {
            let bell = memchr(BELL, sequence).map(|at| (at, 1));
            let ends = [bell, memmem::find(sequence, b"\x1b\\").map(|at| (at, 2))];
            match ends.into_iter().flatten().min() {
                Some((at, length)) => rest(2 + at + length),
                // Cut off, or not what it looks like: the rest of a line is worth more than that.
                None => rest(1),
            }
        }
        [ESCAPE, b' '..=b'/', ..] => {
            let middle = text.iter().skip(1);
            let count = middle
                .take_while(|byte| (b' '..=b'/').contains(byte))
                .count();
            rest(1 + count + 1)
        }
        [ESCAPE, b'0'..=b'~', ..] => rest(2),
        _ => rest(1),
    }
}

/// A line without sequences and marks.
pub(crate) fn without_sequences(line: &[u8]) -> Cow<'_, [u8]> {
    let mut plain = Cow::Borrowed(line);
    if memchr(ESCAPE, line).is_some() {
        let mut kept = Vec::with_capacity(line.len());
        let mut rest = line;
        while let Some(at) = memchr(ESCAPE, rest) {
            let (before, after) = rest.split_at(at);
            kept.extend_from_slice(before);
            rest = behind_sequence(after);
        }
        kept.extend_from_slice(rest);
        plain = Cow::Owned(kept);
    }
    let mark = plain.len() - behind_mark(&plain).len();
    match plain {
        Cow::Borrowed(line) => Cow::Borrowed(line.get(mark..).unwrap_or_default()),
        Cow::Owned(mut line) => {
            line.drain(..mark);
            Cow::Owned(line)
        }
    }
}

/// A line behind the marks of Buildkite that it begins with, which have lost their escape characters.
fn behind_mark(line: &[u8]) -> &[u8] {
    let mut rest = line;
    while let Some(time) = rest.strip_prefix(BUILDKITE) {
        let digits = time.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let behind = time.get(digits..).unwrap_or_default();
        rest = behind.strip_prefix(&[BELL]).unwrap_or(behind);
        if digits == 0 {
            break;
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::without_sequences;

    #[test]
    fn what_is_not_text_is_left_out() {
        for (line, expected) in [
            ("plain", "plain"),
            ("\x1b[1m./a.go\x1b[0;31m:1:2: x\x1b[m", "./a.go:1:2: x"),
            // Buildkite, in its logs and copied from its pages.
            ("\x1b_bk;t=1700000000000\x07./a.go:1:2: x", "./a.go:1:2: x"),
            ("\x1b_bk;t=1\x07a\x1b_bk;t=2\x07b", "ab"),
            ("_bk;t=1700000000000\x07./a.go:1:2: x", "./a.go:1:2: x"),
            ("_bk;t=1700000000000./a.go:1:2: x", "./a.go:1:2: x"),
            ("\x1b_bk;t=1700000000000./a.go:1:2: x", "./a.go:1:2: x"),
            // Titles, links, images, character sets.
            ("\x1b]0;make\x07x", "x"),
            ("\x1b]8;;https://x/a.go\x1b\\a.go\x1b]8;;\x1b\\:1", "a.go:1"),
            ("\x1bPq#0\x1b\\x", "x"),
            ("\x1b(B\x1b[mx", "x"),
            ("\x1b7x\x1b8", "x"),
            ("a\x1b", "a"),
            ("\x1b[", ""),
            ("\x1b]a", "]a"),
            ("my_bk;t=1", "my_bk;t=1"),
        ] {
            let found = without_sequences(line.as_bytes());
            assert_eq!(found, expected.as_bytes(), "{line:?}");
        }
    }
}
