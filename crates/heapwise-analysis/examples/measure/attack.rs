//! Programs that nobody tuned to: intervals, false alarms and true finds with one and several runs a side.

#![allow(
    clippy::disallowed_methods,
    reason = "measuring starts with reading files"
)]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{DiffOptions, DiffRow, Ranking};

use super::Effort;
use super::draws::Random;
use super::report::{Report, Tally};
use super::runs::{Side, compare, index, row};

/// Programs, each in a folder with `truth/PROGRAM_1_A_1.pb.gz` and `RATE/A`, `RATE/B`.
const PROGRAMS: [&str; 3] = ["many", "mixed", "pareto"];
const RATES: [u64; 2] = [524_288, 65_536];
/// What is measured is in functions so named.
const SITE: &str = "main.site";
/// A change by less is none: the runs that record everything differ by as much.
const SAME: f64 = 0.004;
const SEED: u64 = 2026;

/// At least this part of 95 % intervals contains the truth, and of one-sided limits.
const COVERED: f64 = 0.935;
const ON_ONE_SIDE: f64 = 0.97;
/// At most this part of single sites has p <= 5 %, and of all verdicts is wrong.
const FLAGGED: f64 = 0.06;
const FALSE: f64 = 0.05;
/// Nothing moves in these programs.
const MOVED: f64 = 0.01;

/// Bytes and objects of a site.
type Amounts = BTreeMap<String, (i128, i128)>;

/// Runs of a program, with its truth before and after a change.
struct Program {
    name: &'static str,
    rate: u64,
    before: Vec<Ranking>,
    after: Vec<Ranking>,
    truth: Amounts,
    /// True ratios after / before of the bytes.
    ratios: BTreeMap<String, f64>,
}

impl Program {
    fn read(folder: &Path, name: &'static str, rate: u64) -> io::Result<Program> {
        let folder = folder.join(name);
        let runs = |side: &str| -> io::Result<Vec<Ranking>> {
            Ok(Side::read(&folder.join(rate.to_string()), side)?.runs)
        };
        let all = Side::read_profiles(&folder.join("truth"))?;
        let of = |side: &str| {
            let name = format!("{name}_1_{side}_1.pb.gz");
            all.iter().find(|(file, _)| *file == name)
        };
        let truth = of("A").map(|(_, run)| amounts(run)).unwrap_or_default();
        let ratios = match of("B") {
            Some((_, after)) => ratios(&truth, &amounts(after)),
            None => listed(&std::fs::read_to_string(folder.join("sites.txt"))?),
        };
        Ok(Program {
            name,
            rate,
            before: runs("A")?,
            after: runs("B")?,
            truth,
            ratios,
        })
    }

    fn title(&self) -> String {
        format!("{}, rate {}", self.name, self.rate)
    }
}

fn amounts(run: &Ranking) -> Amounts {
    let of = |sample_type| index(run, sample_type);
    let (bytes, objects) = (of("alloc_space"), of("alloc_objects"));
    let sites = run.rows.iter().filter_map(|row| {
        let function = row.site.function.clone()?;
        function
            .starts_with(SITE)
            .then(|| (function, (row.flat_of(bytes), row.flat_of(objects))))
    });
    sites.filter(|(_, (bytes, _))| *bytes > 0).collect()
}

fn ratios(before: &Amounts, after: &Amounts) -> BTreeMap<String, f64> {
    let ratio = |(site, (bytes, _)): (&String, &(i128, i128))| {
        let after = after.get(site).map_or(0, |after| after.0);
        (site.clone(), after as f64 / *bytes as f64)
    };
    before.iter().map(ratio).collect()
}

/// Lines like `('site004', 48, 7344, 0.05)`: name, size, blocks, change.
fn listed(text: &str) -> BTreeMap<String, f64> {
    let change = |line: &str| {
        let fields: Vec<&str> = line.trim_matches(['(', ')']).split(", ").collect();
        let [name, _, _, change] = fields.as_slice() else {
            return None;
        };
        let change: f64 = change.parse().ok()?;
        let name = name.trim_matches('\'');
        Some((format!("main.{name}"), 1.0 + change))
    };
    text.lines().filter_map(change).collect()
}

/// Measures all programs.
pub(super) fn programs(folder: &Path, effort: Effort, report: &mut Report) -> io::Result<()> {
    for name in PROGRAMS {
        for rate in RATES {
            let program = Program::read(folder, name, rate)?;
            intervals(&program, effort, report);
            for each in [1, 3, 5] {
                same(&program, each, effort, report);
            }
            for each in [1, 2, 3, 5] {
                changed(&program, each, effort, report);
            }
        }
    }
    Ok(())
}

/// Intervals of single totals.
fn intervals(program: &Program, effort: Effort, report: &mut Report) {
    let (mut bytes, mut low, mut high, mut given) = <(Tally, Tally, Tally, Tally)>::default();
    for run in effort.of(&program.before, 10) {
        for (site, &(true_bytes, true_objects)) in &program.truth {
            let estimate = |sample_type: &str| match row(run, site) {
                Some(row) => run.flat_estimate(row, index(run, sample_type), Confidence::default()),
                None => run.estimate(
                    0,
                    &Default::default(),
                    index(run, sample_type),
                    Confidence::default(),
                ),
            };
            let of_bytes = estimate("alloc_space");
            let is_below = |low: Option<i128>, truth| low.is_none_or(|low| low <= truth);
            // Runs that record everything differ among themselves by a few blocks.
            let is_above = |high: Option<i128>, truth: i128| {
                high.is_none_or(|high| high * 1000 >= truth * 999)
            };
            bytes.count(is_below(of_bytes.low, true_bytes) && is_above(of_bytes.high, true_bytes));
            let objects = estimate("alloc_objects");
            low.count(is_below(objects.low, true_objects));
            given.count(objects.high.is_some());
            if objects.high.is_some() {
                high.count(is_above(objects.high, true_objects));
            }
        }
    }
    let at = program.title();
    report.at_least(format!("coverage, bytes, {at}"), bytes, COVERED);
    report.at_least(format!("objects, lower limits, {at}"), low, ON_ONE_SIDE);
    report.share(format!("objects with an upper limit, {at}"), given);
    report.at_least(format!("objects, upper limits, {at}"), high, ON_ONE_SIDE);
}

