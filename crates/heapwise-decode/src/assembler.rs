//! Puts together profiles that were not read from protobuf, row by row.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::made_label::MadeLabel;
use crate::note::{Note, Unread};
use crate::profile::{Columns, Profile};
use crate::tables::{
    Function, FunctionIndex, Line, LocationIndex, Mapping, MappingIndex, StringIndex, Tables,
    ValueType,
};
use crate::wire::LabelRecord;

/// Puts a profile together row by row: the way to a profile that was not read from protobuf.
///
/// Rows get ids in the order in which they are added. Indexes given to a maker must come from it.
#[derive(Debug)]
pub struct ProfileMaker {
    tables: Tables,
    texts: HashMap<Vec<u8>, StringIndex>,
    columns: Columns,
    labels: Vec<LabelRecord>,
    max_bytes: usize,
    is_full: bool,
}

impl ProfileMaker {
    /// An empty profile whose samples have these values, given as type and unit.
    pub fn new<'a>(
        limits: &Limits,
        sample_types: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Self {
        let mut maker = Self {
            tables: Tables::default(),
            texts: HashMap::new(),
            columns: Columns::default(),
            labels: Vec::new(),
            max_bytes: limits.max_column_bytes,
            is_full: false,
        };
        maker.text(b"");
        for (type_, unit) in sample_types {
            let value_type = maker.value_type(type_, unit);
            maker.tables.sample_types.push(value_type);
        }
        maker
    }

    fn value_type(&mut self, type_: &[u8], unit: &[u8]) -> ValueType {
        ValueType {
            type_: self.text(type_),
            unit: self.text(unit),
        }
    }

    /// The index of a text, which is added when it is new.
    pub fn text(&mut self, text: &[u8]) -> StringIndex {
        if let Some(&known) = self.texts.get(text) {
            return known;
        }
        let index = StringIndex(self.tables.strings.len() as u32);
        self.is_full |= !self.tables.strings.push(text);
        self.texts.insert(text.to_vec(), index);
        index
    }

    /// Adds what is to be known about the input.
    pub(crate) fn add_note(&mut self, note: Note) {
        self.tables.notes.push(note);
    }

    /// Tells what was not understood, and notes it.
    pub(crate) fn set_unread(&mut self, unread: Unread) {
        self.tables.unread = unread;
        self.tables.notes.extend(unread.note());
    }

    /// Tells the highest number of a goroutine.
    pub(crate) fn set_highest_goroutine(&mut self, id: u64) {
        self.tables.highest_goroutine = Some(id);
    }

    /// The profile so far, without its samples.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// About how many bytes of memory the tables take, with what finds their rows again.
    pub fn table_bytes(&self) -> usize {
        const TEXT: usize = 64;
        const LOCATION: usize = 160;
        const LINE: usize = 80;
        const FUNCTION: usize = 112;
        let tables = &self.tables;
        2 * tables.strings.size()
            + TEXT * self.texts.len()
            + LOCATION * tables.locations.len()
            + LINE * tables.lines.len()
            + FUNCTION * tables.functions.len()
    }

    /// Sets what the period counts and how long it is; 0 is "not recorded".
    pub fn set_period(&mut self, type_: &[u8], unit: &[u8], period: i64) {
        let value_type = self.value_type(type_, unit);
        self.tables.header.period_type = Some(value_type);
        self.tables.header.period = period;
    }

    /// Sets when the profile was taken and for how long, in nanoseconds; 0 is "not recorded".
    pub fn set_times(&mut self, time_nanos: i64, duration_nanos: i64) {
        self.tables.header.time_nanos = time_nanos;
        self.tables.header.duration_nanos = duration_nanos;
    }

    /// Sets the patterns of frames to remove and to keep nevertheless; empty is "none".
    pub fn set_frame_patterns(&mut self, drop: &[u8], keep: &[u8]) {
        self.tables.header.drop_frames = self.text(drop);
        self.tables.header.keep_frames = self.text(keep);
    }

    /// Sets the type of value to show when none is asked for.
    pub fn set_default_sample_type(&mut self, type_: &[u8]) {
        self.tables.header.default_sample_type = self.text(type_);
    }

    /// Sets the address of the documentation.
    pub fn set_doc_url(&mut self, url: &[u8]) {
        self.tables.header.doc_url = self.text(url);
    }

    /// Adds a remark.
    pub fn add_comment(&mut self, comment: &[u8]) {
        let comment = self.text(comment);
        self.tables.header.comments.push(comment);
    }

    /// Adds a mapping.
    pub fn add_mapping(&mut self, mapping: Mapping) -> MappingIndex {
        let index = MappingIndex(self.tables.mappings.len() as u32);
        self.tables.mappings.push(mapping);
        self.tables.mapping_ids.push(u64::from(index.0) + 1);
        index
    }

    /// Adds a function.
    pub fn add_function(&mut self, function: Function) -> FunctionIndex {
        let index = FunctionIndex(self.tables.functions.len() as u32);
        self.tables.functions.push(function);
        self.tables.function_ids.push(u64::from(index.0) + 1);
        index
    }

    /// Adds a location; its lines are innermost first.
    pub fn add_location(
        &mut self,
        mapping: Option<MappingIndex>,
        address: u64,
        lines: &[Line],
        is_folded: bool,
    ) -> LocationIndex {
        self.tables
            .push_location(mapping, address, lines, is_folded)
    }

    /// Adds a sample; its stack is from the root to the leaf.
    pub fn add_sample(&mut self, stack: &[LocationIndex], values: &[i64], labels: &[MadeLabel]) {
        if self.is_full {
            return;
        }
        self.labels.clear();
        self.labels
            .extend(labels.iter().map(|&label| label.record()));
        self.is_full = !self
            .columns
            .push(stack, values, &self.labels, self.max_bytes);
    }

    /// What was made but for samples, which are kept elsewhere.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) when the texts did not fit.
    pub fn into_tables(self) -> Result<Tables> {
        self.finish().map(|profile| profile.into_parts().0)
    }

    /// The finished profile.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge) when the samples did not fit the limit.
    pub fn finish(self) -> Result<Profile> {
        if self.is_full {
            return Err(Error::too_many_samples(self.columns.len(), self.max_bytes));
        }
        Ok(Profile::from_parts(self.tables, self.columns))
    }
}
