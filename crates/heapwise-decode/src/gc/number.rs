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

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_are_counts_amounts_and_times() {
        let parsed = |text: &str| Number::parse(text).expect(text);
        for (text, whole, amount, nanos) in [
            ("0", Some(0), Some(0.0), Some(0)),
            ("12", Some(12), Some(12.0), Some(12_000_000_000)),
            ("1.2e+01", Some(12), Some(12.0), Some(12_000_000_000)),
            ("0.25", None, Some(0.25), Some(250_000_000)),
            ("0.0000000004", None, Some(0.000_000_000_4), Some(0)),
            ("0.0000000006", None, Some(0.000_000_000_6), Some(1)),
            ("-1", None, None, None),
            ("+Inf", None, None, None),
            ("NaN", None, None, None),
            (
                "18446744073709551615",
                Some(u64::MAX),
                Some(1.844_674_407_370_955_2e19),
                None,
            ),
            (
                "18446744073709551616",
                None,
                Some(1.844_674_407_370_955_2e19),
                None,
            ),
            (
                "1e10",
                Some(10_000_000_000),
                Some(1e10),
                Some(10_000_000_000_000_000_000),
            ),
            ("1.9e10", Some(19_000_000_000), Some(1.9e10), None),
        ] {
            let number = parsed(text);
            assert_eq!(number.whole(), whole, "{text}");
            assert_eq!(number.amount(), amount, "{text}");
            assert_eq!(number.nanos(), nanos, "{text}");
        }
        // What `math.MaxUint64` becomes as a float.
        let largest = |text: &str| parsed(text).whole_or_largest();
        assert_eq!(largest("1.8446744073709552e+19"), Some(u64::MAX));
        assert_eq!((largest("1e20"), largest("7")), (None, Some(7)));
        assert_eq!(Number::parse("x"), None);
    }
}
