//! Where the input is cut into reads changes nothing.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{Content, Parts, Pieces, SERVER_HEAP, bytes, gzip, packed, read, unpacked, zstd};
use heapwise_decode::{Limits, Profile};

/// Reads the input in pieces of several sizes and compares with reading it at once.
#[track_caller]
fn check(input: &[u8]) {
    let whole = read(input).unwrap();
    let uneven = (0..97).map(|at| 1 + at * at % 61).collect();
    for sizes in [vec![1], vec![2], vec![3], vec![7], vec![4096], uneven] {
        let source = Pieces { input, sizes };
        let pieces = Profile::read(&source, &Limits::default()).unwrap();
        assert!(pieces == whole, "pieces of {:?}", source.sizes);
    }
}

/// Reads the input in two pieces, cut at each of its bytes.
#[track_caller]
fn check_every_cut(input: &[u8]) {
    let whole = read(input);
    for cut in 1..input.len() {
        let sizes = vec![cut, input.len()];
        let source = Pieces { input, sizes };
        assert!(
            Profile::read(&source, &Limits::default()) == whole,
            "cut at byte {cut}"
        );
    }
}

#[test]
fn a_captured_profile() {
    check(SERVER_HEAP);
    check(&common::gunzip(SERVER_HEAP));
    check(&zstd(SERVER_HEAP));
}

#[test]
fn a_captured_profile_with_samples_first() {
    let input = samples_first(&common::gunzip(SERVER_HEAP));
    let (moved, whole) = (read(&input).unwrap(), read(SERVER_HEAP).unwrap());
    assert_eq!(Content::of(&moved), Content::of(&whole));
    check(&input);
}

#[test]
fn every_order_of_fields() {
    let whole = Content::of(&read(&Parts::good().tables_first()).unwrap());
    for input in Parts::good().orders() {
        assert_eq!(Content::of(&read(&input).unwrap()), whole);
        check(&input);
        check_every_cut(&input);
        check_every_cut(&gzip(&input));
        check_every_cut(&zstd(&input));
    }
}

#[test]
fn refusals_too() {
    let input = gzip(&Parts::good().samples_first());
    check_every_cut(&input[..input.len() - 9]);
    check_every_cut(&Parts::good().tables_first()[..200]);
    check_every_cut(&Parts::good().tables_first().repeat(2));
}

#[test]
fn repeated_fields_packed_and_not() {
    let whole =
        Content::of(&read(&many(|_| [packed(1, &IDS), packed(2, &VALUES)].concat())).unwrap());
    let spellings: [fn(usize) -> Vec<u8>; 5] = [
        |_| [unpacked(1, &IDS), unpacked(2, &VALUES)].concat(),
        |_| [packed(2, &VALUES), unpacked(1, &IDS)].concat(),
        // Several runs, some of them empty, between single values.
        |cut| {
            let ((a, b), (c, d)) = (IDS.split_at(cut), VALUES.split_at(1));
            [
                packed(1, a),
                packed(2, c),
                packed(1, &[]),
                unpacked(1, b),
                packed(2, d),
            ]
            .concat()
        },
        |cut| {
            let ((a, b), (c, d)) = (IDS.split_at(cut), VALUES.split_at(1));
            [unpacked(1, a), unpacked(2, c), packed(1, b), packed(2, d)].concat()
        },
        |cut| {
            let (a, b) = IDS.split_at(cut);
            [
                packed(1, a),
                packed(1, b),
                packed(1, &[]),
                packed(2, &VALUES),
            ]
            .concat()
        },
    ];
    for spelling in spellings {
        let input = many(spelling);
        assert_eq!(Content::of(&read(&input).unwrap()), whole);
        check_every_cut(&input);
    }
    // From one sample to the next, every spelling follows every other.
    let mixed = many(|at| spellings[at * 7 % 5](at));
    assert_eq!(Content::of(&read(&mixed).unwrap()), whole);
}

const IDS: [i64; 5] = [3, 2, 1, 2, 1];
const VALUES: [i64; 2] = [-5, 1 << 33];

/// The good profile with samples made by `fields`, which is given the number of each modulo 5.
fn many(fields: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    Parts::with(|parts| {
        parts.samples = (0..20).flat_map(|at| bytes(2, fields(at % 5))).collect();
    })
}

/// The same fields, samples moved to the front.
fn samples_first(plain: &[u8]) -> Vec<u8> {
    let (mut samples, mut others) = (Vec::new(), Vec::new());
    for field in fields(plain) {
        let is_sample = field.first() == Some(&(2 << 3 | 2));
        if is_sample { &mut samples } else { &mut others }.extend_from_slice(field);
    }
    [samples, others].concat()
}

/// The fields of a message of varints and bytes.
fn fields(mut rest: &[u8]) -> Vec<&[u8]> {
    let varint = |bytes: &[u8]| {
        let length = 1 + bytes.iter().take_while(|&&byte| byte >= 0x80).count();
        let value = bytes[..length].iter().rev();
        let value = value.fold(0, |value, &byte| value << 7 | usize::from(byte & 0x7f));
        (value, length)
    };
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (key, key_length) = varint(rest);
        let (value, value_length) = varint(&rest[key_length..]);
        let payload = if key & 7 == 2 { value } else { 0 };
        let (field, after) = rest.split_at(key_length + value_length + payload);
        out.push(field);
        rest = after;
    }
    out
}
