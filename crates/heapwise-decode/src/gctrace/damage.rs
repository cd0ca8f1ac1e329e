//! Which lines were traces of the collector before something happened to them.

use memchr::memmem;

use super::number::Rest;

/// Whether a line has a part of a trace. Words such as `gc 3 items`, the heads of stacks and the
/// pattern of the documentation (`gc # @#s #%: #+#+# ms clock`) have none.
pub(super) fn is_damaged(line: &[u8]) -> bool {
    memmem::find_iter(line, b" @").any(|at| {
        let after = line.get(at + 2..).unwrap_or_default();
        is_head(line.get(..at).unwrap_or_default(), after)
    }) || memmem::find_iter(line, b" ms clock, ").any(|at| is_between(line, at, b" ms clock, "))
        || memmem::find_iter(line, b" MB goal, ").any(|at| is_goal(line, at))
}

/// Where the `gc ` of a time at `at` starts: `gc 3`, or `gc #3`.
pub(super) fn start(line: &[u8], at: usize) -> Option<usize> {
    start_before(line.get(..at)?)
}

fn start_before(before: &[u8]) -> Option<usize> {
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let count = digits.count();
    let before = before.get(..before.len() - count)?;
    let word = before.strip_suffix(b"#").unwrap_or(before);
    (count > 0).then_some(())?;
    word.strip_suffix(b"gc ").map(<[u8]>::len)
}

/// Whether a ` @` stands between `gc 3` and `0.1`, or `3` and `0.100s 4%` if a start is missing.
pub(super) fn is_head(before: &[u8], after: &[u8]) -> bool {
    let mut scan = Rest(after);
    let is_digit = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'\n' | b'\r');
    if !scan.0.first().is_none_or(is_digit) {
        return false;
    }
    if start_before(before).is_some() {
        return true;
    }
    let is_time = scan.decimal(9).is_some() && scan.expect(b"s ").is_some();
    is_time && scan.integer().is_some() && scan.expect(b"%").is_some()
}

/// `+0.003 ms clock, 0.034`: digits on both sides, and a sum before.
fn is_between(line: &[u8], at: usize, what: &[u8]) -> bool {
    let before = line.get(..at).unwrap_or_default();
    let after = line.get(at + what.len()..).unwrap_or_default();
    // Torn by another writer, lines start with any piece.
    let is_piece = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    if before.iter().all(is_piece) && after.first().is_some_and(u8::is_ascii_digit) {
        return true;
    }
    let is_sum = |byte: &&u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'+');
    let mut sum = before.iter().rev().take_while(is_sum);
    let ends_in_digit = before.last().is_some_and(u8::is_ascii_digit);
    ends_in_digit && sum.any(|&byte| byte == b'+') && after.first().is_none_or(u8::is_ascii_digit)
}

/// `3 MB, 4 MB goal, 0`.
fn is_goal(line: &[u8], at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit());
    let count = digits.count();
    let before = before.get(..at - count).unwrap_or_default();
    let after = line.get(at + b" MB goal, ".len()..).unwrap_or_default();
    let goes_on = after.first().is_none_or(u8::is_ascii_digit);
    goes_on && (before.ends_with(b" MB, ") || b" MB, ".ends_with(before))
}

#[cfg(test)]
mod tests {
    use super::is_damaged;

    #[test]
    fn tells_parts_of_traces_from_other_words() {
        for line in [
            "gc 3 @0.100s 4%: 0.1+0.2",
            "gc 3 @",
            "gc #3 @0",
            "x gc 3 @0.1tls: bad record",
            "3 @0.100s 4%: 0.1+0.2+0.3 ms clock, 1 P",
            "0.1+0.2 ms clock, 0.1+0.2/0.3",
            "4 MB goal, 0 MB stacks",
            " ms clock, 2026/11/28 16:26:22 worker 5",
            " MB goal, 2026/11/28 16:26:22 worker 5",
            "0.1 ms cpu, 3->4->3 MB, 4 MB goal, 2 P",
        ] {
            assert!(is_damaged(line.as_bytes()), "{line}");
        }
        for line in [
            "goroutine 5 [GC worker (idle)]:",
            "gc 3 items",
            "gc 3 @home",
            "mail to a @1.example",
            "gc # @#s #%: #+#+# ms clock, #+#/#/#+# ms cpu, #->#-># MB, # MB goal, # P",
            "our own 20 ms clock, which",
            "a 5 MB goal, they say",
            "5 MB goal, they say",
            "",
        ] {
            assert!(!is_damaged(line.as_bytes()), "{line}");
        }
    }
}
