//! From a pattern of Go to one of the `regex` crate.

use std::fmt::Write as _;

use super::Error;
use super::class::{read_class, read_perl, write_char};
use super::escape::{before, next_char, read_escape};
use super::level::{Atom, Flags, Level, MAX_REPEATS, check_height};
use super::property::read_property;

/// `\B` as it is written.
pub(super) const NOT_BOUNDARY: &str = r"(?-u:\B)";

/// Reads a pattern as Go does with Perl's flags (regexp/syntax/parse.go: parse), and writes one
/// that matches the same texts for the `regex` crate.
pub(super) fn translate(pattern: &str) -> Result<String, Error> {
    let mut translator = Translator {
        pattern,
        flags: Flags::default(),
        out: String::with_capacity(pattern.len() * 2),
        outer: Vec::new(),
        level: Level::new(0, Flags::default(), false),
    };
    let mut rest = pattern;
    let mut repetition = None;
    while let Some((next, after)) = next_char(rest) {
        let mut repeated = None;
        rest = match next {
            '*' | '+' | '?' | '{' => match read_repetition(rest)? {
                Some((counts, after)) => {
                    let after = translator.repeat(counts, rest, after, repetition)?;
                    repeated = Some(rest);
                    after
                }
                None => translator.literal(next, after),
            },
            '\\' => translator.escape(rest)?,
            '[' => translator.atom(|out| read_class(rest, out))?,
            '(' => translator.open(rest)?,
            ')' => translator.close(after)?,
            '|' => translator.alternative(after),
            '^' | '$' | '.' => translator.symbol(next, after),
            _ => translator.literal(next, after),
        };
        repetition = repeated;
    }
    translator.finish()
}

struct Translator<'p> {
    pattern: &'p str,
    flags: Flags,
    out: String,
    /// The groups around the one that is being read.
    outer: Vec<Level>,
    level: Level,
}

/// How often something is repeated.
#[derive(Debug, Clone, Copy)]
struct Counts {
    min: u64,
    max: Option<u64>,
    /// Written as numbers in braces.
    is_counted: bool,
}

