//! Measures on real profiles how far the errors and verdicts can be trusted, prints a table and
//! fails where a bound is missed:
//!
//! `measure REPLICATES BEFORE_AFTER [quick]`
//!
//! `REPLICATES` holds many runs of one program with known allocations, `s_RATE_SCALE_RUN.pb.gz`:
//! a rate of 1 is the truth, the scale is a factor on the work. `BEFORE_AFTER` holds a folder per
//! change with the runs of either side, and folders `AA-*` where nothing changed. A `quick` part takes
//! seconds, and its shares are of few.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command reads files and prints what it found"
)]

#[path = "measure/mod.rs"]
mod measure;

use std::path::Path;
use std::process::ExitCode;

use measure::{Effort, before_after, replicates};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (known, changes, effort) = match arguments.as_slice() {
        [known, changes] => (known, changes, Effort::All),
        [known, changes, quick] if quick == "quick" => (known, changes, Effort::Quick),
        _ => {
            eprintln!("usage: measure REPLICATES BEFORE_AFTER [quick]");
            return ExitCode::from(2);
        }
    };
    let measured = replicates(Path::new(known), effort).and_then(|mut report| {
        report.append(before_after(Path::new(changes), effort)?);
        Ok(report)
    });
    match measured {
        Ok(report) => {
            print!("{report}");
            ExitCode::from(u8::from(!report.holds()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}
