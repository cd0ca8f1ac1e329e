//! What lines of Go are made of, as gofmt writes them: names, comments, how far to the right they begin.

/// A line without a comment behind it. What is in quotes is none; what literals of several lines have is blank in a
/// [`Source`](super::source::Source).
pub(super) fn without_comment(line: &str) -> &str {
    let end = comment_start(line).unwrap_or(line.len());
    line.get(..end).unwrap_or(line).trim_end()
}

/// The comment behind a line, without its slashes.
pub(super) fn comment(line: &str) -> Option<&str> {
    let rest = line.get(comment_start(line)?..)?;
    rest.strip_prefix("//")
}

/// Where a comment begins that goes to the end of its line.
fn comment_start(line: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = line.get(at..)?;
        let next = rest.find(['/', '"', '\'', '`'])?;
        let rest = rest.get(next..)?;
        at += next;
        if rest.starts_with("//") {
            return Some(at);
        }
        at += match rest.strip_prefix("/*") {
            Some(inner) => inner.find("*/")? + 4,
            None => length_of_literal(rest).unwrap_or(1),
        };
    }
}

/// Where the second quote of `'\U0001f600'` is.
const LONGEST_RUNE: usize = 11;

/// How long the literal in quotes is that a text begins with; of one in backquotes without an end all is.
fn length_of_literal(text: &str) -> Option<usize> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut is_escaped = false;
    let end = text.char_indices().skip(1).find(|&(_, c)| {
        let is_end = c == quote && !is_escaped;
        is_escaped = quote != '`' && c == '\\' && !is_escaped;
        is_end
    });
    match end {
        Some((at, _)) if quote == '\'' && at > LONGEST_RUNE => None,
        Some((at, _)) => Some(at + 1),
        None => (quote == '`').then_some(text.len()),
    }
}

/// What is behind the text in quotes that code starts with; `None` where there is none, or it has no end there.
pub(super) fn behind_literal(code: &str) -> Option<&str> {
    let is_text = code.starts_with(['"', '`']);
    let length = length_of_literal(code).filter(|_| is_text)?;
    let is_ended = code.get(..length)?.len() > 1 && code.get(..length)?.ends_with(['"', '`']);
    code.get(length..).filter(|_| is_ended)
}

/// What stands on it.
pub(super) fn code(line: &str) -> &str {
    without_comment(line).trim_start()
}

/// How far to the right a line begins.
pub(super) fn indentation(line: &str) -> usize {
    line.chars().take_while(|&c| c == '\t' || c == ' ').count()
}

/// Whether a line begins a branch of a `switch` or a `select`.
pub(super) fn is_case(code: &str) -> bool {
    code.starts_with("case ") || code.starts_with("default:")
}

pub(super) fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether it is a name, or several with points between: `t.name`.
pub(super) fn is_path(text: &str) -> bool {
    text.chars().all(|c| is_of_name(c) || c == '.')
}

/// What is before and behind a variable, each time that a text has it, and not as a field of another.
pub(super) fn word_uses<'a>(
    text: &'a str,
    variable: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    name_uses(text, variable).filter(|(before, _)| !before.ends_with('.'))
}

/// The same of a name, be it that of a field.
pub(super) fn name_uses<'a>(
    text: &'a str,
    name: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    text.match_indices(name).filter_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + name.len()..)?);
        let is_part = before.ends_with(is_of_name) || after.starts_with(is_of_name);
        (!is_part).then_some((before, after))
    })
}

/// Of lines that go upwards those to the one that declares their function, that with them.
pub(super) fn to_declaration(lines: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut is_begun = false;
    lines.take_while(move |text| !std::mem::replace(&mut is_begun, text.starts_with("func ")))
}

#[cfg(test)]
mod tests {
    use super::{behind_literal, comment, without_comment};

    #[test]
    fn slashes_in_literals_are_no_comment() {
        for code in [
            "\tall = append(all, \"http://\"+x)",
            "\tx := f(\"a\\\"//b\", y)",
            "\tx := f(`a\"//b\\`, y)",
            "\tif c == '\"' || d == '\\'' || e == '/' {",
            "\ttext := `begins // with",
            "\tx := a /* // */ + b",
            "\tx := 'é' + '`'",
        ] {
            assert_eq!(without_comment(code), code);
            assert_eq!(comment(code), None, "{code}");
            let line = format!("{code} // why");
            if code.ends_with("with") {
                continue;
            }
            assert_eq!(without_comment(&line), code);
            assert_eq!(comment(&line), Some(" why"));
        }
    }

    #[test]
    fn comments_are_cut() {
        for (line, code) in [
            ("\tx++ // it's \"x\"", "\tx++"),
            ("// all of it", ""),
            ("\tf('\"') // \"", "\tf('\"')"),
            ("\tf(\"a\" /* // */) // b", "\tf(\"a\" /* // */)"),
            ("\tdon't // know what it's", "\tdon't"),
            ("\ta/b/c", "\ta/b/c"),
        ] {
            assert_eq!(without_comment(line), code);
        }
    }

    #[test]
    fn literals_end_where_their_quotes_do() {
        for (code, rest) in [
            ("\"a\\\"b\", x)", Some(", x)")),
            ("`a\\`, x)", Some(", x)")),
            ("\"a", None),
            ("`a", None),
            ("`", None),
            ("'a' + b", None),
            ("a", None),
        ] {
            assert_eq!(behind_literal(code), rest, "{code}");
        }
    }
}
