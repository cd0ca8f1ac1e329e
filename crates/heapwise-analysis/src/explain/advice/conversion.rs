//! Strings that become bytes, or these strings: stay with one of both.

use heapwise_decode::{AllocationKind, Decision};

use super::callee::is_of_own_type;
use super::code::{behind_literal, closing, is_of_name, last_name, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::Rule;
use crate::explain::reason::Reason;

const TEXTS: (&str, &str) = (
    "stay with []byte or with string all the way: strconv.Append and the functions of bytes take []byte, io.WriteString and \
     strings.NewReader take string; m[string(b)] and comparisons do not copy",
    "the copy is needed because the bytes change afterwards",
);

/// Of strings that are put together for it.
const TEXTS_OF_PARTS: (&str, &str) = (
    "write the parts one after the other, each with io.WriteString or WriteString: put together with + they would be a string \
     that is allocated in place of the bytes",
    "the writer takes no strings: io.WriteString then copies each part; or one Write for all of it is needed",
);

/// Of bytes whose runes are looked at one by one.
const TEXTS_OF_RUNES: (&str, &str) = (
    "take one rune after the other from the bytes with utf8.DecodeRune, which tells its size: range over string(b) copies them first",
    "the bytes change in the loop",
);

/// What functions are named that there are for bytes and for strings alike, in their packages or with their receivers.
const ALIKE: [&str; 6] = [
    "utf8.",
    "regexp.",
    "(*regexp.Regexp).Match",
    "strconv.Quote",
    ".Write",
    ".WriteString",
];

/// Of those in both of the packages for bytes and for strings, what gives nothing of its argument back: parts of a string are
/// wanted as strings.
const IN_BOTH: [&str; 10] = [
    "Compare",
    "Contains",
    "Count",
    "Equal",
    "EqualFold",
    "HasPrefix",
    "HasSuffix",
    "Index",
    "LastIndex",
    "NewReader",
];

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let fits = line.is_own()
        && line.has_reason(&[Reason::StringConversion])
        && !line.is_result()
        && !line.is_part()
        && !is_stored(line)
        && !is_of_runes(line)
        && (is_taken_alike(line)
            || is_ranged(line)
            || line
                .cause
                .decisions()
                .first()
                .is_some_and(|one| is_made_back(one, line)))
        && !is_changed(line)
        && line.is_short_lived();
    fits.then(|| Draft {
        rule: Rule::StringConversion,
        texts: match line.cause.decisions().first() {
            Some(one) if is_of_parts(&one.subject) => TEXTS_OF_PARTS,
            _ if is_ranged(line) => TEXTS_OF_RUNES,
            _ => TEXTS,
        },
        evidence: [vec![line.decided()], line.facts()].concat(),
        parts: Some((0.0, 1.0)),
    })
}

/// Whether what becomes bytes is put together: `([]byte)("<" + name)`. The compiler makes the bytes of the parts at once.
fn is_of_parts(subject: &str) -> bool {
    let value = subject.strip_prefix("([]byte)(");
    value.is_some_and(splits_at_plus)
}

/// Whether a text has a ` + ` that is not in quotes.
fn splits_at_plus(text: &str) -> bool {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with(" + ") {
            return true;
        }
        let behind = match first {
            '"' | '`' => behind_literal(rest),
            _ => rest.get(first.len_utf8()..),
        };
        rest = behind.unwrap_or_default();
    }
    false
}

/// Whether it is stored where others see it, and so is wanted as what it becomes.
fn is_stored(line: &Line<'_>) -> bool {
    let mut decisions = line.decisions();
    decisions.any(|one| {
        // A function of this package that lets it escape keeps it, or parts of it; of others that is not known.
        let mut callees = one.steps.iter().filter_map(|step| step.callee.as_deref());
        let is_passed_on = callees.any(|callee| callee.contains('.'));
        let ends = [&one.destination, &one.end];
        ends.iter().any(|end| end.as_deref() == Some("{heap}")) && !is_passed_on
    })
}

/// Whether it is made runes, which are asked for by their numbers.
fn is_of_runes(line: &Line<'_>) -> bool {
    let mut decisions = line.cause.decisions().iter();
    decisions.any(|one| one.kind == AllocationKind::Runes)
}

/// Whether it is made for a function that has another beside it, which takes it as it was. A part of it that is passed on at
/// once is wanted as what it has become; what a function of this package takes, or one that has no other, is wanted, too.
fn is_taken_alike(line: &Line<'_>) -> bool {
    let Some(decision) = line.cause.decisions().first() else {
        return false;
    };
    let mut callees = decision
        .steps
        .iter()
        .filter_map(|step| step.callee.as_deref());
    let code = line.code().unwrap_or_default();
    let taker = taker(without_comment(&code));
    let inlined = inlined_taker(decision, taker);
    let Some(callee) = inlined.as_deref().or(callees.next()).or(taker) else {
        return false;
    };
    let is_alike = ALIKE.iter().any(|name| match name.starts_with('.') {
        true => callee.ends_with(name),
        false => callee.starts_with(name),
    });
    let of_both = ["strings.", "bytes."].iter();
    let mut of_both = of_both.filter_map(|package| callee.strip_prefix(package));
    let is_alike =
        is_alike || of_both.any(|name| IN_BOTH.iter().any(|known| name.starts_with(known)));
    let mut steps = decision
        .steps
        .iter()
        .skip_while(|step| step.callee.is_none());
    let is_passed_on = steps.nth(1).is_some_and(|step| step.callee.is_some());
    let is_hashed = callee.ends_with(".Write") && line.imports_hashes();
    is_alike && !is_passed_on && !is_of_own_type(callee) && !is_hashed
}

