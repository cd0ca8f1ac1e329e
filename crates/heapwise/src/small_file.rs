//! Reads what people write or a tool printed: budgets and benchmarks, which are small. A file of a pull request may be a
//! link to what never ends.

use std::fs::File;
use std::io::Read;

use anyhow::{Context, bail};

/// More than any of them has.
const MOST_BYTES: u64 = 64 << 20;

/// All bytes of a file that a user names.
pub(crate) fn read(path: &str, expected: &str) -> anyhow::Result<Vec<u8>> {
    read_at_most(path, expected, MOST_BYTES)
}

fn read_at_most(path: &str, expected: &str, most: u64) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| path.to_owned())?;
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    read.with_context(|| path.to_owned())?;
    if bytes.len() as u64 > most {
        bail!("{path}: found more than {most} bytes, expected {expected}");
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::read_at_most;

    #[test]
    fn what_is_larger_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a").display().to_string();
        std::fs::write(&path, "four").unwrap();
        assert_eq!(read_at_most(&path, "a budget", 4).unwrap(), b"four");
        let error = read_at_most(&path, "a budget", 3).unwrap_err().to_string();
        assert!(
            error.ends_with("found more than 3 bytes, expected a budget"),
            "{error}"
        );
    }
}
