//! How many pairs of a series are out of order, in the time that sorting it takes.

/// Pairs of values of which the earlier is larger than the later.
pub(crate) fn inversions(values: impl Iterator<Item = f64>) -> u64 {
    let mut values: Vec<f64> = values.collect();
    let mut merged = values.clone();
    let mut count = 0;
    let mut width = 1;
    while width < values.len() {
        for (run, out) in values.chunks(2 * width).zip(merged.chunks_mut(2 * width)) {
            let (left, right) = run.split_at(width.min(run.len()));
            count += merge(left, right, out);
        }
        std::mem::swap(&mut values, &mut merged);
        width *= 2;
    }
    count
}

/// Merges two runs in order, and counts the pairs that were not.
fn merge(left: &[f64], right: &[f64], out: &mut [f64]) -> u64 {
    let (mut first, mut second, mut count) = (0, 0, 0);
    for slot in out {
        let is_right = match (left.get(first), right.get(second)) {
            (Some(one), Some(other)) => one > other,
            (None, _) => true,
            (_, None) => false,
        };
        if is_right {
            *slot = right[second];
            second += 1;
            count += (left.len() - first) as u64;
        } else {
            *slot = left[first];
            first += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::inversions;

    proptest! {
        #[test]
        fn they_are_those_of_all_pairs(values in proptest::collection::vec(-5_i8..5, 0..70)) {
            let pairs = values.iter().enumerate();
            let pairs = pairs.flat_map(|(at, one)| values[at + 1..].iter().map(move |other| (one, other)));
            let expected = pairs.filter(|(one, other)| one > other).count() as u64;
            prop_assert_eq!(inversions(values.iter().map(|&value| f64::from(value))), expected);
        }
    }
}
