//! OTLP profiles: what others wrote is read as the profile that it was made of, what is written is read again and
//! keeps the rules of the format, and what breaks them is refused.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests read files and stop at what they cannot go on without"
)]

#[path = "common/beside.rs"]
mod beside;
mod common;
#[path = "common/otlp_check.rs"]
mod otlp_check;

use std::fs;
use std::path::{Path, PathBuf};

use beside::corpus;
use common::{Content, bytes, gzip, number, packed, read, zstd};
use heapwise_decode::{
    ErrorKind, Limits, NoteKind, OtlpFile, OtlpForm, Profile, ProfileKind, Stage, encode_otlp,
};
use otlp_check::{fields, violations};
use proptest::collection::vec;
use proptest::prelude::*;

fn testdata(name: &str) -> Vec<u8> {
    fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../testdata")
            .join(name),
    )
    .unwrap()
}

/// What two profiles have in common where one was made of the other: all but rows of tables that no sample names, and
/// their order.
fn essence(profile: &Profile) -> Content {
    let mut content = Content::of(profile);
    content.functions.clear();
    content.locations = 0;
    content.mappings.retain(|mapping| mapping != EMPTY_MAPPING);
    content
}

const EMPTY_MAPPING: &str = "0-0@0   SymbolFlags { functions: false, filenames: false, line_numbers: false, inline_frames: false }";

fn written(profile: &Profile, form: OtlpForm) -> Vec<u8> {
    let mut out = Vec::new();
    encode_otlp(profile, form, &mut out).unwrap();
    out
}

#[test]
fn what_others_wrote_is_the_profile_that_it_was_made_of() {
    for (otlp, pprof, kind) in [
        ("heap.otlp", "server/heap.pb.gz", ProfileKind::Heap),
        ("heap.otlp.json", "server/heap.pb.gz", ProfileKind::Heap),
        ("heap.1.10.otlp", "server/heap.pb.gz", ProfileKind::Heap),
        ("heap.1.9.otlp", "server/heap.pb.gz", ProfileKind::Heap),
        ("heap.1.7.otlp", "server/heap.pb.gz", ProfileKind::Heap),
        ("heap.1.7.otlp.json", "server/heap.pb.gz", ProfileKind::Heap),
        (
            "goroutine.otlp",
            "labels/goroutine.pb.gz",
            ProfileKind::Goroutine,
        ),
        (
            "cpu.otlp",
            "server/go1.27/profile.seconds3.pb.gz",
            ProfileKind::Cpu,
        ),
    ] {
        let found = read(&testdata(&format!("otlp/{otlp}"))).unwrap();
        let mut expected = essence(&read(&testdata(pprof)).unwrap());
        let mut found_essence = essence(&found);
        for sample in found_essence
            .samples
            .iter_mut()
            .chain(&mut expected.samples)
        {
            sample.labels.sort();
        }
        assert_eq!(found_essence, expected, "{otlp}");
        assert_eq!(found.kind(), kind, "{otlp}");
        assert_eq!(found.tables().notes(), [], "{otlp}");
    }
}

#[test]
fn the_format_is_told() {
    for (otlp, words) in [
        (
            "heap.otlp",
            ["1.10.0 or later", "in protobuf, 4 profiles joined"],
        ),
        (
            "heap.otlp.json",
            ["1.10.0 or later", "in JSON, 4 profiles joined"],
        ),
        ("heap.1.9.otlp", ["1.9.0", "in protobuf, 4 profiles joined"]),
        ("heap.1.7.otlp", ["1.7.0", "in protobuf"]),
    ] {
        let profile = read(&testdata(&format!("otlp/{otlp}"))).unwrap();
        let format = profile.tables().format().unwrap();
        assert!(
            format.starts_with("OTLP profiles (development, "),
            "{format}"
        );
        assert!(words.iter().all(|word| format.contains(word)), "{format}");
    }
    assert_eq!(
        read(&testdata("server/heap.pb.gz"))
            .unwrap()
            .tables()
            .format(),
        None
    );
}

