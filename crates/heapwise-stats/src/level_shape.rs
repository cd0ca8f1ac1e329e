//! Which shape a level has: the word for what it does, and since when.

use super::kendall::{kendall_p_value, kendall_statistic};
use super::level_contrast::Contrast;
use super::level_label::LevelLabel;
use super::level_series::LevelSeries;
use super::numeric::median;
use super::shapes::{self, Fit, Shape};
use super::theil_sen::theil_sen_slope;
use super::trend::despiked;

/// A change smaller than this part of the median is none.
const SMALLEST_PART: f64 = 0.01;
/// A rise of more than this part of the median is not called stable, however few the samples.
const LARGE_PART: f64 = 0.25;
/// A change has to be this many standard errors of what the best shape leaves.
const SIGNAL_TO_NOISE: f64 = 3.0;
/// Level of the tests on one series.
const ALPHA: f64 = 0.05;
/// Growth has to go on at this part of its average pace in the last half.
const LASTING_PACE: f64 = 0.35;
/// Growth has to explain the levels better than a step does, by this factor on the squares left.
const LIKE_A_STEP: f64 = 0.5;
/// What fell by more than this part of the whole rise does not just grow.
const LARGEST_FALL: f64 = 0.5;
/// Where a single step has this part of the rise, it was a step and no warm-up.
const ONE_STEP: f64 = 0.6;

/// Levels with what is looked at to tell their shape.
pub(crate) struct Levels<'a> {
    series: &'a LevelSeries,
    /// Without spikes of a single snapshot.
    smooth: Vec<f64>,
    level: f64,
    /// What one sample stands for.
    one: f64,
}

