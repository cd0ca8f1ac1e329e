//! The tables of a profile as readers see them: what samples name, resolved.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::rows::{
    Function, FunctionIndex, Line, Location, LocationIndex, Mapping, MappingIndex, ValueType,
};
use super::strings::{StringIndex, StringTable};
use crate::container::Encoding;
use crate::note::{Note, NoteKind, Unread};

/// Everything of a profile but its samples: what values mean, and the strings, functions,
/// locations and mappings that samples refer to.
///
/// Complete and consistent once decoding is over. While samples are handed out during the first
/// reading, texts, and the fields that come after the samples, are not there yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    pub(crate) strings: StringTable,
    pub(crate) sample_types: Vec<ValueType>,
    pub(crate) mappings: Vec<Mapping>,
    pub(crate) mapping_ids: Vec<u64>,
    pub(crate) locations: Vec<LocationRow>,
    pub(crate) lines: Vec<Line>,
    pub(crate) functions: Vec<Function>,
    pub(crate) function_ids: Vec<u64>,
    pub(crate) header: Header,
    pub(crate) encoding: Vec<Encoding>,
    pub(crate) format: Option<String>,
    pub(crate) notes: Vec<Note>,
    pub(crate) unread: Unread,
    pub(crate) highest_goroutine: Option<u64>,
}

/// The single-valued fields of a profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Header {
    pub(crate) drop_frames: StringIndex,
    pub(crate) keep_frames: StringIndex,
    pub(crate) time_nanos: i64,
    pub(crate) duration_nanos: i64,
    pub(crate) period_type: Option<ValueType>,
    pub(crate) period: i64,
    pub(crate) comments: Vec<StringIndex>,
    pub(crate) default_sample_type: StringIndex,
    pub(crate) doc_url: StringIndex,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LocationRow {
    pub(crate) id: u64,
    pub(crate) mapping: Option<MappingIndex>,
    pub(crate) address: u64,
    pub(crate) first_line: u32,
    pub(crate) line_count: u32,
    pub(crate) is_folded: bool,
}

impl Tables {
    /// Adds a location under the next id.
    pub(crate) fn push_location(
        &mut self,
        mapping: Option<MappingIndex>,
        address: u64,
        lines: &[Line],
        is_folded: bool,
    ) -> LocationIndex {
        let index = LocationIndex(self.locations.len() as u32);
        self.locations.push(LocationRow {
            id: u64::from(index.0) + 1,
            mapping,
            address,
            first_line: self.lines.len() as u32,
            line_count: lines.len() as u32,
            is_folded,
        });
        self.lines.extend_from_slice(lines);
        index
    }

    /// Drops the lines of a location that are not to be kept.
    pub(crate) fn retain_lines(
        &mut self,
        location: LocationIndex,
        mut keep: impl FnMut(&Line) -> bool,
    ) {
        let Some(row) = self.locations.get_mut(location.get()) else {
            return;
        };
        let first = row.first_line as usize;
        let Some(lines) = self.lines.get_mut(first..first + row.line_count as usize) else {
            return;
        };
        let mut kept = 0;
        for at in 0..lines.len() {
            if lines.get(at).is_some_and(&mut keep) {
                lines.swap(kept, at);
                kept += 1;
            }
        }
        row.line_count = kept as u32;
    }

    /// What each value of a sample measures, in order.
    pub fn sample_types(&self) -> &[ValueType] {
        &self.sample_types
    }

