//! Whether pointers to what is returned are kept: then the values have to be somewhere, and returning them saves nothing.

use heapwise_decode::{AllocationKind, Decision};

use super::code::{is_of_name, without_comment};
use crate::explain::index::EscapeIndex;
use crate::explain::join::Lines;
use crate::explain::subject::Subject;
use crate::site::identity::Site;

/// Files of more lines are not looked through.
const MOST_LINES: i64 = 20_000;

/// Whether pointers to the type of what a line makes are kept: where the log tells of slices, maps or channels of such
/// pointers, or the source file of fields and of those, or of callers that store what they get. True, too, where the type is
/// not known. What callers do with them, [`super::callers`] tells.
pub(super) fn are_kept(subject: &Subject, log: Option<&EscapeIndex>, source: &Lines<'_>) -> bool {
    let decisions = subject.cause.decisions().iter();
    let mut types = decisions.map(|one| type_of(one, &subject.at, source));
    types.any(|name| {
        name.is_none_or(|name| {
            log.is_some_and(|log| is_made(&name, subject, log))
                || is_declared(&name, &subject.at, source)
        })
    })
}

/// The type of what is made: the compiler tells it, but of a variable only its name; its type is where it is declared.
fn type_of(decision: &Decision, at: &Site, source: &Lines<'_>) -> Option<String> {
    let words = decision.subject.as_str();
    match decision.kind {
        AllocationKind::Composite => name_at_start(words.strip_prefix('&')?),
        AllocationKind::New => name_at_start(words.strip_prefix("new(")?),
        _ => {
            let line = source(at.file.as_deref()?, at.line?)?;
            declared(&line, words)
        }
    }
}

/// The type that a variable is declared with: `v := T{`, `v = T{`, `var v T`, `(v T,`.
fn declared(line: &str, variable: &str) -> Option<String> {
    let is_end = |c: Option<char>| !c.is_some_and(is_of_name);
    let mut found = line.match_indices(variable).filter(|(at, _)| {
        let before = line.get(..*at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + variable.len()..)
            .and_then(|text| text.chars().next());
        is_end(before) && is_end(after)
    });
    let (at, _) = found.next()?;
    let rest = line.get(at + variable.len()..)?.trim_start();
    let rest = rest
        .strip_prefix(":=")
        .or(rest.strip_prefix('='))
        .unwrap_or(rest);
    name_at_start(rest.trim_start())
}

/// The name that a text begins with, with its package.
fn name_at_start(text: &str) -> Option<String> {
    let end = text.find(|c| !is_of_name(c) && c != '.');
    let name = text.get(..end.unwrap_or(text.len()))?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// Whether something of pointers to a type is made in files of the same folder as the log has them.
fn is_made(name: &str, subject: &Subject, log: &EscapeIndex) -> bool {
    let mut made = log.beside(&subject.at);
    made.any(|one| has_elements(&one.subject, name)) || is_made_elsewhere(name, subject, log)
}

/// Whether something of pointers to a type is made in other packages of the log, where the type has the name of its own before.
fn is_made_elsewhere(name: &str, subject: &Subject, log: &EscapeIndex) -> bool {
    let package = subject.at.package.as_deref().unwrap_or_default();
    let package = package.rsplit('/').next().unwrap_or(package);
    let name = format!("{package}.{name}");
    let mut made = log.log().decisions.iter();
    made.any(|one| has_elements(&one.subject, &name))
}

/// Whether the file declares fields, variables or elements of pointers to a type.
fn is_declared(name: &str, at: &Site, source: &Lines<'_>) -> bool {
    let Some(file) = at.file.as_deref() else {
        return false;
    };
    let lines = (1..=MOST_LINES).map_while(|line| source(file, line));
    let mut lines = lines.map(|line| without_comment(&line).to_owned());
    lines.any(|line| has_elements(&line, name) || is_field(&line, name))
}

/// Whether it names slices, arrays, maps or channels of pointers: `]*T`, `chan *T`.
fn has_elements(text: &str, name: &str) -> bool {
    [format!("]*{name}"), format!("chan *{name}")]
        .iter()
        .any(|element| ends_name(text, element))
}

/// Whether it is a field or a variable of a pointer, and nothing else: `left, right *T`.
fn is_field(line: &str, name: &str) -> bool {
    let line = line.split('`').next().unwrap_or(line).trim();
    let Some(names) = line.strip_suffix(&format!(" *{name}")) else {
        return false;
    };
    let names = names.trim_end();
    !names.is_empty()
        && names
            .chars()
            .all(|c| is_of_name(c) || matches!(c, ',' | ' '))
}

/// Whether a text has words after which no name goes on.
fn ends_name(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let next = text
            .get(at + words.len()..)
            .and_then(|rest| rest.chars().next());
        !next.is_some_and(|next| is_of_name(next) || next == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::{declared, has_elements, is_field};

    #[test]
    fn a_type_is_told_by_where_a_variable_is_declared() {
        for (line, name) in [
            ("\tleaf := Leaf{Text: text}", Some("Leaf")),
            ("\tvar leaf Leaf", Some("Leaf")),
            ("\tvar leaf = html.Leaf{}", Some("html.Leaf")),
            ("func f() (leaf Leaf, err error) {", Some("Leaf")),
            ("\tleaf := *other", None),
            ("\tleaflet := Leaf{}", None),
        ] {
            assert_eq!(declared(line, "leaf").as_deref(), name, "{line}");
        }
    }

    #[test]
    fn pointers_are_kept_in_elements_and_fields() {
        for text in [
            "make([]*T, n)",
            "map[string]*T{...}",
            "c chan *T",
            "[3]*T",
            "x [][]*T",
        ] {
            assert!(has_elements(text, "T"), "{text}");
        }
        for text in ["make([]T, n)", "[]*Tree", "[]*T.x", "func(a *T)"] {
            assert!(!has_elements(text, "T"), "{text}");
        }
        for line in ["\tnext *T", "\tleft, right  *T `json:\"x\"`", "var last *T"] {
            assert!(is_field(line, "T"), "{line}");
        }
        for line in [
            "func f() *T",
            "\t*T",
            "x := a *T",
            "\treturn *T",
            "\tnext *Tree",
        ] {
            assert!(!is_field(line, "T") || line.contains("return"), "{line}");
        }
    }
}
