//! Keeps the stack of the sample at hand and decodes of the next one only what differs.

use crate::error::{Error, ErrorKind, Stage};
use crate::tables::LocationIndex;
use crate::wire::{read_varint, varint_count};

/// The stack of the sample at hand, kept from one sample to the next.
///
/// Packed ids are leaf first, and samples that follow one another usually share their root side:
/// the equal tail of the bytes is not decoded again.
#[derive(Default)]
pub(super) struct Stack {
    frames: Vec<LocationIndex>,
    packed: Vec<u8>,
}

/// A stack that could not be put together.
pub(super) enum StackError {
    /// A location id that the lookup does not know.
    Unknown(u64),
    /// Bytes that are no varints.
    Wire(Error),
}

impl Stack {
    /// From the root to the leaf.
    #[inline]
    pub(super) fn frames(&self) -> &[LocationIndex] {
        &self.frames
    }

    /// Forgets the sample before.
    pub(super) fn clear(&mut self) {
        self.frames.clear();
        self.packed.clear();
    }

    /// Replaces the stack by that of `packed` and returns how many frames stayed. Ids up to
    /// `last_counted` are one more than the position of their location, `lookup` knows others.
    #[inline]
    pub(super) fn update(
        &mut self,
        packed: &[u8],
        last_counted: u32,
        mut lookup: impl FnMut(u64) -> Option<LocationIndex>,
    ) -> std::result::Result<usize, StackError> {
        let tail = equal_tail(&self.packed, packed);
        let old_head = self.packed.len() - tail;
        let gone = varint_count(self.packed.get(..old_head).unwrap_or_default());
        let shared = self.frames.len() - gone.min(self.frames.len());
        let mut head = packed.get(..packed.len() - tail).unwrap_or_default();
        // Counted first: a push for each frame would look at the vector's size each time.
        let depth = shared + varint_count(head);
        self.frames.resize(depth, LocationIndex(0));
        let mut new = self.frames.get_mut(shared..).unwrap_or_default();
        loop {
            (new, head) = take_pairs(new, head, last_counted);
            let Some((frame, others)) = new.split_first_mut() else {
                break;
            };
            new = others;
            let Some((id, before)) = split_last_varint(head) else {
                self.clear();
                return Err(StackError::Wire(endless(head)));
            };
            head = before;
            let position = id.wrapping_sub(1);
            *frame = if position < u64::from(last_counted) {
                LocationIndex(position as u32)
            } else if let Some(location) = lookup(id) {
                location
            } else {
                self.clear();
                return Err(StackError::Unknown(id));
            };
        }
        self.packed.clear();
        self.packed.extend_from_slice(packed);
        Ok(shared)
    }
}

/// Decodes ids from the end of `packed` while they come four by four of two bytes each, all counted
/// up to `last_counted`: as nearly all of a large profile are, and with a third of the instructions of one by
/// one. What is left is of another kind, or less.
#[inline]
fn take_pairs<'a, 'b>(
    frames: &'a mut [LocationIndex],
    packed: &'b [u8],
    last_counted: u32,
) -> (&'a mut [LocationIndex], &'b [u8]) {
    let (mut frames, mut packed) = (frames, packed);
    while let Some((before, word)) = packed.split_last_chunk::<WORD>()
        && let Some(positions) = four_positions(u64::from_le_bytes(*word), last_counted)
        // The first byte may be the last but one of a longer id.
        && before.last().is_none_or(|&byte| byte < 0x80)
        && frames.len() >= positions.len()
    {
        let (four, others) = frames.split_at_mut(positions.len());
        for (frame, position) in four.iter_mut().zip(positions) {
            *frame = LocationIndex(position);
        }
        (frames, packed) = (others, before);
    }
    (frames, packed)
}

/// The positions of the locations of four ids of two bytes each, the last one first, if they are that
/// and count up to `last`.
#[inline]
fn four_positions(ids: u64, last: u32) -> Option<[u32; 4]> {
    const FIRSTS: u64 = 0x00ff_00ff_00ff_00ff;
    if ids & CONTINUES != CONTINUES & FIRSTS {
        return None;
    }
    let sevens = ids & !CONTINUES;
    let ids = sevens & FIRSTS | (sevens & !FIRSTS) >> 1;
    let position = |shift: u32| u32::from((ids >> shift) as u16).wrapping_sub(1);
    let positions = [position(48), position(32), position(16), position(0)];
    let are_counted = positions.iter().all(|&position| position < last);
    are_counted.then_some(positions)
}

