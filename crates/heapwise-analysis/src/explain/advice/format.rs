//! Strings that are formatted: append them.

use super::code::{last_name, opened, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};

const TEXTS: (&str, &str) = (
    "append with strconv (AppendInt, AppendQuote, ...) or fmt.Append to a buffer that is used again; for one number \
     strconv.Itoa",
    "the string itself is needed and is most of it: only what formatting allocates beside it is saved",
);

/// Where the string is returned, stored, made an error or passed on it is wanted as a string; so, too, where the source is not at
/// hand.
fn is_wanted(line: &Line<'_>) -> bool {
    let variable = line.variable();
    if variable.is_some_and(|variable| line.gives_away(&variable) || line.passes(&variable, passes))
    {
        return true;
    }
    line.code().is_none_or(|code| {
        let code = without_comment(&code);
        keeps(code) || passes(code, "fmt.Sprint")
    })
}

/// Whether a text is an argument of a call that does not only look at it or write it.
fn passes(code: &str, text: &str) -> bool {
    const LOOK: [&str; 6] = ["len", "byte", "Write", "WriteString", "if", "switch"];
    let mut uses = code
        .match_indices(text)
        .filter_map(|(at, _)| code.get(..at));
    uses.any(|before| {
        let Some(open) = opened(before) else {
            return false;
        };
        let called = before.get(..open).unwrap_or_default();
        let name = last_name(called);
        let qualified = called.strip_suffix(name).unwrap_or_default();
        !name.is_empty() && !LOOK.contains(&name) && !qualified.ends_with("strings.")
    })
}

/// Whether a line keeps what it formats.
fn keeps(code: &str) -> bool {
    let code = code.trim();
    let at = code.find("fmt.Sprint").unwrap_or(0);
    let before = code.get(..at).unwrap_or_default().trim_end();
    let left = before.strip_suffix('=').unwrap_or_default();
    let left = left.trim_end_matches([':', '+', ' ']);
    let is_stored = left.ends_with(']') || left.split(", ").any(|name| name.contains('.'));
    let wants = ["append(", "panic(", "errors.New("];
    code.starts_with("return")
        || before.ends_with([':', '{'])
        || is_stored
        || wants.iter().any(|word| before.contains(word))
}

const FUNCTIONS: [&str; 3] = ["fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln"];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let entry = line.entry.as_deref()?;
    let fits = FUNCTIONS.contains(&entry) && !is_wanted(line) && line.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::Format,
        texts: TEXTS,
        evidence: [vec![Evidence::Calls(entry.to_owned())], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::{keeps, passes};

    #[test]
    fn what_is_passed_on_is_told() {
        for code in [
            "\tlog.Add(fmt.Sprint(n), 3)",
            "\tx := f(a, fmt.Sprintf(\"%d\", g(n)))",
        ] {
            assert!(passes(code, "fmt.Sprint"), "{code}");
        }
        for code in [
            "\tw.Write([]byte(fmt.Sprint(n)))",
            "\tw.WriteString(fmt.Sprintf(\"%d\", n))",
            "\tif strings.HasPrefix(fmt.Sprint(n), p) {",
            "\tkey := fmt.Sprint(n)",
            "\tvalue := values[fmt.Sprint(n)]",
        ] {
            assert!(!passes(code, "fmt.Sprint"), "{code}");
        }
    }

    #[test]
    fn what_is_kept_as_a_string_is_told() {
        for code in [
            "return fmt.Sprintf(\"%d\", n)",
            "x.name = fmt.Sprint(n)",
            "names[i] = fmt.Sprint(n)",
            "name: fmt.Sprint(n),",
            "return errors.New(fmt.Sprintf(\"%d\", n))",
            "all = append(all, fmt.Sprint(n))",
            "panic(fmt.Sprintf(\"%d\", n))",
        ] {
            assert!(keeps(code), "{code}");
        }
        for code in [
            "value, ok := c[fmt.Sprintf(\"%d:%s\", id, region)]",
            "key := fmt.Sprint(n)",
            "w.WriteString(fmt.Sprintf(\"%d\", n))",
        ] {
            assert!(!keeps(code), "{code}");
        }
    }
}
