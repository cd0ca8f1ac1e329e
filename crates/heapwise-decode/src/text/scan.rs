//! Small steps over the bytes of one line.

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
        into.push(scan.hex()?);
        scan.spaces();
    }
    Some(())
}

/// White space around a line, as Go's strings.TrimSpace removes it.
pub(super) fn trim(line: &[u8]) -> &[u8] {
    line.trim_ascii()
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
    line.starts_with(b"--- Memory map: ---") || line.starts_with(b"MAPPED_LIBRARIES:")
}
