//! gzip that went through something which takes bytes for text, so that the refusal can say so.

use std::io::Read;

use crate::error::{Error, ErrorKind, Stage};

/// What a start of gzip (RFC 1952, section 2.3.1) looks like after it.
const STARTS: [(&[u8], &str); 9] = [
    (
        b"\x1f\xef\xbf\xbd\x08",
        "gzip that was taken for text: bytes above 7f became U+FFFD and are lost",
    ),
    (
        b"\x1f?\x08\x00",
        "gzip that was taken for text: bytes above 7f became question marks and are lost",
    ),
    (
        b"\x1f\x0b\x08",
        "gzip that lost the high bit of every byte, as on a line of 7 bits",
    ),
    (
        b"\x1f\xc2\x8b\x08",
        "gzip that was taken for Latin-1 and written as UTF-8",
    ),
    (
        b"\x1f\xe2\x80\xb9\x08",
        "gzip that was taken for text of Windows and written as UTF-8 (PowerShell's > does so)",
    ),
    (
        b"\x1f\xc3\xaf\x08",
        "gzip that was taken for text of DOS and written as UTF-8 (PowerShell's > does so)",
    ),
    (b"^_", "gzip as a terminal or cat -v shows it"),
    (b"H4sI", "gzip in base64: base64 -d undoes it"),
    (b"1f8b08", "gzip in hexadecimal digits: xxd -r -p undoes it"),
];

const EXPECTED: &str = "the profile as it was sent, byte by byte";
const ADVICE: &str = "fetch it again into a file (curl -o FILE URL), never through a terminal or a redirection of \
     PowerShell";

/// Refuses bytes that were gzip once; `None` for any others.
pub(crate) fn refuse(head: &[u8]) -> Option<Error> {
    let (_, found) = STARTS
        .iter()
        .find(|(start, _)| head.starts_with(start) && is_one(head, start))?;
    Some(refusal(found))
}

/// What people can type is no proof by itself, and neither is the start of a word.
fn is_one(head: &[u8], start: &[u8]) -> bool {
    match start {
        b"^_" => head.starts_with(b"^_M-^K^H") || head.starts_with(b"^_?^H"),
        b"H4sI" => head.iter().all(|&byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\r' | b'\n')
        }),
        b"1f8b08" => head
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || byte.is_ascii_whitespace()),
        // What comes next are flags, of which there are five bits: nothing that is done to a text changes them.
        _ => head.get(start.len()).is_none_or(|flags| *flags < 0x20),
    }
}

fn refusal(found: &str) -> Error {
    let error = Error::new(
        ErrorKind::Container,
        Stage::Format,
        "byte 0",
        found,
        EXPECTED,
    );
    error.with_advice(ADVICE)
}

/// Bytes to look at for a damage of the whole.
const LOOKED_AT: u64 = 1 << 20;
/// So many ends of lines are no accident: one in 256 bytes of gzip is a line feed, and one in 65536
/// has a carriage return before it.
const NO_ACCIDENT: usize = 2;

/// A better error for gzip that cannot be inflated, where its bytes tell what happened to them.
pub(crate) fn explain(error: Error, whole: Option<Box<dyn Read + Send + '_>>) -> Error {
    let is_damage = matches!(error.kind(), ErrorKind::Container | ErrorKind::Truncated);
    if error.stage() != Stage::Gzip || !is_damage {
        return error;
    }
    let mut bytes = Vec::new();
    let read = whole.map(|whole| whole.take(LOOKED_AT).read_to_end(&mut bytes));
    if !matches!(read, Some(Ok(_))) || !bytes.starts_with(b"\x1f\x8b") {
        return error;
    }
    let feeds = bytes.iter().filter(|&&byte| byte == b'\n').count();
    let both = memchr::memmem::find_iter(&bytes, b"\r\n").count();
    let replaced = memchr::memmem::find_iter(&bytes, b"\xef\xbf\xbd").count();
    if both >= NO_ACCIDENT && both == feeds {
        return refusal("gzip sent in text mode: every line feed has a carriage return before it");
    }
    if replaced > NO_ACCIDENT {
        return refusal("gzip that was taken for text: bytes above 7f became U+FFFD and are lost");
    }
    error
}

#[cfg(test)]
mod tests {
    use super::refuse;

    #[test]
    fn names_what_was_gzip() {
        for (head, word) in [
            (&b"\x1f\xef\xbf\xbd\x08\0\0"[..], "U+FFFD"),
            (b"\x1f\x0b\x08\0", "7 bits"),
            (b"\x1f\xc2\x8b\x08\0", "Latin-1"),
            (b"\x1f\xe2\x80\xb9\x08\x08", "of Windows"),
            (b"\x1f\xc3\xaf\x08", "DOS"),
            (b"^_M-^K^H^@^@", "terminal"),
            (b"H4sIAAAAAAAE/+xd\n", "base64"),
            (b"1f8b0800 0000\n", "hexadecimal"),
        ] {
            let error = refuse(head).expect(word).to_string();
            assert!(error.contains(word), "{error}");
        }
        for head in [
            &b"\x1f\x8b\x08\0"[..],
            b"H4sI is a word",
            b"^_^",
            b"1f8b08 x",
            b"\x1f\xe2\x80\xb9\x08dcreate profile: total 8\n",
            b"\x1f\xef\xbf\xbd\x08dcreate profile: total 8\n",
            b"\x1f\x0b\x08dcreate profile: total 8\n",
        ] {
            assert_eq!(refuse(head), None);
        }
    }
}
