//! How Go measures and pads texts.

/// Characters of a text, as Go counts them: every byte that is not UTF-8 is one
/// (unicode/utf8: RuneCount).
pub(crate) fn rune_count(text: &[u8]) -> usize {
    let chunks = text.utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}

/// Appends a text with spaces before it, ten characters wide at least (Go's `%10s`).
pub(crate) fn push_right(out: &mut Vec<u8>, text: &[u8]) {
    let spaces = 10_usize.saturating_sub(rune_count(text));
    out.resize(out.len() + spaces, b' ');
    out.extend_from_slice(text);
}
