//! Makes a profile of what OTLP says: attributes of samples become labels, those of profiles and mappings what pprof
//! has a field for (semantic conventions: pprof attributes; process.executable.build_id).

use std::collections::HashMap;

use super::dictionary::{Dictionary, LocationRow, MappingRow, within};
use super::group::{Group, Together};
use super::layout::Layout;
use super::profile::{ProfileMessage, SampleRow};
use super::requests::recognise;
use super::room::take;
use super::table::Used;
use super::value::Value;
use crate::assembler::ProfileMaker;
use crate::container::unpack;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::made_label::MadeLabel;
use crate::note::{Note, NoteKind};
use crate::profile::Profile;
use crate::sniff;
use crate::tables::{
    Budget, Function, FunctionIndex, Line, LocationIndex, Mapping, MappingIndex, StringIndex,
};
use crate::words::{agree, counted};

/// What profiles of a scope are made of.
pub(super) struct Whole<'d, 'a> {
    pub(super) dictionary: &'d Dictionary<'a>,
    pub(super) layout: Layout,
    /// Those of the scope.
    pub(super) attributes: Vec<(&'a [u8], Value<'a>)>,
    /// Whether the tables serve no other profile, so that all mappings are of this one.
    pub(super) is_only: bool,
}

impl<'a> Whole<'_, 'a> {
    /// The profile of a group.
    pub(super) fn profile(&self, group: &Group<'a>, limits: &Limits) -> Result<Profile> {
        if let Some(payload) = group.profiles.first().and_then(ProfileMessage::pprof) {
            return of_payload(payload, limits);
        }
        let text = |index| self.dictionary.text(index);
        let types: Vec<(u32, u32)> = group.sample_types().collect();
        let names = types.iter().map(|&(type_, unit)| (text(type_), text(unit)));
        let mut building = Building {
            whole: self,
            maker: ProfileMaker::new(limits, names),
            mappings: Vec::new(),
            functions: Vec::new(),
            locations: Vec::new(),
            labels: HashMap::new(),
            budget: Budget::new(limits.max_table_bytes),
            left_out: LeftOut::default(),
        };
        if let Some(first) = group.profiles.first() {
            building.header(first)?;
        }
        building.tables(&self.used(group, limits)?)?;
        building.samples(group, types.len())?;
        building.notes(group);
        building.maker.finish()
    }

    /// What the samples of a group name, directly or by something else.
    fn used(&self, group: &Group<'a>, limits: &Limits) -> Result<Used> {
        let dictionary = self.dictionary;
        let mut used = Used::new(dictionary);
        if self.is_only {
            used.mappings.fill(true);
        }
        if let Some(first) = group.profiles.first() {
            let mut samples = first.samples(self.layout);
            let mut row = SampleRow::default();
            let mut budget = Budget::new(limits.max_column_bytes);
            while samples.next(&mut row)? {
                let position = samples.position();
                let stack = self.stack(first, &row, position)?;
                // Ranges may overlap: each is walked, as far as samples have room.
                let frames = size_of_val(stack);
                if budget.take(frames).is_none() {
                    return Err(Error::too_many_samples(
                        position as usize,
                        limits.max_column_bytes,
                    ));
                }
                let is_new = self.layout == Layout::Ranges || used.add_stack(row.stack);
                for &location in stack.iter().filter(|_| is_new) {
                    used.add_location(location, dictionary);
                }
            }
        }
        Ok(used)
    }

    /// The locations of a sample, leaf first.
    fn stack<'s>(
        &'s self,
        profile: &'s ProfileMessage<'a>,
        row: &SampleRow,
        position: u64,
    ) -> Result<&'s [u32]> {
        if self.layout == Layout::Ranges {
            let start = row.stack as usize;
            let range = start..start + row.length as usize;
            return profile.locations.get(range).ok_or_else(|| {
                Error::structure(
                    format!("sample, row {position}"),
                    format!(
                        "{} from location {start} on",
                        counted(row.length, "location")
                    ),
                    format!(
                        "a range of the {} that the profile has",
                        profile.locations.len()
                    ),
                )
            });
        }
        match self.dictionary.stacks.get(row.stack as usize) {
            Some(stack) => Ok(stack),
            None if row.stack == 0 => Ok(&[]),
            None => Err(Error::structure(
                format!("sample, row {position}"),
                format!("index {} of a stack", row.stack),
                format!(
                    "one below {}, as many as the table has",
                    self.dictionary.stacks.len()
                ),
            )),
        }
    }
}

