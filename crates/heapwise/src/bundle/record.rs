//! What a bundle says of itself: `bundle.json`, heapwise.bundle/1.

use serde::{Deserialize, Serialize};

use super::Part;

/// The schema that this version writes.
const SCHEMA: &str = "heapwise.bundle/1";

/// What a bundle says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) schema: String,
    /// The version that took it.
    pub(crate) heapwise: String,
    /// The server, without anything secret.
    pub(crate) target: String,
    /// Its place in the series, from 1.
    pub(crate) number: u64,
    pub(crate) start: String,
    pub(crate) start_nanos: i64,
    pub(crate) end: String,
    pub(crate) end_nanos: i64,
    /// What made it be taken; empty where it was time.
    pub(crate) triggers: Vec<TriggerRecord>,
    pub(crate) forced: Forced,
    pub(crate) process: ProcessRecord,
    pub(crate) parts: Vec<PartRecord>,
}

/// What made the server run collections that it would not have run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Forced {
    /// The heap text was fetched with gc=1.
    pub(crate) heap: bool,
    /// Leaks were asked for.
    pub(crate) leaks: bool,
}

impl Forced {
    /// Whether a collection was run for the heap text, where that is known: leaks that were asked for before leave
    /// profiles published as one does.
    pub(crate) fn of_heap_text(self) -> Option<bool> {
        match (self.heap, self.leaks) {
            (true, _) => Some(true),
            (false, false) => Some(false),
            (false, true) => None,
        }
    }
}

/// A condition that became true.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TriggerRecord {
    pub(crate) condition: String,
    pub(crate) value: u64,
}

/// What the parts tell of the process, so that a series can be read without reading all of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ProcessRecord {
    /// Where the user said it.
    pub(crate) pid: Option<u32>,
    pub(crate) num_gc: Option<u64>,
    pub(crate) num_forced_gc: Option<u64>,
    pub(crate) last_gc_nanos: Option<u64>,
    pub(crate) total_alloc: Option<u64>,
    /// Estimated from the sample.
    pub(crate) inuse_space: Option<i64>,
    pub(crate) goroutines: Option<u64>,
    /// Resident bytes, where the process was named.
    pub(crate) rss: Option<u64>,
    /// No collection ended since the bundle before: its heap profile is the same data.
    pub(crate) same_cycle: Option<bool>,
    /// The process is another one than that of the bundle before.
    pub(crate) restarted: Option<bool>,
}

/// A part of a bundle.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PartRecord {
    pub(crate) file: String,
    pub(crate) page: String,
    pub(crate) status: PartStatus,
    pub(crate) bytes: Option<u64>,
    pub(crate) start_nanos: Option<i64>,
    pub(crate) end_nanos: Option<i64>,
    /// How often it was asked for.
    pub(crate) tries: u32,
    /// Why it is not there, or what the first try failed for.
    pub(crate) reason: Option<String>,
}

impl PartRecord {
    /// A part of which nothing more is known.
    pub(crate) fn new(part: Part, status: PartStatus) -> PartRecord {
        PartRecord {
            file: part.file().to_owned(),
            page: part.page().to_owned(),
            status,
            bytes: None,
            start_nanos: None,
            end_nanos: None,
            tries: 0,
            reason: None,
        }
    }

    /// With the reason for that.
    pub(crate) fn with_reason(mut self, reason: Option<String>) -> PartRecord {
        self.reason = reason;
        self
    }
}

/// What became of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PartStatus {
    /// It is there, and was read to its end.
    Whole,
    /// The server does not have it.
    NotServed,
    /// It was not asked for, to spare the server.
    LeftOut,
    /// It could not be had.
    Failed,
}

impl Record {
    /// The schema and version of what is written now.
    pub(crate) fn schema() -> String {
        SCHEMA.to_owned()
    }

    /// Reads one; why not, in words.
    pub(crate) fn read(bytes: &[u8]) -> Result<Record, String> {
        let record: Record = serde_json::from_slice(bytes)
            .map_err(|error| format!("found no record of a bundle ({error}), expected {SCHEMA}"))?;
        match record.schema == SCHEMA {
            true => Ok(record),
            false => Err(format!("found {:?}, expected {SCHEMA:?}", record.schema)),
        }
    }

    /// As it is written.
    pub(crate) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Whether a part is there, whole.
    pub(crate) fn has(&self, part: Part) -> bool {
        let mut parts = self.parts.iter();
        parts.any(|one| one.file == part.file() && one.status == PartStatus::Whole)
    }

    /// The size of a part that is there, where that is known.
    pub(crate) fn size(&self, part: Part) -> Option<u64> {
        let mut parts = self.parts.iter();
        let found = parts.find(|one| one.file == part.file())?;
        found.bytes.filter(|_| found.status == PartStatus::Whole)
    }

    /// When a part was there.
    pub(crate) fn ended(&self, part: Part) -> Option<i64> {
        let mut parts = self.parts.iter();
        parts.find(|one| one.file == part.file())?.end_nanos
    }
}
