//! Numbers as metrics have them: integers that tools may have turned into floats.

/// A number of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Number {
    Whole(u64),
    Float(f64),
}

/// The first number that 64 bits do not hold, which is what `math.MaxUint64` becomes as a float.
const TOO_LARGE: f64 = 18_446_744_073_709_551_616.0;

impl Number {
    /// `12`, `1.2e+01`, `+Inf`.
    pub(super) fn parse(text: &str) -> Option<Number> {
        let whole = text.parse().map(Number::Whole);
        whole.or_else(|_| text.parse().map(Number::Float)).ok()
    }

    pub(super) fn float(self) -> f64 {
        match self {
            Number::Whole(whole) => whole as f64,
            Number::Float(float) => float,
        }
    }

    /// A count.
    pub(super) fn whole(self) -> Option<u64> {
        match self {
            Number::Whole(whole) => Some(whole),
            Number::Float(float) => {
                let is_whole = float.fract() == 0.0 && (0.0..TOO_LARGE).contains(&float);
                is_whole.then_some(float as u64)
            }
        }
    }

    /// A count, or the largest where it is more.
    pub(super) fn whole_or_largest(self) -> Option<u64> {
        match self {
            Number::Float(TOO_LARGE) => Some(u64::MAX),
            _ => self.whole(),
        }
    }

    /// A time or a share that is none below zero and no infinity.
    pub(super) fn amount(self) -> Option<f64> {
        let float = self.float();
        (float.is_finite() && float >= 0.0).then_some(float)
    }

    /// Nanoseconds of an amount of seconds.
    pub(super) fn nanos(self) -> Option<u64> {
        let nanos = (self.amount()? * 1e9).round();
        (nanos < TOO_LARGE).then_some(nanos as u64)
    }
}
