//! What the collector is doing, in every format.

mod chart;
mod comparison;
mod csv;
mod facts;
mod json;
mod markdown;
mod memory;
mod steps;
mod text;
mod trace;

pub use trace::GcTraceReport;

use std::io::{self, Write};

use heapwise_analysis::Zone;
use heapwise_analysis::gc::{AllocationCosts, GcAnswer, GcComparison, GcProcess};

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::page::{Pictures, page_of};
use crate::views::input::Warning;
use crate::with::with;

/// A source of what is known of collectors.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GcInput {
    /// The path, as the user gave it.
    pub path: String,
    /// What it is: `heap text`, `expvar`, and so on.
    pub kind: &'static str,
}

impl GcInput {
    /// A source under the path that the user gave.
    #[must_use]
    pub fn new(path: String, kind: &'static str) -> Self {
        Self { path, kind }
    }
}

/// What the collectors of some processes are doing.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GcReport {
    /// The sources, in the order given.
    pub inputs: Vec<GcInput>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The answer.
    pub answer: GcAnswer,
    /// What logs say over time.
    pub traces: Vec<GcTraceReport>,
    /// What differs between two sides, whose processes and logs are those above, the older side first.
    pub comparison: Option<GcComparison>,
    /// How many of the processes and of the logs are the older side's.
    pub older: Option<(usize, usize)>,
    /// The zone that times are printed in.
    pub zone: Zone,
}

impl Default for GcReport {
    fn default() -> Self {
        Self::new(GcAnswer::default())
    }
}

impl GcReport {
    /// Of an answer.
    #[must_use]
    pub fn new(answer: GcAnswer) -> Self {
        Self {
            inputs: Vec::new(),
            warnings: Vec::new(),
            answer,
            traces: Vec::new(),
            comparison: None,
            older: None,
            zone: Zone::default(),
        }
    }

    with! {
        /// The sources, in the order given.
        with_inputs(inputs: Vec<GcInput>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// What logs say over time.
        with_traces(traces: Vec<GcTraceReport>);
        /// What differs between two sides.
        with_comparison(comparison: Option<GcComparison>);
        /// How many of the processes and of the logs are the older side's.
        with_older(older: Option<(usize, usize)>);
        /// The zone that times are printed in.
        with_zone(zone: Zone);
    }

    /// The formats that it has.
    pub const FORMATS: &[Format] = Format::OF_TABLES;

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that is not one of [`Self::FORMATS`].
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match (format, &self.comparison) {
            (Format::Text, Some(comparison)) => return comparison::text(comparison, layout, out),
            (Format::Csv, Some(comparison)) => return comparison::csv(comparison, out),
            (Format::Markdown, Some(comparison)) => return comparison::markdown(comparison, out),
            _ => {}
        }
        match format {
            Format::Text => text::write(self, layout, out),
            Format::Json => json::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => {
                let markdown = |out: &mut dyn Write| self.write(Format::Markdown, layout, out);
                let pictures = Pictures::of_charts(chart::charts(self));
                page_of("gc", markdown)?.with_pictures(pictures).write(out)
            }
            other => Err(other.unsupported()),
        }
    }

    /// What made the numbers of sites more exact, and by how much.
    fn calibrated_by(&self, costs: &AllocationCosts) -> Option<String> {
        let input = self.inputs.get(costs.counters?)?;
        let gain = costs.gain().map_or_else(String::new, |(least, most)| {
            let (least, most) = (format!("{least:.1}"), format!("{most:.1}"));
            match least == most {
                true => {
                    format!(": errors are {least} times smaller than those of the sample alone")
                }
                false => format!(
                    ": errors are {least} to {most} times smaller than those of the sample alone"
                ),
            }
        });
        let path = &input.path;
        Some(format!(
            "The sample tells each site's part of a size class, the exact counters of {path} the class{gain}."
        ))
    }

    /// The paths that a process is known from.
    fn paths_of(&self, process: &GcProcess) -> Vec<&str> {
        let mut paths: Vec<&str> = Vec::new();
        for moment in &process.moments {
            if let Some(input) = self.inputs.get(moment.input)
                && !paths.contains(&input.path.as_str())
            {
                paths.push(&input.path);
            }
        }
        paths
    }
}
