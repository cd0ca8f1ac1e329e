//! Texts within lines: JSON, logfmt, CSV and whatever else writes `\n` for the end of a line.

use memchr::{memchr, memmem};

use super::part;
use crate::text::json;

/// A text that a line holds, and what names it: streams go on in the text of the same name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) name: Name,
    pub(super) bytes: Vec<u8>,
    /// Whether its end is in the line.
    pub(super) is_ended: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// `"log":"..."`, `msg="..."`.
    Key(Vec<u8>),
    /// At this place of a list or of a row, from 0.
    At(usize),
}

impl Name {
    /// Whether a text of this name may go on with what one of another name started, in the same line or an earlier one.
    /// Columns of a row are not each other's.
    pub(super) fn follows(&self, first: &Name, is_same_line: bool) -> bool {
        match (self, first) {
            (Name::At(at), Name::At(first)) if is_same_line => at >= first,
            _ => self == first,
        }
    }
}

/// Texts within texts are looked into so often.
pub(crate) const MOST_LEVELS: usize = 5;

/// All texts of a line that are in double quotes, with what their escapes mean; those within texts
/// in place of the text that holds them. Without any, the line itself if it has escapes.
pub(super) fn texts(line: &[u8]) -> Vec<Text> {
    let mut found = Vec::new();
    quoted(line, 0, &mut found);
    if found.is_empty() && memmem::find(line, b"\\n").is_some() {
        let mut bytes = line.to_vec();
        for _ in 0..MOST_LEVELS {
            bytes = unescaped(&bytes);
            if memmem::find(&bytes, b"\\n").is_none() {
                break;
            }
        }
        found.push(Text {
            name: Name::At(0),
            bytes,
            is_ended: true,
        });
    }
    found
}

fn quoted(line: &[u8], level: usize, found: &mut Vec<Text>) {
    for text in Outer::of(line) {
        add(text, level, found);
    }
}

/// The texts of a line that are in double quotes and name nothing, one after the other, with what their escapes mean.
pub(super) struct Outer<'a> {
    rest: &'a [u8],
    /// The last text, if it names what follows.
    key: Option<Vec<u8>>,
    /// How many texts were met that nothing names, of this row or list.
    count: usize,
}

impl Outer<'_> {
    pub(super) fn of(line: &[u8]) -> Outer<'_> {
        Outer {
            rest: line,
            key: None,
            count: 0,
        }
    }
}

impl Iterator for Outer<'_> {
    type Item = Text;

    fn next(&mut self) -> Option<Text> {
        loop {
            // What stands between the last text and here tells its name.
            let (before, opened) = self.rest.split_at(memchr(b'"', self.rest)?);
            let opened = opened.get(1..).unwrap_or_default();
            let end = end_of_text(opened);
            let inside = opened.get(..end.unwrap_or(opened.len()));
            let bytes = unescaped(inside.unwrap_or_default());
            self.rest = end.map_or(&b""[..], |end| opened.get(end + 1..).unwrap_or_default());
            let key = self.key.take();
            if self.rest.trim_ascii_start().starts_with(b":") {
                self.key = Some(bytes);
                continue;
            }
            if memchr(b'[', before).is_some() {
                self.count = 0;
            }
            let name = key_of(before, key).map_or(Name::At(self.count), Name::Key);
            self.count += usize::from(matches!(name, Name::At(_)));
            return Some(Text {
                name,
                bytes,
                is_ended: end.is_some(),
            });
        }
    }
}

fn add(text: Text, level: usize, found: &mut Vec<Text>) {
    let Text {
        name,
        mut bytes,
        is_ended,
    } = text;
    let at = found.len();
    let is_object = bytes.trim_ascii().starts_with(b"{");
    let is_escaped = has_start(&bytes) && memmem::find(&bytes, b"\\n").is_some();
    if level < MOST_LEVELS && (is_object || is_escaped) && memchr(b'"', &bytes).is_some() {
        quoted(&bytes, level + 1, found);
        let inner = found.get(at..).unwrap_or_default();
        if is_object || inner.iter().any(|text| has_start(&text.bytes)) {
            return;
        }
        found.truncate(at);
    }
    // Escaped more than once.
    for _ in level..MOST_LEVELS {
        let inside = bytes.trim_ascii();
        let is_whole = memchr(b'\n', inside).is_some() || part::header(inside).is_some();
        if is_whole || memmem::find(&bytes, b"\\n").is_none() {
            break;
        }
        bytes = unescaped(&bytes);
    }
    found.push(Text {
        name,
        bytes,
        is_ended,
    });
}

