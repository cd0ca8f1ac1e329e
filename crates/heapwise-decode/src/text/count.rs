//! Counts by stack: goroutine, goroutineleak and threadcreate with debug=1.

use super::first_line::of_count;
use super::legacy::{Grammar, read_records};
use super::lines::Lines;
use super::memory_map::read_sections;
use super::patterns::COUNT_SAMPLE;
use super::prune::PROFILER;
use super::records::Records;
use super::scan::{Scan, addresses, go_integer, hex_numbers, is_blank_or_comment};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::{Limits, TextReading};
use crate::note::{Note, NoteKind};
use crate::profile::Profile;

const GRAMMAR: Grammar<'_> = Grammar {
    expected: "a record such as \"3 @ 0x45b425 0x45bed5\"",
    is_end: |line| line.starts_with(b"---"),
};

/// Reads what runtime/pprof/pprof.go: printCountProfile writes, by the rules of
/// legacy_profile.go: parseGoCount.
///
/// ```text
/// goroutine profile: total 7
/// 7 @ 0x4910ea 0x41e28e
/// # labels: {"tenant":"acme"}
/// #    0x4910e9    main.leak.func1+0x2e    /src/main.go:126
/// ```
///
/// A record without addresses, as threadcreate of older Go versions has, is a sample with an
/// empty stack; pprof refuses the text that has one.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Profile> {
    let (name, total) = header(lines)?;
    let mut maker = ProfileMaker::new(limits, [(name.as_slice(), b"count".as_slice())]);
    maker.set_period(&name, b"count", 1);
    PROFILER.set(&mut maker);
    let mut records = Records::new(maker, limits);
    let mut stack = Vec::new();
    let mut sum = 0u64;
    read_records(lines, &mut records, &GRAMMAR, |records, line| {
        let count = record(line, records.reading, &mut stack)?;
        sum = sum.saturating_add(count.unsigned_abs());
        records.start(&stack, &[count], &[]);
        Some(())
    })?;
    let entries = read_sections(lines, limits)?;
    if sum < total {
        let message = format!("the header says {total}, the records that are there hold {sum}");
        let note = Note::new(NoteKind::Truncated, message);
        records.symbols.maker.add_note(note);
    }
    let mut profile = records.finish(entries)?;
    // Go adds the header up: there are lines of another one among them.
    if sum > total && limits.texts == TextReading::WithNames {
        profile.tables_mut().add_unread(sum - total, 0);
    }
    Ok(profile)
}

/// The name and the total of the first line that is neither blank nor a comment.
fn header(lines: &mut Lines<'_>) -> Result<(Vec<u8>, u64)> {
    const EXPECTED: &str = "a header such as \"goroutine profile: total 7\"";
    while let Some(span) = lines.line_at(0)? {
        let text = lines.text(0, span);
        if !is_blank_or_comment(text) {
            let (name, total) = of_count(text).ok_or_else(|| lines.refuse(EXPECTED))?;
            let name = name.to_vec();
            lines.consume(span.size, 1);
            return Ok((name, total));
        }
        lines.consume(span.size, 1);
    }
    Err(lines.refuse(EXPECTED))
}

/// Whether a line is a record as Go writes it.
pub(super) fn is_record(line: &[u8]) -> bool {
    record(line, TextReading::WithNames, &mut Vec::new()).is_some()
}

/// A record as Go writes it, or whatever else pprof takes for one. A count that starts with 0 is
/// octal, as for pprof.
fn record(line: &[u8], reading: TextReading, stack: &mut Vec<u64>) -> Option<i64> {
    if reading == TextReading::AsPprof || line.starts_with(b"0") {
        let [count, addresses] = COUNT_SAMPLE.groups(line)?;
        hex_numbers(addresses, stack)?;
        return go_integer(count);
    }
    let mut scan = Scan::new(line);
    let count = i64::try_from(scan.digits()?).ok()?;
    scan.expect(b" @")?;
    addresses(scan.rest, stack)?;
    Some(count)
}
