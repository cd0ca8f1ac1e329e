//! The remarks of a profile.

use std::io::{self, Write};

use serde::Serialize;

use crate::formats::format::Format;
use crate::formats::json::{self, Envelope};
use crate::formats::text::printable;
use crate::views::view_report::ViewReport;

/// The free-form remarks of a profile.
#[derive(Debug)]
#[non_exhaustive]
pub struct CommentsReport<'a> {
    /// What it is of.
    pub report: ViewReport<'a>,
}

impl<'a> CommentsReport<'a> {
    /// Of a view.
    #[must_use]
    pub fn new(report: ViewReport<'a>) -> Self {
        Self { report }
    }
}

impl CommentsReport<'_> {
    /// The formats that it has.
    pub const FORMATS: &'static [Format] = &[Format::Text, Format::Json];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        let comments = &self.report.view.header().comments;
        match format {
            Format::Text => {
                for comment in comments.iter() {
                    let lines: Vec<String> = comment
                        .lines()
                        .map(|line| printable(line).into_owned())
                        .collect();
                    writeln!(out, "{}", lines.join("\n"))?;
                }
                Ok(())
            }
            Format::Json => {
                let (inputs, warnings) = (&self.report.inputs, &self.report.warnings);
                let document = CommentsDocument {
                    envelope: Envelope::new("heapwise.comments/1", inputs, warnings),
                    comments,
                };
                json::write(&document, out)
            }
            other => Err(other.unsupported()),
        }
    }
}

#[derive(Serialize)]
struct CommentsDocument<'a> {
    #[serde(flatten)]
    envelope: Envelope<'a>,
    comments: &'a [String],
}
