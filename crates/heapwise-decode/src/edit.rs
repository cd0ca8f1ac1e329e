//! Makes a profile of another one, of which samples, frames or labels changed.

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::profile::{Columns, Profile, too_many_samples};
use crate::stream::{Label, Sample};
use crate::tables::{
    Function, FunctionIndex, Line, LocationIndex, Mapping, MappingIndex, StringIndex, Tables,
};
use crate::wire::LabelRecord;

/// Makes another profile of one: with fewer samples, frames, lines or labels, or with frames added.
///
/// What is not touched stays as it was, ids and order of rows included. Locations that no sample
/// uses any more stay, too.
#[derive(Debug)]
pub struct ProfileEdit {
    profile: Profile,
    max_bytes: usize,
    last_function_id: u64,
    last_location_id: u64,
}

/// A sample that is being changed. It begins as what it was.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct SampleEdit {
    /// The call stack, from the root to the leaf.
    pub stack: Vec<LocationIndex>,
    labels: Vec<LabelRecord>,
}

impl SampleEdit {
    /// Keeps only the labels of which `keep` says so.
    pub fn retain_labels(&mut self, mut keep: impl FnMut(Label) -> bool) {
        self.labels
            .retain(|record| Label::from_record(record).is_some_and(&mut keep));
    }
}

impl ProfileEdit {
    /// Starts from a profile.
    pub fn new(profile: Profile, limits: &Limits) -> ProfileEdit {
        let tables = profile.tables();
        let location_ids = tables.locations.iter().map(|row| row.id);
        ProfileEdit {
            max_bytes: limits.max_column_bytes,
            last_function_id: tables.function_ids.iter().copied().max().unwrap_or(0),
            last_location_id: location_ids.max().unwrap_or(0),
            profile,
        }
    }

    /// The profile as it is now.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Everything but the samples, as it is now.
    pub fn tables(&self) -> &Tables {
        self.profile.tables()
    }

    /// Keeps only the lines of a location of which `keep` says so. They come innermost first.
    pub fn retain_lines(&mut self, location: LocationIndex, keep: impl FnMut(&Line) -> bool) {
        self.profile.tables_mut().retain_lines(location, keep);
    }

    /// Adds a text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] when the table of texts is full.
    pub fn add_text(&mut self, text: &[u8]) -> Result<StringIndex> {
        let strings = &mut self.profile.tables_mut().strings;
        let at = strings.len();
        match u32::try_from(at) {
            Ok(index) if strings.push(text) => Ok(StringIndex(index)),
            _ => Err(Error::new(
                ErrorKind::TooLarge,
                Stage::Structure,
                format!("string table, row {at}"),
                "texts of more than 4 GiB",
                "texts that 32-bit offsets can address",
            )),
        }
    }

    /// Adds a function, with an id above all others.
    pub fn add_function(&mut self, function: Function) -> FunctionIndex {
        let tables = self.profile.tables_mut();
        let index = FunctionIndex(tables.functions.len() as u32);
        self.last_function_id = self.last_function_id.wrapping_add(1);
        tables.functions.push(function);
        tables.function_ids.push(self.last_function_id);
        index
    }

    /// Adds a location without an address, with an id above all others.
    pub fn add_location(&mut self, lines: &[Line]) -> LocationIndex {
        let tables = self.profile.tables_mut();
        let index = tables.push_location(None, 0, lines, false);
        self.last_location_id = self.last_location_id.wrapping_add(1);
        if let Some(row) = tables.locations.last_mut() {
            row.id = self.last_location_id;
        }
        index
    }

    /// Replaces a mapping.
    pub fn set_mapping(&mut self, index: MappingIndex, mapping: Mapping) {
        let mappings = &mut self.profile.tables_mut().mappings;
        if let Some(row) = mappings.get_mut(index.get()) {
            *row = mapping;
        }
    }

    /// Adds a mapping to which all locations there are belong.
    pub fn add_common_mapping(&mut self, mapping: Mapping) -> MappingIndex {
        let tables = self.profile.tables_mut();
        let index = MappingIndex(tables.mappings.len() as u32);
        let last = tables.mapping_ids.iter().max().copied().unwrap_or(0);
        tables.mappings.push(mapping);
        tables.mapping_ids.push(last.wrapping_add(1));
        for location in &mut tables.locations {
            location.mapping = Some(index);
        }
        index
    }

    /// Clears the patterns of frames to remove and to keep nevertheless.
    pub fn clear_frame_patterns(&mut self) {
        let header = &mut self.profile.tables_mut().header;
        header.drop_frames = StringIndex::EMPTY;
        header.keep_frames = StringIndex::EMPTY;
    }

    /// Changes the samples one by one, and keeps those of which `change` says so.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] when the samples do not fit the limit.
    pub fn map_samples(
        &mut self,
        mut change: impl FnMut(&Tables, &Sample<'_>, &mut SampleEdit) -> bool,
    ) -> Result<()> {
        let mut columns = Columns::default();
        let mut edit = SampleEdit::default();
        for sample in self.profile.samples() {
            edit.stack.clear();
            edit.stack.extend_from_slice(sample.stack);
            edit.labels.clear();
            edit.labels.extend_from_slice(sample.labels.records);
            if change(self.profile.tables(), &sample, &mut edit)
                && !columns.push(&edit.stack, sample.values, &edit.labels, self.max_bytes)
            {
                return Err(too_many_samples(&columns, self.max_bytes));
            }
        }
        self.profile.set_columns(columns);
        Ok(())
    }

    /// The profile that has been made.
    pub fn finish(self) -> Profile {
        self.profile
    }
}
