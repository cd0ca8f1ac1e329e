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
    let mut rest = text.strip_prefix('[').unwrap_or(text);
    out.push('[');
    if let Some(after) = rest.strip_prefix('^') {
        out.push('^');
        rest = after;
    }
    let start = out.len();
    let mut is_first = true;
    while is_first || !rest.starts_with(']') {
        is_first = false;
        rest = match read_named(rest, out)? {
            Some(after) => after,
            None => read_range(rest, text, out)?,
        };
    }
    if out.len() == start {
        out.push_str(NOTHING);
    }
    out.push(']');
    Ok(rest.strip_prefix(']').unwrap_or(rest))
}

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
fn read_range<'a>(text: &'a str, class: &str, out: &mut String) -> Result<&'a str, Error> {
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
    write_range(low, high, out);
    Ok(rest)
}

fn read_class_char<'a>(text: &'a str, class: &str) -> Result<(u32, &'a str), Error> {
    match next_char(text) {
        None => Err(Error::go("missing closing ]", class)),
        Some(('\\', _)) => read_escape(text),
        Some((letter, rest)) => Ok((u32::from(letter), rest)),
    }
}

/// Writes a range, without the surrogates in it.
fn write_range(low: u32, high: u32, out: &mut String) {
    const SURROGATES: [u32; 2] = [0xD800, 0xDFFF];
    let [first, last] = SURROGATES;
    for (low, high) in [(low, high.min(first - 1)), (low.max(last + 1), high)] {
        if low < high {
            write_number(low, out);
            out.push('-');
        }
        if low <= high {
            write_number(high, out);
        }
    }
}
