//! Root finding, the median, and ties.

/// Steps after which a root is as good as it gets; a search takes about ten.
const LARGEST_SEARCH: u32 = 120;

/// Steps after which a point that has not settled will not.
const LARGEST_SETTLING: u32 = 8;

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

/// The point between `low` and `high` where a monotone `value` passes zero, to about 12 digits; the end
/// nearer to zero where it does not. Infinite values are allowed.
///
/// Inverse quadratic interpolation where three points allow it, bisection otherwise (Chandrupatla 1997).
pub(crate) fn crossing(low: f64, high: f64, mut value: impl FnMut(f64) -> f64) -> f64 {
    // The root lies between `newest` and `opposite`; `given_up` is where it was before.
    let mut newest = (high, value(high));
    let mut opposite = (low, value(low));
    if (newest.1 > 0.0) == (opposite.1 > 0.0) {
        return nearer_to_zero(newest, opposite).0;
    }
    let mut fraction = 0.5;
    for _ in 0..LARGEST_SEARCH {
        let point = newest.0 + fraction * (opposite.0 - newest.0);
        let found = (point, value(point));
        let given_up = if (found.1 > 0.0) == (newest.1 > 0.0) {
            newest
        } else {
            std::mem::replace(&mut opposite, newest)
        };
        newest = found;
        let best = nearer_to_zero(newest, opposite);
        let smallest = 1e-13 * best.0.abs().max(0.01) / (opposite.0 - newest.0).abs();
        if smallest > 0.5 || best.1 == 0.0 {
            return best.0;
        }
        let guess = interpolated(newest, opposite, given_up).unwrap_or(0.5);
        fraction = guess.max(smallest).min(1.0 - smallest);
    }
    nearer_to_zero(newest, opposite).0
}

/// The point near `guess` where a smooth monotone `value` passes zero, to about 12 digits, by the secant
/// method. `slope` is about that of `value` there, and `bend` a distance over which the slope changes by
/// a part that matters. `None` where the method does not settle within a few steps.
pub(crate) fn settled(
    guess: f64,
    slope: f64,
    bend: f64,
    mut value: impl FnMut(f64) -> f64,
) -> Option<f64> {
    let mut before = (guess, value(guess));
    let mut point = guess - before.1 / slope;
    for _ in 0..LARGEST_SETTLING {
        let found = (point, value(point));
        if found.1 == 0.0 || point == before.0 {
            return (found.1.abs() < 1e-9).then_some(point);
        }
        let next = point - found.1 * (point - before.0) / (found.1 - before.1);
        if !next.is_finite() {
            return None;
        }
        // The next error is about the product of the last two, over the distance.
        let error = (next - point) * (point - before.0) / bend;
        if error.abs() <= 1e-12 * next.abs() {
            return Some(next);
        }
        (before, point) = (found, next);
    }
    None
}

fn nearer_to_zero(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    if one.1.abs() < other.1.abs() {
        one
    } else {
        other
    }
}

/// Where the inverse parabola through three points is zero, as a fraction of the way from `a` to `b`.
/// `None` where it may lie outside.
fn interpolated(a: (f64, f64), b: (f64, f64), c: (f64, f64)) -> Option<f64> {
    let place = (a.0 - b.0) / (c.0 - b.0);
    let height = (a.1 - b.1) / (c.1 - b.1);
    let inside = height * height < place && (1.0 - height).powi(2) < 1.0 - place;
    let fraction = a.1 / (b.1 - a.1) * c.1 / (b.1 - c.1)
        + (c.0 - a.0) / (b.0 - a.0) * a.1 / (c.1 - a.1) * b.1 / (c.1 - b.1);
    (inside && fraction.is_finite()).then_some(fraction)
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

/// Sizes of the groups of equal values, of those with at least two members.
pub(crate) fn tie_sizes(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .chunk_by(|left, right| left == right)
        .map(|group| group.len() as f64)
        .filter(|&size| size > 1.0)
        .collect()
}

/// Fails unless `actual` is `expected` up to a relative error.
#[cfg(test)]
pub(crate) fn check(actual: f64, expected: f64, relative: f64) {
    let error = (actual - expected).abs();
    assert!(
        error <= relative * expected.abs(),
        "{actual} is not {expected}"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_finds_the_root_of_steep_flat_and_infinite_functions() {
        let solve = |value: fn(f64) -> f64, root: f64| {
            let mut calls = 0;
            let found = crossing(0.0, 10.0, |x| {
                calls += 1;
                value(x)
            });
            check(found, root, 1e-11);
            assert!(calls < 30, "{calls} calls");
        };
        solve(|x| x.powi(9) - 2.0, 2.0_f64.powf(1.0 / 9.0));
        solve(|x| 3.0 - x.exp(), 3.0_f64.ln());
        solve(|x| (x / 7.0).ln(), 7.0);
    }

    #[test]
    fn settles_from_a_guess_that_is_close_and_not_from_others() {
        let mut calls = 0;
        let found = settled(1.1, 3.0, 1.0, |x| {
            calls += 1;
            x.exp() - 3.0
        });
        check(found.unwrap(), 3.0_f64.ln(), 1e-12);
        assert!(calls < 5, "{calls} calls");
        assert_eq!(settled(10.0, 1e-3, 1.0, |x| -1.0 / (x * x + 1.0)), None);
        assert_eq!(settled(1.0, 1.0, 1.0, |_| f64::NAN), None);
    }

    #[test]
    fn crossing_returns_the_nearer_end_when_there_is_no_root() {
        assert_eq!(crossing(1.0, 2.0, |x| x), 1.0);
        assert_eq!(crossing(1.0, 2.0, |x| x - 5.0), 2.0);
    }
}
