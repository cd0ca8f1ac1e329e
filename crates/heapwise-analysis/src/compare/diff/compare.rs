//! Decides, site by site and for the total, how two sides differ and what speaks for it.

use super::change::{Basis, Change, Delta, Per, PerWork, Ratio, Verdict};
use super::closures::mark_renumbered;
use super::difference::DiffRow;
use super::doubts::{doubt, doubt_of_sites};
use super::evidence::{Evidence, Numbers, Tester, delta_of_ratio, ratio};
use super::moved::{Moved, Mover, moves, pooled};
use super::nested::{NestedTester, looks_nested};
use super::options::DiffOptions;
use super::pair::Pair;
use super::pairing::{Unmatched, pair};
use super::program;
use super::rows::Rows;
use super::side::{DiffSide, mean};
use super::table::JudgedTable;
use super::warnings::{self, Note};
use crate::compare::work::{Work, WorkQuestion};
use crate::error::{ErrorKind, Result};
use crate::rank::column::Column;
use crate::site::granularity::Granularity;
use crate::site::inlined::Inlined;
use crate::sums::blocks::{Lifetime, UnknownError};
use crate::sums::estimate::{Estimate, Sampling};
use heapwise_stats::{Mix, Quantity};

pub(super) struct Comparing<'a> {
    pub(super) before: &'a DiffSide<'a>,
    pub(super) after: &'a DiffSide<'a>,
    pub(super) options: &'a DiffOptions,
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) tester: Tester<'a>,
    pub(super) nested: Option<NestedTester>,
    pub(super) work: Work,
    /// Why no change can be decided on, if so.
    doubt: Option<Note>,
    /// The same of changes of sites.
    doubt_of_sites: Option<Note>,
}

/// A row with what its details are computed from.
pub(super) struct TestedRow {
    pub(super) row: DiffRow,
    /// Its place among the pairs.
    pub(super) pair: usize,
    pub(super) flat: Evidence,
    pub(super) cum: Evidence,
}

impl<'a> Comparing<'a> {
    pub(super) fn new(
        before: &'a DiffSide<'a>,
        after: &'a DiffSide<'a>,
        options: &'a DiffOptions,
    ) -> Self {
        let measure = after.measure();
        let nested = match (after.sampling(), measure) {
            (Some(Sampling::Known(rate)), Some(measure)) if options.same_process => {
                Some(NestedTester {
                    rate,
                    measure,
                    confidence: options.confidence,
                })
            }
            _ => None,
        };
        let pairs = pair(before, after);
        let work = Work::decide(&WorkQuestion {
            given: &options.work,
            lifetime: measure.map(|measure| measure.lifetime),
            is_share: options.shares,
            is_nested: options.same_process,
            exposures: (before.exposure(), after.exposure()),
        });
        Self {
            before,
            after,
            options,
            doubt: doubt((before, after), &pairs, (options, work)),
            doubt_of_sites: doubt_of_sites(before, after),
            pairs,
            tester: Tester {
                before,
                after,
                options,
                quantity: measure.map_or(Quantity::Objects, |measure| measure.quantity),
            },
            nested,
            work,
        }
    }

    /// Why no change can be decided on, whatever was measured of it; `None` where one can.
    pub(super) fn doubt(&self) -> Option<&str> {
        self.doubt.as_ref().map(|note| &*note.message)
    }

    /// The same of a site.
    pub(super) fn doubt_of_sites(&self) -> Option<&str> {
        let note = self.doubt.as_ref().or(self.doubt_of_sites.as_ref());
        note.map(|note| &*note.message)
    }

