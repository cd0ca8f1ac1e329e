use std::collections::BTreeMap;
use std::io;

use serde_json::Value;

use super::ask::{Claim, Heapwise, Work};
use super::pair::{Change, Pair, Side, without_processors};
use super::table::{Bound, Table, Tally};
use super::verdicts::{Verdict, items};

/// A change is asked to be found where the site has so many samples on either side.
const ENOUGH_SAMPLES: u64 = 100;

/// Functions of the changed builds that are the same in both: what else an operation allocates, what
/// a benchmark sets up, and other benchmarks.
const UNCHANGED: [&str; 4] = ["(*Builder).rest", "table", "page", "text"];

/// Two builds, with what the benchmarks printed.
pub(crate) fn code(pairs: &[Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    let mut changes = Vec::new();
    for pair in pairs {
        if let Some(change) = &pair.truth.change {
            let diff = heapwise.diff(pair, Work::Printed)?.document;
            changes.push(Changed { pair, change, diff });
        }
    }
    found(&changes, table);
    unchanged(&changes, table);
    for claim in Claim::ALL {
        decided(&changes, heapwise, claim, table)?;
    }
    Ok(())
}

/// A changed pair with what was answered.
struct Changed<'a> {
    pair: &'a Pair,
    change: &'a Change,
    diff: Value,
}

impl Changed<'_> {
    /// The row of the site: that of the benchmark where rows are of benchmarks.
    fn row(&self) -> Option<&Value> {
        let rows = items(&self.diff["rows"]).iter();
        let of_site: Vec<&Value> = rows
            .filter(|row| row["site"]["function"] == self.change.site.as_str())
            .collect();
        let of_benchmark = of_site.iter().find(|row| {
            let names = row["benchmark"].as_str().unwrap_or_default().split(", ");
            let mut functions = names.map(|name| without_processors(name).split('/').next());
            functions.any(|function| function == Some(&self.change.benchmark))
        });
        of_benchmark.or(of_site.first()).copied()
    }

    /// Whether either side of the site has enough samples. What was refused, or left out, counts: it
    /// was not found.
    fn is_large(&self) -> bool {
        let Some(row) = self.row() else {
            return true;
        };
        Side::BOTH.iter().all(|side| {
            let sampled = row["flat"][side.field()]["sampled"].as_u64();
            sampled.is_some_and(|sampled| sampled >= ENOUGH_SAMPLES)
        })
    }

    fn verdict(&self) -> Verdict {
        let name = self.row().and_then(|row| row["flat"]["verdict"].as_str());
        Verdict {
            place: self.change.site.clone(),
            name: name.unwrap_or("no row").to_owned(),
        }
    }

    /// Whether the site is said to have changed, the right way.
    fn is_found(&self) -> bool {
        match self.change.ratio < 1.0 {
            true => self.verdict().is_less(),
            false => self.verdict().is_more(),
        }
    }

    /// Whether the site is said to have changed, the wrong way.
    fn is_wrong(&self) -> bool {
        self.verdict().is_change() && !self.is_found()
    }

    /// Whether the interval of the ratio holds the true one; nothing where there is none.
    fn covers(&self) -> Option<bool> {
        let ratio = &self.row()?["flat"]["ratio"];
        let (low, high) = (ratio["low"].as_f64()?, ratio["high"].as_f64()?);
        let truth = self.change.ratio;
        Some((low..=high).contains(&truth))
    }
}

