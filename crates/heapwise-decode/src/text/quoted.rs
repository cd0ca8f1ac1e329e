//! Texts and labels as Go quotes them.

use super::scan::Scan;

/// A name and a value.
pub(super) type Pair = (Vec<u8>, Vec<u8>);

/// Labels as debug=1 prints them (runtime/pprof/label.go: labelMap.String).
///
/// `{"endpoint":"/leak", "tenant":"acme"}` is two pairs. `None` for anything else.
pub(super) fn labels(text: &[u8]) -> Option<Vec<Pair>> {
    let mut scan = Scan::new(text);
    scan.expect(b"{")?;
    let mut pairs = Vec::new();
    while scan.expect(b"}").is_none() {
        if !pairs.is_empty() {
            scan.expect(b", ")?;
        }
        let key = unquote(&mut scan)?;
        scan.expect(b":")?;
        pairs.push((key, unquote(&mut scan)?));
    }
    Some(pairs)
}

/// Labels as the header of a goroutine shows them since Go 1.27: only what needs it is quoted
/// (runtime/traceback.go: goroutineheader, tracebackStringNeedsQuoting).
///
/// `{path: "/a?b c", tenant: acme}` is two pairs; what follows stays in the scan.
pub(super) fn header_labels(scan: &mut Scan<'_>) -> Option<Vec<Pair>> {
    scan.expect(b"{")?;
    let mut pairs = Vec::new();
    loop {
        let key = word(scan)?;
        scan.expect(b": ")?;
        pairs.push((key, word(scan)?));
        if scan.expect(b"}").is_some() {
            return Some(pairs);
        }
        scan.expect(b", ")?;
    }
}

fn word(scan: &mut Scan<'_>) -> Option<Vec<u8>> {
    if scan.rest.starts_with(b"\"") {
        return unquote(scan);
    }
    Some(
        scan.take_while(|byte| !matches!(byte, b':' | b',' | b'}' | b'"' | b' '))
            .to_vec(),
    )
}

/// A text in double quotes with Go's escapes (strconv.Quote, runtime/print.go: printquoted).
fn unquote(scan: &mut Scan<'_>) -> Option<Vec<u8>> {
    scan.expect(b"\"")?;
    let mut text = Vec::new();
    loop {
        text.extend_from_slice(scan.take_while(|byte| !matches!(byte, b'"' | b'\\')));
        match scan.rest {
            [b'"', rest @ ..] => {
                scan.rest = rest;
                return Some(text);
            }
            [b'\\', escape, rest @ ..] => {
                scan.rest = rest;
                unescape(*escape, scan, &mut text)?;
            }
            _ => return None,
        }
    }
}

fn unescape(escape: u8, scan: &mut Scan<'_>, text: &mut Vec<u8>) -> Option<()> {
    text.push(match escape {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'\\' | b'"' | b'\'' => escape,
        b'x' => u8::try_from(code(scan, 2)?).ok()?,
        b'u' | b'U' => {
            let digits = if escape == b'u' { 4 } else { 8 };
            let char = char::from_u32(code(scan, digits)?)?;
            text.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(());
        }
        _ => return None,
    });
    Some(())
}

fn code(scan: &mut Scan<'_>, digits: usize) -> Option<u32> {
    let (code, rest) = scan.rest.split_at_checked(digits)?;
    scan.rest = rest;
    if !code.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u32::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{Pair, header_labels, labels};
    use crate::text::scan::Scan;

    fn pairs(expected: &[(&str, &[u8])]) -> Option<Vec<Pair>> {
        let pair = |&(key, value): &(&str, &[u8])| (key.as_bytes().to_vec(), value.to_vec());
        Some(expected.iter().map(pair).collect())
    }

    #[test]
    fn reads_labels_of_debug_1() {
        let cases: [(&[u8], _); 7] = [
            (b"{}", pairs(&[])),
            (br#"{"a":"b"}"#, pairs(&[("a", b"b")])),
            (
                br#"{"a":"x, \"y\":{}", "b":""}"#,
                pairs(&[("a", b"x, \"y\":{}"), ("b", b"")]),
            ),
            (
                br#"{"a":"\xff\u00e9\U0001f600\n"}"#,
                pairs(&[("a", b"\xff\xc3\xa9\xf0\x9f\x98\x80\n")]),
            ),
            (br#"{"a":"b"#, None),
            (br#"{"a" "b"}"#, None),
            (br#"{"a":"\q"}"#, None),
        ];
        for (text, expected) in cases {
            assert_eq!(labels(text), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn reads_labels_of_a_header() {
        let cases: [(&[u8], _); 6] = [
            (
                br#"{path: "/v1?x=1 y", tenant: acme}"#,
                pairs(&[("path", b"/v1?x=1 y"), ("tenant", b"acme")]),
            ),
            (
                br#"{k: , "a b": "c\"}"}"#,
                pairs(&[("k", b""), ("a b", b"c\"}")]),
            ),
            (br#"{: a/b.c_1}"#, pairs(&[("", b"a/b.c_1")])),
            (b"{", None),
            (b"{a}", None),
            (b"{a: b", None),
        ];
        for (text, expected) in cases {
            let found = header_labels(&mut Scan::new(text));
            assert_eq!(found, expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn reads_every_escape_that_go_writes() {
        // strconv.Quote of the bytes 7 to 13, of quotes and a backslash, and of what is no UTF-8 or not printed.
        let text = br#"{"k":"\a\b\t\n\v\f\r\"\\\'\x00\x7f\xff\u00ad\U0010ffff"}"#;
        let value = b"\x07\x08\x09\x0a\x0b\x0c\x0d\"\\'\x00\x7f\xff\xc2\xad\xf4\x8f\xbf\xbf";
        assert_eq!(labels(text), pairs(&[("k", value)]));
        for escape in [
            "\\x0",
            "\\xg0",
            "\\u00e",
            "\\ud800",
            "\\U00110000",
            "\\+041",
            "\\z",
            "\\",
        ] {
            let text = format!("{{\"k\":\"{escape}\"}}");
            assert_eq!(labels(text.as_bytes()), None, "{text}");
        }
    }
}
