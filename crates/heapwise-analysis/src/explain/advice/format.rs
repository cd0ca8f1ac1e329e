//! Strings that are formatted: append them.

use heapwise_decode::AllocationKind;

use super::code::{
    behind_literal, closing, has_word, is_of_name, last_name, opened, without_comment,
};
use super::draft::Draft;
use super::go_version;
use super::line::Line;
use super::map_key::is_key_alone;
use super::rule::{Evidence, Rule};
use crate::explain::index::Looked;

const TEXTS: (&str, &str) = (
    "append with strconv (AppendInt, AppendQuote, ...) or fmt.Append to a buffer that is used again; for one number \
     strconv.Itoa",
    "the string itself is needed and is most of it: only what formatting allocates beside it is saved",
);

/// The same for a Go that has no fmt.Append.
const WITH_STRCONV: (&str, &str) = (
    "append with strconv (AppendInt, AppendQuote, ...) to a buffer that is used again; for one number strconv.Itoa",
    TEXTS.1,
);

/// Of what is an interface, for which strconv has nothing, and is written where there is something to write to.
const TO_WRITER: (&str, &str) = (
    "write it with fmt.Fprint, or fmt.Fprintf, to what the string is written to",
    "that buffers nothing, and every write of it costs",
);

/// Of strings and numbers that are written at once.
const PARTS_TO_WRITER: (&str, &str) = (
    "write it to what the string is written to: the parts with WriteString and what strconv makes of numbers, or all with \
     fmt.Fprintf",
    "that buffers nothing, and every write of it costs",
);

/// The same where there is nothing to write to.
const TO_BUFFER: (&str, &str) = (
    "append with fmt.Append, or fmt.Appendf, to a buffer that is used again",
    TEXTS.1,
);

/// Of what is looked up in a map.
const TO_LOOK_UP: (&str, &str) = (
    "append the parts with strconv to a buffer that is used again, and look up m[string(buffer)], which does not copy",
    "the key is made so seldom that a buffer to keep is not worth it",
);

/// Of the key of a map that no other code sees.
const KEYS: (&str, &str) = (
    "make the values themselves the key, which need no text: map[key]T of a struct of them, or of the value where it is one",
    "they cannot be compared (slices, maps, functions), or are alike only as texts",
);

/// What to do in place of it; nothing where the Go of the module has nothing for it.
fn texts(line: &Line<'_>) -> Option<(&'static str, &'static str)> {
    let code = line.code().unwrap_or_default();
    let code = without_comment(&code);
    let is_old = line.builds_before(go_version::APPEND);
    if is_key_alone(line, CALL) {
        return Some(KEYS);
    }
    match (is_of_interface(line, code), is_old) {
        (false, _) if is_key(code) => Some(TO_LOOK_UP),
        (true, _) if is_written(code) => Some(TO_WRITER),
        (true, true) => None,
        (true, false) => Some(TO_BUFFER),
        (false, _) if is_written(code) => Some(PARTS_TO_WRITER),
        (false, true) => Some(WITH_STRCONV),
        (false, false) => Some(TEXTS),
    }
}

/// Whether one value is formatted that is an interface before, or a pointer: the compiler says of none that it is put into one.
fn is_of_interface(line: &Line<'_>, code: &str) -> bool {
    let Some(Looked::Line(decisions)) = line.log.map(|log| log.line(&line.at)) else {
        return false;
    };
    let has = |kind: AllocationKind| decisions.iter().any(|one| one.kind == kind);
    has(AllocationKind::Variadic) && !has(AllocationKind::Boxed) && is_of_one_name(code)
}

/// Whether the one value that a line formats is a variable or a part of one: `fmt.Sprintf("%v", x.y)`, `fmt.Sprint(x)`.
fn is_of_one_name(code: &str) -> bool {
    let Some((_, call)) = code.split_once("fmt.Sprint") else {
        return false;
    };
    let (_, arguments) = call.split_once('(').unwrap_or_default();
    let value = match behind_literal(arguments) {
        Some(rest) => rest.strip_prefix(", ").unwrap_or_default(),
        None => arguments,
    };
    let end = value.find(|c| !(is_of_name(c) || matches!(c, '.' | '[' | ']')));
    end.is_some_and(|end| end > 0 && value.get(end..).is_some_and(|rest| rest.starts_with(')')))
}

/// Whether a line writes the string to something at once.
fn is_written(code: &str) -> bool {
    let Some((before, _)) = code.split_once("fmt.Sprint") else {
        return false;
    };
    let writers = [".WriteString(", ".Write([]byte("];
    writers.iter().any(|call| before.ends_with(call)) || before.contains("io.WriteString(")
}

