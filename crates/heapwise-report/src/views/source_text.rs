//! The texts of source files, where they were found.

use std::collections::BTreeMap;

/// The source files that a listing shows, by the path that the listing has for them.
pub type SourceTexts = BTreeMap<Vec<u8>, SourceText>;

/// What was found of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SourceText {
    /// The lines that are shown, by number, from 1, without their ends. Lines that the file does
    /// not have are not here.
    pub lines: BTreeMap<i64, Vec<u8>>,
    /// Why the file could not be opened.
    pub error: Option<String>,
}

impl SourceText {
    /// The lines of a file, by number, from 1.
    #[must_use]
    pub fn new(lines: BTreeMap<i64, Vec<u8>>) -> Self {
        Self { lines, error: None }
    }

    /// A file that could not be opened, and why.
    #[must_use]
    pub fn missing(error: String) -> Self {
        Self {
            lines: BTreeMap::new(),
            error: Some(error),
        }
    }
}
