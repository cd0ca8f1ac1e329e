//! How large a change would have to be to be seen, and how many samples would show a given one.
//!
//! Square roots of Poisson counts have the same variance everywhere, 1/4. Two of them differ visibly
//! when they are z/sqrt(2) standard deviations apart, which gives closed formulas for 5% two-sided and a power
//! of 80%.
//!
//! Source: the square-root (Anscombe 1948) transform; simulated power at the predicted effect is 0.77 to
//! 0.82 from 20 effective samples on, 0.73 to 0.77 at 6 to 10.

/// (1.959964 + 0.841621) / sqrt(2): normal quantiles of 97.5% and 80%, over two equally noisy sides.
const Z: f64 = 1.981_019_905_799_67;

/// Smallest relative rise that `effective_samples` (total^2 / variance, of the before side) would show,
/// e.g. 0.5 for +50%. `None` without samples.
#[must_use]
pub fn detectable_rise(effective_samples: f64) -> Option<f64> {
    (effective_samples > 0.0).then(|| (1.0 + Z / effective_samples.sqrt()).powi(2) - 1.0)
}

/// Smallest relative fall that `effective_samples` would show, in (0, 1). `None` below 3.92 effective
/// samples, where not even disappearance would be noticed.
#[must_use]
pub fn detectable_fall(effective_samples: f64) -> Option<f64> {
    let step = Z / effective_samples.sqrt();
    (step < 1.0).then(|| 1.0 - (1.0 - step).powi(2))
}

/// Effective samples needed to show a relative change, e.g. -0.1 for a fall by a tenth. `None` for no
/// change at all and for changes below -1.
#[must_use]
pub fn samples_needed(change: f64) -> Option<f64> {
    let step = (1.0 + change).sqrt() - 1.0;
    (step.is_finite() && step != 0.0).then(|| (Z / step).powi(2))
}

/// How many times longer a profile must run, or by what its rate must be divided, to show a relative
/// change; below 1 when it already does. For blocks larger than the rate a lower rate helps more than
/// this. `None` without samples and where [`samples_needed`] is.
#[must_use]
pub fn times_longer(effective_samples: f64, change: f64) -> Option<f64> {
    if effective_samples <= 0.0 {
        return None;
    }
    samples_needed(change).map(|needed| needed / effective_samples)
}
