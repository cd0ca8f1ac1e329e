//! How much work the two sides of a comparison cover, decided here and nowhere else.
//!
//! What was allocated grows with what was done: two profiles of one program differ in it because one
//! ran longer. A verdict about it says something about the program only where the work of both
//! sides is known or said to be the same. What is in use is a level and does not need it.

mod benchmarks;
mod clock;
mod common_factor;

pub(crate) use benchmarks::is_of_benchmarks;
pub use benchmarks::{
    Benchmark, BenchmarkInput, Benchmarks, Counted, Coverage, Doubtful, Measurement, OneSided,
    PerOperation, Samples, SubBenchmark, Uncovered,
};
pub use clock::Clock;
pub use common_factor::CommonFactor;
pub(crate) use common_factor::LogRatio;

use crate::sums::blocks::Lifetime;

/// What a user says of the work.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum GivenWork {
    /// Nothing.
    #[default]
    Nothing,
    /// Both sides did the same.
    Same,
    /// The exposures of the sides are operations.
    Operations,
    /// The exposures of the sides are seconds, of which this is known.
    Seconds(Clock),
    /// The sides are what profiles hold of a benchmark, and the exposures its operations.
    Benchmark(Box<BenchmarkPart>),
}

/// A benchmark whose part of profiles is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkPart {
    benchmark: Benchmark,
    doubtful: Doubtful,
}

impl BenchmarkPart {
    /// The benchmark, and sites that may be set-up.
    pub fn new(benchmark: Benchmark, doubtful: Doubtful) -> Self {
        Self {
            benchmark,
            doubtful,
        }
    }
}

/// What verdicts about a sample type rest on.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Work {
    /// Values that do not grow with the work.
    NotNeeded,
    /// Operations, of the older and the newer side.
    Operations(f64, f64),
    /// Seconds.
    Seconds(f64, f64),
    /// Seconds between the ends of the collections at which what was allocated was published.
    Published(f64, f64),
    /// Seconds whose ends are not known well enough.
    UnsureSeconds(Clock),
    /// Operations of a benchmark that counted exactly what each allocates; the operations that the
    /// profiles of the older and the newer side cover.
    Benchmark(f64, f64),
    /// A benchmark whose operations cannot be told, and why.
    UnsureBenchmark(Uncovered),
    /// Said to be the same.
    Asserted,
    /// Shares of the total are compared, whatever it is.
    Shares,
    /// Nothing is known.
    Unknown,
}

