//! A text that is written sign by sign: give what builds it its size before.

use super::code::{has_word, last_name, without_comment};
use super::draft::Draft;
use super::line::Line;
use super::rule::{Evidence, Rule};

const TEXTS: (&str, &str) = (
    "give it its size before the loop: Grow(len(s)) for a text of about as many bytes as are read; where the String of a \
     bytes.Buffer is asked for, take a strings.Builder, whose String does not copy",
    "what is written is mostly far less than what is read, or a few bytes",
);

/// Methods that write, and whether each writes one sign.
const WRITERS: [(&str, bool); 3] = [
    (".WriteByte(", true),
    (".WriteRune(", true),
    (".WriteString(", false),
];

/// Of what grows, signs make this part at least: how long texts are together is not known before.
const LEAST_OF_SIGNS: f64 = 0.5;

pub(super) fn advise(line: &Line<'_>) -> Option<Draft> {
    let name = target(line)?;
    let fits = line.is_short_lived() && is_made_here(line, &name) && is_of_signs(line, &name);
    let grows = line.growth(target).filter(|_| fits)?;
    let least = match writes_texts(line, &name) {
        // With these it may become larger than what is read.
        true => 0.0,
        false => grows.parts.0,
    };
    Some(Draft {
        rule: Rule::BuilderSize,
        texts: TEXTS,
        evidence: vec![
            Evidence::Calls(line.entry.clone()?),
            Evidence::Ladder(grows.ladder),
        ],
        parts: Some((least, grows.parts.1)),
    })
}

/// What is written to on a line, where that is a variable: several lines may write to it.
pub(super) fn target(line: &Line<'_>) -> Option<String> {
    let entry = line.entry.as_deref()?;
    let method = ["strings.(*Builder)", "bytes.(*Buffer)"]
        .iter()
        .find_map(|of| entry.strip_prefix(of))?;
    let code = line.code()?;
    written(without_comment(&code), method).map(str::to_owned)
}

/// The variable that has a method of those that write, called on a line: `b` of `b.WriteByte(c)`.
fn written<'a>(code: &'a str, method: &str) -> Option<&'a str> {
    let call = format!("{method}(");
    let is_writer = WRITERS.iter().any(|(writer, _)| *writer == call);
    let (before, _) = code.split_once(&call).filter(|_| is_writer)?;
    let name = last_name(before);
    let is_field = before.strip_suffix(name)?.ends_with('.');
    (!name.is_empty() && !is_field).then_some(name)
}

/// Whether a variable is made in the function with nothing in it and without a size, and is not used for several texts.
fn is_made_here(line: &Line<'_>, name: &str) -> bool {
    let again = [format!("{name}.Grow("), format!("{name}.Reset(")];
    let is_used_again = |text: String| again.iter().any(|call| text.contains(call));
    let mut above = line.above();
    above.any(|text| is_made(without_comment(&text).trim(), name))
        && !line.above().any(is_used_again)
        && !line.below().any(is_used_again)
}

/// Whether a line makes something to write to: `var b strings.Builder`, `b := new(bytes.Buffer)`.
fn is_made(code: &str, name: &str) -> bool {
    let declared = code
        .strip_prefix("var ")
        .and_then(|rest| rest.strip_prefix(name));
    let made = code
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix(" := "));
    let of_type = |text: &str| matches!(text, "strings.Builder" | "bytes.Buffer");
    let of_value = |text: &str| {
        let literal = text.trim_start_matches('&').strip_suffix("{}");
        let new = text
            .strip_prefix("new(")
            .and_then(|rest| rest.strip_suffix(')'));
        literal.or(new).is_some_and(of_type)
            || matches!(text, "bytes.NewBuffer(nil)" | "bytes.NewBufferString(\"\")")
    };
    declared.is_some_and(|rest| rest.strip_prefix(' ').is_some_and(of_type))
        || made.is_some_and(of_value)
}

/// Whether the function writes whole texts, too.
fn writes_texts(line: &Line<'_>, name: &str) -> bool {
    let call = format!("{name}.WriteString(");
    let mut texts = line.above().chain(line.below()).chain(line.code());
    texts.any(|text| text.contains(&call))
}

/// Whether what grows is written sign by sign for the most part.
fn is_of_signs(line: &Line<'_>, name: &str) -> bool {
    let lines: Vec<Line<'_>> = line
        .of_function()
        .filter(|line| target(line).as_deref() == Some(name))
        .collect();
    let bytes = |line: &Line<'_>| -> i128 { line.sizes.iter().map(|one| one.bytes).sum() };
    let all: i128 = lines.iter().map(bytes).sum();
    let signs = lines.iter().filter(|line| {
        let code = line.code().unwrap_or_default();
        let mut writers = WRITERS.iter().filter(|(_, is_sign)| *is_sign);
        writers.any(|(writer, _)| code.contains(writer)) && has_word(&code, name)
    });
    signs.map(bytes).sum::<i128>() as f64 >= LEAST_OF_SIGNS * all as f64
}

#[cfg(test)]
mod tests {
    use super::{is_made, written};

    #[test]
    fn what_is_written_to_is_told_where_it_is_a_variable() {
        assert_eq!(written("\t\tb.WriteByte(c)", ".WriteByte"), Some("b"));
        assert_eq!(
            written("\t\t_, _ = b.WriteRune(c)", ".WriteRune"),
            Some("b")
        );
        for code in ["\tx.b.WriteByte(c)", "\tf(b)", "\tf().WriteByte(c)"] {
            assert_eq!(written(code, ".WriteByte"), None, "{code}");
        }
        assert_eq!(written("\tb.Grow(n)", ".Grow"), None);
    }

    #[test]
    fn what_is_made_to_be_written_to_is_told() {
        for code in [
            "var b strings.Builder",
            "var b bytes.Buffer",
            "b := strings.Builder{}",
            "b := &bytes.Buffer{}",
            "b := new(strings.Builder)",
            "b := bytes.NewBuffer(nil)",
            "b := bytes.NewBufferString(\"\")",
        ] {
            assert!(is_made(code, "b"), "{code}");
        }
        for code in [
            "b := pool.Get().(*bytes.Buffer)",
            "b := bytes.NewBuffer(make([]byte, 0, n))",
            "b := bytes.NewBufferString(text)",
            "var buf bytes.Buffer",
            "var b, c strings.Builder",
        ] {
            assert!(!is_made(code, "b"), "{code}");
        }
    }
}
