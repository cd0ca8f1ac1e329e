//! Large buffers that are garbage soon: use them again.

use heapwise_decode::{AllocationKind, Decision, EscapeOutcome};

use super::callee::is_of_own_type;
use super::code::{last_name, opened, without_comment, word_uses};
use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;
use crate::explain::sizes::are_alike;

const TEXTS: (&str, &str) = (
    "keep buffers in a sync.Pool, or let the caller pass one in that it uses again",
    "a buffer is still used after it was given back, sizes differ so much that small requests keep large buffers, or \
     calls are rare: the collector empties pools",
);

/// Smaller ones cost less to allocate than to get from a pool and to clear.
const SMALLEST: f64 = 1024.0;

/// Buffers of a pool should be about as large as what is asked for.
const SPREAD: f64 = 8.0;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    const REASONS: [Reason; 4] = [
        Reason::TooLarge,
        Reason::SizeNotConstant,
        Reason::Passed,
        Reason::Escapes,
    ];
    let kept = line.kept?;
    let fits = line.is_own()
        && line.has_reason(&REASONS)
        && is_buffer(line)
        && stays(line)
        && !is_for_hash(line)
        && line.is_short_lived()
        // A buffer that grows is in use while it does.
        && line.ladder.is_none()
        && line.mean_size().is_some_and(|size| size >= SMALLEST)
        && are_alike(&line.sizes, SPREAD);
    fits.then(|| Draft {
        rule: Rule::Pool,
        texts: TEXTS,
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0 - kept.part)),
    })
}

/// Whether it is bytes or elements that can be given back: states and results are not. Of a variable only the name is told.
fn is_buffer(line: &Line<'_>) -> bool {
    let decisions = line.cause.decisions();
    let named = |text: &str| text.to_lowercase().contains("buf");
    let is_one = |one: &Decision| {
        let words = one.subject.as_str();
        match one.kind {
            // Pointers are to what the caller wants; a pool would keep all of that.
            AllocationKind::Slice => !words.starts_with("make([]*"),
            AllocationKind::Variable => named(words),
            AllocationKind::New => words.starts_with("new([") || named(words),
            AllocationKind::Composite => {
                words.starts_with("&[") || words.split('{').next().is_some_and(named)
            }
            _ => false,
        }
    };
    !decisions.is_empty() && decisions.iter().all(is_one)
}

/// Whether nothing has the buffer when its function has returned: the compiler says so, or all that the function does with it
/// is known. Of several ways in which it leaves the compiler tells one.
fn stays(line: &Line<'_>) -> bool {
    let Some(name) = line.variable() else {
        return false;
    };
    let mut decisions = line.decisions();
    if decisions.all(|one| one.outcome == EscapeOutcome::Stack) {
        return !line.gives_away(&name);
    }
    // What a function literal has lives as long as that.
    let has_literal = || line.below().any(|text| text.contains("func("));
    !is_taken(line)
        && !line.gives_away(&name)
        && !line.passes(&name, is_passed_on)
        && !has_literal()
}

/// Whether parts are put together in it for a hash, which takes them one after the other, and needs no buffer. What is read into
/// one is another.
fn is_for_hash(line: &Line<'_>) -> bool {
    let Some(name) = line.variable().filter(|_| line.imports_hashes()) else {
        return false;
    };
    let mut is_hashed = false;
    let is_read = line.below().any(|text| {
        let code = without_comment(&text);
        is_hashed |= takers(code, &name).any(is_of_hash);
        takers(code, &name).any(|taker| READERS.contains(&taker))
    });
    is_hashed && !is_read
}

/// What fills a buffer from elsewhere.
const READERS: [&str; 7] = [
    "CopyBuffer",
    "Decode",
    "Encode",
    "Read",
    "ReadAt",
    "ReadAtLeast",
    "ReadFull",
];

/// Whether a function is one to which hashes are given what they are of: `h.Write(b)`, `sha256.Sum256(b)`, `crc32.Update(s, t, b)`.
fn is_of_hash(name: &str) -> bool {
    let begins = ["Sum", "Checksum"].iter();
    matches!(name, "Write" | "Update") || { begins }.any(|begin| name.starts_with(begin))
}

/// Whether it is put into an interface, or an own function lets it escape: then what takes it may keep it, as a stack of values
/// does.
fn is_taken(line: &Line<'_>) -> bool {
    let mut steps = line.decisions().flat_map(|one| &one.steps);
    steps.any(|step| {
        let is_own = |callee: &String| !callee.contains('.') || is_of_own_type(callee);
        step.why == "interface-converted" || step.callee.as_ref().is_some_and(is_own)
    })
}

/// What fills a buffer, or looks at it, and by what it promises does not keep it: io.Reader, io.Writer, and functions of the
/// standard library.
const LOOKERS: [&str; 34] = [
    "Checksum",
    "ChecksumIEEE",
    "Compare",
    "Contains",
    "CopyBuffer",
    "Decode",
    "Encode",
    "EncodeToString",
    "Equal",
    "HasPrefix",
    "HasSuffix",
    "Index",
    "IndexByte",
    "PutUint16",
    "PutUint32",
    "PutUint64",
    "PutUvarint",
    "PutVarint",
    "Read",
    "ReadAt",
    "ReadAtLeast",
    "ReadFull",
    "Uint16",
    "Uint32",
    "Uint64",
    "Update",
    "Uvarint",
    "Varint",
    "Write",
    "WriteAt",
    "cap",
    "copy",
    "len",
    "string",
];

/// Whether a line passes a variable to anything else than what only looks at it.
fn is_passed_on(code: &str, variable: &str) -> bool {
    takers(code, variable).any(|name| !LOOKERS.contains(&name))
}

/// The functions that a line passes a variable to, or a part of it.
fn takers<'a>(code: &'a str, variable: &'a str) -> impl Iterator<Item = &'a str> {
    word_uses(code, variable).filter_map(|(before, after)| {
        let called = opened(before).and_then(|open| before.get(..open));
        // One of its elements is a copy.
        let is_element = after.strip_prefix('[').is_some_and(|rest| {
            let index = rest.split(']').next().unwrap_or_default();
            !index.contains(':')
        });
        called.map(last_name).filter(|_| !is_element)
    })
}

#[cfg(test)]
mod tests {
    use super::is_passed_on;

    #[test]
    fn what_may_keep_a_buffer_is_told_from_what_looks_at_it() {
        for code in [
            "	n, err := io.ReadFull(r, buffer)",
            "	if _, err := w.Write(buffer[:n]); err != nil {",
            "	sum = crc32.Update(sum, crc32.IEEETable, buffer[:n])",
            "	all[i] = order.Uint64(buffer[8*i:])",
            "	for i, b := range buffer {",
            "	add(buffer[i])",
            "	buffer = buffer[:8*(end-i)]",
            "	copy(buffer, rebuffer(text))",
            "	key := string(buffer[:n])",
            "	s.buffer(text)",
        ] {
            assert!(!is_passed_on(code, "buffer"), "{code}");
        }
        for code in [
            "	vm.push(buffer)",
            "	effect, err := e.merge(effects, buffer[:n])",
            "	p := (*T)(unsafe.Pointer(&buffer[0:][0]))",
            "	parts := split(string(text), buffer[at:])",
            "	defer free((buffer))",
        ] {
            assert!(is_passed_on(code, "buffer"), "{code}");
        }
    }
}
