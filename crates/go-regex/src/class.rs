//! Classes in brackets, and `\d` and its like.

use std::fmt::Write as _;

use super::Error;
use super::escape::{NOTHING, before, next_char, read_escape};
use super::property::read_property;

/// Writes a character by its number; that of a surrogate matches nothing in a text.
pub(super) fn write_char(number: u32, out: &mut String) {
    match char::from_u32(number) {
        Some(letter) if letter.is_ascii_alphanumeric() => out.push(letter),
        Some(_) => write_number(number, out),
        None => out.push_str(NOTHING),
    }
}

fn write_number(number: u32, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "\\x{{{number:X}}}");
}

/// Reads a class in brackets at the start of a text, writes it, and returns the rest
/// (regexp/syntax/parse.go: parseClass).
pub(super) fn read_class<'a>(text: &'a str, out: &mut String) -> Result<&'a str, Error> {
    let inside = text.strip_prefix('[').unwrap_or(text);
    let after_not = inside.strip_prefix('^');
    let mut rest = after_not.unwrap_or(inside);
    let mut items = String::new();
    let (mut is_first, mut touches_gap, mut properties) = (true, false, 0);
    while is_first || !rest.starts_with(']') {
        is_first = false;
        rest = match read_named(rest, &mut items)? {
            Some(after) => {
                properties += usize::from(rest.starts_with(r"\p") || rest.starts_with(r"\P"));
                after
            }
            None => {
                let (range, after) = read_range(rest, text)?;
                touches_gap |= range.touches_gap();
                range.write(&mut items);
                after
            }
        };
    }
    if items.is_empty() {
        items.push_str(NOTHING);
    }
    match after_not {
        None => out.push_str(&format!("[{items}]")),
        Some(_) if touches_gap || properties > 1 => out.push_str(&format!("[{ALL}--[{items}]]")),
        Some(_) => out.push_str(&format!("[^{items}]")),
    }
    Ok(rest.strip_prefix(']').unwrap_or(rest))
}

/// All there is but what a class has. Where one range of it ends before the surrogates and another begins behind them,
/// `[^…]` of regex-syntax 0.8 takes the letters beside the gap for letters between the ranges, and matches them.
const ALL: &str = r"\x{0}-\x{10FFFF}";

/// What has a name: `[:alpha:]`, `\pL`, `\d`.
fn read_named<'a>(text: &'a str, out: &mut String) -> Result<Option<&'a str>, Error> {
    if let Some(rest) = read_posix(text, out)? {
        return Ok(Some(rest));
    }
    if let Some(rest) = read_property(text, out)? {
        return Ok(Some(rest));
    }
    Ok(read_perl(text, out))
}

/// Reads `\d` and the like (regexp/syntax/perl_groups.go: perlGroup).
pub(super) fn read_perl<'a>(text: &'a str, out: &mut String) -> Option<&'a str> {
    let (letter, rest) = text.strip_prefix('\\').and_then(next_char)?;
    let ranges = match letter.to_ascii_lowercase() {
        'd' => DIGITS,
        's' => r"\t\n\x{C}\r ",
        'w' => WORD,
        _ => return None,
    };
    write_group(ranges, letter.is_ascii_uppercase(), out);
    Some(rest)
}

const DIGITS: &str = "0-9";
const WORD: &str = "0-9A-Z_a-z";

/// Reads `[:alpha:]` and the like (regexp/syntax/parse.go: parseNamedClass).
fn read_posix<'a>(text: &'a str, out: &mut String) -> Result<Option<&'a str>, Error> {
    let Some((name, rest)) = text
        .strip_prefix("[:")
        .and_then(|inner| inner.split_once(":]"))
    else {
        return Ok(None);
    };
    let (is_negated, name) = match name.strip_prefix('^') {
        Some(name) => (true, name),
        None => (false, name),
    };
    let ranges = match name {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x{0}-\x{7F}",
        "blank" => r"\t ",
        "cntrl" => r"\x{0}-\x{1F}\x{7F}",
        "digit" => DIGITS,
        "graph" => "!-\\~",
        "lower" => "a-z",
        "print" => " -\\~",
        "punct" => r"!-/:-@\[-`\{-\~",
        "space" => r"\t-\r ",
        "upper" => "A-Z",
        "word" => WORD,
        "xdigit" => "0-9A-Fa-f",
        _ => {
            return Err(Error::go(
                "invalid character class range",
                before(text, rest),
            ));
        }
    };
    write_group(ranges, is_negated, out);
    Ok(Some(rest))
}