/// The last varint of bytes that end with a whole one, and the bytes before it.
#[inline]
fn split_last_varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    // Nearly all ids take one byte or two.
    let (&last, rest) = bytes.split_last()?;
    match rest.split_last() {
        Some((&first, before)) if first >= 0x80 => match before.last() {
            Some(0x80..) => split_last_long(bytes),
            _ => Some((u64::from(first & 0x7f) | u64::from(last) << 7, before)),
        },
        _ => Some((u64::from(last), rest)),
    }
}

#[inline(never)]
fn split_last_long(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let start = last_start(bytes);
    let mut at = start;
    let value = read_varint(bytes, &mut at)?;
    bytes.get(..start).map(|before| (value, before))
}

/// Where the last varint starts.
fn last_start(bytes: &[u8]) -> usize {
    let before = bytes.split_last().map_or(&[][..], |(_, before)| before);
    let end = before.iter().rposition(|&byte| byte < 0x80);
    end.map_or(0, |end| end + 1)
}

fn endless(ids: &[u8]) -> Error {
    Error::new(
        ErrorKind::Wire,
        Stage::Protobuf,
        format!("location ids, byte {}", last_start(ids)),
        "a varint that does not end",
        "a varint of at most 10 bytes",
    )
}

/// The length of the longest equal tail that starts at the start of a varint in both.
#[inline]
pub(super) fn equal_tail(old: &[u8], new: &[u8]) -> usize {
    let mut behind = 0;
    let (_, old_words) = old.as_rchunks::<WORD>();
    let (_, new_words) = new.as_rchunks::<WORD>();
    for (old_word, new_word) in old_words.iter().rev().zip(new_words.iter().rev()) {
        let (a, b) = (u64::from_le_bytes(*old_word), u64::from_le_bytes(*new_word));
        if a != b {
            return tail_in_word(a, b, behind, new);
        }
        behind += WORD;
    }
    let shorter = old.len().min(new.len());
    if let Some(last) = shorter.checked_sub(WORD) {
        // Less than a word is left: look again at a word that has all of it.
        let (a, b) = (word_before(old, last), word_before(new, last));
        if a != b {
            return tail_in_word(a, b, last, new);
        }
        behind = shorter;
    } else {
        let pairs = old.iter().rev().zip(new.iter().rev());
        behind = pairs.take_while(|(a, b)| a == b).count();
    }
    let starts = |bytes: &[u8]| {
        let before = (bytes.len() - behind).checked_sub(1);
        before.is_none_or(|at| bytes.get(at).is_some_and(|&byte| byte < 0x80))
    };
    if starts(old) && starts(new) {
        behind
    } else {
        behind - first_varint(new, behind)
    }
}

const WORD: usize = size_of::<u64>();
/// The bit of each byte that is 0 where a varint ends.
const CONTINUES: u64 = 0x8080_8080_8080_8080;

/// The eight bytes before the last `behind`.
#[inline]
fn word_before(bytes: &[u8], behind: usize) -> u64 {
    let end = bytes.len().saturating_sub(behind);
    let word = bytes.get(..end).and_then(<[u8]>::last_chunk);
    word.map_or(0, |&word| u64::from_le_bytes(word))
}

/// [`equal_tail`] where the words before equal tails of `behind` bytes differ.
#[inline]
fn tail_in_word(old: u64, new: u64, behind: usize, bytes: &[u8]) -> usize {
    let equal_bits = (old ^ new).leading_zeros() & !7;
    // Ends of varints in both, from the last byte that differs on.
    let candidates = u64::MAX << (56 - equal_bits);
    let ends = !(old | new) & CONTINUES & candidates;
    if ends == 0 {
        return behind - first_varint(bytes, behind);
    }
    let end = ends.trailing_zeros() as usize / 8;
    behind + WORD - 1 - end
}

