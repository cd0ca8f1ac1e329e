//! What changed between two sides, as a document.

mod csv;
pub(crate) mod json;
mod page;
pub(crate) mod per_work;
mod picture;
mod sub_benchmarks;
pub(crate) mod verdict_text;
mod why;
mod why_json;
mod why_text;
mod work_text;

pub use self::why::DiffReasons;

use std::io::{self, Write};

use heapwise_analysis::{Benchmark, Difference, Trim, Verdict};

use self::page::{Page, Room};
use crate::formats::format::Format;
use crate::formats::markdown;
use crate::formats::text::{self, Layout};
use crate::hints::Hints;
use crate::views::filters::left_by;
use crate::views::input::{Input, Warning};
use crate::views::left_out::LeftOut;
use crate::with::with;

/// What changed between two sides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DiffReport {
    /// The profiles compared, the older side first.
    pub inputs: Vec<Input>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The profiles that were asked for and are not in it.
    pub left_out: Option<LeftOut>,
    /// All sites that changed or did not, whatever benchmarks allocated in them.
    pub difference: Difference,
    /// The same for each benchmark, where benchmarks tell the work; then only these are shown.
    pub benchmarks: Vec<BenchmarkDifference>,
    /// What to call the older side.
    pub before_name: String,
    /// What to call the newer side.
    pub after_name: String,
    /// What is left out.
    pub trim: Trim,
    /// Show cumulative instead of flat values in tables.
    pub by_cum: bool,
    /// Also show p, q, samples and intervals.
    pub verbose: bool,
    /// What the reader is told to do where nothing can be said.
    pub hints: Hints,
    /// Why rows are allocated, where that is asked.
    pub reasons: Option<DiffReasons>,
    /// The filters in force on both sides, as `name=value`.
    pub filters: Vec<String>,
}

impl DiffReport {
    /// Of all sites, called `before` and `after`.
    #[must_use]
    pub fn new(difference: Difference) -> Self {
        Self {
            inputs: Vec::new(),
            warnings: Vec::new(),
            left_out: None,
            difference,
            benchmarks: Vec::new(),
            before_name: "before".to_owned(),
            after_name: "after".to_owned(),
            trim: Trim::NONE,
            by_cum: false,
            verbose: false,
            hints: Hints::default(),
            reasons: None,
            filters: Vec::new(),
        }
    }

    with! {
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// The profiles that were asked for and are not in it.
        with_left_out(left_out: Option<LeftOut>);
        /// The same for each benchmark, where benchmarks tell the work.
        with_benchmarks(benchmarks: Vec<BenchmarkDifference>);
        /// What to call the older side.
        with_before_name(before_name: String);
        /// What to call the newer side.
        with_after_name(after_name: String);
        /// What is left out.
        with_trim(trim: Trim);
        /// Whether to show cumulative instead of flat values in tables.
        with_by_cum(by_cum: bool);
        /// Whether to show p, q, samples and intervals, too.
        with_verbose(verbose: bool);
        /// What the reader is told to do where nothing can be said.
        with_hints(hints: Hints);
        /// Why rows are allocated.
        with_reasons(reasons: Option<DiffReasons>);
        /// The filters in force on both sides, as `name=value`.
        with_filters(filters: Vec<String>);
    }
}

/// What changed in one benchmark.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BenchmarkDifference {
    /// The benchmark, with its exact numbers.
    pub benchmark: Benchmark,
    /// What changed in what the profiles hold of it.
    pub difference: Difference,
}

impl BenchmarkDifference {
    /// A benchmark, and what changed in what the profiles hold of it.
    #[must_use]
    pub fn new(benchmark: Benchmark, difference: Difference) -> Self {
        Self {
            benchmark,
            difference,
        }
    }
}