#[test]
fn what_is_around_it_is_undone() {
    let plain = testdata("otlp/heap.otlp");
    let expected = Content::of(&read(&plain).unwrap());
    let framed = frame(&plain);
    for input in [
        gzip(&plain),
        zstd(&plain),
        framed.clone(),
        gzip(&framed),
        frame(&zstd(&plain)),
    ] {
        assert_eq!(Content::of(&read(&input).unwrap()), expected);
    }
    let json = testdata("otlp/heap.otlp.json");
    for input in [gzip(&json), frame(&zstd(&json)), frame(&json)] {
        assert_eq!(Content::of(&read(&input).unwrap()), expected);
    }
}

/// A message as the file exporter writes it, its length before it.
fn frame(message: &[u8]) -> Vec<u8> {
    [&(message.len() as u32).to_be_bytes(), message].concat()
}

#[test]
fn several_profiles_are_not_added_up_unasked() {
    let input = testdata("otlp/two-services.jsonl");
    let error = read(&input).unwrap_err();
    assert_eq!(
        (error.kind(), error.stage()),
        (ErrorKind::Concatenated, Stage::Otlp)
    );
    let found = error.found();
    assert!(
        found.starts_with("3 profiles of 2 processes: 1 alloc_objects+"),
        "{found}"
    );
    assert!(found.contains("service.name=cart,process.pid=7"), "{found}");
    assert!(error.advice().is_some());

    let limits = Limits::default();
    let file = OtlpFile::open(&input[..], &limits).unwrap().unwrap();
    let of = ["leak/heap.01", "go1.27/heap.gc1", "leak/heap.19"];
    assert_eq!(file.profiles().len(), of.len());
    for (at, name) in of.into_iter().enumerate() {
        let part = &file.profiles()[at];
        let expected = read(&testdata(&format!("server/{name}.pb.gz"))).unwrap();
        let found = file.profile(at, &limits).unwrap();
        let (mut found, mut expected) = (essence(&found), essence(&expected));
        // The mappings of both are in one dictionary.
        found.mappings.clear();
        expected.mappings.clear();
        assert_eq!(found, expected, "{name}");
        assert_eq!(
            part.attribute("service.name"),
            Some(["checkout", "cart", "checkout"][at])
        );
        assert_eq!(part.samples, expected.samples.len() as u64);
    }
    assert!(file.profile(3, &limits).is_err());
    assert!(
        OtlpFile::open(&testdata("server/heap.pb.gz")[..], &limits)
            .unwrap()
            .is_none()
    );
}

#[test]
fn types_of_one_profile_are_joined_and_others_are_not() {
    let sample = |value: i64| bytes(2, [number(1, 1), packed(4, &[value])].concat());
    let profile = |type_: i64, more: Vec<u8>| [types(type_, type_ + 1), sample(5), more].concat();
    let joined = |first: Vec<u8>, second: Vec<u8>| {
        read(&data(&[first, second])).map(|profile| profile.tables().sample_types().len())
    };
    let fixed =
        |field: u8, value: i64| [vec![field << 3 | 1], value.to_le_bytes().to_vec()].concat();
    // A time and a duration.
    let taken = |time: i64, lasted: i64| [fixed(3, time), number(4, lasted)].concat();
    assert_eq!(
        joined(profile(1, taken(7, 9)), profile(3, taken(7, 9))).unwrap(),
        2
    );
    for (first, second) in [
        (profile(1, taken(7, 9)), profile(3, taken(8, 9))),
        (profile(1, taken(7, 9)), profile(3, taken(7, 8))),
        // One type twice.
        (profile(1, taken(7, 9)), profile(1, taken(7, 9))),
    ] {
        assert_eq!(
            joined(first, second).unwrap_err().kind(),
            ErrorKind::Concatenated
        );
    }
}

