//! What a logger writes before each line, learnt from the line of a header.

/// What stands before the lines of a stream. It may differ from line to line, see [`Likeness`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prefix(pub(super) Vec<u8>);

/// How alike the prefixes of a stream are; the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// But for digits: `2026-11-25T14:26:07.81Z stderr F `.
    Digits,
    /// But for letters and digits: months, levels, ids.
    Words,
    /// As many words with spaces between them.
    Fields,
}

impl Likeness {
    pub(super) const ALL: [Likeness; 3] = [Likeness::Digits, Likeness::Words, Likeness::Fields];
}

impl Prefix {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The line without the prefix. White space at the end of the prefix may be missing before an
    /// empty line, and white space within it may be as wide as it likes.
    pub(super) fn strip<'a>(&self, line: &'a [u8], likeness: Likeness) -> Option<&'a [u8]> {
        match likeness {
            Likeness::Digits => strip(&self.0, line, |byte| byte.is_ascii_digit()),
            Likeness::Words => strip(&self.0, line, |byte| byte.is_ascii_alphanumeric()),
            Likeness::Fields => self.strip_fields(line),
        }
    }

    fn strip_fields<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let ends_in_space = self.0.last().is_some_and(u8::is_ascii_whitespace);
        if !ends_in_space {
            return None;
        }
        let is_space = |byte: &u8| byte.is_ascii_whitespace();
        let wanted = self.0.split(is_space).filter(|word| !word.is_empty());
        let mut rest = line;
        for _ in wanted {
            rest = rest.trim_ascii_start();
            let end = rest.iter().position(is_space)?;
            rest = rest.get(end..)?;
        }
        Some(rest)
    }
}

/// Runs of bytes that may change need not be the same, nor runs of spaces within the prefix.
fn strip<'a>(prefix: &[u8], line: &'a [u8], may_change: fn(u8) -> bool) -> Option<&'a [u8]> {
    let mut wanted = prefix;
    let mut rest = line;
    while let Some((&byte, after)) = wanted.split_first() {
        let wanted_run = match byte {
            b' ' => skip(wanted, |byte| byte == b' '),
            byte if may_change(byte) => skip(wanted, may_change),
            _ => after,
        };
        let skipped = match byte {
            b' ' if wanted_run.is_empty() => skip_at_most(rest, wanted.len()),
            b' ' => skip(rest, |byte| byte == b' '),
            byte if may_change(byte) => skip(rest, may_change),
            byte => rest.strip_prefix(&[byte]).unwrap_or(rest),
        };
        if skipped.len() == rest.len() {
            let is_empty = rest.trim_ascii().is_empty() && wanted.trim_ascii().is_empty();
            return is_empty.then_some(rest);
        }
        wanted = wanted_run;
        rest = skipped;
    }
    Some(rest)
}

fn skip(text: &[u8], is_part: fn(u8) -> bool) -> &[u8] {
    let count = text.iter().take_while(|&&byte| is_part(byte)).count();
    text.get(count..).unwrap_or_default()
}

/// Spaces beyond those of the prefix are of the line.
fn skip_at_most(text: &[u8], most: usize) -> &[u8] {
    let spaces = text.iter().take(most).take_while(|&&byte| byte == b' ');
    text.get(spaces.count()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Likeness, Prefix};

    fn check(prefix: &str, likeness: Likeness, line: &str, rest: Option<&str>) {
        let prefix = Prefix(prefix.as_bytes().to_vec());
        let found = prefix.strip(line.as_bytes(), likeness);
        assert_eq!(found, rest.map(str::as_bytes), "{line}");
    }

    #[test]
    fn strips_what_differs_only_in_numbers() {
        for (line, rest) in [
            (
                "2026-11-25T14:26:08.1Z stderr F \tx.go:7\n",
                Some("\tx.go:7\n"),
            ),
            ("2026-11-25T14:26:08.1Z stderr F\n", Some("\n")),
            ("2026-11-25T14:26:08.1Z stdout F x\n", None),
            ("2026-11-25T14:26:08.1Z", None),
            ("", None),
        ] {
            check(
                "2026-11-25T14:26:07.81Z stderr F ",
                Likeness::Digits,
                line,
                rest,
            );
        }
    }

    #[test]
    fn strips_words_and_fields_that_differ() {
        check("Nov 30 a x: ", Likeness::Words, "Dec  1 a x: y", Some("y"));
        check("Dec  9 a x: ", Likeness::Words, "Dec 10 a x: y", Some("y"));
        check(
            "id=3a389b09 | ",
            Likeness::Words,
            "id=f772f8ea | y",
            Some("y"),
        );
        check(
            "f-7/+a= INFO ",
            Likeness::Fields,
            "g.8_b WARN y z",
            Some(" y z"),
        );
        check("f: ", Likeness::Fields, "g", None);
    }

    #[test]
    fn ends_on_any_bytes() {
        for line in ["a  b", " ", "a ", "a    ", "1 2 3", "a b c"] {
            for prefix in ["a b ", " ", "  a", "a  b  ", "1  2"] {
                for likeness in Likeness::ALL {
                    let prefix = Prefix(prefix.as_bytes().to_vec());
                    let _ = prefix.strip(line.as_bytes(), likeness);
                }
            }
        }
    }
}