/// The profile that the sender put beside what was made of it.
fn of_payload(payload: &[u8], limits: &Limits) -> Result<Profile> {
    let (head, _) = sniff::head(unpack(Box::new(payload), limits)?.reader)?;
    if recognise(&head).is_some() {
        return Err(Error::structure(
            "original_payload",
            "OTLP profiles",
            "a profile in pprof's format",
        ));
    }
    Profile::read(payload, limits).map_err(|error| {
        Error::new(
            error.kind(),
            error.stage(),
            format!("original_payload, {}", error.place()),
            error.found(),
            error.expected(),
        )
    })
}

/// A profile on its way.
struct Building<'w, 'd, 'a> {
    whole: &'w Whole<'d, 'a>,
    maker: ProfileMaker,
    /// What became of the rows of the dictionary.
    mappings: Vec<Option<MappingIndex>>,
    functions: Vec<Option<FunctionIndex>>,
    locations: Vec<Option<LocationIndex>>,
    labels: HashMap<u32, Vec<MadeLabel>>,
    /// What labels may still take.
    budget: Budget,
    left_out: LeftOut,
}

/// What has no place in a profile.
#[derive(Default)]
struct LeftOut {
    links: u64,
    timed: u64,
    attributes: u64,
}

impl<'a> Building<'_, '_, 'a> {
    fn header(&mut self, profile: &ProfileMessage<'a>) -> Result<()> {
        let dictionary = self.whole.dictionary;
        self.maker
            .set_times(profile.time_nanos as i64, profile.duration_nanos as i64);
        let (type_, unit) = profile.period_type.unwrap_or_default();
        let (type_, unit) = (dictionary.text(type_), dictionary.text(unit));
        match (type_, unit, profile.period) {
            (b"", b"", 0) => {}
            (type_, unit, period) => self.maker.set_period(type_, unit, period),
        }
        if let Some(&(default, _)) = profile
            .default_sample_type
            .and_then(|at| profile.sample_types.get(at as usize))
        {
            self.maker.set_default_sample_type(dictionary.text(default));
        }
        for (key, value) in &self.whole.attributes {
            if let (b"pprof.scope.default_sample_type", Some(text)) = (*key, value.text()) {
                self.maker.set_default_sample_type(text);
            }
        }
        for &comment in &profile.comments {
            self.maker.add_comment(dictionary.text(comment));
        }
        self.profile_attributes(profile)
    }

    fn profile_attributes(&mut self, profile: &ProfileMessage<'a>) -> Result<()> {
        let (mut drop, mut keep) = (Vec::new(), Vec::new());
        for &attribute in &profile.attributes {
            let (key, value, _) = self.whole.dictionary.attribute_at(attribute)?;
            match (key, &value) {
                (b"pprof.profile.drop_frames", Value::Text(text)) => drop = text.to_vec(),
                (b"pprof.profile.keep_frames", Value::Text(text)) => keep = text.to_vec(),
                (b"pprof.profile.doc_url", Value::Text(text)) => self.maker.set_doc_url(text),
                (key, Value::Text(text)) if is_comment(key) => self.maker.add_comment(text),
                (key, Value::List(texts)) if is_comment(key) => {
                    let texts = texts.iter().filter_map(Value::text);
                    texts.for_each(|text| self.maker.add_comment(text));
                }
                _ => {}
            }
        }
        self.maker.set_frame_patterns(&drop, &keep);
        Ok(())
    }

