//! A profile of a request: what it says of itself, and its samples one by one.

use super::dictionary::{Dictionary, index, within};
use super::layout::Layout;
use super::lists::{each_number, push_numbers};
use crate::error::{Error, Result};
use crate::tables::Budget;
use crate::wire::{Fields, Payload};
use crate::words::counted;

/// A type and its unit, by the indexes of their texts.
pub(super) type TypeAndUnit = (u32, u32);

/// A profile but for its samples.
#[derive(Debug, Default)]
pub(super) struct ProfileMessage<'a> {
    bytes: &'a [u8],
    base: u64,
    pub(super) sample_types: Vec<TypeAndUnit>,
    pub(super) samples: u64,
    /// Locations that samples name ranges of, where there are no stacks.
    pub(super) locations: Vec<u32>,
    pub(super) time_nanos: u64,
    pub(super) duration_nanos: u64,
    pub(super) period_type: Option<TypeAndUnit>,
    pub(super) period: i64,
    pub(super) comments: Vec<u32>,
    pub(super) default_sample_type: Option<u32>,
    pub(super) dropped_attributes: u64,
    pub(super) payload_format: &'a [u8],
    pub(super) payload: &'a [u8],
    pub(super) attributes: Vec<u32>,
}

/// A sample: what it names, by index.
#[derive(Debug, Default)]
pub(super) struct SampleRow {
    /// Of a stack, or the first of a range of locations.
    pub(super) stack: u32,
    /// How many locations, where it is a range.
    pub(super) length: u32,
    pub(super) attributes: Vec<u32>,
    pub(super) link: u32,
    pub(super) values: Vec<i64>,
    /// How many times it has.
    pub(super) times: usize,
}

impl SampleRow {
    /// Whether two samples are of the same thing. Senders that keep attributes in maps write them in any order.
    pub(super) fn is_of_same(&self, other: &SampleRow) -> bool {
        let sorted = |attributes: &[u32]| {
            let mut sorted = attributes.to_vec();
            sorted.sort_unstable();
            sorted
        };
        let are_same =
            |a: &[u32], b: &[u32]| a == b || a.len() == b.len() && sorted(a) == sorted(b);
        (self.stack, self.length, self.link) == (other.stack, other.length, other.link)
            && are_same(&self.attributes, &other.attributes)
    }
}

