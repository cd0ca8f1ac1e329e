//! Go without what is no code: texts in backquotes that go on over several lines, and comments between `/*` and `*/`.

use super::words::indentation;

/// The lines of a text. What is blank in them keeps its place, in bytes, but for the last line of a text in backquotes that is further
/// to the left than the line on which that begins: what follows there goes on with a statement, and begins further to the right. Of such
/// a text the first quote stays, without its end: what it has is not known.
pub(super) fn blanked_lines(text: &str) -> Vec<String> {
    let mut out = Blanked::default();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '\'', '`', '/']) {
        let (before, from) = rest.split_at(at);
        let (kind, length) = piece(from);
        let (piece, behind) = from.split_at(length.min(from.len()));
        out.keep(before);
        match kind {
            Kind::Raw if piece.contains('\n') => {
                let (quote, inner) = piece.split_at(1);
                out.keep(quote);
                out.blank(inner, 1);
            }
            Kind::Comment => out.blank(piece, 0),
            Kind::Raw | Kind::Code => out.keep(piece),
        }
        rest = behind;
    }
    out.keep(rest);
    if !text.is_empty() && !text.ends_with('\n') {
        out.end_line();
    }
    out.lines
}

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A text in backquotes.
    Raw,
    /// Between `/*` and `*/`.
    Comment,
    /// What stays: quotes, comments to the end of the line, a slash.
    Code,
}

/// What a text begins with, and how long that is. Without its end it is all that follows, or all of the line.
fn piece(text: &str) -> (Kind, usize) {
    let to = |end: &str, from: usize| {
        let found = text.get(from..).and_then(|rest| rest.find(end));
        found.map_or(text.len(), |at| from + at + end.len())
    };
    if text.starts_with("/*") {
        (Kind::Comment, to("*/", 2))
    } else if text.starts_with("//") {
        (Kind::Code, to("\n", 2))
    } else if text.starts_with('`') {
        (Kind::Raw, to("`", 1))
    } else {
        (Kind::Code, length_of_quoted(text))
    }
}

/// How long what begins with a quote is, at most to the end of the line.
fn length_of_quoted(text: &str) -> usize {
    let bytes = text.as_bytes();
    let Some(&quote) = bytes.first().filter(|first| **first != b'/') else {
        return 1;
    };
    let mut is_escaped = false;
    let end = bytes.iter().skip(1).position(|&byte| {
        let is_end = byte == b'\n' || byte == quote && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |at| at + 2)
}

/// Lines that are put together.
#[derive(Debug, Default)]
struct Blanked {
    lines: Vec<String>,
    line: String,
    /// Whether something on the line was made blank.
    is_changed: bool,
}

impl Blanked {
    fn keep(&mut self, text: &str) {
        let mut parts = text.split('\n');
        self.line.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.end_line();
            self.line.push_str(part);
        }
    }

    /// Has as many blanks for a text. Where its last line is further to the left than that on which it begins, and so many more,
    /// it has as many as that.
    fn blank(&mut self, text: &str, more: usize) {
        let least = indentation(&self.line) + more;
        let mut parts = text.split('\n');
        let first = parts.next().unwrap_or_default();
        self.push_blanks(first.len());
        for part in parts {
            self.end_line();
            self.push_blanks(part.len().max(least));
        }
    }

    fn push_blanks(&mut self, count: usize) {
        self.line.extend(std::iter::repeat_n(' ', count));
        self.is_changed = true;
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = match std::mem::take(&mut self.is_changed) {
            true => line.trim_end(),
            false => line.strip_suffix('\r').unwrap_or(&line),
        };
        self.lines.push(line.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::blanked_lines;

    fn blanked(text: &str) -> String {
        let lines = blanked_lines(text);
        assert_eq!(lines.len(), text.lines().count(), "{text}");
        let dense: String = lines.join("\n").replace("  ", " ");
        assert!(dense.len() <= text.len() + 40, "{text}");
        lines.join("\n")
    }

    #[test]
    fn what_is_on_one_line_stays() {
        for text in [
            "package a\n\nfunc f() {\n}\n",
            "x := `a { b` + `//` + `/*`\ny := 3",
            "x := \"`\"\ny := '`'\nz := '\\''\nw := \"\\\"`\"\nv := '\"'\n{",
            "x := \"/*\"\ny := \"*/\"\n",
            "x := a / b // it's ` and \" and /*\ny := 3 // */\n",
            "x := \"\\\\\"\ny := `\\`\nz := 3\n",
            "// `\nfor {\n// `\n",
            "x := \"a \\\" ` // b\"\nfor {\n\t`json:\"x\"`\n}",
            "don't\n\"without an end\nfor {\n",
            "世 := `界`\n",
        ] {
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(blanked_lines(text), lines, "{text}");
        }
    }

    #[test]
    fn what_is_no_code_is_blank_at_its_place() {
        for (text, code) in [
            ("x := `{\nfor {\n}` + y", "x := `\n\n   + y"),
            ("x := `a // b\n/* \"\n '`, \"`\"", "x := `\n\n   , \"`\""),
            ("x := `\n`\ny := `\n`\nz", "x := `\n\ny := `\n\nz"),
            ("x := `` + `\n{`", "x := `` + `\n"),
            ("a /* { */ b /* for */", "a         b"),
            ("a /* ` */ + `/*` // */", "a         + `/*` // */"),
            ("/* a\n\" ` // b\n\tfunc f() { */ c", "\n\n               c"),
            ("/*/ a */ b", "         b"),
            ("/**/b/* `", "    b"),
            (
                "x := '\\'' + `\n世界` + \"\\\\\" + `\n{",
                "x := '\\'' + `\n        + \"\\\\\" + `\n",
            ),
            ("`\r\nfor {\r\n}`\r\nx\r\n", "`\n\n\nx"),
        ] {
            assert_eq!(blanked(text), code, "{text}");
        }
    }

    #[test]
    fn without_an_end_all_that_follows_is_blank() {
        for open in ["`", "/*"] {
            let text = format!("x := 3\n{open}\nfor {{\n}}\n");
            let lines = blanked_lines(&text);
            assert_eq!(lines.len(), 4);
            assert!(lines.iter().skip(2).all(String::is_empty), "{open}");
        }
        assert!(blanked_lines("").is_empty());
    }

    #[test]
    fn a_statement_goes_on_behind_a_text() {
        let text = "\t\tf(`\nfor {\n`, x)\n\t\tg()";
        assert_eq!(blanked_lines(text), ["\t\tf(`", "", "   , x)", "\t\tg()"]);
        let text = "\t\t/* a\n*/ f()";
        assert_eq!(blanked_lines(text), ["", "   f()"]);
    }

    #[test]
    fn long_lines_are_read_once() {
        for part in ["\"\\\"", "'", "`", "/*", "\"", "\\\"", "`\n", "//"] {
            let text = part.repeat(300_000);
            assert!(!blanked_lines(&text).is_empty());
        }
    }
}
