//! A series of dumps, and trends by its times.

use super::plan::{Contradiction, Order};
use super::unread::Unread;
use heapwise_stats::{OpenRise, TrendLabel, classify_even_trend, classify_trend};

/// A change by the hour is told of series that take so many seconds at least: of two dumps a moment
/// apart it would be what is under way just now, many thousand times over.
const LEAST_SECONDS: f64 = 1.0;

/// A dump of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeriesPoint {
    /// Which of the dumps given, from 0.
    pub dump: usize,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC.
    pub time_nanos: Option<i64>,
    /// Its goroutines.
    pub total: i64,
    /// What of it could not be read.
    pub unread: Unread,
}

/// What became of a group over a series.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GroupTrend {
    /// The classifier's word.
    pub label: TrendLabel,
    /// Fewer than five dumps, a rise that is [open](GroupTrend::open), or dumps of which it is not sure in which order they
    /// were taken: the word is a guess.
    pub tentative: bool,
    /// What more dumps would tell, where the word is not that it rises.
    pub open: Option<OpenRise>,
    /// Change per hour; `None` without times, and of dumps that are less than a second apart.
    pub per_hour: Option<f64>,
}

/// The times of a series.
pub(super) struct Clock {
    /// Hours since the first dump, where dumps say when they were taken.
    hours: Option<Vec<f64>>,
    /// Whether dumps may have been taken in another order, or of another process.
    is_doubtful: bool,
}

impl Clock {
    pub(super) fn new(
        series: &[SeriesPoint],
        order: Order,
        contradiction: Option<Contradiction>,
    ) -> Clock {
        let first = series.first().and_then(|point| point.time_nanos);
        let hours = series.iter().map(|point| {
            let since = point.time_nanos?.checked_sub(first?)?;
            Some(since as f64 / 3600e9)
        });
        let hours: Option<Vec<f64>> = hours.collect();
        let is_rising = |hours: &Vec<f64>| hours.windows(2).all(|pair| pair[0] < pair[1]);
        Clock {
            hours: hours.filter(|hours| order == Order::Time && is_rising(hours)),
            is_doubtful: contradiction.is_some_and(Contradiction::is_of_order),
        }
    }

    /// Whether the series takes long enough.
    fn tells_rates(&self) -> bool {
        let hours = self.hours.as_deref().unwrap_or_default();
        let (first, last) = (hours.first(), hours.last());
        let span = first.zip(last).map(|(first, last)| (last - first) * 3600.0);
        span.is_some_and(|seconds| seconds >= LEAST_SECONDS)
    }

    pub(super) fn trend(&self, counts: &[i64]) -> Option<GroupTrend> {
        let counts: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let (trend, per_hour) = match &self.hours {
            Some(hours) => {
                let trend = classify_trend(hours, &counts)?;
                (trend, Some(trend.slope).filter(|_| self.tells_rates()))
            }
            None => (classify_even_trend(&counts)?, None),
        };
        Some(GroupTrend {
            label: trend.label,
            tentative: trend.tentative || trend.open.is_some() || self.is_doubtful,
            open: trend.open,
            per_hour,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, Order, SeriesPoint};

    #[test]
    fn a_rate_takes_a_second() {
        for (nanos, has_rate) in [
            (60_000_000, false),
            (999_999_999, false),
            (1_000_000_000, true),
            (20_000_000_000, true),
        ] {
            let point = |dump: usize| SeriesPoint {
                dump,
                time_nanos: Some(1_000 + dump as i64 * nanos / 5),
                total: 1,
                unread: Default::default(),
            };
            let series: Vec<SeriesPoint> = (0..6).map(point).collect();
            let trend = Clock::new(&series, Order::Time, None).trend(&[1, 4, 7, 10, 13, 16]);
            let trend = trend.expect("several dumps");
            assert_eq!(trend.per_hour.is_some(), has_rate, "{nanos}");
        }
    }
}
