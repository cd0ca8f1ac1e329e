//! Reads a profile of any form and prints what it holds.
//!
//! ```text
//! cargo run --release --example read_totals -- heap.pb.gz
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use heapwise_decode::{Limits, Profile, Source};

/// A file that is opened for each reading.
struct Path(PathBuf);

impl Source for Path {
    #[allow(clippy::disallowed_methods, reason = "a program: it reads files")]
    fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(File::open(&self.0)?))
    }
}

#[allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program: it has arguments and a standard output"
)]
fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("which profile?")?;
    let profile = Profile::read(&Path(path.into()), &Limits::default())?;
    let tables = profile.tables();
    println!("{}: {} samples", profile.kind(), profile.sample_count());
    for (at, value_type) in tables.sample_types().iter().enumerate() {
        let values = profile
            .samples()
            .filter_map(|s| s.values().get(at).copied());
        let total = values.fold(0i64, i64::wrapping_add);
        let (type_, unit) = (tables.text(value_type.type_), tables.text(value_type.unit));
        println!("{type_}: {total} {unit}");
    }
    for note in tables.notes() {
        println!("{}: {note}", note.kind().code());
    }
    Ok(())
}
