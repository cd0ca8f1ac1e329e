//! What sources say of Go's allocator and collector: which form they have is decided here.

mod cgroup;
mod exposed;
mod exposition;
mod expvar;
mod footer;
mod gather;
mod marks;
mod memstats;
mod metrics;
mod number;
mod page;
mod processes;
mod prometheus;
mod runtime_json;
mod runtime_lines;
mod snapshot;

pub use cgroup::GroupMemory;
pub use snapshot::{
    CpuSeconds, GcCounters, GcSettings, GcSnapshot, GcSource, Gogc, HeapLevels, Histogram,
    PauseQuantile, PauseRing, Resident, SizeClass, SystemBytes, UnreadFields,
};

use std::io::{BufRead, BufReader, Read};

use serde_json::Value;

use crate::container::open;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::sniff;
use crate::source::Source;
use crate::text;
use crate::utf8::line_of;
use gather::Gathered;

/// Reads what a source says of the collector: one snapshot, or several one after another, first to last.
///
/// The source may be a heap text with debug=1, whole or pasted, `/debug/vars`, or a runtime.MemStats as JSON;
/// values of the package runtime/metrics as lines of a name and a value, or as JSON: an object of names, or a list of
/// objects with a name and a value; or a page of Prometheus, in its text form 0.0.4 or as OpenMetrics, with the
/// metrics of client_golang's Go collector or of OpenTelemetry's. Each of them compressed or not, with the headers of
/// an answer before it, or behind what loggers write before lines. A metric that comes again starts the next snapshot;
/// metrics of Prometheus that carry times are taken together by them. Metrics of anything else are passed over.
///
/// Memory: one line of a text, one document of JSON, one page, and the snapshots.
///
/// # Errors
///
/// Those of reading and of containers, [`ErrorKind::NotAProfile`] for what has no statistics, and
/// [`ErrorKind::Incompatible`] for metrics whose labels tell several processes apart.
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
    let read = snapshots(source, limits);
    let Some(unread) = unread_of_heap(&read) else {
        return read;
    };
    // A heap that loggers, terminals and stores of logs handed on.
    let Some(heap) = text::only_heap(source, limits)? else {
        return read;
    };
    let found = snapshots(heap.as_slice(), limits);
    match unread_of_heap(&found) {
        Some(still) if still >= unread => read,
        _ => found.or(read),
    }
}

/// How many fields of heaps were not understood, or of what has no statistics; `None` where all is said.
fn unread_of_heap(read: &Result<Vec<GcSnapshot>>) -> Option<u64> {
    match read {
        Ok(read) => {
            let is_heap = |snapshot: &&GcSnapshot| snapshot.source == GcSource::HeapText;
            let unread = |heap: &GcSnapshot| match heap.counters.total_alloc {
                Some(_) => heap.unread.count,
                None => u64::from(u32::MAX),
            };
            let heaps = read.iter().filter(is_heap);
            let unread = heaps.fold(0_u64, |sum, heap| sum.saturating_add(unread(heap)));
            (unread > 0).then_some(unread)
        }
        Err(error) => (error.kind() == ErrorKind::NotAProfile).then_some(u64::MAX),
    }
}

fn snapshots(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Vec<GcSnapshot>> {
    if !marks::has_marks(plain(source, limits)?)? {
        return Err(no_statistics());
    }
    let mut text = Text::new(plain(source, limits)?, limits);
    let mut gathered = Gathered::new();
    while let Some(line) = text.next_line()? {
        match Line::of(&line) {
            Line::Document(document) => gathered.document_line(&line, &document)?,
            Line::Start => read_documents(&line, &mut text, limits, &mut gathered)?,
            Line::Other if text.is_ended => gathered.line(&line)?,
            Line::Other => gathered.last_line(&line)?,
        }
    }
    let snapshots = gathered.finish();
    match snapshots.is_empty() {
        true => Err(no_statistics()),
        false => Ok(snapshots),
    }
}

/// Whether a source is a text, as far as its first bytes tell: no protobuf has statistics of the collector.
///
/// # Errors
///
/// Those of reading and of containers.
pub fn is_text(source: &(impl Source + ?Sized), limits: &Limits) -> Result<bool> {
    let (head, _) = sniff::head(plain(source, limits)?)?;
    Ok(sniff::is_text(&head))
}

/// What a line is by itself.
enum Line {
    /// JSON, whole.
    Document(Value),
    /// The start of JSON that goes on in the next lines.
    Start,
    /// Anything else.
    Other,
}

impl Line {
    fn of(line: &str) -> Line {
        let start = line.trim_start();
        let is_list = start.strip_prefix('[').map(str::trim_start);
        // Much that loggers write starts with a bracket.
        let is_list = is_list.is_some_and(|rest| rest.is_empty() || rest.starts_with('{'));
        if !is_list && !start.starts_with('{') {
            return Line::Other;
        }
        match serde_json::from_str(line) {
            Ok(document) => Line::Document(document),
            Err(error) if error.is_eof() => Line::Start,
            _ => Line::Other,
        }
    }
}

fn plain<'a>(
    source: &'a (impl Source + ?Sized),
    limits: &Limits,
) -> Result<Box<dyn Read + Send + 'a>> {
    Ok(open(source, limits)?.reader)
}

fn no_statistics() -> Error {
    Error::new(
        ErrorKind::NotAProfile,
        Stage::Format,
        "the input",
        "no statistics of Go's collector",
        "a heap text with debug=1, /debug/vars, values of runtime/metrics, or a page of Prometheus",
    )
}

/// The lines of a text. What is longer than a message may be is cut.
struct Text<'a> {
    reader: BufReader<Box<dyn Read + Send + 'a>>,
    longest: u64,
    position: u64,
    buffer: Vec<u8>,
    /// Whether the last line had an end.
    is_ended: bool,
}

impl<'a> Text<'a> {
    fn new(reader: Box<dyn Read + Send + 'a>, limits: &Limits) -> Self {
        Self {
            reader: BufReader::with_capacity(1 << 16, reader),
            longest: limits.max_message_bytes as u64,
            position: 0,
            buffer: Vec::new(),
            is_ended: true,
        }
    }

    /// The next line without its end.
    fn next_line(&mut self) -> Result<Option<String>> {
        self.buffer.clear();
        let mut part = self.reader.by_ref().take(self.longest);
        let read = part.read_until(b'\n', &mut self.buffer);
        let size = read.map_err(|error| Error::from_io(error, self.position))?;
        self.position = self.position.saturating_add(size as u64);
        self.is_ended = self.buffer.ends_with(b"\n");
        let line = line_of(&self.buffer);
        Ok((size > 0).then(|| line.trim_end_matches(['\n', '\r']).to_owned()))
    }
}

/// Reads the JSON that starts at a line and goes on to the end of the text.
fn read_documents(
    line: &str,
    text: &mut Text<'_>,
    limits: &Limits,
    gathered: &mut Gathered,
) -> Result<()> {
    let rest = text.reader.by_ref().take(limits.max_message_bytes as u64);
    let whole = line.as_bytes().chain(&b"\n"[..]).chain(rest);
    for document in serde_json::Deserializer::from_reader(whole).into_iter::<Value>() {
        match document {
            Ok(document) => drop(gathered.document(&document)),
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
    let expected = "JSON as /debug/vars serves it, or of runtime/metrics";
    Error::new(kind, Stage::Text, place, found, expected)
}
