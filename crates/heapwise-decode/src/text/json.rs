//! The texts of JSON, as loggers write them.

use super::scan::Scan;

/// Appends what the inside of a text means (RFC 8259, section 7). What is no escape stays as it is;
/// two quotes are one, as in CSV (RFC 4180, section 2).
pub(crate) fn unescape_all(text: &[u8], into: &mut Vec<u8>) {
    let mut scan = Scan::new(text);
    loop {
        into.extend_from_slice(scan.take_while(|byte| !matches!(byte, b'"' | b'\\')));
        let (escape, rest) = match scan.rest {
            [b'\\', escape, rest @ ..] => (escape, rest),
            [b'"', b'"', rest @ ..] | [b'"', rest @ ..] => {
                scan.rest = rest;
                into.push(b'"');
                continue;
            }
            _ => return,
        };
        scan.rest = rest;
        match escape {
            b'n' => into.push(b'\n'),
            b't' => into.push(b'\t'),
            b'r' => into.push(b'\r'),
            b'b' => into.push(8),
            b'f' => into.push(12),
            b'u' => unicode(&mut scan, into),
            &other => into.push(other),
        }
    }
}

/// Four digits, or twice four for what does not fit.
fn unicode(scan: &mut Scan<'_>, into: &mut Vec<u8>) {
    let mut code = unit(scan).unwrap_or(0xfffd);
    if (0xd800..0xdc00).contains(&code) {
        let before = *scan;
        let low = scan.expect(b"\\u").and_then(|()| unit(scan));
        code = match low.filter(|low| (0xdc00..0xe000).contains(low)) {
            Some(low) => 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00),
            None => {
                *scan = before;
                0xfffd
            }
        };
    }
    let char = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    into.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}

fn unit(scan: &mut Scan<'_>) -> Option<u32> {
    let (digits, rest) = scan.rest.split_at_checked(4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    scan.rest = rest;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::unescape_all;

    #[test]
    fn reads_texts() {
        for (text, expected) in [
            (r#"a\n\tb\"c\\d\/ ""e"""#, "a\n\tb\"c\\d/ \"e\""),
            (r#"\u0026\u00e9\ud83d\ude00"#, "&é😀"),
            (r#"\ud83dx\udead\u12"#, "\u{fffd}x\u{fffd}\u{fffd}12"),
            ("no end\\", "no end"),
            ("", ""),
        ] {
            let mut found = Vec::new();
            unescape_all(text.as_bytes(), &mut found);
            assert_eq!(String::from_utf8_lossy(&found), expected, "{text}");
        }
    }
}
