//! What is said twice in the same words: a value, and what it is boxed in to be put into an interface.

use super::decision::{AllocationKind, EscapeOutcome};
use super::known::{Key, Known};

/// Whether what is made so is put into an interface with a header of its own; a pointer, a map, a channel or a function is there as it is.
pub(super) fn has_header(subject: &str) -> bool {
    use AllocationKind::{
        Append, BytesToString, Concat, Runes, Slice, SliceLiteral, StringToBytes,
    };
    matches!(
        AllocationKind::of(subject),
        Append | BytesToString | Concat | Runes | Slice | SliceLiteral | StringToBytes
    )
}

/// Whether it is said of a value and of its box at one place: the flows of both tell, or without any that it is said twice. Where it
/// may be `repeated`, at a call that is inlined or for other type arguments, that may be two values.
pub(super) fn is_doubled(key: &Key, known: &Known, is_repeated: bool) -> bool {
    let is_explained = !known.way.is_empty();
    let is_told = is_explained || known.is_boxed_value;
    let is_said_twice = !is_told && known.said.most() > 1 && !is_repeated && key.at.column > 0;
    let is_both = known.is_boxed_value && is_explained || is_said_twice;
    is_both && may_have_box(key)
}

/// Whether it may be a value with a box, or that.
pub(super) fn may_have_box(key: &Key) -> bool {
    key.outcome == EscapeOutcome::Heap && has_header(&key.subject)
}

/// Which of what is said in the same words at other places of one line is the box of a value, by its number: `any(string(b))`.
pub(super) fn box_of(
    (value, known): (&Key, &Known),
    others: &[(usize, &Key, &Known)],
    is_repeated: impl Fn(&Key) -> bool,
) -> Option<usize> {
    let mut found = others.iter().filter(|(_, key, other)| {
        let is_there = key.inlined == value.inlined && key.at.column != value.at.column;
        is_there
            && match known.is_boxed_value {
                true => known.way.is_empty() && !other.way.is_empty() && !other.is_boxed_value,
                false => {
                    let is_short = known.way.is_empty() && other.way.is_empty();
                    let are_repeated = is_repeated(key) || is_repeated(value);
                    is_short
                        && !are_repeated
                        && AllocationKind::of(&value.subject).is_conversion()
                        && is_around(key, value)
                }
            }
    });
    let first = found.next()?;
    found.next().is_none().then_some(first.0)
}

/// Whether it begins before another and ends behind its beginning, so that these are not two apart.
fn is_around(key: &Key, value: &Key) -> bool {
    let (start, at) = (key.at.column as usize, value.at.column as usize);
    start < at && at < start + key.subject.len()
}
