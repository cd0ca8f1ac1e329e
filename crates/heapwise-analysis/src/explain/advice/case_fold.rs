//! Strings that are made of one case to be compared: compare them as they are.

use super::code::{closing, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};

const TEXTS: (&str, &str) = (
    "compare with strings.EqualFold, or bytes.EqualFold, which allocates nothing",
    "one of both has letters that are one only in one case (the long s, the Kelvin sign)",
);

const FUNCTIONS: [&str; 4] = [
    "strings.ToLower",
    "strings.ToUpper",
    "bytes.ToLower",
    "bytes.ToUpper",
];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let entry = line.entry.as_deref()?;
    let code = line.code()?;
    let fits = FUNCTIONS.contains(&entry)
        && line.is_short_lived()
        && is_compared(without_comment(&code), entry);
    fits.then(|| Draft {
        rule: Rule::CaseFold,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(entry.to_owned())], line.facts()].concat(),
        parts: Some((0.9, 1.0)),
    })
}

/// Whether each call of a function on a line is a side of a comparison.
fn is_compared(code: &str, function: &str) -> bool {
    let call = format!("{function}(");
    let mut calls = code
        .match_indices(&call)
        .filter_map(|(at, _)| Some((code.get(..at)?, code.get(at + call.len()..)?)));
    code.contains(&call)
        && calls.all(|(before, rest)| {
            let after = closing(rest).and_then(|end| rest.get(end + 1..));
            let after = after.unwrap_or_default().trim_start();
            let before = before.trim_end();
            let is_side = |text: &str| text.starts_with("== ") || text.starts_with("!= ");
            is_side(after) || before.ends_with("==") || before.ends_with("!=")
        })
}

#[cfg(test)]
mod tests {
    use super::is_compared;

    #[test]
    fn what_is_compared_is_told() {
        for code in [
            "\treturn strings.ToLower(a) == strings.ToLower(b)",
            "\tif strings.ToLower(x.name()) != name {",
            "\tif name == strings.ToLower(f(a, (b))) && ok {",
        ] {
            assert!(is_compared(code, "strings.ToLower"), "{code}");
        }
        for code in [
            "\tname := strings.ToLower(a)",
            "\tif f(strings.ToLower(a)) == b {",
            "\tswitch strings.ToLower(a) {",
            "\tif known[strings.ToLower(a)] == 3 {",
            "\tif a == b && f(strings.ToLower(a)) {",
        ] {
            assert!(!is_compared(code, "strings.ToLower"), "{code}");
        }
    }
}