/// Whether a text may hold the start of a profile.
pub(super) fn has_start(text: &[u8]) -> bool {
    memmem::find(text, b"oroutine ").is_some()
        || memmem::find(text, b" profile: ").is_some()
        || memmem::find(text, b"heap profile:").is_some()
        || memmem::find(text, b"--- mutex:").is_some()
        || memmem::find(text, b"--- contention:").is_some()
}

fn end_of_text(opened: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let step = opened
            .get(at..)?
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\'))?;
        at += step;
        match opened.get(at) {
            // CSV doubles quotes.
            Some(b'"') if opened.get(at + 1) == Some(&b'"') => at += 2,
            Some(b'"') => return Some(at),
            _ => at += 2,
        }
    }
}

fn unescaped(inside: &[u8]) -> Vec<u8> {
    if let Some(field) = undoubled(inside) {
        return field;
    }
    let mut bytes = Vec::with_capacity(inside.len());
    json::unescape_all(inside, &mut bytes);
    bytes
}

/// The text of a field of a table, where quotes are doubled and nothing is an escape.
pub(super) fn undoubled(inside: &[u8]) -> Option<Vec<u8>> {
    memmem::find(inside, b"\"\"")?;
    let mut bytes = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = memchr(b'"', rest) {
        let (before, quotes) = rest.split_at(at);
        rest = quotes.strip_prefix(b"\"\"")?;
        bytes.extend_from_slice(before);
        bytes.push(b'"');
    }
    bytes.extend_from_slice(rest);
    Some(bytes)
}

/// What names a text that stands behind other words of a line and behind a text that may be its key.
fn key_of(before: &[u8], last: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let before = before.trim_ascii_end();
    match (before.last(), last) {
        (Some(b':'), Some(key)) => Some(key),
        (Some(b'=' | b':'), _) => {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            let word = before.rsplit(is_end).next();
            Some(word.unwrap_or_default().to_vec())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Name, texts};

    fn check(line: &str, name: Option<&str>, text: &str) {
        let found = texts(line.as_bytes());
        let text = found.iter().find(|found| found.bytes == text.as_bytes());
        let text = text.unwrap_or_else(|| panic!("{line}: {found:?}"));
        if let Some(name) = name {
            assert_eq!(text.name, Name::Key(name.as_bytes().to_vec()), "{line}");
        }
    }

    #[test]
    fn finds_texts_by_name() {
        check(
            r#"{"id": "x", "log": "a\n\tb \"c\"\n"}"#,
            Some("log"),
            "a\n\tb \"c\"\n",
        );
        check(r#"time=1 msg="a\n\tb" x=1"#, Some("msg="), "a\n\tb");
        check(
            r#"{"log":"{\"msg\":\"goroutine 1\\n\\tb\"}\n"}"#,
            Some("msg"),
            "goroutine 1\n\tb",
        );
        check(
            r#"{"m":"goroutine 1\\n\\tb"}"#,
            Some("m"),
            "goroutine 1\n\tb",
        );
        check(r#"1,"a ""b""",3"#, None, "a \"b\"");
        check(r"x goroutine 1\n\tb", None, "x goroutine 1\n\tb");
        check(r#"["1", "a"]"#, None, "a");
    }

    #[test]
    fn names_of_lists_follow_and_columns_of_rows_do_not() {
        assert!(Name::At(1).follows(&Name::At(0), true));
        // As in [["1", "a"], ["2", "b"]].
        assert!(Name::At(1).follows(&Name::At(1), true));
        assert!(!Name::At(0).follows(&Name::At(1), true));
        assert!(Name::At(1).follows(&Name::At(1), false));
        assert!(!Name::At(1).follows(&Name::At(0), false));
        assert!(!Name::Key(vec![1]).follows(&Name::At(0), true));
        assert!(Name::Key(vec![1]).follows(&Name::Key(vec![1]), true));
    }
}
