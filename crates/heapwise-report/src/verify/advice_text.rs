//! Advice in words that can be pasted.

use heapwise_analysis::Advice;

/// Where a sampling rate is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateSetting {
    /// An option of `go test`.
    GoTest,
    /// The environment of any Go program (runtime: Environment Variables).
    Environment,
}

/// What to do: `profile 25 times longer, or -memprofilerate=21664`. `None` where nothing helps.
pub(crate) fn ways(advice: Advice, setting: RateSetting) -> Option<String> {
    let longer = advice
        .longer
        .map(|times| format!("profile {times} times longer"));
    let rate = advice.rate.map(|rate| match setting {
        RateSetting::GoTest => format!("-memprofilerate={rate}"),
        RateSetting::Environment => format!("GODEBUG=memprofilerate={rate}"),
    });
    match (longer, rate) {
        (Some(longer), Some(rate)) => Some(format!("{longer}, or with {rate}")),
        (Some(longer), None) => Some(longer),
        (None, Some(rate)) => Some(format!("profile with {rate}")),
        (None, None) => None,
    }
}
