//! Waiting for locks: mutex and block with debug=1, and contentionz of C++ servers.

use super::legacy::{Grammar, read_records};
use super::lines::Lines;
use super::memory_map::read_sections;
use super::patterns::CONTENTION_SAMPLE;
use super::prune::LOCKS;
use super::records::Records;
use super::scan::{
    Scan, addresses, go_integer, hex_numbers, is_blank_or_comment, trim, truncated, whole_integer,
};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::profile::Profile;

const TYPES: [(&[u8], &[u8]); 2] = [(b"contentions", b"count"), (b"delay", b"nanoseconds")];
const GRAMMAR: Grammar<'_> = Grammar {
    expected: "a record such as \"618672 6 @ 0x4a012f 0x49f9e5\"",
    is_end: |line| trim(line).starts_with(b"---"),
};

/// The starts of first lines.
pub(super) const STARTS: [&[u8]; 3] = [b"--- mutex:", b"--- contention:", b"--- contentionz "];

/// Reads what runtime/pprof/pprof.go: writeProfileInternal writes, by the rules of
/// legacy_profile.go: parseContention: cycles become nanoseconds, and both values are multiplied
/// by the sampling period.
///
/// ```text
/// --- mutex:
/// cycles/second=2599925490
/// sampling period=1
/// 618672 6 @ 0x4a012f 0x49f9e5
/// #    0x4a012e    sync.(*Mutex).Unlock+0xe    /go/src/sync/mutex.go:65
/// ```
///
/// is one sample of 6 contentions and 237957 nanoseconds.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Profile> {
    let header = read_header(lines)?;
    let mut maker = ProfileMaker::new(limits, TYPES);
    maker.set_period(b"contentions", b"count", header.period);
    maker.set_times(0, header.duration_nanos);
    LOCKS.set(&mut maker);
    let mut records = Records::new(maker, limits);
    let mut stack = Vec::new();
    read_records(lines, &mut records, &GRAMMAR, |records, line| {
        let values = record(trim(line), &header, &mut stack)?;
        records.start(&stack, &values, &[]);
        Some(())
    })?;
    let entries = read_sections(lines, limits)?;
    records.finish(entries)
}

/// Whether a line is a record as every writer writes it, or an attribute that Go writes.
pub(super) fn is_line(line: &[u8]) -> bool {
    let attributes: [&[u8]; 2] = [b"cycles/second=", b"sampling period="];
    let is_attribute = attributes.iter().any(|start| line.starts_with(start));
    is_attribute || clean_record(line, &mut Vec::new()).is_some()
}

struct Header {
    cycles_per_second: i64,
    period: i64,
    duration_nanos: i64,
}

/// The first line and the attributes after it.
fn read_header(lines: &mut Lines<'_>) -> Result<Header> {
    const EXPECTED: &str = "an attribute such as \"cycles/second=2600000826\"";
    let mut header = Header {
        cycles_per_second: 0,
        period: 1,
        duration_nanos: 0,
    };
    if let Some(span) = lines.line_at(0)? {
        lines.consume(span.size, 1);
    }
    while let Some(span) = lines.line_at(0)? {
        let text = lines.text(0, span);
        if !is_blank_or_comment(text) {
            if (GRAMMAR.is_end)(text) {
                break;
            }
            let Some(at) = text.iter().position(|&byte| byte == b'=') else {
                break;
            };
            let (key, value) = text.split_at(at);
            header
                .set(trim(key), value)
                .ok_or_else(|| lines.refuse(EXPECTED))?;
        }
        lines.consume(span.size, 1);
    }
    Ok(header)
}

impl Header {
    fn set(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        let number = go_integer(trim(value.strip_prefix(b"=")?));
        match key {
            b"cycles/second" => self.cycles_per_second = number?,
            b"sampling period" => self.period = number?,
            b"ms since reset" => self.duration_nanos = number?.checked_mul(1_000_000)?,
            b"discarded samples" => {}
            _ => return None,
        }
        Some(())
    }
}

/// Count and nanoseconds of a record (legacy_profile.go: parseContentionSample). `None` for
/// something else, and for what does not fit 64 bits.
fn record(line: &[u8], header: &Header, stack: &mut Vec<u64>) -> Option<[i64; 2]> {
    let numbers = clean_record(line, stack).or_else(|| any_record(line, stack));
    let (mut delay, mut count) = numbers?;
    if header.period > 0 {
        if header.cycles_per_second > 0 {
            let cycles_per_nanosecond = header.cycles_per_second as f64 / 1e9;
            delay = truncated(delay as f64 * header.period as f64 / cycles_per_nanosecond)?;
        }
        count = count.checked_mul(header.period)?;
    }
    Some([count, delay])
}

/// A record as every writer writes it, which the pattern finds alike.
fn clean_record(line: &[u8], stack: &mut Vec<u64>) -> Option<(i64, i64)> {
    let mut scan = Scan::new(line);
    let delay = i64::try_from(scan.digits()?).ok()?;
    scan.spaces();
    let count = i64::try_from(scan.digits()?).ok()?;
    scan.expect(b" @")?;
    addresses(scan.rest, stack)?;
    Some((delay, count))
}

/// A record somewhere in a line.
fn any_record(line: &[u8], stack: &mut Vec<u64>) -> Option<(i64, i64)> {
    let [delay, count, addresses] = CONTENTION_SAMPLE.groups(line)?;
    hex_numbers(addresses, stack)?;
    Some((whole_integer(delay)?, whole_integer(count)?))
}
