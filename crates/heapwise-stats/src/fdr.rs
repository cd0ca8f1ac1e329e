//! Many sites at once: false discovery rate, and which sites take part.

use super::mix::Mix;
use super::pair::{Comparison, RunVariation, Side};
use super::quantity::Quantity;
use super::ratio_test::RatioTest;

/// Benjamini-Hochberg q values of a family of p values, in the same order: calling every row with
/// q <= 0.05 changed makes at most 5% of these calls wrong, on average. Valid for independent rows and
/// for positively dependent ones (cumulative values). A p value that is not a number counts as 1.
///
/// q of the i-th smallest of n is the smallest n p_j / j over all j >= i.
///
/// Source: Benjamini and Hochberg 1995; Benjamini and Yekutieli 2001 for dependence.
#[must_use]
pub fn q_values(p_values: &[f64]) -> Vec<f64> {
    let p_at = |index: usize| {
        if p_values[index].is_nan() {
            1.0
        } else {
            p_values[index]
        }
    };
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&left, &right| p_at(left).total_cmp(&p_at(right)));
    let mut q_values = vec![1.0; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (rank, &index) in order.iter().enumerate().rev() {
        let scaled = p_at(index) * (p_values.len() as f64 / (rank + 1) as f64);
        smallest = smallest.min(scaled);
        q_values[index] = smallest;
    }
    q_values
}

/// Whether a site could reach a two-sided p value of `alpha` at all: whether it would if all the
/// samples of both sides were on one side and the other were empty.
///
/// Sites that could not are left out of the family whose [`q_values`] are taken. The choice uses only
/// the sum of both sides, not their difference, so it does not bias the test.
#[must_use]
pub fn could_reach(
    alpha: f64,
    before: Side<'_>,
    after: Side<'_>,
    quantity: Quantity,
    variation: RunVariation,
) -> bool {
    let all_on = |side: Side<'_>, other: Side<'_>, reversed: bool| {
        let (own, foreign) = (side.mix().sizes(), other.mix().sizes());
        let everything = own
            .iter()
            .chain(foreign)
            .map(|entry| (entry.size, entry.samples));
        let full = Mix::from_records(side.mix().rate(), everything);
        let empty = Mix::new(other.mix().rate());
        let full = Side::new(&full).with_exposure(side.exposure());
        let empty = Side::new(&empty).with_exposure(other.exposure());
        let (first, second) = if reversed {
            (empty, full)
        } else {
            (full, empty)
        };
        Comparison::new(first, second, quantity)
            .with_variation(variation)
            .p_value()
    };
    all_on(before, after, false) <= alpha || all_on(after, before, true) <= alpha
}
