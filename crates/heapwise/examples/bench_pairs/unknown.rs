use std::io;

use super::ask::{Claim, Heapwise, Work};
use super::pair::Pair;
use super::table::{Bound, Table, Tally};
use super::verdicts::{changes, verdicts};

/// Where nothing says how much work the profiles cover: no verdict is confident, no gate decided.
pub(crate) fn work(pairs: &[Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    confident(pairs, heapwise, table)?;
    for claim in Claim::ALL {
        decided(pairs, heapwise, claim, table)?;
    }
    Ok(())
}

fn confident(pairs: &[Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    let (mut confident, mut unknown) = (Tally::default(), Tally::default());
    let mut factor = Tally::default();
    for pair in pairs {
        let answer = heapwise.diff(pair, Work::Unsaid)?;
        let said = changes(&verdicts(&answer.document));
        confident.count(said.is_some());
        let kind = &answer.document["work"]["kind"];
        unknown.count(kind == "unknown");
        if kind != "unknown" {
            let exit = answer.exit;
            table.finding(format!(
                "{}: without bench files: work {kind}, exit {exit}",
                pair.name
            ));
        }
        if pair.truth.change.is_none() {
            factor.count(!answer.document["work"]["common_factor"].is_null());
        }
        if let Some(said) = said {
            table.finding(format!("{}: without bench files: {said}", pair.name));
        }
    }
    table.row(
        "without bench files: `diff` says that its work is unknown",
        unknown,
        Bound::Always,
    );
    table.row(
        "without bench files: a confident change in `diff`",
        confident,
        Bound::Never,
    );
    table.row(
        "  same build: says by which factor most sites moved",
        factor,
        Bound::None,
    );
    Ok(())
}

fn decided(pairs: &[Pair], heapwise: &Heapwise, claim: Claim, table: &mut Table) -> io::Result<()> {
    let mut decided = Tally::default();
    let words = claim.arguments().join(" ");
    for pair in pairs {
        let exit = heapwise.verify(pair, Work::Unsaid, claim)?.exit;
        decided.count(exit != 3);
        if exit != 3 {
            table.finding(format!(
                "{}: without bench files: {words}: exit {exit}, expected 3",
                pair.name
            ));
        }
    }
    table.row(
        format!("without bench files: {words} decided"),
        decided,
        Bound::Never,
    );
    Ok(())
}
