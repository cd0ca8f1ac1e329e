//! What tells stacks apart across processes and builds: ids made of what is in the frames, and of nothing else.

use twox_hash::XxHash3_128;

use crate::site::identity::SiteParts;

/// The ids of a stack.
///
/// A frame is hashed by XXH3-128, seed 0, of its function, file and binary, each the number of bytes (8 bytes, the
/// lowest first) and the bytes, then the line and the line at which the function starts (8 bytes each), then 1 if it was
/// inlined and else 0. A stack's hash is 0 without frames; with one frame more, seen from the root, it is the XXH3-128
/// of the 16 bytes that it was and the 16 of the frame. Ids are the lower 64 bits, as a signed number.
///
/// Among `n` stacks two have one id with a chance of `n²/2⁶⁵`: 3 in 10⁸ for a million. The hash is no cryptographic one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct StackId {
    /// Of the frames as they are told: functions, files, lines, and what was inlined.
    pub stack: i64,
    /// The upper half of the same hash: where it differs and [`StackId::stack`] does not, two stacks share an id.
    pub check: i64,
    /// Of what tells functions apart when builds are compared: equal for the same calls, wherever in their files.
    pub functions: i64,
}

/// The hashes of a stack and of all that lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct StackHash {
    stack: u128,
    functions: u128,
}

/// The hashes of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FrameHash {
    pub(super) line: u128,
    pub(super) function: u128,
}

impl StackHash {
    /// With a frame more at the leaf.
    #[inline]
    pub(super) fn then(self, frame: FrameHash) -> StackHash {
        StackHash {
            stack: chained(self.stack, frame.line),
            functions: chained(self.functions, frame.function),
        }
    }

    pub(super) fn id(self) -> StackId {
        StackId {
            stack: lower(self.stack),
            check: lower(self.stack >> 64),
            functions: lower(self.functions),
        }
    }
}

fn chained(stack: u128, frame: u128) -> u128 {
    let mut bytes = [0; 32];
    let halves = [stack.to_le_bytes(), frame.to_le_bytes()].concat();
    bytes.copy_from_slice(&halves);
    XxHash3_128::oneshot(&bytes)
}

fn lower(hash: u128) -> i64 {
    hash as u64 as i64
}

/// The hash of a frame of these parts.
pub(super) fn frame_hash(parts: &SiteParts<'_>, start_line: i64, is_inlined: bool) -> u128 {
    let mut bytes = Vec::new();
    for text in [parts.function, parts.file, parts.object] {
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text);
    }
    bytes.extend_from_slice(&parts.line.to_le_bytes());
    bytes.extend_from_slice(&start_line.to_le_bytes());
    bytes.push(u8::from(is_inlined));
    XxHash3_128::oneshot(&bytes)
}

#[cfg(test)]
mod tests {
    use super::{FrameHash, StackHash, frame_hash};
    use crate::site::identity::SiteParts;

    fn frame(function: &str, line: i64) -> FrameHash {
        let parts = SiteParts {
            function: function.as_bytes(),
            ..SiteParts::default()
        };
        FrameHash {
            line: frame_hash(&SiteParts { line, ..parts }, 3, false),
            function: frame_hash(&parts, 0, false),
        }
    }

    #[test]
    fn ids_are_those_of_every_version() {
        let stack = StackHash::default()
            .then(frame("main.main", 7))
            .then(frame("main.f", 9));
        let id = stack.id();
        // As another implementation of the hash has them, by the recipe above.
        let published = (-3_597_842_357_556_683_128, 484_637_665_665_414_992);
        assert_eq!((id.stack, id.functions), published);
    }

    #[test]
    fn functions_are_the_same_wherever_they_are_and_in_no_other_order() {
        let of = |frames: [FrameHash; 2]| {
            let hash = frames
                .into_iter()
                .fold(StackHash::default(), StackHash::then);
            hash.id()
        };
        let (old, moved) = (
            of([frame("a", 1), frame("b", 2)]),
            of([frame("a", 5), frame("b", 2)]),
        );
        assert_eq!(old.functions, moved.functions);
        assert_ne!(old.stack, moved.stack);
        let turned = of([frame("b", 2), frame("a", 1)]);
        assert_ne!(old.functions, turned.functions);
    }
}
