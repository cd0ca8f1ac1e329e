//! Resolves ids and string numbers of the wire into tables, and decides which tables are refused.

use super::ids::IdMap;
use super::rows::{
    Function, FunctionIndex, Line, LocationIndex, Mapping, MappingIndex, SymbolFlags, ValueType,
};
use super::strings::StringIndex;
use super::view::{LocationRow, Tables};
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::wire::{FunctionRecord, LocationRecord, MappingRecord, TopLevel, ValueTypeRecord};
use crate::words::counted;

/// A function that a line names and that has not been seen yet.
const UNRESOLVED: u32 = u32::MAX;

/// Collects the tables field by field and checks them as pprof does (profile/encode.go:
/// postDecode, profile/profile.go: CheckValid).
pub(crate) struct TablesBuilder {
    tables: Tables,
    mapping_ids: IdMap,
    location_ids: IdMap,
    function_ids: IdMap,
    /// Per line, the wire id of its function.
    line_functions: Vec<u64>,
    /// Per location, the wire id of its mapping.
    location_mappings: Vec<u64>,
    /// Per location, whether its lines are resolved, and its mapping if that can matter before
    /// the end.
    ready: Vec<bool>,
    /// Locations from the first on that are ready and whose ids count from 1, as Go and pprof
    /// number them: every frame asks for one, and these need no table.
    counted: u32,
    /// String indexes of the wire that must be in range at the end.
    highest_string: Vec<StringUse>,
    /// Sample types that were known when the first row of another table came.
    types_before_rows: Option<usize>,
    location: LocationRecord,
    max_bytes: usize,
}

/// The highest string index that a table uses, and where.
struct StringUse {
    table: &'static str,
    row: usize,
    index: u64,
}

