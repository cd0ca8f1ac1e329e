//! Sums of neighbours, added in order, are the sum of all.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read captured profiles"
)]

use std::path::Path;

use heapwise_analysis::{
    BaseMode, Heading, PartialSum, SumPlan, add_missing_mapping, merge, subtract,
};
use heapwise_decode::{Encoder, Limits, ProfileReader};

type Reader = ProfileReader<Vec<u8>>;

fn read(name: &str) -> Reader {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let bytes = std::fs::read(testdata.join(name)).unwrap();
    let mut reader = ProfileReader::open_tables(bytes, &Limits::default()).unwrap();
    add_missing_mapping(&mut reader.edit());
    reader
}

fn encoded(reader: &Reader) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out);
    reader.visit(&mut encoder).unwrap();
    encoder.finish().unwrap();
    out
}

/// The sum of blocks of this size, as what is added is planned.
fn in_blocks(plan: &SumPlan, profiles: &[&Reader], size: usize) -> Vec<u8> {
    let limits = Limits::default();
    let headings: Vec<Heading> = profiles
        .iter()
        .map(|one| Heading::of(one.tables()))
        .collect();
    let mut sum: Option<PartialSum> = None;
    for (block, start) in profiles.chunks(size).zip((0..).step_by(size)) {
        let mut part = PartialSum::new(plan, &limits);
        for (at, profile) in block.iter().enumerate() {
            part.add(plan, start + at, profile).unwrap();
        }
        match &mut sum {
            Some(sum) => sum.add_sum(part).unwrap(),
            None => sum = Some(part),
        }
    }
    let sum = sum.unwrap();
    assert_eq!(sum.count(), profiles.len());
    encoded(&sum.finish(plan, &headings, &limits).unwrap())
}

#[test]
fn blocks_of_any_size_have_one_sum_and_it_is_that_of_merging() {
    let limits = Limits::default();
    let runs = |side: &str| -> Vec<Reader> {
        let names =
            (1..=6).map(|at| format!("beforeafter/sprintf-vs-strconv/{side}/heap.{at:02}.pb.gz"));
        names.map(|name| read(&name)).collect()
    };
    let (before, after) = (runs("before"), runs("after"));
    // What becomes zero in a block and is there again in the next one.
    let less = subtract(&after[0], &before[0], BaseMode::Base, &limits).unwrap();
    let marked = subtract(&after[1], &before[1], BaseMode::DiffBase, &limits).unwrap();
    let server = read("server/heap.pb.gz");
    let mut profiles = vec![&before[0], &less, &before[0], &marked, &server];
    profiles.extend(before.iter().chain(&after));
    let expected = encoded(&merge(&profiles, &limits).unwrap());
    let headings: Vec<Heading> = profiles
        .iter()
        .map(|one| Heading::of(one.tables()))
        .collect();
    let planned = SumPlan::of(&headings).unwrap();
    let alike = SumPlan::alike(&headings[0]).unwrap();
    assert!(headings.iter().all(|one| one.is_alike(&headings[0])));
    for size in [1, 2, 3, 5, 16, 100] {
        for plan in [&planned, &alike] {
            assert!(
                in_blocks(plan, &profiles, size) == expected,
                "blocks of {size}"
            );
        }
    }
}

#[test]
fn profiles_that_differ_in_types_are_added_by_what_all_have() {
    let limits = Limits::default();
    let whole = read("server/heap.pb.gz");
    let mut maker = heapwise_decode::ProfileMaker::new(
        &limits,
        [
            (&b"inuse_space"[..], &b"kilobytes"[..]),
            (&b"alloc_objects"[..], &b"count"[..]),
        ],
    );
    maker.set_period(b"space", b"bytes", 524_288);
    let name = maker.text(b"main.main");
    let function = maker.add_function(heapwise_decode::Function::new(name));
    let line = heapwise_decode::Line::new(function, 3);
    let location = maker.add_location(None, 0, &[line], false);
    maker.add_sample(&[location], &[7, 9], &[]);
    let few: Reader = ProfileReader::of(maker.finish().unwrap());
    let profiles = [&whole, &few, &whole, &whole, &few];
    let expected = encoded(&merge(&profiles, &limits).unwrap());
    let headings: Vec<Heading> = profiles
        .iter()
        .map(|one| Heading::of(one.tables()))
        .collect();
    assert!(!headings[0].is_alike(&headings[1]));
    let plan = SumPlan::of(&headings).unwrap();
    for size in [1, 2, 3, 4, 5] {
        assert!(
            in_blocks(&plan, &profiles, size) == expected,
            "blocks of {size}"
        );
    }
}

#[test]
fn a_sum_beyond_its_limits_is_full_and_is_none() {
    let profile = read("server/heap.pb.gz");
    let headings = [Heading::of(profile.tables())];
    let plan = SumPlan::of(&headings).unwrap();
    let few_samples = |limits: &mut Limits| limits.max_column_bytes = 100;
    let small_tables = |limits: &mut Limits| limits.max_table_bytes = 100;
    for tighten in [&few_samples as &dyn Fn(&mut Limits), &small_tables] {
        let mut limits = Limits::default();
        tighten(&mut limits);
        let mut sum = PartialSum::new(&plan, &limits);
        sum.add(&plan, 0, &profile).unwrap();
        assert!(sum.is_full());
        let error = sum
            .finish::<Vec<u8>>(&plan, &headings, &limits)
            .unwrap_err();
        assert!(
            error.to_string().contains("more than 100 bytes in memory"),
            "{error}"
        );
    }
}
