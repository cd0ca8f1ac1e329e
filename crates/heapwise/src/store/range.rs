//! A time from which and one until which profiles are asked for, both included, and its parts.

/// In milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Range {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Range {
    /// Whole seconds, since profiles are counted by seconds: the second of `from`, and all up to `until`, whose own is
    /// in only if it has begun.
    pub(super) fn of_seconds(from: i64, until: i64) -> Range {
        Range {
            from: from.div_euclid(1000) * 1000,
            until: until.saturating_sub(1).div_euclid(1000) * 1000 + 999,
        }
    }

    pub(super) fn length(self) -> i64 {
        self.until.saturating_sub(self.from)
    }

    /// Its parts of at most this length, which share no moment; `None` where they are more than `cap`.
    pub(super) fn parts(self, most: i64, cap: usize) -> Option<Vec<Range>> {
        let most = most.max(1);
        let count = usize::try_from(self.length() / most).ok()?;
        if count > cap {
            return None;
        }
        let mut parts = Vec::with_capacity(count + 1);
        let mut from = self.from;
        while from <= self.until {
            let end = from.saturating_add(most - 1).min(self.until);
            parts.push(Range { from, until: end });
            from = end.saturating_add(1);
        }
        // A last part of one moment is not worth a question of its own, and fits the one before.
        if let [.., before, last] = parts.as_mut_slice()
            && last.from == last.until
            && before.length() < most
        {
            before.until = last.until;
            parts.pop();
        }
        Some(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::Range;

    #[test]
    fn ranges_are_whole_seconds() {
        let of = |from, until| {
            let range = Range::of_seconds(from, until);
            (
                range.from,
                range.until,
                Range::of_seconds(range.from, range.until) == range,
            )
        };
        assert_eq!(of(1254, 5254), (1000, 5999, true));
        assert_eq!(of(1000, 5000), (1000, 4999, true));
        assert_eq!(of(1000, 5999), (1000, 5999, true));
    }

    #[test]
    fn parts_share_no_moment_and_leave_none_out() {
        let pairs = |from, until, most| {
            let parts = Range { from, until }.parts(most, 1000)?;
            Some(
                parts
                    .iter()
                    .map(|part| (part.from, part.until))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(pairs(0, 9, 10), Some(vec![(0, 9)]));
        assert_eq!(pairs(0, 10, 10), Some(vec![(0, 10)]));
        assert_eq!(pairs(0, 25, 10), Some(vec![(0, 9), (10, 19), (20, 25)]));
        assert_eq!(pairs(5, 5, 10), Some(vec![(5, 5)]));
        assert_eq!(pairs(0, i64::MAX, 1), None);
    }
}
