//! What a level that shows no growth may hide: growth that its verdict does not show.

use super::answer::{GrowthAnswer, SiteGrowth};
use heapwise_stats::LevelLabel;

/// A rise by more than this part of the level over the series matters.
const MATTERS: f64 = 0.5;
/// Of a site that is small beside all that is in use, a rise matters from this part of that on.
const MATTERS_OF_ALL: f64 = 0.05;

/// What a level leaves open that shows no growth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hidden {
    /// It can hide no rise that matters.
    Nothing,
    /// It swings enough to hide one, and fell back in the last half to the lowest that it was in the first, or lower.
    FellBack,
    /// It swings enough to hide one, and its lows are higher than they were.
    BySwing,
    /// It went to another level, and of that there are too few snapshots, or they are too unsure, to tell whether it stays.
    SinceAStep,
    /// So few blocks were sampled, or it was looked at so few times, that it may have risen by as much.
    ByChance,
}

impl GrowthAnswer {
    /// Whether a site, or the total, may have risen unseen by what matters: where the limit of its rate leaves that open.
    ///
    /// What went to another level is looked at from there on. What a label says is no limit: five snapshots of a leak are
    /// like a step as often as not.
    pub fn hidden(&self, one: &SiteGrowth) -> Hidden {
        let trend = &one.trend;
        let is_settled = trend.label.is_of_another_level();
        let values = one.values.to_vec();
        let of_all = MATTERS_OF_ALL * median(self.total.values.to_vec());
        let matters = (MATTERS * median(values.clone())).max(of_all);
        let (rate, since) = match trend.settled {
            Some(settled) => (settled, trend.since),
            None => (trend.rate, 0),
        };
        let most = rate.high.map(|high| high * self.length_from(since));
        if most.is_some_and(|most| most <= matters) {
            return Hidden::Nothing;
        }
        // Of objects there is no limit; of what is small and was not sampled there may be any number.
        let is_level = most.is_none() || trend.label == LevelLabel::Fluctuating;
        match trend.label {
            _ if is_level && !is_settled && range(&values) <= matters => Hidden::Nothing,
            LevelLabel::Fluctuating if fell_back(&values) => Hidden::FellBack,
            LevelLabel::Fluctuating => Hidden::BySwing,
            _ if is_settled => Hidden::SinceAStep,
            _ => Hidden::ByChance,
        }
    }
}

fn median(mut values: Vec<i128>) -> f64 {
    values.sort_unstable();
    let middle = values.get(values.len() / 2).copied();
    middle.unwrap_or(0).unsigned_abs() as f64
}

fn range(values: &[i128]) -> f64 {
    let ends = values.iter().max().zip(values.iter().min());
    ends.map_or(0.0, |(most, least)| most.saturating_sub(*least) as f64)
}

/// Whether the lowest of the last half is not above that of the first.
fn fell_back(values: &[i128]) -> bool {
    let (first, last) = values.split_at(values.len() / 2);
    match (first.iter().min(), last.iter().min()) {
        (Some(first), Some(last)) => last <= first,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{fell_back, median, range};

    #[test]
    fn lows_tell_whether_a_swing_fell_back() {
        for (values, is_back) in [
            (&[28, 40, 14, 32, 50, 18, 30, 47, 13, 33][..], true),
            (&[12, 11, 7, 5, 10, 13, 12, 7, 6, 11, 14, 13, 8, 7], false),
            (&[5, 9, 5, 9], true),
            (&[5, 9, 6, 10], false),
            (&[5], false),
            (&[], false),
        ] {
            assert_eq!(fell_back(values), is_back, "{values:?}");
        }
    }

    #[test]
    fn numbers_of_values() {
        assert_eq!((median(vec![3, 1, 9]), range(&[3, 1, 9])), (3.0, 8.0));
        assert_eq!((median(Vec::new()), range(&[])), (0.0, 0.0));
    }
}
