//! Writes a generated heap profile to a file.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a command touches files and tells what it wrote"
)]

use std::fs::File;
use std::io::{self, BufWriter};
use std::process::ExitCode;

use heapwise_gen::{Order, Shape, write_gzip};

const USAGE: &str = "usage: heapwise-gen OUT SAMPLES LOCATIONS FUNCTIONS DEPTH go|canon LEVEL SEED";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(request) = parse(&arguments) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match request.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}: {error}", request.out);
            ExitCode::from(2)
        }
    }
}

struct Request {
    out: String,
    shape: Shape,
    order: Order,
    level: u32,
    seed: u64,
}

fn parse(arguments: &[String]) -> Option<Request> {
    let [
        out,
        samples,
        locations,
        functions,
        depth,
        order,
        level,
        seed,
    ] = arguments
    else {
        return None;
    };
    Some(Request {
        out: out.clone(),
        shape: Shape {
            samples: samples.parse().ok()?,
            locations: locations.parse().ok()?,
            functions: functions.parse().ok()?,
            depth: depth.parse().ok()?,
        },
        order: Order::from_name(order)?,
        level: level.parse().ok()?,
        seed: seed.parse().ok()?,
    })
}

impl Request {
    fn run(&self) -> io::Result<()> {
        let file = BufWriter::new(File::create(&self.out)?);
        let summary = write_gzip(&self.shape, self.order, self.level, self.seed, file)?;
        eprintln!("{}: {summary:?}", self.out);
        Ok(())
    }
}
