//! What a filter of labels means: a range of numbers, or patterns.

use crate::error::{ErrorKind, Result};
use std::collections::HashMap;

use heapwise_decode::{LabelValue, Labels, StringIndex, Tables};

use super::label_units::LabelUnits;
use super::tag_range::TagRange;
use go_regex::Regex as GoRegex;

/// A filter of samples by their labels (driver/driver_focus.go: compileTagFilter).
#[derive(Debug, Clone)]
pub(super) struct TagFilter {
    /// The name of the labels it looks at; `None` is all.
    key: Option<String>,
    condition: Condition,
    /// What to say of how it was understood.
    pub(super) note: Option<String>,
}

#[derive(Debug, Clone)]
enum Condition {
    /// One of the numbers is in the range.
    Range(TagRange),
    /// With a name, one of the patterns matches one of the texts; else each of the patterns
    /// matches some `name:text`.
    Patterns(Vec<GoRegex>),
}

impl TagFilter {
    /// Understands a filter, of which the empty one is none.
    pub(super) fn of(option: &'static str, value: Option<&str>) -> Result<Option<TagFilter>> {
        let Some(value) = value.filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let (key, value) = match value.split_once('=') {
            Some((key, value)) => (key, value),
            None => ("", value),
        };
        let key = (!key.is_empty()).then(|| key.to_owned());
        if let Some(range) = TagRange::of(option, value)? {
            let note = format!("{option}:Interpreted '{value}' as range, not regexp");
            return Ok(Some(TagFilter {
                key,
                condition: Condition::Range(range),
                note: Some(note),
            }));
        }
        let patterns: std::result::Result<Vec<GoRegex>, _> =
            value.split(',').map(GoRegex::new).collect();
        let patterns = patterns.map_err(|error| ErrorKind::Filter {
            option,
            reason: error.to_string(),
        })?;
        Ok(Some(TagFilter {
            key,
            condition: Condition::Patterns(patterns),
            note: None,
        }))
    }
}

/// A filter at work on the samples of one profile: remembers what it found of each label.
pub(super) struct TagMatcher<'a> {
    filter: &'a TagFilter,
    units: &'a LabelUnits,
    numbers: HashMap<(StringIndex, i64), bool>,
    /// By pattern.
    texts: Vec<HashMap<(StringIndex, StringIndex), bool>>,
}

impl<'a> TagMatcher<'a> {
    pub(super) fn new(filter: &'a TagFilter, units: &'a LabelUnits) -> Self {
        let patterns = match &filter.condition {
            Condition::Range(_) => 0,
            Condition::Patterns(patterns) => patterns.len(),
        };
        Self {
            filter,
            units,
            numbers: HashMap::new(),
            texts: vec![HashMap::new(); patterns],
        }
    }

    /// Whether a sample with these labels is meant.
    pub(super) fn matches(&mut self, tables: &Tables, labels: Labels<'_>) -> bool {
        match &self.filter.condition {
            Condition::Range(range) => self.any_number(tables, labels, range),
            Condition::Patterns(patterns) => {
                let is_any = self.filter.key.is_some();
                let mut all = patterns.iter().enumerate();
                if is_any {
                    all.any(|(at, pattern)| self.any_text(tables, labels, at, pattern))
                } else {
                    all.all(|(at, pattern)| self.any_text(tables, labels, at, pattern))
                }
            }
        }
    }

    fn is_wanted(&self, tables: &Tables, key: StringIndex) -> bool {
        let wanted = self.filter.key.as_ref();
        wanted.is_none_or(|wanted| tables.text_bytes(key) == wanted.as_bytes())
    }

    fn any_number(&mut self, tables: &Tables, labels: Labels<'_>, range: &TagRange) -> bool {
        labels.iter().any(|label| {
            let LabelValue::Number { value, .. } = label.value else {
                return false;
            };
            if !self.is_wanted(tables, label.key) {
                return false;
            }
            let units = self.units;
            *self.numbers.entry((label.key, value)).or_insert_with(|| {
                let unit = units.unit(tables.text_bytes(label.key));
                range.contains(value, unit.as_deref().unwrap_or_default())
            })
        })
    }

    fn any_text(
        &mut self,
        tables: &Tables,
        labels: Labels<'_>,
        at: usize,
        pattern: &GoRegex,
    ) -> bool {
        labels.iter().any(|label| {
            let LabelValue::Text(text) = label.value else {
                return false;
            };
            if !self.is_wanted(tables, label.key) {
                return false;
            }
            let has_key = self.filter.key.is_some();
            let Some(known) = self.texts.get_mut(at) else {
                return false;
            };
            *known.entry((label.key, text)).or_insert_with(|| {
                let value = tables.text_bytes(text);
                if has_key {
                    return pattern.is_match(value);
                }
                let key = tables.text_bytes(label.key);
                pattern.is_match(&[key, b":", value].concat())
            })
        })
    }
}
