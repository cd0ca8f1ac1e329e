//! Whether a text is made for nothing but to be the key of maps that no other code sees: their keys could be of another type.

use super::code::{has_word, is_of_name, last_name, name_uses, without_comment, word_uses};
use super::line::Line;

/// Whether all that is done with the text that a call makes on a line is to look it up, or to set it, in such maps, as far as the
/// source is at hand.
pub(super) fn is_key_alone(line: &Line<'_>, call: &str) -> bool {
    let Some(code) = line.code() else {
        return false;
    };
    let code = without_comment(&code);
    let maps: Option<Vec<String>> = match key_of(code, call) {
        Some(map) => Some(vec![map.to_owned()]),
        None => keyed_by(line, code, call),
    };
    maps.is_some_and(|maps| !maps.is_empty() && maps.iter().all(|map| is_hidden(line, map)))
}

/// The map that a call makes a key of: `x.known` of `n := x.known[fmt.Sprint(n)]`.
fn key_of<'a>(code: &'a str, call: &str) -> Option<&'a str> {
    let (before, _) = code.split_once(call)?;
    path_at_end(before.strip_suffix('[')?)
}

/// The path that a text ends with: `x.known`.
fn path_at_end(text: &str) -> Option<&str> {
    let start = text.trim_end_matches(|c: char| is_of_name(c) || c == '.');
    let path = text.get(start.len()..)?;
    (!path.is_empty() && !path.starts_with('.')).then_some(path)
}

/// The maps of which the variable that a line gives a text to is a key; `None` where it is used otherwise.
fn keyed_by(line: &Line<'_>, code: &str, call: &str) -> Option<Vec<String>> {
    let name = line.variable()?;
    let (_, value) = code.split_once(" := ")?;
    if !value.starts_with(call) {
        return None;
    }
    let mut maps = Vec::new();
    for text in line.below() {
        for (before, after) in word_uses(without_comment(&text), &name) {
            let map = before
                .strip_suffix('[')
                .filter(|_| after.starts_with(']'))
                .or_else(|| {
                    let deleted = before.strip_suffix(", ")?;
                    let is_end = after.starts_with(')') && deleted.contains("delete(");
                    is_end.then_some(deleted)
                });
            maps.push(path_at_end(map?)?.to_owned());
        }
    }
    Some(maps)
}

/// Whether nothing but the code of the function, or of the package, sees what keys a map has.
fn is_hidden(line: &Line<'_>, path: &str) -> bool {
    let name = last_name(path);
    let is_field = path.contains('.');
    let is_local = !is_field && {
        let mut above = line.above_to_declaration().skip(1);
        above.any(|text| has_word(without_comment(&text), name))
    };
    let is_exported = name.starts_with(char::is_uppercase);
    match is_local {
        true => {
            let above = line.above_to_declaration();
            are_for_keys(above.chain(line.below()), name)
        }
        false => !is_exported && are_for_keys(line.package(), name),
    }
}

/// Whether what has a name is made a map in lines, looked up, set, counted, and no more.
fn are_for_keys(mut lines: impl Iterator<Item = String>, name: &str) -> bool {
    let mut is_made = false;
    let are_all = lines.all(|text| {
        let code = without_comment(&text);
        name_uses(code, name).all(|(before, after)| {
            let is_making = makes(code, after);
            is_made |= is_making;
            is_making || asks(before, after)
        })
    });
    is_made && are_all
}

/// Whether what is behind a name makes it a map with nothing in it, or declares it as one, and not as a parameter.
fn makes(code: &str, after: &str) -> bool {
    let made = [" := ", " = ", ": "];
    let value = made.iter().find_map(|sign| after.strip_prefix(sign));
    let value = value.map(|value| value.trim_end_matches(','));
    let is_value = value.is_some_and(|value| {
        value.starts_with("make(map[") || value.starts_with("map[") && value.ends_with("{}")
    });
    let is_declared = after.starts_with(' ') && after.trim_start().starts_with("map[");
    is_value || is_declared && !code.contains("func")
}

/// Whether a name is used for what other keys would do as well.
fn asks(before: &str, after: &str) -> bool {
    let path = before.trim_end_matches(|c: char| is_of_name(c) || c == '.');
    let calls = ["len(", "clear(", "delete("];
    let is_ranged = path.ends_with("range ") && path.trim_start().starts_with("for _, ");
    let compared = [" == nil", " != nil"];
    after.starts_with('[')
        || is_ranged
        || calls.iter().any(|call| path.ends_with(call))
        || compared.iter().any(|sign| after.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::{are_for_keys, key_of};

    #[test]
    fn maps_are_told_by_their_keys() {
        for (code, map) in [
            ("\tn := known[fmt.Sprint(n)]", Some("known")),
            ("\treturn x.y.known[fmt.Sprint(n)]", Some("x.y.known")),
            ("\tn := f(x)[fmt.Sprint(n)]", None),
            ("\tn := f(x).known[fmt.Sprint(n)]", None),
            ("\tn := fmt.Sprint(n)", None),
        ] {
            assert_eq!(key_of(code, "fmt.Sprint"), map, "{code}");
        }
    }

    #[test]
    fn maps_of_which_only_keys_are_asked_are_told() {
        let lines = |code: &str| {
            let text = format!("\tknown := make(map[string]int)\n{code}");
            text.lines().map(str::to_owned).collect::<Vec<String>>()
        };
        for code in [
            "\tknown[a] = len(known)",
            "\tif n, ok := known[a]; ok {\n\t\tdelete(known, a)",
            "\tfor _, n := range known {",
            "\tunknown(b)",
            "\tif t.known == nil {\n\t\tt.known = map[string]int{}",
            "\tknown   map[string]int",
        ] {
            assert!(are_for_keys(lines(code).into_iter(), "known"), "{code}");
        }
        for code in [
            "\treturn known",
            "\tfor name := range known {",
            "\tfor name, n := range known {",
            "\tjson.Marshal(known)",
            "\tother := known",
            "\tx.known = known",
            "func All(known map[string]int) {",
            "\tknown = map[string]int{\"a\": 1}",
        ] {
            assert!(!are_for_keys(lines(code).into_iter(), "known"), "{code}");
        }
        let only = ["\tn := known[a]".to_owned()];
        assert!(!are_for_keys(only.into_iter(), "known"));
    }
}
