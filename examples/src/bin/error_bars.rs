//! How far sampling may have moved a number: of objects of SIZE bytes so many were SAMPLED, at Go's default
//! rate. `cargo run -p examples --bin error_bars -- 48 20`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program reads files and prints"
)]

use std::error::Error;

use heapwise_stats::{Confidence, Mix, Quantity, SamplingRate, estimate};

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<u64> = std::env::args()
        .skip(1)
        .map(|number| number.parse())
        .collect::<Result<_, _>>()?;
    let [size, sampled] = numbers[..] else {
        return Err("expected a size and a number of samples".into());
    };
    let rate = SamplingRate::new(512 << 10).ok_or("no rate")?;
    let site = Mix::from_records(rate, [(size, sampled)]);
    let bytes = estimate(&site, Quantity::Bytes, Confidence::default());
    let high = bytes.high.ok_or("no upper limit")?;
    println!(
        "{:.1} MB, {:.1} to {:.1}",
        bytes.value / 1e6,
        bytes.low / 1e6,
        high / 1e6
    );
    Ok(())
}
