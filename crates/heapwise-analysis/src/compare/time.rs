//! Whether a benchmark became faster or slower.

use heapwise_stats::{Confidence, LogMean, LogMeanTest, RatioTest, mann_whitney_p_value};

use super::diff::{Ratio, Verdict};

/// The time of an operation on both sides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TimeChange {
    /// Nanoseconds on the older side: the geometric mean of its runs.
    pub before: f64,
    /// On the newer side.
    pub after: f64,
    /// Runs of the older and of the newer side.
    pub runs: (usize, usize),
    /// The newer over the older, with its interval by Welch's test on logarithms.
    pub ratio: Option<Ratio>,
    /// Of a test by ranks, which a run that was disturbed does not mislead.
    pub p: Option<f64>,
    /// What may be said: a change, only where both say so.
    pub verdict: Verdict,
}

impl TimeChange {
    /// Compares what an operation took in each run; smaller changes than `least` have no verdict. `None` without a run
    /// of each side.
    pub fn of(
        before: &[f64],
        after: &[f64],
        confidence: Confidence,
        least: f64,
    ) -> Option<TimeChange> {
        let mut change = TimeChange {
            before: geometric_mean(before)?,
            after: geometric_mean(after)?,
            runs: (before.len(), after.len()),
            ratio: None,
            p: None,
            verdict: Verdict::NotJudged,
        };
        let both = LogMean::of_values(before).zip(LogMean::of_values(after));
        let Some((old, new)) = both else {
            return Some(change);
        };
        let test = LogMeanTest::new(&old, &new);
        let interval = test.ratio_interval(confidence);
        change.ratio = test.ratio().map(|value| Ratio {
            value,
            low: interval.and_then(|known| known.low),
            high: interval.and_then(|known| known.high),
        });
        change.p = mann_whitney_p_value(before, after);
        change.verdict = change.judged(confidence, least);
        Some(change)
    }

    fn judged(&self, confidence: Confidence, least: f64) -> Verdict {
        let alpha = 1.0 - confidence.level();
        let (Some(ratio), Some(p)) = (self.ratio, self.p) else {
            return Verdict::NotJudged;
        };
        let is_sure = p < alpha && (ratio.value - 1.0).abs() >= least;
        match (ratio.low, ratio.high) {
            (_, Some(high)) if is_sure && high < 1.0 => Verdict::Decreased,
            (Some(low), _) if is_sure && low > 1.0 => Verdict::Increased,
            _ => Verdict::NoChangeSeen,
        }
    }
}

fn geometric_mean(values: &[f64]) -> Option<f64> {
    let is_usable = |value: &f64| *value > 0.0 && value.is_finite();
    if values.is_empty() || !values.iter().all(is_usable) {
        return None;
    }
    let logs: f64 = values.iter().map(|value| value.ln()).sum();
    Some((logs / values.len() as f64).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(before: &[f64], after: &[f64]) -> TimeChange {
        TimeChange::of(before, after, Confidence::default(), 0.01).unwrap()
    }

    #[test]
    fn a_change_is_one_only_where_ranks_and_means_agree() {
        let before = [100.0, 101.0, 99.0, 100.5, 102.0];
        let faster = before.map(|value| value * 0.8);
        assert_eq!(of(&before, &faster).verdict, Verdict::Decreased);
        assert_eq!(of(&faster, &before).verdict, Verdict::Increased);
        assert_eq!(of(&before, &before).verdict, Verdict::NoChangeSeen);
        let disturbed = [100.0, 101.0, 99.0, 100.5, 900.0];
        assert_eq!(of(&before, &disturbed).verdict, Verdict::NoChangeSeen);
        let hardly = before.map(|value| value * 1.001);
        assert_eq!(of(&before, &hardly).verdict, Verdict::NoChangeSeen);
    }

    #[test]
    fn a_single_run_decides_nothing() {
        let alone = of(&[100.0], &[50.0]);
        assert_eq!(alone.verdict, Verdict::NotJudged);
        assert_eq!((alone.before.round(), alone.after.round()), (100.0, 50.0));
        assert_eq!(
            TimeChange::of(&[], &[1.0], Confidence::default(), 0.0),
            None
        );
    }
}
