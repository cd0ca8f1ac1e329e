//! Least-squares fits of the five shapes a series of counts is told apart by.

use super::breaks;

/// A shape, in the order in which ties are settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Constant,
    Line,
    /// One level before index `at`, another from it on.
    Step,
    /// A line up to the point at index `at`, its value there from then on.
    RampThenFlat,
    /// A constant up to the point at index `at`, a line from there.
    FlatThenRamp,
}

/// The best fit of one shape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    pub(crate) shape: Shape,
    /// Sum of the squared residuals.
    pub(crate) squares: f64,
    /// Index of the break; 0 for shapes without one.
    pub(crate) at: usize,
    /// Rise of the whole shape: the jump of a step, slope times length of a ramp.
    pub(crate) jump: f64,
}

impl Shape {
    /// Number of fitted parameters, the position of a break included.
    pub(crate) fn parameters(self) -> f64 {
        match self {
            Self::Constant => 1.0,
            Self::Line => 2.0,
            Self::Step | Self::RampThenFlat | Self::FlatThenRamp => 3.0,
        }
    }

    /// Whether the shape has a break.
    pub(crate) fn is_broken(self) -> bool {
        self.parameters() > 2.0
    }
}

/// A later break has to be better by more than rounding.
const BETTER_BY: f64 = 1e-9;

/// What a broken shape has to be better by, in units of the information criterion.
const BREAK_PENALTY: f64 = 3.0;

/// Criteria closer than this are a tie, which the earlier shape wins.
const CRITERION_TIE: f64 = 1e-9;

/// The mean with the squares around it.
pub(crate) fn constant(values: &[f64]) -> Fit {
    Fit {
        shape: Shape::Constant,
        squares: squares_around_mean(values),
        at: 0,
        jump: 0.0,
    }
}

/// The best two levels. The series needs at least two values.
pub(crate) fn step(values: &[f64]) -> Fit {
    best_step(values, breaks::of_step(values))
}

fn best_step(values: &[f64], breaks: Vec<usize>) -> Fit {
    best(breaks.into_iter().map(|at| {
        let (before, after) = values.split_at(at);
        Fit {
            shape: Shape::Step,
            squares: squares_around_mean(before) + squares_around_mean(after),
            at,
            jump: mean(after) - mean(before),
        }
    }))
}

/// The best fit of every shape, in the order of [`Shape`].
pub(crate) fn all_shapes(times: &[f64], values: &[f64]) -> [Fit; 5] {
    let ends = breaks::of_ramp_then_flat(times, values);
    let starts = breaks::of_flat_then_ramp(times, values);
    fits(times, values, [breaks::of_step(values), ends, starts])
}

/// The same by fitting every break.
#[cfg(test)]
pub(crate) fn all_breaks(times: &[f64], values: &[f64]) -> [Fit; 5] {
    let inner: Vec<usize> = (1..times.len().saturating_sub(1)).collect();
    let steps = (1..times.len()).collect();
    fits(times, values, [steps, inner.clone(), inner])
}

/// The best fits with a break at one of these.
fn fits(times: &[f64], values: &[f64], [steps, ends, starts]: [Vec<usize>; 3]) -> [Fit; 5] {
    let first = times[0];
    let last = times[times.len() - 1];
    let ramp = |shape, at, clipped: &[f64], length: f64| {
        let (squares, slope) = line(clipped, values);
        Fit {
            shape,
            squares,
            at,
            jump: slope * length,
        }
    };
    [
        constant(values),
        ramp(Shape::Line, 0, times, last - first),
        best_step(values, steps),
        best(ends.into_iter().map(|at| {
            let clipped: Vec<f64> = times.iter().map(|time| time.min(times[at])).collect();
            ramp(Shape::RampThenFlat, at, &clipped, times[at] - first)
        })),
        best(starts.into_iter().map(|at| {
            let clipped: Vec<f64> = times.iter().map(|time| time.max(times[at])).collect();
            ramp(Shape::FlatThenRamp, at, &clipped, last - times[at])
        })),
    ]
}

/// The first of the best fits; infinitely bad when there is none.
fn best(fits: impl Iterator<Item = Fit>) -> Fit {
    let none = Fit {
        shape: Shape::Constant,
        squares: f64::INFINITY,
        at: 0,
        jump: 0.0,
    };
    let better = |kept: Fit, fit: Fit| match fit.squares < kept.squares - BETTER_BY {
        true => fit,
        false => kept,
    };
    fits.fold(none, better)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn squares_around_mean(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

/// Residual squares and slope of the least-squares line.
fn line(times: &[f64], values: &[f64]) -> (f64, f64) {
    let (mean_time, mean_value) = (mean(times), mean(values));
    let pairs = || times.iter().zip(values);
    let product: f64 = pairs()
        .map(|(time, value)| (time - mean_time) * (value - mean_value))
        .sum();
    let square: f64 = times.iter().map(|time| (time - mean_time).powi(2)).sum();
    let slope = product / square;
    let residuals = pairs()
        .map(|(time, value)| (value - mean_value - slope * (time - mean_time)).powi(2))
        .sum();
    (residuals, slope)
}

/// The fit of the smallest Bayesian information criterion; of equal ones the first. No fit of so many
/// values is taken to be better than `floor`, in their unit.
pub(crate) fn simplest_good(fits: &[Fit; 5], count: usize, floor: f64) -> Fit {
    let length = count as f64;
    let criterion = |fit: &Fit| {
        let penalty = if fit.shape.is_broken() {
            BREAK_PENALTY
        } else {
            0.0
        };
        length * (fit.squares / length + floor.powi(2)).ln()
            + fit.shape.parameters() * length.ln()
            + penalty
    };
    fits[1..].iter().fold(fits[0], |best, fit| {
        if criterion(fit) < criterion(&best) - CRITERION_TIE {
            *fit
        } else {
            best
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_do_not_depend_on_when_time_began() {
        let values = [3.0, 3.5, 5.0, 8.0, 13.0, 13.5, 13.0];
        let fits = |start: f64| {
            let times: Vec<f64> = (0..values.len())
                .map(|at| start + 2.0 * at as f64)
                .collect();
            all_shapes(&times, &values).map(|fit| (fit.shape, fit.at, fit.jump, fit.squares))
        };
        for (early, late) in fits(0.0).iter().zip(fits(1000.0)) {
            assert_eq!((early.0, early.1), (late.0, late.1));
            assert!((early.2 - late.2).abs() < 1e-6, "{early:?} {late:?}");
            assert!((early.3 - late.3).abs() < 1e-6, "{early:?} {late:?}");
        }
        // From 3 along a line to 13, each jump is that of the fitted line from its first to its last time.
        let [_, line, step, ..] = fits(1000.0);
        assert!((line.2 - 12.0 * 116.0 / 112.0).abs() < 1e-6, "{line:?}");
        assert!((step.2 - (39.5 / 3.0 - 4.875)).abs() < 1e-6, "{step:?}");
    }
}
