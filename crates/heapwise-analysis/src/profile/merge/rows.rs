//! The tables of a sum, each row once by its content.

use std::collections::HashMap;

use heapwise_decode::{
    Function, FunctionIndex, Line, LocationIndex, Mapping, MappingIndex, ProfileMaker, StringIndex,
    Tables,
};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct LocationKey {
    address: u64,
    mapping: Option<MappingIndex>,
    lines: Box<[Line]>,
    is_folded: bool,
}

/// Size rounded to pages, offset, and build id or else file: what a mapping is known by wherever
/// it is loaded (profile/merge.go: Mapping.key).
type MappingKey = (u64, u64, StringIndex);

/// The tables of a sum: a row for each distinct one of its parts.
pub(super) struct Rows {
    pub(super) maker: ProfileMaker,
    mappings: HashMap<MappingKey, MappingIndex>,
    functions: HashMap<Function, FunctionIndex>,
    locations: HashMap<LocationKey, LocationIndex>,
}

impl Rows {
    pub(super) fn new(maker: ProfileMaker) -> Rows {
        Rows {
            maker,
            mappings: HashMap::new(),
            functions: HashMap::new(),
            locations: HashMap::new(),
        }
    }

    /// The main binary of the sum is that of the first part that has one.
    pub(super) fn add_main(&mut self, tables: &Tables, translation: &mut Translation) {
        if self.mappings.is_empty() && !tables.mappings().is_empty() {
            self.mapping(tables, 0, translation);
        }
    }

    pub(super) fn text(
        &mut self,
        tables: &Tables,
        index: StringIndex,
        translation: &mut Translation,
    ) -> StringIndex {
        let known = translation.texts.get(&index).copied();
        known.unwrap_or_else(|| {
            let made = self.maker.text(tables.text_bytes(index));
            translation.texts.insert(index, made);
            made
        })
    }

    pub(super) fn location(
        &mut self,
        tables: &Tables,
        at: LocationIndex,
        translation: &mut Translation,
    ) -> LocationIndex {
        if let Some(known) = translation.location(at) {
            return known;
        }
        let location = tables.location(at);
        let mapping = location
            .mapping
            .map(|mapping| self.mapping(tables, mapping.get(), translation));
        let (mapping, moved, start) = match mapping {
            Some((mapping, moved)) => {
                let rows = self.maker.tables().mapping(mapping);
                (Some(mapping), moved, rows.map_or(0, |row| row.start))
            }
            None => (None, 0, 0),
        };
        let address = location.address.wrapping_add(moved);
        let lines: Box<[Line]> = location
            .lines
            .iter()
            .map(|line| line.with_function(self.function(tables, line.function, translation)))
            .collect();
        let key = LocationKey {
            address: address.wrapping_sub(start),
            mapping,
            lines: key_lines(&lines),
            is_folded: location.is_folded,
        };
        let found = match self.locations.get(&key) {
            Some(&found) => found,
            None => {
                let made = self
                    .maker
                    .add_location(mapping, address, &lines, location.is_folded);
                self.locations.insert(key, made);
                made
            }
        };
        if translation.locations.len() <= at.get() {
            translation.locations.resize(at.get() + 1, None);
        }
        if let Some(slot) = translation.locations.get_mut(at.get()) {
            *slot = Some(found);
        }
        found
    }

    fn function(
        &mut self,
        tables: &Tables,
        at: FunctionIndex,
        translation: &mut Translation,
    ) -> FunctionIndex {
        if let Some(&known) = translation.functions.get(&at) {
            return known;
        }
        let function = tables.function(at);
        let function = Function::new(self.text(tables, function.name, translation))
            .with_system_name(self.text(tables, function.system_name, translation))
            .with_filename(self.text(tables, function.filename, translation))
            .with_start_line(function.start_line);
        let found = match self.functions.get(&function) {
            Some(&found) => found,
            None => {
                let made = self.maker.add_function(function);
                self.functions.insert(function, made);
                made
            }
        };
        translation.functions.insert(at, found);
        found
    }

    /// The sum's mapping, and what to add to an address to move it there.
    fn mapping(
        &mut self,
        tables: &Tables,
        at: usize,
        translation: &mut Translation,
    ) -> (MappingIndex, u64) {
        if let Some(&known) = translation.mappings.get(&at) {
            return known;
        }
        let source = tables.mappings().get(at).copied().unwrap_or_default();
        let mapping = source
            .with_file(self.text(tables, source.file, translation))
            .with_build_id(self.text(tables, source.build_id, translation));
        let key = mapping_key(&mapping);
        let found = match self.mappings.get(&key) {
            Some(&found) => {
                let row = self.maker.tables().mapping(found);
                let start = row.map_or(0, |row| row.start);
                (found, start.wrapping_sub(source.start))
            }
            None => {
                let made = self.maker.add_mapping(mapping);
                self.mappings.insert(key, made);
                (made, 0)
            }
        };
        translation.mappings.insert(at, found);
        found
    }
}

fn mapping_key(mapping: &Mapping) -> MappingKey {
    const PAGE: u64 = 0x1000;
    let size = mapping.limit.wrapping_sub(mapping.start);
    let size = size.wrapping_add(PAGE - 1);
    let name = if mapping.build_id.is_empty() {
        mapping.file
    } else {
        mapping.build_id
    };
    (size - size % PAGE, mapping.offset, name)
}

/// The lines as they tell locations apart. Only the last line's column does: pprof overwrites the
/// others (profile/merge.go: Location.key).
fn key_lines(lines: &[Line]) -> Box<[Line]> {
    let last = lines.len().saturating_sub(1);
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| line.with_column(if at == last { line.column } else { 0 }))
        .collect()
}

/// From one profile's numbers to the sum's.
#[derive(Default)]
pub(super) struct Translation {
    texts: HashMap<StringIndex, StringIndex>,
    mappings: HashMap<usize, (MappingIndex, u64)>,
    functions: HashMap<FunctionIndex, FunctionIndex>,
    locations: Vec<Option<LocationIndex>>,
}

impl Translation {
    /// The sum's number of a location that has one.
    #[inline]
    pub(super) fn location(&self, at: LocationIndex) -> Option<LocationIndex> {
        self.locations.get(at.get()).copied().flatten()
    }
}
