//! What profiles and exports are called: ids of their bytes.

use std::hash::Hasher;
use std::io::{self, Read};

use heapwise_decode::Source;
use twox_hash::XxHash3_64;

/// The id of a profile: XXH3-64, seed 0, of its bytes as they are stored, as a signed number.
pub(crate) fn profile_id(source: &impl Source) -> io::Result<i64> {
    let mut reader = source.open()?;
    let mut hasher = XxHash3_64::default();
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut bytes)?;
        if count == 0 {
            break;
        }
        hasher.write(bytes.get(..count).unwrap_or_default());
    }
    Ok(hasher.finish() as i64)
}

/// The id of an export: the same of the ids of its profiles in their order, and of what else decides on its rows.
pub(crate) struct ExportId {
    hasher: XxHash3_64,
}

impl ExportId {
    pub(crate) fn new() -> ExportId {
        ExportId {
            hasher: XxHash3_64::default(),
        }
    }

    pub(crate) fn add_profile(&mut self, id: i64) {
        self.hasher.write(&id.to_le_bytes());
    }

    pub(crate) fn add_text(&mut self, text: Option<&str>) {
        let text = text.unwrap_or_default();
        self.hasher.write(&(text.len() as u64).to_le_bytes());
        self.hasher.write(text.as_bytes());
    }

    /// What the files of the export are called.
    pub(crate) fn name(&self) -> String {
        format!("heapwise-{:016x}", self.hasher.finish())
    }
}
