//! A part of what `examples/measure.rs` measures on real profiles: runs where those are there, in
//! `$HEAPWISE_SHARED` or in a folder `shared` beside the workspace.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "looks for profiles that are not part of the repository, and tells when they are not there"
)]

#[path = "../examples/measure/mod.rs"]
mod measure;

use std::path::PathBuf;

use measure::{Effort, Report, attacked, before_after, generated, replicates};

/// A folder of profiles, if it is there.
fn folder(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("HEAPWISE_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let folder = shared.join(name);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn errors_and_verdicts_keep_their_bounds_on_real_profiles() {
    let mut report = Report::new(Effort::Quick);
    if let Some(folder) = folder("statistics/replicates") {
        report.append(replicates(&folder, Effort::Quick).unwrap());
    }
    if let Some(folder) = folder("corpus/beforeafter") {
        report.append(before_after(&folder, Effort::Quick).unwrap());
    }
    if let Some(folder) = folder("statistics/attack") {
        report.append(attacked(&folder, Effort::Quick).unwrap());
    }
    report.append(generated(Effort::Quick));
    println!("{report}");
    assert!(report.holds(), "\n{report}");
}
