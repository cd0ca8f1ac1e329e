//! What comparisons and gates say, as the command asks them, of generated profiles.

use heapwise_analysis::{
    Claim, ClaimResult, Compared, Date, DiffOptions, DiffSide, Difference, GivenWork, Granularity,
    Growth, RankOptions, Ranking, Verifier, VerifyOptions, rank,
};
use heapwise_decode::Limits;

use super::Effort;
use super::draws::Random;
use super::heap::{Lives, heap_of_lives};
use super::report::{Report, Tally};
use super::runs::{compare, index};

const RATE: u64 = 512 << 10;
const SEED: u64 = 73;
/// Blocks of many sites, much smaller than the rate.
const SIZE: u64 = 64;
/// Samples of a site that does not change.
const SAMPLES: f64 = 100.0;

const WRONG: f64 = 0.05;
const COVERED: f64 = 0.94;
const FOUND: (f64, f64) = (0.75, 0.9);
/// Of growths that are found without a neighbour that falls.
const FOUND_BESIDE_A_FALL: f64 = 0.9;

/// Measures all of it.
pub(super) fn all(effort: Effort, report: &mut Report) {
    let times = match effort {
        Effort::All => 400,
        Effort::Quick => 24,
    };
    could_have_shown(effort, times, report);
    advice(effort, times, report);
    growth_beside_a_fall(times, report);
    objects_at_most(times, report);
    values_over_runs(times, report);
    same_process(times, report);
}

/// A change of the size that one comparison says it could have shown is there in the next.
fn could_have_shown(effort: Effort, times: u32, report: &mut Report) {
    for &rows in effort.of(&[1_usize, 20, 200], 2) {
        for (name, step) in [("rise", 1.0), ("fall", -1.0)] {
            let mut random = Random(SEED);
            let mut found = Tally::default();
            for _ in 0..times {
                let pair = Pair::drawn(rows, (SAMPLES, 1.0), &mut random);
                let said = pair.diff();
                let Some(detectable) = first(&said).and_then(|row| row.flat.detectable) else {
                    continue;
                };
                let size = if step > 0.0 {
                    detectable.up
                } else {
                    detectable.down
                };
                let Some(size) = size else { continue };
                let next = Pair::drawn(rows, (SAMPLES, 1.0 + step * size), &mut random);
                found.count(is_found(&next.diff(), step));
            }
            let what = format!("diff could have shown a {name}, {rows} rows");
            report.within(what, found, FOUND);
        }
    }
}

/// A fall by a tenth, in profiles as much longer as advised.
fn advice(effort: Effort, times: u32, report: &mut Report) {
    for &rows in effort.of(&[1_usize, 20, 200], 2) {
        let (mut random, mut found) = (Random(SEED), Tally::default());
        for _ in 0..times / 2 {
            let said = Pair::drawn(rows, (SAMPLES, 1.0), &mut random).diff();
            let longer = first(&said).and_then(|row| row.flat.times_longer(-0.1));
            let Some(longer) = longer else { continue };
            let next = Pair::drawn(rows, (SAMPLES * longer, 0.9), &mut random);
            found.count(is_found(&next.diff(), -1.0));
        }
        let what = format!("a tenth less, profiles as long as advised, {rows} rows");
        // The number advised is drawn itself.
        report.within(what, found, (0.7, 0.92));
    }
}

/// A site grows while another one of the same blocks falls as much.
fn growth_beside_a_fall(times: u32, report: &mut Report) {
    let growth = Growth::parse("5%").expect("a growth");
    let (mut random, mut alone, mut beside) = (Random(SEED), Tally::default(), Tally::default());
    let mut allowed = Tally::default();
    for _ in 0..times {
        let before = vec![300.0; 20];
        let mut grown = before.clone();
        grown[0] = 500.0;
        let mut both = grown.clone();
        both[1] = 100.0;
        let old = drawn(&before, &mut random);
        let (only, both) = (drawn(&grown, &mut random), drawn(&both, &mut random));
        let one = std::slice::from_ref;
        let fails = |new: &Ranking, growth: &Growth| {
            verified("alloc_space", (one(&old), one(new)), |it| {
                it.growth(growth, &[]).result == ClaimResult::Fail
            })
        };
        alone.count(fails(&only, &growth));
        beside.count(fails(&both, &growth));
        allowed.count(fails(&both, &growth.clone().allow_moved(true)));
    }
    let what = "--forbid-growth 5%, a site grows by two thirds: fails";
    report.at_least(what, alone, FOUND_BESIDE_A_FALL);
    let what = "the same while another of its block size falls: fails";
    report.at_least(what, beside, FOUND_BESIDE_A_FALL);
    report.share("the same with --allow-moved: fails", allowed);
}

/// Many boxes too small to be sampled, beside large slices: false claims of few objects.
fn objects_at_most(times: u32, report: &mut Report) {
    let (mut random, mut passed) = (Random(SEED), Tally::default());
    for _ in 0..times {
        // 20000 boxes of 24 bytes are less than one sample.
        let boxes = random.poisson(20_000.0 * 24.0 / RATE as f64);
        let sites = [
            ("main.site", 24, boxes),
            ("main.site", 65_536, random.poisson(40.0)),
        ];
        let run = ranked(&sites.map(|(name, size, count)| lives(name, size, count)));
        let claim = Claim::parse("alloc_objects main.site <= 10000").expect("a claim");
        passed.count(verified("alloc_objects", (&[], &[run]), |it| {
            it.decide(&claim).result == ClaimResult::Pass
        }));
    }
    report.at_most("alloc_objects <= half of the truth: passes", passed, WRONG);
}

