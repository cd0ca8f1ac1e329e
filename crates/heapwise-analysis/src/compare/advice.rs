//! What would decide what is undecided, as far as anyone can do it.

use crate::sums::blocks::Lifetime;
use crate::sums::estimate::Measure;

/// Nobody profiles longer than this many times.
const MOST_TIMES: f64 = 100.0;

/// How to see a change that these profiles could not show. Empty where nothing that can be done
/// would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Advice {
    /// How many times longer to profile. `None` for what is in use, of which a longer profile shows
    /// no more, and where it would take too long.
    pub longer: Option<u64>,
    /// The sampling rate, in bytes, that would do: at least 1, and finer than that of the profile.
    pub rate: Option<i64>,
}

impl Advice {
    /// From how many times more samples it takes, the rate at which they were taken, and of what.
    pub fn new(times: Option<f64>, period: Option<i64>, measure: Option<Measure>) -> Advice {
        let Some(times) = times.filter(|times| times.is_finite() && *times > 1.0) else {
            return Advice::default();
        };
        let is_total = measure.is_some_and(|measure| measure.lifetime == Lifetime::Allocated);
        let finer = |period: i64| ((period as f64 / times) as i64).max(1);
        Advice {
            longer: (is_total && times <= MOST_TIMES).then_some(times.ceil() as u64),
            rate: period.filter(|&period| period > 1).map(finer),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Advice::default()
    }
}

#[cfg(test)]
mod tests {
    use super::Advice;
    use crate::profile::header::SampleType;
    use crate::sums::estimate::Measure;

    fn of(times: f64, period: i64, type_: &str) -> (Option<u64>, Option<i64>) {
        let sample_type = SampleType {
            type_: type_.to_owned(),
            unit: "bytes".to_owned(),
        };
        let advice = Advice::new(Some(times), Some(period), Measure::of(&sample_type));
        (advice.longer, advice.rate)
    }

    #[test]
    fn advises_what_can_be_done() {
        for (times, period, type_, advice) in [
            (24.2, 524_288, "alloc_space", (Some(25), Some(21_664))),
            (1445.0, 524_288, "alloc_space", (None, Some(362))),
            (1445.0, 524_288, "inuse_space", (None, Some(362))),
            (1e12, 524_288, "alloc_objects", (None, Some(1))),
            (3.0, 1, "alloc_space", (Some(3), None)),
            (0.5, 524_288, "alloc_space", (None, None)),
            (f64::INFINITY, 524_288, "alloc_space", (None, None)),
        ] {
            assert_eq!(of(times, period, type_), advice, "{times} {type_}");
        }
        assert!(Advice::new(None, Some(512), None).is_empty());
    }

    #[test]
    fn what_is_advised_is_there() {
        let times = |times| Advice::new(Some(times), Some(512), None);
        assert!(!times(2.0).is_empty());
        assert_eq!(times(1.0), Advice::default());
        let longer = Advice {
            longer: Some(2),
            rate: None,
        };
        assert!(!longer.is_empty());
        assert_eq!(of(100.0, 1, "alloc_space"), (Some(100), None));
        assert_eq!(of(100.5, 1, "alloc_space"), (None, None));
    }
}