#[test]
fn samples_that_differ_are_not_joined_and_it_is_said() {
    let sample =
        |stack: i64, value: i64| bytes(2, [number(1, stack), packed(4, &[value])].concat());
    let input = data(&[
        [types(1, 2), sample(1, 5), sample(2, 6)].concat(),
        [types(3, 4), sample(1, 50), sample(1, 60)].concat(),
    ]);
    let error = read(&input).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Concatenated);
    let found = error.found();
    assert!(
        found.contains("space is not joined with objects: sample 1 has another stack"),
        "{found}"
    );

    let input = data(&[[types(1, 2), sample(1, 5)].concat(), types(3, 4)]);
    let error = read(&input).unwrap_err();
    assert!(
        error.found().contains("0 samples instead of 1 sample"),
        "{error}"
    );
}

#[test]
fn a_payload_in_pprof_is_read_itself() {
    let pprof = testdata("server/heap.pb.gz");
    let payload = [bytes(9, "pprof"), bytes(10, &pprof)].concat();
    let input = data(&[
        [types(1, 2), payload.clone()].concat(),
        [types(3, 4), payload].concat(),
    ]);
    let found = read(&input).unwrap();
    assert_eq!(essence(&found), essence(&read(&pprof).unwrap()));
    assert!(found.tables().format().unwrap().starts_with("OTLP"));

    let nested = [
        types(1, 2),
        bytes(9, "pprof"),
        bytes(10, data(&[types(1, 2)])),
    ]
    .concat();
    let error = read(&data(&[nested])).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("original_payload: found OTLP profiles"),
        "{error}"
    );
}

#[test]
fn what_has_no_place_is_left_out_and_said() {
    let sample = |rest: &[u8]| bytes(2, [&number(1, 1)[..], rest].concat());
    let times = |count: usize| bytes(5, [1_u8, 0, 0, 0, 0, 0, 0, 0].repeat(count));
    let input = data(&[[
        types(1, 2),
        sample(&[number(3, 1), packed(4, &[7])].concat()),
        sample(&[times(3)].concat()),
        sample(&[packed(4, &[2, 2]), times(2)].concat()),
        number(8, 3),
    ]
    .concat()]);
    let profile = read(&input).unwrap();
    let values: Vec<i64> = profile.samples().map(|sample| sample.values()[0]).collect();
    // Without values, each time counts one.
    assert_eq!(values, [7, 3, 4]);
    let notes = profile.tables().notes();
    assert!(notes.iter().all(|note| note.kind() == NoteKind::LeftOut));
    let said: Vec<&str> = notes.iter().map(|note| note.message()).collect();
    assert_eq!(
        said,
        [
            "1 sample names a span of a trace: it is left out",
            "2 samples have times of single events: they are added up",
            "the sender dropped 3 attributes: labels may be missing",
        ]
    );
}

#[test]
fn the_layout_of_1_8_has_remarks_before_what_comes_after() {
    let sample = |value: i64| bytes(2, [number(1, 1), packed(2, &[value])].concat());
    let rest = [
        packed(7, &[5]),
        bytes(8, [1_u8; 16]),
        number(9, 2),
        packed(12, &[0]),
    ]
    .concat();
    let of = |type_: Vec<u8>, value| [type_, sample(value), number(4, 3), rest.clone()].concat();
    let input = data(&[of(types(1, 2), 5), of(types(3, 4), 50)]);
    let json = r#"{"resourceProfiles":[{"scopeProfiles":[{"profiles":[
        {"sampleType":{"typeStrindex":1,"unitStrindex":2},"sample":[{"stackIndex":1,"values":["5"]}],"durationNano":"3","commentStrindices":[5]},
        {"sampleType":{"typeStrindex":3,"unitStrindex":4},"sample":[{"stackIndex":1,"values":["50"]}],"durationNano":"3","commentStrindices":[5]}]}]}],
        "dictionary":{"mappingTable":[{}],"locationTable":[{},{"line":[{"functionIndex":1}]}],"functionTable":[{},{"nameStrindex":5}],
        "stringTable":["","objects","count","space","bytes","main.main"],"stackTable":[{},{"locationIndices":[1]}]}}"#;
    for input in [input, json.as_bytes().to_vec()] {
        let profile = read(&input).unwrap();
        let tables = profile.tables();
        assert!(
            tables.format().unwrap().contains("1.8.0"),
            "{:?}",
            tables.format()
        );
        assert_eq!(tables.comments().collect::<Vec<_>>(), ["main.main"]);
        assert_eq!(tables.duration_nanos(), Some(3));
        let sample = profile.samples().next().unwrap();
        assert_eq!((sample.values(), sample.stack().len()), (&[5, 50][..], 1));
    }
}

