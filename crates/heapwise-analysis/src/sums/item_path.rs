//! Sums of samples over items on their path, where places on the path are counted in items.

use std::ops::{AddAssign, SubAssign};

use super::on_path::OnPath;
pub(crate) use super::on_path::Pushing;

/// Adds the values of samples to every item on the path, as [`PathSums`] does, for those who know how many items
/// there are after each of their frames: what a frame costs that has none of them is theirs.
///
/// [`PathSums`]: super::path::PathSums
#[derive(Debug, Default)]
pub(crate) struct ItemPath<V>(OnPath<V>);

impl<V: Copy + Default + AddAssign + SubAssign> ItemPath<V> {
    /// Items to put at the leaf side, all below `end`.
    #[inline]
    pub(crate) fn pushing(&mut self, end: usize) -> Pushing<'_> {
        let below = self.0.used();
        self.0.pushing(end, below)
    }

    /// Adds a sample's values to everything on the path.
    #[inline]
    pub(crate) fn add(&mut self, values: V) {
        self.0.add(values);
    }

    /// Takes items off the path until `count` are left.
    #[inline]
    pub(crate) fn truncate(&mut self, count: usize) {
        while self.0.used() > count
            && let Some(left) = self.0.left(count)
        {
            self.0.leave(left.stay, left.collected);
        }
    }

    /// The sums by item.
    pub(crate) fn finish(mut self) -> Vec<V> {
        self.truncate(0);
        self.0.into_sums()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::ItemPath;

    /// Frames that stay, the items of those that come, and the value of a sample.
    type Told = (usize, Vec<Vec<u32>>, i64);

    const ITEMS: u32 = 6;

    fn samples() -> impl Strategy<Value = Vec<Told>> {
        let frame = vec(0..ITEMS, 0..3);
        vec((0_usize..8, vec(frame, 0..5), -9_i64..10), 0..30)
    }

    /// Adds each value to every item of the stack, once.
    fn plainly(samples: &[Told]) -> Vec<i64> {
        let (mut stack, mut sums) = (Vec::new(), vec![0; ITEMS as usize]);
        for (stay, new, value) in samples {
            stack.truncate(*stay);
            stack.extend(new.iter().cloned());
            for (item, sum) in (0..).zip(&mut sums) {
                if stack.iter().flatten().any(|&at| at == item) {
                    *sum += value;
                }
            }
        }
        sums
    }

    proptest! {
        #[test]
        fn adds_to_every_item_on_the_path_once(samples in samples()) {
            let mut path = ItemPath::<i64>::default();
            let mut used: Vec<usize> = Vec::new();
            for (stay, new, value) in &samples {
                used.truncate(*stay);
                path.truncate(used.last().copied().unwrap_or(0));
                let mut pushing = path.pushing(ITEMS as usize);
                for frame in new {
                    for &item in frame {
                        pushing.push(item);
                    }
                    used.push(pushing.used());
                }
                drop(pushing);
                path.add(*value);
            }
            let mut sums = path.finish();
            sums.resize(ITEMS as usize, 0);
            prop_assert_eq!(sums, plainly(&samples));
        }
    }
}
