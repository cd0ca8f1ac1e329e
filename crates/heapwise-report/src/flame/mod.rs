//! Decides how stacks are drawn: as a page to look around in, as a picture, and as what other
//! viewers read.

mod colour;
mod d3;
mod data;
mod diff_data;
mod names;
mod picture;
mod series;
mod speedscope;
mod svg;

use std::io::{self, Write};

use heapwise_analysis::flame::FlameGraph;
use heapwise_analysis::stats::Confidence;

use crate::formats::format::Format;
use crate::page::{FlamePicture, Page};
use crate::with::with;

pub(crate) use diff_data::data as diff_data;
pub use series::FlameSeries;
pub(crate) use svg::write_difference;

/// A profile as a flame graph.
#[derive(Debug)]
#[non_exhaustive]
pub struct FlameReport {
    /// What it is of.
    pub title: String,
    /// The frames, with the values of one profile.
    pub graph: FlameGraph,
    /// The sample type that is shown first.
    pub sample_index: usize,
    /// Of the intervals.
    pub confidence: Confidence,
    /// What another report says of the same profile, as Markdown: the words and the tables of a
    /// page.
    pub words: Vec<u8>,
}

impl FlameReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = &[Format::Html, Format::Svg, Format::Speedscope, Format::D3];

    /// A graph by a sample type.
    #[must_use]
    pub fn new(title: String, graph: FlameGraph, sample_index: usize) -> Self {
        Self {
            title,
            graph,
            sample_index,
            confidence: Confidence::default(),
            words: Vec::new(),
        }
    }

    with! {
        /// Of the intervals.
        with_confidence(confidence: Confidence);
        /// What another report says of the profile, as Markdown.
        with_words(words: Vec<u8>);
    }

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that it does not have.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Html => self.page()?.write(out),
            Format::Svg => svg::write(self, out),
            Format::Speedscope => speedscope::write(self, out),
            Format::D3 => d3::write(self, out),
            other => Err(other.unsupported()),
        }
    }

    fn page(&self) -> io::Result<Page> {
        let page = Page::of_markdown(self.title.clone(), &self.words);
        Ok(page.with_flame(Some(&self.picture()?)))
    }

    /// As the page of another answer has it.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn picture(&self) -> io::Result<FlamePicture> {
        data::data(self)
    }
}
