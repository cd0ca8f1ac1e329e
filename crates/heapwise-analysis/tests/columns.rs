//! Summing one sample type gives what summing all of them gives for it.
#![allow(clippy::disallowed_methods, reason = "reads captured profiles")]

use heapwise_analysis::{Columns, Granularity, RankOptions, Ranking, RowOrder, Trim, rank};
use heapwise_decode::{Function, Limits, Line, ProfileMaker, encode};

fn ranking(bytes: &[u8], granularity: Granularity, columns: Columns) -> Ranking {
    let mut options = RankOptions::new(granularity);
    options.columns = columns;
    rank(bytes, &options, &Limits::default()).expect("a captured profile")
}

/// With all sites, rows differ in nothing but the values that are not summed.
fn check_all_sites(bytes: &[u8], name: Option<&str>) {
    for granularity in Granularity::ALL {
        let mut options = RankOptions::new(granularity);
        options.all_sites = true;
        let all = rank(bytes, &options, &Limits::default()).expect("a profile");
        options.columns = Columns::One(name.map(str::to_owned));
        let mut one = rank(bytes, &options, &Limits::default()).expect("a profile");
        let index = all.header.sample_index(name).expect("a heap profile");
        assert_eq!(one.rows.len(), all.rows.len(), "{granularity:?} {name:?}");
        for (one, all) in one.rows.iter_mut().zip(&all.rows) {
            assert_eq!(one.flat_of(index), all.flat_of(index), "{:?}", all.site);
            assert_eq!(one.cum_of(index), all.cum_of(index), "{:?}", all.site);
            (one.flat, one.cum) = (all.flat.clone(), all.cum.clone());
        }
        assert_eq!(one.rows, all.rows, "{granularity:?} {name:?}");
        assert_eq!((one.blocks, one.sampling), (all.blocks, all.sampling));
        assert_eq!((one.totals, one.header), (all.totals, all.header));
    }
}

/// A profile of every block: `(values, functions from the leaf)` of each sample.
fn of_every_block(samples: &[([i64; 4], &[usize])]) -> Vec<u8> {
    let types = [
        ("alloc_objects", "count"),
        ("alloc_space", "bytes"),
        ("inuse_objects", "count"),
        ("inuse_space", "bytes"),
    ];
    let types = types.map(|(type_, unit)| (type_.as_bytes(), unit.as_bytes()));
    let mut maker = ProfileMaker::new(&Limits::default(), types);
    maker.set_period(b"space", b"bytes", 1);
    let mut locations = Vec::new();
    for at in 0..200 {
        let name = maker.text(format!("main.f{at}").as_bytes());
        let function = maker.add_function(Function::new(name));
        locations.push(maker.add_location(None, at + 1, &[Line::new(function, 1)], false));
    }
    for (values, stack) in samples {
        let stack: Vec<_> = stack.iter().map(|&at| locations[at]).collect();
        maker.add_sample(&stack, values, &[]);
    }
    let mut bytes = Vec::new();
    let profile = maker.finish().expect("a profile");
    encode(&profile, &mut bytes).expect("writes to memory");
    bytes
}

#[test]
fn sites_that_are_zero_are_there_if_any_sample_type_has_them() {
    let freed = [2, 32, 0, 0];
    let (in_use, nothing) = ([2, 32, 1, 16], [0; 4]);
    let samples: [(_, &[usize]); 8] = [
        (nothing, &[3, 2, 1]),
        (in_use, &[5, 1]),
        (freed, &[6, 150, 1]),
        (nothing, &[8, 150, 1]),
        (freed, &[6, 150, 1]),
        (freed, &[3, 150, 1]),
        (in_use, &[7, 150, 1]),
        (freed, &[9, 7, 150, 1]),
    ];
    let bytes = of_every_block(&samples);
    let back = [-2, -32, 0, 0];
    let cancelled = [
        samples.as_slice(),
        &[(back, &[6, 150, 1]), (back, &[6, 150, 1])],
    ]
    .concat();
    for name in [None, Some("alloc_space"), Some("inuse_objects")] {
        check_all_sites(&bytes, name);
        check_all_sites(&of_every_block(&cancelled), name);
    }
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
            check_all_sites(&bytes, name);
        }
    }
}

/// Sums are kept in 64 bits where these are enough, and in more where they are not.
#[test]
fn sums_beyond_64_bits_are_exact() {
    let (most, least) = (i64::MAX, i64::MIN);
    // From the root to the leaf.
    let large: &[([i64; 4], &[usize])] = &[
        ([1, most, 1, 5], &[0, 1]),
        ([1, most, 1, 0], &[0, 2]),
        ([1, most, 1, 7], &[0, 2, 2]),
        ([1, least, 1, least], &[0, 3]),
        ([1, least, 1, 0], &[3, 1]),
    ];
    let bytes = of_every_block(large);
    let wide = i128::from(most);
    let narrow = i128::from(least);
    let expected = |index: usize| match index {
        1 => vec![
            ("main.f0", 0, 3 * wide + narrow),
            ("main.f1", wide + narrow, wide + narrow),
            ("main.f2", 2 * wide, 2 * wide),
            ("main.f3", narrow, 2 * narrow),
        ],
        _ => vec![
            ("main.f0", 0, 12 + narrow),
            ("main.f1", 5, 5),
            ("main.f2", 7, 7),
            ("main.f3", narrow, narrow),
        ],
    };
    for index in [1, 3] {
        for columns in [Columns::All, Columns::One(Some(index.to_string()))] {
            let ranked = ranking(&bytes, Granularity::Functions, columns);
            let rows = ranked.rows.iter();
            let mut rows: Vec<_> = rows
                .map(|row| {
                    let name = row.site.pprof_name();
                    (name, row.flat_of(index), row.cum_of(index))
                })
                .collect();
            rows.sort();
            let rows: Vec<_> = rows
                .iter()
                .map(|(name, flat, cum)| (name.as_str(), *flat, *cum))
                .collect();
            assert_eq!(rows, expected(index), "{index}");
        }
    }
}
