//! Decides what a sample of one profile is in a sum: which stack, with which labels and values.

use std::collections::HashMap;

use heapwise_decode::{
    Error, Flow, Label, LabelValue, Labels as ReadLabels, Limits, LocationIndex, ProfileMaker,
    Sample, SampleStore, StringIndex, Tables, Visitor,
};

use super::BaseMode;
use super::header::set_header;
use super::heading::Heading;
use super::rows::{Rows, Translation};
use super::sums::{LabelKey, Labels, LabelsId, Sums};
use super::types::{Column, CommonTypes, common_types};
use crate::error::Result;
use crate::profile::base_label::BASE_LABEL;

/// Adds profiles up, sample by sample.
pub(super) struct Merger {
    rows: Rows,
    sums: Sums,
    /// How samples of a base are marked. A sum without any has no such text, which would tell of one.
    base_label: Option<(StringIndex, LabelKey)>,
    max_table_bytes: usize,
}

impl Merger {
    /// Of parts that are known.
    pub(super) fn new(parts: &[Heading], types: &CommonTypes, limits: &Limits) -> Self {
        Self::made(types, limits, |maker| set_header(maker, parts, types))
    }

    /// Of parts that are still to come, the first of which is this one.
    pub(super) fn open(first: &Heading, types: &CommonTypes, limits: &Limits) -> Self {
        Self::made(types, limits, |maker| {
            let (type_, unit) = &types.period;
            maker.set_period(type_, unit, 0);
            first.set_frame_patterns(maker);
        })
    }

    fn made(types: &CommonTypes, limits: &Limits, head: impl FnOnce(&mut ProfileMaker)) -> Self {
        let names = types.types.iter();
        let names = names.map(|(type_, unit)| (type_.as_slice(), unit.as_slice()));
        let mut maker = ProfileMaker::new(limits, names);
        head(&mut maker);
        Self {
            rows: Rows::new(maker),
            sums: Sums::new(types.types.len(), limits),
            base_label: None,
            max_table_bytes: limits.max_table_bytes,
        }
    }

    /// Whether samples or tables did not fit the limits.
    pub(super) fn is_full(&self) -> bool {
        self.sums.is_full() || self.has_large_tables()
    }

    fn has_large_tables(&self) -> bool {
        self.rows.maker.table_bytes() > self.max_table_bytes
    }

    /// Lets samples and tables take this much.
    pub(super) fn set_limits(&mut self, limits: &Limits) {
        self.sums.set_limit(limits);
        self.max_table_bytes = limits.max_table_bytes;
    }

    /// Says what all parts together say of themselves.
    pub(super) fn head(&mut self, parts: &[Heading], types: &CommonTypes) {
        set_header(&mut self.rows.maker, parts, types);
    }

    /// Adds the samples of another sum, whose samples have the same values, in their order. What has become zero in it
    /// stays, since it may not be in this one.
    pub(super) fn absorb(&mut self, other: Merger) -> Result<()> {
        let tables = other.rows.maker.into_tables()?;
        let mut sums = other.sums;
        sums.settle()?;
        let columns: Vec<Column> = (0..sums.width()).map(Column::at).collect();
        let mut adding = Adding::new(self, &tables, &columns, None);
        adding.keeps_zeros = true;
        sums.each(&mut |sample| adding.sample(&tables, sample))?;
        Ok(())
    }

    /// The sum; when some samples have become zero, everything that only they named goes as well,
    /// as if the rest were added up anew.
    pub(super) fn finish(self, limits: &Limits) -> Result<(Tables, Sums)> {
        if self.has_large_tables() {
            return Err(Error::too_large_tables(self.max_table_bytes).into());
        }
        let tables = self.rows.maker.into_tables()?;
        let mut sums = self.sums;
        sums.close()?;
        if !sums.has_zeros() {
            return Ok((tables, sums));
        }
        let whole = [Heading::of(&tables)];
        let types = common_types(&whole)?;
        let mut again = Merger::new(&whole, &types, limits);
        let mut rest = Adding::new(&mut again, &tables, &[], None);
        let mut labels = Vec::new();
        sums.each(&mut |sample| {
            rest.number(&tables, sample.stack().get(sample.shared_frames()..));
            labels.push(rest.labels(&tables, sample.labels()));
        })?;
        let translation = rest.translation;
        sums.renumber(|at| translation.location(at), &labels, again.sums);
        Ok((again.rows.maker.into_tables()?, sums))
    }
}

