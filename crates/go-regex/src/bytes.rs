//! Reads bytes as Go does.

/// Bytes as Go reads them, each that is not part of UTF-8 as U+FFFD
/// (unicode/utf8/utf8.go: DecodeRuneInString). `String::from_utf8_lossy` makes one of several.
pub(super) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    text
}
