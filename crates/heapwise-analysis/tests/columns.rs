//! Summing one sample type gives what summing all of them gives for it.
#![allow(clippy::disallowed_methods, reason = "reads captured profiles")]

use heapwise_analysis::{Columns, Granularity, RankOptions, Ranking, RowOrder, Trim, rank};
use heapwise_decode::Limits;

fn ranking(bytes: &[u8], granularity: Granularity, columns: Columns) -> Ranking {
    let mut options = RankOptions::new(granularity);
    options.columns = columns;
    rank(bytes, &options, &Limits::default()).expect("a captured profile")
}

fn check(bytes: &[u8], name: Option<&str>) {
    for granularity in Granularity::ALL {
        let all = ranking(bytes, granularity, Columns::All);
        let one = ranking(bytes, granularity, Columns::One(name.map(str::to_owned)));
        let index = all.header.sample_index(name).expect("a heap profile");
        let values = |ranking: &Ranking| -> Vec<_> {
            let shown = ranking.shown(index, &Trim::NONE, RowOrder::Cum);
            let rows = shown.rows.into_iter();
            rows.map(|row| (row.site.clone(), row.flat_of(index), row.cum_of(index)))
                .collect()
        };
        assert_eq!(values(&one), values(&all), "{granularity:?} {name:?}");
        assert_eq!(one.totals, all.totals);
        let row = |ranking: &Ranking| {
            let rows = ranking.shown(index, &Trim::NONE, RowOrder::Flat).rows;
            let mix = ranking.mix(&rows[0].cum_blocks, index);
            mix.map(|mix| mix.sizes().to_vec())
        };
        assert_eq!(row(&one), row(&all), "blocks of {granularity:?} {name:?}");
    }
}

#[test]
fn one_column_is_that_of_all() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/");
    for path in [
        "server/heap.pb.gz",
        "beforeafter/buffer-vs-pool/before/heap.01.pb.gz",
        "beforeafter/buffer-vs-pool/before.merged.pb.gz",
    ] {
        let Ok(bytes) = std::fs::read(format!("{root}{path}")) else {
            continue;
        };
        for name in [
            None,
            Some("alloc_objects"),
            Some("alloc_space"),
            Some("inuse_objects"),
            Some("inuse_space"),
            Some("1"),
        ] {
            check(&bytes, name);
        }
    }
}