/// Adds the samples of one profile.
pub(super) struct Adding<'a> {
    merger: &'a mut Merger,
    columns: &'a [Column],
    translation: Translation,
    label_numbers: HashMap<Vec<Label>, LabelsId>,
    base: Option<BaseMode>,
    /// Whether samples that are zero count.
    keeps_zeros: bool,
    /// How many frames of the sample that was last added are those of the sample at hand.
    shared: usize,
    own_labels: Vec<Label>,
    values: Vec<i64>,
}

impl<'a> Adding<'a> {
    pub(super) fn new(
        merger: &'a mut Merger,
        tables: &Tables,
        columns: &'a [Column],
        base: Option<BaseMode>,
    ) -> Self {
        let mut translation = Translation::default();
        merger.rows.add_main(tables, &mut translation);
        Adding {
            merger,
            columns,
            translation,
            label_numbers: HashMap::new(),
            base,
            keeps_zeros: false,
            shared: 0,
            own_labels: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Gives numbers to locations: leaf first, so that they get those that they get in pprof.
    fn number(&mut self, tables: &Tables, stack: Option<&[LocationIndex]>) {
        let stack = stack.unwrap_or_default();
        let is_new = |&at: &LocationIndex| self.translation.location(at).is_none();
        if stack.iter().any(is_new) {
            let rows = &mut self.merger.rows;
            for &location in stack.iter().rev() {
                rows.location(tables, location, &mut self.translation);
            }
        }
    }

    fn labels(&mut self, tables: &Tables, own: ReadLabels<'_>) -> LabelsId {
        self.own_labels.clear();
        self.own_labels.extend(own.iter());
        if let Some(&known) = self.label_numbers.get(self.own_labels.as_slice()) {
            return known;
        }
        let Merger {
            rows,
            sums,
            base_label,
            ..
        } = &mut *self.merger;
        let is_marked = self.base == Some(BaseMode::DiffBase);
        let mark = is_marked.then(|| *base_label.get_or_insert_with(|| base_mark(&mut rows.maker)));
        let mut labels: Labels = Vec::new();
        for label in &self.own_labels {
            let mut text = |index| rows.text(tables, index, &mut self.translation);
            let key = text(label.key);
            let value = match label.value {
                LabelValue::Text(value) => LabelKey::Text(text(value)),
                LabelValue::Number { value, unit } => LabelKey::Number(value, text(unit)),
            };
            if mark.is_none_or(|(mark, _)| key != mark) {
                labels.push((key, value));
            }
        }
        labels.extend(mark);
        // Labels are grouped by key; the order of values under one key tells samples apart.
        labels.sort_by_key(|&(key, value)| (matches!(value, LabelKey::Number(..)), key));
        let number = sums.labels(labels);
        self.label_numbers.insert(self.own_labels.clone(), number);
        number
    }
}

/// The label of a sample of a base.
fn base_mark(maker: &mut ProfileMaker) -> (StringIndex, LabelKey) {
    let key = maker.text(BASE_LABEL.as_bytes());
    (key, LabelKey::Text(maker.text(b"true")))
}

impl Visitor for Adding<'_> {
    fn start(&mut self, _: &Tables, complete: bool) -> Flow {
        match complete {
            true => Flow::Proceed,
            false => Flow::Reread,
        }
    }

    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.shared = self.shared.min(sample.shared_frames());
        let sign = if self.base.is_some() { -1 } else { 1 };
        let columns = self.columns.iter();
        let values = columns.map(|column| column.of(sample.values()).saturating_mul(sign));
        self.values.clear();
        self.values.extend(values);
        if !self.keeps_zeros && !is_kept(&self.values, self.columns) {
            return;
        }
        let shared = std::mem::replace(&mut self.shared, usize::MAX);
        let new = sample.stack().get(shared..).unwrap_or_default();
        self.number(tables, Some(new));
        let found = new
            .iter()
            .map(|&at| self.translation.location(at).unwrap_or(at));
        self.merger.sums.go_to(shared, found);
        let labels = self.labels(tables, sample.labels());
        self.merger.sums.add(labels, &self.values);
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

/// Whether a sample counts: one that is zero does not, nor does one of which nothing that had to be
/// scaled is left, whatever else it has (profile/profile.go: ScaleN).
fn is_kept(values: &[i64], columns: &[Column]) -> bool {
    let is_scaled = columns.iter().any(|column| column.ratio != 1.0);
    let mut both = values.iter().zip(columns);
    both.any(|(&value, column)| value != 0 && (!is_scaled || column.ratio != 1.0))
}