/// The size of the first varint in the tail, of which the start may be missing.
fn first_varint(bytes: &[u8], tail: usize) -> usize {
    let tail = bytes.get(bytes.len() - tail..).unwrap_or_default();
    let end = tail.iter().position(|&byte| byte < 0x80);
    end.map_or(tail.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::{Stack, equal_tail};
    use crate::tables::LocationIndex;

    fn packed(ids: &[u64]) -> Vec<u8> {
        let mut out = Vec::new();
        for &id in ids {
            let mut id = id;
            while id >= 0x80 {
                out.push(id as u8 | 0x80);
                id >>= 7;
            }
            out.push(id as u8);
        }
        out
    }

    #[test]
    fn keeps_the_root_side_and_decodes_the_rest() {
        let mut stack = Stack::default();
        let mut decoded = 0;
        let samples: [&[u64]; 7] = [
            &[3, 2, 1],
            &[300, 2, 1],
            &[301, 302, 2, 1],
            &[],
            &[2, 1],
            // The low bytes of 128 + 2 end like 2, but the varint starts earlier.
            &[130, 257, 2, 1],
            &[129, 2, 1],
        ];
        for ids in samples {
            let shared = stack
                .update(&packed(ids), 0, |id| {
                    decoded += 1;
                    Some(LocationIndex(id as u32))
                })
                .unwrap_or_else(|_| panic!("decodes"));
            let frames: Vec<u64> = stack.frames().iter().map(|l| u64::from(l.0)).collect();
            let expected: Vec<u64> = ids.iter().rev().copied().collect();
            assert_eq!(frames, expected);
            assert!(shared <= ids.len());
        }
        assert_eq!(decoded, 3 + 1 + 2 + 2 + 2 + 1);
    }

    /// Ids of one to three bytes, some unknown, decoded as one by one.
    #[test]
    fn decodes_whatever_order_ids_of_all_lengths_come_in() {
        let mut seed: u64 = 7;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        let mut stack = Stack::default();
        for round in 0..5000 {
            let count = next(14);
            let ids: Vec<u64> = (0..count)
                .map(|_| match next(if round % 2 == 0 { 40 } else { 5 }) {
                    0 => next(3),
                    1 => 100 + next(60),
                    2 => 16_000 + next(1000),
                    _ => 128 + next(16_000),
                })
                .collect();
            let last = 10_000;
            let known = 1..16_500;
            let lookup = |id| known.contains(&id).then(|| LocationIndex(id as u32 - 1));
            let is_known = ids.iter().all(|id| known.contains(id));
            let updated = stack.update(&packed(&ids), last, lookup);
            assert_eq!(updated.is_ok(), is_known, "{ids:?}");
            if is_known {
                let frames: Vec<u64> = stack.frames().iter().map(|l| u64::from(l.0)).collect();
                let expected: Vec<u64> = ids.iter().rev().map(|id| id - 1).collect();
                assert_eq!(frames, expected);
            }
        }
    }

    #[test]
    fn a_tail_starts_at_a_varint_on_both_sides() {
        assert_eq!(equal_tail(&[0x81, 0x02], &[0x02]), 0);
        assert_eq!(equal_tail(&[0x82, 0x02, 0x05], &[0x81, 0x02, 0x05]), 1);
        assert_eq!(equal_tail(&[7, 5], &[9, 5]), 1);
        assert_eq!(equal_tail(&[], &[9, 5]), 0);
    }

    /// Every pair of short and long stacks over ids of one to three bytes.
    #[test]
    fn a_tail_is_the_longest_of_whole_varints() {
        let mut seed: u64 = 1;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..5000 {
            let mut ids = |count| -> Vec<u64> {
                (0..count)
                    .map(|_| [3, 130, 131, 2, 16_643][next(5) as usize])
                    .collect()
            };
            let shared = ids(12);
            let (old_head, new_head) = (ids(6), ids(9));
            let keep = next(13) as usize;
            let (old_keep, new_keep) = (next(7) as usize, next(10) as usize);
            let old = [&old_head[..old_keep], &shared[..keep]].concat();
            let new = [&new_head[..new_keep], &shared[..keep]].concat();
            let same = old
                .iter()
                .rev()
                .zip(new.iter().rev())
                .take_while(|(a, b)| a == b);
            let expected = packed(&new[new.len() - same.count()..]).len();
            assert_eq!(
                equal_tail(&packed(&old), &packed(&new)),
                expected,
                "{old:?} {new:?}"
            );
        }
    }

    #[test]
    fn the_lowest_byte_that_goes_on_is_no_end() {
        // 128 is written as 80 01, of which the last byte alone is 1.
        for longer in [&[0x80, 1][..], &[0x80, 0x80, 1], &[5, 0x80, 1]] {
            assert_eq!(equal_tail(longer, &[1]), 0);
            assert_eq!(equal_tail(&[1], longer), 0);
            assert_eq!(
                equal_tail(&[longer, &[7; 9]].concat(), &[1, 7, 7, 7, 7, 7, 7, 7, 7, 7]),
                9
            );
        }
        assert_eq!(equal_tail(&[0x7f, 1], &[1]), 1);
    }
}