/// A value just above the bound of a claim, over runs that differ.
fn values_over_runs(times: u32, report: &mut Report) {
    for variation in [0.05, 0.15] {
        for count in [3, 5, 10] {
            let (mut random, mut passed) = (Random(SEED), Tally::default());
            let text = format!("alloc_space total <= {}B", 999 * RATE);
            let claim = Claim::parse(&text).expect("a claim");
            for _ in 0..times {
                let runs: Vec<Ranking> = (0..count)
                    .map(|_| {
                        let factor = (variation * random.normal() - variation.powi(2) / 2.0).exp();
                        drawn(&[1000.0 * factor], &mut random)
                    })
                    .collect();
                passed.count(verified("alloc_space", (&[], &runs), |it| {
                    it.decide(&claim).result == ClaimResult::Pass
                }));
            }
            let percent = 100.0 * variation;
            let what = format!("verify, value over {count} runs, {percent}%: false pass");
            report.at_most(what, passed, WRONG);
        }
    }
}

/// Two snapshots of one process in which few sampled blocks are born and die.
fn same_process(times: u32, report: &mut Report) {
    let mut options = DiffOptions::default();
    options.same_process = true;
    for (born, died) in [(0.5, 0.0), (1.0, 1.0), (2.0, 0.5), (5.0, 0.0), (4.0, 4.0)] {
        let (mut random, mut covered) = (Random(SEED), Tally::default());
        let truth = (born - died) * RATE as f64;
        for _ in 0..times {
            let (births, deaths) = (random.poisson(born) as i64, random.poisson(died) as i64);
            let snapshot = |allocated, in_use| {
                ranked(&[Lives {
                    name: "main.site0",
                    size: SIZE,
                    allocated,
                    in_use,
                }])
            };
            let old = snapshot(100, 60);
            let new = snapshot(100 + births, 60 + births - deaths);
            let found = compare(&[old], &[new], "inuse_space", &options, (&[], &[]));
            let delta = found.and_then(|found| Some(first(&found)?.flat.delta));
            covered.count(delta.is_some_and(|delta| {
                delta.low.is_none_or(|low| low as f64 <= truth)
                    && delta.high.is_none_or(|high| truth <= high as f64)
            }));
        }
        let what = format!("diff --same-process, {born} born, {died} died: coverage");
        report.at_least(what, covered, COVERED);
    }
}

/// Two profiles of which the first site may differ.
struct Pair {
    before: Ranking,
    after: Ranking,
}

impl Pair {
    fn drawn(rows: usize, (samples, factor): (f64, f64), random: &mut Random) -> Pair {
        let before = vec![samples; rows];
        let mut after = before.clone();
        after[0] *= factor;
        Pair {
            before: drawn(&before, random),
            after: drawn(&after, random),
        }
    }

    fn diff(&self) -> Difference {
        let mut options = DiffOptions::default();
        options.work = GivenWork::Same;
        options.detailed_rows = 0;
        let sides = [&self.before, &self.after].map(std::slice::from_ref);
        compare(sides[0], sides[1], "alloc_space", &options, (&[], &[])).expect("one kind")
    }
}

fn first(found: &Difference) -> Option<&heapwise_analysis::DiffRow> {
    let name = Some(name_of(0));
    found.rows.iter().find(|row| row.site.function == name)
}

fn is_found(found: &Difference, step: f64) -> bool {
    first(found).is_some_and(|row| {
        row.flat.verdict.is_change() && row.flat.verdict.is_less() == (step < 0.0)
    })
}

fn name_of(row: usize) -> String {
    format!("main.site{row}")
}

/// A profile of sites with so many samples each, on average.
fn drawn(samples: &[f64], random: &mut Random) -> Ranking {
    let names: Vec<String> = (0..samples.len()).map(name_of).collect();
    let sites = names.iter().zip(samples);
    let sites: Vec<Lives<'_>> = sites
        .map(|(name, &mean)| lives(name, SIZE, random.poisson(mean)))
        .collect();
    ranked(&sites)
}

fn lives(name: &str, size: u64, count: u64) -> Lives<'_> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Lives {
        name,
        size,
        allocated: count,
        in_use: count,
    }
}

fn ranked(sites: &[Lives<'_>]) -> Ranking {
    let options = RankOptions::new(Granularity::Functions);
    let bytes = heap_of_lives(RATE, sites);
    rank(&bytes[..], &options, &Limits::default()).expect("a profile")
}

/// What is asked of profiles that are said to cover the same work.
fn verified(
    sample_type: &str,
    (before, after): (&[Ranking], &[Ranking]),
    ask: impl Fn(&Verifier<'_>) -> bool,
) -> bool {
    let mut options = DiffOptions::default();
    options.work = GivenWork::Same;
    let today = Date::parse("2026-01-01").expect("a day");
    let options = VerifyOptions::new(options, Vec::new(), today).expect("a confidence");
    let places = |runs: &[Ranking]| -> Vec<usize> {
        runs.iter().map(|run| index(run, sample_type)).collect()
    };
    let (old, new) = (places(before), places(after));
    let old_side = (!before.is_empty()).then(|| DiffSide::new(before, &old));
    let compared = Compared::new(old_side, DiffSide::new(after, &new));
    ask(&Verifier::new(&compared, &options).expect("sides of one kind"))
}
