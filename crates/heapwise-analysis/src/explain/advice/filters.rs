//! Whether a condition picks a few of what comes, as a search does, or leaves out what is an exception.

/// Whether what is under a condition is taken where that holds only for what is looked for: `matches(x, y)`, `x == y`, `x < y`. What
/// is not nothing, not empty or not an error is as most are.
pub(super) fn picks(condition: &str) -> bool {
    let condition = condition.trim_end_matches('{').trim();
    let condition = ["} else if ", "if ", "); "]
        .iter()
        .find_map(|begin| condition.strip_prefix(begin))
        .unwrap_or(condition);
    let (before, tested) = condition.rsplit_once("; ").unwrap_or(("", condition));
    let is_asserted = before.contains(".(") && tested == "ok";
    let is_none = |value: &str| matches!(value.trim(), "nil" | "0" | "\"\"");
    let is_sized = tested
        .split_once(" > ")
        .is_some_and(|(_, than)| is_none(than));
    let is_negated = tested.starts_with('!') || tested.contains(" != ");
    let is_right = tested.split_once(" == ").is_some_and(|(what, to)| {
        to == "nil" && what.trim().to_lowercase().ends_with("err") || to == "false"
    });
    is_new(before, tested) || !(is_asserted || is_sized || is_negated || is_right)
}

/// Whether it asks for what was not there before: `!seen[x]`, `_, ok := known[x]; !ok`. Few may be new.
fn is_new(before: &str, tested: &str) -> bool {
    let is_element = tested.starts_with('!') && tested.ends_with(']');
    let is_looked_up = tested == "!ok" && before.ends_with(']');
    is_element || is_looked_up
}

/// Whether it is a comparison by size with something, and not with nothing.
fn compares(tested: &str) -> bool {
    let signs = [" < ", " > ", " <= ", " >= "];
    let than = signs.iter().find_map(|sign| tested.split_once(sign));
    than.is_some_and(|(_, than)| !matches!(than.trim(), "0" | "1" | "\"\""))
}

/// The same of a condition under which the turn goes on without taking it.
pub(super) fn leaves_most_out(condition: &str) -> bool {
    let condition = condition.trim_end_matches('{').trim();
    let (_, tested) = condition.rsplit_once("; ").unwrap_or(("", condition));
    let tested = tested.trim_start_matches("if ").trim();
    let is_failed = tested.split_once(" != ").is_some_and(|(what, than)| {
        than == "nil" && what.trim().to_lowercase().ends_with("err") || than == "true"
    });
    let is_failed = is_failed || tested == "!ok" && condition.contains(".(");
    let is_known = tested.ends_with(']') && !tested.contains(' ');
    let is_found = tested == "ok" && condition.contains("]; ");
    (tested.starts_with('!') || tested.contains(" != ") || compares(tested) || is_known || is_found)
        && !is_failed
}

#[cfg(test)]
mod tests {
    use super::{leaves_most_out, picks};

    #[test]
    fn what_is_looked_for_is_told_from_what_is_no_exception() {
        for code in [
            "if matches(source, target) {",
            "if x.kind == kind {",
            "if at < end {",
            "if _, ok := known[x]; ok {",
            "if isIn(all, x) == keep {",
            "if unicode.IsLetter(c) {",
            "if !seen[x] {",
            "if _, ok := known[x]; !ok {",
        ] {
            assert!(picks(code), "{code}");
        }
        for code in [
            "if result != nil {",
            "if part := next(x); part != none {",
            "if node, ok := x.(Node); ok {",
            "if len(part) > 0 {",
            "if err == nil {",
            "if part, err := next(x); err == nil {",
        ] {
            assert!(!picks(code), "{code}");
        }
    }

    #[test]
    fn what_goes_on_without_most_is_told() {
        for code in [
            "if !matches(x, y) {",
            "if x.kind != kind {",
            "if v, ok := known[x]; !ok {",
            "if _, ok := known[x]; ok {",
            "if seen[x] {",
            "if x < 990 {",
            "if len(x) > most {",
        ] {
            assert!(leaves_most_out(code), "{code}");
        }
        for code in [
            "if x == nil {",
            "if part == \"\" {",
            "if err != nil {",
            "if node, ok := x.(Node); !ok {",
            "if x < 0 {",
            "if len(x) == 0 {",
            "if x.isHidden {",
        ] {
            assert!(!leaves_most_out(code), "{code}");
        }
    }
}
