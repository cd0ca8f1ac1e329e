use std::io;

use serde_json::Value;

use super::ask::{Heapwise, Work};
use super::pair::{Pair, Printed, Side, without_processors};
use super::table::{Bound, Table, Tally};
use super::verdicts::items;

/// Exact totals of benchmarks are those that `go test` printed.
pub(crate) fn totals(pairs: &[Pair], heapwise: &Heapwise, table: &mut Table) -> io::Result<()> {
    let mut equal = Tally::default();
    let mut known = Tally::default();
    for pair in pairs {
        let diff = heapwise.diff(pair, Work::Printed)?.document;
        known.count(diff["work"]["kind"] == "known");
        for side in Side::BOTH {
            for printed in pair.printed(side)? {
                let is_equal = is_equal(&diff, side, &printed);
                equal.count(is_equal);
                if !is_equal {
                    table.finding(format!(
                        "{}: B/op of {} {} is not in the answer",
                        pair.name,
                        printed.name,
                        side.field()
                    ));
                }
            }
        }
    }
    table.row("with bench files: the work is known", known, Bound::Always);
    table.row(
        "with bench files: B/op and allocs/op are those of `go test`",
        equal,
        Bound::Always,
    );
    Ok(())
}

/// Whether the benchmark is in the answer with the numbers that it printed.
fn is_equal(diff: &Value, side: Side, printed: &Printed) -> bool {
    let benchmarks = items(&diff["work"]["benchmarks"]).iter();
    let mut of_name = benchmarks.filter(|benchmark| is_of(benchmark, printed));
    of_name.any(|benchmark| {
        let said = &benchmark[side.field()];
        let number = |field: &str| said[field].as_f64();
        is_pooled(benchmark)
            || (number("bytes_per_op") == Some(printed.bytes_per_op)
                && number("objects_per_op") == Some(printed.allocs_per_op))
    })
}

fn is_of(benchmark: &Value, printed: &Printed) -> bool {
    let name = without_processors(benchmark["name"].as_str().unwrap_or_default());
    name == printed.name
        || (is_pooled(benchmark) && printed.name.split('/').next() == name.split('/').next())
}

/// Whether it stands for several that share a root: their numbers are no one's.
fn is_pooled(benchmark: &Value) -> bool {
    benchmark["pooled"].as_u64().unwrap_or(1) > 1
}
