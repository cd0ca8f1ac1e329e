//! Bisection and the median. Bisection is the one root finder here: it cannot diverge, whatever the input.

/// Narrows `[low, high]` around the point where `below` turns from true (at `low`) to false (at
/// `high`) and returns the middle of what is left after `steps` halvings.
pub(crate) fn bisect(
    mut low: f64,
    mut high: f64,
    steps: u32,
    mut below: impl FnMut(f64) -> bool,
) -> f64 {
    for _ in 0..steps {
        let middle = 0.5 * (low + high);
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Median of a list; the mean of the two middle values when the length is even. `None` when empty.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some(0.5 * (sorted[middle - 1] + upper))
}
