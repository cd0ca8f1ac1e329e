//! What holds for every input.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{
    Content, ContentSample, Parts, SERVER_HEAP, content_sample, gunzip, gzip, read, zstd,
};
use heapwise_decode::{
    Flow, Function, Limits, Line, MadeLabel, Mapping, Profile, ProfileMaker, Sample, SymbolFlags,
    Tables, Visitor, visit,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Decoded or refused with every part of the refusal filled in; what is decoded survives writing.
fn check(input: &[u8]) {
    let mut limits = Limits::with_max_bytes(4 << 20);
    limits.max_column_bytes = 4 << 20;
    limits.max_table_bytes = 4 << 20;
    match Profile::read(input, &limits) {
        Ok(profile) => check_roundtrip(&profile),
        Err(error) => {
            let parts = [error.place(), error.found(), error.expected()];
            assert!(parts.iter().all(|part| !part.is_empty()), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }
}

fn check_roundtrip(profile: &Profile) {
    let once = read(&common::encode(profile)).unwrap();
    assert_eq!(Content::of(&once), Content::of(profile));
    let twice = read(&common::encode(&once)).unwrap();
    assert!(twice == once);
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn any_bytes(input in vec(any::<u8>(), 0..200)) {
        check(&input);
        check(&gzip(&input));
        check(&[&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0][..], &input].concat());
        check(&[&[0x28, 0xb5, 0x2f, 0xfd][..], &input].concat());
    }

    #[test]
    fn any_fields(input in vec((1..17_u64, any_payload()), 0..12)) {
        let fields: Vec<u8> = input
            .into_iter()
            .flat_map(|(field, (is_number, number, payload))| match is_number {
                true => common::number(field, number),
                false => common::bytes(field, payload),
            })
            .collect();
        check(&fields);
        check(&[fields, Parts::good().tables_first()].concat());
    }

    #[test]
    fn any_change_of_a_small_profile(order in 0..4_usize, damage in vec(any_damage(), 1..4)) {
        let mut input = Parts::good().orders()[order].clone();
        damage.iter().for_each(|damage| damage.apply(&mut input));
        check(&input);
        check(&gzip(&input));
    }

    #[test]
    fn any_change_of_a_compressed_profile(damage in vec(any_damage(), 1..3)) {
        for mut input in [gzip(&Parts::good().tables_first()), zstd(&Parts::good().tables_first())] {
            damage.iter().for_each(|damage| damage.apply(&mut input));
            check(&input);
        }
    }

    #[test]
    fn made_profiles_survive_writing(recipe in any_recipe()) {
        let profile = recipe.make();
        let once = read(&common::encode(&profile)).unwrap();
        prop_assert_eq!(Content::of(&once), Content::of(&profile));
        prop_assert!(read(&common::encode(&once)).unwrap() == once);
        prop_assert_eq!(visited(|visitor| profile.visit(visitor)), Content::of(&profile).samples);
    }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn any_change_of_a_captured_profile(damage in vec(any_damage(), 1..4)) {
        let mut packed = SERVER_HEAP.to_vec();
        let mut plain = gunzip(SERVER_HEAP);
        for damage in &damage {
            damage.apply(&mut packed);
            damage.apply(&mut plain);
        }
        check(&packed);
        check(&plain);
    }

    #[test]
    fn the_order_of_fields_does_not_matter(order in Just((0..7).collect::<Vec<usize>>()).prop_shuffle()) {
        let parts = Parts::good();
        let groups = [
            &parts.types,
            &parts.samples,
            &parts.mappings,
            &parts.locations,
            &parts.functions,
            &parts.strings,
            &parts.header,
        ];
        let input: Vec<u8> = order.iter().flat_map(|&at| groups[at].clone()).collect();
        let whole = read(&parts.tables_first()).unwrap();
        prop_assert_eq!(Content::of(&read(&input).unwrap()), Content::of(&whole));
    }
}

#[test]
fn the_captured_profile_survives_writing() {
    let profile = read(SERVER_HEAP).unwrap();
    assert!(read(&common::encode(&profile)).unwrap() == profile);
    check_roundtrip(&profile);
}

#[test]
fn both_ways_of_visiting_hand_out_the_same() {
    let captured = [SERVER_HEAP.to_vec()];
    for input in Parts::good().orders().iter().chain(&captured) {
        let profile = read(input).unwrap();
        let from_memory = visited(|visitor| profile.visit(visitor));
        let from_bytes = visited(|visitor| {
            visit(input, &Limits::default(), visitor).unwrap();
        });
        assert_eq!(from_memory, from_bytes);
        assert_eq!(from_memory, Content::of(&profile).samples);
        let shared = shared_frames(|visitor| profile.visit(visitor));
        let also = shared_frames(|visitor| {
            visit(input, &Limits::default(), visitor).unwrap();
        });
        assert_eq!(shared, also);
    }
}

#[test]
fn rereading_hands_out_the_same() {
    for input in Parts::good().orders() {
        let mut twice = Spelled {
            left: 2,
            ..Spelled::default()
        };
        visit(&input, &Limits::default(), &mut twice).unwrap();
        let mut once = Spelled {
            left: 1,
            ..Spelled::default()
        };
        visit(&input, &Limits::default(), &mut once).unwrap();
        assert_eq!(twice.samples, once.samples);
        assert_eq!(twice.ends, once.ends + 1);
    }
}

/// Spells out the samples of the last reading once the tables are complete.
#[derive(Default)]
struct Spelled {
    samples: Vec<ContentSample>,
    is_complete: bool,
    left: usize,
    ends: usize,
}

impl Visitor for Spelled {
    fn start(&mut self, _: &Tables, complete: bool) -> Flow {
        self.samples.clear();
        self.is_complete = complete;
        if complete {
            Flow::Proceed
        } else {
            Flow::Reread
        }
    }

    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        assert!(
            self.is_complete,
            "no samples after asking for a further reading"
        );
        assert_eq!(sample.number(), self.samples.len() as u64);
        self.samples.push(content_sample(tables, sample));
    }

    fn end(&mut self, _: &Tables) -> Flow {
        self.ends += 1;
        self.left = self.left.saturating_sub(1);
        if self.left > 0 {
            Flow::Reread
        } else {
            Flow::Proceed
        }
    }
}

fn visited(hand_out: impl FnOnce(&mut Spelled)) -> Vec<ContentSample> {
    let mut visitor = Spelled::default();
    hand_out(&mut visitor);
    visitor.samples
}

/// Collects how much of each stack was shared, and checks it.
#[derive(Default)]
struct Shared {
    before: Vec<heapwise_decode::LocationIndex>,
    counts: Vec<usize>,
}

impl Visitor for Shared {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        *self = Self::default();
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        let shared = sample.shared_frames();
        assert_eq!(sample.stack()[..shared], self.before[..shared]);
        self.before = sample.stack().to_vec();
        self.counts.push(shared);
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

fn shared_frames(hand_out: impl FnOnce(&mut Shared)) -> Vec<usize> {
    let mut visitor = Shared::default();
    hand_out(&mut visitor);
    visitor.counts
}

fn any_payload() -> impl Strategy<Value = (bool, i64, Vec<u8>)> {
    let number = prop_oneof![0..20_i64, any::<i64>()];
    (any::<bool>(), number, vec(0..24_u8, 0..12))
}

#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Truncate(Index),
    Remove(Index, usize),
    Duplicate(Index, usize),
    Insert(Index, Vec<u8>),
}

fn any_damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => (any::<Index>(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, 1 << bit)),
        1 => any::<Index>().prop_map(Damage::Truncate),
        2 => (any::<Index>(), 1..30_usize).prop_map(|(at, count)| Damage::Remove(at, count)),
        2 => (any::<Index>(), 1..300_usize).prop_map(|(at, count)| Damage::Duplicate(at, count)),
        2 => (any::<Index>(), vec(any::<u8>(), 1..12)).prop_map(|(at, new)| Damage::Insert(at, new)),
    ]
}

