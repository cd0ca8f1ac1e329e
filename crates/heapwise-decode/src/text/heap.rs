//! Heaps: debug=1 of heap and allocs, and what tcmalloc, jemalloc and older servers write.

use super::legacy::{Grammar, read_records};
use super::lines::Lines;
use super::memory_map::read_sections;
use super::patterns::{FRAGMENTATION_HEADER, GROWTH_HEADER, HEAP_HEADER, HEAP_SAMPLE};
use super::prune::ALLOCATORS;
use super::records::Records;
use super::scan::{Scan, addresses, hex_numbers, is_memory_map, trim, truncated, whole_integer};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::made_label::MadeLabel;
use crate::note::{Note, NoteKind};
use crate::profile::Profile;
use crate::words::counted;

const GRAMMAR: Grammar<'_> = Grammar {
    expected: "a record such as \"1: 32 [2: 64] @ 0x48e90c 0x493807\"",
    is_end: is_memory_map,
};

const TWO_TYPES: [(&[u8], &[u8]); 2] = [(b"objects", b"count"), (b"space", b"bytes")];
const FOUR_TYPES: [(&[u8], &[u8]); 4] = [
    (b"alloc_objects", b"count"),
    (b"alloc_space", b"bytes"),
    (b"inuse_objects", b"count"),
    (b"inuse_space", b"bytes"),
];

/// Reads what runtime/pprof/pprof.go: writeHeapInternal and others write, by the rules of
/// legacy_profile.go: parseHeap. Values are scaled as the runtime scales those of its protobuf
/// (runtime/pprof/protomem.go: scaleHeapSample).
///
/// ```text
/// heap profile: 3: 403824 [56: 14446176] @ heap/1048576
/// 0: 0 [1: 2304] @ 0x48e90c 0x493807
/// #    0x493806    main.makeOrder+0x358    /src/main.go:47
/// ```
///
/// is one sample of 228 objects and 525440 bytes allocated, of a period of 524288 bytes.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Profile> {
    let header = read_header(lines)?;
    let mut maker = match header.has_alloc {
        true => ProfileMaker::new(limits, FOUR_TYPES),
        false => ProfileMaker::new(limits, TWO_TYPES),
    };
    maker.set_period(b"space", b"bytes", header.period);
    ALLOCATORS.set(&mut maker);
    let bytes = maker.text(b"bytes");
    let none = maker.text(b"");
    let mut records = Records::new(maker, limits);
    let mut stack = Vec::new();
    let mut values = Vec::new();
    let mut sum = [(0, 0); 2];
    read_records(lines, &mut records, &GRAMMAR, |records, line| {
        let pairs = parse_record(trim(line), &mut stack)?;
        add(&mut sum, pairs);
        let size = scaled_values(pairs, &header, &mut values)?;
        let label = MadeLabel::Number(bytes, size, none);
        records.start(&stack, &values, &[label]);
        Some(())
    })?;
    let entries = read_sections(lines, limits)?;
    let is_whole = header.is_go && entries.is_empty();
    if let Some(note) = header.misfit(sum).filter(|_| is_whole) {
        records.symbols.maker.add_note(note);
    }
    records.finish(entries)
}

/// Adds a record to the sum of all.
fn add(sum: &mut Pairs, pairs: Pairs) {
    for (sum, (count, bytes)) in sum.iter_mut().zip(pairs) {
        *sum = (sum.0.saturating_add(count), sum.1.saturating_add(bytes));
    }
}

struct Header {
    /// Of all records.
    total: Option<Pairs>,
    period: i64,
    has_alloc: bool,
    is_scaled: bool,
    /// Whether Go wrote it.
    is_go: bool,
}

impl Header {
    /// What is to be said where the sum of all records, which Go writes into the header
    /// (runtime/pprof/pprof.go: writeHeapInternal), is not that of those that are there. One that is
    /// nothing was not counted: another program wrote it.
    fn misfit(&self, sum: Pairs) -> Option<Note> {
        let total = self.total.map(|total| as_records(total, sum));
        let total = total.filter(|total| *total != sum)?;
        let mut both = total.iter().zip(sum);
        let is_less = both.any(|(total, sum)| sum.0 < total.0 || sum.1 < total.1);
        let (kind, there) = match is_less {
            true => (NoteKind::Truncated, "hold"),
            false if total == [(0, 0); 2] => return None,
            false => (NoteKind::NotUnderstood, "hold more:"),
        };
        let counts = |pairs: Pairs| pairs.map(|(count, _)| count);
        let told = |pairs: Pairs| match counts(total) == counts(sum) {
            true => in_use_of(pairs.map(|(_, bytes)| bytes), "byte"),
            false => in_use_of(counts(pairs), "object"),
        };
        let (said, held) = (told(total), told(sum));
        let message = format!(
            "the header says {said} were sampled, the records that are there {there} {held}"
        );
        Some(Note::new(kind, message))
    }
}

/// The total as records make it: where all bytes allocated are in use, Go adds one to those allocated, so that pprof takes a
/// header for one of four columns (runtime/pprof/pprof.go: writeHeapInternal).
fn as_records([in_use, (count, bytes)]: Pairs, sum: Pairs) -> Pairs {
    let [(_, sum_in_use), (_, sum_allocated)] = sum;
    let is_all_in_use = sum_in_use == sum_allocated && in_use.1.checked_add(1) == Some(bytes);
    [
        in_use,
        (count, if is_all_in_use { in_use.1 } else { bytes }),
    ]
}

fn in_use_of([in_use, allocated]: [i64; 2], what: &str) -> String {
    format!("{} in use of {allocated} allocated", counted(in_use, what))
}

