//! Limits, tests and sizes on generated profiles of known truth.

use std::num::NonZeroU32;

use heapwise_analysis::stats::{
    Comparison, Confidence, Exposure, LifeCounts, Mix, NestedRecord, Quantity, RatioTest,
    ReplicateComparison, ReplicateRow, RunExposures, SamplingRate, Side, compare_replicates,
    confidence_at_look, estimate, in_use_limits, mean_of_runs, q_values,
};

use super::Effort;
use super::draws::{Random, blocks_for, bytes_of};
use super::report::{Report, Tally};

const RATE: u64 = 512 << 10;
const SEED: u64 = 41;
/// Blocks much smaller than the rate.
const SMALL: u64 = 64;

/// Rows of a table.
const ROWS: [usize; 3] = [1, 20, 200];

const COVERED: f64 = 0.94;
const WRONG: f64 = 0.05;
/// Between these a change of the size that "could have been seen" is found.
const FOUND: (f64, f64) = (0.75, 0.9);

/// Measures all of it.
pub(super) fn all(effort: Effort, report: &mut Report) {
    let Some(rate) = SamplingRate::new(RATE) else {
        return;
    };
    let times = match effort {
        Effort::All => 2000,
        Effort::Quick => 200,
    };
    let bench = Bench { rate, times };
    bench.small_beside_certain(report);
    bench.one_uncertain_block(report);
    bench.looks(report);
    bench.values_over_runs(report);
    bench.in_use(report);
    bench.detectable(effort.of(&ROWS, 2), report);
    // Wrong verdicts come in bunches where runs have something in common: few tables tell nothing.
    if effort == Effort::All {
        bench.shared_factors(report);
    }
}

struct Bench {
    rate: SamplingRate,
    times: u32,
}

impl Bench {
    fn small(&self, samples: u64) -> Mix {
        Mix::from_records(self.rate, [(SMALL, samples)])
    }

    /// Totals of blocks that are never missed, with a few small ones.
    fn small_beside_certain(&self, report: &mut Report) {
        for samples in [0.5, 1.0, 2.0] {
            let mut blocks = blocks_for(samples, &[SMALL], self.rate);
            blocks.push((30 * RATE, 4));
            let (mut random, mut covered) = (Random(SEED), Tally::default());
            for _ in 0..self.times {
                let mix = random.sampled(&blocks, self.rate);
                let found = estimate(&mix, Quantity::Bytes, Confidence::default());
                let truth = bytes_of(&blocks);
                covered.count(found.low <= truth && found.high.is_none_or(|high| truth <= high));
            }
            let what = format!("certain blocks and {samples} samples of small ones: coverage");
            report.at_least(what, covered, COVERED);
        }
    }

    /// Equal sides of certain blocks and one that is sometimes missed.
    fn one_uncertain_block(&self, report: &mut Report) {
        let blocks = [(40 * RATE, 3), (2 * RATE, 1)];
        let (mut random, mut flagged) = (Random(SEED), Tally::default());
        for _ in 0..self.times {
            let before = random.sampled(&blocks, self.rate);
            let after = random.sampled(&blocks, self.rate);
            let test = Comparison::new(Side::new(&before), Side::new(&after), Quantity::Bytes);
            flagged.count(test.p_value() <= 0.05);
        }
        let what = "same, certain blocks and one of two rates: p <= 5%";
        report.at_most(what, flagged, WRONG);
    }

    /// A claim that is exactly true at its bound, asked again with twice the samples.
    fn looks(&self, report: &mut Report) {
        for looks in [1_u32, 3, 6] {
            let (mut random, mut passed) = (Random(SEED), Tally::default());
            for _ in 0..self.times {
                passed.count(self.passes(looks, &mut random));
            }
            let what = format!("claim at its bound, {looks} looks: passed");
            report.at_most(what, passed, WRONG);
        }
    }

    fn passes(&self, looks: u32, random: &mut Random) -> bool {
        let (mut before, mut after) = (0, 0);
        for look in (1..=looks).filter_map(NonZeroU32::new) {
            let more = 30.0 * 2_f64.powi(look.get() as i32 - 1);
            before += random.poisson(more);
            after += random.poisson(0.7 * more);
            let (old, new) = (self.small(before), self.small(after));
            let test = Comparison::new(Side::new(&old), Side::new(&new), Quantity::Bytes);
            let alpha = 1.0 - confidence_at_look(Confidence::default(), look).level();
            if test.p_value_below(0.7) <= alpha {
                return true;
            }
            if test.p_value_above(0.7) <= alpha {
                return false;
            }
        }
        false
    }

