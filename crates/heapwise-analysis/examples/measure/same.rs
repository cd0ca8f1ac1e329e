//! How often a change is seen where there is none.

use heapwise_analysis::{Change, DiffRow, Difference, Ranking};

use super::Effort;
use super::coverage::{KnownSite, known_sites};
use super::draws::Random;
use super::report::{Report, Tally};
use super::runs::{RunSet, Side, compare, verdicts_only};

/// The largest part of single sites with p <= 5 %: what is promised, and what measuring may miss.
const FLAGGED: f64 = 0.055;
/// The largest part of comparisons in which any site changes.
const ANY: f64 = 0.05;
const SEED: u64 = 27;
const SAMPLE_TYPES: [&str; 2] = ["alloc_space", "alloc_objects"];

/// What comparisons of a program with itself said.
#[derive(Default)]
struct Alarms {
    /// Sites with p <= 5 %, before correction.
    flagged: Tally,
    /// Comparisons with a verdict of change, by the site's own allocations,
    any_flat: Tally,
    /// with those of what it calls,
    any_cum: Tally,
    /// and of the total.
    total: Tally,
}

impl Alarms {
    fn count(&mut self, found: &Difference, is_counted: &dyn Fn(&DiffRow) -> bool) {
        for row in found.rows.iter().filter(|row| is_counted(row)) {
            if let Some(p) = row.flat.p {
                self.flagged.count(p <= 0.05);
            }
        }
        let any = |column: fn(&DiffRow) -> &Change| {
            let mut rows = found.rows.iter();
            rows.any(|row| column(row).verdict.is_change())
        };
        self.any_flat.count(any(|row| &row.flat));
        self.any_cum.count(any(|row| &row.cum));
        self.total.count(found.total.verdict.is_change());
    }

    fn add(&mut self, other: &Alarms) {
        self.flagged.add(other.flagged);
        self.any_flat.add(other.any_flat);
        self.any_cum.add(other.any_cum);
        self.total.add(other.total);
    }

    fn report(&self, what: &str, report: &mut Report) {
        report.at_most(format!("{what}: sites with p <= 5%"), self.flagged, FLAGGED);
        report.at_most(format!("{what}: any site, flat"), self.any_flat, ANY);
        report.at_most(format!("{what}: any site, cum"), self.any_cum, ANY);
        report.at_most(format!("{what}: the total"), self.total, FLAGGED);
    }
}

/// All pairs of runs at one rate and one amount of work, one run a side.
pub(super) fn pairs_of_known_sites(sets: &[RunSet], effort: Effort, report: &mut Report) {
    for &sample_type in effort.of(&SAMPLE_TYPES, 1) {
        let mut all = Alarms::default();
        for set in sets.iter().filter(|set| set.rate > 1) {
            let sites = known_sites(sets, &set.scale);
            let is_known = |row: &DiffRow| is_among(&sites, row);
            let alarms = pairs(&set.runs, sample_type, effort, &is_known);
            let at = format!("rate {}, work x{}", set.rate, set.scale);
            let what = format!("same, {sample_type}, {at}");
            report.share(format!("{what}: sites with p <= 5%"), alarms.flagged);
            report.share(format!("{what}: any site, flat"), alarms.any_flat);
            all.add(&alarms);
        }
        let what = format!("same, {sample_type}, known sites, 1 a side");
        all.report(&what, report);
    }
}

fn is_among(sites: &[KnownSite], row: &DiffRow) -> bool {
    let function = row.site.function.as_ref();
    sites.iter().any(|site| Some(&site.function) == function)
}

/// All pairs of runs; when quick, each run in one pair only.
fn pairs(
    runs: &[Ranking],
    sample_type: &str,
    effort: Effort,
    is_counted: &dyn Fn(&DiffRow) -> bool,
) -> Alarms {
    let mut alarms = Alarms::default();
    let options = verdicts_only();
    for (at, before) in runs.iter().enumerate() {
        let others = match effort {
            Effort::All => runs.get(at + 1..),
            Effort::Quick => runs.get(at + 1..at + 2).filter(|_| at % 2 == 0),
        };
        for after in others.unwrap_or_default() {
            let sides = (std::slice::from_ref(before), std::slice::from_ref(after));
            if let Some(found) = compare(sides.0, sides.1, sample_type, &options, (&[], &[])) {
                alarms.count(&found, is_counted);
            }
        }
    }
    alarms
}

/// Random halves of runs of one binary, and single pairs.
pub(super) fn splits(sides: &[Side], effort: Effort, report: &mut Report) {
    let times = match effort {
        Effort::All => 60,
        Effort::Quick => 1,
    };
    for &sample_type in effort.of(&SAMPLE_TYPES, 1) {
        for each in [1, 3, 5, 10] {
            let mut all = Alarms::default();
            for side in sides.iter().filter(|side| side.runs.len() >= 2 * each) {
                let alarms = if each == 1 {
                    pairs(&side.runs, sample_type, effort, &is_judged)
                } else {
                    random_splits(&side.runs, each, times, sample_type)
                };
                if effort == Effort::All && alarms.any_flat.any() {
                    let at = format!("same, {sample_type}, {each} a side, {}", side.name);
                    report.share(format!("{at}: any site, flat"), alarms.any_flat);
                }
                all.add(&alarms);
            }
            all.report(&format!("same, {sample_type}, {each} a side"), report);
        }
    }
}

/// Whether a row had samples enough to take part.
fn is_judged(row: &DiffRow) -> bool {
    row.flat.q.is_some()
}

fn random_splits(runs: &[Ranking], each: usize, times: usize, sample_type: &str) -> Alarms {
    let mut alarms = Alarms::default();
    let mut random = Random(SEED);
    let options = verdicts_only();
    for _ in 0..times {
        let mut chosen: Vec<&Ranking> = runs.iter().collect();
        random.shuffle(&mut chosen);
        let mut chosen = chosen.into_iter().cloned();
        let before: Vec<Ranking> = chosen.by_ref().take(each).collect();
        let after: Vec<Ranking> = chosen.take(each).collect();
        if let Some(found) = compare(&before, &after, sample_type, &options, (&[], &[])) {
            alarms.count(&found, &is_judged);
        }
    }
    alarms
}