impl DiffReport {
    /// The formats that it has; [`write_benchfmt`](crate::write_benchfmt) writes Go's,
    /// [`DiffReport::write_drawn`] what draws.
    pub const FORMATS: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Benchfmt,
        Format::Html,
        Format::Svg,
    ];

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => self.write_text(layout, out),
            Format::Json => json::write(self, out),
            Format::Csv => csv::write(self, out),
            Format::Markdown => self.write_markdown(out),
            other => Err(other.unsupported()),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        for line in self.introduction() {
            text::write_sentence(&line, layout, out)?;
        }
        for page in self.pages() {
            if page.benchmark.is_some() {
                writeln!(out)?;
            }
            let (room, table) = page.fitting_table(layout.width);
            text::write_sentence(&page.headline(room), layout, out)?;
            for line in self.basis(&page) {
                text::write_sentence(&line, layout, out)?;
            }
            if page.has_rows() {
                writeln!(out)?;
                text::write_table(&table, layout, out)?;
            }
            for line in page.footer(layout.width) {
                text::write_sentence(&line, layout, out)?;
            }
            page.write_reasons(layout, out)?;
        }
        for line in self.conclusion() {
            text::write_sentence(&line, layout, out)?;
        }
        Ok(())
    }

    fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let paragraph = |out: &mut dyn Write, line: &str| -> io::Result<()> {
            writeln!(out, "{}\n", markdown::escape(line))
        };
        for line in self.introduction() {
            paragraph(out, &line)?;
        }
        for (at, page) in self.pages().into_iter().enumerate() {
            // Behind a table a line would be a row of it.
            if at > 0 {
                writeln!(out)?;
            }
            writeln!(
                out,
                "**{}**\n",
                markdown::escape(&page.headline(Room::Full))
            )?;
            for line in self.basis(&page) {
                paragraph(out, &line)?;
            }
            if page.has_rows() {
                markdown::write_table(&page.table(Room::Full), out)?;
            }
            for line in page.footer(None) {
                writeln!(out, "\n{}", markdown::escape(&line))?;
            }
            page.write_reasons_as_markdown(out)?;
        }
        for line in self.conclusion() {
            writeln!(out, "\n{}", markdown::escape(&line))?;
        }
        Ok(())
    }

    /// The whole.
    fn whole(&self) -> Page<'_> {
        Page {
            report: self,
            difference: &self.difference,
            benchmark: None,
        }
    }

    /// What is shown: the whole, or each benchmark.
    fn pages(&self) -> Vec<Page<'_>> {
        if self.benchmarks.is_empty() {
            return vec![self.whole()];
        }
        let parts = self.benchmarks.iter();
        parts
            .map(|part| Page {
                report: self,
                difference: &part.difference,
                benchmark: Some(&part.benchmark),
            })
            .collect()
    }

    /// How many rows are left out of what is shown, and what they and all else that is no row add up
    /// to.
    pub fn omitted(&self) -> (usize, i128) {
        let all = self.pages().into_iter().map(|page| page.shown().omitted);
        all.fold((0, 0), |(rows, flat), page| {
            (rows + page.rows, flat + page.flat)
        })
    }

    /// Whether texts have a warning above their verdicts, so that it need not be said twice.
    pub fn is_caution(warning: &Warning) -> bool {
        warning.code == "different_program"
    }

    /// What comes first: warnings without which the verdicts would be misread, and of several
    /// benchmarks what they come to.
    fn introduction(&self) -> Vec<String> {
        let cautions = self
            .warnings
            .iter()
            .filter(|warning| Self::is_caution(warning));
        let mut lines: Vec<String> = cautions.map(|warning| warning.message.clone()).collect();
        lines.extend(self.left_out.iter().map(LeftOut::line));
        if self.benchmarks.is_empty() {
            return lines;
        }
        let parts: Vec<&Difference> = self
            .benchmarks
            .iter()
            .map(|part| &part.difference)
            .collect();
        if parts.len() > 1 {
            let sample_type = &self.difference.sample_type.type_;
            lines.push(format!("{sample_type}: {}", work_text::summary(&parts)));
        }
        lines.push("work: known by the exact numbers of go test for each operation".to_owned());
        lines
    }

    /// What the verdicts of a page rest on.
    fn basis(&self, page: &Page<'_>) -> Vec<String> {
        let mut lines = Vec::from_iter(left_by(&self.filters));
        match page.benchmark {
            Some(benchmark) => {
                lines.extend(work_text::of_benchmark(
                    benchmark,
                    &page.difference.sample_type.unit,
                ));
                lines
            }
            None => {
                lines.extend(work_text::says(page.difference));
                lines.extend(work_text::of_unknown(
                    page.difference,
                    page.rate_setting(),
                    self.hints,
                ));
                lines
            }
        }
    }

    /// What comes after several benchmarks.
    fn conclusion(&self) -> Vec<String> {
        let mut parts = self.benchmarks.iter();
        let is_judged = parts.any(|part| part.difference.total.verdict != Verdict::NotJudged);
        let line = is_judged.then(|| "heapwise help verdicts explains the verdicts".to_owned());
        line.into_iter().collect()
    }
}
