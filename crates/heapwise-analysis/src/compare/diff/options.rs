//! How two sides are to be compared, and what refuses that.

use crate::compare::work::GivenWork;
use heapwise_stats::Confidence;

/// How to compare two sides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DiffOptions {
    /// Of intervals; one minus it is the rate of false discoveries that verdicts accept.
    pub confidence: Confidence,
    /// Changes smaller than this part of the older value get no verdict however sure they are.
    pub min_change: f64,
    /// Variation between runs that is assumed on top of the sampling noise, as a part of the
    /// value. For one profile per side; several measure it.
    pub run_cv: f64,
    /// How several profiles per side are tested.
    pub test: TestKind,
    /// What is said of the work of both sides.
    pub work: GivenWork,
    /// Compare shares of the total instead of values.
    pub shares: bool,
    /// Both sides are snapshots of one process, the older first.
    pub same_process: bool,
    /// A profile is known to be on both sides, whatever the profiles themselves tell of that.
    pub same_profile: bool,
    /// Order rows by cumulative values, and judge those as the family.
    pub by_cum: bool,
    /// How many rows get intervals, which cost much more than verdicts.
    pub detailed_rows: usize,
    /// Rows below this part of the total, of which nothing is decided, are not among those.
    pub node_fraction: f64,
    /// Of intervals, where it is not that of verdicts.
    pub(crate) limits: Option<Confidence>,
}

impl Default for DiffOptions {
    fn default() -> Self {
        Self {
            confidence: Confidence::default(),
            min_change: 0.01,
            run_cv: 0.0,
            test: TestKind::Sampling,
            work: GivenWork::Nothing,
            shares: false,
            same_process: false,
            same_profile: false,
            by_cum: false,
            detailed_rows: usize::MAX,
            node_fraction: 0.0,
            limits: None,
        }
    }
}

impl DiffOptions {
    /// The accepted rate of false discoveries.
    pub(crate) fn alpha(&self) -> f64 {
        1.0 - self.confidence.level()
    }

    /// Variation between the sides that is no sampling noise: what is said of runs, and what is
    /// not known of their work.
    pub(crate) fn variation(&self) -> f64 {
        self.run_cv.hypot(self.work.variation())
    }

    /// Of intervals.
    pub(crate) fn interval_confidence(&self) -> Confidence {
        self.limits.unwrap_or(self.confidence)
    }
}

/// How several profiles per side are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TestKind {
    /// From the sampled counts, with the variation between runs measured over all sites.
    #[default]
    Sampling,
    /// By ranks of the values alone (Mann and Whitney), as benchstat does. Needs four profiles a
    /// side to say anything.
    MannWhitney,
}
