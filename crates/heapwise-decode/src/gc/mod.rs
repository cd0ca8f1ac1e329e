//! What sources say of Go's allocator and collector: which form they have is decided here.

mod cgroup;
mod expvar;
mod footer;
mod memstats;
mod snapshot;

pub use cgroup::GroupMemory;
pub use snapshot::{
    CpuSeconds, GcCounters, GcSettings, GcSnapshot, GcSource, Gogc, HeapLevels, Histogram,
    PauseRing, Resident, SizeClass, SystemBytes, UnreadFields,
};

use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use crate::container::unpack;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::source::Source;
use crate::utf8::text_of;
use footer::Footers;

/// Reads what a source says of the collector: one snapshot, or several one after another, first to last.
///
/// The source may be a heap text with debug=1, whole or pasted, `/debug/vars`, or a runtime.MemStats as JSON,
/// compressed or not. Memory: one line of a text, one document of JSON.
///
/// # Errors
///
/// Those of reading and of containers, and [`ErrorKind::NotAProfile`] for what has no statistics.
///
/// ```
/// use heapwise_decode::{Limits, gc_snapshots};
///
/// # let bytes = include_bytes!("../../../../testdata/gc/vars.json");
/// let snapshots = gc_snapshots(&bytes[..], &Limits::default())?;
/// assert!(snapshots[0].counters.total_alloc.is_some());
/// # Ok::<(), heapwise_decode::Error>(())
/// ```
pub fn gc_snapshots(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Vec<GcSnapshot>> {
    let reader = source.open().map_err(|error| Error::from_io(error, 0))?;
    let plain = unpack(reader, limits)?;
    let mut text = Text::new(plain.reader, limits);
    let mut footers = Footers::default();
    while let Some(line) = text.next_line()? {
        match Line::of(&line) {
            Line::Object(object) => match expvar::read(&object) {
                Some(snapshot) => footers.add(snapshot),
                None => footers.line(&line),
            },
            Line::Start => read_documents(&line, &mut text, limits, &mut footers)?,
            Line::Other => footers.line(&line),
        }
    }
    let snapshots = footers.finish();
    match snapshots.is_empty() {
        true => Err(no_statistics()),
        false => Ok(snapshots),
    }
}

/// What a line is by itself.
enum Line {
    /// JSON, whole.
    Object(Map<String, Value>),
    /// The start of JSON that goes on in the next lines.
    Start,
    /// Anything else.
    Other,
}

impl Line {
    fn of(line: &str) -> Line {
        if !line.trim_start().starts_with('{') {
            return Line::Other;
        }
        match serde_json::from_str(line) {
            Ok(Value::Object(object)) => Line::Object(object),
            Err(error) if error.is_eof() => Line::Start,
            _ => Line::Other,
        }
    }
}

fn no_statistics() -> Error {
    Error::new(
        ErrorKind::NotAProfile,
        Stage::Format,
        "the input",
        "no statistics of Go's collector",
        "a heap text with debug=1, /debug/vars, or lines of GODEBUG=gctrace=1",
    )
}

/// The lines of a text. What is longer than a message may be is cut.
struct Text<'a> {
    reader: BufReader<Box<dyn Read + Send + 'a>>,
    longest: u64,
    position: u64,
    buffer: Vec<u8>,
}

impl<'a> Text<'a> {
    fn new(reader: Box<dyn Read + Send + 'a>, limits: &Limits) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, reader),
            longest: limits.max_message_bytes as u64,
            position: 0,
            buffer: Vec::new(),
        }
    }

    /// The next line without its end.
    fn next_line(&mut self) -> Result<Option<String>> {
        self.buffer.clear();
        let mut part = self.reader.by_ref().take(self.longest);
        let read = part.read_until(b'\n', &mut self.buffer);
        let size = read.map_err(|error| Error::from_io(error, self.position))?;
        self.position = self.position.saturating_add(size as u64);
        let line = text_of(&self.buffer);
        Ok((size > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

/// Reads the JSON that starts at a line and goes on to the end of the text.
fn read_documents(
    line: &str,
    text: &mut Text<'_>,
    limits: &Limits,
    footers: &mut Footers,
) -> Result<()> {
    let rest = text.reader.by_ref().take(limits.max_message_bytes as u64);
    let whole = line.as_bytes().chain(&b"\n"[..]).chain(rest);
    for document in serde_json::Deserializer::from_reader(whole).into_iter::<Value>() {
        match document {
            Ok(Value::Object(object)) => {
                if let Some(snapshot) = expvar::read(&object) {
                    footers.add(snapshot);
                }
            }
            Ok(_) => {}
            // Nothing of what follows is passed off as whole.
            Err(error) => return Err(damaged(&error)),
        }
    }
    Ok(())
}

fn damaged(error: &serde_json::Error) -> Error {
    let place = format!(
        "line {}, column {} of the JSON",
        error.line(),
        error.column()
    );
    let (kind, found) = match error.is_eof() {
        true => (ErrorKind::Truncated, "the end of the input"),
        false => (ErrorKind::Text, "JSON that is damaged"),
    };
    let expected = "an object with memstats, as /debug/vars serves it";
    Error::new(kind, Stage::Text, place, found, expected)
}