impl Work {
    /// `known`, `asserted`, `unknown` or `not_needed`, as JSON has it.
    pub fn kind(self) -> &'static str {
        match self {
            Work::NotNeeded | Work::Shares => "not_needed",
            Work::Operations(..)
            | Work::Seconds(..)
            | Work::Published(..)
            | Work::Benchmark(..) => "known",
            Work::Asserted => "asserted",
            Work::Unknown | Work::UnsureSeconds(_) | Work::UnsureBenchmark(_) => "unknown",
        }
    }

    /// How it is known, as JSON has it.
    pub fn basis(self) -> Option<&'static str> {
        match self {
            Work::Operations(..) => Some("operations"),
            Work::Seconds(..) | Work::Published(..) | Work::UnsureSeconds(_) => Some("seconds"),
            Work::Benchmark(..) | Work::UnsureBenchmark(_) => Some("benchmarks"),
            Work::Asserted => Some("flag"),
            Work::Shares => Some("shares"),
            Work::NotNeeded | Work::Unknown => None,
        }
    }

    /// Whether verdicts hold as they are; else only if both sides did the same work.
    pub fn is_settled(self) -> bool {
        self.kind() != "unknown"
    }

    /// Whether the text of a benchmark is not that of the profiles, so that what it counted is not theirs either.
    pub(crate) fn is_of_another_run(self) -> bool {
        matches!(self, Work::UnsureBenchmark(Uncovered::TooFewBytes))
    }

    /// The work of the older and the newer side, and what it is counted in.
    pub fn amounts(self) -> Option<(f64, f64)> {
        match self {
            Work::Operations(before, after)
            | Work::Seconds(before, after)
            | Work::Published(before, after)
            | Work::Benchmark(before, after) => Some((before, after)),
            _ => None,
        }
    }

    /// Why claims about changes cannot be decided; `None` where they can.
    pub fn why_not_settled(self) -> Option<String> {
        match self {
            Work::Unknown => Some(
                "it is not known whether both sides did the same work: what was allocated grows \
                 with it"
                    .to_owned(),
            ),
            Work::UnsureSeconds(clock) => Some(clock.doubt()),
            Work::UnsureBenchmark(why) => Some(why.reason().to_owned()),
            _ => None,
        }
    }

    /// Decides.
    pub(crate) fn decide(question: &WorkQuestion<'_>) -> Work {
        if question.is_share {
            return Work::Shares;
        }
        if question.is_nested || question.lifetime != Some(Lifetime::Allocated) {
            return Work::NotNeeded;
        }
        let (before, after) = question.exposures;
        match question.given {
            GivenWork::Nothing => Work::Unknown,
            GivenWork::Same => Work::Asserted,
            GivenWork::Operations => Work::Operations(before, after),
            GivenWork::Seconds(clock) if clock.is_sure() && clock.is_published() => {
                Work::Published(before, after)
            }
            GivenWork::Seconds(clock) if clock.is_sure() => Work::Seconds(before, after),
            GivenWork::Seconds(clock) => Work::UnsureSeconds(*clock),
            GivenWork::Benchmark(part) => match part.benchmark.uncovered() {
                Some(why) => Work::UnsureBenchmark(why),
                None => Work::Benchmark(before, after),
            },
        }
    }
}

/// What the work of a comparison is decided from.
pub(crate) struct WorkQuestion<'a> {
    pub(crate) given: &'a GivenWork,
    /// Of the values compared.
    pub(crate) lifetime: Option<Lifetime>,
    /// Shares of the total are compared.
    pub(crate) is_share: bool,
    /// The sides are snapshots of one process.
    pub(crate) is_nested: bool,
    /// The exposures of the sides.
    pub(crate) exposures: (f64, f64),
}

impl GivenWork {
    /// What varies beside the sampling because work is not known better, as a coefficient.
    pub(crate) fn variation(&self) -> f64 {
        match self {
            GivenWork::Seconds(clock) => clock.assumed_variation(),
            GivenWork::Benchmark(part) => part.benchmark.variation_beside_doubt(),
            _ => 0.0,
        }
    }

    /// How much the work of a side may be off, as a coefficient, where several profiles do not show it
    /// because all of them share it.
    pub(crate) fn doubt(&self) -> f64 {
        self.benchmark()
            .map_or(0.0, Benchmark::variation_beside_doubt)
    }

