//! A line for each benchmark: what it allocates, and what it takes.

use anstyle::{AnsiColor, Style};
use heapwise_analysis::{Basis, Change, TimeChange, Verdict};

use super::{BenchReport, BenchmarkNumbers};
use crate::diff::per_work::plain;
use crate::formats::error_text::{self, signed_percent};
use crate::formats::table::{Cell, Column, Table};
use crate::formats::text::fits;

/// How much there is room for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Full,
    /// Only the bytes have both sides, of the others what became of them.
    Bytes,
}

/// Names may be cut to this.
const READABLE: usize = 18;

/// As much as a width has room for.
pub(super) fn fitting(report: &BenchReport, width: Option<usize>) -> Table {
    let full = table(report, Room::Full);
    match width.is_none_or(|width| fits(&full, width, READABLE)) {
        true => full,
        false => table(report, Room::Bytes),
    }
}

fn table(report: &BenchReport, room: Room) -> Table {
    Table::of_lines(report.benchmarks.iter().map(|one| line(one, room)))
}

fn line(one: &BenchmarkNumbers, room: Room) -> Vec<(Column, Cell)> {
    let mut line = vec![(Column::texts("benchmark"), Cell::plain(one.name.clone()))];
    let mut add = |title: &'static str, sides: String, change: Cell, is_brief: bool| {
        if is_brief {
            line.push((Column::right(title), change));
        } else {
            line.push((Column::right(title), Cell::plain(sides)));
            line.push((Column::right("change"), change));
        }
    };
    let is_brief = room == Room::Bytes;
    add("B/op", of_sides(&one.bytes), of_change(&one.bytes), false);
    add(
        "allocs/op",
        of_sides(&one.objects),
        of_change(&one.objects),
        is_brief,
    );
    let (sides, change) = of_time(one);
    add("ns/op", sides, change, is_brief);
    line
}

fn of_sides(change: &Change) -> String {
    let Some(known) = change.per_work else {
        return String::new();
    };
    sides(plain(known.before), plain(known.after))
}

/// One number where both are the same.
fn sides(before: String, after: String) -> String {
    match before == after {
        true => after,
        false => format!("{before} -> {after}"),
    }
}

/// A change in percent where it is one, `~` where it may be chance.
fn of_change(change: &Change) -> Cell {
    let ratio = change.ratio.map(|ratio| ratio.value);
    match change.judged() {
        Verdict::NoChangeSeen if change.basis == Basis::Exact && ratio == Some(1.0) => {
            Cell::plain("same")
        }
        Verdict::NoChangeSeen | Verdict::Undecidable => Cell::plain("~"),
        Verdict::NotJudged => Cell::plain(if ratio == Some(1.0) { "same" } else { "" }),
        verdict => judged(verdict, ratio.map(|ratio| signed_percent(ratio - 1.0))),
    }
}

fn of_time(one: &BenchmarkNumbers) -> (String, Cell) {
    let Some(time) = &one.time else {
        return (String::new(), Cell::plain(""));
    };
    let sides = sides(nanos(time.before), nanos(time.after));
    (sides, time_cell(time))
}

fn time_cell(time: &TimeChange) -> Cell {
    match (time.verdict, time.ratio) {
        (Verdict::NotJudged, _) | (_, None) => Cell::plain(""),
        (Verdict::NoChangeSeen, Some(_)) => Cell::plain("~"),
        // Of a time there always is something left.
        (verdict, Some(ratio)) => judged(verdict, Some(error_text::ratio_in_percent(ratio))),
    }
}

fn judged(verdict: Verdict, change: Option<String>) -> Cell {
    let color = match verdict.is_less() {
        true => AnsiColor::Green,
        false => AnsiColor::Red,
    };
    Cell::styled(
        change.unwrap_or_else(|| "new".to_owned()),
        Style::new().fg_color(Some(color.into())),
    )
}

/// Four digits, as `go test` has them.
fn nanos(value: f64) -> String {
    let digits = match value {
        value if value >= 999.95 => 0,
        value if value >= 99.995 => 1,
        value if value >= 9.9995 => 2,
        _ => 4,
    };
    format!("{value:.digits$}")
}

#[cfg(test)]
mod tests {
    use heapwise_analysis::TimeChange;
    use heapwise_analysis::stats::Confidence;

    use super::{nanos, time_cell};

    #[test]
    fn an_interval_of_a_time_has_nothing_that_no_time_has() {
        let before = [100.0, 400.0, 90.0, 300.0];
        let of = |after: &[f64]| {
            let time = TimeChange::of(&before, after, Confidence::default(), 0.01);
            time_cell(&time.unwrap()).text
        };
        let slower = of(&[1000.0, 4000.0, 900.0, 3000.0]);
        assert!(slower.starts_with("+900.0% (+"), "{slower}");
        let faster = of(&[10.0, 40.0, 9.0, 30.0]);
        assert!(
            faster.starts_with("-90.0% (-9") && faster.ends_with(".0%)") || faster.contains("..-"),
            "{faster}"
        );
        assert_eq!(of(&[110.0, 300.0, 100.0, 400.0]), "~");
    }

    #[test]
    fn times_have_four_digits() {
        for (value, text) in [
            (1234.5, "1234"),
            (999.96, "1000"),
            (123.456, "123.5"),
            (12.345, "12.35"),
            (0.25, "0.2500"),
        ] {
            assert_eq!(nanos(value), text);
        }
    }
}
