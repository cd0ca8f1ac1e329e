//! The text of a budget, for messages that name a place.

use std::fmt::Display;
use std::ops::Range;

use anyhow::anyhow;
use heapwise_report::Place;

/// A file, to tell where in it something is.
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
}

/// A text in the file, and where it stands with its quotes.
pub(super) struct Text<'a> {
    pub(super) value: &'a str,
    pub(super) span: Range<usize>,
}

impl Source<'_> {
    /// An error at a byte of the file.
    pub(super) fn error(&self, offset: usize, message: &str) -> anyhow::Error {
        let (line, column) = self.line_and_column(offset);
        anyhow!("{}: {line}:{column}: {message}", self.path)
    }

    /// An error at a byte of a text in the file.
    pub(super) fn error_in(
        &self,
        text: &Text<'_>,
        offset: usize,
        message: &dyn Display,
    ) -> anyhow::Error {
        let raw = self.text.get(text.span.clone()).unwrap_or_default();
        // Escapes move what is behind them: the text then counts as one place.
        let inside = raw.find(text.value).filter(|_| !text.value.is_empty());
        let place = inside.map_or(0, |start| start + offset);
        self.error(text.span.start + place, &message.to_string())
    }

    /// The line of a byte of the file.
    pub(super) fn place(&self, offset: usize) -> Place {
        Place::new(self.path.to_owned(), self.line_and_column(offset).0)
    }

    /// Both from 1, the column in characters.
    fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}