impl<'a> Levels<'a> {
    pub(crate) fn new(series: &'a LevelSeries) -> Levels<'a> {
        Levels {
            series,
            smooth: despiked(&series.values),
            level: median(&series.values).unwrap_or(0.0).abs(),
            one: series.weight_of_one(),
        }
    }

    fn count(&self) -> usize {
        self.series.count()
    }

    fn third(&self) -> usize {
        (self.count() / 3).max(1)
    }

    /// The chance of such a rise from the first third to the last by sampling alone.
    pub(crate) fn sampled_rise(&self) -> f64 {
        let third = self.third();
        let thirds = Contrast::means(self.series, third, self.count() - third);
        thirds.p_rise().unwrap_or(0.0)
    }

    fn range(&self) -> f64 {
        let values = self.series.values.iter().copied();
        values.clone().fold(f64::MIN, f64::max) - values.fold(f64::MAX, f64::min)
    }

    fn steps(&self) -> impl Iterator<Item = f64> {
        self.series.values.windows(2).map(|pair| pair[1] - pair[0])
    }

    fn net(&self) -> f64 {
        self.steps().sum()
    }

    /// Two to four snapshots.
    pub(crate) fn of_few(&self) -> (LevelLabel, usize) {
        let net = self.net();
        let ends = Contrast::means(self.series, 1, self.count() - 1);
        let p = if net > 0.0 {
            ends.p_rise()
        } else {
            ends.p_fall()
        };
        let is_sampled = p.is_some_and(|p| p >= ALPHA);
        if is_sampled || net.abs() < 0.05 * self.level {
            return (self.noise(), 0);
        }
        let is_one_way = self.steps().all(|step| step * net > 0.0);
        let largest = self.steps().map(f64::abs).fold(0.0, f64::max);
        let limit = if self.count() == 3 { 0.8 } else { 0.7 };
        let is_spread = self.count() > 2 && largest < limit * net.abs();
        let label = match (is_one_way && is_spread, net > 0.0) {
            (true, true) => LevelLabel::Growing,
            (true, false) => LevelLabel::Shrinking,
            (false, _) if !is_one_way && self.range() > 1.5 * net.abs() => LevelLabel::Fluctuating,
            (false, true) => LevelLabel::Rose,
            (false, false) => LevelLabel::Fell,
        };
        (label, 0)
    }

    /// Without a change that is more than noise.
    fn noise(&self) -> LevelLabel {
        // A few samples that come and go are no swing.
        let swings = (0.5 * self.level).max(5.0 * (self.level.max(self.one) * self.one).sqrt());
        if self.range() > swings {
            LevelLabel::Fluctuating
        } else {
            LevelLabel::Stable
        }
    }

    pub(crate) fn of_many(&self) -> (LevelLabel, usize) {
        match self.by_shape() {
            // Sampling may explain it, and so may growth: few samples are no all-clear.
            (LevelLabel::Stable, _) if self.may_have_risen() => (LevelLabel::Rose, 0),
            known => known,
        }
    }

    /// Whether a large part of the level came in order, whatever sampling says of it.
    fn may_have_risen(&self) -> bool {
        let values = &self.series.values;
        let rise = self.rise(self.third()).unwrap_or(0.0);
        rise > LARGE_PART * self.level && kendall_p_value(values, kendall_statistic(values)) < ALPHA
    }

    fn by_shape(&self) -> (LevelLabel, usize) {
        let fits = shapes::all_shapes(&self.series.times, &self.smooth);
        // No fit is better than a part of a sample, or of the level.
        let floor = (0.002 * self.level).max(0.5 * self.one).max(1.0);
        let best = shapes::simplest_good(&fits, self.count(), floor);
        match best.shape {
            Shape::Constant => (self.noise(), 0),
            Shape::Line | Shape::FlatThenRamp => self.of_ramp(&best, fits[2].squares),
            // A ramp with noise may seem to bend: what still rises has no level yet.
            Shape::RampThenFlat if self.goes_on(best.jump) => {
                self.of_ramp(&fits[1], fits[2].squares)
            }
            Shape::Step | Shape::RampThenFlat => self.of_break(&best, fits[0].squares),
        }
    }

    fn of_ramp(&self, best: &Fit, squares_of_step: f64) -> (LevelLabel, usize) {
        let third = self.third();
        let since = if best.shape == Shape::FlatThenRamp {
            best.at
        } else {
            0
        };
        let Some(rise) = self.rise(third) else {
            return (self.noise(), 0);
        };
        if !self.is_material(best, rise, third, self.count() - third) {
            return (self.noise(), 0);
        }
        let statistic = kendall_statistic(&self.series.values);
        let statistic = if rise > 0.0 { statistic } else { -statistic };
        if kendall_p_value(&self.series.values, statistic) >= ALPHA {
            return (self.noise(), 0);
        }
        let is_like_a_step = best.squares > LIKE_A_STEP * squares_of_step;
        if !self.goes_on(rise) {
            (self.settled(rise), since)
        } else if is_like_a_step {
            let label = if rise > 0.0 {
                LevelLabel::Rose
            } else {
                LevelLabel::Fell
            };
            (label, 0)
        } else if rise < 0.0 {
            (LevelLabel::Shrinking, since)
        } else if self.largest_fall() > LARGEST_FALL * rise {
            (LevelLabel::Fluctuating, 0)
        } else {
            (LevelLabel::Growing, since)
        }
    }

    fn of_break(&self, best: &Fit, squares_around_mean: f64) -> (LevelLabel, usize) {
        const UNEXPLAINED: f64 = 0.35;
        let (at, count) = (best.at, self.count());
        let is_step = best.shape == Shape::Step;
        let before = if is_step { at } else { (at / 2).max(1) };
        if best.squares > UNEXPLAINED * squares_around_mean
            || !self.is_material(best, best.jump, before, at)
        {
            (self.noise(), 0)
        } else if is_step && count - at < 2 {
            // Only the last snapshot jumped: it takes one more to tell.
            (
                if best.jump > 0.0 {
                    LevelLabel::Rose
                } else {
                    LevelLabel::Fell
                },
                at,
            )
        } else {
            (self.settled(best.jump), at)
        }
    }

    /// What reached another level: at once, or by degrees.
    fn settled(&self, rise: f64) -> LevelLabel {
        let largest = self
            .steps()
            .map(|step| step * rise.signum())
            .fold(0.0, f64::max);
        if rise < 0.0 {
            LevelLabel::Fell
        } else if largest >= ONE_STEP * rise.abs() {
            LevelLabel::Stepped
        } else {
            LevelLabel::WarmingUp
        }
    }

    fn rise(&self, third: usize) -> Option<f64> {
        let first = median(&self.smooth[..third])?;
        Some(median(&self.smooth[self.smooth.len() - third..])? - first)
    }

    /// Whether the last half keeps enough of the average pace of `rise`, in its direction.
    fn goes_on(&self, rise: f64) -> bool {
        let times = &self.series.times;
        let from = times.len() - (times.len() / 2).max(3);
        let half = times[from..]
            .iter()
            .copied()
            .zip(self.smooth[from..].iter().copied());
        let half: Vec<(f64, f64)> = half.collect();
        let pace = rise.abs() / (times[times.len() - 1] - times[0]);
        theil_sen_slope(&half).unwrap_or(0.0) * rise.signum() >= LASTING_PACE * pace
    }

    fn largest_fall(&self) -> f64 {
        let mut highest = f64::MIN;
        self.smooth.iter().fold(0.0, |fall: f64, &value| {
            highest = highest.max(value);
            fall.max(highest - value)
        })
    }

    /// Whether a change from before `first` to from `second` on is more than sampling and noise, and worth a word.
    fn is_material(&self, best: &Fit, change: f64, first: usize, second: usize) -> bool {
        let count = self.count();
        let contrast = Contrast::means(self.series, first, second);
        let p = if change > 0.0 {
            contrast.p_rise()
        } else {
            contrast.p_fall()
        };
        let groups = (1.0 / first as f64 + 1.0 / (count - second) as f64).sqrt();
        let freedom = (count as f64 - best.shape.parameters()).max(1.0);
        let deviation = (best.squares / freedom).sqrt();
        let needed = (SMALLEST_PART * self.level).max(SIGNAL_TO_NOISE * groups * deviation);
        change.abs() >= needed && p.is_none_or(|p| p < ALPHA)
    }
}
