//! What Java servers write: heapz and contentionz in text, and the names in their CPU profiles.

use std::collections::HashMap;

use super::heap::scale;
use super::lines::Lines;
use super::patterns::{JAVA_ATTRIBUTE, JAVA_FILE_LINE, JAVA_LOCATION, JAVA_PATH, JAVA_SAMPLE};
use super::prune::{ALLOCATORS, LOCKS, PROFILER};
use super::records::Records;
use super::scan::{go_integer, hex_digits, hex_numbers, trim, whole_integer};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::made_label::MadeLabel;
use crate::path::base_name;
use crate::profile::Profile;
use crate::tables::{Function, FunctionIndex, Line};

/// Bytes between two samples of a Java heap (legacy_java_profile.go: javaHeapzSamplingRate).
const HEAP_PERIOD: i64 = 512 << 10;

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Heap,
    Contention,
}

/// The kind that a first line tells.
pub(super) fn kind(first_line: &[u8]) -> Option<Kind> {
    match trim(first_line) {
        b"--- heapz 1 ---" => Some(Kind::Heap),
        b"--- contentionz 1 ---" => Some(Kind::Contention),
        _ => None,
    }
}

/// Reads a heap or contention by the rules of legacy_java_profile.go: parseJavaProfile.
///
/// ```text
/// --- heapz 1 ---
/// format = java
/// resolution = bytes
///        7048       58 @ 0x00000003 0x0000000b
///  0x00000003 com.example.Function3 (source.java:38)
///  0x0000000b [unknown]
/// ```
///
/// is one sample of 58 objects and 7048 bytes before scaling. What looks like addresses are
/// numbers that the lines after the samples name.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Profile> {
    let first = lines.peek()?.unwrap_or_default();
    let kind = kind(&first).ok_or_else(|| lines.refuse("\"--- heapz 1 ---\""))?;
    skip_ended(lines, "attributes after the first line")?;
    let header = Header::read(kind, lines)?;
    let mut records = Records::new(header.maker(kind, limits), limits);
    read_samples(kind, &header, lines, &mut records)?;
    read_locations(lines, &mut records)?;
    records.finish_without_addresses()
}

/// Passes a line, which must have an end.
fn skip_ended(lines: &mut Lines<'_>, expected: &str) -> Result<()> {
    match lines.line_at(0)? {
        Some(span) if span.is_ended => lines.skip(),
        _ => Err(lines.refuse(expected)),
    }
}

/// The next line, if it has an end: of attributes and samples only those count.
fn peek_ended(lines: &mut Lines<'_>) -> Result<Option<Vec<u8>>> {
    match lines.line_at(0)? {
        Some(span) if span.is_ended => lines.peek(),
        _ => Ok(None),
    }
}

#[derive(Default)]
struct Header {
    /// The unit of the second value; without it there are no sample types.
    resolution: Option<Vec<u8>>,
    has_period: bool,
    period: i64,
    duration_nanos: i64,
}

impl Header {
    /// The attributes, up to the first line that is none (legacy_java_profile.go:
    /// parseJavaHeader).
    fn read(kind: Kind, lines: &mut Lines<'_>) -> Result<Header> {
        let mut header = Header::default();
        while let Some(line) = peek_ended(lines)? {
            let line = trim(&line);
            if !line.is_empty() {
                let Some([name, value]) = JAVA_ATTRIBUTE.groups(line) else {
                    break;
                };
                header
                    .set(kind, trim(name), trim(value))
                    .ok_or_else(|| lines.refuse("an attribute such as \"format = java\""))?;
            }
            lines.skip()?;
        }
        Ok(header)
    }

    fn set(&mut self, kind: Kind, name: &[u8], value: &[u8]) -> Option<()> {
        match (kind, name) {
            (_, b"format") => return (value == b"java").then_some(()),
            (_, b"resolution") => self.resolution = Some(value.to_vec()),
            (Kind::Contention, b"sampling period") => {
                self.has_period = true;
                self.period = go_integer(value)?;
            }
            (Kind::Contention, b"ms since reset") => {
                self.duration_nanos = go_integer(value)?.checked_mul(1_000_000)?;
            }
            _ => return None,
        }
        Some(())
    }

    fn maker(&self, kind: Kind, limits: &Limits) -> ProfileMaker {
        let [count, amount]: [&[u8]; 2] = match kind {
            Kind::Heap => [b"inuse_objects", b"inuse_space"],
            Kind::Contention => [b"contentions", b"delay"],
        };
        let unit = self.resolution.iter();
        let types = unit.flat_map(|unit| [(count, &b"count"[..]), (amount, unit.as_slice())]);
        let mut maker = ProfileMaker::new(limits, types);
        match self.has_period {
            true => maker.set_period(b"contentions", b"count", self.period),
            false => maker.set_period(b"", b"", 0),
        }
        maker.set_times(0, self.duration_nanos);
        match (kind, &self.resolution) {
            (Kind::Heap, Some(_)) => ALLOCATORS.set(&mut maker),
            (Kind::Contention, Some(_)) => LOCKS.set(&mut maker),
            (_, None) => PROFILER.set(&mut maker),
        }
        maker
    }
}

