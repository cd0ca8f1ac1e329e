//! What a series of exact counts does: grows, stepped once, is stable, fluctuates, shrinks.
//!
//! Goroutine counts have no sampling error; their noise is the load. A series of five or more is
//! smoothed by a running median of three, five shapes are fitted, and the simplest good one decides,
//! provided that its change is material. Growth has to go on in the last half, to explain the counts clearly
//! better than one step does, and not to fall back. Shorter series get a tentative label. The thresholds are
//! empirical: of simulated series of five to twenty counts with the noise of a load, steps, spikes that
//! fade, sawteeth and warm-ups that reach a plateau are called growing in at most 5% (steps of two to
//! five standard deviations in at most 7%), leaks of 5 to 20 standard deviations in 75 to 90% from eight
//! counts on, late ones in 82 to 99%. A sawtooth of which only the rise was seen cannot be told from a leak:
//! 10 to 16% of those longer than the series are called growing.

use super::kendall::{kendall_p_value, kendall_statistic};
use super::numeric::median;
use super::open_rise::{OpenRise, open_rise};
use super::shapes::{self, Fit, Shape};
use super::theil_sen::theil_sen_slope;
use super::trend_label::TrendLabel;

/// A change smaller than this is never one, whatever the level.
const SMALLEST_CHANGE: f64 = 3.0;

/// Nor is one smaller than this part of the median.
const SMALLEST_PART: f64 = 0.05;

/// A change has to be this many standard errors.
const SIGNAL_TO_NOISE: f64 = 3.0;

/// Level of the Mann-Kendall test.
const ALPHA: f64 = 0.05;

/// Growth has to go on at this part of its average pace in the last half.
const LASTING_PACE: f64 = 0.35;

/// Growth has to explain the counts better than a step does, by this factor on the squares left.
const LIKE_A_STEP: f64 = 0.5;

/// What fell by more than this part of the whole rise does not just grow.
const LARGEST_FALL: f64 = 0.5;

/// A break has to leave at most this part of the squares around the mean.
const UNEXPLAINED: f64 = 0.35;

/// How far a fitted slope may be off, relative to it.
const ROUNDING: f64 = 1e-12;

/// From this many snapshots on a verdict is not tentative.
const FULL_SERIES: usize = 5;

/// The verdict on a series of counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// What the series does.
    pub label: TrendLabel,
    /// True for fewer than five snapshots, where a label is a guess.
    pub tentative: bool,
    /// What more snapshots would tell, where the label is not that it rises.
    pub open: Option<OpenRise>,
    /// Theil-Sen slope of the counts as given, per unit of time.
    pub slope: f64,
    /// One-sided Mann-Kendall p value of a rise.
    pub p_rise: f64,
    /// One-sided Mann-Kendall p value of a fall.
    pub p_fall: f64,
}

/// Classifies counts taken at `times` (any unit, strictly increasing).
///
/// `None` for fewer than two snapshots, lists of different lengths, times that do not increase, and
/// counts that are negative or not finite.
#[must_use]
pub fn classify_trend(times: &[f64], counts: &[f64]) -> Option<Trend> {
    let series = Series::new(times, counts)?;
    let statistic = kendall_statistic(counts);
    let points: Vec<(f64, f64)> = times.iter().copied().zip(counts.iter().copied()).collect();
    let label = series.label(statistic);
    Some(Trend {
        label,
        open: open_rise(counts, label),
        tentative: counts.len() < FULL_SERIES,
        slope: theil_sen_slope(&points)?,
        p_rise: kendall_p_value(counts, statistic),
        p_fall: kendall_p_value(counts, -statistic),
    })
}

/// Classifies counts taken at equal intervals, one unit of time apart; see [`classify_trend`].
#[must_use]
pub fn classify_even_trend(counts: &[f64]) -> Option<Trend> {
    let times: Vec<f64> = (0..counts.len()).map(|index| index as f64).collect();
    classify_trend(&times, counts)
}

/// A checked series: at least two counts, times strictly increasing.
struct Series<'a> {
    times: &'a [f64],
    counts: &'a [f64],
    /// The median, at least 1.
    level: f64,
    /// Largest less smallest count.
    range: f64,
}

