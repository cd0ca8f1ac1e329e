//! Reads a profile and writes it again as gzipped protobuf: `reencode IN OUT`.
//!
//! `go tool pprof -raw` prints the same text of both.

#![allow(
    clippy::disallowed_methods,
    reason = "a command reads a file and writes another"
)]

use std::error::Error;
use std::fs;

use heapwise_decode::{Limits, Profile, encode};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(input), Some(output)) = (arguments.next(), arguments.next()) else {
        return Err("usage: reencode IN OUT".into());
    };
    let profile = Profile::read(&fs::read(input)?, &Limits::default())?;
    encode(&profile, fs::File::create(output)?)?;
    Ok(())
}