impl TablesBuilder {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            tables: Tables::default(),
            mapping_ids: IdMap::default(),
            location_ids: IdMap::default(),
            function_ids: IdMap::default(),
            line_functions: Vec::new(),
            location_mappings: Vec::new(),
            ready: Vec::new(),
            counted: 0,
            highest_string: Vec::new(),
            types_before_rows: None,
            location: LocationRecord::default(),
            max_bytes: limits.max_table_bytes,
        }
    }

    /// The tables as far as they are known.
    #[inline]
    pub(crate) fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The location with this wire id, if it and everything it names has been seen. The mapping
    /// may come later when functions name the location: the Go runtime writes mappings last
    /// (runtime/pprof/proto.go: build).
    #[inline(never)]
    pub(crate) fn ready_location(&mut self, id: u64) -> Option<LocationIndex> {
        let at = self.location_ids.get(id)?;
        if !self.is_ready(at) {
            return None;
        }
        while self.location_ids.get(u64::from(self.counted) + 1) == Some(self.counted)
            && self.is_ready(self.counted)
        {
            self.counted += 1;
        }
        Some(LocationIndex(at))
    }

    /// All ids from 1 to this one are those of locations that are ready, one position below.
    #[inline]
    pub(crate) fn last_counted(&self) -> u32 {
        self.counted
    }

    fn is_ready(&mut self, at: u32) -> bool {
        self.ready.get(at as usize) == Some(&true) || self.resolve(at)
    }

    /// Adds any field but a sample.
    pub(crate) fn add(&mut self, field: TopLevel<'_>) -> Result<()> {
        if let TopLevel::Bytes(3..=6, ..) = field {
            let types = self.tables.sample_types.len();
            self.types_before_rows.get_or_insert(types);
        }
        match field {
            TopLevel::Bytes(1, bytes, base) => self.add_sample_type(bytes, base),
            TopLevel::Bytes(3, bytes, base) => self.add_mapping(bytes, base),
            TopLevel::Bytes(4, bytes, base) => self.add_location(bytes, base),
            TopLevel::Bytes(5, bytes, base) => self.add_function(bytes, base),
            TopLevel::Bytes(6, bytes, _) => self.add_string(bytes),
            TopLevel::Bytes(11, bytes, base) => {
                let record = ValueTypeRecord::read(bytes, base)?;
                self.forget_string("period type");
                self.tables.header.period_type = Some(self.value_type("period type", 0, record)?);
                Ok(())
            }
            TopLevel::Bytes(13, bytes, base) => self.add_comments(bytes, base),
            TopLevel::Varint(number, value, at) => self.add_number(number, value, at),
            TopLevel::Bytes(number @ (7..=10 | 12 | 14 | 15), _, base) => {
                Err(wrong_type(number, base, "length-delimited bytes"))
            }
            TopLevel::Fixed(number @ 1..=15, at) => {
                Err(wrong_type(number, at, "a fixed-width number"))
            }
            TopLevel::Bytes(..) | TopLevel::Fixed(..) => Ok(()),
        }
    }

    fn add_number(&mut self, number: u64, value: u64, at: u64) -> Result<()> {
        match number {
            7 => self.tables.header.drop_frames = self.only_string("drop_frames", value)?,
            8 => self.tables.header.keep_frames = self.only_string("keep_frames", value)?,
            9 => self.set_time(value as i64)?,
            10 => self.tables.header.duration_nanos = value as i64,
            12 => self.tables.header.period = value as i64,
            13 => self.add_comment(value)?,
            14 => {
                self.tables.header.default_sample_type =
                    self.only_string("default_sample_type", value)?;
            }
            15 => self.tables.header.doc_url = self.only_string("doc_url", value)?,
            1..=6 | 11 => return Err(wrong_type(number, at, "a varint")),
            _ => {}
        }
        Ok(())
    }

    /// The time comes once per profile; a second one is a second profile glued to the first
    /// (profile/encode.go: errConcatProfile).
    fn set_time(&mut self, time: i64) -> Result<()> {
        if self.tables.header.time_nanos != 0 {
            return Err(glued("time_nanos", "a second time"));
        }
        self.tables.header.time_nanos = time;
        Ok(())
    }

    /// The ids of a second profile are those of the first, and come before its time. Whether there
    /// is a second one shows in its sample types, which follow rows of the first.
    fn unless_glued(&self, error: Error) -> Error {
        match self.types_before_rows {
            Some(before) if 0 < before && before < self.tables.sample_types.len() => {
                glued("sample types", "sample types again after other tables")
            }
            _ => error,
        }
    }

    fn add_comments(&mut self, packed: &[u8], base: u64) -> Result<()> {
        let mut at = 0;
        while at < packed.len() {
            let Some(value) = crate::wire::read_varint(packed, &mut at) else {
                return Err(bad_comments(base));
            };
            self.add_comment(value)?;
        }
        Ok(())
    }

    fn add_comment(&mut self, value: u64) -> Result<()> {
        let row = self.tables.header.comments.len();
        let comment = self.string("comment", row, value)?;
        self.tables.header.comments.push(comment);
        self.check_size("comments")
    }

    fn add_sample_type(&mut self, bytes: &[u8], base: u64) -> Result<()> {
        let record = ValueTypeRecord::read(bytes, base)?;
        let row = self.tables.sample_types.len();
        let value_type = self.value_type("sample type", row, record)?;
        self.tables.sample_types.push(value_type);
        self.check_size("sample types")
    }

    fn value_type(
        &mut self,
        table: &'static str,
        row: usize,
        record: ValueTypeRecord,
    ) -> Result<ValueType> {
        Ok(ValueType {
            type_: self.string(table, row, record.type_)?,
            unit: self.string(table, row, record.unit)?,
        })
    }

    fn add_mapping(&mut self, bytes: &[u8], base: u64) -> Result<()> {
        let record = MappingRecord::read(bytes, base)?;
        let row = self.tables.mappings.len();
        register(&mut self.mapping_ids, "mapping", row, record.id)
            .map_err(|error| self.unless_glued(error))?;
        let mapping = Mapping {
            start: record.start,
            limit: record.limit,
            offset: record.offset,
            file: self.string("mapping", row, record.file)?,
            build_id: self.string("mapping", row, record.build_id)?,
            symbols: SymbolFlags {
                functions: record.has_functions,
                filenames: record.has_filenames,
                line_numbers: record.has_line_numbers,
                inline_frames: record.has_inline_frames,
            },
        };
        self.tables.mappings.push(mapping);
        self.tables.mapping_ids.push(record.id);
        self.check_size("mappings")
    }

    fn add_location(&mut self, bytes: &[u8], base: u64) -> Result<()> {
        let mut record = std::mem::take(&mut self.location);
        let result = record
            .read(bytes, base)
            .and_then(|()| self.push_location(&record));
        self.location = record;
        result
    }

    fn push_location(&mut self, record: &LocationRecord) -> Result<()> {
        let row = self.tables.locations.len();
        register(&mut self.location_ids, "location", row, record.id)
            .map_err(|error| self.unless_glued(error))?;
        self.tables.locations.push(LocationRow {
            id: record.id,
            mapping: None,
            address: record.address,
            first_line: self.tables.lines.len() as u32,
            line_count: record.lines.len() as u32,
            is_folded: record.is_folded,
        });
        self.location_mappings.push(record.mapping);
        self.ready.push(false);
        for line in &record.lines {
            self.line_functions.push(line.function);
            self.tables.lines.push(Line {
                function: FunctionIndex(UNRESOLVED),
                line: line.line,
                column: line.column,
            });
        }
        self.check_size("locations")
    }

    fn add_function(&mut self, bytes: &[u8], base: u64) -> Result<()> {
        let record = FunctionRecord::read(bytes, base)?;
        let row = self.tables.functions.len();
        register(&mut self.function_ids, "function", row, record.id)
            .map_err(|error| self.unless_glued(error))?;
        let function = Function {
            name: self.string("function", row, record.name)?,
            system_name: self.string("function", row, record.system_name)?,
            filename: self.string("function", row, record.filename)?,
            start_line: record.start_line,
        };
        self.tables.functions.push(function);
        self.tables.function_ids.push(record.id);
        self.check_size("functions")
    }

    fn add_string(&mut self, text: &[u8]) -> Result<()> {
        if self.tables.strings.len() == 0 && !text.is_empty() {
            return Err(Error::structure(
                "string table, row 0",
                format!("{:?}", String::from_utf8_lossy(text)),
                "the empty string",
            ));
        }
        if !self.tables.strings.push(text) {
            return Err(self.too_large("strings"));
        }
        self.check_size("strings")
    }

    /// Remembers the string of a field that stands once: where it does not, the last counts, as in
    /// any protobuf, and what stood before need not exist.
    fn only_string(&mut self, table: &'static str, index: u64) -> Result<StringIndex> {
        self.forget_string(table);
        self.string(table, 0, index)
    }

    fn forget_string(&mut self, table: &'static str) {
        self.highest_string.retain(|seen| seen.table != table);
    }

    /// Remembers that a string is used; whether it exists is known at the end.
    pub(crate) fn string(
        &mut self,
        table: &'static str,
        row: usize,
        index: u64,
    ) -> Result<StringIndex> {
        let Ok(narrow) = u32::try_from(index) else {
            return Err(Error::structure(
                format!("{table}, row {row}"),
                format!("string index {}", index as i64),
                "the index of a string",
            ));
        };
        match self
            .highest_string
            .iter_mut()
            .find(|seen| seen.table == table)
        {
            Some(seen) if seen.index >= index => {}
            Some(seen) => (seen.row, seen.index) = (row, index),
            None => self.highest_string.push(StringUse { table, row, index }),
        }
        Ok(StringIndex(narrow))
    }

    /// Resolves the mapping and the functions of a location; `false` when a function is missing, or
    /// a mapping that is all there is to name the location by.
    fn resolve(&mut self, at: u32) -> bool {
        let at = at as usize;
        let mapping_id = self.location_mappings.get(at).copied().unwrap_or(0);
        let mapping = self.mapping_ids.get(mapping_id).map(MappingIndex);
        let is_resolved = mapping.is_some() || mapping_id == 0;
        let Some(row) = self.tables.locations.get_mut(at) else {
            return false;
        };
        row.mapping = mapping;
        let lines = row.first_line as usize..(row.first_line + row.line_count) as usize;
        let ids = self.line_functions.get(lines.clone()).unwrap_or_default();
        let rows = self.tables.lines.get_mut(lines).unwrap_or_default();
        let mut are_named = !ids.is_empty();
        for (line, &id) in rows.iter_mut().zip(ids) {
            let Some(function) = self.function_ids.get(id) else {
                return false;
            };
            line.function = FunctionIndex(function);
            let row = self.tables.functions.get(function as usize);
            are_named &= row.is_some_and(|row| !row.name.is_empty());
        }
        if !is_resolved && !are_named {
            return false;
        }
        if let Some(ready) = self.ready.get_mut(at) {
            *ready = true;
        }
        true
    }

    /// Resolves and checks everything. A mapping id that names no mapping is taken as none, as
    /// pprof takes it.
    pub(crate) fn finish(&mut self) -> Result<()> {
        for at in 0..self.tables.locations.len() {
            let has_mapping = |row: &LocationRow| row.mapping.is_some();
            if self.ready.get(at).copied().unwrap_or(false)
                && self.tables.locations.get(at).is_some_and(has_mapping)
            {
                continue;
            }
            let mapping_id = self.location_mappings.get(at).copied().unwrap_or(0);
            if self.mapping_ids.get(mapping_id).is_none()
                && let Some(id) = self.location_mappings.get_mut(at)
            {
                *id = 0;
            }
            if !self.resolve(at as u32) {
                return Err(self.unknown_function(at));
            }
        }
        self.check_strings()
    }

    fn unknown_function(&self, at: usize) -> Error {
        let row = self.tables.locations.get(at);
        let lines = row.map_or(0..0, |row| {
            row.first_line as usize..(row.first_line + row.line_count) as usize
        });
        let missing = self
            .line_functions
            .get(lines)
            .unwrap_or_default()
            .iter()
            .find(|&&id| self.function_ids.get(id).is_none())
            .copied()
            .unwrap_or(0);
        Error::structure(
            format!(
                "location, row {at} (id {})",
                row.map_or(0, |location| location.id)
            ),
            format!("function id {missing}"),
            "the id of a function in the table",
        )
    }

    fn check_strings(&self) -> Result<()> {
        let count = self.tables.strings.len();
        if count == 0 {
            return Err(Error::structure(
                "string table",
                "no strings",
                "at least the empty string",
            )
            .with_advice("this does not look like a profile"));
        }
        for used in &self.highest_string {
            if used.index >= count as u64 {
                return Err(Error::structure(
                    format!("{}, row {}", used.table, used.row),
                    format!("string index {}", used.index),
                    format!("an index below {count}, the number of strings"),
                ));
            }
        }
        Ok(())
    }

    /// The tables, once they are finished, and what the ids of locations on the wire mean.
    pub(crate) fn into_parts(self) -> (Tables, IdMap) {
        (self.tables, self.location_ids)
    }

    #[inline]
    fn check_size(&self, table: &'static str) -> Result<()> {
        if self.size() > self.max_bytes {
            return Err(self.too_large(table));
        }
        Ok(())
    }

    /// Bytes that the tables hold, counting what each row takes with its side tables.
    fn size(&self) -> usize {
        self.tables.strings.size()
            + 64 * self.tables.locations.len()
            + 40 * self.tables.lines.len()
            + 48 * self.tables.functions.len()
            + 64 * self.tables.mappings.len()
            + 8 * self.tables.header.comments.len()
            + 8 * self.tables.sample_types.len()
    }

    fn too_large(&self, table: &str) -> Error {
        Error::new(
            ErrorKind::TooLarge,
            Stage::Structure,
            table,
            format!("tables of more than {}", counted(self.max_bytes, "byte")),
            "tables within the limit",
        )
    }
}

fn register(ids: &mut IdMap, table: &str, row: usize, id: u64) -> Result<()> {
    let place = || format!("{table}, row {row}");
    if id == 0 {
        return Err(Error::structure(
            place(),
            "the reserved id 0",
            "an id above 0",
        ));
    }
    match ids.insert(id) {
        Some(_) => Ok(()),
        None => Err(Error::structure(
            place(),
            format!("id {id} again"),
            "ids that differ",
        )),
    }
}

fn glued(place: &str, found: &str) -> Error {
    Error::new(
        ErrorKind::Concatenated,
        Stage::Structure,
        place,
        format!("{found}, so a second profile glued to the first"),
        "one profile per input",
    )
    .with_advice("give the profiles as separate files: they are merged")
}

fn bad_comments(base: u64) -> Error {
    Error::new(
        ErrorKind::Wire,
        Stage::Protobuf,
        format!("comments at byte {base}"),
        "a varint that does not end",
        "a packed run of whole varints",
    )
}

fn wrong_type(number: u64, base: u64, found: &str) -> Error {
    Error::new(
        ErrorKind::Wire,
        Stage::Protobuf,
        format!("profile at byte {base}"),
        format!("{found} in field {number}"),
        "the wire type of that field",
    )
}
