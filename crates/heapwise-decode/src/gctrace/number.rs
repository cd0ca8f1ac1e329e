//! How the numbers of a trace are read: in whole units, without a loss or an overflow.

/// What is left of a text.
#[derive(Clone, Copy)]
pub(super) struct Rest<'a>(pub(super) &'a [u8]);

impl Rest<'_> {
    /// Passes `text`; `None` when it is not next.
    #[inline]
    pub(super) fn expect<const SIZE: usize>(&mut self, text: &[u8; SIZE]) -> Option<()> {
        let (start, rest) = self.0.split_first_chunk::<SIZE>()?;
        if start != text {
            return None;
        }
        self.0 = rest;
        Some(())
    }

    /// Decimal digits; `None` for none, and for more than fit.
    #[inline]
    pub(super) fn integer(&mut self) -> Option<u64> {
        let mut value = 0;
        let count = self.digits(&mut value)?;
        (count > 0).then_some(value)
    }

    /// `0.041`, `29`, `1.2e-05` in units of 10^-scale, cut. A plus that no exponent is before, as
    /// those between phases, is not of the number.
    #[inline]
    pub(super) fn decimal(&mut self, scale: i32) -> Option<u64> {
        let mut value = 0;
        if self.digits(&mut value)? == 0 {
            return None;
        }
        let mut shift = scale;
        if let [b'.', rest @ ..] = self.0 {
            self.0 = rest;
            let count = self.digits(&mut value)?;
            if count == 0 {
                return None;
            }
            shift = shift.checked_sub(i32::try_from(count).ok()?)?;
        }
        shift = shift.checked_add(self.exponent()?)?;
        shifted(value, shift)
    }

    /// Appends the digits that are next, and says how many they are; `None` for more than fit.
    #[inline]
    fn digits(&mut self, value: &mut u64) -> Option<usize> {
        let mut count = 0;
        while let [digit @ b'0'..=b'9', rest @ ..] = self.0 {
            *value = value
                .checked_mul(10)?
                .checked_add(u64::from(digit - b'0'))?;
            count += 1;
            self.0 = rest;
        }
        Some(count)
    }

    /// 0 where there is none.
    fn exponent(&mut self) -> Option<i32> {
        let (sign, rest) = match self.0 {
            [b'e' | b'E', b'-', rest @ ..] => (-1, rest),
            [b'e' | b'E', b'+', rest @ ..] | [b'e' | b'E', rest @ ..] => (1, rest),
            _ => return Some(0),
        };
        self.0 = rest;
        let exponent = i32::try_from(self.integer()?).ok()?;
        exponent.checked_mul(sign)
    }
}

fn shifted(value: u64, shift: i32) -> Option<u64> {
    if value == 0 {
        return Some(0);
    }
    let power = 10_u64.checked_pow(shift.unsigned_abs());
    match (shift >= 0, power) {
        (true, power) => value.checked_mul(power?),
        (false, Some(power)) => Some(value / power),
        (false, None) => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::Rest;

    #[test]
    fn reads_milliseconds_as_nanoseconds() {
        for (text, expected, rest) in [
            ("0.041+", Some(41_000), "+"),
            ("29 ms", Some(29_000_000), " ms"),
            ("1.0", Some(1_000_000), ""),
            ("1.2e-03+1", Some(1_200), "+1"),
            ("1.024129e+000", Some(1_024_129), ""),
            ("0.0000001", Some(0), ""),
            ("1e-400", Some(0), ""),
            ("0e400", Some(0), ""),
            ("18446744073709.551615", Some(u64::MAX), ""),
            ("18446744073709.551616", None, ""),
            ("18446744073709551616", None, ""),
            ("1e300", None, ""),
            ("1e99999999999", None, ""),
            (".5", None, ""),
            ("5.", None, ""),
            ("1,5", Some(1_000_000), ",5"),
            ("", None, ""),
        ] {
            let mut scan = Rest(text.as_bytes());
            let found = scan.decimal(6);
            assert_eq!(found, expected, "{text}");
            if found.is_some() {
                assert_eq!(scan.0, rest.as_bytes(), "{text}");
            }
        }
    }
}
