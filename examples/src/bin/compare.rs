//! Compares two profiles as a test would, and fails where the newer one allocates more:
//! `cargo run -p examples --bin compare -- before.pb.gz after.pb.gz`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program reads files and prints"
)]

use std::error::Error;
use std::process::ExitCode;

use heapwise_analysis::{Diff, Verdict};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let (Some(before), Some(after)) = (paths.next(), paths.next()) else {
        return Err("expected two profiles".into());
    };
    // Runs of one test do the same work; without a word about it, nothing allocated is judged.
    let difference = Diff::new()
        .sample_index("alloc_space")
        .same_work()
        .read(&std::fs::read(before)?, &std::fs::read(after)?)?;
    for row in difference.rows.iter().take(3) {
        let (site, change) = (row.site.pprof_name(), &row.flat);
        println!(
            "{site}: {} ({:+})",
            change.verdict.name(),
            change.delta.value
        );
    }
    println!("total: {}", difference.total.verdict.name());
    Ok(match difference.total.verdict {
        Verdict::Increased => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    })
}
