//! What a series of counts leaves open whose label is no growth: a rise that more counts may turn out to be one.
//!
//! Labels ask for a rise that goes on and is clear. One that came with the last counts has not had the time to, and one
//! that is regular but small beside the load is not clear: neither is an all-clear. Of simulated series of five to
//! twenty counts of an even load (Poisson) 0.3 to 2% are left open or called growing, of a load that wanders from count to
//! count (a mean that moves by a tenth of itself) 4%, of one with bursts in a fifth of all counts 3 to 12%; of series whose
//! last count is three times the others before 97% and more (`tests/open_rise.rs`).

use super::kendall::{kendall_p_value, kendall_statistic};
use super::numeric::median;
use super::trend_label::TrendLabel;

/// Fewer counts than these since a rise do not tell whether it goes on.
const ENOUGH_SINCE: usize = 5;
/// What rises as regularly comes about by chance once in some three hundred series.
const REGULAR: f64 = 0.003;
/// A rise by less is none, whatever the level: as for labels.
const SMALLEST: f64 = 3.0;
/// Nor is one by less than this part of the level.
const SMALLEST_PART: f64 = 0.05;
/// A rise has to be so many standard errors: a program has many groups of goroutines, each of which may rise by chance.
const SIGNAL_TO_NOISE: f64 = 4.0;

/// What more counts would tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OpenRise {
    /// So many counts at the end, fewer than five, are all clearly above all before them.
    AtTheEnd(usize),
    /// They rise more regularly than chance makes counts rise, by less than the load explains.
    Throughout,
}

/// What a series of five or more counts, at increasing times, leaves open behind its label. `None` of those that the
/// label says to rise, and of shorter ones, whose labels are guesses.
pub(crate) fn open_rise(counts: &[f64], label: TrendLabel) -> Option<OpenRise> {
    if counts.len() < ENOUGH_SINCE || matches!(label, TrendLabel::Growing | TrendLabel::Rose) {
        return None;
    }
    let at_the_end = (1..ENOUGH_SINCE).find(|&since| is_above(counts, since));
    // A step explains what rises with it.
    let is_unexplained = matches!(label, TrendLabel::Stable | TrendLabel::Fluctuating);
    match at_the_end {
        Some(since) => Some(OpenRise::AtTheEnd(since)),
        None => (is_unexplained && rises_throughout(counts)).then_some(OpenRise::Throughout),
    }
}

/// Whether the last counts are all above all others, by more than chance. Of one that differs from all behind it nothing
/// is told: programs start.
fn is_above(counts: &[f64], since: usize) -> bool {
    let Some((before, after)) = counts.split_at_checked(counts.len() - since) else {
        return false;
    };
    let highest = before.iter().copied().fold(f64::MIN, f64::max);
    let lowest = after.iter().copied().fold(f64::MAX, f64::min);
    if before.len() < 2 || lowest <= highest {
        return false;
    }
    let level = mean(before);
    let groups = (1.0 / before.len() as f64 + 1.0 / since as f64).sqrt();
    // What is behind a rise may go on to rise: what was before tells how much they vary.
    let noise = deviation(before).max(level.max(1.0).sqrt());
    let needed = SMALLEST
        .max(SMALLEST_PART * level)
        .max(SIGNAL_TO_NOISE * groups * noise);
    mean(after) - level >= needed && lowest - highest >= SMALLEST.min(needed)
}

fn rises_throughout(counts: &[f64]) -> bool {
    let third = counts.len() / 3;
    let (first, last) = (counts.get(..third), counts.get(counts.len() - third..));
    let medians = first.and_then(median).zip(last.and_then(median));
    let level = median(counts).unwrap_or(0.0);
    let is_rise =
        medians.is_some_and(|(first, last)| last - first >= SMALLEST.max(SMALLEST_PART * level));
    is_rise && kendall_p_value(counts, kendall_statistic(counts)) < REGULAR
}

fn mean(counts: &[f64]) -> f64 {
    counts.iter().sum::<f64>() / counts.len() as f64
}

fn deviation(counts: &[f64]) -> f64 {
    let mean = mean(counts);
    let squares: f64 = counts.iter().map(|count| (count - mean).powi(2)).sum();
    (squares / (counts.len() as f64 - 1.0).max(1.0)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::OpenRise;
    use crate::classify_even_trend;

    fn open_rise(counts: &[f64]) -> Option<OpenRise> {
        classify_even_trend(counts)?.open
    }

    #[test]
    fn a_rise_that_came_with_the_last_counts_is_open() {
        use OpenRise::AtTheEnd;
        let flat = [11.0; 9];
        let with = |more: &[f64]| open_rise(&[&flat, more].concat());
        assert_eq!(with(&[311.0]), Some(AtTheEnd(1)));
        assert_eq!(with(&[311.0, 311.0]), Some(AtTheEnd(2)));
        assert_eq!(with(&[311.0, 290.0, 300.0, 320.0]), Some(AtTheEnd(4)));
        assert_eq!(with(&[25.0]), Some(AtTheEnd(1)));
        // It stays, or went away, or is no more than the load.
        assert_eq!(with(&[311.0; 5]), None);
        assert_eq!(with(&[311.0, 11.0]), None);
        assert_eq!(with(&[11.0, 15.0]), None);
        assert_eq!(with(&[]), None);
        // A program that starts.
        assert_eq!(open_rise(&[3.0, 40.0, 40.0, 40.0, 40.0]), None);
        assert_eq!(open_rise(&[3.0, 3.0, 3.0, 40.0]), None);
        assert_eq!(open_rise(&[3.0, 3.0, 3.0, 3.0, 40.0]), Some(AtTheEnd(1)));
    }

    #[test]
    fn a_regular_rise_is_open_however_small_beside_the_load() {
        let slow = [
            100.0, 101.0, 103.0, 99.0, 104.0, 102.0, 105.0, 104.0, 106.0, 103.0, 107.0, 106.0,
        ];
        assert_eq!(open_rise(&slow), Some(OpenRise::Throughout));
        let mut back = slow;
        back.reverse();
        assert_eq!(open_rise(&back), None);
        let wide = [
            100.0, 130.0, 90.0, 120.0, 103.0, 96.0, 124.0, 97.0, 106.0, 129.0, 97.0, 110.0,
        ];
        assert_eq!(open_rise(&wide), None);
    }
}