    pub(super) fn rows(&self) -> Result<Vec<TestedRow>> {
        if self.options.same_process && (self.before.count() != 1 || self.after.count() != 1) {
            return Err(ErrorKind::NotTwoSnapshots.into());
        }
        let flat = self.test(Column::Flat)?;
        let cum = self.test(Column::Cum)?;
        let mut rows = Vec::with_capacity(self.pairs.len());
        for (at, (flat, cum)) in flat.into_iter().zip(cum).enumerate() {
            let Some(pair) = self.pairs.get(at) else {
                continue;
            };
            let tested = TestedRow {
                row: DiffRow {
                    site: pair.site.clone(),
                    older: pair.older().cloned(),
                    matched: pair.matched,
                    inlined: inlined(pair),
                    flat: self.change(pair, Column::Flat, &flat)?,
                    cum: self.change(pair, Column::Cum, &cum)?,
                    moved: None,
                },
                pair: at,
                flat,
                cum,
            };
            let tested = self.doubted(tested);
            let changes = [&tested.row.flat, &tested.row.cum];
            if changes
                .iter()
                .any(|c| c.before.value != 0 || c.after.value != 0)
            {
                rows.push(tested);
            }
        }
        Ok(rows)
    }

    /// Without evidence where a site may be set-up, or where nothing of a benchmark can be told.
    fn doubted(&self, mut tested: TestedRow) -> TestedRow {
        if matches!(self.work, Work::UnsureBenchmark(_)) {
            (tested.flat, tested.cum) = (Evidence::None, Evidence::None);
            for change in [&mut tested.row.flat, &mut tested.row.cum] {
                change.forget_evidence();
            }
        }
        if let Some(doubtful) = self.options.work.doubtful() {
            let row = &mut tested.row;
            row.flat.may_be_set_up = doubtful.has_flat(&row.site);
            row.cum.may_be_set_up = doubtful.has_cum(&row.site);
            for (change, evidence) in [
                (&mut row.flat, &mut tested.flat),
                (&mut row.cum, &mut tested.cum),
            ] {
                if change.may_be_set_up {
                    *evidence = Evidence::None;
                    change.forget_evidence();
                }
            }
        }
        tested
    }

    fn test(&self, column: Column) -> Result<Vec<Evidence>> {
        let number = |at| {
            let pair = self.pairs.get(at);
            pair.map_or_else(Numbers::default, |pair| self.numbers(pair, column))
        };
        self.tester.test_all(self.pairs.len(), number)
    }