/// A profile's sample type.
fn types(type_: i64, unit: i64) -> Vec<u8> {
    bytes(1, [number(1, type_), number(2, unit)].concat())
}

/// Profiles with a dictionary of two stacks, two locations and a link.
fn data(profiles: &[Vec<u8>]) -> Vec<u8> {
    data_with(profiles, &[])
}

fn data_with(profiles: &[Vec<u8>], more: &[u8]) -> Vec<u8> {
    let scope: Vec<u8> = profiles
        .iter()
        .flat_map(|profile| bytes(2, profile))
        .collect();
    let texts = ["", "objects", "count", "space", "bytes", "main.main"];
    let dictionary = [
        [
            bytes(1, b""),
            bytes(1, [number(1, 1), number(2, 9)].concat()),
        ]
        .concat(),
        [
            bytes(2, b""),
            bytes(2, bytes(3, number(1, 1))),
            bytes(2, number(2, 5)),
        ]
        .concat(),
        [bytes(3, b""), bytes(3, number(1, 5))].concat(),
        [bytes(4, b""), bytes(4, bytes(1, [1_u8; 16]))].concat(),
        texts.iter().flat_map(|text| bytes(5, text)).collect(),
        bytes(6, b""),
        [
            bytes(7, b""),
            bytes(7, packed(1, &[1])),
            bytes(7, packed(1, &[2, 1])),
        ]
        .concat(),
        more.to_vec(),
    ];
    [bytes(1, bytes(2, scope)), bytes(2, dictionary.concat())].concat()
}

#[test]
fn what_breaks_the_rules_is_refused() {
    let sample = |fields: Vec<u8>| [types(1, 2), bytes(2, fields)].concat();
    let good = [number(1, 1), packed(4, &[1])].concat();
    assert_eq!(
        read(&data(&[sample(good.clone())])).unwrap().sample_count(),
        1
    );
    for (input, words) in [
        (
            data(&[sample([number(1, 9), packed(4, &[1])].concat())]),
            "index 9 of a stack",
        ),
        (
            data(&[sample([number(1, -1), packed(4, &[1])].concat())]),
            "index -1",
        ),
        (
            data(&[sample([packed(2, &[7]), good.clone()].concat())]),
            "index 7 of an attribute",
        ),
        (
            data(&[sample([number(1, 1), packed(4, &[1, 2])].concat())]),
            "2 values",
        ),
        (
            data(&[[types(99, 2), bytes(2, good.clone())].concat()]),
            "index 99 of a string",
        ),
        (data(&[bytes(2, good.clone())]), "none for 1 sample"),
        (
            data_with(&[sample(good.clone())], &bytes(7, packed(1, &[88]))),
            "index 88 of a location",
        ),
        (
            data_with(&[sample(good.clone())], &bytes(2, number(1, 77))),
            "index 77 of a mapping",
        ),
        (
            data_with(&[sample(good.clone())], &bytes(3, number(1, 66))),
            "index 66 of a string",
        ),
        (data(&[]), "no profile"),
        // Both a time in field 3, as from 1.9.0 on, and in field 4 a period in field 7.
        (
            data(&[[sample(good.clone()), number(7, 1)].concat()]),
            "fields of other releases",
        ),
        // Two lists in fields 2 and 5 may be either.
        (
            data(&[sample(
                [number(1, 1), packed(2, &[0]), bytes(5, [0_u8; 8])].concat(),
            )]),
            "may be values (1.9.0) or attributes (1.10.0)",
        ),
        (
            bytes(1, bytes(2, bytes(2, types(1, 2)))),
            "without a dictionary",
        ),
    ] {
        let error = read(&input).expect_err(words);
        assert!(error.to_string().contains(words), "{words}: {error}");
        let parts = [error.place(), error.found(), error.expected()];
        assert!(parts.iter().all(|part| !part.is_empty()), "{error}");
    }
}

