//! What became of benchmarks between two sides: the numbers of each, its sites, and claims on them.

mod json;
mod table;

use std::io::{self, Write};

use heapwise_analysis::{Change, ProfilePlan, TimeChange};
use heapwise_decode::counted;

use crate::diff::DiffReport;
use crate::formats::format::Format;
use crate::formats::markdown;
use crate::formats::text::{self, Layout};
use crate::verify::VerifyReport;
use crate::views::input::Warning;
use crate::with::with;

/// What became of benchmarks between two sides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BenchReport {
    /// What to call the older and the newer side.
    pub labels: [String; 2],
    /// The benchmarks.
    pub benchmarks: Vec<BenchmarkNumbers>,
    /// The same site by site.
    pub diff: DiffReport,
    /// What became of claims, where there are any.
    pub claims: Option<VerifyReport>,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// The numbers of one benchmark.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct BenchmarkNumbers {
    /// Its name.
    pub name: String,
    /// Iterations of each run.
    pub iterations: u64,
    /// How it was profiled.
    pub plan: ProfilePlan,
    /// What became of the bytes of an operation.
    pub bytes: Change,
    /// And of the objects.
    pub objects: Change,
    /// And of its time.
    pub time: Option<TimeChange>,
}

impl BenchmarkNumbers {
    /// Of a benchmark that ran so.
    #[must_use]
    pub fn new(
        name: String,
        iterations: u64,
        plan: ProfilePlan,
        (bytes, objects): (Change, Change),
    ) -> Self {
        Self {
            name,
            iterations,
            plan,
            bytes,
            objects,
            time: None,
        }
    }

    with! {
        /// What became of its time.
        with_time(time: Option<TimeChange>);
    }
}

impl BenchReport {
    /// The formats that it has; [`write_benchfmt`](crate::write_benchfmt) writes the last. Two are of claims only.
    pub const FORMATS: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Junit,
        Format::Github,
        Format::Benchfmt,
    ];

    /// Of two sides so called.
    #[must_use]
    pub fn new(labels: [String; 2], benchmarks: Vec<BenchmarkNumbers>, diff: DiffReport) -> Self {
        Self {
            labels,
            benchmarks,
            diff,
            claims: None,
            warnings: Vec::new(),
        }
    }

    with! {
        /// What became of claims.
        with_claims(claims: Option<VerifyReport>);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
    }

    /// Renders in a format.
    ///
    /// # Errors
    ///
    /// Those of `out`, and a format that is not one of [`Self::FORMATS`], or of claims where there are none.
    pub fn write(&self, format: Format, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        match (format, &self.claims) {
            (Format::Text, _) => self.write_text(layout, out),
            (Format::Json, _) => json::write(self, out),
            (Format::Csv, _) => self.diff.write(format, layout, out),
            (Format::Markdown, _) => self.write_markdown(layout, out),
            (Format::Junit | Format::Github, Some(claims)) => claims.write(format, layout, out),
            (other, _) => Err(other.unsupported()),
        }
    }

    fn write_text(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        if let Some(claims) = &self.claims {
            claims.write(Format::Text, layout, out)?;
            writeln!(out)?;
        }
        text::write_sentence(&self.headline(), layout, out)?;
        writeln!(out)?;
        text::write_table(&table::fitting(self, layout.width), layout, out)?;
        writeln!(out)?;
        for line in self.basis() {
            text::write_sentence(&line, layout, out)?;
        }
        self.diff.write(Format::Text, layout, out)
    }

    fn write_markdown(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        if let Some(claims) = &self.claims {
            claims.write(Format::Markdown, layout, out)?;
            writeln!(out)?;
        }
        writeln!(out, "**{}**\n", markdown::escape(&self.headline()))?;
        markdown::write_table(&table::fitting(self, None), out)?;
        writeln!(out)?;
        for line in self.basis() {
            writeln!(out, "{}\n", markdown::escape(&line))?;
        }
        self.diff.write(Format::Markdown, layout, out)
    }

    fn headline(&self) -> String {
        let [before, after] = &self.labels;
        format!(
            "{before} -> {after}: {}",
            counted(self.benchmarks.len(), "benchmark")
        )
    }

    /// How the numbers were found.
    fn basis(&self) -> Vec<String> {
        let mut lines = vec![self.runs()];
        let is_apart = |one: &BenchmarkNumbers| one.plan.timed_apart;
        let is_slowed = self.benchmarks.iter().any(is_apart);
        if is_slowed {
            lines.push(
                "ns/op: from as many runs without profiling, which would slow them".to_owned(),
            );
        }
        lines
    }

    /// `10 runs a side, in turns, of 20000 iterations; every block recorded`.
    fn runs(&self) -> String {
        let range = |of: fn(&BenchmarkNumbers) -> u64| {
            let all = self.benchmarks.iter().map(of);
            let (least, most) = (all.clone().min().unwrap_or(0), all.max().unwrap_or(0));
            (least, most)
        };
        let written = |(least, most): (u64, u64)| match least == most {
            true => least.to_string(),
            false => format!("{least} to {most}"),
        };
        let runs = written(range(|one| one.plan.runs as u64));
        let iterations = written(range(|one| one.iterations));
        let recorded = match range(|one| one.plan.rate) {
            (1, 1) => "every block recorded".to_owned(),
            (1, most) => format!("every block recorded, or one for each {}", size(most)),
            (least, most) if least == most => format!("one block recorded for each {}", size(most)),
            (least, most) => format!(
                "one block recorded for each {} to {}",
                size(least),
                size(most)
            ),
        };
        format!("{runs} profiled runs a side, in turns, of {iterations} iterations; {recorded}")
    }
}

fn size(bytes: u64) -> String {
    heapwise_analysis::units::auto_label(i128::from(bytes), "bytes")
}
