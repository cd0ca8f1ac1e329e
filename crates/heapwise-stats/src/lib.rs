//! The statistics behind every number and verdict: how far sampling may have moved it.
//!
//! A Go heap profile is a sample. Each record is a binomial draw whose chance follows from the block
//! size and the sampling rate, so the error of every sum, and the evidence for every difference, can be
//! computed from the profile itself. All functions here are pure, take and return plain numbers, and do
//! not depend on how a profile is stored.
//!
//! From a record's scaled values to a verdict: [`SizeClass::recover`] gives the sampled count, a
//! [`Mix`] collects the counts of a site, [`estimate`] puts an interval around its total,
//! [`Comparison`] tests two sides, and [`q_values`] accounts for having looked at many sites.

mod calibrated;
mod confidence;
mod detectable;
mod fdr;
mod gamma;
mod interval;
mod kendall;
mod log_ratio;
mod looks;
mod mann_whitney;
mod mix;
mod nested;
mod normal;
mod numeric;
mod pair;
mod quantity;
mod ratio;
mod replicates;
mod run_mean;
mod run_spread;
mod sampling;
mod shapes;
mod share;
mod skellam;
mod skellam_large;
mod squeeze;
mod student;
mod trend;
mod unseen;
mod welch;

pub use calibrated::{Calibrated, CalibratedComparison, PartOfTotal, calibrated};
pub use confidence::Confidence;
pub use detectable::{Judgement, detectable_fall, detectable_rise, samples_needed, times_longer};
pub use fdr::{could_reach, q_values};
pub use interval::{Estimate, estimate, unseen};
pub use kendall::{kendall_p_value_rise, kendall_statistic, theil_sen_slope};
pub use log_ratio::LogRatioTest;
pub use looks::confidence_at_look;
pub use mann_whitney::mann_whitney_p_value;
pub use mix::{Mix, RatesDiffer, SampledSize};
pub use nested::{
    InUseChange, InUseLimits, LifeCounts, NestedRecord, allocation_window, in_use_change,
    in_use_limits,
};
pub use normal::two_sided_normal;
pub use pair::{Comparison, Exposure, RunVariation, Side};
pub use quantity::Quantity;
pub use ratio::RatioInterval;
pub use replicates::{
    ReplicateComparison, ReplicateError, ReplicateMethod, ReplicateRow, RunExposures,
    compare_replicates,
};
pub use run_mean::{RunMean, mean_of_runs};
pub use sampling::{SamplingRate, SizeClass, recover, scale};
pub use share::{Share, SiteAndRest, share, share_p_value};
pub use skellam::{Cumulants, Tails, skellam_sf, skellam_tails};
pub use squeeze::{DispersionPrior, dispersion_prior};
pub use trend::{Trend, TrendLabel, classify_even_trend, classify_trend};
pub use welch::welch_p_value;

/// The README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
