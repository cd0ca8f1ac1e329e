//! What is done with the result of a call that was inlined: `string(~r0)`, which the log has at the place of the call.

use heapwise_decode::{AllocationKind, Decision};

/// Whether a decision at a call that was inlined is of what is done there with its result, and of nothing in the function: a
/// conversion of it, or what it is put together with. Of a function that was inlined into that one the result has the same name,
/// and is returned at once: `~r0 = string(~r0)`.
pub(super) fn is_of_result(decision: &Decision) -> bool {
    let is_made_of_it = matches!(
        decision.kind,
        AllocationKind::BytesToString
            | AllocationKind::StringToBytes
            | AllocationKind::Runes
            | AllocationKind::Concat
    );
    is_made_of_it && has_result(&decision.subject) && !is_returned_by_callee(decision)
}

/// Whether words have a result without a name: `~r0`, with the package it is of where that is another one.
fn has_result(words: &str) -> bool {
    let mut found = words.match_indices("~r");
    found.any(|(at, mark)| {
        let rest = words.get(at + mark.len()..).unwrap_or_default();
        rest.starts_with(|c: char| c.is_ascii_digit())
    })
}

/// Whether it is what a function that was inlined returns: its result is assigned, where a function itself returns.
fn is_returned_by_callee(decision: &Decision) -> bool {
    let to = decision.destination.as_deref().unwrap_or_default();
    let mut steps = decision.steps.iter().map(|step| step.why.as_str());
    let way = steps.find(|why| !matches!(*why, "spill" | "interface-converted"));
    has_result(to) && way == Some("assign-pair")
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{Decision, EscapeReader, Limits};

    use super::is_of_result;

    /// What the compiler says of
    /// `s := string(b.Bytes())`, `[]byte(n.String())`, `string(grown(b))`, `name(n) + ": " + name(n+1)` and `[]rune(n.String())`,
    /// and of `return b.Text()`, where `Text` is `return string(b.Bytes())`.
    const LOG: &str = "# example.com/text
./text.go:29:21: inlining call to (*Buffer).Bytes
./text.go:29:21: string(~r0) escapes to heap in Plain:
./text.go:29:21:   flow: s ← &{storage for string(~r0)}:
./text.go:29:21:     from string(~r0) (spill) at ./text.go:29:21
./text.go:29:21:     from s := string(~r0) (assign) at ./text.go:29:4
./text.go:29:21:   flow: ~r0 ← s:
./text.go:29:21:     from return s (return) at ./text.go:30:2
./text.go:34:24: inlining call to Name.String
./text.go:34:24: ([]byte)(~r0) escapes to heap in Bytes:
./text.go:34:24:   flow: ~r0 ← &{storage for ([]byte)(~r0)}:
./text.go:34:24:     from ([]byte)(~r0) (spill) at ./text.go:34:24
./text.go:34:24:     from return ([]byte)(~r0) (return) at ./text.go:34:2
./text.go:38:21: inlining call to grown
./text.go:38:21: string(~r0) escapes to heap in Grown:
./text.go:38:21:   flow: ~r0 ← &{storage for string(~r0)}:
./text.go:38:21:     from string(~r0) (spill) at ./text.go:38:21
./text.go:38:21:     from return string(~r0) (return) at ./text.go:38:2
./text.go:38:21: append does not escape
./text.go:42:24: ~r0 + \": \" + ~r0 escapes to heap in Concat:
./text.go:42:24:   flow: ~r0 ← &{storage for ~r0 + \": \" + ~r0}:
./text.go:42:24:     from ~r0 + \": \" + ~r0 (spill) at ./text.go:42:24
./text.go:42:24:     from return ~r0 + \": \" + ~r0 (return) at ./text.go:42:2
./text.go:50:15: inlining call to (*Buffer).Text
./text.go:50:15: inlining call to (*Buffer).Bytes
./text.go:50:15: string(~r0) escapes to heap in Copied:
./text.go:50:15:   flow: ~r0 ← &{storage for string(~r0)}:
./text.go:50:15:     from string(~r0) (spill) at ./text.go:50:15
./text.go:50:15:     from ~r0 = string(~r0) (assign-pair) at ./text.go:50:15
./text.go:50:15:   flow: ~r0 ← ~r0:
./text.go:50:15:     from return ~r0 (return) at ./text.go:50:2
./text.go:54:23: inlining call to (*Buffer).Bytes
./text.go:54:23: string(~r0) does not escape
./text.go:62:24: inlining call to Name.String
./text.go:62:24: ([]rune)(~r0) escapes to heap in Runes:
./text.go:62:24:   flow: ~r0 ← &{storage for ([]rune)(~r0)}:
./text.go:62:24:     from ([]rune)(~r0) (spill) at ./text.go:62:24
./text.go:62:24:     from return ([]rune)(~r0) (return) at ./text.go:62:2
";

    fn decisions() -> Vec<Decision> {
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(LOG.as_bytes()).unwrap();
        reader.finish().decisions
    }

    #[test]
    fn what_is_done_with_results_is_told_from_what_is_inlined() {
        let all = decisions();
        let of = |line: u32, subject: &str| {
            let mut on_line = all.iter().filter(|one| one.at.line == line);
            is_of_result(on_line.find(|one| one.subject == subject).unwrap())
        };
        for (line, subject) in [
            (29, "string(~r0)"),
            (34, "([]byte)(~r0)"),
            (38, "string(~r0)"),
            (42, "~r0 + \": \" + ~r0"),
            (54, "string(~r0)"),
            (62, "([]rune)(~r0)"),
        ] {
            assert!(of(line, subject), "{line}");
        }
        assert!(!of(38, "append"));
        assert!(!of(50, "string(~r0)"));
    }
}
