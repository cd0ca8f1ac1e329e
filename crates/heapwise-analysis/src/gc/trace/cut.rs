//! How much more than what is printed a number may have been: the runtime cuts what it prints.

/// The least nanoseconds that a printed time was not: what is printed is in `[printed, bound)`
/// (runtime/mgc.go: fmtNSAsMS: two digits below 10 ms and at least whole microseconds, above whole
/// milliseconds).
pub(super) fn bound(nanos: u64) -> u64 {
    const MICRO: u64 = 1_000;
    const MILLI: u64 = 1_000_000;
    let unit = match nanos {
        10_000_000.. => MILLI,
        1_000_000.. => 100 * MICRO,
        100_000.. => 10 * MICRO,
        _ => MICRO,
    };
    nanos.saturating_add(unit)
}

#[cfg(test)]
mod tests {
    use super::bound;

    #[test]
    fn what_is_printed_with_two_digits_may_have_been_a_tenth_more() {
        for (printed, expected) in [
            (0, 1_000),
            (41_000, 42_000),
            (410_000, 420_000),
            (4_600_000, 4_700_000),
            (29_000_000, 30_000_000),
        ] {
            assert_eq!(bound(printed), expected);
        }
    }
}