fn read_header(lines: &mut Lines<'_>) -> Result<Header> {
    const EXPECTED: &str = "a header such as \"heap profile: 1: 32 [2: 64] @ heap/1048576\"";
    let Some(span) = lines.line_at(0)? else {
        return Err(lines.refuse(EXPECTED));
    };
    let header = parse_header(lines.text(0, span)).ok_or_else(|| lines.refuse(EXPECTED))?;
    lines.consume(span.size, 1);
    Ok(header)
}

/// Whether a line is a header of a type that is read.
pub(super) fn is_known(line: &[u8]) -> bool {
    parse_header(line).is_some()
}

/// The period is half the number of a header of type `heap`, the number itself for `heap_v2` and
/// `heapz_v2`, and samples of `heapprofile` are not scaled (legacy_profile.go: parseHeapHeader).
/// Growth and fragmentation have the bytes as they are and nothing allocated besides.
fn parse_header(line: &[u8]) -> Option<Header> {
    let Some([objects, bytes, all_objects, all_bytes, name, number]) = HEAP_HEADER.groups(line)
    else {
        let is_other = GROWTH_HEADER.is_in(line) || FRAGMENTATION_HEADER.is_in(line);
        return is_other.then_some(Header {
            total: None,
            period: 1,
            has_alloc: false,
            is_scaled: false,
            is_go: false,
        });
    };
    let number = match number {
        [] => 0,
        digits => whole_integer(digits)?,
    };
    let (period, is_scaled) = match name {
        b"heap" => (number / 2, true),
        b"heap_v2" | b"heapz_v2" => (number, true),
        b"heapprofile" => (1, false),
        _ => return None,
    };
    let differs = |all: &[u8], now: &[u8]| all != now && all != b"0";
    let pair = |count, bytes| Some((whole_integer(count)?, whole_integer(bytes)?));
    let in_use = pair(objects, bytes);
    Some(Header {
        total: in_use.and_then(|in_use| Some([in_use, pair(all_objects, all_bytes)?])),
        period,
        has_alloc: differs(all_objects, objects) || differs(all_bytes, bytes),
        is_scaled,
        is_go: name == b"heap",
    })
}

/// Count and bytes in use, count and bytes allocated.
type Pairs = [(i64, i64); 2];

/// Whether a line is a record as every writer writes it.
pub(super) fn is_record(line: &[u8]) -> bool {
    clean_record(line, &mut Vec::new()).is_some()
}

/// `3: 403824 [56: 14446176] @ 0x48e90c 0x493807`, and whatever else pprof takes for it.
fn parse_record(line: &[u8], stack: &mut Vec<u64>) -> Option<Pairs> {
    clean_record(line, stack).or_else(|| any_record(line, stack))
}

/// A record as every writer writes it, which the pattern finds alike.
fn clean_record(line: &[u8], stack: &mut Vec<u64>) -> Option<Pairs> {
    let mut scan = Scan::new(line);
    let in_use = pair(&mut scan)?;
    scan.spaces();
    scan.expect(b"[")?;
    scan.spaces();
    let allocated = pair(&mut scan)?;
    scan.spaces();
    scan.expect(b"] @")?;
    addresses(scan.rest, stack)?;
    (allocated.0 >= 0 && allocated.1 >= 0).then_some([in_use, allocated])
}

fn pair(scan: &mut Scan<'_>) -> Option<(i64, i64)> {
    let count = scan.integer()?;
    scan.expect(b":")?;
    scan.spaces();
    Some((count, scan.integer()?))
}

/// A record somewhere in a line.
fn any_record(line: &[u8], stack: &mut Vec<u64>) -> Option<Pairs> {
    let [objects, bytes, all_objects, all_bytes, addresses] = HEAP_SAMPLE.groups(line)?;
    hex_numbers(addresses, stack)?;
    let pair = |count, bytes| Some((whole_integer(count)?, whole_integer(bytes)?));
    Some([pair(objects, bytes)?, pair(all_objects, all_bytes)?])
}

/// The values of a record; returns the size of its objects. Bytes without objects make it no
/// record (legacy_profile.go: parseHeapSample).
fn scaled_values(pairs: Pairs, header: &Header, values: &mut Vec<i64>) -> Option<i64> {
    values.clear();
    let [in_use, allocated] = pairs;
    let mut object_size = 0;
    let pairs = [header.has_alloc.then_some(allocated), Some(in_use)];
    for (count, bytes) in pairs.into_iter().flatten() {
        if count == 0 && bytes != 0 {
            return None;
        }
        if count != 0 {
            object_size = bytes.checked_div(count)?;
        }
        let scaled = match header.is_scaled {
            true => scale(count, bytes, header.period)?,
            false => (count, bytes),
        };
        values.extend([scaled.0, scaled.1]);
    }
    Some(object_size)
}

/// Divides by the probability that an allocation of this size is sampled, 1 - exp(-size/period)
/// (runtime/pprof/protomem.go: scaleHeapSample). A period up to 1 means that all are. `None` when
/// a result does not fit 64 bits.
pub(super) fn scale(count: i64, bytes: i64, period: i64) -> Option<(i64, i64)> {
    if count == 0 || bytes == 0 {
        return Some((0, 0));
    }
    if period <= 1 {
        return Some((count, bytes));
    }
    let size = bytes as f64 / count as f64;
    let scale = 1.0 / (1.0 - (-size / period as f64).exp());
    let scaled = |value: i64| truncated(value as f64 * scale);
    Some((scaled(count)?, scaled(bytes)?))
}
