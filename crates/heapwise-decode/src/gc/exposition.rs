//! Reads one line of the text form of Prometheus 0.0.4 or of OpenMetrics 1.0:
//! `name{label="value"} 1.5e+06 1764345678901 # {trace_id="…"} 1`.

use std::borrow::Cow;

use super::number::Number;

/// What a line is.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// A comment, or nothing.
    Comment,
    /// The mark that ends a page of OpenMetrics.
    End,
    Sample(Sample<'a>),
    /// A name with what is not understood behind it.
    Damaged,
}

/// A value of a metric with labels.
#[derive(Debug, PartialEq)]
pub(super) struct Sample<'a> {
    /// The name, with `_` for what the classic form has no other letter for.
    pub(super) name: Cow<'a, str>,
    /// Names and values of labels, as they come.
    pub(super) labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(super) number: Number,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC.
    pub(super) time_nanos: Option<i64>,
}

impl Sample<'_> {
    pub(super) fn label(&self, name: &str) -> Option<&str> {
        let label = self.labels.iter().find(|(label, _)| label == name);
        label.map(|(_, value)| value.as_ref())
    }
}

/// What a line is that starts with its metric.
pub(super) fn line(text: &str) -> Line<'_> {
    let text = text.trim();
    if text == "# EOF" {
        return Line::End;
    }
    if text.is_empty() || text.starts_with('#') {
        return Line::Comment;
    }
    sample(text).map_or(Line::Damaged, Line::Sample)
}

fn sample(text: &str) -> Option<Sample<'_>> {
    let (name, rest) = word(text);
    let mut labels = Vec::new();
    let mut name = Cow::Borrowed(name);
    let mut rest = rest.trim_start();
    if let Some(inner) = rest.strip_prefix('{') {
        let quoted;
        (quoted, labels, rest) = braces(inner)?;
        if let Some(quoted) = quoted {
            // The name is at one of the two places.
            name = name.is_empty().then_some(quoted)?;
        }
    }
    if name.is_empty() || name.starts_with(|char: char| char.is_ascii_digit()) {
        return None;
    }
    let (number, time_nanos) = value(rest)?;
    Some(Sample {
        name: classic(name),
        labels,
        number,
        time_nanos,
    })
}

/// A name at the start of a text: `[a-zA-Z_:][a-zA-Z0-9_:]*`, and dots, which newer forms keep.
fn word(text: &str) -> (&str, &str) {
    let is_end = |char: char| !(char.is_ascii_alphanumeric() || matches!(char, '_' | ':' | '.'));
    text.split_at(text.find(is_end).unwrap_or(text.len()))
}

fn classic(name: Cow<'_, str>) -> Cow<'_, str> {
    match name.contains('.') {
        true => Cow::Owned(name.replace('.', "_")),
        false => name,
    }
}

type Labels<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// What is within braces: a name in quotes, where the form has it there, and labels; and what follows.
fn braces(mut text: &str) -> Option<(Option<Cow<'_, str>>, Labels<'_>, &str)> {
    let mut name = None;
    let mut labels = Vec::new();
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix('}') {
            return Some((name, labels, rest));
        }
        let (label, rest) = match text.strip_prefix('"') {
            Some(inner) => quoted(inner)?,
            None => {
                let (label, rest) = word(text);
                (Cow::Borrowed(label), rest)
            }
        };
        let rest = rest.trim_start();
        text = match rest.strip_prefix('=') {
            Some(value) => {
                let (value, rest) = quoted(value.trim_start().strip_prefix('"')?)?;
                labels.push(((!label.is_empty()).then(|| classic(label))?, value));
                rest
            }
            None => {
                let is_name = text.starts_with('"') && name.is_none() && labels.is_empty();
                name = is_name.then_some(Some(label))?;
                rest
            }
        };
        text = text.trim_start();
        match text.strip_prefix(',') {
            Some(rest) => text = rest,
            None if text.starts_with('}') => {}
            None => return None,
        }
    }
}