    /// A value at the bound of a claim, over runs that differ.
    fn values_over_runs(&self, report: &mut Report) {
        for variation in [0.05, 0.15] {
            for runs in [2, 3, 5, 10] {
                let (mut random, mut wrong) = (Random(SEED), Tally::default());
                let truth = 1000.0 * RATE as f64;
                for _ in 0..self.times {
                    let runs: Vec<_> = (0..runs)
                        .map(|_| {
                            let factor = (variation * random.normal()).exp();
                            let mean = 1000.0 * factor * (-0.5 * variation * variation).exp();
                            let mix = self.small(random.poisson(mean));
                            estimate(&mix, Quantity::Bytes, Confidence::default())
                        })
                        .collect();
                    let mean = mean_of_runs(&runs, Confidence::default());
                    let high = mean.and_then(|mean| mean.high);
                    wrong.count(high.is_some_and(|high| high < truth * 0.9999));
                }
                let at = format!("{runs} runs that vary by {}%", 100.0 * variation);
                report.at_most(format!("value claim, {at}: false pass"), wrong, WRONG);
            }
        }
    }

    /// What is in use more in a later snapshot: blocks are born and die, most live on.
    fn in_use(&self, report: &mut Report) {
        for (born, died) in [(0.5, 0.0), (1.0, 1.0), (2.0, 0.5), (4.0, 4.0), (30.0, 10.0)] {
            let (mut random, mut covered) = (Random(SEED), Tally::default());
            let truth = (born - died) * RATE as f64;
            for _ in 0..self.times {
                let (births, deaths) = (random.poisson(born), random.poisson(died));
                let record = NestedRecord::new(
                    SMALL,
                    LifeCounts::new(100, 60),
                    LifeCounts::new(100 + births, (60 + births).saturating_sub(deaths)),
                );
                let limits =
                    in_use_limits(&[record], self.rate, Quantity::Bytes, Confidence::default());
                covered.count(limits.is_some_and(|limits| {
                    limits.low.is_none_or(|low| low <= truth)
                        && limits.high.is_none_or(|high| truth <= high)
                }));
            }
            let what = format!("in use, {born} born and {died} died: coverage");
            report.at_least(what, covered, COVERED);
        }
    }

    /// A change of the size that could have been seen, among rows that did not change.
    fn detectable(&self, tables: &[usize], report: &mut Report) {
        for level in [0.95, 0.99] {
            for &rows in tables {
                for each in [1, 3, 5] {
                    for sign in [1.0, -1.0] {
                        let Some(confidence) = Confidence::new(level) else {
                            continue;
                        };
                        let table = Table {
                            bench: self,
                            confidence,
                            rows,
                            each,
                        };
                        let found = table.found(sign);
                        let side = if sign > 0.0 { "rise" } else { "fall" };
                        report.within(
                            format!("could see a {side}, {rows} rows, {each} a side, {level}"),
                            found,
                            FOUND,
                        );
                    }
                }
            }
        }
    }

    /// Rows of which a fifth changed, in runs that have something in common.
    fn shared_factors(&self, report: &mut Report) {
        for (name, shared, own) in [
            ("no variation", 0.0, 0.0),
            ("5% in common", 0.05, 0.0),
            ("10% in common", 0.1, 0.0),
            ("10% each", 0.0, 0.1),
            ("5% in common, 20% each", 0.05, 0.2),
        ] {
            for (rows, samples) in [(40, 60.0), (320, 20.0)] {
                let (mut wrong, mut found) = <(Tally, Tally)>::default();
                let mut random = Random(SEED);
                for _ in 0..(self.times / 40).max(5) {
                    let spread = Spread { shared, own };
                    self.one_table(
                        rows,
                        samples,
                        &spread,
                        &mut random,
                        (&mut wrong, &mut found),
                    );
                }
                let at = format!("{rows} rows, 3 a side, {name}");
                report.at_most(format!("{at}: wrong verdicts"), wrong, WRONG);
                report.share(format!("{at}: changes found"), found);
            }
        }
    }

