//! The lines of a memory map.

use super::attributes::Attributes;
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::{Limits, TextReading};
use crate::text::first_line::{another, refuse_another};
use crate::text::lines::Lines;
use crate::text::patterns::{BRIEF_MAPS, LOG_PREFIX, PROC_MAPS};
use crate::text::scan::{hex_digits, is_memory_map, trim};
use crate::words::counted;

/// A range of addresses and the file mapped there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::text) struct Entry {
    pub(in crate::text) start: u64,
    pub(in crate::text) limit: u64,
    pub(in crate::text) offset: u64,
    pub(in crate::text) file: Vec<u8>,
    pub(in crate::text) build_id: Vec<u8>,
}

/// The memory map of what follows the records, if there is one; everything else there is passed
/// over (legacy_profile.go: parseAdditionalSections).
pub(in crate::text) fn read_sections(lines: &mut Lines<'_>, limits: &Limits) -> Result<Vec<Entry>> {
    while let Some(span) = lines.line_at(0)? {
        let text = lines.text(0, span);
        check_alone(text, lines, limits)?;
        let starts = is_memory_map(text);
        lines.consume(span.size, 1);
        if starts {
            return read_map(lines, limits);
        }
    }
    Ok(Vec::new())
}

/// The executable ranges of a memory map, which goes on to the end (legacy_profile.go:
/// parseProcMapsFromScanner).
///
/// ```text
/// build=/home/app
/// 00400000-00fcb000 r-xp 00000000 fd:01 12345 $build/bin/app
/// 40000000-40015000 /lib/libc.so (@4000) abc123
/// ```
pub(in crate::text) fn read_map(lines: &mut Lines<'_>, limits: &Limits) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut attributes = Attributes::default();
    let mut size = 0;
    while let Some(span) = lines.line_at(0)? {
        check_alone(lines.text(0, span), lines, limits)?;
        let text = without_log_prefix(lines.text(0, span));
        let replaced = attributes.replaced(text, limits.max_message_bytes);
        let line = replaced.ok_or_else(|| too_much(lines, limits.max_message_bytes))?;
        match Line::parse(&line) {
            Line::Entry(entry) => {
                size += size_of::<Entry>() + entry.file.len() + entry.build_id.len();
                entries.push(entry);
            }
            Line::NotExecutable => {}
            Line::Other => size += assign(&line, &mut attributes, lines, limits)?,
        }
        if size > limits.max_table_bytes {
            return Err(too_much(lines, limits.max_table_bytes));
        }
        lines.consume(span.size, 1);
    }
    Ok(entries)
}

/// Refuses a line that starts another profile; pprof passes over it.
fn check_alone(line: &[u8], lines: &Lines<'_>, limits: &Limits) -> Result<()> {
    let another = another(line).filter(|_| limits.texts == TextReading::WithNames);
    another.map_or(Ok(()), |found| Err(refuse_another(lines, found)))
}

/// Takes the assignment of a line, if it is one, and tells how many bytes it holds.
fn assign(
    line: &[u8],
    attributes: &mut Attributes,
    lines: &Lines<'_>,
    limits: &Limits,
) -> Result<usize> {
    let Some(at) = memchr::memchr(b'=', line) else {
        return Ok(0);
    };
    let (name, value) = line.split_at(at);
    let value = trim(value.get(1..).unwrap_or_default());
    if !attributes.add(trim(name), value) {
        return Err(too_much(lines, limits.max_table_bytes));
    }
    Ok(name.len() + value.len())
}

fn too_much(lines: &Lines<'_>, max: usize) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        Stage::Text,
        format!("line {}", lines.number()),
        format!(
            "a memory map of more than {} or a thousand attributes",
            counted(max, "byte")
        ),
        "a memory map within the limit",
    )
}

/// What a logger of Google's put before the line goes (legacy_profile.go: removeLoggingInfo).
fn without_log_prefix(line: &[u8]) -> &[u8] {
    let start = LOG_PREFIX.end(line).unwrap_or(0);
    line.get(start..).unwrap_or_default()
}

/// What a line of a map is.
enum Line {
    Entry(Entry),
    NotExecutable,
    Other,
}

impl Line {
    /// legacy_profile.go: parseMappingEntry.
    fn parse(line: &[u8]) -> Line {
        let groups = match PROC_MAPS.groups(line) {
            Some([start, end, perm, offset, file]) => Some([start, end, perm, file, offset, b""]),
            None => BRIEF_MAPS.groups(line),
        };
        let Some([start, end, perm, file, offset, build_id]) = groups else {
            return Line::Other;
        };
        if !perm.is_empty() && !perm.contains(&b'x') {
            return Line::NotExecutable;
        }
        let offset = match offset {
            [] => Some(0),
            digits => hex_digits(digits),
        };
        match (hex_digits(start), hex_digits(end), offset) {
            (Some(start), Some(limit), Some(offset)) => Line::Entry(Entry {
                start,
                limit,
                offset,
                file: file.to_vec(),
                build_id: build_id.to_vec(),
            }),
            _ => Line::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, read_map};
    use crate::limits::Limits;
    use crate::text::lines::Lines;

    fn entry(start: u64, limit: u64, offset: u64, file: &str, build_id: &str) -> Entry {
        Entry {
            start,
            limit,
            offset,
            file: file.as_bytes().to_vec(),
            build_id: build_id.as_bytes().to_vec(),
        }
    }

    /// The lines of google/pprof's TestParseMemoryMap in kind: every form that pprof knows.
    #[test]
    fn reads_every_form_of_line() {
        for (line, expected) in [
            (
                "00400000-00fcb000 r-xp 00000000 00:00 0    /bin/app",
                Some(entry(0x40_0000, 0xfc_b000, 0, "/bin/app", "")),
            ),
            ("00400000-00fcb000 rw-p 00001000 00:00 0    /bin/app", None),
            (
                "  02e00000-02e8a000: r-xp 02a00000 15:3b 4   /my file",
                Some(entry(0x2e0_0000, 0x2e8_a000, 0x2a0_0000, "/my", "")),
            ),
            (
                "02e00000-02e8a000: /foo/bin (@2a00000) abc",
                Some(entry(0x2e0_0000, 0x2e8_a000, 0x2a0_0000, "/foo/bin", "abc")),
            ),
            (
                "0x1000 0x2000 /bin/app",
                Some(entry(0x1000, 0x2000, 0, "/bin/app", "")),
            ),
            (
                "I0312 12:34:56 9 map.cc:12] 1000-2000 r-xp /bin/app",
                Some(entry(0x1000, 0x2000, 0, "/bin/app", "")),
            ),
            ("10000000000000000-2 r-xp /bin/app", None),
            ("the rest", None),
        ] {
            let bytes = line.as_bytes();
            let limits = Limits::default();
            let found = read_map(&mut Lines::new(Box::new(bytes), &limits), &limits);
            let found = found.expect("reads");
            assert_eq!(found.first(), expected.as_ref(), "{line}");
        }
    }
}
