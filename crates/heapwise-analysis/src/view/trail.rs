//! The stacks of samples as they were read, kept so that they need not be read again.

use heapwise_decode::{LocationIndex, Sample};

use crate::sums::measured::{Measured, MeasuredStack, Sum};

/// Of each sample what of its stack is not that of the one before, and the one value that is shown, up
/// to a limit of memory.
///
/// Which calls a report shows depends on which sites it keeps, and so on what all samples add up to.
/// Reading them a second time costs 1.0 of a plain inflate to inflate them and 1.1 to decode them; on the trail they
/// take half of their bytes on the wire, and 0.4 to be written down and looked at.
#[derive(Debug)]
pub(super) struct Trail {
    /// The value that is kept.
    column: usize,
    /// Sample by sample: frames that stay, twice the frames that come and 1 where these take two words each,
    /// the value, and the frames. Numbers are in groups of 15 bits, low ones first, with the 16th where
    /// another follows.
    words: Vec<u16>,
    /// Words that it may take.
    most: usize,
    is_full: bool,
    /// Frames shared with the last sample that was kept.
    shared: usize,
}

/// 24 MiB: with all else that a graph of calls takes, less than 48.
const MOST_WORDS: usize = 12 << 20;

/// Bits of a number in a word.
const BITS: u32 = 15;
/// More words follow.
const MORE: u16 = 1 << BITS;

impl Trail {
    pub(super) fn new(column: usize) -> Trail {
        Trail {
            column,
            words: Vec::new(),
            most: MOST_WORDS,
            is_full: false,
            shared: usize::MAX,
        }
    }

    /// Keeps a sample, unless the value is 0.
    #[inline]
    pub(super) fn keep(&mut self, sample: &Sample<'_>) {
        self.shared = self.shared.min(sample.shared_frames());
        let value = sample.values().get(self.column).copied().unwrap_or(0);
        if value != 0 && !self.is_full {
            self.push(sample.stack(), value);
        }
    }

    fn push(&mut self, stack: &[LocationIndex], value: i64) {
        let shared = self.shared.min(stack.len());
        self.shared = usize::MAX;
        let new = stack.get(shared..).unwrap_or_default();
        if self.words.len() + 2 * new.len() > self.most {
            (self.words, self.is_full) = (Vec::new(), true);
            return;
        }
        self.push_number(shared as u64);
        let header = self.words.len();
        let count = new.len() as u64;
        self.push_number(2 * count);
        self.push_number((value << 1 ^ value >> 63) as u64);
        let frames = self.words.len();
        let mut bits = 0;
        self.words.extend(new.iter().map(|frame| {
            bits |= frame.get();
            frame.get() as u16
        }));
        if bits > usize::from(u16::MAX) {
            self.widen(header, frames, new);
        }
    }

    /// Gives the frames that were pushed last, from `frames` on, two words each.
    #[cold]
    fn widen(&mut self, header: usize, frames: usize, new: &[LocationIndex]) {
        self.words.truncate(frames);
        if let Some(count) = self.words.get_mut(header) {
            *count |= 1;
        }
        let halves = new.iter().map(|frame| frame.get() as u32);
        self.words
            .extend(halves.flat_map(|at| [at as u16, (at >> 16) as u16]));
    }

    fn push_number(&mut self, mut number: u64) {
        while number >= u64::from(MORE) {
            self.words.push(number as u16 | MORE);
            number >>= BITS;
        }
        self.words.push(number as u16);
    }

    /// The trail, if all samples are on it.
    pub(super) fn whole(self) -> Option<Trail> {
        (!self.is_full).then_some(self)
    }

    /// Whether it has what is measured.
    pub(super) fn has(&self, measured: Measured) -> bool {
        measured.value == self.column && measured.divisor.is_none()
    }

