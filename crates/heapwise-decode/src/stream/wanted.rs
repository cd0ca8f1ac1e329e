//! Decides of which samples a stack is put together.

use super::known::are_known;
use super::sample::Sample;
use super::stack::{Stack, StackError, equal_tail};
use super::visitor::Visitor;
use crate::tables::{LocationIndex, LocationSet};
use crate::wire::{SampleRecord, varint_count};

/// Which stacks a visitor wants of samples with some values.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Those of so many frames,
    least: usize,
    /// and those with a location that is none of these, if there are any.
    familiar: Option<&'a LocationSet>,
}

impl<'a> Wanted<'a> {
    #[inline]
    pub(super) fn by(visitor: &'a impl Visitor, values: &[i64]) -> Wanted<'a> {
        Wanted {
            least: visitor.least_frames(values),
            familiar: visitor.familiar(),
        }
    }
}

/// What became of the stack of a sample.
#[derive(Clone, Copy)]
pub(super) enum Stacked {
    /// It was put together from this many frames of the one before, and new ones.
    Shares(usize),
    /// Nobody wants it; the one before stays.
    No,
}

impl Stacked {
    /// The sample as it is handed out.
    #[inline]
    pub(super) fn sample<'a>(
        self,
        number: u64,
        record: &'a SampleRecord,
        stack: &'a [LocationIndex],
    ) -> Sample<'a> {
        match self {
            Stacked::Shares(shared) => Sample::of(number, record, stack, shared),
            Stacked::No => Sample::of(number, record, &[], stack.len()),
        }
    }
}

/// The stack of the sample at hand, where it is wanted.
#[derive(Default)]
pub(super) struct WantedStack {
    stack: Stack,
    /// The last packed ids that were familiar, each of them.
    familiar: Vec<u8>,
}

impl WantedStack {
    /// Forgets the samples before.
    pub(super) fn clear(&mut self) {
        self.stack.clear();
    }

    /// The stack put together last, from the root to the leaf.
    #[inline]
    pub(super) fn frames(&self) -> &[LocationIndex] {
        self.stack.frames()
    }

    /// Reads a stack if it is wanted. All ids from 1 to `last_counted` are those of locations one
    /// position below; `lookup` knows them and others.
    #[inline]
    pub(super) fn read(
        &mut self,
        ids: &[u8],
        wanted: Wanted<'_>,
        last_counted: u32,
        lookup: impl FnMut(u64) -> Option<LocationIndex>,
    ) -> std::result::Result<Stacked, StackError> {
        // A frame takes a byte at least.
        if wanted.least > 0
            && (ids.len() < wanted.least || varint_count(ids) < wanted.least)
            && match wanted.familiar {
                None => are_known(ids, last_counted),
                Some(familiar) => self.are_familiar(ids, familiar, last_counted),
            }
        {
            return Ok(Stacked::No);
        }
        let shared = self.stack.update(ids, last_counted, lookup)?;
        Ok(Stacked::Shares(shared))
    }

    /// Whether all ids are those of familiar locations. What is familiar stays so, and is not looked at
    /// again where it is at the root side of the next stack.
    fn are_familiar(&mut self, ids: &[u8], familiar: &LocationSet, last_counted: u32) -> bool {
        let tail = equal_tail(&self.familiar, ids);
        let head = ids.get(..ids.len() - tail).unwrap_or_default();
        let are_familiar = are_in(head, familiar, last_counted);
        if are_familiar {
            self.familiar.clear();
            self.familiar.extend_from_slice(ids);
        }
        are_familiar
    }
}

/// Whether it is plain to see that all ids of a packed run are up to `last`, and those of some
/// locations one position below. Where ids take more than two bytes the answer is no.
#[inline]
fn are_in(packed: &[u8], locations: &LocationSet, last: u32) -> bool {
    let mut rest = packed;
    loop {
        let (id, behind) = match *rest {
            [id @ ..0x80, ref behind @ ..] => (u32::from(id), behind),
            [low, high @ ..0x80, ref behind @ ..] => {
                (u32::from(low & 0x7f) | u32::from(high) << 7, behind)
            }
            [] => return true,
            _ => return false,
        };
        let position = id.wrapping_sub(1);
        if position >= last || !locations.contains(LocationIndex(position)) {
            return false;
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_locations_of_a_set_and_leaves_the_rest_to_decoding() {
        let mut some = LocationSet::default();
        for at in [0, 4, 299, 20_000] {
            some.insert(LocationIndex(at));
        }
        for (packed, last, expected) in [
            (&[][..], 9, true),
            (&[1, 5, 0xac, 2], 300, true),
            (&[1, 5, 0xac, 2], 299, false),
            (&[1, 2], 300, false),
            (&[0], 300, false),
            (&[1, 0xac], 300, false),
            (&[0xa1, 0x9c, 1], 30_000, false),
        ] {
            assert_eq!(are_in(packed, &some, last), expected, "{packed:?} {last}");
        }
    }
}
