//! What was collected from a running program, in every format.

mod json;
mod text;
mod words;

use std::io::{self, Write};

use heapwise_analysis::gc::Cadence;

use crate::formats::format::Format;
use crate::formats::text::Layout;
use crate::views::input::Warning;
use crate::with::with;

/// A bundle that was taken.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CollectedBundle {
    /// Its folder.
    pub folder: String,
    /// Its place in the series, from 1.
    pub number: u64,
    /// When it was begun, in nanoseconds since 1970-01-01 UTC.
    pub start_nanos: i64,
    /// How long it took.
    pub seconds: f64,
    /// Estimated bytes in use.
    pub inuse_space: Option<i64>,
    /// Goroutines.
    pub goroutines: Option<u64>,
    /// Collections that had ended.
    pub num_gc: Option<u64>,
    /// No collection ended since the bundle before, so its heap profile is the same data.
    pub same_cycle: Option<bool>,
    /// The process is another one than before.
    pub restarted: Option<bool>,
    /// The conditions that became true.
    pub triggers: Vec<String>,
    /// What should be in it and is not.
    pub missing: Vec<MissingPart>,
    /// What was not asked for, and why: no fault.
    pub left_out: Vec<MissingPart>,
}

impl CollectedBundle {
    /// A bundle in a folder, of which nothing more is known.
    #[must_use]
    pub fn new(folder: String, number: u64, start_nanos: i64) -> Self {
        Self {
            folder,
            number,
            start_nanos,
            seconds: 0.0,
            inuse_space: None,
            goroutines: None,
            num_gc: None,
            same_cycle: None,
            restarted: None,
            triggers: Vec::new(),
            missing: Vec::new(),
            left_out: Vec::new(),
        }
    }
}

/// A part that is not in its bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingPart {
    /// The file that it would be in.
    pub file: String,
    /// Why, in a sentence.
    pub reason: String,
}

impl MissingPart {
    /// A part that is not there, and why.
    #[must_use]
    pub fn new(file: String, reason: String) -> Self {
        Self { file, reason }
    }
}

/// What ended a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CollectEnd {
    /// There are as many bundles as were asked for.
    Count,
    /// The time is over.
    Time,
    /// Ctrl-C, or SIGTERM.
    Interrupted,
}

/// What is counted besides bundles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CollectCounts {
    /// Bundles that earlier runs left.
    pub found: u64,
    /// Bundles that were removed, since only the newest are kept.
    pub removed: u64,
    /// Beats that passed while a bundle was still being fetched.
    pub skipped: u64,
    /// Times at which nothing could be fetched.
    pub nothing: u64,
    /// Looks for a condition that failed.
    pub blind: u64,
}

/// What was collected.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CollectReport {
    /// The server, without anything secret.
    pub target: String,
    /// The folder of the series.
    pub folder: String,
    /// Seconds from one bundle to the next.
    pub every_seconds: f64,
    /// The bundles that this run took, the earliest first.
    pub bundles: Vec<CollectedBundle>,
    /// What is counted besides.
    pub counts: CollectCounts,
    /// What ended it.
    pub end: CollectEnd,
    /// How often the process collects.
    pub cadence: Cadence,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

impl CollectReport {
    /// The formats that it has.
    pub const FORMATS: &[Format] = &[Format::Text, Format::Json];

    /// Of a server, into a folder, at a beat; nothing yet.
    #[must_use]
    pub fn new(target: String, folder: String, every_seconds: f64) -> Self {
        Self {
            target,
            folder,
            every_seconds,
            bundles: Vec::new(),
            counts: CollectCounts::default(),
            end: CollectEnd::Count,
            cadence: Cadence::new(),
            warnings: Vec::new(),
        }
    }

    with! {
        /// The bundles that this run took.
        with_bundles(bundles: Vec<CollectedBundle>);
        /// What is counted besides.
        with_counts(counts: CollectCounts);
        /// What ended it.
        with_end(end: CollectEnd);
        /// How often the process collects.
        with_cadence(cadence: Cadence);
        /// What the user should know.
        with_warnings(warnings: Vec<Warning>);
    }

    /// Whether everything that was to be taken is there.
    pub fn is_whole(&self) -> bool {
        let failed = self.counts.nothing + self.counts.blind;
        failed == 0 && self.bundles.iter().all(|bundle| bundle.missing.is_empty())
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
            other => Err(other.unsupported()),
        }
    }
}
