//! Numbers for equal work, and whether the work is equal.

use super::change::{Basis, Per, PerWork};
use super::compare::{Comparing, TestedRow};
use super::moved::pooled;
use super::rows::Rows;
use super::side::DiffSide;
use crate::compare::work::{CommonFactor, LogRatio, Work};
use crate::rank::column::Column;
use crate::sums::estimate::Estimate;

impl Comparing<'_> {
    /// Values for each operation or second, of profiles whose values are means.
    pub(super) fn per_work(&self, before: i128, after: i128) -> Option<PerWork> {
        let is_known = self.work.amounts().is_some() || matches!(self.work, Work::UnsureSeconds(_));
        if !is_known || !self.before.has_exposures() || !self.after.has_exposures() {
            return None;
        }
        let per = |side: &DiffSide<'_>, value: i128| {
            value as f64 * side.count().max(1) as f64 / side.exposure()
        };
        let is_time = matches!(
            self.work,
            Work::Seconds(..) | Work::Published(..) | Work::UnsureSeconds(_)
        );
        Some(PerWork {
            per: if is_time { Per::Second } else { Per::Operation },
            before: per(self.before, before),
            after: per(self.after, after),
        })
    }

    /// Work of the older side over that of the newer, per profile.
    pub(super) fn work_factor(&self) -> f64 {
        if self.before.has_exposures() && self.after.has_exposures() {
            let per_profile = |side: &DiffSide<'_>| side.exposure() / side.count().max(1) as f64;
            per_profile(self.before) / per_profile(self.after)
        } else {
            1.0
        }
    }

    pub(super) fn at_equal_work(&self, after: i128) -> i128 {
        let factor = self.work_factor();
        if factor == 1.0 {
            after
        } else {
            (after as f64 * factor).round() as i128
        }
    }

    /// The factor by which most sites changed, where it is not known whether the work did, and these have most of the bytes:
    /// a server that is asked for profiles has sites whose work is that alone.
    pub(super) fn common_factor(&self, rows: &[TestedRow]) -> Option<CommonFactor> {
        /// Fewer samples on a side say little of a site.
        const ENOUGH_SAMPLES: f64 = 5.0;
        if self.work.is_settled() || self.options.work.benchmark().is_some() {
            return None;
        }
        let is_exact = |estimate: &Estimate| estimate.is_exact();
        let log_ratio = |tested: &TestedRow| {
            let change = &tested.row.flat;
            let (before, after) = (change.before.value, change.after.value);
            let pair = self.pairs.get(tested.pair)?;
            let error = |estimate: &Estimate, side: &DiffSide<'_>, rows: &Rows<'_>| {
                if is_exact(estimate) || self.tester.basis() == Basis::Exact {
                    return Some(0.0);
                }
                let mix = pooled(side.mixes(rows, Column::Flat)?)?;
                let effective = mix.effective_samples(self.tester.quantity)?;
                (effective >= ENOUGH_SAMPLES).then(|| effective.sqrt().recip())
            };
            let error = error(&change.before, self.before, &pair.before)?.hypot(error(
                &change.after,
                self.after,
                &pair.after,
            )?);
            (before > 0 && after > 0).then(|| {
                let change = LogRatio {
                    value: (self.work_factor() * after as f64 / before as f64).ln(),
                    error,
                };
                (change, before as f64 + after as f64)
            })
        };
        let (sites, amounts): (Vec<LogRatio>, Vec<f64>) = rows.iter().filter_map(log_ratio).unzip();
        let found = CommonFactor::of(&sites)?;
        let agreeing = sites.iter().zip(&amounts);
        let agreeing = agreeing.filter(|(site, _)| found.agrees(**site));
        let agreeing: f64 = agreeing.map(|(_, amount)| amount).sum();
        (2.0 * agreeing >= amounts.iter().sum::<f64>()).then_some(found)
    }
}
