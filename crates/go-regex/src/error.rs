//! A pattern that cannot be used, and whose rule says so.

use std::fmt;

/// A pattern that cannot be used; see [`Error::kind`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// Who cannot use a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Go refuses it, with the same words.
    Refused,
    /// Go takes it, but it cannot be matched here.
    Unmatchable,
}

impl Error {
    /// Who cannot use the pattern.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Go's refusal (regexp/syntax/parse.go: Error.Error).
    pub(crate) fn go(code: &str, part: &str) -> Error {
        Error {
            kind: ErrorKind::Refused,
            message: format!("error parsing regexp: {code}: `{part}`"),
        }
    }

    pub(crate) fn unmatchable(pattern: &str, reason: &str) -> Error {
        Error {
            kind: ErrorKind::Unmatchable,
            message: format!(
                "regexp that Go knows but that cannot be matched here: {reason}: `{pattern}`"
            ),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Regex;

    #[test]
    fn what_go_refuses_is_told_from_what_cannot_be_matched_here() {
        let kind = |pattern: &str| Regex::new(pattern).map_err(|error| error.kind());
        assert_eq!(kind("a(").unwrap_err(), ErrorKind::Refused);
        let large = r"(?:\pL{1000})".repeat(100);
        assert_eq!(kind(&large).unwrap_err(), ErrorKind::Unmatchable);
    }
}
