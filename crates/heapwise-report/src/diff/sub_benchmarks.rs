//! What was counted of each of several benchmarks that share their stacks, in lines below what they come to together.

use heapwise_analysis::stats::Quantity;
use heapwise_analysis::{Benchmark, PerOperation, SubBenchmark};

use super::per_work::plain;

/// So many are listed, those that changed most.
const MOST: usize = 10;

/// One that is listed.
struct Listed<'a> {
    name: &'a str,
    before: f64,
    after: f64,
}

impl Listed<'_> {
    /// The same for a rise and for a fall by as much.
    fn change(&self) -> f64 {
        ((self.after + 1.0) / (self.before + 1.0)).ln().abs()
    }

    fn percent(&self) -> String {
        match self.before > 0.0 {
            true => format!("{:+.1}%", (self.after / self.before - 1.0) * 100.0),
            false => "~".to_owned(),
        }
    }
}

/// The lines, for numbers in `unit`.
pub(super) fn lines(benchmark: &Benchmark, unit: &str) -> Vec<String> {
    if benchmark.pooled < 2 {
        return Vec::new();
    }
    let (quantity, unit) = match unit {
        "bytes" => (Quantity::Bytes, "B/op"),
        _ => (Quantity::Objects, "allocs/op"),
    };
    let mut listed: Vec<Listed<'_>> = benchmark
        .sub_benchmarks
        .iter()
        .filter_map(|sub| changed(sub, quantity))
        .collect();
    let share = format!(
        "{} sub-benchmarks share these stacks and are taken together, mixed as both sides ran them",
        benchmark.pooled
    );
    if listed.is_empty() {
        return vec![format!("{share}; each has the same {unit} on both")];
    }
    listed.sort_by(|a, b| b.change().total_cmp(&a.change()).then(a.name.cmp(b.name)));
    let rest = listed.len().saturating_sub(MOST);
    let same = benchmark.sub_benchmarks.len() - listed.len();
    listed.truncate(MOST);
    let mut lines = vec![format!("{share}:")];
    lines.extend(aligned(&listed, unit));
    for (count, what) in [(rest, "changed less"), (same, "did not change")] {
        if count > 0 {
            lines.push(format!("  {count} more {what}"));
        }
    }
    lines
}

/// Those whose printed numbers differ.
fn changed(sub: &SubBenchmark, quantity: Quantity) -> Option<Listed<'_>> {
    let (before, after): (PerOperation, PerOperation) = sub.counted(quantity)?;
    (before.value != after.value).then_some(Listed {
        name: &sub.name,
        before: before.value,
        after: after.value,
    })
}

fn aligned(listed: &[Listed<'_>], unit: &str) -> Vec<String> {
    let cells: Vec<[String; 4]> = listed
        .iter()
        .map(|one| {
            let (before, after) = (plain(one.before), plain(one.after));
            [one.name.to_owned(), before, after, one.percent()]
        })
        .collect();
    let width = |at: usize| {
        let each = cells.iter().filter_map(|row| row.get(at));
        each.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let [names, old, new, percents] = [0, 1, 2, 3].map(width);
    cells
        .iter()
        .map(|[name, before, after, percent]| {
            format!(
                "  {name:<names$}  {before:>old$} {unit} -> {after:>new$} {unit}  {percent:>percents$}"
            )
        })
        .collect()
}
