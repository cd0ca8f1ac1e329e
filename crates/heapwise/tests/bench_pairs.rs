//! What `examples/bench_pairs.rs` measures, on the few pairs of profiles that are part of the repository.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test runs a command"
)]

#[path = "../examples/bench_pairs/mod.rs"]
mod bench_pairs;
mod common;

use bench_pairs::pair::{Pair, Side};
use bench_pairs::table::{Bound, Tally};
use bench_pairs::{Heapwise, Table, measure};
use common::workspace;

fn measured() -> Table {
    let heapwise = Heapwise::new(env!("CARGO_BIN_EXE_heapwise").into());
    measure(&workspace().join("testdata/bench-pairs"), &heapwise).unwrap()
}

#[test]
fn measures_the_same_twice() {
    assert_eq!(measured().to_string(), measured().to_string());
}

#[test]
fn measures_every_pair() {
    assert!(measured().holds(), "{}", measured());
    let table = measured().to_string();
    let pairs = |what: &str| {
        let row = table.lines().find(|line| line.starts_with(what)).unwrap();
        row.strip_prefix(what)
            .unwrap()
            .split_whitespace()
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        pairs("without bench files: a confident change in `diff`"),
        "6"
    );
    assert_eq!(pairs("same build: any change"), "4");
    assert_eq!(
        pairs("changed site: found, of those with 100 samples a side"),
        "2"
    );
    let lines = [
        "with bench files: B/op and allocs/op are those of `go test`",
        "  B/op and allocs/op of pooled benchmarks are between theirs",
    ];
    let lines = lines.map(|what| pairs(what).parse::<u32>().unwrap());
    assert_eq!(lines.iter().sum::<u32>(), 32);
}

#[test]
fn what_is_said_of_a_changed_pair_is_what_its_benchmark_printed() {
    for pair in Pair::all(&workspace().join("testdata/bench-pairs")).unwrap() {
        let Some(change) = &pair.truth.change else {
            continue;
        };
        for (side, bytes) in Side::BOTH.into_iter().zip(change.bytes_per_op) {
            let printed = pair.printed(side).unwrap();
            let printed = printed.iter().find(|line| line.name == change.benchmark);
            assert_eq!(printed.unwrap().bytes_per_op, bytes, "{}", pair.name);
        }
    }
}

#[test]
fn a_bound_is_missed_by_more_than_it_allows() {
    let at_most = Bound::AtMost {
        nominal: 0.05,
        share: 0.05,
    };
    let at_least = Bound::AtLeast {
        nominal: 0.8,
        share: 0.8,
    };
    let holds = |hits: u32, of: u32, bound: Bound| {
        let mut table = Table::default();
        table.row("what", Tally { hits, of }, bound);
        assert_eq!(table.holds(), !table.to_string().contains("MISSED"));
        table.holds()
    };
    assert!(holds(5, 100, at_most) && !holds(6, 100, at_most));
    assert!(holds(80, 100, at_least) && !holds(79, 100, at_least));
    assert!(holds(0, 9, Bound::Never) && !holds(1, 9, Bound::Never));
    assert!(holds(9, 9, Bound::Always) && !holds(8, 9, Bound::Always));
    // Of few, a share may be off by its own noise.
    assert!(holds(2, 20, at_most) && !holds(4, 20, at_most));
    assert!(holds(0, 0, at_least) && holds(0, 0, Bound::Always));
}
