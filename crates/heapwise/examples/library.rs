//! Ranks the sites of a profile with the libraries alone: `cargo run --example library FILE`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "an example is a program: it opens files and prints"
)]

use heapwise_analysis::{Granularity, RankOptions, RowOrder, Trim, rank};
use heapwise_decode::Limits;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or("heap.pb.gz".to_owned());
    let bytes = std::fs::read(path)?;
    let options = RankOptions::new(Granularity::Functions);
    let ranking = rank(bytes.as_slice(), &options, &Limits::default())?;
    let index = ranking.header.sample_index(Some("alloc_space"))?;
    for row in ranking.shown(index, &Trim::default(), RowOrder::Flat).rows {
        println!("{:>12} {}", row.flat_of(index), row.site.pprof_name());
    }
    Ok(())
}