    fn tables(&mut self, used: &Used) -> Result<()> {
        let dictionary = self.whole.dictionary;
        for (at, row) in dictionary.mappings.iter().enumerate() {
            let is_used = at > 0 && used.mappings.get(at) == Some(&true);
            let made = is_used.then(|| self.mapping(row)).transpose()?;
            self.mappings.push(made);
        }
        for (at, row) in dictionary.functions.iter().enumerate() {
            let function = (used.functions.get(at) == Some(&true)).then(|| Function {
                name: self.text(row.name),
                system_name: self.text(row.system_name),
                filename: self.text(row.filename),
                start_line: row.start_line,
            });
            let made = function.map(|function| self.maker.add_function(function));
            self.functions.push(made);
        }
        for (at, row) in dictionary.locations.iter().enumerate() {
            let is_used = used.locations.get(at) == Some(&true);
            let made = is_used.then(|| self.location(row)).transpose()?;
            self.locations.push(made);
        }
        Ok(())
    }

    fn text(&mut self, index: u32) -> StringIndex {
        self.maker.text(self.whole.dictionary.text(index))
    }

    fn mapping(&mut self, row: &MappingRow) -> Result<MappingIndex> {
        let dictionary = self.whole.dictionary;
        let mut mapping = Mapping {
            start: row.start,
            limit: row.limit,
            offset: row.offset,
            file: self.text(row.file),
            build_id: StringIndex::EMPTY,
            symbols: row.symbols,
        };
        let mut rank = 0;
        for &attribute in dictionary.of_mapping(row) {
            let (key, value, _) = dictionary.attribute_at(attribute)?;
            match (key, &value) {
                (b"pprof.mapping.has_functions", Value::Bool(is_so)) => {
                    mapping.symbols.functions = *is_so
                }
                (b"pprof.mapping.has_filenames", Value::Bool(is_so)) => {
                    mapping.symbols.filenames = *is_so
                }
                (b"pprof.mapping.has_line_numbers", Value::Bool(is_so)) => {
                    mapping.symbols.line_numbers = *is_so
                }
                (b"pprof.mapping.has_inline_frames", Value::Bool(is_so)) => {
                    mapping.symbols.inline_frames = *is_so
                }
                (key, Value::Text(id)) if !id.is_empty() && build_id_rank(key) > rank => {
                    rank = build_id_rank(key);
                    mapping.build_id = self.maker.text(id);
                }
                _ => {}
            }
        }
        Ok(self.maker.add_mapping(mapping))
    }

    fn location(&mut self, row: &LocationRow) -> Result<LocationIndex> {
        let dictionary = self.whole.dictionary;
        let mut is_folded = row.is_folded;
        for &attribute in dictionary.of_location(row) {
            let (key, value, _) = dictionary.attribute_at(attribute)?;
            is_folded |= key == b"pprof.location.is_folded" && value == Value::Bool(true);
        }
        let mapping = self.mappings.get(row.mapping as usize).copied().flatten();
        let mut lines = Vec::new();
        for line in dictionary.lines_of(row) {
            let known = self
                .functions
                .get(line.function as usize)
                .copied()
                .flatten();
            // Without a table, index 0 is a function of which nothing is known.
            let function =
                known.unwrap_or_else(|| self.maker.add_function(Function::new(StringIndex::EMPTY)));
            lines.push(Line {
                function,
                line: line.line,
                column: line.column,
            });
        }
        Ok(self
            .maker
            .add_location(mapping, row.address, &lines, is_folded))
    }

    fn samples(&mut self, group: &Group<'a>, types: usize) -> Result<()> {
        let Some(profile) = group.profiles.first() else {
            return Ok(());
        };
        let mut together = Together::new(group, self.whole.layout);
        let (mut row, mut values) = (SampleRow::default(), Vec::new());
        let (mut stack, mut labels) = (Vec::new(), Vec::new());
        let mut position = 0;
        while together.next(types, &mut row, &mut values)? {
            self.stack(profile, &row, position, &mut stack)?;
            self.sample_labels(&row, position, &mut labels)?;
            self.left_out.links += u64::from(row.link != 0);
            self.left_out.timed += u64::from(row.times > 0);
            self.maker.add_sample(&stack, &values, &labels);
            position += 1;
        }
        Ok(())
    }

