//! Which series are meant, as `{service_name="x",pod=~"a.*"}`, and the same with one label more.

use std::fmt;

/// A selector of series, as stores take it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selector {
    /// What is between the braces.
    matchers: String,
}

impl Selector {
    /// A selector, with the profile type in front of it that Parca's have.
    pub(super) fn parse(text: &str) -> Option<(Option<String>, Selector)> {
        let text = text.trim();
        let Some((type_, rest)) = text.split_once('{') else {
            let is_type = !text.is_empty() && text.contains(':');
            return is_type.then(|| (Some(text.to_owned()), Selector::default()));
        };
        let matchers = rest.strip_suffix('}')?.trim().trim_end_matches(',');
        let type_ = Some(type_.trim().to_owned()).filter(|type_| !type_.is_empty());
        let matchers = matchers.to_owned();
        Some((type_, Selector { matchers }))
    }

    /// The same, of one value of a label.
    pub(super) fn with(&self, label: &str, value: &str) -> Selector {
        let value = value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n");
        let comma = if self.matchers.is_empty() { "" } else { "," };
        Selector {
            matchers: format!("{}{comma}{label}=\"{value}\"", self.matchers),
        }
    }

    /// Whether a text may name a label.
    pub(super) fn is_label(text: &str) -> bool {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    }

    /// Whether it means all series.
    pub(super) fn is_empty(&self) -> bool {
        self.matchers.is_empty()
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.matchers)
    }
}

#[cfg(test)]
mod tests {
    use super::Selector;

    #[test]
    fn labels_are_added_and_escaped() {
        let (type_, selector) = Selector::parse(r#"memory:x{a="b"}"#).unwrap_or_default();
        assert_eq!(type_.as_deref(), Some("memory:x"));
        let with = selector.with("pod", "a\"\\");
        assert_eq!(with.to_string(), r#"{a="b",pod="a\"\\"}"#);
        assert_eq!(
            Selector::default().with("pod", "1").to_string(),
            r#"{pod="1"}"#
        );
        assert_eq!(Selector::parse("{}"), Some((None, Selector::default())));
        assert_eq!(Selector::parse("{a"), None);
        assert_eq!(Selector::parse("service"), None);
    }
}
