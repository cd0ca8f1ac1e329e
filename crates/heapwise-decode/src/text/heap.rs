//! heap and allocs with debug=1.

use super::legacy::{Step, read_records};
use super::lines::Lines;
use super::records::Records;
use super::scan::{Scan, addresses, trim};
use crate::error::Result;
use crate::limits::Limits;
use crate::maker::{MadeLabel, ProfileMaker};
use crate::note::{Note, NoteKind};
use crate::profile::Profile;

/// Frames of package runtime below those of the user are removed from a text, and some kept, as
/// pprof does (legacy_profile.go: addLegacyFrameInfo; of its list, what can be in a Go program).
/// The runtime itself leaves them out of its protobuf.
const DROP_FRAMES: &[u8] = br"runtime\..*";
const KEEP_FRAMES: &[u8] = br"runtime\.panic|runtime\.reflectcall|runtime\.call[0-9]*";

const RECORD: &str = "a record such as \"1: 32 [2: 64] @ 0x48e90c 0x493807\"";

const TWO_TYPES: [(&[u8], &[u8]); 2] = [(b"objects", b"count"), (b"space", b"bytes")];
const FOUR_TYPES: [(&[u8], &[u8]); 4] = [
    (b"alloc_objects", b"count"),
    (b"alloc_space", b"bytes"),
    (b"inuse_objects", b"count"),
    (b"inuse_space", b"bytes"),
];

/// Reads what runtime/pprof/pprof.go: writeHeapInternal writes, by the rules of
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
    maker.set_frame_patterns(DROP_FRAMES, KEEP_FRAMES);
    let bytes = maker.text(b"bytes");
    let none = maker.text(b"");
    let mut records = Records::new(maker, limits);
    let mut stack = Vec::new();
    let mut values = Vec::new();
    read_records(lines, &mut records, RECORD, |records, line| {
        let size = record(line, &header, &mut values, &mut stack)?;
        let label = MadeLabel::Number(bytes, size, none);
        records.start(&stack, &values, &[label]);
        Some(Step::Proceed)
    })?;
    if !records.has_statistics {
        let message = "the memory statistics that end a heap text are missing: so may be records";
        let note = Note::new(NoteKind::Truncated, message);
        records.symbols.maker.add_note(note);
    }
    records.finish()
}

struct Header {
    period: i64,
    has_alloc: bool,
    is_scaled: bool,
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

/// The period is half the number of a header of type `heap`, the number itself for `heap_v2` and
/// `heapz_v2`, and samples of `heapprofile` are not scaled (legacy_profile.go: parseHeapHeader).
fn parse_header(line: &[u8]) -> Option<Header> {
    let mut scan = Scan::new(line);
    scan.expect(b"heap profile:")?;
    scan.spaces();
    let counts = counts(&mut scan)?;
    scan.spaces();
    scan.expect(b"@")?;
    scan.spaces();
    let name = scan.take_while(|byte| matches!(byte, b'_' | b'a'..=b'z' | b'0'..=b'9'));
    let number = match scan.expect(b"/") {
        Some(()) if !scan.rest.is_empty() => i64::try_from(scan.digits()?).ok()?,
        _ => 0,
    };
    let (period, is_scaled) = match name {
        b"heap" => (number / 2, true),
        b"heap_v2" | b"heapz_v2" => (number, true),
        b"heapprofile" => (1, false),
        _ => return None,
    };
    let [in_use, allocated] = counts;
    let differs = |a: i64, b: i64| a != b && a != 0;
    Some(Header {
        period,
        has_alloc: differs(allocated.0, in_use.0) || differs(allocated.1, in_use.1),
        is_scaled,
    })
}

/// `3: 403824 [56: 14446176]`: count and bytes in use, count and bytes allocated.
fn counts(scan: &mut Scan<'_>) -> Option<[(i64, i64); 2]> {
    let in_use = pair(scan)?;
    scan.spaces();
    scan.expect(b"[")?;
    scan.spaces();
    let allocated = pair(scan)?;
    scan.spaces();
    scan.expect(b"]")?;
    Some([in_use, allocated])
}

fn pair(scan: &mut Scan<'_>) -> Option<(i64, i64)> {
    let count = scan.integer()?;
    scan.expect(b":")?;
    scan.spaces();
    Some((count, scan.integer()?))
}

/// Values and stack of a record; returns the size of its objects. Bytes without objects make it
/// no record (legacy_profile.go: parseHeapSample).
fn record(
    line: &[u8],
    header: &Header,
    values: &mut Vec<i64>,
    stack: &mut Vec<u64>,
) -> Option<i64> {
    let mut scan = Scan::new(trim(line));
    let [in_use, allocated] = counts(&mut scan)?;
    scan.expect(b" @")?;
    addresses(scan.rest, stack)?;
    values.clear();
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
            true => scale(count, bytes, header.period),
            false => (count, bytes),
        };
        values.extend([scaled.0, scaled.1]);
    }
    Some(object_size)
}

/// Divides by the probability that an allocation of this size is sampled, 1 - exp(-size/period)
/// (runtime/pprof/protomem.go: scaleHeapSample). A period up to 1 means that all are.
fn scale(count: i64, bytes: i64, period: i64) -> (i64, i64) {
    if count == 0 || bytes == 0 {
        return (0, 0);
    }
    if period <= 1 {
        return (count, bytes);
    }
    let size = bytes as f64 / count as f64;
    let scale = 1.0 / (1.0 - (-size / period as f64).exp());
    ((count as f64 * scale) as i64, (bytes as f64 * scale) as i64)
}