impl Damage {
    fn apply(&self, input: &mut Vec<u8>) {
        if input.is_empty() {
            return;
        }
        let length = input.len();
        let range = |at: &Index, count: usize| {
            let start = at.index(length);
            start..(start + count).min(length)
        };
        match self {
            Damage::Flip(at, bits) => input[at.index(length)] ^= bits,
            Damage::Truncate(at) => input.truncate(at.index(length)),
            Damage::Remove(at, count) => drop(input.drain(range(at, *count))),
            Damage::Duplicate(at, count) => {
                let piece = input[range(at, *count)].to_vec();
                let at = at.index(length);
                input.splice(at..at, piece);
            }
            Damage::Insert(at, new) => {
                let at = at.index(length);
                input.splice(at..at, new.iter().copied());
            }
        }
    }
}

/// What to make a profile of; numbers are taken modulo what they choose from.
#[derive(Debug, Clone)]
struct Recipe {
    types: usize,
    texts: Vec<Vec<u8>>,
    mappings: Vec<(u64, usize)>,
    functions: Vec<(usize, usize, i64)>,
    locations: Vec<LocationRecipe>,
    samples: Vec<SampleRecipe>,
    header: (i64, i64, i64, usize),
}

/// Mapping, address, lines of function and number, and whether it is folded.
type LocationRecipe = (usize, u64, Vec<(usize, i64)>, bool);
/// Stack, values, and labels of key, text and number.
type SampleRecipe = (Vec<usize>, Vec<i64>, Vec<(usize, usize, i64)>);