    /// A text. Bytes that are not UTF-8 are replaced by U+FFFD here, and only here.
    pub fn text(&self, index: StringIndex) -> Cow<'_, str> {
        self.strings.text(index)
    }

    /// A text as the bytes it was written with.
    pub fn text_bytes(&self, index: StringIndex) -> &[u8] {
        self.strings.bytes(index)
    }

    /// Number of texts; every [`StringIndex`] of this profile is below it.
    pub fn string_count(&self) -> usize {
        self.strings.len()
    }

    /// Every index of the string table, in order.
    pub fn string_indexes(&self) -> impl Iterator<Item = StringIndex> + use<> {
        (0..self.strings.len()).map(|at| StringIndex(at as u32))
    }

    /// Number of locations; every [`LocationIndex`] of this profile is below it.
    pub fn location_count(&self) -> usize {
        self.locations.len()
    }

    /// The index of the location at a position; `None` beyond the table.
    pub fn location_index(&self, position: usize) -> Option<LocationIndex> {
        (position < self.locations.len()).then_some(LocationIndex(position as u32))
    }

    /// The number that names a location in the file; what was not read from protobuf is counted
    /// from 1. Not for telling places apart: files number them as they like.
    pub fn location_id(&self, index: LocationIndex) -> Option<u64> {
        self.locations.get(index.get()).map(|row| row.id)
    }

    /// The index of the mapping at a position; `None` beyond the table.
    pub fn mapping_index(&self, position: usize) -> Option<MappingIndex> {
        (position < self.mappings.len()).then_some(MappingIndex(position as u32))
    }

    /// The number that names a mapping in the file, as [`Tables::location_id`].
    pub fn mapping_id(&self, index: MappingIndex) -> Option<u64> {
        self.mapping_ids.get(index.get()).copied()
    }

    /// All locations, in order of appearance.
    pub fn locations(&self) -> impl ExactSizeIterator<Item = Location<'_>> {
        (0..self.locations.len()).map(|at| self.location(LocationIndex(at as u32)))
    }

    /// A location. An index of another profile gives a location without symbols.
    #[inline]
    pub fn location(&self, index: LocationIndex) -> Location<'_> {
        let Some(row) = self.locations.get(index.get()) else {
            return Location {
                mapping: None,
                address: 0,
                lines: &[],
                is_folded: false,
            };
        };
        let first = row.first_line as usize;
        Location {
            mapping: row.mapping,
            address: row.address,
            lines: self
                .lines
                .get(first..first + row.line_count as usize)
                .unwrap_or_default(),
            is_folded: row.is_folded,
        }
    }

    /// All functions, in order of appearance.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// A function. An index of another profile gives a function without a name.
    #[inline]
    pub fn function(&self, index: FunctionIndex) -> Function {
        self.functions
            .get(index.get())
            .copied()
            .unwrap_or(Function {
                name: StringIndex::EMPTY,
                system_name: StringIndex::EMPTY,
                filename: StringIndex::EMPTY,
                start_line: 0,
            })
    }

    /// All mappings, the main binary first.
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// A mapping.
    pub fn mapping(&self, index: MappingIndex) -> Option<&Mapping> {
        self.mappings.get(index.get())
    }

    /// What the period counts, for example space in bytes.
    pub fn period_type(&self) -> Option<ValueType> {
        self.header.period_type
    }

    /// Events between two samples: for a Go heap profile MemProfileRate in bytes. `None` when not
    /// recorded.
    pub fn period(&self) -> Option<i64> {
        (self.header.period != 0).then_some(self.header.period)
    }

    /// When the profile was taken, in nanoseconds since 1970-01-01 UTC.
    pub fn time_nanos(&self) -> Option<i64> {
        (self.header.time_nanos != 0).then_some(self.header.time_nanos)
    }

    /// How long the profile was taken for, in nanoseconds. Go records it for CPU profiles and for
    /// deltas (`?seconds=N`).
    pub fn duration_nanos(&self) -> Option<i64> {
        (self.header.duration_nanos != 0).then_some(self.header.duration_nanos)
    }

    /// Free-form remarks.
    pub fn comments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.header.comments.iter().map(|&index| self.text(index))
    }

    /// Free-form remarks, to be had as bytes.
    pub fn comment_indexes(&self) -> &[StringIndex] {
        &self.header.comments
    }

    /// The type of value to show when none is asked for; empty when not recorded.
    pub fn default_sample_type(&self) -> Cow<'_, str> {
        self.text(self.header.default_sample_type)
    }

    /// A web address that documents the profile; empty when not recorded.
    pub fn doc_url(&self) -> Cow<'_, str> {
        self.text(self.header.doc_url)
    }

    /// A regular expression of frames to remove with all they called; empty when not recorded.
    pub fn drop_frames(&self) -> Cow<'_, str> {
        self.text(self.header.drop_frames)
    }

    /// A regular expression of frames that stay although `drop_frames` matches.
    pub fn keep_frames(&self) -> Cow<'_, str> {
        self.text(self.header.keep_frames)
    }

    /// The layers of compression that were around the profile, outermost first.
    pub fn encoding(&self) -> &[Encoding] {
        &self.encoding
    }

    /// The format, in words, where it is none that Go or pprof write: OTLP profiles.
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// What is to be known about the input beyond its values, such as a missing end. Empty for
    /// protobuf, which is either whole or refused.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Whether one of them is of this kind.
    pub fn has_note(&self, kind: NoteKind) -> bool {
        self.notes.iter().any(|note| note.kind() == kind)
    }

    /// Tells what was not understood, in place of what was told before, and notes it.
    pub(crate) fn set_unread(&mut self, unread: Unread) {
        let before = std::mem::replace(&mut self.unread, unread).note();
        self.notes.retain(|note| Some(note) != before.as_ref());
        self.notes.extend(unread.note());
    }

    /// Adds goroutines and lines that were not understood. Counts that a text claims may be as large as numbers go, and stay
    /// there.
    pub(crate) fn add_unread(&mut self, partly: u64, lines: u64) {
        self.set_unread(Unread {
            partly: self.unread.partly.saturating_add(partly),
            lines: self.unread.lines.saturating_add(lines),
            ..self.unread
        });
    }

    /// What of the goroutines of a text was not understood; nothing for other forms.
    pub fn unread(&self) -> Unread {
        self.unread
    }

    /// The highest number of a goroutine in a dump; other forms do not number them. Numbers only go
    /// up in the life of a process (runtime/proc.go: newproc1).
    pub fn highest_goroutine(&self) -> Option<u64> {
        self.highest_goroutine
    }

    /// [`Tables::default_sample_index`] while texts are not there yet: types are compared by the
    /// numbers of their texts, which may in principle differ for equal texts.
    pub fn default_sample_index_by_number(&self) -> Option<usize> {
        let names: Vec<StringIndex> = self.sample_types.iter().map(|known| known.type_).collect();
        let default = self.header.default_sample_type;
        default_of(&names, Some(&default).filter(|name| !name.is_empty()))
    }

    /// Which value a question without `--sample_index` is about: the default type if it names
    /// one, else the last (profile/index.go: SampleIndexByName). Types of one name are left out, and then it is the first of the others
    /// (profile/merge.go: CompatibilizeSampleTypes). `None` without any.
    pub fn default_sample_index(&self) -> Option<usize> {
        let names = self.sample_types.iter().map(|known| self.text(known.type_));
        let names: Vec<Cow<'_, str>> = names.collect();
        let default = self.default_sample_type();
        default_of(&names, Some(&default).filter(|name| !name.is_empty()))
    }
}

