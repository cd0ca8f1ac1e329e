//! Adds profiles up, sample by sample.

use std::collections::HashMap;

use heapwise_decode::{
    Label, LabelValue, Limits, LocationIndex, Profile, ProfileMaker, Sample, StringIndex, Tables,
};

use super::header::set_header;
use super::rows::{Rows, Translation};
use super::sums::{LabelKey, Labels, LabelsId, Sums};
use super::types::{Column, CommonTypes};
use super::{Part, merge};
use crate::error::Result;
use crate::profile::base_label::BASE_LABEL;

/// Adds parts up, sample by sample.
pub(super) struct Merger {
    rows: Rows,
    sums: Sums,
    base_label: (StringIndex, LabelKey),
}

/// A part, and what is known of its numbers in the sum.
struct Source<'a> {
    part: &'a Part<'a>,
    tables: &'a Tables,
    translation: Translation,
    labels: HashMap<Vec<Label>, LabelsId>,
    /// The stack of the sample before.
    before: &'a [LocationIndex],
}

impl Merger {
    pub(super) fn new(parts: &[Part<'_>], types: &CommonTypes, limits: &Limits) -> Self {
        let names = types.types.iter();
        let names = names.map(|(type_, unit)| (type_.as_slice(), unit.as_slice()));
        let mut maker = ProfileMaker::new(limits, names);
        set_header(&mut maker, parts, types);
        let key = maker.text(BASE_LABEL.as_bytes());
        let value = maker.text(b"true");
        Self {
            rows: Rows::new(maker),
            sums: Sums::new(types.types.len()),
            base_label: (key, LabelKey::Text(value)),
        }
    }

    pub(super) fn add(&mut self, part: &Part<'_>, columns: &[Column]) {
        let mut source = Source {
            part,
            tables: part.profile.tables(),
            translation: Translation::default(),
            labels: HashMap::new(),
            before: &[],
        };
        self.rows.add_main(source.tables, &mut source.translation);
        let mut values = Vec::with_capacity(columns.len());
        for sample in part.profile.samples() {
            let own = sample.values();
            let value = |column: &Column| column.of(own);
            values.clear();
            values.extend(
                columns
                    .iter()
                    .map(value)
                    .map(|v| v.saturating_mul(part.sign)),
            );
            if is_kept(&values, columns) {
                self.add_sample(&mut source, &sample, &values);
            }
        }
    }

    fn add_sample<'a>(&mut self, source: &mut Source<'a>, sample: &Sample<'a>, values: &[i64]) {
        let stack = sample.stack();
        let same = source.before.iter().zip(stack);
        let shared = same.take_while(|(a, b)| a == b).count();
        source.before = stack;
        let new = stack.get(shared..).unwrap_or_default();
        let (tables, translation) = (source.tables, &mut source.translation);
        // Leaf first, so that locations get the numbers that they get in pprof.
        for &location in new.iter().rev() {
            self.rows.location(tables, location, translation);
        }
        let rows = &mut self.rows;
        let found = new
            .iter()
            .map(|&location| rows.location(tables, location, translation));
        self.sums.go_to(shared, found);
        let labels = self.labels(source, sample);
        self.sums.add(labels, values);
    }

    fn labels(&mut self, source: &mut Source<'_>, sample: &Sample<'_>) -> LabelsId {
        let own: Vec<Label> = sample.labels().iter().collect();
        if let Some(&known) = source.labels.get(&own) {
            return known;
        }
        let mut labels: Labels = Vec::new();
        for label in &own {
            let mut text = |index| {
                self.rows
                    .text(source.tables, index, &mut source.translation)
            };
            let key = text(label.key);
            let value = match label.value {
                LabelValue::Text(value) => LabelKey::Text(text(value)),
                LabelValue::Number { value, unit } => LabelKey::Number(value, text(unit)),
            };
            if !(source.part.is_marked && key == self.base_label.0) {
                labels.push((key, value));
            }
        }
        if source.part.is_marked {
            labels.push(self.base_label);
        }
        // Labels are grouped by key; the order of values under one key tells samples apart.
        labels.sort_by_key(|&(key, value)| (matches!(value, LabelKey::Number(..)), key));
        let number = self.sums.labels(labels);
        source.labels.insert(own, number);
        number
    }

    /// The sum; when some samples have become zero, everything that only they named goes as well.
    pub(super) fn finish(mut self, parts: &[Part<'_>], limits: &Limits) -> Result<Profile> {
        let has_zero = self.sums.write(&mut self.rows.maker);
        let merged = self.rows.maker.finish()?;
        if has_zero && !parts.is_empty() {
            return merge(&[&merged], limits);
        }
        Ok(merged)
    }
}

/// Whether a sample counts: one that is zero does not, nor does one of which nothing that had to be
/// scaled is left, whatever else it has (profile/profile.go: ScaleN).
fn is_kept(values: &[i64], columns: &[Column]) -> bool {
    let is_scaled = columns.iter().any(|column| column.ratio != 1.0);
    let mut both = values.iter().zip(columns);
    both.any(|(&value, column)| value != 0 && (!is_scaled || column.ratio != 1.0))
}
