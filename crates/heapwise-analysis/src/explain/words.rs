//! What lines of Go are made of, as gofmt writes them: names, comments, how far to the right they begin.

/// A line without a comment behind it, as far as that is told without reading strings.
pub(super) fn without_comment(line: &str) -> &str {
    line.split("//").next().unwrap_or(line).trim_end()
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
    text.match_indices(variable).filter_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + variable.len()..)?);
        let is_part = before.ends_with(|c| is_of_name(c) || c == '.');
        (!is_part && !after.starts_with(is_of_name)).then_some((before, after))
    })
}

/// Of lines that go upwards those to the one that declares their function, that with them.
pub(super) fn to_declaration(lines: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let mut is_begun = false;
    lines.take_while(move |text| !std::mem::replace(&mut is_begun, text.starts_with("func ")))
}
