//! Tells the layout of a request in protobuf by the fields that are present: the messages carry no version, and the
//! same field numbers mean other things in each.

use crate::error::{Error, ErrorKind, Result, Stage};
use crate::wire::{Field, Fields, Payload};

/// How profiles are laid out, by the releases of opentelemetry-proto that say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// 1.7.0: samples name a range of locations, and have a value for each of several types.
    Ranges,
    /// 1.8.0: as 1.9.0, but profiles have remarks, and so other numbers for what comes after them.
    Early,
    /// 1.9.0: samples name a stack; their values come before their attributes.
    Stacks,
    /// 1.10.0 and later: their attributes come first.
    Present,
}

impl Layout {
    /// The releases, for people.
    pub(super) fn releases(self) -> &'static str {
        match self {
            Layout::Ranges => "1.7.0",
            Layout::Early => "1.8.0",
            Layout::Stacks => "1.9.0",
            Layout::Present => "1.10.0 or later",
        }
    }
}

/// The layout of a request.
///
/// # Errors
///
/// Where its fields are those of no layout, or of more than one, and it matters which.
pub(super) fn of(request: &[u8], base: u64) -> Result<Layout> {
    let mut evidence = Evidence::default();
    let mut fields = Fields::new(request, base, "ProfilesData");
    while let Some(field) = fields.next()? {
        match field.number {
            1 => evidence.resource(fields.nested(&field)?)?,
            2 => {
                evidence.has_dictionary = true;
                evidence.dictionary(fields.nested(&field)?)?;
            }
            _ => {}
        }
    }
    evidence.layout(base)
}

const RANGES: u8 = 1;
const STACKS: u8 = 2;
const PRESENT: u8 = 4;
const EARLY: u8 = 8;
const STACKS_OR_EARLY: u8 = STACKS | EARLY;
const LATE: u8 = STACKS | PRESENT;
const WITH_STACKS: u8 = EARLY | LATE;

/// Which layouts are possible after what was seen.
struct Evidence {
    possible: u8,
    /// What ruled the last out, where that is told.
    against: Option<(u64, &'static str)>,
    has_dictionary: bool,
    has_profile: bool,
    /// A sample with field 2, which are values in one layout and attributes in the other.
    has_second: bool,
}

impl Default for Evidence {
    fn default() -> Self {
        Self {
            possible: RANGES | WITH_STACKS,
            against: None,
            has_dictionary: false,
            has_profile: false,
            has_second: false,
        }
    }
}

type Message<'a> = (&'a [u8], u64);

impl Evidence {
    fn only(&mut self, layouts: u8, at: u64, what: &'static str) {
        self.possible &= layouts;
        if self.possible == 0 && self.against.is_none() {
            self.against = Some((at, what));
        }
    }

    fn layout(self, base: u64) -> Result<Layout> {
        if self.has_profile && !self.has_dictionary {
            return Err(unknown(
                base,
                "profiles without a dictionary, as before 1.7.0",
            ));
        }
        if let Some((at, what)) = self.against {
            return Err(unknown(
                at,
                format!("{what}, and fields of other releases before it"),
            ));
        }
        match self.possible {
            RANGES => Ok(Layout::Ranges),
            EARLY => Ok(Layout::Early),
            // What is left of a profile reads the same in both.
            STACKS | STACKS_OR_EARLY => Ok(Layout::Stacks),
            WITH_STACKS | LATE if self.has_second => Err(unknown(
                base,
                "samples whose field 2 may be values (1.9.0) or attributes (1.10.0)",
            )),
            // What is left does not tell them apart, nor does it read otherwise.
            _ => Ok(Layout::Present),
        }
    }

    fn dictionary(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "ProfilesDictionary");
        while let Some(field) = fields.next()? {
            match field.number {
                6 => self.attribute(fields.nested(&field)?)?,
                7 => self.stack_or_unit(fields.nested(&field)?)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn attribute(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "KeyValueAndUnit");
        while let Some(field) = fields.next()? {
            let at = fields.offset();
            match (field.number, Wire::of(&field)) {
                (1, Wire::Bytes) => self.only(RANGES, at, "an attribute with its name"),
                (1 | 3, _) => self.only(WITH_STACKS, at, "an attribute with indexes of texts"),
                _ => {}
            }
        }
        Ok(())
    }

    fn stack_or_unit(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "Stack");
        while let Some(field) = fields.next()? {
            let at = fields.offset();
            match Wire::of(&field) {
                Wire::Bytes => self.only(WITH_STACKS, at, "a table of stacks"),
                _ => self.only(RANGES, at, "a table of units"),
            }
        }
        Ok(())
    }

