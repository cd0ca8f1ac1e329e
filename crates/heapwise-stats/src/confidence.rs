//! How sure an interval is to be.

/// How often an interval is to contain the truth, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// A level such as 0.95. `None` outside the open interval from 0 to 1.
    #[must_use]
    pub fn new(level: f64) -> Option<Self> {
        (level > 0.0 && level < 1.0).then_some(Self(level))
    }

    /// The level, strictly between 0 and 1.
    #[must_use]
    pub fn level(self) -> f64 {
        self.0
    }

    /// What is left for either side: half of one minus the level.
    #[must_use]
    pub fn each_tail(self) -> f64 {
        0.5 * (1.0 - self.0)
    }
}

impl Default for Confidence {
    /// 0.95.
    fn default() -> Self {
        Self(0.95)
    }
}

#[cfg(test)]
mod tests {
    use super::Confidence;

    #[test]
    fn is_a_level_between_its_two_tails() {
        let confidence = Confidence::new(0.75).unwrap();
        assert_eq!((confidence.level(), confidence.each_tail()), (0.75, 0.125));
        assert_eq!(Confidence::default().level(), 0.95);
        for outside in [0.0, 1.0, -0.5, 1.5, f64::NAN] {
            assert_eq!(Confidence::new(outside), None, "{outside}");
        }
    }
}
