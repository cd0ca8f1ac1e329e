//! Measures on real profiles how far the errors and verdicts can be trusted, prints a table and
//! fails where a bound is missed:
//!
//! `measure REPLICATES BEFORE_AFTER [ATTACK] [quick]`
//!
//! `REPLICATES` holds many runs of one program with known allocations, `s_RATE_SCALE_RUN.pb.gz`:
//! a rate of 1 is the truth, the scale is a factor on the work. `BEFORE_AFTER` holds a folder per
//! change with the runs of either side, and folders `AA-*` where nothing changed. `ATTACK` holds runs of
//! programs that the methods were not tuned to, with their truth. Numbers that are generated are measured in
//! any case. A `quick` part takes seconds, and its
//! shares are of few.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command reads files and prints what it found"
)]

#[path = "measure/mod.rs"]
mod measure;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use measure::{Effort, Report, attacked, before_after, generated, replicates};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_quick = arguments.last().is_some_and(|last| last == "quick");
    let effort = if is_quick {
        arguments.pop();
        Effort::Quick
    } else {
        Effort::All
    };
    let measured = match arguments.as_slice() {
        [known, changes] => all(known, changes, None, effort),
        [known, changes, attack] => all(known, changes, Some(attack), effort),
        _ => {
            eprintln!("usage: measure REPLICATES BEFORE_AFTER [ATTACK] [quick]");
            return ExitCode::from(2);
        }
    };
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

fn all(known: &str, changes: &str, attack: Option<&String>, effort: Effort) -> io::Result<Report> {
    let mut report = replicates(Path::new(known), effort)?;
    report.append(before_after(Path::new(changes), effort)?);
    if let Some(attack) = attack {
        report.append(attacked(Path::new(attack), effort)?);
    }
    report.append(generated(effort));
    Ok(report)
}
