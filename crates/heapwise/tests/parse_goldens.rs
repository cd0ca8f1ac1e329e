//! `write_profile` beside the texts that google/pprof's own tests of its readers expect, on the
//! profiles that those tests read: heaps, contention, threads and CPU profiles of C++, Go and Java.
//!
//! They are part of the corpus; without it the test notes that it is skipped.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "walks over files outside the repository"
)]

mod common;

use std::fs;

use common::beside::corpus;
use common::files;
use common::recorded::difference;
use heapwise_decode::{Limits, Profile, TextReading};
use heapwise_report::write_profile;

#[test]
fn profiles_are_read_as_google_pprof_expects() {
    let Some(root) = corpus("golden/parse") else {
        return;
    };
    let goldens = root.join("golden/parse");
    let mut limits = Limits::default();
    limits.texts = TextReading::AsPprof;
    let inputs = files(&goldens.join("inputs"));
    for path in &inputs {
        let name = path.file_name().unwrap().to_string_lossy();
        let profile = Profile::read(&fs::read(path).unwrap(), &limits);
        let profile = profile.unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut text = Vec::new();
        write_profile(&profile, &mut text).unwrap();
        let expected = fs::read(goldens.join(format!("expected/{name}.string"))).unwrap();
        assert_eq!(difference(&text, &expected), None, "{name}");
    }
    assert!(inputs.len() > 10, "{inputs:?}");
}