impl<'a> ProfileMessage<'a> {
    /// Reads a profile, and checks what it names.
    pub(super) fn read(
        (bytes, base): (&'a [u8], u64),
        layout: Layout,
        dictionary: &Dictionary<'a>,
        budget: &mut Budget,
    ) -> Result<Self> {
        let mut profile = ProfileMessage {
            bytes,
            base,
            ..ProfileMessage::default()
        };
        match layout {
            Layout::Ranges => profile.read_with_ranges(budget)?,
            Layout::Early => profile.read_with_stacks(1, budget)?,
            Layout::Stacks | Layout::Present => profile.read_with_stacks(0, budget)?,
        }
        profile.check(dictionary)?;
        Ok(profile)
    }

    /// Field 7 and those after it have numbers that are higher by `shift`, behind which there are remarks.
    fn read_with_stacks(&mut self, shift: u64, budget: &mut Budget) -> Result<()> {
        let mut fields = Fields::new(self.bytes, self.base, "Profile");
        while let Some(field) = fields.next()? {
            if shift > 0 && field.number == 7 {
                push_numbers(&fields, &field, &mut self.comments, budget)?;
                continue;
            }
            let number = match field.number {
                later @ 7.. => later - shift,
                first => first,
            };
            match (number, &field.payload) {
                (1, _) => self.sample_types.push(value_type(fields.nested(&field)?)?),
                (2, _) => self.samples += 1,
                (3, Payload::Fixed(bytes)) => {
                    let bytes = <[u8; 8]>::try_from(*bytes);
                    let bytes = bytes.map_err(|_| fields.wrong_type(&field, "eight bytes"))?;
                    self.time_nanos = u64::from_le_bytes(bytes);
                }
                (3, _) => return Err(fields.wrong_type(&field, "eight bytes")),
                (4, _) => self.duration_nanos = fields.number(&field)?,
                (5, _) => self.period_type = Some(value_type(fields.nested(&field)?)?),
                (6, _) => self.period = fields.number(&field)? as i64,
                (8, _) => self.dropped_attributes = fields.number(&field)?,
                (9, _) => self.payload_format = fields.nested(&field)?.0,
                (10, _) => self.payload = fields.nested(&field)?.0,
                (11, _) => push_numbers(&fields, &field, &mut self.attributes, budget)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn read_with_ranges(&mut self, budget: &mut Budget) -> Result<()> {
        let mut fields = Fields::new(self.bytes, self.base, "Profile");
        while let Some(field) = fields.next()? {
            match field.number {
                1 => self.sample_types.push(value_type(fields.nested(&field)?)?),
                2 => self.samples += 1,
                3 => push_numbers(&fields, &field, &mut self.locations, budget)?,
                4 => self.time_nanos = fields.number(&field)?,
                5 => self.duration_nanos = fields.number(&field)?,
                6 => self.period_type = Some(value_type(fields.nested(&field)?)?),
                7 => self.period = fields.number(&field)? as i64,
                8 => push_numbers(&fields, &field, &mut self.comments, budget)?,
                9 => self.default_sample_type = Some(index(&fields, &field)?),
                11 => self.dropped_attributes = fields.number(&field)?,
                12 => self.payload_format = fields.nested(&field)?.0,
                13 => self.payload = fields.nested(&field)?.0,
                14 => push_numbers(&fields, &field, &mut self.attributes, budget)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn check(&self, dictionary: &Dictionary<'_>) -> Result<()> {
        let strings = dictionary.strings.len();
        let types = self.sample_types.iter().chain(&self.period_type);
        for (row, &(type_, unit)) in types.enumerate() {
            within("sample type", row, "string", type_, strings)?;
            within("sample type", row, "string", unit, strings)?;
        }
        for (row, &comment) in self.comments.iter().enumerate() {
            within("comment", row, "string", comment, strings)?;
        }
        for (row, &attribute) in self.attributes.iter().enumerate() {
            within(
                "attribute of a profile",
                row,
                "attribute",
                attribute,
                dictionary.attributes.len(),
            )?;
        }
        for (row, &location) in self.locations.iter().enumerate() {
            within(
                "location of a profile",
                row,
                "location",
                location,
                dictionary.locations.len(),
            )?;
        }
        if self.sample_types.is_empty() && self.samples > 0 {
            return Err(Error::structure(
                "sample types",
                format!("none for {}", counted(self.samples, "sample")),
                "at least one sample type",
            ));
        }
        Ok(())
    }

    /// Whether it is a profile in another format that goes with what was made of it, and which.
    pub(super) fn pprof(&self) -> Option<&'a [u8]> {
        let is_pprof = self.payload_format.eq_ignore_ascii_case(b"pprof");
        (is_pprof && !self.payload.is_empty()).then_some(self.payload)
    }

    /// Reads its samples.
    pub(super) fn samples(&self, layout: Layout) -> Samples<'a> {
        Samples {
            fields: Fields::new(self.bytes, self.base, "Profile"),
            layout,
            number: 0,
        }
    }
}

fn value_type((bytes, base): (&[u8], u64)) -> Result<TypeAndUnit> {
    let mut pair = (0, 0);
    let mut fields = Fields::new(bytes, base, "ValueType");
    while let Some(field) = fields.next()? {
        match field.number {
            1 => pair.0 = index(&fields, &field)?,
            2 => pair.1 = index(&fields, &field)?,
            _ => {}
        }
    }
    Ok(pair)
}

/// The samples of a profile, one after the other.
pub(super) struct Samples<'a> {
    fields: Fields<'a>,
    layout: Layout,
    number: u64,
}

impl Samples<'_> {
    /// Reads the next sample; `false` at the end.
    pub(super) fn next(&mut self, into: &mut SampleRow) -> Result<bool> {
        while let Some(field) = self.fields.next()? {
            if field.number == 2 {
                let (bytes, base) = self.fields.nested(&field)?;
                read_sample(bytes, base, self.layout, into)?;
                self.number += 1;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The position of the last one read.
    pub(super) fn position(&self) -> u64 {
        self.number.saturating_sub(1)
    }
}

fn read_sample(bytes: &[u8], base: u64, layout: Layout, into: &mut SampleRow) -> Result<()> {
    (into.stack, into.length, into.link, into.times) = (0, 0, 0, 0);
    into.attributes.clear();
    into.values.clear();
    let mut fields = Fields::new(bytes, base, "Sample");
    while let Some(field) = fields.next()? {
        match (Part::of(field.number, layout), &field.payload) {
            (Part::Stack, _) => into.stack = index(&fields, &field)?,
            (Part::Length, _) => into.length = index(&fields, &field)?,
            (Part::Link, _) => into.link = index(&fields, &field)?,
            (Part::Values, _) => each_number(&fields, &field, |value| {
                into.values.push(value as i64);
                Ok(())
            })?,
            (Part::Attributes, _) => {
                // As many as its bytes at most.
                let mut budget = Budget::new(usize::MAX);
                push_numbers(&fields, &field, &mut into.attributes, &mut budget)?;
            }
            (Part::Times, Payload::Fixed(_) | Payload::Varint(_)) => into.times += 1,
            (Part::Times, Payload::Bytes(packed)) if layout == Layout::Ranges => {
                into.times += crate::wire::varint_count(packed);
            }
            (Part::Times, Payload::Bytes(packed)) => into.times += packed.len() / 8,
            (Part::None, _) => {}
        }
    }
    Ok(())
}

/// What a field of a sample holds.
enum Part {
    Stack,
    Length,
    Attributes,
    Link,
    Values,
    Times,
    None,
}

impl Part {
    fn of(number: u64, layout: Layout) -> Part {
        match (layout, number) {
            (_, 1) => Part::Stack,
            (Layout::Ranges, 2) => Part::Length,
            (Layout::Ranges, 3) | (Layout::Early | Layout::Stacks, 2) | (Layout::Present, 4) => {
                Part::Values
            }
            (Layout::Ranges, 4) | (Layout::Early | Layout::Stacks, 3) | (Layout::Present, 2) => {
                Part::Attributes
            }
            (Layout::Ranges, 5) | (Layout::Early | Layout::Stacks, 4) | (Layout::Present, 3) => {
                Part::Link
            }
            (Layout::Ranges, 6) | (_, 5) => Part::Times,
            _ => Part::None,
        }
    }
}
