use crate::error::{Error, ErrorKind, Result, Stage};
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
    new_ids: Vec<u64>,
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

    /// Replaces the stack by that of `packed` and returns how many frames stayed.
    #[inline]
    pub(super) fn update(
        &mut self,
        packed: &[u8],
        mut lookup: impl FnMut(u64) -> Option<LocationIndex>,
    ) -> std::result::Result<usize, StackError> {
        let tail = equal_tail(&self.packed, packed);
        let old_head = self.packed.len() - tail;
        let head = packed.len() - tail;
        let gone = varint_count(self.packed.get(..old_head).unwrap_or_default());
        let shared = self.frames.len() - gone.min(self.frames.len());
        self.frames.truncate(shared);
        self.read_head(packed.get(..head).unwrap_or_default())
            .map_err(StackError::Wire)?;
        for &id in self.new_ids.iter().rev() {
            match lookup(id) {
                Some(location) => self.frames.push(location),
                None => {
                    self.clear();
                    return Err(StackError::Unknown(id));
                }
            }
        }
        self.packed.truncate(0);
        self.packed.extend_from_slice(packed);
        Ok(shared)
    }

    #[inline]
    fn read_head(&mut self, head: &[u8]) -> Result<()> {
        self.new_ids.clear();
        let mut at = 0;
        while at < head.len() {
            match read_varint(head, &mut at) {
                Some(id) => self.new_ids.push(id),
                None => {
                    self.clear();
                    return Err(Error::new(
                        ErrorKind::Wire,
                        Stage::Protobuf,
                        format!("location ids, byte {at}"),
                        "a varint that does not end",
                        "a varint of at most 10 bytes",
                    ));
                }
            }
        }
        Ok(())
    }
}

/// The length of the longest equal tail that starts at the start of a varint in both.
#[inline]
fn equal_tail(old: &[u8], new: &[u8]) -> usize {
    let mut tail = equal_bytes(old, new);
    let starts = |bytes: &[u8], tail: usize| match (bytes.len() - tail).checked_sub(1) {
        None => true,
        Some(before) => bytes.get(before).is_some_and(|&byte| byte < 0x80),
    };
    while tail > 0 && !(starts(old, tail) && starts(new, tail)) {
        tail -= 1;
    }
    tail
}

#[inline]
fn equal_bytes(old: &[u8], new: &[u8]) -> usize {
    let mut equal = 0;
    let words = old.rchunks_exact(8).zip(new.rchunks_exact(8));
    for (a, b) in words {
        let (Ok(a), Ok(b)) = (<[u8; 8]>::try_from(a), <[u8; 8]>::try_from(b)) else {
            break;
        };
        let difference = u64::from_le_bytes(a) ^ u64::from_le_bytes(b);
        if difference != 0 {
            return equal + (difference.leading_zeros() / 8) as usize;
        }
        equal += 8;
    }
    let rest = |bytes: &[u8]| bytes.len() - equal;
    let old_rest = old.get(..rest(old)).unwrap_or_default();
    let new_rest = new.get(..rest(new)).unwrap_or_default();
    equal
        + old_rest
            .iter()
            .rev()
            .zip(new_rest.iter().rev())
            .take_while(|(a, b)| a == b)
            .count()
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
                .update(&packed(ids), |id| {
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

    #[test]
    fn a_tail_starts_at_a_varint_on_both_sides() {
        assert_eq!(equal_tail(&[0x81, 0x02], &[0x02]), 0);
        assert_eq!(equal_tail(&[0x82, 0x02, 0x05], &[0x81, 0x02, 0x05]), 1);
        assert_eq!(equal_tail(&[7, 5], &[9, 5]), 1);
        assert_eq!(equal_tail(&[], &[9, 5]), 0);
    }
}
