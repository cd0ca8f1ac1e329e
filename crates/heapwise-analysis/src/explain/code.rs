//! The line of source that a site is at, if the source is that of the profile.

/// The code at a site.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Code {
    /// The line, without blanks around it and shortened where it is very long.
    Line(String),
    /// The file was not found.
    NoFile,
    /// What was found is no text.
    NoText,
    /// On the line there is nothing, or another function than the profile has there: it is another source.
    OtherSource,
}

/// Nobody reads more of a line.
const MOST_CHARACTERS: usize = 400;

impl Code {
    /// Of the lines of a file: what is on a line, from 1, of a function that starts on another one, where that is known.
    pub(super) fn at(
        lines: &[String],
        line: i64,
        (function, start): (Option<&str>, Option<i64>),
    ) -> Code {
        let at = usize::try_from(line).ok().and_then(|at| at.checked_sub(1));
        let Some((at, text)) = at.and_then(|at| Some((at, lines.get(at)?.trim()))) else {
            return Code::OtherSource;
        };
        let above = lines.get(..=at).unwrap_or_default();
        let is_there = function.is_none_or(|function| {
            is_in(above, function) && start.is_none_or(|start| may_start(lines, start, function))
        });
        match text.is_empty() || !is_there {
            true => Code::OtherSource,
            false => Code::written(text),
        }
    }

    /// A line that was found.
    pub(super) fn written(line: &str) -> Code {
        Code::Line(shortened(line.trim()))
    }

    /// The line, where it was found.
    pub fn line(&self) -> Option<&str> {
        match self {
            Code::Line(line) => Some(line),
            _ => None,
        }
    }

    /// The name used in JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Code::Line(_) => "found",
            Code::NoFile => "no-file",
            Code::NoText => "no-text",
            Code::OtherSource => "other-source",
        }
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Whether the last of some lines may be in a function: the last one that is declared in them, as gofmt writes it, has its
/// name, or none is declared yet and it is code of a package's variables.
fn is_in(lines: &[String], function: &str) -> bool {
    let mut declared = lines.iter().rev().filter_map(|line| declared(line));
    let is_of_package = function.contains(".init") || function.contains(".glob.");
    match declared.next() {
        Some(name) => is_of_package || names(function).any(|part| part == name),
        None => is_of_package,
    }
}

/// Whether a function may start on a line: one that has a name is declared there, a literal has its word there. Of what the
/// compiler makes (what sets variables up, what a statement calls, the body of a loop) nothing starts.
fn may_start(lines: &[String], start: i64, function: &str) -> bool {
    let is_made = [".init", ".glob.", "wrap", "-range", "-fm"];
    if is_made.iter().any(|mark| function.contains(mark)) {
        return true;
    }
    let at = usize::try_from(start).ok().and_then(|at| at.checked_sub(1));
    let Some(line) = at.and_then(|at| lines.get(at)) else {
        return false;
    };
    match names(function).any(is_literal) {
        true => line.contains("func"),
        false => declared(line).is_some_and(|name| names(function).any(|part| part == name)),
    }
}

/// Whether a part of a name is of a function without one: `func1`, or a number inside such.
fn is_literal(part: &str) -> bool {
    let number = part.strip_prefix("func").unwrap_or(part);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// The name of the function that a line declares.
fn declared(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("func ")?.trim_start();
    let rest = match rest.strip_prefix('(') {
        Some(receiver) => receiver.split_once(')')?.1.trim_start(),
        None => rest,
    };
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    rest.get(..end).filter(|name| !name.is_empty())
}

/// The names in that of a function of a profile, one of which it is declared by: without its package, type arguments and
/// what marks a part of a function (`.func1`, `-range1`, `-fm`).
fn names(function: &str) -> impl Iterator<Item = &str> {
    let start = function.split('[').next().map_or(0, str::len);
    let start = function.get(..start).and_then(|plain| plain.rfind('/'));
    let own = function
        .get(start.map_or(0, |at| at + 1)..)
        .unwrap_or_default();
    let parts = own.split(['.', '(', ')', '*', '[', ']', '-', ',']).skip(1);
    parts.filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::Code;

    const SOURCE: &str = "package a\n\nvar table = build()\n\nfunc (t *Tree[K]) Grow(n int) {\n\tt.all = append(t.all, n)\n}\n\nfunc Sum[T any](x T) {\n\tgo func() {\n\t\tmake([]byte, 9)\n\t}()\n}\n";

    fn lines() -> Vec<String> {
        SOURCE.lines().map(str::to_owned).collect()
    }

    fn code(line: i64, function: &str) -> Code {
        Code::at(&lines(), line, (Some(function), None))
    }

    #[test]
    fn is_of_another_source_where_its_function_starts_elsewhere() {
        for (line, function, start, is_there) in [
            (6, "a.(*Tree).Grow", 5, true),
            (6, "a.(*Tree).Grow", 4, false),
            (6, "a.(*Tree).Grow", 99, false),
            (11, "a.Sum[...].func1", 10, true),
            (11, "a.Sum.func1", 9, true),
            (11, "a.Sum.func1", 8, false),
            (11, "a.Sum.gowrap1", 8, true),
            (3, "a.init", 1, true),
        ] {
            let found = Code::at(&lines(), line, (Some(function), Some(start)));
            assert_eq!(found.line().is_some(), is_there, "{function} {start}");
        }
    }

    #[test]
    fn is_the_line_of_its_function() {
        for (line, function, expected) in [
            (
                6,
                "example.com/a.(*Tree[go.shape.int]).Grow",
                Some("t.all = append(t.all, n)"),
            ),
            (
                6,
                "example.com/a.(*Tree[...]).Grow",
                Some("t.all = append(t.all, n)"),
            ),
            (
                11,
                "a.Sum[go.shape.struct { x/y.Z }].func1",
                Some("make([]byte, 9)"),
            ),
            (11, "a.Sum.func1.gowrap1", Some("make([]byte, 9)")),
            (10, "a.Sum-range1", Some("go func() {")),
            (3, "a.init", Some("var table = build()")),
            (3, "a.init.0.func1", Some("var table = build()")),
            // Of another source.
            (3, "a.Sum", None),
            (6, "a.Sum", None),
            (11, "a.(*Tree).Grow", None),
            (8, "a.(*Tree).Grow", None),
            (99, "a.Sum", None),
            (0, "a.Sum", None),
            (-5, "a.Sum", None),
        ] {
            let found = code(line, function);
            assert_eq!(found.line(), expected, "{line} {function}");
            assert_eq!(found == Code::OtherSource, expected.is_none(), "{line}");
        }
    }

    #[test]
    fn is_short_whatever_the_file_has() {
        let long = vec!["世".repeat(1_000_000)];
        let Code::Line(text) = Code::at(&long, 1, (None, None)) else {
            panic!()
        };
        assert_eq!(text.chars().count(), 401);
    }
}
