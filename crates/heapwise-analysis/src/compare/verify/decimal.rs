//! Bounds as they were written, without rounding.

use std::cmp::Ordering;

/// A decimal number as it was written, without rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    /// Digits behind the point.
    places: u32,
}

/// More digits than this are no bound that anybody means.
const MOST_DIGITS: usize = 15;

impl Decimal {
    /// Reads `12`, `-30`, `+5.25`. `None` for anything else, and for more than 15 digits.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (negative, unsigned) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(part) || whole.len() + part.len() > MOST_DIGITS {
            return None;
        }
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        Some(Decimal {
            digits: if negative { -digits } else { digits },
            places: part.len() as u32,
        })
    }

    /// The number nearest to it.
    pub fn value(self) -> f64 {
        self.digits as f64 / self.denominator() as f64
    }

    /// Times a whole number below 2^50.
    pub(super) fn times(self, factor: i128) -> Decimal {
        Decimal {
            digits: self.digits.saturating_mul(factor),
            places: self.places,
        }
    }

    /// How `value` compares with it.
    pub(super) fn order_of(self, value: i128) -> Ordering {
        match value.checked_mul(self.denominator()) {
            Some(value) => value.cmp(&self.digits),
            None => value.cmp(&0),
        }
    }

    /// How `after` compares with `before` changed by it in percent.
    pub(super) fn order_of_change(self, before: i128, after: i128) -> Ordering {
        let hundred = 100 * self.denominator();
        let sides = (
            after.checked_mul(hundred),
            before.checked_mul(hundred + self.digits),
        );
        match sides {
            (Some(after), Some(bound)) => after.cmp(&bound),
            _ => (after as f64).total_cmp(&(before as f64 * self.factor())),
        }
    }

    /// One and it in percent: the ratio that a relative change means.
    pub(super) fn factor(self) -> f64 {
        let hundred = 100 * self.denominator();
        (hundred + self.digits) as f64 / hundred as f64
    }

    fn denominator(self) -> i128 {
        10_i128.pow(self.places)
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::Decimal;

    #[test]
    fn compares_without_rounding() {
        let bound = Decimal::parse("-30").expect("a number");
        assert_eq!(bound.order_of_change(100, 70), Ordering::Equal);
        assert_eq!(bound.order_of_change(100, 71), Ordering::Greater);
        let bound = Decimal::parse("+0.1").expect("a number");
        assert_eq!(bound.order_of_change(1000, 1001), Ordering::Equal);
        assert_eq!(bound.order_of_change(0, 0), Ordering::Equal);
        assert_eq!(bound.order_of_change(0, 1), Ordering::Greater);
        let bound = Decimal::parse("1.5").expect("a number");
        assert_eq!(bound.order_of(1), Ordering::Less);
        assert_eq!(bound.times(1024).order_of(1536), Ordering::Equal);
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "1e3",
            "--1",
            "1234567890123456",
            "1.2.3",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_too_large_to_multiply_is_compared_as_it_is() {
        let large = i128::MAX / 10;
        for (bound, part, order) in [
            ("-30", 69, Ordering::Less),
            ("-30", 71, Ordering::Greater),
            ("+5", 104, Ordering::Less),
            ("+5", 106, Ordering::Greater),
        ] {
            let bound = Decimal::parse(bound).expect("a number");
            assert_eq!(bound.order_of_change(large, large / 100 * part), order);
        }
        let bound = Decimal::parse("5.5").expect("a number");
        assert_eq!(bound.order_of(i128::MAX), Ordering::Greater);
        assert_eq!(bound.order_of(i128::MIN), Ordering::Less);
        assert_eq!((bound.value(), bound.factor()), (5.5, 1.055));
    }
}