    fn resource(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "ResourceProfiles");
        while let Some(field) = fields.next()? {
            if field.number == 2 {
                self.scope(fields.nested(&field)?)?;
            }
        }
        Ok(())
    }

    fn scope(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "ScopeProfiles");
        while let Some(field) = fields.next()? {
            if field.number == 2 {
                self.has_profile = true;
                self.profile(fields.nested(&field)?)?;
            }
        }
        Ok(())
    }

    fn profile(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "Profile");
        let mut types = 0;
        let (mut has_tenth, mut has_eleventh) = (false, None);
        while let Some(field) = fields.next()? {
            let at = fields.offset();
            match (field.number, Wire::of(&field)) {
                (1, _) => {
                    types += 1;
                    if types == 2 {
                        self.only(RANGES, at, "several sample types in one profile");
                    }
                }
                (2, Wire::Bytes) => self.sample(fields.nested(&field)?)?,
                (3, Wire::Fixed) => self.only(WITH_STACKS, at, "a time in field 3"),
                (3, _) => self.only(RANGES, at, "indexes of locations in a profile"),
                (5, Wire::Bytes) | (6, Wire::Varint) => {
                    self.only(WITH_STACKS, at, "a profile with its period in field 6");
                }
                (5, Wire::Varint) | (6, Wire::Bytes) | (7, Wire::Varint) => {
                    self.only(RANGES, at, "a profile with its period in field 7");
                }
                // An id has 16 bytes, or none where a sender writes what is not set.
                (7, Wire::Bytes) => match fields.nested(&field)?.0.len() {
                    0 | 16 => self.only(WITH_STACKS, at, "a profile with bytes in field 7"),
                    _ => self.only(EARLY, at, "a profile with remarks in field 7"),
                },
                (8, Wire::Bytes) => {
                    self.only(RANGES | EARLY, at, "a profile with bytes in field 8")
                }
                (9, Wire::Bytes) => self.only(LATE, at, "a profile with a text in field 9"),
                (9, _) => self.only(RANGES | EARLY, at, "a profile with a number in field 9"),
                (10, _) => has_tenth = true,
                (11, Wire::Bytes) => has_eleventh = Some(at),
                (11, _) => self.only(RANGES, at, "a profile with a number in field 11"),
                (12, Wire::Bytes) => self.only(RANGES | EARLY, at, "a profile with field 12"),
                (12..=14, _) => self.only(RANGES, at, "a profile with fields above 12"),
                _ => {}
            }
        }
        // A payload in field 11 has its format in field 10.
        if let Some(at) = has_eleventh {
            let layouts = if has_tenth { WITH_STACKS } else { LATE };
            self.only(layouts, at, "attributes in field 11");
        }
        Ok(())
    }

    fn sample(&mut self, (bytes, base): Message<'_>) -> Result<()> {
        let mut fields = Fields::new(bytes, base, "Sample");
        let (mut has_second, mut has_later) = (false, false);
        while let Some(field) = fields.next()? {
            let at = fields.offset();
            has_later |= field.number > 2;
            match (field.number, Wire::of(&field)) {
                (2, Wire::Bytes) => {
                    has_second = true;
                    self.only(WITH_STACKS, at, "a sample with a list in field 2");
                }
                (2, _) => self.only(RANGES, at, "a sample with a number in field 2"),
                (3, Wire::Bytes) => self.only(
                    RANGES | STACKS_OR_EARLY,
                    at,
                    "a sample with a list in field 3",
                ),
                (3, _) => self.only(PRESENT, at, "a sample with a number in field 3"),
                (4, Wire::Bytes) => {
                    self.only(RANGES | PRESENT, at, "a sample with a list in field 4")
                }
                (4, _) => self.only(STACKS_OR_EARLY, at, "a sample with a number in field 4"),
                (5, Wire::Varint) => self.only(RANGES, at, "a sample with a number in field 5"),
                (5, _) => self.only(WITH_STACKS, at, "a sample with times in field 5"),
                (6, _) => self.only(RANGES, at, "a sample with field 6"),
                _ => {}
            }
        }
        // A sample must have values or times.
        if has_second && !has_later {
            self.only(
                STACKS_OR_EARLY,
                base,
                "a sample with no list but in field 2",
            );
        }
        self.has_second |= has_second;
        Ok(())
    }
}

/// How a field is written.
#[derive(PartialEq, Eq)]
enum Wire {
    Varint,
    Bytes,
    Fixed,
}

impl Wire {
    fn of(field: &Field<'_>) -> Wire {
        match field.payload {
            Payload::Varint(_) => Wire::Varint,
            Payload::Bytes(_) => Wire::Bytes,
            Payload::Fixed(_) => Wire::Fixed,
        }
    }
}

/// The refusal of what is laid out as in no release that is read, or cannot be told.
pub(super) fn unknown(at: u64, found: impl Into<String>) -> Error {
    Error::new(
        ErrorKind::Structure,
        Stage::Otlp,
        format!("OTLP profiles at byte {at}"),
        found,
        "the layout of opentelemetry-proto 1.7.0, 1.8.0, 1.9.0, or 1.10.0 and later",
    )
}
