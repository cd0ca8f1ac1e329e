//! Two snapshots of one process: the newer one holds everything the older one counted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::change::{Basis, Change, Delta, Ratio, Verdict};
use super::pair::Pair;
use super::rows::Rows;
use super::side::DiffSide;
use crate::error::{ErrorKind, Result};
use crate::rank::column::Column;
use crate::sums::blocks::{Blocks, Lifetime};
use crate::sums::estimate::{Estimate, Measure};
use heapwise_stats::{
    Confidence, LifeCounts, NestedRecord, SamplingRate, allocation_window, estimate, in_use_change,
    in_use_limits,
};

/// How many records must agree before two profiles are suspected to be of one process.
const ENOUGH_RECORDS: usize = 10;
/// The same of two profiles of one binary, of which the newer one was taken first.
const ENOUGH_OF_ONE_BINARY: usize = 3;

/// The counts of both snapshots, size by size.
fn records(before: Option<&Blocks>, after: Option<&Blocks>) -> Vec<NestedRecord> {
    let mut lives: BTreeMap<u64, [LifeCounts; 2]> = BTreeMap::new();
    for (at, blocks) in [before, after].into_iter().enumerate() {
        for count in blocks.map_or(&[][..], Blocks::counts) {
            if let Some(life) = lives.entry(count.size).or_default().get_mut(at) {
                *life = LifeCounts::new(
                    u64::try_from(count.allocated).unwrap_or(0),
                    u64::try_from(count.in_use).unwrap_or(0),
                );
            }
        }
    }
    let records = lives.into_iter();
    records
        .map(|(size, [earlier, later])| NestedRecord::new(size, earlier, later))
        .collect()
}

fn pair_records(pair: &Pair<'_>, column: Column) -> Vec<NestedRecord> {
    records(
        blocks_of(&pair.before, column).as_deref(),
        blocks_of(&pair.after, column).as_deref(),
    )
}

/// Of the only profile of a side.
fn blocks_of<'s>(rows: &'s Rows<'_>, column: Column) -> Option<Cow<'s, Blocks>> {
    // Blocks are the same for all values.
    let number = rows.numbers(column, &[0]).next().flatten();
    number.map(|number| number.blocks)
}

fn all_blocks<'a>(side: &DiffSide<'a>) -> Option<&'a Blocks> {
    side.rankings.first().map(|ranking| &ranking.blocks)
}

/// Whether the sides may be two snapshots of one process: no count went down anywhere, and there
/// are enough of them to make that telling.
pub(super) fn looks_nested(pairs: &[Pair<'_>]) -> bool {
    are_nested(
        pairs.iter().map(|pair| pair_records(pair, Column::Flat)),
        ENOUGH_RECORDS,
    )
}

/// The same of the older side in the newer one's place. Of one binary fewer records tell that: what changed is not the code.
pub(super) fn looks_nested_backwards(pairs: &[Pair<'_>], are_of_one_binary: bool) -> bool {
    let records = pairs.iter().map(|pair| {
        records(
            blocks_of(&pair.after, Column::Flat).as_deref(),
            blocks_of(&pair.before, Column::Flat).as_deref(),
        )
    });
    let enough = match are_of_one_binary {
        true => ENOUGH_OF_ONE_BINARY,
        false => ENOUGH_RECORDS,
    };
    are_nested(records, enough)
}

fn are_nested(sites: impl Iterator<Item = Vec<NestedRecord>>, enough: usize) -> bool {
    let (mut count, mut has_grown) = (0, false);
    for records in sites {
        for record in records {
            if !record.can_be_nested() {
                return false;
            }
            count += usize::from(record.earlier().allocated() > 0);
            has_grown |= record.later().allocated() > record.earlier().allocated();
        }
    }
    has_grown && count >= enough
}

/// The change of one site, or of the total, between two snapshots.
pub(super) struct NestedTester {
    pub(super) rate: SamplingRate,
    pub(super) measure: Measure,
    pub(super) confidence: Confidence,
}

impl NestedTester {
    pub(super) fn pair(
        &self,
        pair: &Pair<'_>,
        column: Column,
        sides: (Estimate, Estimate),
    ) -> Result<Change> {
        self.change(&pair_records(pair, column), sides)
    }

    pub(super) fn total(
        &self,
        before: &DiffSide<'_>,
        after: &DiffSide<'_>,
        sides: (Estimate, Estimate),
    ) -> Result<Change> {
        self.change(&records(all_blocks(before), all_blocks(after)), sides)
    }

    fn change(
        &self,
        records: &[NestedRecord],
        (before, after): (Estimate, Estimate),
    ) -> Result<Change> {
        let value = after.value - before.value;
        let (delta, p, verdict) = match self.measure.lifetime {
            Lifetime::Allocated => self.allocated(records, value)?,
            Lifetime::InUse => self.in_use(records, value)?,
        };
        let ratio = (before.value != 0).then(|| Ratio {
            value: after.value as f64 / before.value as f64,
            low: delta.low.map(|low| 1.0 + low as f64 / before.value as f64),
            high: delta
                .high
                .map(|high| 1.0 + high as f64 / before.value as f64),
        });
        Ok(Change {
            before,
            after,
            delta,
            ratio,
            p,
            q: None,
            verdict,
            may_be_set_up: false,
            blocks_shared: false,
            if_same_work: None,
            per_work: None,
            basis: Basis::Sampling,
            detectable: None,
            effective_samples: None,
            judgement: None,
        })
    }

    /// What was allocated in between. That it only grew is no finding.
    fn allocated(
        &self,
        records: &[NestedRecord],
        value: i128,
    ) -> Result<(Delta, Option<f64>, Verdict)> {
        let window = allocation_window(records, self.rate).ok_or(ErrorKind::Restarted)?;
        let known = estimate(&window, self.measure.quantity, self.confidence);
        let delta = Delta {
            value,
            low: Some((known.low.floor() as i128).min(value)),
            high: known.high.map(|high| (high.ceil() as i128).max(value)),
        };
        let verdict = if known.sampled > 0 {
            Verdict::Increased
        } else {
            Verdict::NoChangeSeen
        };
        Ok((delta, None, verdict))
    }

    /// What is in use more or less: blocks alive in both snapshots cancel.
    fn in_use(
        &self,
        records: &[NestedRecord],
        value: i128,
    ) -> Result<(Delta, Option<f64>, Verdict)> {
        let known =
            in_use_change(records, self.rate, self.measure.quantity).ok_or(ErrorKind::Restarted)?;
        let limits = in_use_limits(records, self.rate, self.measure.quantity, self.confidence)
            .ok_or(ErrorKind::Restarted)?;
        let delta = Delta {
            value,
            low: limits.low.map(|low| (low.floor() as i128).min(value)),
            high: limits.high.map(|high| (high.ceil() as i128).max(value)),
        };
        let verdict = if known.events == 0 {
            Verdict::NoChangeSeen
        } else {
            Verdict::Undecidable
        };
        Ok((delta, Some(known.p_value), verdict))
    }
}