#[test]
fn memory_is_bounded() {
    let tight = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let input = testdata("otlp/heap.otlp");
    let columns = tight(|limits| limits.max_column_bytes = 3000);
    let tables = tight(|limits| limits.max_table_bytes = 3000);
    for limits in [columns, tables] {
        let error = Profile::read(&input[..], &limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    }
    // Four bytes that stand for a million locations again and again.
    let many = packed(1, &[1; 100_000]);
    let sample = bytes(2, [number(1, 3), packed(4, &[1])].concat());
    let input = data_with(
        &[[types(1, 2), sample.repeat(10_000)].concat()],
        &bytes(7, many),
    );
    let limits = tight(|limits| limits.max_column_bytes = 16 << 20);
    let error = Profile::read(&input[..], &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
}

#[test]
fn damage_is_refused_or_read_and_never_more() {
    let mut limits = Limits::with_max_bytes(4 << 20);
    limits.max_column_bytes = 4 << 20;
    limits.max_table_bytes = 4 << 20;
    let look = |input: &[u8]| {
        if let Err(error) = Profile::read(input, &limits) {
            let parts = [error.place(), error.found(), error.expected()];
            assert!(parts.iter().all(|part| !part.is_empty()), "{error}");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    };
    for (name, step) in [
        ("goroutine.otlp", 1),
        ("heap.1.7.otlp", 11),
        ("heap.1.9.otlp", 11),
    ] {
        let whole = testdata(&format!("otlp/{name}"));
        for at in (0..whole.len()).step_by(step) {
            look(&whole[..at]);
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            look(&flipped);
            flipped[at] = 0xff;
            look(&flipped);
        }
    }
    let whole = testdata("otlp/heap.otlp.json");
    for at in (0..whole.len()).step_by(61) {
        assert!(Profile::read(&whole[..at], &limits).is_err());
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 7);
        look(&flipped);
    }
}

/// Writes and reads a profile in both forms.
fn check_written(profile: &Profile, name: &str) {
    let expected = essence(profile);
    let bytes = written(profile, OtlpForm::Protobuf);
    assert_eq!(violations(&bytes), Vec::<String>::new(), "{name}");
    let json = written(profile, OtlpForm::Json);
    for written in [bytes, json] {
        let again = read(&written).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(essence(&again), expected, "{name}");
    }
}

#[test]
fn captured_profiles_are_the_same_after_writing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut paths = files(&root.join("server"));
    paths.extend(files(&root.join("labels")));
    paths.extend(files(&root.join("beforeafter")));
    if let Some(corpus) = corpus("server") {
        paths.extend(files(&corpus.join("server")));
    }
    let mut count = 0;
    for path in paths {
        let name = path.display().to_string();
        let small = fs::metadata(&path).unwrap().len() < 100_000;
        if !small || !name.ends_with(".pb.gz") {
            continue;
        }
        // The corpus has a page that is none.
        let Ok(profile) = read(&fs::read(&path).unwrap()) else {
            continue;
        };
        check_written(&profile, &name);
        count += 1;
    }
    assert!(count > 30, "{count}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false => all.push(path),
        }
    }
    all.sort();
    all
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let good = written(
        &read(&testdata("server/heap.pb.gz")).unwrap(),
        OtlpForm::Protobuf,
    );
    assert_eq!(violations(&good), Vec::<String>::new());
    let sample = bytes(
        2,
        [number(1, 9), packed(4, &[1, 2]), packed(2, &[0, 0])].concat(),
    );
    let bad = data_with(&[[types(1, 99), sample].concat()], &bytes(3, number(1, 5)));
    let wrong = violations(&bad).join("; ");
    for word in [
        "index 9 of table 7",
        "without one value",
        "attribute twice",
        "index 99",
        "table 3 has a row twice",
    ] {
        assert!(wrong.contains(word), "{word}: {wrong}");
    }
    // What the collector wrote, tables first, has none either, but that its first link is one of zeros.
    let collected = testdata("otlp/heap.otlp");
    assert_eq!(violations(&collected), ["table 4 starts with a row"]);
    assert_eq!(fields(&collected)[0].0, 2);
}

