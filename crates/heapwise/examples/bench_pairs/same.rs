use std::io;

use super::ask::{Claim, Heapwise, Work};
use super::pair::Pair;
use super::table::{Bound, Table, Tally};
use super::verdicts::{changes, verdicts};

/// One build twice, with what the benchmarks printed: hardly any change is seen, and gates do not
/// see one either.
pub(crate) fn code(pairs: &[Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    let same = pairs.iter().filter(|pair| pair.truth.change.is_none());
    let same: Vec<&Pair> = same.collect();
    changes_seen(&same, heapwise, table)?;
    for claim in Claim::ALL {
        decided_falsely(&same, heapwise, claim, table)?;
    }
    Ok(())
}

fn changes_seen(pairs: &[&Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    let (mut all, mut one, mut several) = (Tally::default(), Tally::default(), Tally::default());
    let (mut by_row, mut refused) = (Tally::default(), Tally::default());
    for pair in pairs {
        let answer = heapwise.diff(pair, Work::Printed)?;
        let verdicts = verdicts(&answer.document);
        refused.count(answer.exit != 0);
        if answer.exit != 0 {
            table.finding(format!(
                "{}: {} {}: exit {} {}",
                pair.name, pair.truth.package, pair.truth.benchmarks, answer.exit, answer.error
            ));
        }
        verdicts
            .iter()
            .for_each(|verdict| by_row.count(verdict.is_change()));
        let said = changes(&verdicts);
        all.count(said.is_some());
        match pair.truth.group.as_str() {
            "one" => one.count(said.is_some()),
            _ => several.count(said.is_some()),
        }
        if let Some(said) = said {
            table.finding(format!(
                "{}: {} {}: {said}",
                pair.name, pair.truth.package, pair.truth.benchmarks
            ));
        }
    }
    let bound = Bound::AtMost {
        nominal: 0.05,
        share: 0.05,
    };
    table.row("same build: refused", refused, Bound::Never);
    table.row("same build: any change", all, bound);
    table.row("  one benchmark in the file", one, Bound::None);
    table.row("  several benchmarks in the file", several, Bound::None);
    table.row("  of all verdicts", by_row, Bound::None);
    Ok(())
}

fn decided_falsely(
    pairs: &[&Pair],
    heapwise: &Heapwise,
    claim: Claim,
    table: &mut Table,
) -> io::Result<()> {
    let (mut falsely, mut decided) = (Tally::default(), Tally::default());
    let mut refused = Tally::default();
    let words = claim.arguments().join(" ");
    for pair in pairs {
        let exit = heapwise.verify(pair, Work::Printed, claim)?.exit;
        // The total is not less; it is not more either, and nothing has grown.
        let is_false = exit == if claim == Claim::Less { 0 } else { 1 };
        falsely.count(is_false);
        decided.count(exit == 0 || exit == 1);
        refused.count(exit == 2);
        if is_false || exit == 2 {
            table.finding(format!("{}: {words}: exit {exit}", pair.name));
        }
    }
    let bound = Bound::AtMost {
        nominal: 0.05,
        share: 0.05,
    };
    table.row(
        format!("same build: {words} decided falsely"),
        falsely,
        bound,
    );
    table.row("  decided at all", decided, Bound::None);
    table.row("  refused", refused, Bound::Never);
    Ok(())
}