fn found(changes: &[Changed<'_>], table: &mut Table) {
    let (mut wrong, mut covered) = (Tally::default(), Tally::default());
    let (mut large, mut found) = (Tally::default(), Tally::default());
    for changed in changes {
        wrong.count(changed.is_wrong());
        let covers = changed.covers();
        covers.into_iter().for_each(|covers| covered.count(covers));
        large.count(changed.is_large());
        if changed.is_large() {
            found.count(changed.is_found());
        }
        if !changed.is_found() || covers == Some(false) {
            table.finding(missed(changed));
        }
    }
    // Of too few, the rows below would say nothing.
    let half = Bound::AtLeast {
        nominal: 0.8,
        share: 0.5,
    };
    table.row("changed site: 100 samples a side", large, half);
    let most = Bound::AtLeast {
        nominal: 0.8,
        share: 0.8,
    };
    table.row(
        "changed site: found, of those with 100 samples a side",
        found,
        most,
    );
    found_by_kind(changes, table);
    table.row(
        "changed site: said to have changed the other way",
        wrong,
        Bound::Never,
    );
    let nearly_all = Bound::AtLeast {
        nominal: 0.95,
        share: 0.9,
    };
    table.row(
        "changed site: the interval of its ratio holds the truth",
        covered,
        nearly_all,
    );
}

/// The same by how many benchmarks there are, by benchmark and by size.
fn found_by_kind(changes: &[Changed<'_>], table: &mut Table) {
    let mut kinds: BTreeMap<String, Tally> = BTreeMap::new();
    for changed in changes.iter().filter(|changed| changed.is_large()) {
        let percent = 100.0 * (changed.change.ratio - 1.0);
        let file = format!("{} in the file", changed.pair.truth.group);
        for kind in [
            file,
            changed.change.benchmark.clone(),
            format!("by {percent:+.0}%"),
        ] {
            kinds.entry(kind).or_default().count(changed.is_found());
        }
    }
    for (kind, tally) in kinds {
        table.row(format!("  {kind}"), tally, Bound::None);
    }
}

fn missed(changed: &Changed<'_>) -> String {
    let ratio = changed
        .row()
        .map_or(&Value::Null, |row| &row["flat"]["ratio"]);
    let number = |field: &str| ratio[field].as_f64().unwrap_or(f64::NAN);
    let few = match changed.is_large() {
        true => "",
        false => ", with fewer than 100 samples",
    };
    format!(
        "{}: {} {}: {} {:.3} in [{:.3}, {:.3}]{few}",
        changed.pair.name,
        changed.pair.truth.benchmarks,
        changed.change,
        changed.verdict().name,
        number("value"),
        number("low"),
        number("high"),
    )
}

/// What did not change is not said to have changed.
fn unchanged(changes: &[Changed<'_>], table: &mut Table) {
    let mut falsely = Tally::default();
    for changed in changes {
        let said: Vec<String> = items(&changed.diff["rows"])
            .iter()
            .filter_map(said_of_unchanged)
            .collect();
        falsely.count(!said.is_empty());
        if !said.is_empty() {
            table.finding(format!("{}: {}", changed.pair.name, said.join(", ")));
        }
    }
    let bound = Bound::AtMost {
        nominal: 0.05,
        share: 0.05,
    };
    table.row(
        "changed build: a change at a site that is as before",
        falsely,
        bound,
    );
}

fn said_of_unchanged(row: &Value) -> Option<String> {
    let function = row["site"]["function"].as_str()?;
    let name = function.split_once("benchpairs.")?.1;
    let verdict = Verdict {
        place: name.to_owned(),
        name: row["flat"]["verdict"].as_str()?.to_owned(),
    };
    let benchmark = row["benchmark"].as_str().unwrap_or("?");
    let falsely = UNCHANGED.contains(&name) && verdict.is_change();
    falsely.then(|| format!("{} at {name} of {benchmark}", verdict.name))
}

/// Claims about a file of one benchmark, of which the truth is known.
fn decided(
    changes: &[Changed<'_>],
    heapwise: &Heapwise,
    claim: Claim,
    table: &mut Table,
) -> io::Result<()> {
    let (mut falsely, mut rightly) = (Tally::default(), Tally::default());
    let mut unseen = Tally::default();
    let words = claim.arguments().join(" ");
    for changed in changes
        .iter()
        .filter(|changed| changed.pair.truth.group == "one")
    {
        let exit = heapwise.verify(changed.pair, Work::Printed, claim)?.exit;
        let outcome = Outcome::of(claim, changed.change, exit);
        rightly.count(outcome == Outcome::Right);
        falsely.count(outcome == Outcome::Wrong);
        if claim == Claim::NoGrowth && changed.change.ratio > 1.0 && changed.is_large() {
            unseen.count(outcome != Outcome::Right);
        }
        if outcome == Outcome::Wrong || outcome == Outcome::Unseen || exit == 2 {
            table.finding(format!(
                "{}: {words}: exit {exit}, {}",
                changed.pair.name, changed.change
            ));
        }
    }
    table.row(
        format!("changed build: {words} decided falsely"),
        falsely,
        FALSE_DECISIONS,
    );
    table.row("  decided rightly", rightly, Bound::None);
    if claim == Claim::NoGrowth {
        let bound = Bound::AtMost {
            nominal: 0.2,
            share: 0.2,
        };
        table.row(
            "  growth not failed, of sites with 100 samples a side",
            unseen,
            bound,
        );
    }
    Ok(())
}

const FALSE_DECISIONS: Bound = Bound::AtMost {
    nominal: 0.05,
    share: 0.05,
};

/// What a decision is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Right,
    Wrong,
    /// No growth was seen where there was some: power, not a false claim.
    Unseen,
    Undecided,
}

impl Outcome {
    fn of(claim: Claim, change: &Change, exit: i32) -> Outcome {
        match (exit, is_true(claim, change)) {
            (0, true) | (1, false) => Outcome::Right,
            (0, false) if claim == Claim::NoGrowth => Outcome::Unseen,
            (0, false) | (1, true) => Outcome::Wrong,
            _ => Outcome::Undecided,
        }
    }
}

fn is_true(claim: Claim, change: &Change) -> bool {
    let [before, after] = change.bytes_per_op;
    match claim {
        Claim::Less => after <= 0.8 * before,
        Claim::NotMore => after <= 1.05 * before,
        Claim::NoGrowth => change.ratio <= 1.05,
    }
}