fn write_group(ranges: &str, is_negated: bool, out: &mut String) {
    out.push_str(if is_negated { "[^" } else { "[" });
    out.push_str(ranges);
    out.push(']');
}

/// Reads a character or a range; `class` is the whole class, for refusals.
fn read_range<'a>(text: &'a str, class: &str) -> Result<(Range, &'a str), Error> {
    let (low, mut rest) = read_class_char(text, class)?;
    let mut high = low;
    // [a-] is a or -.
    if let Some(after) = rest.strip_prefix('-')
        && !after.is_empty()
        && !after.starts_with(']')
    {
        (high, rest) = read_class_char(after, class)?;
        if high < low {
            return Err(Error::go(
                "invalid character class range",
                before(text, rest),
            ));
        }
    }
    Ok((Range { low, high }, rest))
}

fn read_class_char<'a>(text: &'a str, class: &str) -> Result<(u32, &'a str), Error> {
    match next_char(text) {
        None => Err(Error::go("missing closing ]", class)),
        Some(('\\', _)) => read_escape(text),
        Some((letter, rest)) => Ok((u32::from(letter), rest)),
    }
}

/// Characters from one to another, by their numbers; one of them may be a surrogate, which no text has.
struct Range {
    low: u32,
    high: u32,
}

/// The last character before the surrogates, and the first behind them.
const BESIDE_GAP: [u32; 2] = [0xD7FF, 0xE000];

impl Range {
    /// Whether it ends at the surrogates, or within them.
    fn touches_gap(&self) -> bool {
        let [before, behind] = BESIDE_GAP;
        let gap = before..=behind;
        gap.contains(&self.low) || gap.contains(&self.high)
    }

    /// Writes it, without the surrogates that it ends in.
    fn write(&self, out: &mut String) {
        let [before, behind] = BESIDE_GAP;
        let is_surrogate = |number| before < number && number < behind;
        let low = if is_surrogate(self.low) {
            behind
        } else {
            self.low
        };
        let high = if is_surrogate(self.high) {
            before
        } else {
            self.high
        };
        if low < high {
            write_number(low, out);
            out.push('-');
        }
        if low <= high {
            write_number(high, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Regex;

    /// As Go 1.27 answers for U+D7FF, U+E000 and `a`.
    #[test]
    fn letters_beside_the_surrogates_are_in_a_class_or_not() {
        for (pattern, expected) in [
            (r"[^\x00-\x{10FFFF}]", [false, false, false]),
            (r"[^\x{80}-\x{FFFF}]", [false, false, true]),
            (r"[^\x{D7FF}\x{E000}]", [false, false, true]),
            (r"[^\x{D7FF}\p{Co}]", [false, false, true]),
            (
                r"[^\x{D700}-\x{D900}\x{DA00}-\x{E100}]",
                [false, false, true],
            ),
            (r"[^\x{D7FF}]", [false, true, true]),
            (r"[^\x{E000}a]", [true, false, false]),
            (r"(?i)[^\x{D7FF}\x{E000}A]", [false, false, false]),
            (r"[^\p{Co}\pL]", [true, false, false]),
            (r"[^\D\x{E000}]", [false, false, false]),
            (r"[\x{D7FF}\x{E000}]", [true, true, false]),
            (r"[\x{D800}-\x{10FFFF}]", [false, true, false]),
            (r"[^\x{D800}-\x{DFFF}]", [true, true, true]),
            (r"[\x{D800}-\x{DFFF}]", [false, false, false]),
        ] {
            let regex = Regex::new(pattern).expect(pattern);
            let found = ["\u{D7FF}", "\u{E000}", "a"].map(|text| regex.is_match(text.as_bytes()));
            assert_eq!(found, expected, "{pattern}");
        }
    }
}
