//! The units of numeric labels, as pprof identifies them.

use heapwise_analysis::LabelUnits;
use heapwise_decode::{Limits, MadeLabel, Profile, ProfileMaker};

fn profile(labels: &[(&str, i64, &str)]) -> Profile {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"space"[..], &b"bytes"[..])]);
    for (key, number, unit) in labels {
        let (key, unit) = (maker.text(key.as_bytes()), maker.text(unit.as_bytes()));
        maker.add_sample(&[], &[1], &[MadeLabel::Number(key, *number, unit)]);
    }
    maker.finish().expect("a small profile")
}

#[test]
fn a_unit_is_the_first_that_is_named_or_follows_from_the_name() {
    let units = LabelUnits::of(&profile(&[
        ("size", 1, ""),
        ("size", 2, "kilobytes"),
        ("request", 1, ""),
        ("latency", 1, ""),
    ]));
    let unit = |key: &str| units.unit(key.as_bytes());
    assert_eq!(unit("size").as_deref(), Some("kilobytes"));
    assert_eq!(unit("request").as_deref(), Some("bytes"));
    assert_eq!(unit("latency").as_deref(), Some("latency"));
    assert_eq!(unit("other"), None);
    assert!(units.notes().is_empty());
}

#[test]
fn several_units_of_one_name_are_said() {
    let units = LabelUnits::of(&profile(&[
        ("z", 1, "ms"),
        ("z", 1, "us"),
        ("size", 1, "kB"),
        ("size", 1, "bytes"),
        ("size", 2, "MB"),
        ("size", 2, "MB"),
    ]));
    assert_eq!(
        units.notes(),
        [
            "For tag size used unit kB, also encountered unit(s) MB, bytes",
            "For tag z used unit ms, also encountered unit(s) us",
        ]
    );
}
