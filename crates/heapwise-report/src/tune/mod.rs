//! What other settings of the collector would do, in every format.

mod csv;
mod json;
mod markdown;
mod table;
mod text;
mod words;

use std::io::{self, Write};

use heapwise_analysis::gc::tune::{Measurement, Prediction, Proposal};

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::gc::GcInput;
use crate::page::write_page;
use crate::views::input::Warning;
use crate::with::with;

pub use words::go_setting;

/// A program, what settings would do to it, and which of them suit a container.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TuneReport {
    /// The snapshots, in order.
    pub inputs: Vec<GcInput>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The program.
    pub measurement: Measurement,
    /// What the setting that it ran with is predicted to do, to be held against what was measured.
    pub now: Prediction,
    /// Settings, in the order in which they are to be shown.
    pub cells: Vec<Prediction>,
    /// What suits a container, where there is one.
    pub proposal: Option<Proposal>,
    /// Where the size of the container is from, such as a file; `None` where the user said it.
    pub container_source: Option<String>,
}

impl TuneReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = Format::OF_TABLES;

    /// Of a program, and what the setting that it ran with is predicted to do.
    #[must_use]
    pub fn new(measurement: Measurement, now: Prediction) -> Self {
        Self {
            inputs: Vec::new(),
            warnings: Vec::new(),
            measurement,
            now,
            cells: Vec::new(),
            proposal: None,
            container_source: None,
        }
    }

    with! {
        /// The snapshots, in order.
        with_inputs(inputs: Vec<GcInput>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// Settings, in the order in which they are to be shown.
        with_cells(cells: Vec<Prediction>);
        /// What suits a container.
        with_proposal(proposal: Option<Proposal>);
        /// Where the size of the container is from.
        with_container_source(container_source: Option<String>);
    }

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that is not one of [`Self::FORMATS`].
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, layout, out),
            Format::Json => json::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => write_page("tune", out, |out| markdown::write(self, out)),
            other => Err(other.unsupported()),
        }
    }
}
