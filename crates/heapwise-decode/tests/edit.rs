//! Changing what samples refer to.

use heapwise_decode::{
    Function, Limits, Line, LocationIndex, MadeLabel, Profile, ProfileMaker, encode,
};

/// Two locations of two lines each, two samples with a label.
fn profile() -> Profile {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"space"[..], &b"bytes"[..])]);
    let lines: Vec<Line> = ["a", "b", "c", "d"]
        .into_iter()
        .map(|name| {
            let name = maker.text(name.as_bytes());
            let function = maker.add_function(Function::new(name));
            Line::new(function, 1)
        })
        .collect();
    let first = maker.add_location(None, 1, &lines[..2], false);
    let second = maker.add_location(None, 2, &lines[2..], false);
    let label = MadeLabel::Text(maker.text(b"key"), maker.text(b"value"));
    maker.add_sample(&[first, second], &[1], &[label]);
    maker.add_sample(&[first], &[2], &[label]);
    maker.finish().expect("a small profile")
}

fn names(profile: &Profile, location: LocationIndex) -> Vec<String> {
    let tables = profile.tables();
    let lines = tables.location(location).lines.iter();
    lines
        .map(|line| {
            tables
                .text(tables.function(line.function).name)
                .into_owned()
        })
        .collect()
}

#[test]
fn lines_and_samples_go() {
    let mut profile = profile();
    let mut edit = profile.edit();
    let first = edit.tables().location_index(0).unwrap();
    let second = edit.tables().location_index(1).unwrap();
    let function = edit.tables().location(first).lines[0].function;
    edit.retain_lines(first, |line| line.function != function);
    let edited = profile.only(|sample| sample.values() == [1]);
    assert_eq!(names(&edited, first), ["b"]);
    assert_eq!(names(&edited, second), ["c", "d"]);
    let samples: Vec<_> = edited.samples().collect();
    assert_eq!(samples.len(), 1);
    assert_eq!(samples[0].stack(), [first, second]);
    assert_eq!(samples[0].labels().iter().count(), 1);
    assert_eq!(edited.tables().location_count(), 2);
}

#[test]
fn added_frames_survive_writing_and_reading() {
    let mut profile = profile();
    let before = profile.tables().location_count();
    let mut edit = profile.edit();
    let name = edit.add_text(b"added").unwrap();
    let function = edit.add_function(Function::new(name));
    edit.add_location(&[Line::new(function, 0)]);
    let mut bytes = Vec::new();
    encode(&profile, &mut bytes).unwrap();
    let read = Profile::read(&bytes[..], &Limits::default()).unwrap();
    let added = read.tables().location_index(before).unwrap();
    assert_eq!(names(&read, added), ["added"]);
}