/// Which of these names is meant where nothing is asked for.
fn default_of<T: Ord>(names: &[T], default: Option<&T>) -> Option<usize> {
    let mut counts: BTreeMap<&T, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let is_single = |name: &T| counts.get(name) == Some(&1);
    let mut single = names.iter().enumerate().filter(|(_, name)| is_single(name));
    let named = single.clone().find(|(_, name)| Some(*name) == default);
    let other = match counts.len() == names.len() {
        true => single.last(),
        false => single.next(),
    };
    named.or(other).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use crate::{Limits, Mapping, ProfileMaker};

    #[test]
    fn the_default_type_is_the_one_that_is_named_or_the_last() {
        let tables = |default: &[u8]| {
            let types: [(&[u8], &[u8]); 3] = [(b"a", b"x"), (b"b", b"x"), (b"c", b"x")];
            let mut maker = ProfileMaker::new(&Limits::default(), types);
            maker.set_default_sample_type(default);
            maker.into_tables().unwrap()
        };
        for (default, index) in [(&b""[..], 2), (b"a", 0), (b"b", 1), (b"c", 2), (b"z", 2)] {
            let tables = tables(default);
            assert_eq!(tables.default_sample_index(), Some(index));
            assert_eq!(tables.default_sample_index_by_number(), Some(index));
        }
        let none = ProfileMaker::new(&Limits::default(), [])
            .into_tables()
            .unwrap();
        assert_eq!(none.default_sample_index_by_number(), None);
    }

    #[test]
    fn types_of_one_name_are_left_out() {
        for (names, default, index) in [
            (&["foo", "foo", "cpu", "other"][..], "", Some(2)),
            (&["foo", "foo", "cpu", "other"], "foo", Some(2)),
            (&["foo", "foo", "cpu", "other"], "other", Some(3)),
            (&["foo", "bar", "foo"], "", Some(1)),
            (&["foo", "foo", "bar", "bar", "baz"], "bar", Some(4)),
            (&["foo", "foo", "foo"], "", None),
            (&["foo", "bar"], "foo", Some(0)),
            (&["foo", "bar"], "baz", Some(1)),
        ] {
            let default = Some(&default).filter(|name| !name.is_empty());
            assert_eq!(super::default_of(names, default), index, "{names:?}");
        }
    }

    #[test]
    fn mappings_and_locations_have_what_they_were_made_with() {
        let mut maker = ProfileMaker::new(&Limits::default(), []);
        let text = maker.text(b"/bin/app");
        let made = Mapping::new(16, 48)
            .with_offset(7)
            .with_file(text)
            .with_build_id(text);
        assert_eq!((made.start, made.limit, made.offset), (16, 48, 7));
        assert_eq!((made.file, made.build_id), (text, text));
        maker.add_mapping(made);
        let places: Vec<_> = (0..3)
            .map(|at| maker.add_location(None, 20 + at, &[], false))
            .collect();
        let tables = maker.into_tables().unwrap();
        // What was not read from protobuf is counted from 1.
        for (place, id) in places.iter().zip(1..) {
            assert_eq!(tables.location_id(*place), Some(id));
        }
        assert_eq!(tables.mapping_index(0).map(|index| index.get()), Some(0));
        assert_eq!(tables.mapping_index(1), None);
    }
}
