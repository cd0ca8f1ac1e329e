//! What begins a block of a source, in one line: gofmt leaves heads of several lines as they are.

use super::code::{indentation, without_comment};

/// What begins a block: `if a {`, `for … {`, `case a:`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The place of its first line among those above.
    pub(super) at: usize,
    /// All of it in one line, as far to the right as that begins.
    pub(super) text: String,
}

/// The head that has a line above, be it its last or its first one: `if x := f(`, `y,`, `); x != nil {`.
pub(super) fn head(above: &[String], at: usize) -> Head {
    let first = at + lines_to_first(above.get(at..).unwrap_or_default());
    let lines = above.get(..=first).unwrap_or_default().iter().rev();
    let mut lines = lines.map(|text| without_comment(text));
    let mut text = lines.next().unwrap_or_default().to_owned();
    let depth = indentation(&text);
    for line in lines {
        let is_within = text.matches('(').count() > text.matches(')').count();
        match (text.ends_with(['{', ':']), is_within) {
            (true, false) => break,
            // What a function literal has is no part of it.
            (true, true) if !(is_end(line) && indentation(line) == depth) => {}
            _ => {
                text.push(' ');
                text.push_str(line.trim());
            }
        }
    }
    Head { at: first, text }
}

/// How many lines above the first of some the statement begins that it ends: none where it ends none.
fn lines_to_first(above: &[String]) -> usize {
    let last = above.first().map_or("", |text| without_comment(text));
    let depth = indentation(last);
    let is_first = |text: &String| {
        let code = without_comment(text);
        !code.trim().is_empty() && indentation(code) <= depth && !is_end(code)
    };
    let first = above.iter().position(is_first);
    first.filter(|_| is_end(last)).unwrap_or(0)
}

/// Whether a line closes what one above it has open.
fn is_end(line: &str) -> bool {
    let code = line.trim_start();
    code.starts_with([')', ']', '}']) && !code.starts_with("} else")
}

#[cfg(test)]
mod tests {
    use super::{Head, head};

    #[test]
    fn heads_are_read_from_their_first_line_to_their_last() {
        for (code, text) in [
            ("\tif x {", "\tif x {"),
            (
                "\tif y := f(\n\t\tx, // which\n\t); y != nil {",
                "\tif y := f( x, ); y != nil {",
            ),
            ("\tif a &&\n\t\tb {", "\tif a && b {"),
            ("\t} else if f(\n\t\tx,\n\t) {", "\t} else if f( x, ) {"),
            (
                "\tif any(xs, func(y int) bool {\n\t\tz := y\n\n\t\treturn z == x\n\t}) {",
                "\tif any(xs, func(y int) bool { }) {",
            ),
            (
                "\tfor _, x := range []T{\n\t\t{1},\n\t} {",
                "\tfor _, x := range []T{",
            ),
            ("\tcase a,\n\t\tb:", "\tcase a, b:"),
        ] {
            let around = format!("func f() {{\n{code}");
            let above: Vec<String> = around.lines().rev().map(str::to_owned).collect();
            let first = above.len() - 2;
            let expected = Head {
                at: first,
                text: text.to_owned(),
            };
            assert_eq!(head(&above, first), expected, "{code}");
            // Its last line is as far to the left, or no line of a head by itself.
            if !code.ends_with("\t\tb {") && !code.ends_with("\t\tb:") {
                assert_eq!(head(&above, 0), expected, "{code}");
            }
        }
    }
}
