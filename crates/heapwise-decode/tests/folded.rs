//! Folded stacks as an input: read when they are, refused with their line when one is broken, and
//! nothing else taken for them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use heapwise_decode::{ErrorKind, Limits, Profile, ProfileKind, Stage};

fn read(text: &str) -> heapwise_decode::Result<Profile> {
    Profile::read(text.as_bytes(), &Limits::default())
}

/// Stacks, root first, and values.
fn samples(profile: &Profile) -> Vec<(Vec<String>, i64)> {
    let tables = profile.tables();
    let name = |&at: &heapwise_decode::LocationIndex| {
        let line = tables.location(at).lines[0];
        tables
            .text(tables.function(line.function).name)
            .into_owned()
    };
    profile
        .samples()
        .map(|sample| {
            (
                sample.stack().iter().map(name).collect(),
                sample.values()[0],
            )
        })
        .collect()
}

#[test]
fn each_line_is_a_sample() {
    let profile =
        read("main.main;main.work;runtime.mallocgc 12\r\nmain.main 3\n\na b;c -1").unwrap();
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(
        samples(&profile),
        [
            (names(&["main.main", "main.work", "runtime.mallocgc"]), 12),
            (names(&["main.main"]), 3),
            (names(&["a b", "c"]), -1),
        ]
    );
    let tables = profile.tables();
    let type_ = tables.sample_types()[0];
    assert_eq!(
        (tables.text(type_.type_), tables.text(type_.unit)),
        ("samples".into(), "count".into())
    );
    assert_eq!(tables.functions().len(), 5);
    assert_eq!(profile.kind(), ProfileKind::Other);
}

#[test]
fn texts_that_were_appended_to_one_another_are_said_to_be() {
    let notes = |text: &str| -> Vec<String> {
        let profile = read(text).unwrap();
        let notes = profile.tables().notes().iter();
        notes
            .map(|note| format!("{}: {note}", note.kind().code()))
            .collect()
    };
    let text = "a;b 1\na;c 2\na 3\n";
    assert!(notes(text).is_empty());
    assert_eq!(samples(&read(&text.repeat(2)).unwrap()).len(), 6);
    let said = notes(&text.repeat(2));
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with("stacks_again: 3 lines have a stack that an earlier one has"),
        "{said:?}"
    );
    let said = notes(&format!("{text}d;e 1\na;c 9\n"));
    assert!(
        said[0].starts_with("stacks_again: 1 line has a stack"),
        "{said:?}"
    );
}

#[test]
fn compressed_stacks_are_read_as_well() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(b"a;b 1\n").unwrap();
    let profile = Profile::read(&packed.finish().unwrap(), &Limits::default()).unwrap();
    assert_eq!(profile.sample_count(), 1);
}

#[test]
fn a_stack_longer_than_the_head_is_read() {
    let frames = vec!["main.recursive"; 1000].join(";");
    let profile = read(&format!("{frames} 7\n")).unwrap();
    assert_eq!(profile.samples().next().unwrap().stack().len(), 1000);
}

#[test]
fn a_broken_line_is_refused_with_its_number() {
    for (line, text) in [
        (2, "a;b 1\nno number here\n"),
        (2, "a;b 1\na;b 10 12\n"),
        (3, "a 1\na;b 1\na;b 99999999999999999999\n"),
        (2, "a;b 1\na;;b 1\n"),
        (2, "a;b 1\na;b"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(
            (error.kind(), error.stage()),
            (ErrorKind::Text, Stage::Text),
            "{text:?}"
        );
        assert_eq!(error.place(), format!("line {line}"), "{text:?}");
        assert!(error.expected().contains("main.main;main.work 12"));
    }
}

#[test]
fn other_texts_are_not_taken_for_stacks() {
    for text in [
        "main 5\n",
        "hello world\n",
        "total 12\ndrwxr-xr-x 2 root root 4096\n",
        "int x = 1; int y = 2;\n",
        "2026-01-01 10:00:00; started; workers: 12\nstopped\n",
        "key;value\na;1\n",
        "{\"a\": 1}\n",
        "apples 3\nplums; peeled 4\npears\n",
        "a;b\n",
        ";;; 12\n",
        "a;b 1.5\nc;d 2\n",
    ] {
        let error = read(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotAProfile, "{text:?}: {error}");
    }
}

#[test]
fn other_forms_stay_what_they_are() {
    for (text, kind) in [
        (
            "goroutine profile: total 1\n1 @ 0x11 0x21\n",
            ProfileKind::Goroutine,
        ),
        (
            "started; workers 12\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:1 +0x1\n",
            ProfileKind::Goroutine,
        ),
        (
            "--- mutex:\ncycles/second=1\nsampling period=2\n6 6 @ 0x4a012f\n",
            ProfileKind::Contention,
        ),
    ] {
        assert_eq!(read(text).unwrap().kind(), kind, "{text:?}");
    }
}

#[test]
fn names_beyond_the_limit_are_refused() {
    let text: String = (0..2000).map(|n| format!("main.f{n};g 1\n")).collect();
    let mut limits = Limits::default();
    limits.max_table_bytes = 10_000;
    let error = Profile::read(text.as_bytes(), &limits).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}