/// What is before the closing quote, without its escapes: `\\`, `\"` and `\n`.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut end = 0;
    let bytes = text.as_bytes();
    loop {
        let rest = bytes.get(end..)?;
        end += memchr::memchr2(b'"', b'\\', rest)?;
        if bytes.get(end) == Some(&b'"') {
            break;
        }
        end += 2;
    }
    let (inner, rest) = (text.get(..end)?, text.get(end + 1..)?);
    Some((unescaped(inner), rest))
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (char, char == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other @ ('\\' | '"')) => out.push(other),
                // Parsers of Prometheus keep what is no escape.
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            (char, false) => out.push(char),
        }
    }
    Cow::Owned(out)
}

/// The number, when it was taken, and an exemplar, of which only that it is one matters.
fn value(text: &str) -> Option<(Number, Option<i64>)> {
    let mut words = text.split_whitespace();
    let number = Number::parse(words.next()?)?;
    let time = match words.next() {
        None => return Some((number, None)),
        Some("#") => return exemplar(words.next()).then_some((number, None)),
        Some(time) => nanos(Number::parse(time)?)?,
    };
    match words.next() {
        None => Some((number, Some(time))),
        Some("#") => exemplar(words.next()).then_some((number, Some(time))),
        Some(_) => None,
    }
}

fn exemplar(word: Option<&str>) -> bool {
    word.is_some_and(|word| word.starts_with('{'))
}

/// Prometheus has whole milliseconds, OpenMetrics seconds with or without a fraction: no time within three
/// thousand years is both. A float has no more than microseconds of today's times.
fn nanos(time: Number) -> Option<i64> {
    const FIRST_MILLIS: u64 = 100_000_000_000;
    let micros = match time {
        Number::Whole(millis) if millis >= FIRST_MILLIS => {
            i64::try_from(millis).ok()?.checked_mul(1000)?
        }
        _ => (time.amount()? * 1e6).round() as i64,
    };
    micros.checked_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::{Line, Number, Sample, line};

    fn sample(text: &str) -> Sample<'_> {
        match line(text) {
            Line::Sample(sample) => sample,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn reads_both_grammars() {
        let plain = sample("go_goroutines 7");
        assert_eq!(
            (plain.name.as_ref(), plain.number),
            ("go_goroutines", Number::Whole(7))
        );
        let labels = sample(r#" a:b { x = "q\"\\\n}" , y="" , } -1.5E3 1764345678901"#);
        assert_eq!(labels.label("x"), Some("q\"\\\n}"));
        assert_eq!(labels.label("y"), Some(""));
        assert_eq!(labels.time_nanos, Some(1_764_345_678_901_000_000));
        let open =
            sample(r#"a_bucket{le="1.0"} 2 1764345678.5 # {trace_id="x # y"} 0.5 1764345678"#);
        assert_eq!(open.time_nanos, Some(1_764_345_678_500_000_000));
        assert_eq!(sample("a 2 # {} 0.5").time_nanos, None);
        let new = sample(r#"{"go.memory.used","go.memory.type"="stack"} 5"#);
        assert_eq!(
            (new.name.as_ref(), new.label("go_memory_type")),
            ("go_memory_used", Some("stack"))
        );
        assert_eq!(line("# EOF\r"), Line::End);
        assert_eq!(line("# HELP a b{"), Line::Comment);
    }

    #[test]
    fn says_what_breaks_them() {
        for text in [
            "a",
            "a ",
            "a x",
            "a 1 2 3",
            "a 1 x",
            "a{ 1",
            "a{b} 1",
            "a{b=c} 1",
            "a{b=\"c} 1",
            "a{b=\"c\"",
            "a{b=\"c\" d=\"e\"} 1",
            "1a 1",
            "{} 1",
            "a{\"b\"} 1",
            "a{=\"c\"} 1",
            "a-b 1",
            "a 1 #",
            "é 1",
            "a{b=\"c\\",
            "a 1 -5",
        ] {
            assert_eq!(line(text), Line::Damaged, "{text}");
        }
    }
}
