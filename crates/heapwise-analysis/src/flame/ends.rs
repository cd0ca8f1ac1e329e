//! What was sampled at the ends of stacks.

use std::collections::BTreeMap;

use super::run::At;

/// No end.
const NONE: u32 = u32::MAX;

/// Sums of values by the node that stacks end in.
#[derive(Debug)]
pub(super) struct Ends {
    /// Values of a sample.
    width: usize,
    /// By node, its number as an end.
    numbers: Vec<u32>,
    /// By number, the node.
    nodes: Vec<At>,
    /// `width` of them for each end.
    sums: Vec<i64>,
    /// What did not fit into a sum, by its place.
    beyond: BTreeMap<usize, i128>,
}

impl Ends {
    /// None yet, of samples with so many values.
    pub(super) fn new(width: usize) -> Ends {
        Ends {
            width,
            numbers: Vec::new(),
            nodes: Vec::new(),
            sums: Vec::new(),
            beyond: BTreeMap::new(),
        }
    }

    /// Adds the values of a sample whose stack ends in a node, and tells the number of the end.
    #[inline]
    pub(super) fn add(&mut self, at: At, values: &[i64]) -> u32 {
        let node = at.node as usize;
        if self.numbers.len() <= node {
            self.numbers.resize(node + 1, NONE);
        }
        let known = self.numbers.get(node).copied();
        let number = known.filter(|&number| number != NONE);
        let number = number.unwrap_or_else(|| self.new_end(at));
        let start = number as usize * self.width;
        let sums = self.sums.get_mut(start..start + self.width);
        let sums = sums.unwrap_or_default().iter_mut();
        for (place, (sum, &value)) in sums.zip(values).enumerate() {
            match sum.checked_add(value) {
                Some(both) => *sum = both,
                None => {
                    *self.beyond.entry(start + place).or_default() += i128::from(*sum);
                    *sum = value;
                }
            }
        }
        number
    }

    fn new_end(&mut self, at: At) -> u32 {
        let number = self.nodes.len() as u32;
        self.nodes.push(at);
        self.sums.resize(self.sums.len() + self.width, 0);
        if let Some(slot) = self.numbers.get_mut(at.node as usize) {
            *slot = number;
        }
        number
    }

    /// The nodes that stacks end in, by the number of the end.
    pub(super) fn nodes(&self) -> &[At] {
        &self.nodes
    }

    /// What was sampled at an end of one sample type.
    #[inline]
    pub(super) fn value(&self, number: usize, index: usize) -> i128 {
        let place = number * self.width + index;
        let sum = self.sums.get(place).copied().map_or(0, i128::from);
        // Hardly ever is there any.
        match self.beyond.is_empty() {
            true => sum,
            false => sum + self.beyond.get(&place).copied().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_right_whatever_their_size() {
        let mut ends = Ends::new(2);
        let at = |node| At { node, run: 0 };
        assert_eq!(ends.add(at(5), &[i64::MAX, 1]), 0);
        assert_eq!(ends.add(at(2), &[7]), 1);
        for _ in 0..3 {
            assert_eq!(ends.add(at(5), &[i64::MAX, -1]), 0);
        }
        assert_eq!(ends.add(at(5), &[i64::MIN, 0]), 0);
        let of = |number| [0, 1].map(|index| ends.value(number, index));
        assert_eq!(of(0), [3 * i128::from(i64::MAX) - 1, -2]);
        assert_eq!(of(1), [7, 0]);
        assert_eq!(ends.nodes(), [at(5), at(2)]);
    }
}