/// What takes a converted value where that was inlined from another package: the log tells only the parameter, with its package,
/// the line the name. Of patterns what tells whether they match; parts of what they look at are wanted as they are.
fn inlined_taker(decision: &Decision, taker: Option<&str>) -> Option<String> {
    let to = decision.destination.as_deref()?;
    let (package, _) = to.split_once('.').filter(|_| !to.starts_with(['{', '~']))?;
    let name = last_name(taker?);
    (package != "regexp" || name.starts_with("Match")).then(|| format!("{package}.{name}"))
}

/// Whether bytes are made a string to range over its runes: `for i, c := range string(b) {`. Other than `[]byte(s)` there, that is
/// copied. Not where they change in the loop.
fn is_ranged(line: &Line<'_>) -> bool {
    let mut decisions = line.cause.decisions().iter();
    let is_of_bytes = decisions.all(|one| one.kind == AllocationKind::BytesToString);
    let code = line.code().filter(|_| is_of_bytes);
    code.is_some_and(|code| {
        let bytes = ranged_bytes(without_comment(&code));
        bytes.is_some_and(|bytes| !line.changes(bytes))
    })
}

/// The bytes that are made a string to range over.
fn ranged_bytes(code: &str) -> Option<&str> {
    let head = code.trim_start().strip_prefix("for ")?;
    let (_, rest) = head.split_once("range string(")?;
    let end = closing(rest)?;
    let is_all = rest.get(end + 1..)?.trim() == "{";
    rest.get(..end).filter(|_| is_all)
}

/// The function that takes what is made bytes or a string on a line, where it is an argument: `pkg.F(string(b))`.
fn taker(code: &str) -> Option<&str> {
    let before = ["string(", "[]byte("]
        .iter()
        .find_map(|kind| code.split_once(kind));
    let (call, _) = before?.0.rsplit_once('(')?;
    let from = call.rfind(|c: char| !is_of_name(c) && c != '.');
    let name = call.get(from.map_or(0, |at| at + 1)..)?;
    (!name.is_empty()).then_some(name)
}

/// Whether the other way is gone before in the same function, into a variable, as its source tells.
fn is_made_back(decision: &Decision, line: &Line<'_>) -> bool {
    let back = match decision.kind {
        AllocationKind::BytesToString => "= []byte(",
        _ => "= string(",
    };
    let mut above = line.above();
    above.any(|text| {
        let rest = without_comment(&text).split_once(back);
        rest.is_some_and(|(_, value)| !value.starts_with(['"', '`']))
    })
}

/// Whether the copy is changed afterwards.
fn is_changed(line: &Line<'_>) -> bool {
    line.variable().is_some_and(|name| line.changes(&name))
}

#[cfg(test)]
mod tests {
    use super::{is_of_parts, ranged_bytes, taker};

    #[test]
    fn what_ranges_over_a_string_is_told() {
        for (code, bytes) in [
            ("\tfor _, c := range string(b) {", Some("b")),
            ("\tfor i, c := range string(f(b)[2:]) {", Some("f(b)[2:]")),
            ("\tfor range string(b) {", Some("b")),
            ("\tfor _, c := range string(b)[:n] {", None),
            ("\tfor _, c := range []byte(text) {", None),
            (
                "\tfor _, part := range strings.Split(string(b), sep) {",
                None,
            ),
            ("\ttext := string(b)", None),
        ] {
            assert_eq!(ranged_bytes(code), bytes, "{code}");
        }
    }

    #[test]
    fn bytes_of_parts_are_told_from_those_of_one_string() {
        for (subject, expected) in [
            (r#"([]byte)("<" + name)"#, true),
            (r#"([]byte)(" " + a.name + `="` + value + `"`)"#, true),
            (r#"([]byte)(f("a + b"))"#, false),
            (r#"([]byte)("a \" + b")"#, false),
            (r#"([]byte)(`a + b`)"#, false),
            ("([]byte)(s)", false),
            ("string(b)", false),
        ] {
            assert_eq!(is_of_parts(subject), expected, "{subject}");
        }
    }

    #[test]
    fn what_takes_a_converted_value_is_told() {
        for (code, name) in [
            (
                "\tq, err := nquads.ParseRaw(string(line))",
                Some("nquads.ParseRaw"),
            ),
            ("\treturn f(x, []byte(text))", Some("f")),
            ("\tw.Write([]byte(text))", Some("w.Write")),
            ("\tquery := []byte(raw)", None),
            ("\treturn n", None),
        ] {
            assert_eq!(taker(code), name, "{code}");
        }
    }
}
