//! The time between two snapshots, and how well it is known.

/// The runtime collects at least this often, unless GOGC is off (runtime/proc.go: forcegcperiod).
pub(crate) const LONGEST_PERIOD_SECONDS: f64 = 120.0;

/// Seconds between two moments.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Span {
    /// The best value.
    pub seconds: f64,
    /// No less than this.
    pub low: f64,
    /// No more than this.
    pub high: f64,
    /// Where it is from.
    pub basis: SpanBasis,
}

/// Where the time between two snapshots is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpanBasis {
    /// The user said it.
    Given,
    /// The sources say when they were taken.
    Taken,
    /// The times of the files, which agree with the collector's own.
    FileTimes,
    /// The ends of the last cycles: each snapshot was taken some time after the end of its last one.
    Cycles,
}

impl SpanBasis {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            SpanBasis::Given => "given",
            SpanBasis::Taken => "taken",
            SpanBasis::FileTimes => "file_times",
            SpanBasis::Cycles => "gc_ends",
        }
    }

    /// In words.
    pub fn in_words(self) -> &'static str {
        match self {
            SpanBasis::Given => "the interval given",
            SpanBasis::Taken => "when the snapshots say they were taken",
            SpanBasis::FileTimes => "the times of the files, which fit the ends of the cycles",
            SpanBasis::Cycles => {
                "the ends of the last cycles: the snapshots were taken up to a cycle later"
            }
        }
    }
}

impl Span {
    /// Exactly so many seconds.
    pub fn exact(seconds: f64, basis: SpanBasis) -> Option<Span> {
        (seconds.is_finite() && seconds > 0.0).then_some(Span {
            seconds,
            low: seconds,
            high: seconds,
            basis,
        })
    }

    /// So many seconds, from `low` to `high`.
    pub fn between(low: f64, seconds: f64, high: f64, basis: SpanBasis) -> Option<Span> {
        let is_ordered = 0.0 < low && low <= seconds && seconds <= high && high.is_finite();
        is_ordered.then_some(Span {
            seconds,
            low,
            high,
            basis,
        })
    }
}