fn any_recipe() -> impl Strategy<Value = Recipe> {
    let text = vec(any::<u8>(), 0..8);
    let line = (any::<usize>(), any::<i64>());
    let location = (any::<usize>(), any::<u64>(), vec(line, 0..3), any::<bool>());
    let number = prop_oneof![Just(0), any::<i64>()];
    let label = (any::<usize>(), any::<usize>(), number);
    let sample = (
        vec(any::<usize>(), 0..6),
        vec(any::<i64>(), 4),
        vec(label, 0..3),
    );
    (
        1..4_usize,
        vec(text, 1..6),
        vec((any::<u64>(), any::<usize>()), 0..3),
        vec((any::<usize>(), any::<usize>(), any::<i64>()), 1..5),
        vec(location, 1..6),
        vec(sample, 0..8),
        (any::<i64>(), any::<i64>(), any::<i64>(), any::<usize>()),
    )
        .prop_map(
            |(types, texts, mappings, functions, locations, samples, header)| Recipe {
                types,
                texts,
                mappings,
                functions,
                locations,
                samples,
                header,
            },
        )
}

impl Recipe {
    fn text(&self, at: usize) -> &[u8] {
        &self.texts[at % self.texts.len()]
    }

    fn make(&self) -> Profile {
        let types = (0..self.types).map(|at| (self.text(at), self.text(at + 1)));
        let mut maker = ProfileMaker::new(&Limits::default(), types);
        let (period, time, duration, text) = self.header;
        maker.set_period(self.text(text), self.text(0), period);
        maker.set_times(time, duration);
        maker.set_frame_patterns(self.text(text), self.text(1));
        maker.set_default_sample_type(self.text(text));
        maker.set_doc_url(self.text(2));
        maker.add_comment(self.text(text));
        self.add_tables(&mut maker);
        maker.finish().unwrap()
    }

    fn add_tables(&self, maker: &mut ProfileMaker) {
        let mut mappings = vec![None];
        for &(start, file) in &self.mappings {
            let mut symbols = SymbolFlags::default();
            symbols.functions = start % 2 == 1;
            symbols.inline_frames = start % 3 == 1;
            let mapping = Mapping::new(start, !start)
                .with_offset(start / 2)
                .with_file(maker.text(self.text(file)))
                .with_build_id(maker.text(self.text(file / 2)))
                .with_symbols(symbols);
            mappings.push(Some(maker.add_mapping(mapping)));
        }
        let mut functions = Vec::new();
        for &(name, file, start_line) in &self.functions {
            let function = Function::new(maker.text(self.text(name)))
                .with_system_name(maker.text(self.text(name / 2)))
                .with_filename(maker.text(self.text(file)))
                .with_start_line(start_line);
            functions.push(maker.add_function(function));
        }
        let mut locations = Vec::new();
        for (mapping, address, lines, is_folded) in &self.locations {
            let line = |&(function, line): &(usize, i64)| {
                Line::new(functions[function % functions.len()], line).with_column(line / 2)
            };
            let lines: Vec<Line> = lines.iter().map(line).collect();
            let mapping = mappings[mapping % mappings.len()];
            locations.push(maker.add_location(mapping, *address, &lines, *is_folded));
        }
        for (stack, values, labels) in &self.samples {
            let stack: Vec<_> = stack
                .iter()
                .map(|at| locations[at % locations.len()])
                .collect();
            let labels: Vec<_> = labels
                .iter()
                .map(|&(key, text, number)| self.label(maker, key, text, number))
                .collect();
            maker.add_sample(&stack, &values[..self.types], &labels);
        }
    }

    fn label(&self, maker: &mut ProfileMaker, key: usize, text: usize, number: i64) -> MadeLabel {
        let key = maker.text(self.text(key));
        let text = maker.text(self.text(text));
        match number % 2 {
            0 => MadeLabel::Text(key, text),
            _ => MadeLabel::Number(key, number, text),
        }
    }
}