    fn one_table(
        &self,
        rows: usize,
        samples: f64,
        spread: &Spread,
        random: &mut Random,
        (wrong, found): (&mut Tally, &mut Tally),
    ) {
        const EACH: usize = 3;
        let factors: Vec<f64> = (0..2 * EACH)
            .map(|_| (spread.shared * random.normal()).exp())
            .collect();
        let changes: Vec<f64> = (0..rows).map(change_of).collect();
        let counts: Vec<Vec<u64>> = changes
            .iter()
            .map(|change| {
                let mean = samples * random.normal().exp();
                let runs = factors.iter().enumerate().map(|(at, factor)| {
                    let own = (spread.own * random.normal()).exp();
                    let change = if at < EACH { 1.0 } else { *change };
                    random.poisson((mean * factor * own * change).min(5000.0))
                });
                runs.collect()
            })
            .collect();
        for (p, change) in self.q_of(&counts, EACH).into_iter().zip(changes) {
            if p <= 0.05 {
                wrong.count(change == 1.0);
            }
            if change != 1.0 {
                found.count(p <= 0.05);
            }
        }
    }

    /// Adjusted p values of rows of counts, the first `each` of them before.
    fn q_of(&self, counts: &[Vec<u64>], each: usize) -> Vec<f64> {
        let rows = compared(&self.mixes(counts), each).into_iter();
        q_values(&rows.map(|row| row.p_value()).collect::<Vec<_>>())
    }

    fn mixes(&self, counts: &[Vec<u64>]) -> Vec<Vec<Mix>> {
        let row = |row: &Vec<u64>| row.iter().map(|&count| self.small(count)).collect();
        counts.iter().map(row).collect()
    }
}

/// Of ten rows one doubled and one halved.
fn change_of(row: usize) -> f64 {
    match row % 10 {
        0 => 2.0,
        1 => 0.5,
        _ => 1.0,
    }
}

fn compared(mixes: &[Vec<Mix>], each: usize) -> Vec<ReplicateComparison> {
    let rows: Vec<ReplicateRow<'_>> = mixes
        .iter()
        .map(|row| {
            let (before, after) = row.split_at(each);
            ReplicateRow::new(before, after)
        })
        .collect();
    let work = vec![Exposure::default(); each];
    let exposures = RunExposures::new(&work, &work);
    compare_replicates(&rows, exposures, Quantity::Bytes).unwrap_or_default()
}

/// Coefficients of variation between runs: of all rows together, and of each.
struct Spread {
    shared: f64,
    own: f64,
}

/// Rows of which the first changes by what could be seen.
struct Table<'a> {
    bench: &'a Bench,
    confidence: Confidence,
    rows: usize,
    each: usize,
}

impl Table<'_> {
    fn found(&self, sign: f64) -> Tally {
        const SAMPLES: f64 = 100.0;
        let (mut random, mut found) = (Random(SEED), Tally::default());
        let times = self.bench.times / if self.rows > 20 { 10 } else { 4 };
        for _ in 0..times.max(20) {
            // What one comparison says could have been seen is there in the next.
            let said = self.said(&self.counts(1.0, SAMPLES, &mut random), SAMPLES, sign);
            let Some(factor) = said else {
                continue;
            };
            let counts = self.counts(factor, SAMPLES, &mut random);
            let q = self.bench.q_of(&counts, self.each);
            let alpha = 1.0 - self.confidence.level();
            found.count(q.first().is_some_and(|&q| q <= alpha));
        }
        found
    }

    /// Rows of which the first changes by a factor.
    fn counts(&self, factor: f64, samples: f64, random: &mut Random) -> Vec<Vec<u64>> {
        (0..self.rows)
            .map(|row| {
                let after = if row == 0 { factor } else { 1.0 };
                let runs = (0..2 * self.each).map(|at| {
                    let change = if at < self.each { 1.0 } else { after };
                    random.poisson(samples * change)
                });
                runs.collect()
            })
            .collect()
    }

    /// The factor that a comparison says it could have seen at its first row.
    fn said(&self, counts: &[Vec<u64>], samples: f64, sign: f64) -> Option<f64> {
        let row = compared(&self.bench.mixes(counts), self.each)
            .into_iter()
            .next()?;
        let judgement = row.judgement(self.confidence, self.rows, 0);
        let samples = samples * self.each as f64 / row.dispersion;
        if sign > 0.0 {
            judgement.detectable_rise(samples).map(|rise| 1.0 + rise)
        } else {
            judgement.detectable_fall(samples).map(|fall| 1.0 - fall)
        }
    }
}
