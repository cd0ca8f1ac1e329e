//! Small steps over the bytes of one line.

use memchr::{memchr, memmem};

use super::patterns::HEX_NUMBER;

/// What is left of a line.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn spaces(&mut self) {
        while let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// Passes `text`; `None` when it is not next.
    pub(super) fn expect(&mut self, text: &[u8]) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    /// The longest run of bytes that `is_part` accepts.
    pub(super) fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'a [u8] {
        let count = self.rest.iter().take_while(|&&byte| is_part(byte)).count();
        let (part, rest) = self.rest.split_at(count);
        self.rest = rest;
        part
    }

    /// A decimal number without sign.
    pub(super) fn digits(&mut self) -> Option<u64> {
        number(self.take_while(|byte| byte.is_ascii_digit()), 10)
    }

    /// A decimal number with or without sign.
    pub(super) fn integer(&mut self) -> Option<i64> {
        let is_negative = self.expect(b"-").is_some();
        let digits = self.digits()?;
        if is_negative {
            0i64.checked_sub_unsigned(digits)
        } else {
            i64::try_from(digits).ok()
        }
    }

    /// A hexadecimal number after `0x`.
    pub(super) fn hex(&mut self) -> Option<u64> {
        self.expect(b"0x")?;
        number(self.take_while(|byte| byte.is_ascii_hexdigit()), 16)
    }

    /// The same without capital letters, as pprof reads the addresses of records.
    fn lower_hex(&mut self) -> Option<u64> {
        self.expect(b"0x")?;
        number(
            self.take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            16,
        )
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, radix).ok()
}

/// The addresses of a record, each of them preceded by a space: ` 0x45b425 0x45bed5`. `None` when
/// there is anything else.
pub(super) fn addresses(text: &[u8], into: &mut Vec<u64>) -> Option<()> {
    into.clear();
    let mut scan = Scan::new(text);
    scan.spaces();
    while !scan.rest.is_empty() {
        into.push(scan.lower_hex()?);
        scan.spaces();
    }
    Some(())
}

/// White space around a line, as Go's strings.TrimSpace removes it.
pub(super) fn trim(line: &[u8]) -> &[u8] {
    let mut line = line;
    while let Some(space) = first_space(line) {
        line = line.get(space..).unwrap_or_default();
    }
    while let Some(space) = last_space(line) {
        line = line.get(..line.len() - space).unwrap_or_default();
    }
    line
}

/// Bytes of the space that a text starts with.
fn first_space(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'\t'..=b'\r' | b' ' => Some(1),
        0xc2 | 0xe1..=0xe3 => (2..=3).find(|&size| text.get(..size).is_some_and(is_wide_space)),
        _ => None,
    }
}

/// Bytes of the space that a text ends with.
fn last_space(text: &[u8]) -> Option<usize> {
    match text.last()? {
        b'\t'..=b'\r' | b' ' => Some(1),
        0x80.. => (2..=3).find(|&size| {
            let start = text.len().checked_sub(size);
            let end = start.and_then(|start| text.get(start..));
            end.is_some_and(is_wide_space)
        }),
        _ => None,
    }
}

/// Whether bytes are one space outside ASCII (Go's unicode.IsSpace).
fn is_wide_space(bytes: &[u8]) -> bool {
    let mut chars = std::str::from_utf8(bytes).unwrap_or_default().chars();
    chars.next().is_some_and(char::is_whitespace) && chars.next().is_none()
}

/// Whether a line is empty or white space.
pub(super) fn is_blank(line: &[u8]) -> bool {
    trim(line).is_empty()
}

/// Whether a legacy parser passes over a line (legacy_profile.go: isSpaceOrComment).
pub(super) fn is_blank_or_comment(line: &[u8]) -> bool {
    trim(line).first().is_none_or(|&byte| byte == b'#')
}

/// Whether a memory map starts here (legacy_profile.go: isMemoryMapSentinel).
pub(super) fn is_memory_map(line: &[u8]) -> bool {
    // Records, of which there are many, have no capital letters.
    memchr(b'M', line).is_some()
        && [&b"--- Memory map: ---"[..], b"MAPPED_LIBRARIES:"]
            .iter()
            .any(|start| memmem::find(line, start).is_some())
}