fn any_profile() -> impl Strategy<Value = Profile> {
    let label = (0..3_usize, 0..5_usize, -3..4_i64);
    let sample = (
        vec(0..4_usize, 0..4),
        vec(any::<i64>(), 2),
        vec(label, 0..4),
    );
    let header = (any::<i64>(), 0..4_i64, any::<i64>());
    (vec(sample, 0..12), header, 0..8_u32).prop_map(|(samples, header, flags)| {
        use heapwise_decode::{Function, Line, MadeLabel, Mapping, ProfileMaker};
        let types: [(&[u8], &[u8]); 2] = [(b"alloc_objects", b"count"), (b"alloc_space", b"bytes")];
        let mut maker = ProfileMaker::new(&Limits::default(), types);
        maker.set_times(header.0, header.1);
        if flags & 1 > 0 {
            maker.set_period(b"space", b"bytes", header.2);
            maker.add_comment(b"a remark");
            maker.add_comment(b"another");
        }
        if flags & 2 > 0 {
            maker.set_frame_patterns(b"runtime.*", b"runtime.keep");
            maker.set_doc_url(b"https://example.com");
            maker.set_default_sample_type(b"alloc_space");
        }
        let file = maker.text(b"/bin/app");
        let build_id = maker.text(b"abc");
        let mapping = maker.add_mapping(
            Mapping::new(4096, 8192)
                .with_file(file)
                .with_build_id(build_id),
        );
        let names = ["main.a", "main.b"].map(|name| maker.text(name.as_bytes()));
        let functions =
            names.map(|name| maker.add_function(Function::new(name).with_start_line(3)));
        let line = |at: usize, line| Line::new(functions[at], line);
        let locations = [
            maker.add_location(Some(mapping), 5000, &[line(0, 10), line(1, 11)], false),
            maker.add_location(Some(mapping), 5001, &[line(1, 12)], flags & 4 > 0),
            maker.add_location(None, 0, &[line(0, 1).with_column(7)], false),
            maker.add_location(Some(mapping), 6000, &[], false),
        ];
        let keys = ["bytes", "zone", "ключ"].map(|key| maker.text(key.as_bytes()));
        let texts =
            [&b"a"[..], b"b", b"\xff\xfe", b"x y", "ü".as_bytes()].map(|text| maker.text(text));
        let unit = maker.text(b"bytes");
        for (stack, values, labels) in samples {
            let stack: Vec<_> = stack.into_iter().map(|at| locations[at]).collect();
            // Labels of a name are next to each other, as pprof writes them.
            let mut labels = labels;
            labels.sort();
            let labels: Vec<MadeLabel> = labels
                .into_iter()
                .map(|(key, text, number)| match key {
                    0 => MadeLabel::Number(keys[0], number.max(1), unit),
                    key => MadeLabel::Text(keys[key], texts[text]),
                })
                .collect();
            maker.add_sample(&stack, &values, &labels);
        }
        maker.finish().unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_profile_is_the_same_after_writing(profile in any_profile()) {
        check_written(&profile, "generated");
    }

    #[test]
    fn any_fields_are_refused_or_read(head in 0..4_usize, input in vec(any::<u8>(), 0..120)) {
        let heads: [&[u8]; 4] = [b"\x0a\x04\x12\x02\x12\x00", b"\x12\x02\x3a\x00", b"\0\0\0\x06\x0a\x04", b"{\"resourceProfiles\":["];
        let _ = read(&[heads[head], &input].concat());
    }
}