    /// Whether the work is only known to be between two amounts.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.benchmark().is_some_and(Benchmark::is_in_doubt)
    }

    /// How exactly samples tell such amounts, as a coefficient for each side.
    pub(crate) fn error_in_doubt(&self) -> f64 {
        self.benchmark().map_or(0.0, Benchmark::error_in_doubt)
    }

    /// How far such amounts are apart, with all else that is not known of them, as a coefficient.
    pub(crate) fn variation_in_doubt(&self) -> f64 {
        self.benchmark().map_or(0.0, Benchmark::variation)
    }

    /// The benchmark.
    pub(crate) fn benchmark(&self) -> Option<&Benchmark> {
        match self {
            GivenWork::Benchmark(part) => Some(&part.benchmark),
            _ => None,
        }
    }

    /// Sites that may be set-up.
    pub(crate) fn doubtful(&self) -> Option<&Doubtful> {
        match self {
            GivenWork::Benchmark(part) => Some(&part.doubtful),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(given: &GivenWork) -> WorkQuestion<'_> {
        WorkQuestion {
            given,
            lifetime: Some(Lifetime::Allocated),
            is_share: false,
            is_nested: false,
            exposures: (2.0, 3.0),
        }
    }

    #[test]
    fn what_is_said_of_the_work_decides() {
        let long = Clock::new(1e6, 1);
        let short = Clock::new(1.0, 1);
        let published = Clock::published(100.0, 0.5, 1);
        let unsure = Clock::published(1.0, 10.0, 1);
        for (given, work) in [
            (GivenWork::Nothing, Work::Unknown),
            (GivenWork::Same, Work::Asserted),
            (GivenWork::Operations, Work::Operations(2.0, 3.0)),
            (GivenWork::Seconds(long), Work::Seconds(2.0, 3.0)),
            (GivenWork::Seconds(published), Work::Published(2.0, 3.0)),
            (GivenWork::Seconds(short), Work::UnsureSeconds(short)),
            (GivenWork::Seconds(unsure), Work::UnsureSeconds(unsure)),
        ] {
            assert_eq!(Work::decide(&question(&given)), work, "{given:?}");
            // Levels, snapshots of one process and shares do not need it.
            let in_use = WorkQuestion {
                lifetime: Some(Lifetime::InUse),
                ..question(&given)
            };
            let other = WorkQuestion {
                lifetime: None,
                ..question(&given)
            };
            let nested = WorkQuestion {
                is_nested: true,
                ..question(&given)
            };
            let share = WorkQuestion {
                is_share: true,
                ..question(&given)
            };
            for (question, expected) in [
                (in_use, Work::NotNeeded),
                (other, Work::NotNeeded),
                (nested, Work::NotNeeded),
                (share, Work::Shares),
            ] {
                assert_eq!(Work::decide(&question), expected, "{given:?}");
            }
        }
    }

    #[test]
    fn work_is_told_by_kind_basis_and_amounts() {
        let clock = Clock::new(1.0, 1);
        let why = Uncovered::SetUp;
        let both = Some((2.0, 3.0));
        for (work, kind, basis, amounts, doubt) in [
            (Work::NotNeeded, "not_needed", None, None, None),
            (Work::Shares, "not_needed", Some("shares"), None, None),
            (
                Work::Operations(2.0, 3.0),
                "known",
                Some("operations"),
                both,
                None,
            ),
            (
                Work::Seconds(2.0, 3.0),
                "known",
                Some("seconds"),
                both,
                None,
            ),
            (
                Work::Published(2.0, 3.0),
                "known",
                Some("seconds"),
                both,
                None,
            ),
            (
                Work::Benchmark(2.0, 3.0),
                "known",
                Some("benchmarks"),
                both,
                None,
            ),
            (Work::Asserted, "asserted", Some("flag"), None, None),
            (Work::Unknown, "unknown", None, None, Some("same work")),
            (
                Work::UnsureSeconds(clock),
                "unknown",
                Some("seconds"),
                None,
                Some("whole GC cycles"),
            ),
            (
                Work::UnsureBenchmark(why),
                "unknown",
                Some("benchmarks"),
                None,
                Some("its set-up"),
            ),
        ] {
            assert_eq!(
                (work.kind(), work.basis(), work.amounts()),
                (kind, basis, amounts)
            );
            assert_eq!(work.is_settled(), kind != "unknown");
            let said = work.why_not_settled();
            assert_eq!(said.is_some(), doubt.is_some(), "{work:?}");
            assert!(
                said.unwrap_or_default().contains(doubt.unwrap_or_default()),
                "{work:?}"
            );
        }
    }

    #[test]
    fn seconds_vary_as_their_ends_do() {
        let clock = Clock::new(900.0, 1);
        let seconds = GivenWork::Seconds(clock);
        assert_eq!(seconds.variation(), clock.variation());
        assert_eq!(seconds.doubt(), 0.0);
        assert_eq!(GivenWork::Operations.variation(), 0.0);
        assert!(seconds.benchmark().is_none() && seconds.doubtful().is_none());
    }
}
