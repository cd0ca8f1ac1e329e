//! The heaps that jemalloc itself dumps (`prof.dump`, `MALLOC_CONF=prof:true`), which pprof cannot
//! read: jeprof does (jemalloc/bin/jeprof.in: ReadThreadedHeapProfile).

use super::heap::scale;
use super::lines::Lines;
use super::memory_map::read_sections;
use super::prune::ALLOCATORS;
use super::records::Records;
use super::scan::{Scan, addresses, is_blank, is_memory_map, trim};
use crate::assembler::ProfileMaker;
use crate::error::Result;
use crate::limits::Limits;
use crate::made_label::MadeLabel;
use crate::profile::Profile;

const HEADER: &str = "a header such as \"heap_v2/524288\"";
const RECORD: &str = "a stack such as \"@ 0x48e90c 0x493807\", or \"t*: 1: 32 [2: 64]\"";

/// Whether a line starts a heap of jemalloc.
pub(super) fn is_header(line: &[u8]) -> bool {
    period(line).is_some()
}

fn period(line: &[u8]) -> Option<i64> {
    let mut scan = Scan::new(trim(line));
    scan.expect(b"heap_v2/")?;
    let period = scan.digits()?;
    scan.rest.is_empty().then_some(())?;
    i64::try_from(period).ok()
}

/// Reads stacks, each followed by what all threads (`t*`) and each of them have allocated there and
/// not freed. Values are scaled as jeprof scales them, by the rule that Go has, too.
///
/// ```text
/// heap_v2/524288
///   t*: 28106: 56637512 [0: 0]
/// @ 0x5f86da8 0x5f5a1dc
///   t*: 13: 6688 [0: 0]
///   t3: 13: 6688 [0: 0]
/// ```
///
/// is one sample. What was allocated in all stands in brackets where `prof_accum` is on.
pub(super) fn read(lines: &mut Lines<'_>, limits: &Limits) -> Result<Profile> {
    let header = lines.peek()?.as_deref().and_then(period);
    let period = header.ok_or_else(|| lines.refuse(HEADER))?;
    lines.skip()?;
    let types: [(&[u8], &[u8]); 4] = [
        (b"alloc_objects", b"count"),
        (b"alloc_space", b"bytes"),
        (b"objects", b"count"),
        (b"space", b"bytes"),
    ];
    let totals = totals(lines)?;
    let has_all = totals.is_some_and(|[_, all]| all != (0, 0));
    let types = types.into_iter().skip(if has_all { 0 } else { 2 });
    let mut maker = ProfileMaker::new(limits, types);
    maker.set_period(b"space", b"bytes", period);
    ALLOCATORS.set(&mut maker);
    let bytes = maker.text(b"bytes");
    let none = maker.text(b"");
    let mut records = Records::new(maker, limits);
    let mut stack = None;
    while let Some(line) = lines.peek()? {
        let line = trim(&line);
        if is_memory_map(line) {
            break;
        }
        if let Some(list) = line.strip_prefix(b"@") {
            let mut found = Vec::new();
            addresses(list, &mut found).ok_or_else(|| lines.refuse(RECORD))?;
            stack = Some(found);
        } else if line.starts_with(b"t*") {
            let refused = || lines.refuse(RECORD);
            let stack = stack.take().ok_or_else(refused)?;
            let pairs = counts(line).ok_or_else(refused)?;
            let values = values(pairs, period, has_all).ok_or_else(refused)?;
            let (count, size) = pairs[0];
            let label = MadeLabel::Number(bytes, size.checked_div(count).unwrap_or(0), none);
            records.start(&stack, &values, &[label]);
            records.check(lines.number())?;
        } else if !is_blank(line) && counts(line).is_none() {
            return Err(lines.refuse(RECORD));
        }
        lines.skip()?;
    }
    let entries = read_sections(lines, limits)?;
    records.finish(entries)
}

/// The totals before the first stack.
fn totals(lines: &mut Lines<'_>) -> Result<Option<Pairs>> {
    let mut totals = None;
    while let Some(line) = lines.peek()?
        && let Some(pairs) = counts(trim(&line))
    {
        totals = totals.or(Some(pairs));
        lines.skip()?;
    }
    Ok(totals)
}

/// Count and bytes in use, count and bytes allocated in all.
type Pairs = [(i64, i64); 2];

/// `t*: 13: 6688 [0: 0]`.
fn counts(line: &[u8]) -> Option<Pairs> {
    let mut scan = Scan::new(line);
    scan.expect(b"t")?;
    if scan.expect(b"*").is_none() {
        scan.digits()?;
    }
    scan.expect(b":")?;
    scan.spaces();
    let in_use = pair(&mut scan)?;
    scan.spaces();
    scan.expect(b"[")?;
    scan.spaces();
    let all = pair(&mut scan)?;
    scan.spaces();
    scan.expect(b"]")?;
    Some([in_use, all])
}

fn pair(scan: &mut Scan<'_>) -> Option<(i64, i64)> {
    let count = i64::try_from(scan.digits()?).ok()?;
    scan.expect(b":")?;
    scan.spaces();
    Some((count, i64::try_from(scan.digits()?).ok()?))
}

fn values(pairs: Pairs, period: i64, has_all: bool) -> Option<Vec<i64>> {
    let [in_use, all] = pairs;
    let mut values = Vec::with_capacity(4);
    for (count, bytes) in has_all.then_some(all).into_iter().chain([in_use]) {
        let (count, bytes) = scale(count, bytes, period)?;
        values.extend([count, bytes]);
    }
    Some(values)
}
