//! Threads and their stacks: threadz of C++ servers.

use super::lines::Lines;
use super::memory_map::read_sections;
use super::patterns::{THREAD_START, THREADZ_START};
use super::prune::PROFILER;
use super::records::Records;
use super::scan::{hex_numbers, is_blank_or_comment, is_memory_map, trim};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::profile::Profile;

const TYPES: [(&[u8], &[u8]); 1] = [(b"thread", b"count")];
const EXPECTED: &str = "a thread such as \"--- Thread 7ff0 (name: main/14719) stack: ---\", or the \
    line that ends the threads: \"---- no stack trace for\" or \"--- Memory map: ---\"";

/// Whether a line starts threads (legacy_profile.go: parseThread).
pub(super) fn is_header(line: &[u8]) -> bool {
    THREADZ_START.is_in(line) || THREAD_START.is_in(line)
}

/// Reads what threadz serves, by the rules of legacy_profile.go: parseThread.
///
/// ```text
/// --- threadz 1 ---
///
/// --- Thread 7ff0a1b2c700 (name: main/14719) stack: ---
///   PC: 0x0000004006e8 helper
///   0x0000004a1b2c main
/// --- Thread 7ff0a1b2d700 (name: pool/14720) stack: ---
///   [same as previous thread]
/// --- Memory map: ---
///   00400000-00fcb000: /home/app
/// ```
///
/// is one sample of 2 threads. Only addresses count: the first is that of the leaf itself, the
/// others are those after calls.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Profile> {
    skip_header(lines)?;
    let mut maker = ProfileMaker::new(limits, TYPES);
    maker.set_period(b"thread", b"count", 1);
    PROFILER.set(&mut maker);
    let mut records = Records::new(maker, limits);
    loop {
        let Some(line) = lines.peek()? else {
            return Err(lines.refuse(EXPECTED));
        };
        let line = trim(&line);
        if is_memory_map(line) || line.starts_with(b"---- no stack trace for") {
            break;
        }
        if !THREAD_START.is_in(line) {
            return Err(lines.refuse(EXPECTED));
        }
        lines.skip()?;
        let ends_with_map = read_thread(lines, &mut records)?;
        records.check(lines.number())?;
        if ends_with_map && lines.peek()?.is_none() {
            break;
        }
    }
    records.finish(read_sections(lines, limits)?)
}

/// Passes what comes before the first thread.
fn skip_header(lines: &mut Lines<'_>) -> Result<()> {
    while let Some(line) = lines.peek()?
        && is_blank_or_comment(&line)
    {
        lines.skip()?;
    }
    match lines.peek()? {
        Some(line) if THREADZ_START.is_in(&line) => lines.skip()?,
        Some(line) if THREAD_START.is_in(&line) => return Ok(()),
        _ => return Err(lines.refuse("a header such as \"--- threadz 1 ---\"")),
    }
    while let Some(line) = lines.peek()?
        && !is_memory_map(&line)
        && !line.starts_with(b"-")
    {
        lines.skip()?;
    }
    Ok(())
}

/// Reads the frames of a thread, up to the line after them. A thread without frames is one more
/// with the stack of the thread before (legacy_profile.go: parseThreadSample). Tells whether the
/// last line read starts a map: among frames it does so only at the very end.
fn read_thread(lines: &mut Lines<'_>, records: &mut Records) -> Result<bool> {
    const ADDRESS: &str = "addresses of at most 64 bits";
    let mut stack = Vec::new();
    let mut found = Vec::new();
    let mut is_same = false;
    let mut ends_with_map = false;
    while let Some(line) = lines.peek()? {
        let line = trim(&line);
        if line.starts_with(b"---") {
            break;
        }
        ends_with_map = is_memory_map(line);
        if memchr::memmem::find(line, b"same as previous thread").is_some() {
            is_same = true;
        } else {
            hex_numbers(line, &mut found).ok_or_else(|| lines.refuse(ADDRESS))?;
            stack.append(&mut found);
        }
        lines.skip()?;
    }
    if is_same || stack.is_empty() {
        if let Some([count]) = records.values() {
            *count = count.saturating_add(1);
        }
        return Ok(ends_with_map);
    }
    let addresses = stack.iter().enumerate();
    let addresses = addresses.map(|(at, &address)| match at {
        0 => address,
        _ => address.wrapping_sub(1),
    });
    records.start_at(addresses, &[1], &[]);
    records.drop_repeated_leaf();
    Ok(ends_with_map)
}