    /// Tells the stacks of all samples whose value is not 0.
    pub(super) fn each(&self, mut tell: impl FnMut(MeasuredStack<'_>)) {
        let mut stack: Vec<LocationIndex> = Vec::new();
        let mut rest = self.words.as_slice();
        while !rest.is_empty() {
            let shared = number(&mut rest) as usize;
            let new = number(&mut rest);
            let value = number(&mut rest);
            stack.truncate(shared);
            let count = (new >> 1) as usize;
            match new & 1 {
                0 => push_frames::<1>(&mut stack, &mut rest, count),
                _ => push_frames::<2>(&mut stack, &mut rest, count),
            }
            tell(MeasuredStack {
                stack: &stack,
                shared,
                sum: Sum {
                    value: i128::from((value >> 1) as i64 ^ -((value & 1) as i64)),
                    divisor: 0,
                },
            });
        }
    }
}

/// Puts `count` frames of `WORDS` words each onto a stack; the words go.
#[inline]
fn push_frames<const WORDS: usize>(
    stack: &mut Vec<LocationIndex>,
    words: &mut &[u16],
    count: usize,
) {
    let (frames, behind) = words.split_at(words.len().min(count * WORDS));
    *words = behind;
    let (frames, _) = frames.as_chunks::<WORDS>();
    stack.extend(frames.iter().map(|words| {
        let words = words.iter().rev();
        LocationIndex::at(words.fold(0, |position, &word| position << 16 | u32::from(word)))
    }));
}

/// A number at the start of words, which goes.
#[inline]
fn number(words: &mut &[u16]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    while let Some((&word, behind)) = words.split_first() {
        *words = behind;
        number |= u64::from(word & !MORE) << shift;
        if word < MORE {
            break;
        }
        shift += BITS;
    }
    number
}

#[cfg(test)]
mod tests {
    use heapwise_decode::KeptLabels;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// A stack, and two values.
    type Told = (Vec<usize>, [i64; 2]);

    /// Keeps samples, of which those that are 0 come without their stacks, as they are read.
    fn kept(samples: &[Told], most: usize) -> Trail {
        let labels = KeptLabels::default();
        let mut trail = Trail {
            most,
            ..Trail::new(1)
        };
        let mut before: Vec<LocationIndex> = Vec::new();
        for (number, (stack, values)) in (0..).zip(samples) {
            if values[1] == 0 {
                trail.keep(&Sample::new(
                    number,
                    &[],
                    before.len(),
                    values,
                    labels.all(),
                ));
                continue;
            }
            let stack: Vec<_> = stack
                .iter()
                .map(|&at| LocationIndex::at(at as u32))
                .collect();
            let shared = before
                .iter()
                .zip(&stack)
                .take_while(|(a, b)| a == b)
                .count();
            trail.keep(&Sample::new(number, &stack, shared, values, labels.all()));
            before = stack;
        }
        trail
    }

    fn told(trail: &Trail) -> Vec<(Vec<usize>, i128)> {
        let mut told = Vec::new();
        let mut before: Vec<usize> = Vec::new();
        trail.each(|MeasuredStack { stack, shared, sum }| {
            let stack: Vec<usize> = stack.iter().map(|at| at.get()).collect();
            assert_eq!(before[..shared], stack[..shared]);
            before.clone_from(&stack);
            told.push((stack, sum.value));
        });
        told
    }

    fn samples() -> impl Strategy<Value = Vec<Told>> {
        let location = prop_oneof![0_usize..4, 65_530_usize..65_540, Just(u32::MAX as usize)];
        let value = prop_oneof![Just(0), -3_i64..3, any::<i64>()];
        vec(
            (
                vec(location, 0..6),
                (any::<i64>(), value).prop_map(<[i64; 2]>::from),
            ),
            0..40,
        )
    }

    proptest! {
        #[test]
        fn tells_what_it_kept(samples in samples()) {
            let trail = kept(&samples, MOST_WORDS);
            let measured = samples.into_iter().filter(|(_, values)| values[1] != 0);
            let expected: Vec<_> = measured.map(|(stack, [_, value])| (stack, value.into())).collect();
            prop_assert_eq!(told(&trail), expected);
            prop_assert!(trail.whole().is_some());
        }
    }

    #[test]
    fn beyond_its_limit_there_is_none() {
        let samples = vec![(vec![1, 2, 3], [0, 7]), (vec![9; 90], [0, 7])];
        assert!(kept(&samples, 6).whole().is_none());
        assert!(kept(&samples, 60).whole().is_none());
        assert!(kept(&samples, 400).whole().is_some());
    }

    #[test]
    fn has_the_value_that_it_kept_and_no_mean() {
        let measured = |value, divisor| Measured { value, divisor };
        assert!(Trail::new(1).has(measured(1, None)));
        assert!(!Trail::new(1).has(measured(0, None)));
        assert!(!Trail::new(1).has(measured(1, Some(0))));
    }
}
