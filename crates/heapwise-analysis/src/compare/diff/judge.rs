//! From tests to verdicts.

use super::change::{Change, Verdict};
use super::compare::{Comparing, TestedRow};
use super::evidence::Evidence;
use super::pair::Match;
use super::side::DiffSide;
use super::table::JudgedTable;
use super::tiny::Tiny;
use crate::rank::column::Column;
use heapwise_stats::{Mix, q_values};

impl Comparing<'_> {
    /// Gives verdicts to both columns; returns the size of the family of the view's column.
    pub(super) fn judge(&self, rows: &mut [TestedRow]) -> usize {
        let flat = self.judge_column(rows, Column::Flat);
        let cum = self.judge_column(rows, Column::Cum);
        if self.options.by_cum { cum } else { flat }
    }

    fn judge_column(&self, rows: &mut [TestedRow], column: Column) -> usize {
        let mut family: Vec<usize> = Vec::new();
        let mut p_values: Vec<f64> = Vec::new();
        for (at, tested) in rows.iter_mut().enumerate() {
            let (change, evidence) = tested.column(column);
            let is_judgeable = evidence.is_judgeable() || self.nested.is_some();
            if let Some(p) = change.p.filter(|_| is_judgeable) {
                family.push(at);
                p_values.push(p);
            }
        }
        let adjusted = q_values(&p_values);
        let significant = adjusted.iter().filter(|&&q| q <= self.options.alpha());
        let (judged, significant) = (family.len(), significant.count());
        let mut table = JudgedTable::new(self.options.confidence, judged, significant);
        for (&at, q) in family.iter().zip(adjusted) {
            if let Some(tested) = rows.get_mut(at) {
                tested.column(column).0.q = Some(q);
            }
        }
        let all = self.before.total_mixes().zip(self.after.total_mixes());
        let all = all.map(|mixes| self.tiny(&mixes));
        for tested in rows.iter_mut() {
            let pair = tested.pair;
            let (change, evidence) = tested.column(column);
            if self.nested.is_some() {
                self.nested_verdict(change);
                continue;
            }
            if self.doubt_of_sites().is_some() {
                continue;
            }
            self.conclude(change, evidence);
            table.describe(change, evidence);
            if all.is_some_and(|all| self.is_by_chance(change, (pair, column), all)) {
                change.leave_open();
            }
        }
        judged
    }

    pub(super) fn are_same_build(&self) -> bool {
        let build = |side: &DiffSide<'_>| side.header().and_then(|header| header.build_id.clone());
        let builds = build(self.before).zip(build(self.after));
        builds.is_some_and(|(old, new)| old == new)
    }

    fn tiny(&self, mixes: &(Vec<Mix>, Vec<Mix>)) -> Tiny {
        Tiny::of((self.before, self.after), mixes, self.tester.quantity)
    }

    /// Whether a row changed only because small objects began their blocks at other sites.
    fn is_by_chance(&self, change: &Change, (pair, column): (usize, Column), all: Tiny) -> bool {
        if !change.looks_changed() {
            return false;
        }
        let Some(pair) = self.pairs.get(pair) else {
            return false;
        };
        // What one build has and another has not is no chance.
        if pair.matched == Match::OneSided && !self.are_same_build() {
            return false;
        }
        let before = self.before.mixes(&pair.before, column);
        let mixes = before.zip(self.after.mixes(&pair.after, column));
        let per_work = |side: &DiffSide<'_>, value: i128| {
            value as f64 * side.count().max(1) as f64 / side.exposure()
        };
        let difference =
            per_work(self.after, change.after.value) - per_work(self.before, change.before.value);
        mixes.is_some_and(|mixes| self.tiny(&mixes).is_by_chance(difference, all))
    }

    /// Gives the verdict, or what it would be if both sides did the same work.
    pub(super) fn conclude(&self, change: &mut Change, evidence: &Evidence) {
        if self.doubt().is_some() {
            return;
        }
        let verdict = self.verdict(change, evidence);
        if self.work.is_settled() {
            change.verdict = verdict;
        } else if verdict != Verdict::NotJudged && self.options.work.benchmark().is_none() {
            change.if_same_work = Some(verdict);
        }
    }

    pub(super) fn verdict(&self, change: &Change, evidence: &Evidence) -> Verdict {
        match evidence {
            Evidence::None => Verdict::NotJudged,
            Evidence::Exact => self.direction(change),
            Evidence::OnlyP(_) | Evidence::Sampled(_) => match change.q {
                None => Verdict::Undecidable,
                Some(q) if q <= self.options.alpha() => self.sampled_direction(change, evidence),
                Some(_) => Verdict::NoChangeSeen,
            },
        }
    }

    /// New and gone are said only with samples enough; a single sample may be a phantom.
    fn sampled_direction(&self, change: &Change, evidence: &Evidence) -> Verdict {
        const FEWEST: u64 = 5;
        let direction = self.direction(change);
        let has_enough = evidence.samples().is_none_or(|samples| samples >= FEWEST);
        match direction {
            Verdict::New | Verdict::Gone if !has_enough => Verdict::Undecidable,
            other => other,
        }
    }

    fn direction(&self, change: &Change) -> Verdict {
        let (before, after) = (change.before.value, change.after.value);
        let part = change
            .ratio
            .map_or(f64::INFINITY, |ratio| (ratio.value - 1.0).abs());
        match (before, after) {
            _ if before == after && change.delta.value == 0 => Verdict::NoChangeSeen,
            (0, _) => Verdict::New,
            (_, 0) => Verdict::Gone,
            _ if part < self.options.min_change => Verdict::NoChangeSeen,
            _ if change.delta.value < 0 => Verdict::Decreased,
            _ => Verdict::Increased,
        }
    }

    /// What became of numbers that were counted, of which a test says that they differ.
    pub(super) fn direction_of(&self, (before, after): (f64, f64)) -> Verdict {
        let part = (after / before - 1.0).abs();
        match (before > 0.0, after > 0.0) {
            (false, true) => Verdict::New,
            (true, false) => Verdict::Gone,
            _ if part < self.options.min_change || before == after => Verdict::NoChangeSeen,
            _ if after < before => Verdict::Decreased,
            _ => Verdict::Increased,
        }
    }

    pub(super) fn nested_verdict(&self, change: &mut Change) {
        let Some(p) = change.q.or(change.p) else {
            return;
        };
        change.verdict = if p <= self.options.alpha() {
            self.direction(change)
        } else {
            Verdict::NoChangeSeen
        };
    }
}
