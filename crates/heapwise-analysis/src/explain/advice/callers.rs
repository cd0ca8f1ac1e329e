//! What code of the package does with what a function returns.

use std::collections::BTreeSet;

use super::callee::declared;
use super::code::{Uses, is_given_away, is_of_name, last_name, opened, without_comment};
use super::line::Line;

/// Whether the package calls the function that a line is of, and no caller keeps its result or returns it: others may have to
/// be as they are. As far as the source is at hand.
pub(super) fn only_look(line: &Line<'_>) -> bool {
    let function = line.at.function.as_deref().unwrap_or_default();
    let name = function.rsplit('.').next().unwrap_or(function);
    let declarations = line.declarations();
    let own: BTreeSet<String> = { declarations }
        .filter_map(|text| declared(&text).map(str::to_owned))
        .collect();
    let is_kept = |code: &str, name: &str| is_kept(code, name) || is_passed_out(code, name, &own);
    let mut calls = 0;
    let mut watched: Option<String> = None;
    for text in line.package() {
        let code = without_comment(&text);
        if code.starts_with('}') {
            watched = None;
        }
        if stores_result(code, name) || watched.as_deref().is_some_and(|name| is_kept(code, name)) {
            return false;
        }
        if let Some(variable) = takes_result(code, name) {
            calls += 1;
            watched = Some(variable.to_owned());
        }
    }
    calls > 0
}

/// Whether a line gives away a pointer, and not a copy of what it points to.
fn is_kept(code: &str, variable: &str) -> bool {
    let copies = code.replace(&format!("*{variable}"), "");
    is_given_away(&copies, variable, Uses::Itself)
}

/// Whether a line passes a pointer to what is no function of the package: that may take it as an interface, as `io.ReadFull` does a
/// reader, for which a value would be moved to the heap.
fn is_passed_out(code: &str, variable: &str, own: &BTreeSet<String>) -> bool {
    const BUILT_IN: [&str; 4] = ["cap", "copy", "len", "delete"];
    let uses = code.match_indices(variable).filter(|(at, _)| {
        let before = code.get(..*at).unwrap_or_default();
        let after = code.get(at + variable.len()..).unwrap_or_default();
        before.ends_with(['(', ' ']) && after.starts_with([',', ')'])
    });
    let mut calls = uses.filter_map(|(at, _)| {
        let before = code.get(..at)?;
        before.get(..opened(before)?)
    });
    calls.any(|call| {
        let name = last_name(call);
        !name.is_empty() && !BUILT_IN.contains(&name) && !own.contains(name)
    })
}

/// The variable that a result is put in: `x := f(`, `x, err = p.f(`.
fn takes_result<'a>(code: &'a str, function: &str) -> Option<&'a str> {
    let (left, right) = code.split_once('=')?;
    let (called, _) = right.split_once(&format!("{function}("))?;
    let is_call = called
        .chars()
        .all(|c| is_of_name(c) || matches!(c, '.' | ' '));
    let is_whole = !called.ends_with(is_of_name);
    let left = left.trim_end_matches(':').trim();
    let left = left.strip_prefix("if ").unwrap_or(left);
    let first = left.split(',').next()?.trim();
    (is_call && is_whole && first.chars().all(is_of_name)).then_some(first)
}

/// Whether a line puts a result into a field, an element or a literal: `x.y = f(z)`, `y: f(z),`, `append(all, f(z))`.
fn stores_result(line: &str, function: &str) -> bool {
    let call = format!("{function}(");
    let mut calls = line
        .match_indices(&call)
        .filter_map(|(at, _)| line.get(..at));
    calls.any(|before| {
        if before.ends_with(is_of_name) || before.contains("func ") {
            return false;
        }
        // The variable or package that the function is of.
        let before = before.trim_end_matches(|c: char| is_of_name(c) || c == '.');
        let before = before.trim_end();
        let left = before.strip_suffix('=').map(str::trim_end);
        let is_kept = |left: &str| {
            left.split(", ")
                .any(|name| name.contains('.') || name.ends_with(']'))
        };
        before.ends_with("return")
            || before.ends_with(':')
            || before.contains("append(")
            || left.is_some_and(is_kept)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{is_kept, is_passed_out, stores_result, takes_result};

    #[test]
    fn callers_that_pass_a_pointer_out_are_told() {
        let own: BTreeSet<String> = ["check".to_owned()].into();
        for code in [
            "\tif _, err := io.ReadFull(user, buf[:]); err != nil {",
            "\tfmt.Println(\"is\", user)",
            "\tlog.add(f(x), user, y)",
            "\tcheck(g(user))",
        ] {
            assert!(is_passed_out(code, "user", &own), "{code}");
        }
        for code in [
            "\tcheck(user)",
            "\tx.check(y, user)",
            "\tfmt.Println(*user, user.name)",
            "\tfmt.Println(users)",
            "\tf(len(user))",
        ] {
            assert!(!is_passed_out(code, "user", &own), "{code}");
        }
    }

    #[test]
    fn callers_that_take_a_result_are_told() {
        for (code, name) in [
            ("\tuser, err := Parse(line)", Some("user")),
            ("\tif user := p.Parse(line); user != nil {", Some("user")),
            ("\tx.user = Parse(line)", None),
            ("\tuser := reParse(line)", None),
        ] {
            assert_eq!(takes_result(code, "Parse"), name, "{code}");
        }
        assert!(is_kept("\tall = append(all, user)", "user"));
        assert!(!is_kept("\tall = append(all, *user)", "user"));
        assert!(!is_kept("\treturn user.name", "user"));
    }

    #[test]
    fn callers_that_store_a_result_are_told() {
        for line in [
            "\ttyp.Elem = p.parseType()",
            "\tdef.Type, err = parseType(x)",
            "\t\tType: p.parseType(),",
            "\tall = append(all, parseType())",
            "\ttypes[name] = parseType()",
            "\treturn p.parseType()",
        ] {
            assert!(stores_result(line, "parseType"), "{line}");
        }
        for line in [
            "func (p *parser) parseType() *Type {",
            "\ttyp := p.parseType()",
            "\tx.y = p.reparseType()",
            "\tx.y = parseTypes()",
            "\tif p.parseType() == nil {",
        ] {
            assert!(!stores_result(line, "parseType"), "{line}");
        }
    }
}