    fn stack(
        &self,
        profile: &ProfileMessage<'a>,
        row: &SampleRow,
        position: u64,
        into: &mut Vec<LocationIndex>,
    ) -> Result<()> {
        let stack = self.whole.stack(profile, row, position)?;
        into.clear();
        for &location in stack.iter().rev() {
            let made = self.locations.get(location as usize).copied().flatten();
            into.push(made.ok_or_else(|| {
                Error::structure(
                    format!("sample, row {position}"),
                    format!("index {location} of a location"),
                    "the index of a location in the table",
                )
            })?);
        }
        Ok(())
    }

    fn sample_labels(
        &mut self,
        row: &SampleRow,
        position: u64,
        into: &mut Vec<MadeLabel>,
    ) -> Result<()> {
        into.clear();
        for &attribute in &row.attributes {
            let count = self.whole.dictionary.attributes.len();
            let at = usize::try_from(position).unwrap_or(usize::MAX);
            within("sample", at, "attribute", attribute, count)?;
            if !self.labels.contains_key(&attribute) {
                let made = self.labels_of(attribute)?;
                take(&mut self.budget, 64 + size_of_val(made.as_slice()))?;
                self.labels.insert(attribute, made);
            }
            into.extend(self.labels.get(&attribute).into_iter().flatten());
        }
        Ok(())
    }

    /// What an attribute is as labels: one for each value.
    fn labels_of(&mut self, attribute: u32) -> Result<Vec<MadeLabel>> {
        let (key, value, unit) = self.whole.dictionary.attribute_at(attribute)?;
        let (key, unit) = (self.maker.text(key), self.maker.text(unit));
        let values = match value {
            Value::List(values) => values,
            value => vec![value],
        };
        let mut labels = Vec::new();
        for value in values {
            match value {
                Value::Text(text) => labels.push(MadeLabel::Text(key, self.maker.text(&text))),
                Value::Number(number) => labels.push(MadeLabel::Number(key, number, unit)),
                Value::Bool(is_so) => {
                    let text = if is_so { &b"true"[..] } else { b"false" };
                    labels.push(MadeLabel::Text(key, self.maker.text(text)));
                }
                Value::Unset => {}
                Value::List(_) | Value::Named => self.left_out.attributes += 1,
            }
        }
        Ok(labels)
    }

    fn notes(&mut self, group: &Group<'_>) {
        let LeftOut {
            links,
            timed,
            attributes,
        } = self.left_out;
        let dropped: u64 = group
            .profiles
            .iter()
            .map(|profile| profile.dropped_attributes)
            .fold(0, u64::saturating_add);
        let samples = |count: u64, one: &'static str, many: &'static str| {
            format!("{} {}", counted(count, "sample"), agree(&count, one, many))
        };
        let said = [
            (
                links,
                samples(
                    links,
                    "names a span of a trace: it is left out",
                    "name spans of traces: they are left out",
                ),
            ),
            (
                timed,
                samples(
                    timed,
                    "has times of single events: they are added up",
                    "have times of single events: they are added up",
                ),
            ),
            (
                attributes,
                format!(
                    "{} of samples left out: labels have no lists in lists and no names in values",
                    counted(attributes, "value")
                ),
            ),
            (
                dropped,
                format!(
                    "the sender dropped {}: labels may be missing",
                    counted(dropped, "attribute")
                ),
            ),
        ];
        for (_, message) in said.into_iter().filter(|(count, _)| *count > 0) {
            self.maker.add_note(Note::new(NoteKind::LeftOut, message));
        }
    }
}

/// `pprof.profile.comment`, which is a list, or with a number for each where a converter wrote one.
fn is_comment(key: &[u8]) -> bool {
    let rest = key.strip_prefix(b"pprof.profile.comment");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"."))
}

/// Which build identifier is taken where there are several: that of the linker, as pprof has it.
fn build_id_rank(key: &[u8]) -> u8 {
    match key {
        b"process.executable.build_id.gnu" => 3,
        b"process.executable.build_id.go" => 2,
        b"process.executable.build_id.htlhash" => 1,
        _ => 0,
    }
}
