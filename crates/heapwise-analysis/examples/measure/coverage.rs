//! How often intervals contain the truth.

use std::collections::BTreeSet;

use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{DiffOptions, Estimate, RankRow, Ranking};

use super::Effort;
use super::report::{Report, Tally};
use super::runs::{RunSet, compare, index, row};

/// At least this part of 95 % intervals contains the truth.
const COVERED: f64 = 0.94;
/// The same for lower limits alone, which leave 2.5 % out.
const ABOVE_LOW: f64 = 0.97;
/// Functions that allocate less are left out: what they allocate is the runtime starting, of
/// which Go always samples the first block.
const LEAST_BYTES: i128 = 100_000;

/// A function that allocates, as the runs that record everything tell.
pub(super) struct KnownSite {
    pub(super) function: String,
    pub(super) bytes: i128,
    pub(super) objects: i128,
    /// Whether all its blocks are of one size.
    is_one_size: bool,
}

/// The sites whose allocations do not vary between runs, at one amount of work.
pub(super) fn known_sites(sets: &[RunSet], scale: &str) -> Vec<KnownSite> {
    let truth = sets.iter().find(|set| set.rate == 1 && set.scale == scale);
    let Some((first, rest)) = truth.and_then(|set| set.runs.split_first()) else {
        return Vec::new();
    };
    let known = |seen: &RankRow| {
        let function = seen.site.function.clone()?;
        let bytes = seen.flat_of(index(first, "alloc_space"));
        let agrees = |run: &Ranking| {
            let other = row(run, &function)?.flat_of(index(run, "alloc_space"));
            Some((other - bytes).abs() * 1000 <= bytes)
        };
        let is_steady = rest.iter().all(|run| agrees(run) == Some(true));
        (bytes >= LEAST_BYTES && is_steady).then(|| KnownSite {
            bytes,
            objects: seen.flat_of(index(first, "alloc_objects")),
            is_one_size: seen.flat_blocks.counts().len() == 1,
            function,
        })
    };
    first.rows.iter().filter_map(known).collect()
}

/// Intervals of single totals.
pub(super) fn intervals(sets: &[RunSet], report: &mut Report) {
    let (mut bytes, mut objects, mut low) = Default::default();
    for set in sets.iter().filter(|set| set.rate > 1) {
        let sites = known_sites(sets, &set.scale);
        let at = format!("rate {}, work x{}", set.rate, set.scale);
        let (of_bytes, of_objects, of_low) = of_runs(&set.runs, &sites);
        for (all, part, what) in [
            (&mut bytes, of_bytes, "bytes"),
            (&mut objects, of_objects, "objects of one size"),
            (&mut low, of_low, "objects of many sizes, lower limit"),
        ] {
            let all: &mut Tally = all;
            all.add(part);
            report.share(format!("coverage, {what}, {at}"), part);
        }
    }
    report.at_least("coverage, bytes, pooled", bytes, COVERED);
    report.at_least("coverage, objects of one size, pooled", objects, COVERED);
    report.at_least(
        "coverage, objects of many sizes, lower limit, pooled",
        low,
        ABOVE_LOW,
    );
}

fn of_runs(runs: &[Ranking], sites: &[KnownSite]) -> (Tally, Tally, Tally) {
    let (mut bytes, mut objects, mut low) = Default::default();
    for run in runs {
        for site in sites {
            let estimate = |sample_type: &str| estimate_of(run, &site.function, sample_type);
            Tally::count(&mut bytes, holds(&estimate("alloc_space"), site.bytes));
            let of_objects = estimate("alloc_objects");
            if site.is_one_size {
                Tally::count(&mut objects, holds(&of_objects, site.objects));
            } else {
                Tally::count(
                    &mut low,
                    of_objects.low.is_some_and(|low| low <= site.objects),
                );
            }
        }
    }
    (bytes, objects, low)
}

fn estimate_of(run: &Ranking, function: &str, sample_type: &str) -> Estimate {
    let index = index(run, sample_type);
    let confidence = Confidence::default();
    match row(run, function) {
        Some(row) => run.flat_estimate(row, index, confidence),
        None => run.estimate(0, &Default::default(), index, confidence),
    }
}

fn holds(estimate: &Estimate, truth: i128) -> bool {
    estimate.low.is_some_and(|low| low <= truth) && estimate.high.is_none_or(|high| truth <= high)
}

/// Intervals of the ratio of two runs that did different amounts of work.
pub(super) fn ratios(sets: &[RunSet], effort: Effort, report: &mut Report) {
    let mut options = DiffOptions::default();
    options.raw = true;
    let scales: BTreeSet<&String> = sets.iter().map(|set| &set.scale).collect();
    let rates: BTreeSet<u64> = sets.iter().map(|set| set.rate).collect();
    for rate in rates.into_iter().filter(|&rate| rate > 1) {
        let runs_of = |scale: &str| {
            let set = sets
                .iter()
                .find(|set| set.rate == rate && set.scale == scale);
            set.map_or(&[][..], |set| set.runs.as_slice())
        };
        for scale in &scales {
            let (mut bytes, mut objects) = Default::default();
            if *scale == "1" {
                continue;
            }
            let truth = (known_sites(sets, "1"), known_sites(sets, scale));
            let old = effort.of(runs_of("1"), 4);
            for (place, before) in old.iter().enumerate() {
                for after in each_once(place, effort.of(runs_of(scale), 4), effort) {
                    let both = (before, after);
                    count_ratios(both, &truth, "alloc_space", &options, &mut bytes);
                    count_ratios(both, &truth, "alloc_objects", &options, &mut objects);
                }
            }
            let at = format!("rate {rate}, work x{scale}");
            report.at_least(format!("coverage, ratio of bytes, {at}"), bytes, COVERED);
            report.at_least(
                format!("coverage, ratio of objects, {at}"),
                objects,
                COVERED,
            );
        }
    }
}

/// Which runs a run is compared with: some, each about as often.
pub(super) fn each_once(
    place: usize,
    runs: &[Ranking],
    effort: Effort,
) -> impl Iterator<Item = &Ranking> {
    let step = match effort {
        Effort::All => 4,
        Effort::Quick => 2,
    };
    runs.iter().skip(place % step).step_by(step)
}

fn count_ratios(
    (before, after): (&Ranking, &Ranking),
    (old_truth, new_truth): &(Vec<KnownSite>, Vec<KnownSite>),
    sample_type: &str,
    options: &DiffOptions,
    tally: &mut Tally,
) {
    let sides = (std::slice::from_ref(before), std::slice::from_ref(after));
    let Some(found) = compare(sides.0, sides.1, sample_type, options, (&[], &[])) else {
        return;
    };
    for old in old_truth {
        let (Some(new), Some(row)) = (
            new_truth.iter().find(|new| new.function == old.function),
            found
                .rows
                .iter()
                .find(|row| row.site.function.as_ref() == Some(&old.function)),
        ) else {
            continue;
        };
        let truth = match sample_type {
            "alloc_space" => new.bytes as f64 / old.bytes as f64,
            _ => new.objects as f64 / old.objects as f64,
        };
        if let Some(ratio) = row.flat.ratio {
            let is_above = ratio.low.is_none_or(|low| low <= truth);
            tally.count(is_above && ratio.high.is_none_or(|high| truth <= high));
        }
    }
}
