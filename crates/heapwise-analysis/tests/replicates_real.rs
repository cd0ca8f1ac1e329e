//! A part of what `examples/measure.rs` measures on real profiles: runs where those are there, in
//! `$HEAPWISE_SHARED` or in a folder `shared` beside the workspace.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "looks for profiles that are not part of the repository, and tells when they are not there"
)]

#[path = "../../heapwise-decode/tests/common/beside.rs"]
mod beside;
#[path = "../examples/measure/mod.rs"]
mod measure;

use beside::shared;
use measure::{Effort, Report, attacked, before_after, generated, replicates};

#[test]
fn errors_and_verdicts_keep_their_bounds_on_real_profiles() {
    let mut report = Report::new(Effort::Quick);
    if let Some(folder) = shared("statistics/replicates") {
        report.append(replicates(&folder, Effort::Quick).unwrap());
    }
    if let Some(folder) = shared("corpus/beforeafter") {
        report.append(before_after(&folder, Effort::Quick).unwrap());
    }
    if let Some(folder) = shared("statistics/attack") {
        report.append(attacked(&folder, Effort::Quick).unwrap());
    }
    report.append(generated(Effort::Quick));
    println!("{report}");
    assert!(report.holds(), "\n{report}");
}
