//! Measures how far `diff` and `verify` can be trusted on profiles of time-based benchmarks, prints a
//! table and fails where a bound is missed:
//!
//! `bench_pairs DIR [HEAPWISE]`
//!
//! `DIR` is what `scripts/capture-bench-pairs.sh` captured: a folder per pair, with two profiles, what
//! the benchmarks printed, and what is true of them. `HEAPWISE` is the command to ask; without it, the
//! one that was built beside this example: `cargo build -p heapwise --bin heapwise --example bench_pairs`.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command reads files and prints what it found"
)]

#[path = "bench_pairs/mod.rs"]
mod bench_pairs;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bench_pairs::{Heapwise, measure};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, command) = match arguments.as_slice() {
        [folder] => (folder, beside()),
        [folder, command] => (folder, Ok(PathBuf::from(command))),
        _ => {
            eprintln!("usage: bench_pairs DIR [HEAPWISE]");
            return ExitCode::from(2);
        }
    };
    match command.and_then(|command| measure(Path::new(folder), &Heapwise::new(command))) {
        Ok(table) => {
            print!("{table}");
            ExitCode::from(u8::from(!table.holds()))
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The command in the folder above that of this example.
fn beside() -> io::Result<PathBuf> {
    let example = std::env::current_exe()?;
    let folder = example.parent().and_then(Path::parent);
    let name = format!("heapwise{}", std::env::consts::EXE_SUFFIX);
    folder
        .map(|folder| folder.join(name))
        .filter(|path| path.exists())
        .ok_or_else(|| {
            io::Error::other(
                "found no heapwise beside this example, expected one: build it, or name it",
            )
        })
}
