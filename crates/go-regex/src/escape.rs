//! Characters and escapes.

use super::Error;

/// A class that matches nothing.
pub(super) const NOTHING: &str = r"[^\x{0}-\x{10FFFF}]";

/// Takes a character off a text.
pub(super) fn next_char(text: &str) -> Option<(char, &str)> {
    let mut chars = text.chars();
    Some((chars.next()?, chars.as_str()))
}

/// The part of `text` that comes before `rest`, its end.
pub(super) fn before<'a>(text: &'a str, rest: &str) -> &'a str {
    text.get(..text.len() - rest.len()).unwrap_or(text)
}

/// Reads an escaped character at the start of a text: its number, which may be that of a
/// surrogate, and the rest (regexp/syntax/parse.go: parseEscape).
pub(super) fn read_escape(text: &str) -> Result<(u32, &str), Error> {
    let Some((escaped, rest)) = text.strip_prefix('\\').and_then(next_char) else {
        return Err(Error::go("trailing backslash at end of expression", ""));
    };
    let is_digit_next = rest.starts_with(|next| matches!(next, '0'..='7'));
    match escaped {
        '1'..='7' if !is_digit_next => Err(invalid(text, rest)),
        '0'..='7' => Ok(read_octal(escaped, rest)),
        'x' => read_hexadecimal(text, rest),
        'a' => Ok((0x07, rest)),
        'f' => Ok((0x0c, rest)),
        'n' => Ok((0x0a, rest)),
        'r' => Ok((0x0d, rest)),
        't' => Ok((0x09, rest)),
        'v' => Ok((0x0b, rest)),
        _ if escaped.is_ascii() && !escaped.is_ascii_alphanumeric() => {
            Ok((u32::from(escaped), rest))
        }
        _ => Err(invalid(text, rest)),
    }
}

fn invalid(text: &str, rest: &str) -> Error {
    Error::go("invalid escape sequence", before(text, rest))
}

/// Up to three digits, of which the first is read.
fn read_octal(first: char, mut rest: &str) -> (u32, &str) {
    let mut number = first.to_digit(8).unwrap_or(0);
    for _ in 1..3 {
        let Some((next, after)) = next_char(rest) else {
            break;
        };
        let Some(digit) = next.to_digit(8) else {
            break;
        };
        number = number * 8 + digit;
        rest = after;
    }
    (number, rest)
}

/// What follows `\x`: two digits, or any number of them in braces.
fn read_hexadecimal<'a>(text: &str, rest: &'a str) -> Result<(u32, &'a str), Error> {
    let Some((first, rest)) = next_char(rest) else {
        return Err(invalid(text, rest));
    };
    if first == '{' {
        return read_braces(text, rest);
    }
    let Some((second, rest)) = next_char(rest) else {
        return Err(invalid(text, rest));
    };
    match (first.to_digit(16), second.to_digit(16)) {
        (Some(high), Some(low)) => Ok((high * 16 + low, rest)),
        _ => Err(invalid(text, rest)),
    }
}

fn read_braces<'a>(text: &str, mut rest: &'a str) -> Result<(u32, &'a str), Error> {
    let mut number = None;
    while let Some((next, after)) = next_char(rest) {
        rest = after;
        if next == '}' {
            return number
                .map(|number| (number, rest))
                .ok_or_else(|| invalid(text, rest));
        }
        let Some(digit) = next.to_digit(16) else {
            break;
        };
        let longer = number.unwrap_or(0) * 16 + digit;
        if longer > u32::from(char::MAX) {
            break;
        }
        number = Some(longer);
    }
    Err(invalid(text, rest))
}
