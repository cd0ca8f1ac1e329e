//! Which texts a pattern of Go's matches: `cargo run -p examples --bin go_patterns -- PATTERN TEXT...`.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program reads files and prints"
)]

use std::error::Error;

use go_regex::{ErrorKind, Regex};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let pattern = args.next().ok_or("expected a pattern")?;
    match Regex::new(&pattern) {
        Ok(regex) => {
            for text in args.filter(|text| regex.is_match(text.as_bytes())) {
                println!("{text}");
            }
        }
        Err(error) if error.kind() == ErrorKind::Refused => println!("as Go says: {error}"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