/// Runs of one binary against others of it.
fn same(program: &Program, each: usize, effort: Effort, report: &mut Report) {
    let (mut flagged, mut any, mut verdicts) = <(Tally, Tally, Tally)>::default();
    for (before, after) in draws(&program.before, None, each, times(effort)) {
        let (mut alarms, mut judged) = (0, 0);
        for row in differences(&before, &after) {
            if let Some(p) = row.flat.p.filter(|_| row.flat.q.is_some()) {
                flagged.count(p <= 0.05);
                judged += 1;
                alarms += u32::from(row.flat.verdict.is_change());
                verdicts.count(row.flat.verdict.is_change());
            }
        }
        if judged > 0 {
            any.count(alarms > 0);
        }
    }
    let at = format!("same, {}, {each} a side", program.title());
    report.at_most(format!("{at}: sites with p <= 5%"), flagged, FLAGGED);
    report.share(format!("{at}: any verdict"), any);
}

/// Runs before and after a change of many sites.
fn changed(program: &Program, each: usize, effort: Effort, report: &mut Report) {
    let (mut wrong, mut found, mut moved) = <(Tally, Tally, Tally)>::default();
    let times = times(effort);
    for (before, after) in draws(&program.before, Some(&program.after), each, times) {
        let rows = differences(&before, &after);
        let verdicts = rows.iter().filter(|row| row.flat.verdict.is_change());
        verdicts.for_each(|row| moved.count(row.moved.is_some()));
        for (site, ratio) in &program.ratios {
            let is_changed = (ratio - 1.0).abs() >= SAME;
            let verdict = rows
                .iter()
                .find(|row| row.site.function.as_ref() == Some(site))
                .map(|row| row.flat.verdict)
                .filter(|verdict| verdict.is_change());
            let is_right = verdict.is_some_and(|v| is_changed && v.is_less() == (*ratio < 1.0));
            if verdict.is_some() {
                wrong.count(!is_right);
            }
            if is_changed {
                found.count(is_right);
            }
        }
    }
    let at = format!("changed, {}, {each} a side", program.title());
    // Of few verdicts one is many.
    if wrong.of() >= 100 {
        report.at_most(format!("{at}: wrong verdicts"), wrong, FALSE);
    } else {
        report.share(format!("{at}: wrong verdicts"), wrong);
    }
    report.share(format!("{at}: changes found"), found);
    report.at_most(format!("{at}: verdicts called moved"), moved, MOVED);
    let per_comparison = found.hits() as f64 / times as f64;
    let needed = needed(program, each);
    report.must(
        format!("{at}: true verdicts in a comparison"),
        format!("{per_comparison:.2}, at least {needed:.1}"),
        per_comparison >= needed || effort == Effort::Quick,
    );
}

/// True verdicts in a comparison that there have to be: a method that only falls silent is no better.
fn needed(program: &Program, each: usize) -> f64 {
    match (program.name, program.rate, each) {
        ("many", 524_288, 3) => 3.0,
        ("many", 524_288, 5) => 7.0,
        ("many", 65_536, 2) => 28.0,
        ("many", 65_536, 3) => 35.0,
        _ => 0.0,
    }
}

fn times(effort: Effort) -> usize {
    match effort {
        Effort::All => 40,
        Effort::Quick => 2,
    }
}

fn differences(before: &[Ranking], after: &[Ranking]) -> Vec<DiffRow> {
    let mut options = DiffOptions::default();
    options.work = heapwise_analysis::GivenWork::Same;
    options.detailed_rows = 0;
    let found = compare(before, after, "alloc_space", &options, (&[], &[]));
    let mut rows = found.map(|found| found.rows).unwrap_or_default();
    rows.retain(|row| {
        let function = row.site.function.as_ref();
        function.is_some_and(|function| function.starts_with(SITE))
    });
    rows
}

/// Random runs, so many on each side: of one set, or of one and another.
fn draws(
    before: &[Ranking],
    after: Option<&[Ranking]>,
    each: usize,
    times: usize,
) -> Vec<(Vec<Ranking>, Vec<Ranking>)> {
    let mut random = Random(SEED);
    let mut shuffled = |runs: &[Ranking]| {
        let mut places: Vec<usize> = (0..runs.len()).collect();
        random.shuffle(&mut places);
        places
    };
    let pick = |runs: &[Ranking], places: &[usize]| -> Vec<Ranking> {
        let chosen = places.iter().filter_map(|&place| runs.get(place));
        chosen.cloned().collect()
    };
    (0..times)
        .map(|_| {
            let first = shuffled(before);
            let (old, rest) = first.split_at(each.min(first.len()));
            match after {
                Some(after) => {
                    let second = shuffled(after);
                    let new = second.get(..each).unwrap_or_default();
                    (pick(before, old), pick(after, new))
                }
                None => {
                    let new = rest.get(..each).unwrap_or_default();
                    (pick(before, old), pick(before, new))
                }
            }
        })
        .collect()
}
