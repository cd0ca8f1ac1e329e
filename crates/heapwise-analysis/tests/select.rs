//! Filters that cannot be understood, and what no captured profile has.

use heapwise_analysis::{SelectOptions, Selector};
use heapwise_decode::{Limits, MadeLabel, Profile, ProfileMaker};

fn refusal(set: impl Fn(&mut SelectOptions)) -> String {
    let mut options = SelectOptions::default();
    set(&mut options);
    let refused = Selector::new(&options).map(drop);
    refused.expect_err("a filter that is wrong").to_string()
}

#[test]
fn what_go_refuses_is_refused_in_its_words() {
    assert_eq!(
        refusal(|options| options.focus = Some("f(".to_owned())),
        "focus: error parsing regexp: missing closing ): `f(`"
    );
    assert_eq!(
        refusal(|options| options.tag_show = Some("(?=a)".to_owned())),
        "tagshow: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"
    );
    assert_eq!(
        refusal(|options| options.tag_ignore = Some("key=a,*".to_owned())),
        "tagignore: error parsing regexp: missing argument to repetition operator: `*`"
    );
}

#[test]
fn a_number_that_makes_pprof_panic_is_refused() {
    assert_eq!(
        refusal(|options| options.tag_focus = Some("size=99999999999999999999kb".to_owned())),
        "tagfocus: found 99999999999999999999, expected a number of 64 bits"
    );
}

#[test]
fn what_go_accepts_but_cannot_be_matched_is_refused_with_the_reason() {
    let reason = refusal(|options| options.hide = Some(r"\p{Sidetic}".to_owned()));
    assert!(
        reason.starts_with("hide: regexp that Go knows but that cannot be matched here: "),
        "{reason}"
    );
}

/// One sample for each label.
fn labelled(labels: &[(&str, i64, &str)]) -> Profile {
    let mut maker = ProfileMaker::new(&Limits::default(), [(&b"space"[..], &b"bytes"[..])]);
    for (at, (key, number, unit)) in labels.iter().enumerate() {
        let (key, unit) = (maker.text(key.as_bytes()), maker.text(unit.as_bytes()));
        let value = 1 << at;
        maker.add_sample(&[], &[value], &[MadeLabel::Number(key, *number, unit)]);
    }
    maker.finish().expect("a small profile")
}

fn filtered(profile: &Profile, set: impl Fn(&mut SelectOptions)) -> (Vec<i64>, Vec<String>) {
    let mut options = SelectOptions::default();
    set(&mut options);
    let selector = Selector::new(&options).expect("filters that are right");
    let selected = selector
        .of(profile.clone(), "minimum")
        .expect("fits the limits");
    let mut values = Vec::new();
    let told = selected.each_left(|_, sample| values.extend_from_slice(sample.values()));
    told.expect("is in memory");
    (values, selected.notes().to_vec())
}

#[test]
fn ranges_are_in_the_unit_of_the_name() {
    let profile = labelled(&[
        ("size", 2, "kB"),
        ("size", 2048, "bytes"),
        ("request", 2048, ""),
        ("wait", 2048, "ms"),
    ]);
    let (values, notes) = filtered(&profile, |options| {
        options.tag_focus = Some("2kb".to_owned());
    });
    assert_eq!(values, [1, 4]);
    assert_eq!(
        notes,
        [
            "For tag size used unit kB, also encountered unit(s) bytes",
            "tagfocus:Interpreted '2kb' as range, not regexp",
        ]
    );
}

#[test]
fn samples_without_a_stack_pass_filters_by_label_but_not_by_name() {
    let profile = labelled(&[("size", 1, "bytes")]);
    let (values, _) = filtered(&profile, |options| {
        options.tag_hide = Some("size".to_owned());
        options.prune_from = Some("x".to_owned());
    });
    assert_eq!(values, [1]);
    let (values, notes) = filtered(&profile, |options| {
        options.ignore = Some("x".to_owned());
    });
    assert!(values.is_empty());
    assert_eq!(notes, ["Ignore expression matched no samples"]);
}
