//! A number that is known to be between two others.

/// From the least to the most that a number is likely to be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Bracket {
    /// The least.
    pub low: f64,
    /// The most; never less than [`Bracket::low`].
    pub high: f64,
}

impl Bracket {
    /// Between two numbers, in either order.
    #[must_use]
    pub fn new(one: f64, other: f64) -> Self {
        Self {
            low: one.min(other),
            high: one.max(other),
        }
    }

    /// Whether a number is inside.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// With both ends changed in the same way.
    pub(super) fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self::new(change(self.low), change(self.high))
    }
}

#[cfg(test)]
mod tests {
    use super::Bracket;

    #[test]
    fn has_its_ends_in_order() {
        let bracket = Bracket::new(3.0, 1.0);
        assert!(bracket.contains(1.0) && bracket.contains(3.0) && !bracket.contains(3.1));
        assert_eq!(bracket.map(|end| -end), Bracket::new(-3.0, -1.0));
    }
}
