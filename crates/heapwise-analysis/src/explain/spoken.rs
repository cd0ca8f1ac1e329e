//! Whether a line of source has what the log, or a rule, speaks of: a source that was mended on the line alone starts its functions
//! where the profile has them, and is another one all the same.

use heapwise_decode::{AllocationKind, Decision};

use super::named::called_by;
use super::results::is_of_result;
use super::words::{is_of_name, is_path};

/// Whether a line may have what is decided of it, or calls what allocates.
pub(super) fn is_spoken_of(code: &str, line: Option<i64>, subject: Spoken<'_>) -> bool {
    match subject {
        Spoken::Called(function) => calls(code, function),
        Spoken::Decided(decisions) => {
            let at = |one: &&Decision| line == Some(i64::from(one.at.line));
            let is_own = |one: &&Decision| !one.is_inlined || is_of_result(one);
            // Of what is inlined there the words are in another function.
            let is_told = decisions.iter().all(|one| at(&one) && is_own(&one));
            let is_told = is_told && !decisions.is_empty() && is_whole(code);
            !is_told || decisions.iter().any(|one| may_have(code, one))
        }
    }
}

/// What is said of a line.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spoken<'a> {
    /// That it calls a function.
    Called(&'a str),
    /// What the compiler decided of it.
    Decided(&'a [Decision]),
}

/// Whether a line may call a function; what was deferred is called at the end.
fn calls(code: &str, function: &str) -> bool {
    let is_end = code.trim() == "}" || code.trim_start().starts_with("return");
    called_by(function).is_none_or(|name| is_end || has_name(code, &name))
}

/// Whether a line is a statement, or the head of one, and no part of what goes on above or below it: of a conversion the compiler
/// has the place of what is converted.
pub(super) fn is_whole(code: &str) -> bool {
    let code = code.trim();
    let body = code
        .trim_start_matches(['}', ' '])
        .trim_end_matches(['{', ' ']);
    let count = |c: char| body.matches(c).count();
    let pairs = [('(', ')'), ('[', ']'), ('{', '}')];
    let is_even = count('`') % 2 == 0
        && pairs
            .iter()
            .all(|&(open, close)| count(open) == count(close));
    let goes_on = code.starts_with(['"', '`']) || code.ends_with(['+', ',', '|', '&', '=', '(']);
    is_even && !goes_on
}

/// Those of several decisions that are of a line, by its text: what stands there as the compiler writes it, else what is of its kind.
pub(super) fn written_on<'a>(code: &str, decisions: Vec<&'a Decision>) -> Vec<&'a Decision> {
    let is_there = |one: &Decision| name_of(&one.subject).is_none() && code.contains(&one.subject);
    let is_like = |one: &Decision| may_have(code, one) && is_of_kind(code, one);
    let ways: [&dyn Fn(&Decision) -> bool; 2] = [&is_there, &is_like];
    let mut found = ways.iter().map(|is_of_it| {
        let of_it = decisions.iter().copied().filter(|one| is_of_it(one));
        of_it.collect::<Vec<&Decision>>()
    });
    found.find(|found| !found.is_empty()).unwrap_or_default()
}

/// Whether a line has what is only allocated so.
fn is_of_kind(code: &str, decision: &Decision) -> bool {
    use AllocationKind::{Boxed, Composite, Map, New, Other, SliceLiteral, Variable, Variadic};
    match decision.kind {
        New => code.contains("new("),
        Composite | SliceLiteral => has_literal(code, &decision.subject),
        Map => code.contains("map["),
        Variable => code.contains(":=") || code.contains("var "),
        Boxed | Variadic => code.contains('('),
        Other => false,
        _ => true,
    }
}

/// Whether a line has a literal of the type of `&T{...}`, `[]T{...}`: of another package, it may have another name there.
fn has_literal(code: &str, subject: &str) -> bool {
    let whole = subject.split_once("{...}").map_or(subject, |(of, _)| of);
    let name = whole.rsplit(['.', '&', ']']).next().unwrap_or(whole);
    let is_written = |words: &str| !words.is_empty() && code.contains(&format!("{words}{{"));
    is_written(whole) || is_written(name)
}

/// Whether a line may have what is allocated, as the compiler writes it.
fn may_have(code: &str, decision: &Decision) -> bool {
    use AllocationKind::{
        Append, Boxed, BytesToString, Channel, Closure, Composite, Concat, Map, Method, New, Runes,
        Slice, SliceLiteral, StringToBytes, Variable,
    };
    let has = |words: &[&str]| words.iter().any(|word| code.contains(word));
    match decision.kind {
        Append => has(&["append("]),
        Slice | Channel => has(&["make("]),
        Map => has(&["make(", "map[", "{"]),
        New => has(&["new(", "{"]),
        // Elements of a slice of pointers have neither.
        Composite => has(&["{"]) && (has(&["&", "*"]) || !is_made(code, &decision.subject)),
        // `[]rune("text")` is one.
        SliceLiteral => has(&["{", "("]),
        Concat => has(&["+"]),
        // What is put together goes on over lines.
        BytesToString | StringToBytes | Runes
            if decision.subject.contains(" + ") && has(&["+"]) =>
        {
            true
        }
        BytesToString => has(&["string("]),
        StringToBytes => has(&["byte(", "uint8("]),
        Runes => has(&["rune(", "int32("]),
        Closure => has(&["func", "go ", "defer ", "range "]),
        // What a case is given has its name at the switch.
        Variable | Boxed | Method if has(&["case ", "default:"]) => true,
        Variable | Boxed | Method => {
            name_of(&decision.subject).is_none_or(|name| has_name(code, name))
        }
        _ => true,
    }
}

