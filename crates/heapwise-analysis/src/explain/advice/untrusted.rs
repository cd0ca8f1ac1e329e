//! Whether how often a loop turns is a number that was read, which may be anything: who makes as much at once lets the input ask for
//! memory without end.

use super::code::{is_of_name, last_name, without_comment};
use super::line::Line;
use super::numbers;

/// What tells how much of a buffer was filled, or used: it is no more than that.
const BOUND: [&str; 8] = [
    "Copy",
    "Read",
    "ReadAt",
    "ReadAtLeast",
    "ReadFull",
    "Write",
    "WriteAt",
    "WriteString",
];

/// What reads numbers that may be large, without saying whether it could.
const READERS: [&str; 4] = [".Uint32(", ".Uint64(", ".Uvarint(", ".Varint("];

/// What is in the names of functions that read a number, where what they return may be something else to range over.
const NUMBERS: [&str; 6] = ["int", "len", "count", "size", "num", "header"];

impl Line<'_> {
    /// Whether the nearest loop around the line turns as often as a number says that the function reads above, as far as its source is
    /// at hand.
    pub(super) fn turns_are_read(&self) -> bool {
        let head = { self.around() }.find(|text| text.trim_start().starts_with("for "));
        head.is_some_and(|head| {
            let limit = limit(without_comment(&head));
            limit.is_some_and(|limit| {
                self.above()
                    .any(|text| reads(without_comment(&text), limit))
            })
        })
    }
}

/// What tells how often a loop turns, where that is a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit<'a> {
    name: &'a str,
    /// It is compared with, and so is a number.
    is_number: bool,
}

/// The limit of a loop, by its head: `for i := 0; i < int(n); i++ {`, `for i := range n {`, `for range n {`.
fn limit(head: &str) -> Option<Limit<'_>> {
    let head = head.trim().strip_prefix("for ")?.trim_end_matches('{');
    let (text, is_number) = match head.split_once("range ") {
        // Of two variables it has elements.
        Some((variables, _)) if variables.contains(',') => return None,
        Some((_, over)) => (over, false),
        None => (head.split(';').nth(1)?.split_once('<')?.1, true),
    };
    let text = text.trim_start_matches('=').trim();
    let converted = text.split_once('(').filter(|(of, _)| *of != "len");
    let inner = converted.and_then(|(_, inner)| inner.strip_suffix(')'));
    let name = inner.unwrap_or(text);
    let is_name = !name.is_empty() && name.chars().all(is_of_name);
    is_name.then_some(Limit {
        name,
        is_number: is_number || numbers::is_number(text),
    })
}

/// Whether a line reads what is a limit: `n, err := r.ReadUint()`, `if n, err = count(r); err != nil {`, `n := order.Uint32(b)`.
fn reads(code: &str, limit: Limit<'_>) -> bool {
    let Some((left, value)) = code.split_once('=') else {
        return false;
    };
    let left = left.trim_end_matches(':').trim();
    let begun = ["if ", "} else if "].iter();
    let left = { begun }
        .find_map(|begin| left.strip_prefix(begin))
        .unwrap_or(left);
    let names: Vec<&str> = left.split(',').map(str::trim).collect();
    if names.first() != Some(&limit.name) {
        return false;
    }
    let may_fail = names
        .iter()
        .skip(1)
        .any(|name| name.to_lowercase().contains("err"));
    let callee = value.split('(').next().filter(|_| value.contains('('));
    let callee = callee.map(last_name).unwrap_or_default();
    let lower = callee.to_lowercase();
    let is_number = limit.is_number || NUMBERS.iter().any(|word| lower.contains(word));
    let is_read = may_fail && !callee.is_empty() && !BOUND.contains(&callee) && is_number;
    is_read || READERS.iter().any(|reader| value.contains(reader))
}

#[cfg(test)]
mod tests {
    use super::{Limit, limit, reads};

    #[test]
    fn limits_of_loops_are_told_where_they_are_variables() {
        for (head, expected) in [
            ("\tfor i := 0; i < n; i++ {", Some(("n", true))),
            (
                "\tfor i := uint32(0); i <= uint32(n); i++ {",
                Some(("n", true)),
            ),
            ("\tfor i := range int(n) {", Some(("n", true))),
            ("\tfor i := range count(n) {", Some(("n", false))),
            ("\tfor range n {", Some(("n", false))),
            ("\tfor i := 0; i < len(xs); i++ {", None),
            ("\tfor i := n; i > 0; i-- {", None),
            ("\tfor _, x := range xs {", None),
            ("\tfor i := range x.n {", None),
            ("\tfor {", None),
        ] {
            let told = limit(head).map(|one| (one.name, one.is_number));
            assert_eq!(told, expected, "{head}");
        }
    }

    #[test]
    fn numbers_that_are_read_are_told() {
        let number = Limit {
            name: "n",
            is_number: true,
        };
        let any = Limit {
            is_number: false,
            ..number
        };
        for code in [
            "\tn, _, err := leb128.DecodeUint32(r)",
            "\tif n, err = d.next(); err != nil {",
            "\tn := int(binary.BigEndian.Uint32(head))",
            "\tn, size := binary.Uvarint(head)",
        ] {
            assert!(reads(code, number), "{code}");
        }
        for code in [
            "\tn := len(xs)",
            "\tn, err := r.Read(buffer)",
            "\tn, ok := sizes[key]",
            "\tm, err := d.next()",
            "\tx.n, err = d.next()",
            "\tif n == d.next() {",
        ] {
            assert!(!reads(code, number), "{code}");
        }
        assert!(reads("\tn, err := d.ReadMapLen()", any));
        assert!(!reads("\tn, err := load()", any));
    }
}
