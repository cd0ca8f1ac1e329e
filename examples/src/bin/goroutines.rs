//! Counts goroutines in dumps of one process: `cargo run -p examples --bin goroutines -- DUMP...`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program reads files and prints"
)]

use std::error::Error;

use heapwise_analysis::{Dumps, GroupBy};

fn main() -> Result<(), Box<dyn Error>> {
    let dumps: Vec<Vec<u8>> = std::env::args()
        .skip(1)
        .map(std::fs::read)
        .collect::<Result<_, _>>()?;
    let answer = Dumps::new().group_by(GroupBy::Function).read(&dumps)?;
    for group in &answer.groups {
        let name = group.name.as_deref().unwrap_or_default();
        println!("{name}: {:?}", group.counts);
    }
    Ok(())
}
