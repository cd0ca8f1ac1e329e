//! The tables that all profiles of a request share, with every index in them checked
//! (profiles/v1development/profiles.proto: ProfilesDictionary).

use std::ops::Range;

use super::layout::Layout;
use super::lists::{Lists, push_numbers};
use super::room::{range, take};
use super::value::{Value, named};
use crate::error::{Error, Result};
use crate::tables::{Budget, SymbolFlags};
use crate::wire::{Field, Fields};
use crate::words::with_article;

/// The tables of a request.
#[derive(Debug, Default)]
pub(super) struct Dictionary<'a> {
    pub(super) strings: Vec<&'a [u8]>,
    pub(super) mappings: Vec<MappingRow>,
    pub(super) locations: Vec<LocationRow>,
    pub(super) lines: Vec<LineRow>,
    pub(super) functions: Vec<FunctionRow>,
    pub(super) attributes: Vec<Attribute<'a>>,
    /// Locations by stack, leaf first; empty where profiles hold them.
    pub(super) stacks: Lists,
    pub(super) links: usize,
    /// Attributes of mappings and locations.
    of_rows: Vec<u32>,
    units: Vec<(u32, u32)>,
}

#[derive(Debug, Default)]
pub(super) struct MappingRow {
    pub(super) start: u64,
    pub(super) limit: u64,
    pub(super) offset: u64,
    pub(super) file: u32,
    pub(super) symbols: SymbolFlags,
    attributes: Range<u32>,
}

#[derive(Debug, Default)]
pub(super) struct LocationRow {
    pub(super) mapping: u32,
    pub(super) address: u64,
    pub(super) is_folded: bool,
    lines: Range<u32>,
    attributes: Range<u32>,
}

impl MappingRow {
    fn says_nothing(&self) -> bool {
        (self.start, self.limit, self.offset, self.file) == (0, 0, 0, 0)
            && self.symbols == SymbolFlags::default()
            && self.attributes.is_empty()
    }
}

impl LocationRow {
    fn says_nothing(&self) -> bool {
        (self.mapping, self.address, self.is_folded) == (0, 0, false)
            && self.lines.is_empty()
            && self.attributes.is_empty()
    }
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct LineRow {
    pub(super) function: u32,
    pub(super) line: i64,
    pub(super) column: i64,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct FunctionRow {
    pub(super) name: u32,
    pub(super) system_name: u32,
    pub(super) filename: u32,
    pub(super) start_line: i64,
}

/// A name, a value and a unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute<'a> {
    key: Key<'a>,
    value: &'a [u8],
    base: u64,
    unit: u32,
}

#[derive(Debug, Clone, Copy)]
enum Key<'a> {
    Index(u32),
    Text(&'a [u8]),
}

type Message<'a> = (&'a [u8], u64);

impl<'a> Dictionary<'a> {
    /// Reads the tables of a request.
    pub(super) fn read(request: &'a [u8], layout: Layout, budget: &mut Budget) -> Result<Self> {
        let mut dictionary = Dictionary::default();
        let mut fields = Fields::new(request, 0, "ProfilesData");
        while let Some(field) = fields.next()? {
            if field.number == 2 {
                dictionary.tables(fields.nested(&field)?, layout, budget)?;
            }
        }
        dictionary.check(layout)?;
        dictionary.sort_units();
        Ok(dictionary)
    }

