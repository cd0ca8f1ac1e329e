//! A log of the collector in every format: what it did over time, and whether that is as it should be.

mod csv;
mod json;
mod markdown;
mod rows;
mod spark;
mod text;
mod words;

pub(super) use json::JsonLog;

use std::io::{self, Write};

use heapwise_analysis::gc::GcTrace;

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::page::{Pictures, page_of};
use crate::with::with;

/// What a log says of the collector.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GcTraceReport {
    /// The log, as it was named; `None` where it has no name.
    pub path: Option<String>,
    /// The answer.
    pub trace: GcTrace,
}

impl GcTraceReport {
    /// Of what a log says.
    #[must_use]
    pub fn new(trace: GcTrace) -> Self {
        Self { path: None, trace }
    }

    with! {
        /// The log, as it was named.
        with_path(path: Option<String>);
    }

    /// The formats that it has by itself; in JSON it is a part of [`GcReport`](crate::GcReport).
    pub const FORMATS: &[Format] = &[Format::Text, Format::Csv, Format::Markdown, Format::Html];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that is not one of [`Self::FORMATS`].
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, layout, out),
            Format::Csv => csv::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => {
                let pictures =
                    Pictures::of_charts(super::chart::of_trace(self.path.as_deref(), &self.trace));
                let page = page_of("gc", |out| markdown::write(self, out))?;
                page.with_pictures(pictures).write(out)
            }
            other => Err(other.unsupported()),
        }
    }
}
