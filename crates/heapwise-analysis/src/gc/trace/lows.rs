//! The lows of a level that goes up and down: what is kept shows in them, whatever the load does.

/// A turn counts where the level goes by this part of the highest one.
const PART: f64 = 0.2;

/// The lowest points between two turns, in order.
pub(super) fn of(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    let Some(&first) = points.first() else {
        return found;
    };
    let (mut low, mut high) = (first, first);
    let mut is_falling = true;
    for &point in points {
        if is_falling {
            if point.1 < low.1 {
                low = point;
            }
            let is_turned = point.1 - low.1 >= PART * point.1;
            if is_turned {
                found.push(low);
                (is_falling, high) = (false, point);
            }
        } else {
            if point.1 > high.1 {
                high = point;
            }
            if high.1 - point.1 >= PART * high.1 {
                (is_falling, low) = (true, point);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::of;

    fn lows(levels: &[f64]) -> Vec<f64> {
        let points: Vec<(f64, f64)> = levels
            .iter()
            .enumerate()
            .map(|(at, &y)| (at as f64, y))
            .collect();
        of(&points).into_iter().map(|(_, low)| low).collect()
    }

    #[test]
    fn a_low_is_between_two_turns() {
        assert_eq!(
            lows(&[10.0, 20.0, 8.0, 25.0, 12.0, 30.0, 14.0]),
            [10.0, 8.0, 12.0]
        );
        // Small steps are no turns.
        assert_eq!(lows(&[100.0, 104.0, 99.0, 105.0, 98.0]), [0.0; 0]);
        assert_eq!(lows(&[]), [0.0; 0]);
        assert_eq!(lows(&[5.0, 4.0, 3.0]), [0.0; 0]);
    }
}