    fn tables(
        &mut self,
        (bytes, base): Message<'a>,
        layout: Layout,
        budget: &mut Budget,
    ) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "ProfilesDictionary");
        while let Some(field) = fields.next()? {
            if !(1..=7).contains(&field.number) {
                continue;
            }
            let message = fields.nested(&field)?;
            take(budget, size_of::<LocationRow>())?;
            match (field.number, layout) {
                (1, _) => self.mapping(message, budget)?,
                (2, _) => self.location(message, layout, budget)?,
                (3, _) => self.function(message)?,
                (4, _) => self.links += 1,
                (5, _) => self.strings.push(message.0),
                (6, _) => self.attribute(message, layout)?,
                (_, Layout::Ranges) => self.unit(message)?,
                _ => self.stack(message, budget)?,
            }
        }
        Ok(())
    }

    fn mapping(&mut self, (bytes, base): Message<'a>, budget: &mut Budget) -> Result<()> {
        let mut row = MappingRow::default();
        let start = self.of_rows.len();
        let mut fields = Fields::new(bytes, base, "Mapping");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => row.start = fields.number(&field)?,
                2 => row.limit = fields.number(&field)?,
                3 => row.offset = fields.number(&field)?,
                4 => row.file = index(&fields, &field)?,
                5 => push_numbers(&fields, &field, &mut self.of_rows, budget)?,
                6 => row.symbols.functions = fields.number(&field)? != 0,
                7 => row.symbols.filenames = fields.number(&field)? != 0,
                8 => row.symbols.line_numbers = fields.number(&field)? != 0,
                9 => row.symbols.inline_frames = fields.number(&field)? != 0,
                _ => {}
            }
        }
        row.attributes = range(start, self.of_rows.len())?;
        self.mappings.push(row);
        Ok(())
    }

    fn location(
        &mut self,
        (bytes, base): Message<'a>,
        layout: Layout,
        budget: &mut Budget,
    ) -> Result<()> {
        let mut row = LocationRow::default();
        let (first_line, first_attribute) = (self.lines.len(), self.of_rows.len());
        let is_old = layout == Layout::Ranges;
        let mut fields = Fields::new(bytes, base, "Location");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => row.mapping = index(&fields, &field)?,
                2 => row.address = fields.number(&field)?,
                3 => {
                    take(budget, size_of::<LineRow>())?;
                    let line = line(fields.nested(&field)?)?;
                    self.lines.push(line);
                }
                4 if is_old => row.is_folded = fields.number(&field)? != 0,
                4 | 5 => push_numbers(&fields, &field, &mut self.of_rows, budget)?,
                _ => {}
            }
        }
        row.lines = range(first_line, self.lines.len())?;
        row.attributes = range(first_attribute, self.of_rows.len())?;
        self.locations.push(row);
        Ok(())
    }

    fn function(&mut self, (bytes, base): Message<'a>) -> Result<()> {
        let mut row = FunctionRow::default();
        let mut fields = Fields::new(bytes, base, "Function");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => row.name = index(&fields, &field)?,
                2 => row.system_name = index(&fields, &field)?,
                3 => row.filename = index(&fields, &field)?,
                4 => row.start_line = fields.number(&field)? as i64,
                _ => {}
            }
        }
        self.functions.push(row);
        Ok(())
    }

    fn attribute(&mut self, (bytes, base): Message<'a>, layout: Layout) -> Result<()> {
        let mut row = Attribute {
            key: Key::Index(0),
            value: &[],
            base,
            unit: 0,
        };
        let mut fields = Fields::new(bytes, base, "KeyValueAndUnit");
        while let Some(field) = fields.next()? {
            match (field.number, layout) {
                (1, Layout::Ranges) => row.key = Key::Text(fields.nested(&field)?.0),
                (1, _) => row.key = Key::Index(index(&fields, &field)?),
                (2, _) => (row.value, row.base) = fields.nested(&field)?,
                (3, Layout::Ranges) => {}
                (3, _) => row.unit = index(&fields, &field)?,
                _ => {}
            }
        }
        self.attributes.push(row);
        Ok(())
    }

    fn unit(&mut self, (bytes, base): Message<'a>) -> Result<()> {
        let mut unit = (0, 0);
        let mut fields = Fields::new(bytes, base, "AttributeUnit");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => unit.0 = index(&fields, &field)?,
                2 => unit.1 = index(&fields, &field)?,
                _ => {}
            }
        }
        self.units.push(unit);
        Ok(())
    }

    fn stack(&mut self, (bytes, base): Message<'a>, budget: &mut Budget) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "Stack");
        while let Some(field) = fields.next()? {
            if field.number == 1 {
                push_numbers(&fields, &field, &mut self.stacks.items, budget)?;
            }
        }
        self.stacks.end_list()
    }

    /// Whether all indexes are those of rows, and the first rows nothing, as index 0 says "unset".
    fn check(&self, layout: Layout) -> Result<()> {
        self.check_first(layout)?;
        for (row, mapping) in self.mappings.iter().enumerate() {
            self.string("mapping", row, mapping.file)?;
        }
        for (row, location) in self.locations.iter().enumerate() {
            within(
                "location",
                row,
                "mapping",
                location.mapping,
                self.mappings.len(),
            )?;
        }
        for (row, line) in self.lines.iter().enumerate() {
            within("line", row, "function", line.function, self.functions.len())?;
        }
        for (row, function) in self.functions.iter().enumerate() {
            for text in [function.name, function.system_name, function.filename] {
                self.string("function", row, text)?;
            }
        }
        for (row, attribute) in self.attributes.iter().enumerate() {
            if let Key::Index(key) = attribute.key {
                self.string("attribute", row, key)?;
            }
            self.string("attribute", row, attribute.unit)?;
        }
        for (row, unit) in self.units.iter().enumerate() {
            self.string("unit", row, unit.0)?;
            self.string("unit", row, unit.1)?;
        }
        for (row, &attribute) in self.of_rows.iter().enumerate() {
            within(
                "attribute of a row",
                row,
                "attribute",
                attribute,
                self.attributes.len(),
            )?;
        }
        for (row, &location) in self.stacks.items.iter().enumerate() {
            within(
                "frame of a stack",
                row,
                "location",
                location,
                self.locations.len(),
            )?;
        }
        Ok(())
    }

    fn check_first(&self, layout: Layout) -> Result<()> {
        if self.strings.first().is_some_and(|text| !text.is_empty()) {
            return Err(not_zero("string"));
        }
        if self.mappings.first().is_some_and(|row| !row.says_nothing()) {
            return Err(not_zero("mapping"));
        }
        // Before stacks, only these two were said to start with nothing.
        if layout == Layout::Ranges {
            return Ok(());
        }
        if self
            .locations
            .first()
            .is_some_and(|row| !row.says_nothing())
        {
            return Err(not_zero("location"));
        }
        if self
            .functions
            .first()
            .is_some_and(|row| *row != FunctionRow::default())
        {
            return Err(not_zero("function"));
        }
        if self.stacks.get(0).is_some_and(|stack| !stack.is_empty()) {
            return Err(not_zero("stack"));
        }
        match self.attributes.first() {
            Some(first) if !matches!(first.key, Key::Index(0)) => Err(not_zero("attribute")),
            _ => Ok(()),
        }
    }

    fn sort_units(&mut self) {
        let strings = &self.strings;
        let text = |index: u32| strings.get(index as usize).copied().unwrap_or_default();
        self.units.sort_by_key(|unit| text(unit.0));
    }

    fn string(&self, table: &'static str, row: usize, index: u32) -> Result<()> {
        within(table, row, "string", index, self.strings.len())
    }

    /// A text; empty for 0 where there is no table.
    pub(super) fn text(&self, index: u32) -> &'a [u8] {
        self.strings
            .get(index as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The lines of a location, innermost first.
    pub(super) fn lines_of(&self, location: &LocationRow) -> &[LineRow] {
        let lines = location.lines.start as usize..location.lines.end as usize;
        self.lines.get(lines).unwrap_or_default()
    }

    /// The attributes of a mapping.
    pub(super) fn of_mapping(&self, mapping: &MappingRow) -> &[u32] {
        self.of_row(&mapping.attributes)
    }

    /// The attributes of a location.
    pub(super) fn of_location(&self, location: &LocationRow) -> &[u32] {
        self.of_row(&location.attributes)
    }

    fn of_row(&self, attributes: &Range<u32>) -> &[u32] {
        let attributes = attributes.start as usize..attributes.end as usize;
        self.of_rows.get(attributes).unwrap_or_default()
    }

    /// The name, the value and the unit of an attribute.
    pub(super) fn attribute_at(&self, index: u32) -> Result<(&'a [u8], Value<'a>, &'a [u8])> {
        let Some(attribute) = self.attributes.get(index as usize) else {
            return Ok((b"", Value::Unset, b""));
        };
        let value = Value::read(attribute.value, attribute.base, &self.strings)?;
        Ok((self.key_of(attribute), value, self.unit_of(attribute)))
    }

    fn key_of(&self, attribute: &Attribute<'a>) -> &'a [u8] {
        match attribute.key {
            Key::Index(index) => self.text(index),
            Key::Text(text) => text,
        }
    }

    fn unit_of(&self, attribute: &Attribute<'a>) -> &'a [u8] {
        let Key::Text(key) = attribute.key else {
            return self.text(attribute.unit);
        };
        let of_key = self
            .units
            .binary_search_by_key(&key, |unit| self.text(unit.0));
        let unit = of_key.ok().and_then(|at| self.units.get(at));
        unit.map_or(b"", |unit| self.text(unit.1))
    }

    /// The attributes of a resource or a scope, whose message has them in field `number`.
    pub(super) fn attributes_in(
        &self,
        (bytes, base): Message<'a>,
        message: &'static str,
        number: u64,
    ) -> Result<Vec<(&'a [u8], Value<'a>)>> {
        let mut attributes = Vec::new();
        let mut fields = Fields::new(bytes, base, message);
        while let Some(field) = fields.next()? {
            if field.number == number {
                let (bytes, base) = fields.nested(&field)?;
                attributes.push(named(bytes, base, &self.strings)?);
            }
        }
        Ok(attributes)
    }
}

fn line((bytes, base): Message<'_>) -> Result<LineRow> {
    let mut row = LineRow::default();
    let mut fields = Fields::new(bytes, base, "Line");
    while let Some(field) = fields.next()? {
        match field.number {
            1 => row.function = index(&fields, &field)?,
            2 => row.line = fields.number(&field)? as i64,
            3 => row.column = fields.number(&field)? as i64,
            _ => {}
        }
    }
    Ok(row)
}

/// An index, which is an int32 that is not negative.
pub(super) fn index(fields: &Fields<'_>, field: &Field<'_>) -> Result<u32> {
    let number = fields.number(field)?;
    match u32::try_from(number) {
        Ok(index) if index <= i32::MAX as u32 => Ok(index),
        _ => Err(Error::structure(
            format!("field {} at byte {}", field.number, fields.offset()),
            format!("index {}", number as i64),
            "an index from 0 to 2147483647",
        )),
    }
}

/// Whether an index is one of a table; 0 is "unset" where there is no table.
pub(super) fn within(
    table: &'static str,
    row: usize,
    what: &'static str,
    index: u32,
    count: usize,
) -> Result<()> {
    if (index as usize) < count || index == 0 {
        return Ok(());
    }
    Err(Error::structure(
        format!("{table}, row {row}"),
        format!("index {index} of {}", with_article(what)),
        format!("one below {count}, as many as the table has"),
    ))
}

fn not_zero(table: &'static str) -> Error {
    Error::structure(
        format!("{table} table, row 0"),
        "a row that says something",
        "one without anything, as index 0 stands for unset",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field of so many bytes.
    fn field(number: u8, payload: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, payload.len() as u8], payload].concat()
    }

    #[test]
    fn units_are_found_by_the_names_of_attributes_in_whatever_order() {
        let texts = ["", "b", "second", "a", "first", "c", "third"];
        let strings: Vec<u8> = texts
            .iter()
            .flat_map(|text| field(5, text.as_bytes()))
            .collect();
        // Names and units by their places: b, a, c.
        let units: Vec<u8> = [1, 3, 5]
            .into_iter()
            .flat_map(|at| field(7, &[1 << 3, at, 2 << 3, at + 1]))
            .collect();
        let attributes: Vec<u8> = ["a", "b", "c", "d"]
            .into_iter()
            .flat_map(|name| field(6, &field(1, name.as_bytes())))
            .collect();
        let request = field(2, &[strings, units, attributes].concat());
        let mut budget = Budget::new(1 << 20);
        let dictionary = Dictionary::read(&request, Layout::Ranges, &mut budget).unwrap();
        let found: Vec<&[u8]> = dictionary
            .attributes
            .iter()
            .map(|attribute| dictionary.unit_of(attribute))
            .collect();
        assert_eq!(found, [&b"first"[..], b"second", b"third", b""]);
    }
}