/// Where the string is returned, stored, made an error or passed on it is wanted as a string; so, too, where the source is not at
/// hand.
fn is_wanted(line: &Line<'_>) -> bool {
    let is_it = line
        .code()
        .is_some_and(|code| code.contains("= fmt.Sprint"));
    let of_head = || line.variable_of_call().filter(|_| is_it);
    let is_given = |variable: String| {
        line.gives_away(&variable)
            || line.passes(&variable, passes)
            || is_it && is_of_package(line, &variable)
    };
    if is_key_alone(line, CALL) {
        return false;
    }
    if line.variable().or_else(of_head).is_some_and(is_given) {
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
        // What is looked up by it is passed, and not the key.
        let Some(open) = opened(before).filter(|_| !before.ends_with('[')) else {
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
    let returned = code.strip_prefix("return ");
    returned.is_some() && !is_open(before)
        || returns(code, before)
        || before.ends_with([':', '{'])
        || before.ends_with("<-")
        || before.is_empty() && code.ends_with(',')
        || sets(before, code.get(at..).unwrap_or_default())
        || is_stored
        || wants.iter().any(|word| before.contains(word))
}

/// Whether a function, a literal or a case that is all on one line returns it: at once, or the variable that it is put into. What is
/// looked up by it is another.
fn returns(code: &str, before: &str) -> bool {
    match code
        .get(..before.len() + 1)
        .and_then(|text| text.rsplit_once("return "))
    {
        Some((head, value)) => head.ends_with(['{', ' ', ';']) && !is_open(value),
        None => code
            .get(before.len()..)
            .is_some_and(|after| has_word(after, "return")),
    }
}

/// Whether a text ends within the key of a map or the index of a slice.
fn is_open(text: &str) -> bool {
    text.matches('[').count() > text.matches(']').count()
}

/// Whether it is a key on its line, and no more.
fn is_key(code: &str) -> bool {
    let before = code.split_once(CALL).map(|(before, _)| before);
    before.is_some_and(|before| before.ends_with('['))
}

/// Whether it is the key that is set in a map.
fn sets(before: &str, call: &str) -> bool {
    let behind = call.split_once('(').and_then(|(_, rest)| {
        let end = closing(rest)?;
        rest.get(end + 1..)
    });
    let behind = behind.and_then(|rest| rest.strip_prefix(']'));
    let is_set = |rest: &str| {
        [" = ", " += ", "++"]
            .iter()
            .any(|set| rest.starts_with(set))
    };
    before.ends_with('[') && behind.is_some_and(is_set)
}

/// Whether the variable of a line is none of its function: what is put into it stays there.
fn is_of_package(line: &Line<'_>, variable: &str) -> bool {
    let code = line.code().unwrap_or_default();
    let is_declared = code.contains(":=") || code.trim_start().starts_with("var ");
    let mut above = line.above_to_declaration().skip(1);
    !is_declared && !above.any(|text| has_word(without_comment(&text), variable))
}

/// How all of them begin.
const CALL: &str = "fmt.Sprint";

const FUNCTIONS: [&str; 3] = ["fmt.Sprint", "fmt.Sprintf", "fmt.Sprintln"];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let entry = line.entry.as_deref()?;
    let fits = FUNCTIONS.contains(&entry) && !is_wanted(line) && line.is_short_lived();
    if !fits {
        return None;
    }
    Some(Draft {
        rule: Rule::Format,
        texts: texts(line)?,
        evidence: [vec![Evidence::Calls(entry.to_owned())], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::{is_of_one_name, is_written, keeps, passes};

    #[test]
    fn one_value_that_is_formatted_is_told() {
        for code in [
            "\tw.WriteString(fmt.Sprintf(\"%v\", field.Value))",
            "\tw.Write([]byte(fmt.Sprint(all[at])))",
        ] {
            assert!(is_of_one_name(code) && is_written(code), "{code}");
        }
        for code in [
            "\tkey := fmt.Sprintf(\"%v-%v\", a, b)",
            "\tkey := fmt.Sprint(f(x))",
            "\tkey := fmt.Sprintf(format, x)",
            "\tkey := fmt.Sprint(",
            "\tkey := name",
        ] {
            assert!(!is_of_one_name(code) && !is_written(code), "{code}");
        }
    }

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
            "\tuse(values[fmt.Sprint(n)])",
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
            "func Label(n int) string { return fmt.Sprintf(\"%d\", n) }",
            "func (t *T) Key(a, b string) string { return t.prefix + fmt.Sprint(a, b) }",
            "case 3: return fmt.Sprint(n)",
            "f := func(n int) string { s := fmt.Sprint(n); return s }",
            "all <- fmt.Sprint(n)",
            "known[fmt.Sprint(n)] = n",
            "known[fmt.Sprintf(\"%d:%d\", f(n), m)]++",
            "fmt.Sprint(n),",
        ] {
            assert!(keeps(code), "{code}");
        }
        for code in [
            "value, ok := c[fmt.Sprintf(\"%d:%s\", id, region)]",
            "key := fmt.Sprint(n)",
            "w.WriteString(fmt.Sprintf(\"%d\", n))",
            "func Lookup(m map[string]int, n int) int { return m[fmt.Sprint(n)] }",
            "if known[fmt.Sprint(n)] == 3 {",
            "returned := fmt.Sprint(n)",
            "return known[fmt.Sprint(n)]",
            "return known[fmt.Sprintf(\"%d:%d\", f(n), m)], true",
        ] {
            assert!(!keeps(code), "{code}");
        }
    }
}
