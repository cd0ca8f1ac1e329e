//! Decides how stacks are drawn: as a page to look around in, as a picture, and as what other
//! viewers read.

mod colour;
mod d3;
mod data;
mod diff_data;
mod names;
mod picture;
mod series;
mod sizes;
mod speedscope;
mod svg;

use std::io::{self, Write};

use heapwise_analysis::flame::FlameGraph;
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::units::auto_label;
use heapwise_decode::counted;

use crate::formats::format::Format;
use crate::page::{FlamePicture, Page};
use crate::views::filters;
use crate::views::input::Warning;
use crate::with::with;

pub(crate) use diff_data::{Judged, data as diff_data};
pub use series::FlameSeries;
use sizes::Sizes;
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
    /// The filters in force, as `name=value`: shares are of what there was before.
    pub filters: Vec<String>,
    /// What the user should know, which a page says.
    pub warnings: Vec<Warning>,
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
            filters: Vec::new(),
            warnings: Vec::new(),
        }
    }

    with! {
        /// Of the intervals.
        with_confidence(confidence: Confidence);
        /// What another report says of the profile, as Markdown.
        with_words(words: Vec<u8>);
        /// The filters in force, as `name=value`.
        with_filters(filters: Vec<String>);
        /// What the user should know, which a page says.
        with_warnings(warnings: Vec<Warning>);
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

    /// What is to be said of what no picture can show as it is: values below zero.
    pub fn drawn_otherwise(&self, format: Format) -> Vec<Warning> {
        let types = self
            .graph
            .header()
            .map_or(0, |header| header.sample_types.len());
        let has_all = matches!(format, Format::Html | Format::Speedscope);
        let shown = (0..types).filter(|&index| has_all || index == self.sample_index);
        let below = shown.filter_map(|index| self.below_zero(index));
        let below: Vec<String> = below.collect();
        let how = match format {
            Format::Speedscope => "they are profiles of their own there, without signs",
            _ => "frames are as wide as what they add up to without signs",
        };
        let warning = (!below.is_empty()).then(|| {
            let message = format!("values below zero: {}; {how}", below.join(", "));
            Warning::new("below_zero", message)
        });
        warning.into_iter().collect()
    }

    /// What of a sample type is below zero, in words.
    fn below_zero(&self, index: usize) -> Option<String> {
        let ranking = self.graph.rankings().last()?;
        let known = ranking.header.sample_types.get(index)?;
        let value = |node: usize| ranking.rows.get(node).map_or(0, |row| row.cum_of(index));
        let negative = Sizes::of(&self.graph, value).negative?;
        Some(format!(
            "{} {} of {}",
            known.type_,
            auto_label(negative.sum, &known.unit),
            counted(negative.frames, "frame")
        ))
    }

    /// What shares of a sample type are of: everything, whatever filters have left out.
    fn whole(&self, index: usize) -> i128 {
        let ranking = self.graph.rankings().last();
        ranking.map_or(0, |ranking| ranking.reference_total(index))
    }

    /// A name, with the filters that left what it is of.
    fn named(&self, name: &str) -> String {
        filters::named(name, &self.filters)
    }

    fn page(&self) -> io::Result<Page> {
        let page = Page::of_markdown(self.named(&self.title), &self.words);
        let page = page.with_words(self.warnings.iter().map(|warning| warning.message.as_str()));
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