impl<'a> Series<'a> {
    fn new(times: &'a [f64], counts: &'a [f64]) -> Option<Self> {
        let increasing = times.windows(2).all(|pair| pair[0] < pair[1]);
        let finite = times.iter().all(|time| time.is_finite());
        let counted = counts
            .iter()
            .all(|count| count.is_finite() && *count >= 0.0);
        let fitting = times.len() == counts.len() && counts.len() >= 2;
        if !(fitting && increasing && finite && counted) {
            return None;
        }
        let highest = counts.iter().copied().fold(f64::MIN, f64::max);
        let lowest = counts.iter().copied().fold(f64::MAX, f64::min);
        Some(Self {
            times,
            counts,
            level: median(counts)?.max(1.0),
            range: highest - lowest,
        })
    }

    fn label(&self, kendall: i64) -> TrendLabel {
        if self.counts.len() == 2 {
            return self.label_of_two();
        }
        if self.range <= (SMALLEST_CHANGE - 1.0).max(SMALLEST_PART * self.level) {
            return self.label_of_flat();
        }
        if self.counts.len() < FULL_SERIES {
            self.label_of_few()
        } else {
            self.label_of_many(kendall)
        }
    }

    /// What changed by more than chance, or by a quarter, is not called stable: the same as of three
    /// or four snapshots (STATISTICS.md section 7; there two that change by a quarter are stable).
    fn label_of_two(&self) -> TrendLabel {
        let change = self.net();
        let deviation = (self.counts[0] + self.counts[1]).max(1.0).sqrt();
        let is_chance = (change / deviation).abs() < 3.0;
        if is_chance && !self.changes_by_a_quarter() || change.abs() < SMALLEST_CHANGE {
            TrendLabel::Stable
        } else if change > 0.0 {
            TrendLabel::Rose
        } else {
            TrendLabel::Fell
        }
    }

    /// Within the tolerance: stable, unless it creeps upwards regularly, as a slow leak on a large base.
    fn label_of_flat(&self) -> TrendLabel {
        let steps: Vec<f64> = self.steps().collect();
        let rises = |steps: &[f64]| steps.iter().filter(|step| **step > 0.0).count();
        let last_half = &steps[steps.len() - self.counts.len() / 2..];
        let enough = (0.4 * steps.len() as f64).max(4.0);
        let creeping = self.counts.len() >= 8
            && self.net() >= SMALLEST_CHANGE - 1.0
            && steps.iter().all(|step| *step >= 0.0)
            && rises(&steps) as f64 >= enough
            && rises(last_half) >= 2;
        if creeping {
            TrendLabel::Growing
        } else {
            TrendLabel::Stable
        }
    }

    /// Three or four snapshots, not flat.
    fn label_of_few(&self) -> TrendLabel {
        if self.poisson_trend().abs() < 3.0 && !self.is_steady() {
            return if self.range <= 3.0 * (2.0 * self.level).sqrt() {
                TrendLabel::Stable
            } else {
                TrendLabel::Fluctuating
            };
        }
        let largest = self.steps().map(f64::abs).fold(0.0, f64::max);
        let limit = if self.counts.len() == 3 { 0.8 } else { 0.7 };
        let spread_out = largest / self.net().abs().max(1e-9) < limit;
        if self.is_rising() && spread_out {
            TrendLabel::Growing
        } else if self.is_falling() && spread_out {
            TrendLabel::Shrinking
        } else if shapes::step(self.counts).squares <= 0.2 * shapes::constant(self.counts).squares {
            TrendLabel::Stepped
        } else {
            TrendLabel::Fluctuating
        }
    }

    fn label_of_many(&self, kendall: i64) -> TrendLabel {
        let smooth = despiked(self.counts);
        let fits = shapes::all_shapes(self.times, &smooth);
        // Counts are whole numbers: no fit is better than rounding.
        let floor = (0.01 * self.level).max(0.5);
        let best = shapes::simplest_good(&fits, self.counts.len(), floor);
        let judged = Judged {
            series: self,
            smooth: &smooth,
            best,
            deviation: self.residual_deviation(&best),
        };
        let label = match best.shape {
            Shape::Constant => self.noise_label(),
            Shape::Line | Shape::FlatThenRamp => judged.label_of_ramp(kendall, fits[2].squares),
            Shape::Step | Shape::RampThenFlat => judged.label_of_break(fits[0].squares),
        };
        match label {
            TrendLabel::Stable => self.of_one_direction().unwrap_or(label),
            label => label,
        }
    }