    fn numbers(&self, pair: &Pair<'_>, column: Column) -> Numbers {
        let before = self.before.mixes(&pair.before, column);
        let after = self.after.mixes(&pair.after, column);
        // Several profiles a side are not compared as parts of a total.
        let needs_rest = self.tester.basis() == Basis::Sampling
            && (self.options.shares || self.options.work.benchmark().is_some());
        let rest = needs_rest.then(|| self.rest(&before, &after));
        let values = |side: &DiffSide<'_>, rows| match self.tester.needs_values() {
            true => side.values(rows, column),
            false => Vec::new(),
        };
        Numbers {
            before_values: values(self.before, &pair.before),
            after_values: values(self.after, &pair.after),
            mixes: before.zip(after),
            rest: rest.flatten(),
        }
    }

    /// Everything but a site, on both sides.
    fn rest(&self, before: &Option<Vec<Mix>>, after: &Option<Vec<Mix>>) -> Option<(Mix, Mix)> {
        let rest = |side: &DiffSide<'_>, site: &Option<Vec<Mix>>| {
            let all = pooled(side.total_mixes()?)?;
            let site = pooled(site.clone()?)?;
            let left = all.sizes().iter().map(|sampled| {
                let sizes = site.sizes();
                let own = sizes.binary_search_by_key(&sampled.size, |own| own.size);
                let own = own.ok().and_then(|at| sizes.get(at));
                let own = own.map_or(0, |own| own.samples);
                (sampled.size, sampled.samples.saturating_sub(own))
            });
            Some(Mix::from_records(all.rate(), left))
        };
        Some((rest(self.before, before)?, rest(self.after, after)?))
    }

    /// A change without its verdict and without the interval of its ratio.
    fn change(&self, pair: &Pair<'_>, column: Column, evidence: &Evidence) -> Result<Change> {
        let before = self.estimate(self.before, &pair.before, column, false);
        let after = self.estimate(self.after, &pair.after, column, false);
        match &self.nested {
            Some(nested) => nested.pair(pair, column, (before, after)),
            None => Ok(self.plain_change(before, after, evidence)),
        }
    }

    fn plain_change(&self, before: Estimate, after: Estimate, evidence: &Evidence) -> Change {
        let scaled = self.at_equal_work(after.value);
        Change {
            delta: Delta {
                value: scaled - before.value,
                low: None,
                high: None,
            },
            ratio: (before.value != 0).then(|| Ratio {
                value: self.work_factor() * after.value as f64 / before.value as f64,
                low: None,
                high: None,
            }),
            p: evidence.p(),
            q: None,
            verdict: Verdict::NotJudged,
            may_be_set_up: false,
            blocks_shared: false,
            if_same_work: None,
            per_work: self.per_work(before.value, after.value),
            basis: self.tester.basis(),
            detectable: None,
            effective_samples: evidence.effective_samples(),
            judgement: None,
            before,
            after,
        }
    }

    /// The mean over the profiles of a side; with errors only where they are shown.
    fn estimate(
        &self,
        side: &DiffSide<'_>,
        rows: &Rows<'_>,
        column: Column,
        with_error: bool,
    ) -> Estimate {
        let confidence = self.options.interval_confidence();
        let estimates: Vec<Estimate> = side
            .numbers(rows, column)
            .map(|(ranking, index, number)| match number {
                Some(number) if with_error => {
                    ranking.estimate(number.value, &number.blocks, index, confidence)
                }
                Some(number) => Estimate::unknown(number.value),
                None => match ranking.sampling_of(index) {
                    Sampling::Exact => Estimate::exact(0),
                    _ if !with_error => Estimate::unknown(0),
                    _ => ranking.estimate(0, &crate::Blocks::default(), index, confidence),
                },
            })
            .collect();
        mean(&estimates, self.options.interval_confidence())
    }

    pub(super) fn total(&self) -> Result<(Change, Evidence)> {
        let confidence = self.options.interval_confidence();
        let side_total = |side: &DiffSide<'_>| mean(&side.total_estimates(confidence), confidence);
        let (before, after) = (side_total(self.before), side_total(self.after));
        // Made whenever they are asked for, since those of very many profiles are large.
        let numbers = || Numbers {
            before_values: self.before.totals(),
            after_values: self.after.totals(),
            mixes: self.before.total_mixes().zip(self.after.total_mixes()),
            rest: None,
        };
        let evidence = self.tester.test_all(1, |_| numbers())?;
        let evidence = evidence.into_iter().next().unwrap_or(Evidence::None);
        if let Some((change, evidence)) = self.measured_total(&before, &after, &evidence) {
            return Ok((change, evidence));
        }
        if let Some(nested) = &self.nested {
            let mut change = nested.total(self.before, self.after, (before, after))?;
            self.nested_verdict(&mut change);
            return Ok((change, evidence));
        }
        let mut change = self.plain_change(before, after, &evidence);
        change.q = change.p;
        self.conclude(&mut change, &evidence);
        JudgedTable::of_one(self.options.confidence).describe(&mut change, &evidence);
        self.add_intervals(&mut change, &evidence);
        Ok((change, evidence))
    }

    /// The total of a benchmark, which counted it exactly for each operation.
    fn measured_total(
        &self,
        before: &Estimate,
        after: &Estimate,
        sampled: &Evidence,
    ) -> Option<(Change, Evidence)> {
        let benchmark = self.options.work.benchmark()?;
        let (old, new) = benchmark.counted(self.tester.quantity)?;
        let test = old.change_to(new, benchmark.unseen)?;
        let evidence = Evidence::measured(test, sampled.samples().unwrap_or(0));
        let mut change = self.plain_change(*before, *after, &evidence);
        change.per_work = Some(PerWork {
            per: Per::Operation,
            before: old.value,
            after: new.value,
        });
        let ratio = (old.value > 0.0).then(|| new.value / old.value);
        change.ratio = ratio.map(|value| Ratio {
            value,
            low: None,
            high: None,
        });
        change.delta.value = match ratio {
            Some(ratio) => ((ratio - 1.0) * before.value as f64).round() as i128,
            None => change.delta.value,
        };
        let is_certain = old.certainly_differs(new, benchmark.unseen);
        if is_certain {
            change.p = Some(0.0);
        }
        change.q = change.p;
        // Exact numbers need no knowledge of the operations behind them, nor samples.
        change.verdict = match self.verdict(&change, &evidence) {
            Verdict::Undecidable | Verdict::NotJudged => Verdict::Undecidable,
            _ if change.q.is_none_or(|q| q > self.options.alpha()) => Verdict::NoChangeSeen,
            _ => self.direction_of((old.value, new.value)),
        };
        JudgedTable::of_one(self.options.confidence).describe(&mut change, &evidence);
        self.add_intervals(&mut change, &evidence);
        if let Some(ratio) = change.ratio.as_mut().filter(|_| is_certain) {
            let (low, high) = old.possible_ratios(new);
            ratio.low = ratio.low.map(|end| end.max(low));
            ratio.high = ratio.high.map(|end| end.min(high));
        }
        if old.value == new.value || change.verdict.is_change() {
            change.basis = Basis::Exact;
        }
        Some((change, evidence))
    }

    pub(super) fn sort(&self, rows: &mut [TestedRow]) {
        let key = |tested: &TestedRow| {
            let (first, second) = if self.options.by_cum {
                (&tested.row.cum, &tested.row.flat)
            } else {
                (&tested.row.flat, &tested.row.cum)
            };
            (
                first.looks_changed(),
                first.delta.value.unsigned_abs(),
                second.delta.value.unsigned_abs(),
            )
        };
        // Rows are large, and a stable sort would have room for half of them.
        rows.sort_unstable_by(|left, right| {
            key(right)
                .cmp(&key(left))
                .then_with(|| left.row.site.compare(&right.row.site))
                .then(left.pair.cmp(&right.pair))
        });
    }

    /// Adds what is dear to compute to the rows that are shown.
    pub(super) fn detail(&self, rows: &mut [TestedRow], cutoff: u128) {
        let large = rows
            .iter_mut()
            .filter(|tested| !tested.row.is_small(cutoff));
        for tested in large.take(self.options.detailed_rows) {
            for column in [Column::Flat, Column::Cum] {
                let pair = tested.pair;
                let (change, evidence) = tested.column(column);
                *change = self.detailed(pair, column, change, evidence);
            }
        }
    }

    /// The change of one of the pairs with errors and intervals.
    pub(super) fn detailed(
        &self,
        pair: usize,
        column: Column,
        change: &Change,
        evidence: &Evidence,
    ) -> Change {
        let mut change = change.clone();
        if let Some(pair) = self.pairs.get(pair) {
            change.before = self.estimate(self.before, &pair.before, column, true);
            change.after = self.estimate(self.after, &pair.after, column, true);
            self.add_intervals(&mut change, evidence);
        }
        change
    }

    fn add_intervals(&self, change: &mut Change, evidence: &Evidence) {
        if matches!(evidence, Evidence::Exact) {
            let value = change.delta.value;
            (change.delta.low, change.delta.high) = (Some(value), Some(value));
            if let Some(ratio) = &mut change.ratio {
                (ratio.low, ratio.high) = (Some(ratio.value), Some(ratio.value));
            }
            return;
        }
        if self.nested.is_some() {
            return;
        }
        let interval = evidence.ratio_interval(self.options.interval_confidence());
        let before = change.before.value;
        if before != 0 {
            change.delta = delta_of_ratio(change.delta.value, before, interval);
        } else if change.before.is_exact() || interval.is_some() {
            let is_new = change.judged() == Verdict::New;
            change.delta.low = change.after.low.filter(|_| is_new);
            change.delta.high = change.after.high;
        }
        if let Some(known) = change.ratio {
            change.ratio = Some(ratio(known.value, interval));
        }
    }

    /// Marks losses that turned up elsewhere.
    pub(super) fn mark_moves(&self, rows: &mut [TestedRow]) {
        if self.granularity_is_coarse() {
            return;
        }
        self.mark_equal_amounts(rows);
        if !self.are_same_build() {
            let mut rows: Vec<&mut DiffRow> =
                rows.iter_mut().map(|tested| &mut tested.row).collect();
            mark_renumbered(&mut rows);
        }
    }

    /// Marks what gained about as much as another lost.
    fn mark_equal_amounts(&self, rows: &mut [TestedRow]) {
        let movers = |is_wanted: &dyn Fn(Verdict) -> bool| -> Vec<Mover> {
            rows.iter()
                .enumerate()
                .filter(|(_, tested)| is_wanted(tested.row.flat.seen()))
                .filter_map(|(at, tested)| {
                    let pair = self.pairs.get(tested.pair)?;
                    Mover::new(at, pair, self.before, self.after)
                })
                .collect()
        };
        let losers = movers(&Verdict::is_less);
        let gainers = movers(&|verdict| verdict.is_change() && !verdict.is_less());
        let changes = |at: usize| rows.get(at).map(|w| w.row.flat.clone());
        let found = moves(
            &losers,
            &gainers,
            &|at| changes(at).unwrap_or_else(Change::nothing),
            self.tester.quantity,
            self.options.alpha(),
        );
        for (loser, gainer) in found {
            let site = |at: usize| rows.get(at).map(|tested| tested.row.site.clone());
            let (from, to) = (site(loser), site(gainer));
            for (at, other) in [(loser, to), (gainer, from)] {
                if let (Some(tested), Some(other)) = (rows.get_mut(at), other) {
                    tested.row.moved = Some(Moved {
                        with: vec![other],
                        is_renumbered: false,
                    });
                }
            }
        }
    }

    fn granularity_is_coarse(&self) -> bool {
        let granularity = self.after.rankings.first().map(|r| r.granularity);
        granularity == Some(Granularity::Packages)
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        let mut notes: Vec<Note> = program::note(self.before, self.after).into_iter().collect();
        notes.extend(self.doubt.clone());
        notes.extend(self.doubt_of_sites.clone());
        notes.extend(warnings::of_headers(self.before, self.after));
        let unmatched = Unmatched::of(&self.pairs, |pair| {
            let column = if self.options.by_cum {
                Column::Cum
            } else {
                Column::Flat
            };
            let sum = |side: &DiffSide<'_>, rows| side.values(rows, column).iter().sum::<i128>();
            let (before, after) = (sum(self.before, &pair.before), sum(self.after, &pair.after));
            let count = |side: &DiffSide<'_>| side.count().max(1) as i128;
            (before / count(self.before), after / count(self.after))
        });
        notes.extend(warnings::unmatched((self.before, self.after), unmatched));
        // A benchmark's total is known apart from the profiles.
        let of_sites = match self.options.work.benchmark() {
            Some(_) => " on sites",
            None => "",
        };
        let (before, after) = self.tester.samplings();
        for sampling in [before, after] {
            if let Some(Sampling::Unknown(reason)) = sampling {
                let advice = match reason {
                    UnknownError::MeanSizes => "; several profiles of each side would give some",
                    _ => "",
                };
                notes.push(Note::new(
                    "sampling_error_unknown",
                    format!("no verdicts{of_sites}: {}{advice}", reason.reason()),
                ));
                break;
            }
        }
        if self.tester.basis() == Basis::Sampling && !self.options.same_process {
            notes.extend(warnings::of_counts(1, 1, self.options.variation()));
            if looks_nested(&self.pairs) {
                notes.push(Note::new(
                    "looks_like_one_process",
                    "these look like two snapshots of one process",
                ));
            }
        }
        if self.tester.basis() == Basis::Replicates {
            notes.extend(warnings::of_counts(
                self.before.count(),
                self.after.count(),
                1.0,
            ));
        }
        let is_level = self
            .after
            .measure()
            .is_some_and(|m| m.lifetime == Lifetime::InUse);
        if is_level && self.before.has_exposures() {
            notes.push(Note::new(
                "level_per_work",
                "what is in use is a level: it is not divided by work or time",
            ));
        }
        notes
    }
}

impl TestedRow {
    pub(super) fn column(&mut self, column: Column) -> (&mut Change, &Evidence) {
        match column {
            Column::Flat => (&mut self.row.flat, &self.flat),
            Column::Cum => (&mut self.row.cum, &self.cum),
        }
    }
}

fn inlined(pair: &Pair<'_>) -> Inlined {
    let sides = [pair.before.inlined(), pair.after.inlined()];
    let sides = sides.into_iter().flatten();
    sides.reduce(Inlined::or).unwrap_or_default()
}
