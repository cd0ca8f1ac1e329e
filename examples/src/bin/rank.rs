//! Ranks a profile: `cargo run -p examples --bin rank -- heap.pb.gz`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program reads files and prints"
)]

use std::error::Error;

use heapwise_analysis::Top;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("expected a profile")?;
    let bytes = std::fs::read(path)?;
    let answer = Top::new().sample_index("inuse_space").read(&bytes)?;
    for row in answer.rows.iter().take(3) {
        let (site, flat) = (row.site.pprof_name(), row.flat);
        let error = flat.se.map(|se| format!("{se:.0}"));
        let error = error.as_deref().unwrap_or("unknown");
        println!("{} ± {error} {site}", flat.value);
    }
    println!("{} more", answer.rows.len().saturating_sub(3));
    Ok(())
}