impl Translator<'_> {
    /// Writes something that can be repeated.
    fn atom<T>(&mut self, write: impl FnOnce(&mut String) -> Result<T, Error>) -> Result<T, Error> {
        let start = self.out.len();
        if self.flags.fold_case {
            self.out.push_str("(?i:");
        }
        let result = write(&mut self.out)?;
        if self.flags.fold_case {
            self.out.push(')');
        }
        self.level.push(Atom::simple(start));
        Ok(result)
    }

    fn literal<'a>(&mut self, letter: char, rest: &'a str) -> &'a str {
        self.character(u32::from(letter));
        rest
    }

    fn character(&mut self, number: u32) {
        let start = self.out.len();
        if self.flags.fold_case {
            self.out.push_str("(?i:");
        }
        write_char(number, &mut self.out);
        if self.flags.fold_case {
            self.out.push(')');
        }
        self.level.push(Atom::simple(start));
    }

    fn verbatim<'a>(&mut self, text: &str, rest: &'a str) -> &'a str {
        let start = self.out.len();
        self.out.push_str(text);
        self.level.push(Atom::simple(start));
        rest
    }

    fn symbol<'a>(&mut self, symbol: char, rest: &'a str) -> &'a str {
        let written = match (symbol, self.flags) {
            ('^', Flags { multi_line, .. }) if multi_line => "(?m:^)",
            ('^', _) => r"\A",
            ('$', Flags { multi_line, .. }) if multi_line => "(?m:$)",
            ('$', _) => r"\z",
            (_, flags) if flags.dot_matches_newline => "(?s:.)",
            _ => ".",
        };
        self.verbatim(written, rest)
    }

    fn escape<'a>(&mut self, text: &'a str) -> Result<&'a str, Error> {
        let escaped = text.strip_prefix('\\').and_then(next_char);
        match escaped {
            Some(('A', rest)) => return Ok(self.verbatim(r"\A", rest)),
            Some(('z', rest)) => return Ok(self.verbatim(r"\z", rest)),
            Some(('b', rest)) => return Ok(self.verbatim(r"(?-u:\b)", rest)),
            Some(('B', rest)) => return Ok(self.verbatim(NOT_BOUNDARY, rest)),
            Some(('C', _)) => return Err(Error::go("invalid escape sequence", r"\C")),
            Some(('Q', rest)) => return Ok(self.quoted(rest)),
            Some(('p' | 'P', _)) => {
                let rest = self.atom(|out| read_property(text, out))?;
                return Ok(rest.unwrap_or_default());
            }
            Some(('d' | 'D' | 's' | 'S' | 'w' | 'W', _)) => {
                let rest = self.atom(|out| Ok(read_perl(text, out)))?;
                return Ok(rest.unwrap_or_default());
            }
            _ => {}
        }
        let (number, rest) = read_escape(text)?;
        self.character(number);
        Ok(rest)
    }

    /// What comes after `\Q` is itself, up to `\E` or the end.
    fn quoted<'a>(&mut self, text: &'a str) -> &'a str {
        let (quoted, rest) = text.split_once(r"\E").unwrap_or((text, ""));
        for letter in quoted.chars() {
            self.character(u32::from(letter));
        }
        rest
    }

    fn alternative<'a>(&mut self, rest: &'a str) -> &'a str {
        self.out.push('|');
        self.level.next_alternative();
        rest
    }

    fn open_group(&mut self, flags_outside: Flags, is_capture: bool) {
        let level = Level::new(self.out.len(), flags_outside, is_capture);
        self.out.push_str("(?:");
        self.outer.push(std::mem::replace(&mut self.level, level));
    }

    /// What begins with a bracket: a group, a named one, or flags
    /// (regexp/syntax/parse.go: parsePerlFlags).
    fn open<'a>(&mut self, text: &'a str) -> Result<&'a str, Error> {
        let Some(inner) = text.strip_prefix("(?") else {
            self.open_group(self.flags, true);
            return Ok(text.strip_prefix('(').unwrap_or(text));
        };
        let named = inner.strip_prefix("P<").filter(|name| !name.is_empty());
        let named = named.or(inner.strip_prefix('<').filter(|_| text.len() > 3));
        if let Some(name) = named {
            return self.open_named(text, name);
        }
        self.set_flags(text, inner)
    }

    fn open_named<'a>(&mut self, text: &str, inner: &'a str) -> Result<&'a str, Error> {
        let refused = |part| Error::go("invalid named capture", part);
        let (name, rest) = inner.split_once('>').ok_or_else(|| refused(text))?;
        let is_word = |letter: char| letter == '_' || letter.is_ascii_alphanumeric();
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(refused(before(text, rest)));
        }
        self.open_group(self.flags, true);
        Ok(rest)
    }

    fn set_flags<'a>(&mut self, text: &str, mut rest: &'a str) -> Result<&'a str, Error> {
        let mut flags = self.flags;
        let mut value = true;
        let mut saw_flag = false;
        while let Some((next, after)) = next_char(rest) {
            rest = after;
            match next {
                'i' => flags.fold_case = value,
                'm' => flags.multi_line = value,
                's' => flags.dot_matches_newline = value,
                'U' => {}
                '-' if value => {
                    (value, saw_flag) = (false, false);
                    continue;
                }
                ':' | ')' if value || saw_flag => {
                    if next == ':' {
                        self.open_group(self.flags, false);
                    }
                    self.flags = flags;
                    return Ok(rest);
                }
                _ => break,
            }
            saw_flag = true;
        }
        Err(Error::go(
            "invalid or unsupported Perl syntax",
            before(text, rest),
        ))
    }

    fn close<'a>(&mut self, rest: &'a str) -> Result<&'a str, Error> {
        let Some(outer) = self.outer.pop() else {
            return Err(Error::go("unexpected )", self.pattern));
        };
        self.out.push(')');
        let level = std::mem::replace(&mut self.level, outer);
        self.flags = level.flags;
        self.level.push(check_height(level.close(), self.pattern)?);
        Ok(rest)
    }

    /// Repeats the last atom. `text` begins with the repetition, `rest` comes after it, and
    /// `stacked_on` begins with the repetition directly before it, if there is one
    /// (regexp/syntax/parse.go: parser.repeat).
    fn repeat<'a>(
        &mut self,
        counts: Counts,
        text: &str,
        rest: &'a str,
        stacked_on: Option<&str>,
    ) -> Result<&'a str, Error> {
        let rest = rest.strip_prefix('?').unwrap_or(rest);
        if let Some(first) = stacked_on {
            let both = before(first, rest);
            return Err(Error::go("invalid nested repetition operator", both));
        }
        let operator = before(text, rest);
        let Some(atom) = self.level.last else {
            return Err(Error::go(
                "missing argument to repetition operator",
                operator,
            ));
        };
        let repeats = counts.product(atom.repeats);
        if counts.is_checked() && repeats > MAX_REPEATS {
            return Err(Error::go("invalid repeat count", operator));
        }
        self.out.insert_str(atom.start, "(?:");
        self.out.push(')');
        counts.write(&mut self.out);
        let height = atom.height + 1;
        let repeated = Atom {
            height,
            repeats,
            ..atom
        };
        self.level.last = Some(check_height(repeated, self.pattern)?);
        Ok(rest)
    }

    fn finish(self) -> Result<String, Error> {
        if !self.outer.is_empty() {
            return Err(Error::go("missing closing )", self.pattern));
        }
        check_height(self.level.close(), self.pattern)?;
        Ok(self.out)
    }
}

