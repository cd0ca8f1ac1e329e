//! The statistics behind every number and verdict: how far sampling may have moved it.
//!
//! A Go heap profile is a sample. Each record is a binomial draw whose chance follows from the block
//! size and the sampling rate, so the error of every sum, and the evidence for every difference, can be
//! computed from the profile itself. All functions here are pure, take and return plain numbers, and do
//! not depend on how a profile is stored.
//!
//! From a record's scaled values to a verdict: [`SizeClass::recover`] gives the sampled count, a
//! [`Mix`] collects the counts of a site, and the rest are questions about mixes. What cannot be put
//! together is one [`Error`] with a [kind](ErrorKind).
//!
//! # How far off may a number be?
//!
//! [`estimate`] puts an interval around a total, [`unseen`] limits what may be there where nothing was sampled,
//! [`share`] is a site's part of a whole, [`calibrated`] its part of a total that is known exactly, and
//! [`mean_of_runs`] the mean of several profiles.
//!
//! ```
//! use heapwise_stats::{Confidence, Mix, Quantity, SamplingRate, estimate};
//!
//! let rate = SamplingRate::new(512 << 10).ok_or("no rate")?;
//! let site = Mix::from_records(rate, [(48, 20)]);
//! let bytes = estimate(&site, Quantity::Bytes, Confidence::default());
//! assert!(bytes.low < bytes.value && bytes.high.is_some_and(|high| bytes.value < high));
//! # Ok::<(), &'static str>(())
//! ```
//!
//! # Did it change?
//!
//! Every test of two sides is a [`RatioTest`]: [`Comparison`] of two profiles, [`compare_replicates`] of several
//! runs each, [`CalibratedComparison`] of parts of exact totals, [`LogRatioTest`] of measured values, [`LogMeanTest`] of
//! what several runs or the steps of a series say.
//! [`share_p_value`] compares shares; [`welch_p_value`] and [`mann_whitney_p_value`] know nothing of sampling.
//!
//! ```
//! use heapwise_stats::{Comparison, Mix, Quantity, RatioTest, SamplingRate, Side};
//!
//! let rate = SamplingRate::new(512 << 10).ok_or("no rate")?;
//! let [before, after] = [400, 200].map(|samples| Mix::from_records(rate, [(64, samples)]));
//! let test = Comparison::new(Side::new(&before), Side::new(&after), Quantity::Bytes);
//! assert!(test.p_value() < 1e-6 && test.p_value_below(0.7) < 0.01);
//! # Ok::<(), &'static str>(())
//! ```
//!
//! # What changed within one process?
//!
//! [`in_use_change`] with [`in_use_limits`], and [`allocation_window`], of two snapshots whose counts belong
//! together.
//!
//! ```
//! use heapwise_stats::{LifeCounts, NestedRecord, Quantity, SamplingRate, in_use_change};
//!
//! let rate = SamplingRate::new(512 << 10).ok_or("no rate")?;
//! let leak = NestedRecord::new(1024, LifeCounts::new(100, 40), LifeCounts::new(130, 70));
//! let change = in_use_change(&[leak], rate, Quantity::Bytes).ok_or("a count fell")?;
//! assert!(change.value > 0.0 && change.p_value < 1e-6);
//! # Ok::<(), &'static str>(())
//! ```
//!
//! # Which of many changed, and what could have been found?
//!
//! [`q_values`] account for having looked at many sites, [`could_reach`] leaves out those that could show
//! nothing, [`confidence_at_look`] accounts for looking again, and a [`Judgement`] says which change would
//! have been found.
//!
//! ```
//! use heapwise_stats::{detectable_fall, q_values};
//!
//! assert_eq!(q_values(&[0.01, 0.04]), [0.02, 0.04]);
//! assert!(detectable_fall(100.0).is_some_and(|fall| fall < 1.0));
//! ```
//!
//! # Does a series grow?
//!
//! [`classify_trend`] and [`classify_even_trend`] of counts over time; [`kendall_p_value_rise`] is the test in it.
//!
//! ```
//! use heapwise_stats::{TrendLabel, classify_even_trend};
//!
//! let trend = classify_even_trend(&[10.0, 20.0, 31.0, 40.0, 52.0, 61.0]).ok_or("too few")?;
//! assert_eq!(trend.label, TrendLabel::Growing);
//! # Ok::<(), &'static str>(())
//! ```
//!
//! [`level_trend`] of levels in use over time, which are sampled: with the sampling error of snapshots of one process.

mod block_bootstrap;
mod breaks;
mod calibrated;
mod confidence;
mod detectable;
mod error;
mod fdr;
mod gamma;
mod interval;
mod inversions;
mod kendall;
mod level_contrast;
mod level_label;
mod level_rate;
mod level_series;
mod level_shape;
mod level_trend;
mod log_mean;
mod log_ratio;
mod looks;
mod mann_whitney;
mod mix;
mod nested;
mod normal;
mod numeric;
mod open_rise;
mod pair;
mod quantity;
mod ratio;
mod ratio_test;
mod replicates;
mod run_counts;
mod run_factors;
mod run_mean;
mod run_spread;
mod sampling;
mod shapes;
mod share;
mod skellam;
mod skellam_large;
mod splitmix;
mod squeeze;
mod student;
mod theil_sen;
mod trend;
mod trend_label;
mod unseen;
mod wandering;
mod welch;

pub use calibrated::{Calibrated, CalibratedComparison, PartOfTotal, calibrated};
pub use confidence::Confidence;
pub use detectable::{Judgement, detectable_fall, detectable_rise, samples_needed, times_longer};
pub use error::{Error, ErrorKind};
pub use fdr::{could_reach, q_values};
pub use interval::{Estimate, estimate, unseen};
pub use kendall::{kendall_p_value_rise, kendall_statistic};
pub use level_label::LevelLabel;
pub use level_rate::{LevelRate, level_rate};
pub use level_series::{LevelRecord, LevelSampling, LevelSeries};
pub use level_trend::{LevelTrend, level_trend};
pub use log_mean::{LogMean, LogMeanTest};
pub use log_ratio::LogRatioTest;
pub use looks::confidence_at_look;
pub use mann_whitney::mann_whitney_p_value;
pub use mix::{Mix, SampledSize};
pub use nested::{
    InUseChange, InUseLimits, LifeCounts, NestedRecord, allocation_window, in_use_change,
    in_use_limits,
};
pub use open_rise::OpenRise;
pub use pair::{Comparison, Exposure, RunVariation, Side, common_effective_samples};
pub use quantity::Quantity;
pub use ratio::RatioInterval;
pub use ratio_test::RatioTest;
pub use replicates::{
    ReplicateComparison, ReplicateMethod, ReplicateRow, ReplicateTable, RunExposures,
    compare_replicates,
};
pub use run_mean::{RunMean, mean_of_runs};
pub use sampling::{SamplingRate, SizeClass, recover, scale};
pub use share::{Share, SiteAndRest, share, share_p_value};
pub use skellam::{Tails, skellam_sf};
pub use squeeze::{DispersionPrior, dispersion_prior};
pub use trend::{Trend, classify_even_trend, classify_trend};
pub use trend_label::TrendLabel;
pub use welch::welch_p_value;

/// The README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