/// Whether a line has a literal of the type of `&T{...}`.
fn is_made(code: &str, subject: &str) -> bool {
    let name = subject.split(['{', '[']).next().unwrap_or(subject);
    let name = name.rsplit(['.', '&']).next().unwrap_or(name);
    has_name(code, name) && code.contains(&format!("{name}{{"))
}

/// The last name of a variable or a field: `name` of `t.name`; nothing of other words, and of what the compiler names.
fn name_of(subject: &str) -> Option<&str> {
    let is_own = !subject.starts_with('.') && is_path(subject);
    let name = subject.rsplit('.').next().unwrap_or(subject);
    (is_own && !name.is_empty()).then_some(name)
}

/// Whether a text has a name, of a variable, a function or a field.
fn has_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..);
        let after = after.and_then(|text| text.chars().next());
        !before.is_some_and(is_of_name) && !after.is_some_and(is_of_name)
    })
}

#[cfg(test)]
mod tests {
    use heapwise_decode::{Decision, EscapeReader, Limits};

    use super::{Spoken, is_spoken_of};

    fn decisions(subject: &str) -> Vec<Decision> {
        let log = format!("# a\n./a.go:5:9: {subject} escapes to heap\n");
        let mut reader = EscapeReader::new(&Limits::default());
        reader.read(log.as_bytes()).unwrap();
        reader.finish().decisions
    }

    #[test]
    fn a_line_that_was_mended_has_no_more_what_was_decided() {
        for (subject, old, mended) in [
            ("append", "\tall = append(all, x)", "\tall[i] = x"),
            (
                "make([]byte, n)",
                "\tb := make([]byte, n)",
                "\tb := pool.Get().(*[]byte)",
            ),
            ("string(b)", "\tf(string(b))", "\tf(b)"),
            (
                "([]byte)(s)",
                "\tw.Write([]byte(s))",
                "\tio.WriteString(w, s)",
            ),
            (
                "([]byte)(s)",
                "\tw.Write([]uint8(s))",
                "\tio.WriteString(w, s)",
            ),
            ("a + b", "\treturn a + b", "\treturn join(a, b)"),
            ("&T{...}", "\treturn &T{n: n}", "\treturn made(n)"),
            (
                "&a.T{...}",
                "\treturn &T{n: n}, nil",
                "\treturn T{n: n}, nil",
            ),
            ("func literal", "\tf(func() { n++ })", "\tf(t.next)"),
            (
                "t.name",
                "\tfmt.Fprint(w, t.name)",
                "\tio.WriteString(w, text)",
            ),
            (
                "n",
                "\tfmt.Fprint(w, n)",
                "\tw.Write(strconv.AppendInt(b[:0], number, 10))",
            ),
        ] {
            let decided = decisions(subject);
            let holds = |code| is_spoken_of(code, Some(5), Spoken::Decided(&decided));
            assert!(holds(old), "{old}");
            assert!(!holds(mended), "{mended}");
            // Of another line, as where a function was inlined, its words are not there.
            assert!(is_spoken_of(mended, Some(6), Spoken::Decided(&decided)));
        }
        for (subject, part) in [
            (
                "([]byte)(\"GET / HTTP/1.1\\r\\n...)",
                "\t\t\"Foo: bar\\r\\n\" +",
            ),
            (
                "([]byte)(\"<html>\" + title + \"</html>\")",
                "  src=\"` + title + `.yaml\"",
            ),
            (
                "([]byte)(strings.Repeat(\"[\", 3) + \"2,3\")",
                "\t\t`2,3` +",
            ),
            ("([]byte)(s)", "\t\tf(s),"),
            ("[]rune{...}", "\ttext := []rune(\"some text\")"),
            ("t.name", "\t\tf("),
            ("&T{...}", "\tall := []*T{{n: 1}, {n: 2}}"),
            ("&T{...}", "\tall[n] = U{{n: 1}}"),
        ] {
            let decided = decisions(subject);
            assert!(
                is_spoken_of(part, Some(5), Spoken::Decided(&decided)),
                "{part}"
            );
        }
        for subject in ["~r0", ".autotmp_5", "x.f(y)", "*p"] {
            let decided = decisions(subject);
            assert!(
                is_spoken_of("\tf()", Some(5), Spoken::Decided(&decided)),
                "{subject}"
            );
        }
    }

    #[test]
    fn a_line_that_was_mended_calls_no_more_what_was_called() {
        for (function, old, mended) in [
            (
                "strings.Split",
                "\tname = strings.Split(name, \",\")[0]",
                "\tname, _, _ = strings.Cut(name, \",\")",
            ),
            (
                "regexp.Compile",
                "\tre, err := regexp.Compile(p)",
                "\tre := known",
            ),
            (
                "a/b.New[go.shape.int]",
                "\tx := b.New[int](3)",
                "\tx := made",
            ),
            (
                "bytes.(*Buffer).Write",
                "\tw.Write(p)",
                "\tw.WriteString(s)",
            ),
        ] {
            assert!(is_spoken_of(old, None, Spoken::Called(function)), "{old}");
            assert!(
                !is_spoken_of(mended, None, Spoken::Called(function)),
                "{mended}"
            );
        }
        for (function, code) in [
            ("a.F.func1", "\tf(x)"),
            ("fmt.Println", "}"),
            ("fmt.Println", "\treturn nil"),
        ] {
            assert!(is_spoken_of(code, None, Spoken::Called(function)), "{code}");
        }
    }
}
