//! How long cycles stopped the world.

/// The pauses of some cycles.
///
/// A pause is all the time for which one cycle stopped the world, both times of it together, with the time
/// that stopping took (runtime/mgc.go: gcMarkTermination, `work.pauseNS`): more than each of the two pauses
/// that gctrace lines and runtime/metrics have, so quantiles of these are not comparable with theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pauses {
    /// Cycles whose pauses are known.
    pub count: u64,
    /// Cycles that the ring of 256 no longer has: what they paused is not known.
    pub hidden: u64,
    /// Nanoseconds that half of the cycles paused at most.
    pub p50: u64,
    /// Nanoseconds that 99 of 100 cycles paused at most.
    pub p99: u64,
    /// The longest, in nanoseconds.
    pub max: u64,
    /// All together, in nanoseconds.
    pub total: u64,
    /// Cycles that paused for a millisecond or more.
    pub long: u64,
}

impl Pauses {
    /// Of cycles whose pauses are these; `None` without any.
    pub fn of(mut nanos: Vec<u64>, hidden: u64) -> Option<Pauses> {
        nanos.sort_unstable();
        let max = *nanos.last()?;
        Some(Pauses {
            count: nanos.len() as u64,
            hidden,
            p50: quantile(&nanos, 50),
            p99: quantile(&nanos, 99),
            max,
            total: nanos.iter().fold(0, |sum, &one| sum.saturating_add(one)),
            long: nanos.iter().filter(|&&one| one >= 1_000_000).count() as u64,
        })
    }
}

/// The least value that so many of 100 do not exceed.
fn quantile(sorted: &[u64], percent: usize) -> u64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Pauses;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let pauses = Pauses::of((1..=200).rev().collect(), 3).expect("has some");
        assert_eq!((pauses.p50, pauses.p99, pauses.max), (100, 198, 200));
        assert_eq!(
            (pauses.count, pauses.hidden, pauses.total),
            (200, 3, 20_100)
        );
        let one = Pauses::of(vec![2_000_000], 0).expect("has one");
        assert_eq!(
            (one.p50, one.p99, one.max, one.long),
            (2_000_000, 2_000_000, 2_000_000, 1)
        );
        assert_eq!(Pauses::of(Vec::new(), 9), None);
    }
}
