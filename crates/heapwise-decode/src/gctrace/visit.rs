//! How a log is read: block by block, in memory that does not grow with it.

use std::io::Read;

use memchr::memchr_iter;

use super::line::LineReader;
use super::notes::{GcTraceLine, GcTraceNotes};
use super::search::{Class, Search};
use crate::container::{Plain, is_large, open, read_aside};
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::line_blocks::Blocks;
use crate::source::Source;

/// Hands each cycle of the collector that a log tells of to `take`, in the order of the log, and
/// says what else was in it. A log without a cycle is no error.
///
/// The log may be compressed, in UTF-16, and from any logger: traces are found within lines. A trace
/// is read whole or not at all.
///
/// ```
/// use heapwise_decode::{Limits, visit_gctrace};
///
/// let log = b"web-1 | gc 2 @0.006s 2%: 0.031+0.66+0.002 ms clock, 0.063+0.056/0.045/0.086+0.005 \
///     ms cpu, 7->9->9 MB, 8 MB goal, 0 MB stacks, 0 MB globals, 2 P\nhello\n";
/// let mut live = Vec::new();
/// let notes = visit_gctrace(&log[..], &Limits::default(), &mut |line| {
///     assert_eq!(line.origin, Some("web-1"));
///     live.push(line.cycle.heap_live_mib);
/// })?;
/// assert_eq!((live, notes.other), (vec![9], 1));
/// # Ok::<(), heapwise_decode::Error>(())
/// ```
///
/// # Errors
///
/// Those of reading and of inflating.
pub fn visit_gctrace(
    source: &(impl Source + ?Sized),
    limits: &Limits,
    take: &mut impl FnMut(GcTraceLine<'_>),
) -> Result<GcTraceNotes> {
    let Plain {
        reader,
        layers,
        left_out,
    } = open(source, limits)?;
    let mut notes = match !layers.is_empty() && is_large(source.size()) {
        true => read_aside(reader, |reader| read(reader, take)),
        false => read(reader, take),
    }?;
    notes.left_out = left_out.note();
    Ok(notes)
}

fn read(reader: impl Read, take: &mut impl FnMut(GcTraceLine<'_>)) -> Result<GcTraceNotes> {
    let mut blocks = Blocks::new(reader);
    let mut search = Search::new();
    let mut lines = LineReader::default();
    let mut notes = GcTraceNotes::default();
    loop {
        let block = match blocks.next() {
            Ok(Some(block)) => block,
            Ok(None) => break,
            Err(error) => return Err(Error::from_io(error, blocks.bytes)),
        };
        search.run(block);
        let is_ended = block.last() == Some(&b'\n');
        let mut other = memchr_iter(b'\n', block).count() as u64 + u64::from(!is_ended);
        for hit in &search.found {
            let line = block.get(hit.start..hit.end).unwrap_or_default();
            other -= u64::from(count(hit.class, line, &mut lines, &mut notes, take));
        }
        notes.other += other;
    }
    notes.too_long = blocks.too_long;
    notes.bytes = blocks.bytes;
    Ok(notes)
}

/// Counts a line; `false` when it turns out to be of something else.
fn count(
    class: Class,
    line: &[u8],
    lines: &mut LineReader,
    notes: &mut GcTraceNotes,
    take: &mut impl FnMut(GcTraceLine<'_>),
) -> bool {
    let counter = match class {
        Class::Trace => {
            let found = lines.read(line, take);
            notes.cycles += found.cycles;
            if found.is_damaged {
                notes.add_not_understood(line);
            }
            return found.cycles > 0 || found.is_damaged;
        }
        Class::Scavenger => &mut notes.scavenger,
        Class::Pacer => &mut notes.pacer,
        Class::Scan => &mut notes.scan,
        Class::Finalizers => &mut notes.finalizers,
        Class::Scheduler => &mut notes.scheduler,
        Class::Periodic => &mut notes.periodic,
        Class::TooOld => &mut notes.too_old,
    };
    *counter += 1;
    true
}
