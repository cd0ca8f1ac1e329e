//! Sampling errors in words.

use heapwise_analysis::stats::Confidence;
use heapwise_analysis::units::auto_label;
use heapwise_analysis::{Change, Delta, Estimate, Ratio, Sampling};

/// Arms of an interval that differ by less than this factor are printed as one.
const NEARLY_EQUAL: f64 = 1.25;

/// What the ± mean, or why there are none.
pub(crate) fn sampling(sampling: Sampling, confidence: Confidence) -> String {
    match sampling {
        Sampling::Known(rate) => format!(
            "± is the {}% interval of sampling one block per {}",
            confidence.level() * 100.0,
            auto_label(rate.bytes().into(), "bytes")
        ),
        Sampling::Approximate(rate) => format!(
            "± is about the {}% interval of sampling one block per {}: approximate, from the mean size of each stack's \
             blocks",
            confidence.level() * 100.0,
            auto_label(rate.bytes().into(), "bytes")
        ),
        Sampling::Exact => "exact: nothing was sampled".to_owned(),
        Sampling::Unknown(reason) => format!("sampling error unknown: {}", reason.reason()),
    }
}

/// The error of a number relative to it: `±5.6%`, or both arms where they differ. Empty when
/// unknown, `exact` without error; `-40%..+?` where no upper limit can be trusted, which
/// [`NO_UPPER_LIMIT`] explains.
pub(crate) fn relative(estimate: Estimate) -> String {
    if estimate.is_exact() {
        return "exact".to_owned();
    }
    let (Some(low), value) = (estimate.low, estimate.value as f64) else {
        return String::new();
    };
    if estimate.value == 0 {
        return String::new();
    }
    match estimate.high {
        None => {
            let below = (estimate.value - low) as f64 / value.abs();
            format!("-{}..+?", percent_up(below))
        }
        Some(high) => arms(
            (estimate.value - low) as f64 / value.abs(),
            (high - estimate.value) as f64 / value.abs(),
        ),
    }
}

/// `±X%` or `-X%..+Y%` from the two arms as parts.
fn arms(below: f64, above: f64) -> String {
    let (smaller, larger) = (below.min(above), below.max(above));
    if larger <= NEARLY_EQUAL * smaller {
        format!("±{}", percent_up(larger))
    } else {
        format!("-{}..+{}", percent_up(below), percent_up(above))
    }
}

/// A part in percent, two digits, rounded up.
pub(crate) fn percent_up(part: f64) -> String {
    let percent = part * 100.0;
    if percent < 0.1 {
        "0.1%".to_owned()
    } else if percent < 9.95 {
        format!("{:.1}%", (percent * 10.0).ceil() / 10.0)
    } else {
        format!("{:.0}%", percent.ceil())
    }
}

/// What `+?` means.
pub(crate) const NO_UPPER_LIMIT: &str = "+?, at least: or more, for there is no upper limit; objects too small to have been sampled may be many";

/// Whether an error has no upper limit.
pub(crate) fn lacks_upper_limit(estimate: Estimate) -> bool {
    estimate.value != 0 && estimate.low.is_some() && estimate.high.is_none()
}

/// A change in percent without its interval: `-42.0%`.
pub(crate) fn plain_change(change: &Change) -> String {
    match change.ratio {
        None => self::change(change),
        Some(known) => signed_percent(known.value - 1.0),
    }
}

/// A change in percent with its interval: `-42.0% ±5.6%`.
pub(crate) fn change(change: &Change) -> String {
    match change.ratio {
        None if change.after.value == 0 => "0%".to_owned(),
        None => "new".to_owned(),
        Some(known) => ratio(known),
    }
}

/// As [`change`], in little room: an interval is as wide on both sides as on its wider one, or where that would be less than
/// nothing, all that is said.
pub(crate) fn brief_change(change: &Change) -> String {
    let Some(ratio) = change.ratio.filter(|ratio| ratio.value != 0.0) else {
        return match change.ratio {
            Some(_) => "gone".to_owned(),
            None => self::change(change),
        };
    };
    let percent = signed_percent(ratio.value - 1.0);
    match (ratio.low, ratio.high) {
        (Some(low), Some(high)) if low == high => percent,
        (Some(low), Some(high)) => {
            let arm = (ratio.value - low).max(high - ratio.value);
            match arm < ratio.value {
                true => format!("{percent} ±{}", percent_up(arm)),
                // Nothing falls by more than all of it.
                false => {
                    let percent = |end: f64| (end - 1.0) * 100.0;
                    let (low, high) = (percent(low).floor(), percent(high).ceil());
                    format!("{low:+.0}%..{high:+.0}%")
                }
            }
        }
        (Some(_), None) => format!("{percent} ±?"),
        _ => percent,
    }
}

/// A ratio as a change in percent with its interval, or that nothing is left.
pub(crate) fn ratio(ratio: Ratio) -> String {
    match ratio.value == 0.0 {
        true => gone(ratio),
        false => ratio_in_percent(ratio),
    }
}

/// The same of what is counted, of which nothing is `-100%`.
pub(crate) fn ratio_in_percent(ratio: Ratio) -> String {
    format!(
        "{}{}",
        signed_percent(ratio.value - 1.0),
        change_interval(ratio)
    )
}

/// Never a bare nothing: what may be left.
fn gone(ratio: Ratio) -> String {
    match ratio.high {
        Some(high) if high > 0.0 && high < 1.0 => {
            // Rounded towards what may be left: never "-100%" while something may be.
            let percent = ((1.0 - high) * 1000.0).floor() / 10.0;
            format!("gone (at least -{percent:.1}%)")
        }
        _ => "gone".to_owned(),
    }
}

pub(crate) fn signed_percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent.abs() >= 1000.0 {
        format!("{percent:+.0}%")
    } else {
        format!("{percent:+.1}%")
    }
}

fn change_interval(ratio: Ratio) -> String {
    match (ratio.low, ratio.high) {
        (Some(low), Some(high)) if low == high => String::new(),
        (Some(low), Some(high)) => {
            let (below, above) = (ratio.value - low, high - ratio.value);
            if below.max(above) <= NEARLY_EQUAL * below.min(above) {
                format!(" ±{}", percent_up(below.max(above)))
            } else {
                format!(
                    " ({}..{})",
                    signed_percent(low - 1.0),
                    signed_percent(high - 1.0)
                )
            }
        }
        (Some(low), None) => format!(" (at least {})", signed_percent(low - 1.0)),
        _ => String::new(),
    }
}

/// The interval of a difference, for those who ask for details.
pub(crate) fn delta_interval(delta: Delta, label: impl Fn(i128) -> String) -> String {
    match (delta.low, delta.high) {
        (Some(low), Some(high)) => format!("{}..{}", label(low), label(high)),
        _ => String::new(),
    }
}
