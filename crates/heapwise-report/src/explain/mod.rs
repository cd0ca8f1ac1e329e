//! Why sites allocate and what would help, in every format.

mod code;
mod csv;
mod github;
pub(crate) mod json;
mod markdown;
mod rate;
mod table;
mod text;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub use self::code::SiteCode;

use heapwise_analysis::explain::{Covered, Explanation};

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::hints::Hints;
use crate::page::{title, write_page};
use crate::views::input::{Input, Warning};
use crate::with::with;

/// Why sites allocate, and what would help.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainReport {
    /// The profiles that it is of.
    pub inputs: Vec<Input>,
    /// How many profiles were added up.
    pub merged: usize,
    /// What the user should know.
    pub warnings: Vec<Warning>,
    /// The answer.
    pub answer: Explanation,
    /// What was read of the compiler's log, if one was given.
    pub log: Option<LogSummary>,
    /// How much work the profiles cover, where that is known.
    pub covered: Option<Covered>,
    /// The code at sites, where that was looked for.
    pub code: Option<SiteCode>,
    /// Sites to show at most; `None` is all.
    pub limit: Option<usize>,
    /// The folder that annotations name files from.
    pub root: Option<String>,
    /// What annotations call files, by what the profile calls them, where it is not by the folder alone.
    pub files: BTreeMap<String, String>,
    /// What shows that advice has helped.
    pub hints: Hints,
}

/// What was read of the compiler's log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LogSummary {
    /// Versions of the compiler, where the log tells.
    pub compilers: Vec<String>,
    /// Messages that were understood.
    pub messages: u64,
    /// Decisions on allocations.
    pub decisions: usize,
    /// Packages.
    pub packages: usize,
    /// Messages that may be about allocations and are not known, with how often each came.
    pub other: Vec<(String, u64)>,
    /// Lines that are no messages of the compiler.
    pub unread: u64,
    /// Whether it says what does not escape, too.
    pub has_stack_decisions: bool,
}

impl LogSummary {
    /// Of a log.
    pub fn of(log: &heapwise_decode::EscapeLog) -> LogSummary {
        LogSummary {
            compilers: log.compilers.clone(),
            messages: log.messages,
            decisions: log.decisions.len(),
            packages: log.packages.len(),
            other: log
                .other
                .iter()
                .map(|(message, count)| (message.clone(), *count))
                .collect(),
            unread: log.unread,
            has_stack_decisions: log.has_stack_decisions,
        }
    }
}

impl ExplainReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = &[
        Format::Text,
        Format::Json,
        Format::Csv,
        Format::Markdown,
        Format::Github,
        Format::Html,
    ];

    /// Of all sites.
    #[must_use]
    pub fn new(answer: Explanation) -> Self {
        Self {
            inputs: Vec::new(),
            merged: 1,
            warnings: Vec::new(),
            answer,
            log: None,
            covered: None,
            code: None,
            limit: None,
            root: None,
            files: BTreeMap::new(),
            hints: Hints::default(),
        }
    }

    with! {
        /// The profiles that it is of.
        with_inputs(inputs: Vec<Input>);
        /// How many profiles were added up.
        with_merged(merged: usize);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
        /// What was read of the compiler's log.
        with_log(log: Option<LogSummary>);
        /// How much work the profiles cover, where that is known.
        with_covered(covered: Option<Covered>);
        /// The code at sites, where that was looked for.
        with_code(code: Option<SiteCode>);
        /// Sites to show at most; all without it.
        with_limit(limit: Option<usize>);
        /// The folder that annotations name files from.
        with_root(root: Option<String>);
        /// What annotations call files, by what the profile calls them, where it is not by the folder alone.
        with_files(files: BTreeMap<String, String>);
        /// What shows that advice has helped.
        with_hints(hints: Hints);
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
            Format::Html => write_page(&title("explain", &self.inputs), out, |out| {
                markdown::write(self, out)
            }),
            Format::Github => github::write(self, out),
            other => Err(other.unsupported()),
        }
    }
}
