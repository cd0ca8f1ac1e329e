//! What on a line of Go allocates without a decision of the compiler.

use super::reason::Reason;
use super::words::{code, is_case, is_path, word_uses};

/// What a line returns: `all` and `nil` of `return all, nil`.
pub(super) fn returned(line: &str) -> impl Iterator<Item = &str> {
    let values = code(line).strip_prefix("return ").into_iter();
    values.flat_map(|values| values.split(", "))
}

/// What a function literal does that is all on one line with one statement: `m[k] = v` of `defer func() { m[k] = v }()`.
pub(super) fn body_of_literal(line: &str) -> Option<&str> {
    let code = code(line);
    let (_, literal) = code.split_once("func(")?;
    let (_, body) = literal.split_once("{ ")?;
    let end = body.rfind(" }")?;
    let body = body.get(..end)?.trim();
    let is_one = !body.contains(['{', '}', ';']) && !literal.contains("func(");
    is_one.then_some(body)
}

/// What on a line of Go allocates without a decision of the compiler; `None` where that is several things, or nothing.
pub(super) fn source_reason(line: &str) -> Option<Reason> {
    let code = code(line);
    let left = code.split_once('=').map_or(code, |(left, _)| left);
    let is_indexed = left
        .trim_end_matches([':', '+', '-', '*', '/', '|', '&', ' '])
        .ends_with(']');
    let is_changed = code.contains('=') || code.ends_with("++") || code.ends_with("--");
    let puts = is_indexed && is_changed && is_plain(indexed(left))
        || code
            .strip_suffix("++")
            .is_some_and(|left| left.ends_with(']'));
    let found: [(bool, Reason); 7] = [
        (is_map_element(code), Reason::MapGrowth),
        (puts, Reason::MapGrowth),
        (code.contains("append("), Reason::SliceGrowth),
        (code.starts_with("go "), Reason::Goroutine),
        (code.contains("make(chan "), Reason::Channel),
        (waits(code), Reason::Waiting),
        (has_call(code, "runtime."), Reason::RuntimeCall),
    ];
    let mut found = found.iter().filter(|(is_there, _)| *is_there);
    match (found.next(), found.next()) {
        (Some((_, reason)), None) => Some(*reason),
        _ => None,
    }
}

/// Whether a line adds to a string: `s += x`, where what is added has a text that is written out, or the lines above it in its
/// function, the nearest first, declare `s` as one.
pub(super) fn adds_to_string(line: &str, above: impl Iterator<Item = String>) -> bool {
    let code = code(line);
    let Some((name, added)) = code.split_once(" += ") else {
        return false;
    };
    let allocates = ["append(", "make(", "new(", "<-", "func("];
    if !is_path(name) || allocates.iter().any(|call| added.contains(call)) {
        return false;
    }
    let declared = || above.filter_map(|text| declares_string(&text, name)).next();
    has_text(added) || declared() == Some(true)
}

/// Whether a text is one of what is put together: `"," + x`, `x + ","`. One with brackets may be of a call or an index.
fn has_text(added: &str) -> bool {
    let is_text = |part: &str| {
        let inner = part
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        inner.is_some_and(|inner| !inner.contains('"'))
    };
    !added.contains(['(', '[']) && added.split(" + ").any(is_text)
}

/// Whether a line declares a variable as a string; `None` where it does not declare it.
fn declares_string(line: &str, name: &str) -> Option<bool> {
    let code = code(line);
    if let Some(value) = code
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix(" := "))
    {
        return Some(value.starts_with(['"', '`']) && !value.contains('['));
    }
    let of_var = code
        .strip_prefix("var ")
        .and_then(|rest| rest.strip_prefix(name));
    if let Some(rest) = of_var.and_then(|rest| rest.strip_prefix(' ')) {
        return Some(rest == "string" || rest.starts_with("string =") || rest.starts_with("= \""));
    }
    let head = code.strip_prefix("func ")?;
    let mut words = word_uses(head, name);
    Some(words.any(|(before, after)| {
        let type_ = after.strip_prefix(" string");
        let is_string = type_.is_some_and(|rest| rest.starts_with([',', ')']));
        before.ends_with(['(', ' ']) && is_string
    }))
}

/// Whether a goroutine may wait there: a `select`, what is sent to or received from a channel, and what `sync` asks of the runtime by
/// linked names.
fn waits(code: &str) -> bool {
    const LINKED: [&str; 3] = [
        "runtime_Semacquire",
        "runtime_notifyListWait",
        "runtime_pollWait",
    ];
    let is_type = |at: usize| {
        let (before, after) = (code.get(..at), code.get(at..));
        before.is_some_and(|text| text.ends_with("chan"))
            || after.is_some_and(|text| text.starts_with("<-chan"))
    };
    let mut arrows = code.match_indices("<-").map(|(at, _)| at);
    code == "select {"
        || code.ends_with(": select {")
        || !is_case(code) && arrows.any(|at| !is_type(at))
        || LINKED.iter().any(|name| code.contains(name))
}

/// Whether a function of a package is called, whose name begins with `package.`.
fn has_call(code: &str, package: &str) -> bool {
    code.match_indices(package).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let is_whole = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'));
        let name = code.get(at + package.len()..).unwrap_or_default();
        let end = name
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(name.len());
        is_whole && name.get(end..).is_some_and(|rest| rest.starts_with('('))
    })
}

/// Whether it is an element of a map that is written out: `"key": value,`. Keys of structs and arrays are no strings.
fn is_map_element(code: &str) -> bool {
    let key = code.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    key.is_some_and(|(key, rest)| !key.ends_with('\\') && rest.starts_with(": "))
}

