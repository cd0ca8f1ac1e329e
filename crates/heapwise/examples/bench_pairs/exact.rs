use std::io;

use serde_json::Value;

use super::ask::{Heapwise, Work};
use super::pair::{Pair, Printed, Side, without_processors};
use super::table::{Bound, Table, Tally};
use super::verdicts::items;

/// Exact totals of benchmarks are those that `go test` printed.
pub(crate) fn totals(pairs: &[Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    let (mut known, mut equal, mut between) =
        (Tally::default(), Tally::default(), Tally::default());
    for pair in pairs {
        let diff = heapwise.diff(pair, Work::Printed)?.document;
        known.count(diff["work"]["kind"] == "known");
        for side in Side::BOTH {
            let printed = pair.printed(side)?;
            for line in &printed {
                let found = Found::of(&diff, side, line, &printed);
                match found {
                    Found::Pooled { holds } => between.count(holds),
                    Found::Alone { holds } => equal.count(holds),
                    Found::Nowhere => equal.count(false),
                }
                if !found.holds() {
                    let (name, side) = (&line.name, side.field());
                    table.finding(format!("{}: {side}: {name}: {found:?}", pair.name));
                }
            }
        }
    }
    table.row("with bench files: the work is known", known, Bound::None);
    let numbers = "B/op and allocs/op";
    table.row(
        format!("with bench files: {numbers} are those of `go test`"),
        equal,
        Bound::Always,
    );
    table.row(
        format!("  {numbers} of pooled benchmarks are between theirs"),
        between,
        Bound::Always,
    );
    Ok(())
}

/// Where a line that a benchmark printed is in the answer, and whether its numbers are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nowhere,
    Alone {
        holds: bool,
    },
    /// With other lines that the profile does not tell from it.
    Pooled {
        holds: bool,
    },
}

impl Found {
    fn of(diff: &Value, side: Side, line: &Printed, printed: &[Printed]) -> Found {
        let mut benchmarks = items(&diff["work"]["benchmarks"]).iter();
        let Some(benchmark) = benchmarks.find(|benchmark| is_of(benchmark, line)) else {
            return Found::Nowhere;
        };
        let pooled: Vec<&Printed> = printed
            .iter()
            .filter(|line| is_of(benchmark, line))
            .collect();
        let said = &benchmark[side.field()];
        let holds = within(
            &said["bytes_per_op"],
            pooled.iter().map(|line| line.bytes_per_op),
        ) && within(
            &said["objects_per_op"],
            pooled.iter().map(|line| line.allocs_per_op),
        );
        match pooled.len() {
            1 => Found::Alone { holds },
            _ => Found::Pooled { holds },
        }
    }

    fn holds(self) -> bool {
        matches!(
            self,
            Found::Alone { holds: true } | Found::Pooled { holds: true }
        )
    }
}

/// Whether a line is of a benchmark of the answer, which is named by its function, or of several.
fn is_of(benchmark: &Value, line: &Printed) -> bool {
    let names = benchmark["name"].as_str().unwrap_or_default().split(", ");
    let function = line.name.split('/').next();
    names
        .map(without_processors)
        .any(|name| name == line.name || Some(name) == function)
}

/// Whether a number is no less than the least and no more than the most; of one, that it is that.
fn within(said: &Value, numbers: impl Iterator<Item = f64>) -> bool {
    let (low, high) = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), number| {
        (low.min(number), high.max(number))
    });
    let noise = if low < high { 1e-9 * high } else { 0.0 };
    said.as_f64()
        .is_some_and(|said| (low - noise..=high + noise).contains(&said))
}