/// A whole number as Go reads it with the base that its start tells (strconv.ParseInt, base 0).
pub(super) fn go_integer(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', _, ..] => (16, digits.get(2..)?),
        [b'0', b'b' | b'B', _, ..] => (2, digits.get(2..)?),
        [b'0', b'o' | b'O', _, ..] => (8, digits.get(2..)?),
        [b'0', _, ..] => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    let has_prefix = radix != 10;
    let is_spaced = !digits.contains("__")
        && !digits.ends_with('_')
        && (has_prefix || !digits.starts_with('_'));
    let digits: String = digits.chars().filter(|&digit| digit != '_').collect();
    if !is_spaced || !digits.starts_with(|first: char| first.is_digit(radix)) {
        return None;
    }
    let value = u64::from_str_radix(&digits, radix).ok()?;
    match is_negative {
        true => 0_i64.checked_sub_unsigned(value),
        false => i64::try_from(value).ok(),
    }
}

/// A decimal number with or without sign, and nothing else.
pub(super) fn whole_integer(text: &[u8]) -> Option<i64> {
    let mut scan = Scan::new(text);
    let number = scan.integer()?;
    scan.rest.is_empty().then_some(number)
}

/// A hexadecimal number of an address: digits alone.
pub(super) fn hex_digits(digits: &[u8]) -> Option<u64> {
    number(digits, 16)
}

/// The hexadecimal numbers in a text, whatever is between them (legacy_profile.go:
/// parseHexAddresses). `None` when one of them is too large for an address.
pub(super) fn hex_numbers(text: &[u8], into: &mut Vec<u64>) -> Option<()> {
    into.clear();
    for found in HEX_NUMBER.all(text) {
        into.push(number(found.get(2..)?, 16)?);
    }
    Some(())
}

/// Cuts the fraction off; `None` when the rest does not fit. Go leaves to the machine what comes
/// of that.
pub(super) fn truncated(value: f64) -> Option<i64> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    (-END..END).contains(&value).then_some(value as i64)
}

#[cfg(test)]
mod tests {
    use super::{go_integer, hex_numbers, trim, truncated};

    #[test]
    fn removes_space_as_go_does() {
        for (text, expected) in [
            ("", ""),
            (" \t\u{b}\u{c}\r\n", ""),
            ("\u{85}\u{a0}a b\u{3000}\u{2028} ", "a b"),
            ("\u{200b}a\u{e9}", "\u{200b}a\u{e9}"),
        ] {
            assert_eq!(trim(text.as_bytes()), expected.as_bytes(), "{text:?}");
        }
        assert_eq!(trim(b"\xc2a\xa0 "), b"\xc2a\xa0");
    }

    #[test]
    fn reads_numbers_as_go_does() {
        for (text, expected) in [
            ("12", Some(12)),
            ("-12", Some(-12)),
            ("+0x_1F", Some(31)),
            ("0b101", Some(5)),
            ("0o17", Some(15)),
            ("017", Some(15)),
            ("0_17", Some(15)),
            ("0", Some(0)),
            ("1_000", Some(1000)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("08", None),
            ("0x", None),
            ("_1", None),
            ("1__0", None),
            ("1_", None),
            ("0x-1", None),
            ("--1", None),
            ("", None),
            ("1 ", None),
        ] {
            assert_eq!(go_integer(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn finds_addresses_among_anything() {
        let mut found = Vec::new();
        assert_eq!(hex_numbers(b" 0x12 x 0xffg0x0", &mut found), Some(()));
        assert_eq!(found, [0x12, 0xff, 0]);
        assert_eq!(hex_numbers(b"0x1ffffffffffffffff", &mut found), None);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert_eq!(truncated(-1.9), Some(-1));
        assert_eq!(truncated(f64::NAN), None);
        assert_eq!(truncated(9.3e18), None);
        assert_eq!(truncated(-9_223_372_036_854_775_808.0), Some(i64::MIN));
    }
}