    /// What goes up, or down, from each count to the next is not stable, although no shape of it is clear: of five counts chance
    /// does that once in sixty.
    fn of_one_direction(&self) -> Option<TrendLabel> {
        match self.is_steady() {
            true if self.is_rising() => Some(TrendLabel::Rose),
            true => Some(TrendLabel::Fell),
            false => None,
        }
    }

    fn is_rising(&self) -> bool {
        self.steps().all(|step| step > 0.0)
    }

    fn is_falling(&self) -> bool {
        self.steps().all(|step| step < 0.0)
    }

    /// Whether it goes one way all the time, by a quarter at least.
    fn is_steady(&self) -> bool {
        (self.is_rising() || self.is_falling()) && self.changes_by_a_quarter()
    }

    fn changes_by_a_quarter(&self) -> bool {
        self.net().abs() >= SMALLEST_CHANGE.max(0.25 * self.level)
    }

    fn residual_deviation(&self, fit: &Fit) -> f64 {
        let freedom = (self.counts.len() as f64 - fit.shape.parameters()).max(1.0);
        (fit.squares / freedom).max(0.25).sqrt()
    }

    /// The label of a series without a material change.
    fn noise_label(&self) -> TrendLabel {
        if self.range > (0.5 * self.level).max(5.0 * self.level.sqrt()) {
            TrendLabel::Fluctuating
        } else {
            TrendLabel::Stable
        }
    }

    /// Trend in standard deviations, were the counts Poisson variables of one mean.
    fn poisson_trend(&self) -> f64 {
        let length = self.counts.len() as f64;
        let mean_time = self.times.iter().sum::<f64>() / length;
        let mean_count = self.counts.iter().sum::<f64>() / length;
        let offsets = || self.times.iter().map(|time| time - mean_time);
        let product: f64 = offsets().zip(self.counts).map(|(o, count)| o * count).sum();
        let squares: f64 = offsets().map(|offset| offset * offset).sum();
        product / (mean_count * squares).max(1e-9).sqrt()
    }

    fn steps(&self) -> impl Iterator<Item = f64> {
        self.counts.windows(2).map(|pair| pair[1] - pair[0])
    }

    fn net(&self) -> f64 {
        self.counts[self.counts.len() - 1] - self.counts[0]
    }
}

/// A full series with its smoothed counts and best fit.
struct Judged<'a> {
    series: &'a Series<'a>,
    smooth: &'a [f64],
    best: Fit,
    /// Standard deviation of the residuals, at least one half.
    deviation: f64,
}

