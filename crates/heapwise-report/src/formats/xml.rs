//! How texts stand in HTML, SVG and XML: as text, whatever they hold.

use super::text::printable;

/// A text between marks or in quotes. XML 1.0 has no control characters at all; and what would end a line or turn a
/// text around is not shown.
pub(crate) fn text(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    for c in printable(plain).chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}' => escaped.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn escapes_what_xml_would_take_for_markup() {
        assert_eq!(
            text("a<b> \"&'\n\u{202e}"),
            "a&lt;b&gt; &quot;&amp;&apos;\u{fffd}\u{fffd}"
        );
    }
}