/// The samples, up to the first line that is none (legacy_java_profile.go: parseJavaSamples).
fn read_samples(
    kind: Kind,
    header: &Header,
    lines: &mut Lines<'_>,
    records: &mut Records,
) -> Result<()> {
    const EXPECTED: &str = "a sample such as \"7048 58 @ 0x00000003 0x0000000b\"";
    let bytes = records.symbols.maker.text(b"bytes");
    let none = records.symbols.maker.text(b"");
    let mut stack = Vec::new();
    while let Some(line) = peek_ended(lines)? {
        let line = trim(&line);
        if !line.is_empty() {
            let Some([amount, count, addresses]) = JAVA_SAMPLE.groups(line) else {
                break;
            };
            if header.resolution.is_none() {
                return Err(lines.refuse("\"resolution = bytes\" before the first sample"));
            }
            hex_numbers(addresses, &mut stack).ok_or_else(|| lines.refuse(EXPECTED))?;
            let values = values(kind, header, count, amount);
            let (values, size) = values.ok_or_else(|| lines.refuse(EXPECTED))?;
            let label = size.map(|size| MadeLabel::Number(bytes, size, none));
            records.start_at(stack.iter().copied(), &values, label.as_slice());
            records.check(lines.number())?;
        }
        lines.skip()?;
    }
    Ok(())
}

/// The values of a sample, and the size of its objects in a heap. `None` for objects of no number,
/// and for what does not fit 64 bits.
fn values(
    kind: Kind,
    header: &Header,
    count: &[u8],
    amount: &[u8],
) -> Option<([i64; 2], Option<i64>)> {
    let (count, amount) = (go_integer(count)?, go_integer(amount)?);
    match kind {
        Kind::Heap => {
            let size = amount.checked_div(count)?;
            let (count, amount) = scale(count, amount, HEAP_PERIOD)?;
            Some(([count, amount], Some(size)))
        }
        Kind::Contention if header.period == 0 => Some(([count, amount], None)),
        Kind::Contention => {
            let scaled = |value: i64| value.checked_mul(header.period);
            Some(([scaled(count)?, scaled(amount)?], None))
        }
    }
}

/// The names of what samples have for addresses (legacy_java_profile.go: parseJavaLocations).
pub(super) fn read_locations(lines: &mut Lines<'_>, records: &mut Records) -> Result<()> {
    let mut functions = HashMap::new();
    while let Some(line) = lines.peek()? {
        if let Some([address, place]) = JAVA_LOCATION.groups(trim(&line)) {
            let address = hex_digits(address);
            let address = address.ok_or_else(|| lines.refuse("a number of at most 64 bits"))?;
            if records.has(address) {
                let line = Place::parse(place).line(&mut functions, &mut records.symbols.maker);
                records.name(address, line);
                records.check(lines.number())?;
            }
        }
        lines.skip()?;
    }
    Ok(())
}

/// A function, its file and a line of it.
struct Place<'a> {
    function: &'a [u8],
    file: &'a [u8],
    line: i64,
}

impl<'a> Place<'a> {
    /// `com.example.f (source.java:38)`, `f (/usr/lib/libc.so)`, or a name alone.
    fn parse(text: &'a [u8]) -> Self {
        if let Some([function, file, line]) = JAVA_FILE_LINE.groups(text) {
            let line = whole_integer(line).filter(|&line| line > 0).unwrap_or(0);
            return Self {
                function,
                file,
                line,
            };
        }
        let (function, file) = match JAVA_PATH.groups(text) {
            Some([function, path]) => (function, base_name(path)),
            None if is_stub(text) => (&b"STUB"[..], &b""[..]),
            None => (text, &b""[..]),
        };
        Self {
            function,
            file,
            line: 0,
        }
    }

    /// A function is known by its name: the first file that comes with it counts.
    fn line(
        &self,
        functions: &mut HashMap<Vec<u8>, FunctionIndex>,
        maker: &mut ProfileMaker,
    ) -> Line {
        let known = functions.get(self.function).copied();
        let function = known.unwrap_or_else(|| {
            let name = maker.text(self.function);
            let filename = maker.text(self.file);
            let made = maker.add_function(Function {
                name,
                system_name: name,
                filename,
                start_line: 0,
            });
            functions.insert(self.function.to_vec(), made);
            made
        });
        Line {
            function,
            line: self.line,
            column: 0,
        }
    }
}

fn is_stub(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"generated stub/JIT").is_some()
}
