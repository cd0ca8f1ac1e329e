//! What memory in use does over a series of snapshots, in every format.

mod chart;
mod csv;
mod footer;
mod heat;
mod json;
mod markdown;
mod table;
mod text;
mod words;

use std::io::{self, Write};

use heapwise_analysis::stats::LevelLabel;
use heapwise_analysis::{GrowthAnswer, SiteGrowth};

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::page::{FlamePicture, Pictures, page_of, title};
use crate::views::input::{Input, Warning};
use crate::views::left_out::LeftOut;
use crate::with::with;

pub(crate) use words::{label, rate_text};

/// What memory in use does.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GrowthReport {
    /// The snapshots, in the order given.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The profiles that were asked for and are not in it.
    pub left_out: Option<LeftOut>,
    /// The answer.
    pub answer: GrowthAnswer,
    /// Sites to show at most; `None` is all.
    pub limit: Option<usize>,
    /// Whether sites have what they called in them.
    pub is_cum: bool,
    /// Whether the snapshots are of several instances that were taken in turn, so that no verdict is one.
    pub is_mixed: bool,
    /// The stacks of its moments.
    pub flame: Option<FlamePicture>,
}

impl GrowthReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = Format::OF_TABLES;

    /// Of all sites.
    #[must_use]
    pub fn new(answer: GrowthAnswer) -> Self {
        Self {
            inputs: Vec::new(),
            warnings: Vec::new(),
            left_out: None,
            answer,
            limit: None,
            is_cum: false,
            is_mixed: false,
            flame: None,
        }
    }

    with! {
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// The profiles that were asked for and are not in it.
        with_left_out(left_out: Option<LeftOut>);
        /// Sites to show at most; all without it.
        with_limit(limit: Option<usize>);
        /// Whether sites have what they called in them.
        with_cum(is_cum: bool);
        /// Whether the snapshots are of several instances that were taken in turn.
        with_mixed(is_mixed: bool);
        /// The stacks of its moments; only a page has them.
        with_flame(flame: Option<FlamePicture>);
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
            Format::Html => {
                let title = title("growth", &self.inputs);
                let page = page_of(&title, |out| markdown::write(self, out))?;
                let page = page.with_pictures(Pictures {
                    heats: heat::heats(self),
                    charts: chart::charts(self),
                });
                page.with_flame(self.flame.as_ref()).write(out)
            }
            other => Err(other.unsupported()),
        }
    }

    /// The sites to show.
    fn shown(&self) -> &[SiteGrowth] {
        let sites = &self.answer.sites;
        let limit = self.limit.unwrap_or(sites.len()).min(sites.len());
        sites.get(..limit).unwrap_or(sites)
    }

    /// Sites that are not shown.
    fn omitted(&self) -> &[SiteGrowth] {
        self.answer
            .sites
            .get(self.shown().len()..)
            .unwrap_or_default()
    }

    /// For people those that change: the first that are looked at one by one, and the others.
    fn changing(&self) -> (Vec<&SiteGrowth>, Vec<&SiteGrowth>) {
        let changing = self.shown().iter();
        let changing = changing.filter(|site| site.verdict.label != LevelLabel::Stable);
        changing.partition(|site| site.verdict.label == LevelLabel::Growing)
    }
}
