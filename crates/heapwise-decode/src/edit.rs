//! Makes a profile of another one, of which samples, frames or labels changed.

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::tables::{
    Function, FunctionIndex, Line, LocationIndex, Mapping, MappingIndex, StringIndex, Tables,
};

/// Changes what samples refer to: lines go, frames come, texts are added.
///
/// What is not touched stays as it was, ids and order of rows included, so that samples mean the
/// same rows as before. Locations that no sample uses any more stay, too.
#[derive(Debug)]
pub struct TablesEdit<'a> {
    tables: &'a mut Tables,
    last_function_id: u64,
    last_location_id: u64,
}

impl Tables {
    /// Changes them.
    pub fn edit(&mut self) -> TablesEdit<'_> {
        TablesEdit::new(self)
    }
}

impl<'a> TablesEdit<'a> {
    pub(crate) fn new(tables: &'a mut Tables) -> Self {
        let function_ids = tables.function_ids.iter().copied();
        let location_ids = tables.locations.iter().map(|row| row.id);
        Self {
            last_function_id: function_ids.max().unwrap_or(0),
            last_location_id: location_ids.max().unwrap_or(0),
            tables,
        }
    }

    /// The tables as they are now.
    pub fn tables(&self) -> &Tables {
        self.tables
    }

    /// Keeps only the lines of a location of which `keep` says so. They come innermost first.
    pub fn retain_lines(&mut self, location: LocationIndex, keep: impl FnMut(&Line) -> bool) {
        self.tables.retain_lines(location, keep);
    }

    /// Adds a text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] when the table of texts is full.
    pub fn add_text(&mut self, text: &[u8]) -> Result<StringIndex> {
        let strings = &mut self.tables.strings;
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
        let index = FunctionIndex(self.tables.functions.len() as u32);
        self.last_function_id = self.last_function_id.wrapping_add(1);
        self.tables.functions.push(function);
        self.tables.function_ids.push(self.last_function_id);
        index
    }

    /// Adds a location without an address, with an id above all others.
    pub fn add_location(&mut self, lines: &[Line]) -> LocationIndex {
        self.last_location_id = self.last_location_id.wrapping_add(1);
        let index = self.tables.push_location(None, 0, lines, false);
        if let Some(row) = self.tables.locations.last_mut() {
            row.id = self.last_location_id;
        }
        index
    }

    /// Replaces a mapping.
    pub fn set_mapping(&mut self, index: MappingIndex, mapping: Mapping) {
        let mappings = &mut self.tables.mappings;
        if let Some(row) = mappings.get_mut(index.get()) {
            *row = mapping;
        }
    }

    /// Adds a mapping to which all locations there are belong.
    pub fn add_common_mapping(&mut self, mapping: Mapping) -> MappingIndex {
        let index = MappingIndex(self.tables.mappings.len() as u32);
        let last = self.tables.mapping_ids.iter().max().copied().unwrap_or(0);
        self.tables.mappings.push(mapping);
        self.tables.mapping_ids.push(last.wrapping_add(1));
        for location in &mut self.tables.locations {
            location.mapping = Some(index);
        }
        index
    }

    /// Clears the patterns of frames to remove and to keep nevertheless.
    pub fn clear_frame_patterns(&mut self) {
        let header = &mut self.tables.header;
        header.drop_frames = StringIndex::EMPTY;
        header.keep_frames = StringIndex::EMPTY;
    }

    /// Adds a remark.
    ///
    /// # Errors
    ///
    /// As [`TablesEdit::add_text`].
    pub fn add_comment(&mut self, comment: &str) -> Result<()> {
        let comment = self.add_text(comment.as_bytes())?;
        self.tables.header.comments.push(comment);
        Ok(())
    }
}
