//! What each turn of the nearest loop around a line has of its own.

use std::collections::BTreeSet;

use super::code::{indentation, is_of_name, without_comment};
use super::line::Line;

/// The variables of a turn that the line can use, as far as they are declared above it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Turn {
    /// Those of the head of the loop: `i, x` of `for i, x := range xs {`.
    pub(super) head: BTreeSet<String>,
    /// Those that each turn makes anew.
    pub(super) body: BTreeSet<String>,
}

/// That of the nearest loop; without one what the function declares is of the body.
pub(super) fn turn(line: &Line<'_>) -> Turn {
    let depth = line.code().map_or(0, |code| indentation(&code));
    turn_of(line.above(), depth)
}

/// The same by the lines above one that begins so far to the right.
fn turn_of(above: impl Iterator<Item = String>, mut depth: usize) -> Turn {
    let mut turn = Turn::default();
    for text in above {
        let code = without_comment(&text).trim();
        if code.is_empty() || indentation(&text) > depth {
            continue;
        }
        let is_around = indentation(&text) < depth;
        depth = indentation(&text);
        let names = declared_names(code).map(str::to_owned);
        if is_around && code.starts_with("for ") {
            turn.head.extend(names);
            break;
        }
        turn.body.extend(names);
    }
    turn
}

/// What a line declares: `a, b := f()`, `for _, a := range b {`, `if a := f(); a {`, `var a, b int`.
fn declared_names(code: &str) -> impl Iterator<Item = &str> {
    let left = match code.strip_prefix("var ") {
        Some(rest) => names_before_type(rest),
        None => code.split_once(" := ").map_or("", |(left, _)| left),
    };
    let words = ["for ", "if ", "switch "];
    let left = words
        .iter()
        .find_map(|word| left.strip_prefix(word))
        .unwrap_or(left);
    let names = left.split(',').map(str::trim);
    names.filter(|name| !matches!(*name, "" | "_") && name.chars().all(is_of_name))
}

/// `a, b` of `a, b int = 1, 2`.
fn names_before_type(declared: &str) -> &str {
    let mut before = ' ';
    let end = declared.find(|c| {
        let is_end = c == ' ' && before != ',';
        before = c;
        is_end
    });
    declared
        .get(..end.unwrap_or(declared.len()))
        .unwrap_or(declared)
}

#[cfg(test)]
mod tests {
    use super::{declared_names, turn_of};

    #[test]
    fn what_a_line_declares_is_told() {
        for (code, names) in [
            ("for _, rule := range rules {", vec!["rule"]),
            ("for i := 0; i < n; i++ {", vec!["i"]),
            ("if n, err := f(); err != nil {", vec!["n", "err"]),
            ("name := rule.name", vec!["name"]),
            ("var name, other string", vec!["name", "other"]),
            ("var name = f()", vec!["name"]),
            ("x.name = rule.name", vec![]),
            ("for {", vec![]),
        ] {
            assert_eq!(declared_names(code).collect::<Vec<_>>(), names, "{code}");
        }
    }

    #[test]
    fn what_a_turn_makes_is_told_from_what_is_around_it() {
        let source = "func f() {
	var all string
	for i, x := range xs {
		line := x.name
		if x.ok {
			var inner string
		}
		if y := x.y; y > 0 {
			var rest, more string
";
        let above: Vec<String> = source.lines().rev().map(str::to_owned).collect();
        let turn = turn_of(above.into_iter(), 3);
        let names = |names: &std::collections::BTreeSet<String>| {
            names.iter().cloned().collect::<Vec<String>>().join(" ")
        };
        assert_eq!(names(&turn.head), "i x");
        assert_eq!(names(&turn.body), "line more rest y");
    }
}