/// What is indexed last: `m.sets` of `m.sets[f(key)] +`.
fn indexed(left: &str) -> &str {
    let end = left.rfind(']').unwrap_or(left.len());
    let mut depth = 0_i32;
    let start = left.get(..=end).unwrap_or(left).rfind(|c| {
        depth += i32::from(c == ']') - i32::from(c == '[');
        c == '[' && depth == 0
    });
    left.get(..start.unwrap_or(end)).unwrap_or_default()
}

/// Whether that is names and indices: no condition, no call and no declaration.
fn is_plain(base: &str) -> bool {
    !base.contains(['(', ' ', '{'])
}

#[cfg(test)]
mod tests {
    use super::{adds_to_string, body_of_literal, returned, source_reason};
    use crate::explain::reason::Reason;

    #[test]
    fn what_is_added_to_a_string_is_told_where_that_is_certain() {
        let adds = |line: &str, above: &[&str]| {
            let above = above.iter().map(|&text| text.to_owned());
            adds_to_string(line, above)
        };
        for (line, above) in [
            ("\ts += x", &["\ts := \"\"", "func F() string {"][..]),
            ("\ts += x + y", &["\tvar s string"]),
            ("\ts += f(x)", &["func F(x int, s string) string {"]),
            ("\ts += x", &["func F(x int) (s string) {"]),
            ("\tt.line += \",\" + x", &[]),
            ("\ts += x + \"\\n\" // of all", &[]),
        ] {
            assert!(adds(line, above), "{line}");
        }
        for (line, above) in [
            ("\tn += x", &["\tn := 0", "\tn := \"\""][..]),
            (
                "\tn += x",
                &["func F(n int, x string) string {", "\tvar n string"],
            ),
            ("\tn += len(\"abc\")", &[]),
            ("\tn += known[\"abc\"]", &[]),
            ("\tn += x", &[]),
            ("\tn += x", &["\tn := \"abc\"[i]"]),
            ("\tm[k] += \"abc\"", &[]),
            ("\ts = x", &["\ts := \"\""]),
        ] {
            assert!(!adds(line, above), "{line}");
        }
    }

    #[test]
    fn what_a_literal_on_one_line_does_is_told() {
        for (line, body) in [
            (
                "\tdefer func() { cv.paths[k] = path }() // of k",
                Some("cv.paths[k] = path"),
            ),
            ("\tgo func(n int) { counts[n]++ }(n)", Some("counts[n]++")),
            (
                "\tt.Cleanup(func() { all = append(all, t) })",
                Some("all = append(all, t)"),
            ),
            (
                "\tf(func(k string) bool { return known[k] })",
                Some("return known[k]"),
            ),
            ("\tdefer func() { n++; m[k] = n }()", None),
            ("\tdefer func() { if n > 0 { m[k] = n } }()", None),
            ("\tf(func() { m[k] = 1 }, func() { m[k] = 2 })", None),
            ("\tdefer func() {", None),
            ("\tm[k] = v", None),
        ] {
            assert_eq!(body_of_literal(line), body, "{line}");
        }
    }

    #[test]
    fn what_a_line_returns_is_told() {
        let values: Vec<&str> = returned("\treturn all, nil // of them").collect();
        assert_eq!(values, ["all", "nil"]);
        assert_eq!(returned("\tall = append(all, x)").count(), 0);
    }

    #[test]
    fn tells_by_a_line_what_has_no_decision() {
        for (line, reason) in [
            ("\tpositions[word] = at", Some(Reason::MapGrowth)),
            ("counts[key]++", Some(Reason::MapGrowth)),
            ("sums[key] += n // of all", Some(Reason::MapGrowth)),
            ("out = append(out, x)", Some(Reason::SliceGrowth)),
            ("m[k] = append(m[k], x)", None),
            ("go work(jobs)", Some(Reason::Goroutine)),
            (
                "p.known[key.String()] = info{at: pos}",
                Some(Reason::MapGrowth),
            ),
            (
                "cur[d.intern(parts[len(parts)-1])] = av",
                Some(Reason::MapGrowth),
            ),
            ("if m[f(k)] == 3 {", None),
            ("items: make(chan item, 10),", Some(Reason::Channel)),
            ("\tselect {", Some(Reason::Waiting)),
            ("\tr.results <- one", Some(Reason::Waiting)),
            ("\tx, ok := <-jobs // of all", Some(Reason::Waiting)),
            ("\tfor range <-all {", Some(Reason::Waiting)),
            ("\tcase x := <-jobs:", None),
            ("\tfunc(from <-chan int, to chan<- int) {", None),
            (
                "\truntime_SemacquireMutex(&m.sema, false, 1)",
                Some(Reason::Waiting),
            ),
            (
                "\t_, file, line, ok := runtime.Caller(depth)",
                Some(Reason::RuntimeCall),
            ),
            (
                "\tframes := runtime.CallersFrames(all[:runtime.Callers(2, all)])",
                Some(Reason::RuntimeCall),
            ),
            ("\tout = append(out, <-jobs)", None),
            ("\tvar stats runtime.MemStats", None),
            ("\tmy.runtime.Caller(1)", None),
            ("\tmyruntime.Caller(1)", None),
            ("\t\t\"EOF\":  EOF,", Some(Reason::MapGrowth)),
            ("\t\t\"EOF\": EOF,", Some(Reason::MapGrowth)),
            ("\"a\": append(x, y),", None),
            ("\"text\" + x: y,", None),
            ("\"case\",", None),
            ("x := values[3]", None),
            ("return f(x)", None),
            ("// m[k] = 1", None),
        ] {
            assert_eq!(source_reason(line), reason, "{line}");
        }
    }
}
