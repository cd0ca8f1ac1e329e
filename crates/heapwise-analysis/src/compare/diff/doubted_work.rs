//! What a test says of work that is only known to be between two amounts: what holds for all of them.

use super::side::DiffSide;
use crate::compare::work::GivenWork;
use heapwise_stats::{Confidence, Exposure, RatioInterval, RatioTest, Tails};

/// The work that each profile of the older and the newer side covers.
pub(super) type Amounts = (Vec<Exposure>, Vec<Exposure>);

/// Amounts of work at which the ratio of a number, newer over older, is as small and as large as it can be.
pub(super) struct Ends {
    pub(super) smallest: Amounts,
    pub(super) largest: Amounts,
}

impl Ends {
    /// Of sides of a benchmark whose set-up cannot be told apart; `None` where the work is known.
    pub(super) fn of(
        work: &GivenWork,
        before: &DiffSide<'_>,
        after: &DiffSide<'_>,
    ) -> Option<Ends> {
        let benchmark = work.benchmark().filter(|known| known.is_in_doubt())?;
        let (old, new) = (benchmark.before.between(), benchmark.after.between());
        if before.count() != old.len() || after.count() != new.len() {
            return None;
        }
        let each = |ends: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| -> Option<Vec<Exposure>> {
            ends.iter().map(|ends| Exposure::new(of(ends))).collect()
        };
        Some(Ends {
            smallest: (each(&old, |ends| ends.0)?, each(&new, |ends| ends.1)?),
            largest: (each(&old, |ends| ends.1)?, each(&new, |ends| ends.0)?),
        })
    }
}

/// The tests of one number at both ends.
pub(super) struct Between<'t> {
    pub(super) smallest: &'t dyn RatioTest,
    pub(super) largest: &'t dyn RatioTest,
}

impl RatioTest for Between<'_> {
    fn ratio(&self) -> Option<f64> {
        Some((self.smallest.ratio()? * self.largest.ratio()?).sqrt())
    }

    fn tails(&self, ratio: f64) -> Tails {
        let mut tails = self.smallest.tails(ratio);
        tails.at_most = self.largest.tails(ratio).at_most;
        tails
    }

    fn ratio_interval(&self, confidence: Confidence) -> Option<RatioInterval> {
        let mut interval = self.smallest.ratio_interval(confidence)?;
        interval.high = self.largest.ratio_interval(confidence)?.high;
        interval.ratio = self.ratio();
        Some(interval)
    }
}