impl Counts {
    /// The product of counts within one another, which Go limits (regexp/syntax/parse.go:
    /// repeatIsValid).
    fn product(self, inner: u64) -> u64 {
        match self.max.unwrap_or(self.min) {
            _ if !self.is_counted => inner,
            // Nothing is left of what is repeated 0 times.
            0 if self.max == Some(0) => 1,
            count => inner.saturating_mul(count.max(1)),
        }
    }

    fn is_checked(self) -> bool {
        self.is_counted && (self.min >= 2 || self.max.is_some_and(|max| max >= 2))
    }

    fn write(self, out: &mut String) {
        // Writing to a string does not fail.
        let _ = match (self.min, self.max) {
            (0, None) => write!(out, "*"),
            (1, None) => write!(out, "+"),
            (0, Some(1)) => write!(out, "?"),
            (min, None) => write!(out, "{{{min},}}"),
            (min, Some(max)) => write!(out, "{{{min},{max}}}"),
        };
    }
}

/// Reads an operator that repeats, and returns what comes after it; `None` when it is a brace that
/// stands for itself (regexp/syntax/parse.go: parseRepeat).
fn read_repetition(text: &str) -> Result<Option<(Counts, &str)>, Error> {
    let Some((operator, rest)) = next_char(text) else {
        return Ok(None);
    };
    let simple = |min, max| Counts {
        min,
        max,
        is_counted: false,
    };
    match operator {
        '*' => return Ok(Some((simple(0, None), rest))),
        '+' => return Ok(Some((simple(1, None), rest))),
        '?' => return Ok(Some((simple(0, Some(1)), rest))),
        _ => {}
    }
    let Some((counts, rest)) = read_counts(rest) else {
        return Ok(None);
    };
    let largest = counts.max.unwrap_or(0).max(counts.min);
    if largest > MAX_REPEATS || counts.max.is_some_and(|max| counts.min > max) {
        let operator = before(text, rest);
        return Err(Error::go("invalid repeat count", operator));
    }
    Ok(Some((counts, rest)))
}

/// `2}`, `2,}` or `2,3}`.
fn read_counts(text: &str) -> Option<(Counts, &str)> {
    let (min, rest) = read_number(text)?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(after) if after.starts_with('}') => (None, after),
        Some(after) => {
            let (max, rest) = read_number(after)?;
            (Some(max), rest)
        }
    };
    let counts = Counts {
        min,
        max,
        is_counted: true,
    };
    Some((counts, rest.strip_prefix('}')?))
}

/// A number without leading zeros; one that is too large is just that.
fn read_number(text: &str) -> Option<(u64, &str)> {
    let rest = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = before(text, rest);
    if digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) {
        return None;
    }
    Some((digits.parse().unwrap_or(u64::MAX), rest))
}