impl Judged<'_> {
    fn label_of_ramp(&self, kendall: i64, squares_of_step: f64) -> TrendLabel {
        let third = (self.smooth.len() / 3).max(1);
        let Some(rise) = self.rise_over_thirds(third) else {
            return self.series.noise_label();
        };
        if !self.is_material(rise, third, third) {
            return self.series.noise_label();
        }
        let statistic = if rise > 0.0 { kendall } else { -kendall };
        if kendall_p_value(self.series.counts, statistic) >= ALPHA {
            return self.series.noise_label();
        }
        let is_like_a_step = self.best.squares > LIKE_A_STEP * squares_of_step;
        if !self.goes_on(rise) {
            TrendLabel::Stepped
        } else if is_like_a_step && rise > 0.0 {
            TrendLabel::Rose
        } else if is_like_a_step {
            TrendLabel::Fell
        } else if rise < 0.0 {
            TrendLabel::Shrinking
        } else if self.largest_fall() > LARGEST_FALL * rise {
            // What rose fell again: a spike that fades, or a tooth of a saw.
            TrendLabel::Fluctuating
        } else {
            TrendLabel::Growing
        }
    }

    /// The most that the smoothed counts fell from a height that they had reached.
    fn largest_fall(&self) -> f64 {
        let mut highest = f64::MIN;
        self.smooth.iter().fold(0.0, |fall: f64, &count| {
            highest = highest.max(count);
            fall.max(highest - count)
        })
    }

    fn label_of_break(&self, squares_around_mean: f64) -> TrendLabel {
        let (length, at, jump) = (self.smooth.len(), self.best.at, self.jump());
        let is_step = self.best.shape == Shape::Step;
        let before = if is_step { at } else { (at / 2).max(1) };
        let after = length - at;
        if self.best.squares > UNEXPLAINED * squares_around_mean {
            self.series.noise_label()
        } else if is_step && after < 2 {
            // Only the last snapshot jumped: it takes one more to tell.
            TrendLabel::Fluctuating
        } else if is_step && before < 2 {
            // Only the first differs: start-up.
            self.series.noise_label()
        } else if self.is_material(jump, before, after) {
            TrendLabel::Stepped
        } else {
            self.series.noise_label()
        }
    }

    /// The jump of the best fit. That of a ramp is a rounding short, as it is in the reference,
    /// which fits ramps by singular values: one of exactly what is material is not.
    fn jump(&self) -> f64 {
        match self.best.shape {
            Shape::RampThenFlat => self.best.jump * (1.0 - ROUNDING),
            _ => self.best.jump,
        }
    }

    /// Median of the last third less that of the first.
    fn rise_over_thirds(&self, third: usize) -> Option<f64> {
        let first = median(&self.smooth[..third])?;
        let last = median(&self.smooth[self.smooth.len() - third..])?;
        Some(last - first)
    }

    /// Whether the last half keeps enough of the average pace of `rise`, in its direction.
    fn goes_on(&self, rise: f64) -> bool {
        let times = self.series.times;
        let from = times.len() - (times.len() / 2).max(3);
        let half: Vec<(f64, f64)> = times[from..]
            .iter()
            .copied()
            .zip(self.smooth[from..].iter().copied())
            .collect();
        let pace = rise.abs() / (times[times.len() - 1] - times[0]);
        let last_pace = theil_sen_slope(&half).unwrap_or(0.0) * rise.signum();
        last_pace >= LASTING_PACE * pace
    }

    /// Whether a change between groups of so many points is more than noise and worth a word.
    fn is_material(&self, change: f64, before: usize, after: usize) -> bool {
        let level = self.series.level;
        let groups = (1.0 / before as f64 + 1.0 / after as f64).sqrt();
        // Counts far steadier than a load would make them: small jumps mean something.
        let quiet = self.deviation <= 0.25 * level.sqrt();
        let load = if quiet { 0.0 } else { level.sqrt() };
        let needed = SMALLEST_CHANGE
            .max(SMALLEST_PART * level)
            .max(SIGNAL_TO_NOISE * groups * self.deviation.max(load));
        change.abs() >= needed
    }
}

/// Running median of three with the ends kept, which removes spikes of a single snapshot.
pub(crate) fn despiked(counts: &[f64]) -> Vec<f64> {
    let mut smooth = counts.to_vec();
    for (middle, window) in smooth[1..].iter_mut().zip(counts.windows(3)) {
        *middle = middle_of_three(window[0], window[1], window[2]);
    }
    smooth
}

fn middle_of_three(a: f64, b: f64, c: f64) -> f64 {
    a.min(b).max(a.max(b).min(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fit_leaves_is_shared_by_the_free_counts() {
        let times: Vec<f64> = (0..12).map(f64::from).collect();
        let counts = vec![10.0; 12];
        let series = Series::new(&times, &counts).unwrap();
        let fit = |shape, squares| Fit {
            shape,
            squares,
            at: 0,
            jump: 0.0,
        };
        assert_eq!(series.residual_deviation(&fit(Shape::Constant, 44.0)), 2.0);
        assert_eq!(series.residual_deviation(&fit(Shape::Step, 81.0)), 3.0);
        // Whole numbers leave something.
        assert_eq!(series.residual_deviation(&fit(Shape::Line, 0.0)), 0.5);
    }

    #[test]
    fn what_rises_each_time_is_not_stable() {
        use TrendLabel::{Fell, Growing, Rose, Stable};
        for (counts, label) in [
            (vec![9.0, 17.0, 20.0, 23.0, 26.0], Rose),
            (vec![26.0, 23.0, 20.0, 17.0, 9.0], Fell),
            (vec![9.0, 17.0, 16.0, 23.0, 22.0], Stable),
            (vec![9.0, 17.0, 25.0, 33.0, 41.0], Growing),
        ] {
            assert_eq!(
                classify_even_trend(&counts).unwrap().label,
                label,
                "{counts:?}"
            );
        }
    }
}
