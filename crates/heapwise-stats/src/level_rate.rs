//! How fast a level rises, and how sure that is.

use super::confidence::Confidence;
use super::level_contrast::{Arms, Contrast};
use super::level_series::LevelSeries;
use super::wandering::Wandering;

/// A rate over a series of levels: the least-squares slope.
///
/// Two things make it unsure, and the larger of them decides on each side: which blocks were sampled, from births and
/// deaths between the snapshots (see [`crate::in_use_limits`]); and how the program's own level wanders around a line,
/// be that from one snapshot to the next or for longer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LevelRate {
    /// Per unit of time.
    pub value: f64,
    /// No less than this. `None` where there is no limit, or none can be told.
    pub low: Option<f64>,
    /// No more than this, likewise.
    pub high: Option<f64>,
    /// Chance of such a rise where the true level does not rise: the larger one by sampling and by wandering.
    pub p_rise: f64,
    /// The same of a fall.
    pub p_fall: f64,
}

/// The rate of a series. With two snapshots nothing is known of how the level wanders: the limits are those of what
/// became of it between the two.
#[must_use]
pub fn level_rate(series: &LevelSeries, confidence: Confidence) -> LevelRate {
    let slope = Contrast::slope(series);
    let value = slope.value();
    let wandering = Wandering::of(&series.times, &series.values, slope.weights());
    let wanders = wandering
        .as_ref()
        .map_or(0.0, |known| known.deviation(confidence.each_tail()));
    let Arms { below, above } = slope.arms(confidence).unwrap_or(Arms {
        below: None,
        above: None,
    });
    let p = |sampled: Option<f64>, value: f64| {
        let by_wandering = wandering
            .as_ref()
            .map_or(0.0, |known| known.at_least(value));
        sampled.unwrap_or(0.0).max(by_wandering)
    };
    LevelRate {
        value,
        low: below.map(|arm| value - arm.max(wanders)),
        high: above.map(|arm| value + arm.max(wanders)),
        p_rise: p(slope.p_rise(), value),
        p_fall: p(slope.p_fall(), -value),
    }
}
