//! The fields of a budget, each with its place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::source::{Source, Text};

/// The fields of one section.
pub(super) struct Fields<'a> {
    pub(super) source: &'a Source<'a>,
    /// As it is headed: `[[claim]]`.
    section: &'static str,
    start: usize,
    table: &'a DeTable<'a>,
}

impl<'a> Fields<'a> {
    /// Those of a section.
    pub(super) fn of_entry(
        source: &'a Source<'a>,
        section: &'static str,
        entry: &'a Spanned<DeValue<'a>>,
    ) -> anyhow::Result<Fields<'a>> {
        let start = entry.span().start;
        match entry.get_ref() {
            DeValue::Table(table) => Ok(Fields {
                source,
                section,
                start,
                table,
            }),
            other => {
                let message = format!("found {}, expected {section}", described(other));
                Err(source.error(start, &message))
            }
        }
    }

    /// Refuses fields of other names, which would be passed over.
    pub(super) fn expect_only(&self, known: &[&str]) -> anyhow::Result<()> {
        let mut names = self.table.keys();
        let other = names.find(|name| !known.contains(&&**name.get_ref()));
        match other {
            None => Ok(()),
            Some(name) => {
                let message = format!(
                    "found {:?} in {}, expected {}",
                    name.get_ref(),
                    self.section,
                    known.join(", ")
                );
                Err(self.source.error(name.span().start, &message))
            }
        }
    }

    /// A text that has to be there; `example` is how it is written.
    pub(super) fn text(&self, name: &str, example: &str) -> anyhow::Result<Text<'a>> {
        let found = self.some_text(name)?;
        found.ok_or_else(|| {
            let message = format!(
                "{} has no {name}, expected {name} = {example}",
                self.section
            );
            self.source.error(self.start, &message)
        })
    }

    /// A text; a date may stand without quotes.
    pub(super) fn some_text(&self, name: &str) -> anyhow::Result<Option<Text<'a>>> {
        let Some(found) = self.table.get(name) else {
            return Ok(None);
        };
        let span = found.span();
        let value = match found.get_ref() {
            DeValue::String(text) => &**text,
            DeValue::Datetime(_) => self.source.text.get(span.clone()).unwrap_or_default(),
            other => {
                let message = format!(
                    "{name}: found {}, expected text in quotes",
                    described(other)
                );
                return Err(self.source.error(span.start, &message));
            }
        };
        Ok(Some(Text { value, span }))
    }

    /// Whether something is so; not, where nothing is said.
    pub(super) fn flag(&self, name: &str) -> anyhow::Result<bool> {
        match self.table.get(name) {
            None => Ok(false),
            Some(found) => match found.get_ref() {
                DeValue::Boolean(value) => Ok(*value),
                other => {
                    let message =
                        format!("{name}: found {}, expected true or false", described(other));
                    Err(self.source.error(found.span().start, &message))
                }
            },
        }
    }
}

/// A value as its author sees it.
fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a section".to_owned(),
    }
}
