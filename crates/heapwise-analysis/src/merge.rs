//! Adding profiles up and subtracting one from another, sample by sample, as pprof does
//! (profile/merge.go).

use std::collections::HashMap;

use heapwise_decode::{
    Error, Function, FunctionIndex, LabelValue, Limits, Line, LocationIndex, MadeLabel, Mapping,
    MappingIndex, Profile, ProfileMaker, Sample, StringIndex, Tables,
};

use crate::rank::BASE_LABEL;

/// How the samples of a base count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseMode {
    /// Subtracted, and marked so that totals and percentages are of the base (`-diff_base`).
    DiffBase,
    /// Subtracted from the samples that are the same (`-base`).
    Base,
}

/// Adds profiles up: samples that agree in stack and labels become one. Sample types that not all
/// profiles have are left out.
///
/// # Errors
///
/// Profiles without a common sample type or with different period types, and results beyond
/// the limits.
pub fn merge(profiles: &[&Profile], limits: &Limits) -> Result<Profile, Error> {
    let parts: Vec<Part<'_>> = profiles
        .iter()
        .map(|&profile| Part {
            profile,
            sign: 1,
            is_marked: false,
        })
        .collect();
    combine(&parts, limits)
}

/// Subtracts a base.
///
/// # Errors
///
/// As [`merge`].
pub fn subtract(
    source: &Profile,
    base: &Profile,
    mode: BaseMode,
    limits: &Limits,
) -> Result<Profile, Error> {
    let parts = [
        Part {
            profile: source,
            sign: 1,
            is_marked: false,
        },
        Part {
            profile: base,
            sign: -1,
            is_marked: mode == BaseMode::DiffBase,
        },
    ];
    combine(&parts, limits)
}

/// A profile that goes into a sum.
struct Part<'a> {
    profile: &'a Profile,
    sign: i64,
    /// Whether its samples get the label of a base.
    is_marked: bool,
}

fn combine(parts: &[Part<'_>], limits: &Limits) -> Result<Profile, Error> {
    let types = common_types(parts)?;
    check_periods(parts)?;
    let mut merger = Merger::new(parts, &types, limits);
    for (part, columns) in parts.iter().zip(&types.columns) {
        merger.add(part, columns);
    }
    merger.finish(parts, limits)
}

/// The sample types that all profiles have, and where each profile keeps them.
struct CommonTypes {
    types: Vec<(Vec<u8>, Vec<u8>)>,
    columns: Vec<Vec<usize>>,
}

fn common_types(parts: &[Part<'_>]) -> Result<CommonTypes, Error> {
    let names: Vec<Vec<(Vec<u8>, Vec<u8>)>> = parts
        .iter()
        .map(|part| {
            let tables = part.profile.tables();
            let types = tables.sample_types().iter();
            types
                .map(|value_type| {
                    let type_ = tables.text_bytes(value_type.type_).to_vec();
                    (type_, tables.text_bytes(value_type.unit).to_vec())
                })
                .collect()
        })
        .collect();
    let find = |types: &[(Vec<u8>, Vec<u8>)], wanted: &[u8]| {
        types.iter().position(|(type_, _)| type_ == wanted)
    };
    let first = names.first().cloned().unwrap_or_default();
    let types: Vec<_> = first
        .into_iter()
        .filter(|(type_, _)| names.iter().all(|other| find(other, type_).is_some()))
        .collect();
    let columns: Vec<Vec<usize>> = names
        .iter()
        .map(|other| {
            types
                .iter()
                .filter_map(|(type_, _)| find(other, type_))
                .collect()
        })
        .collect();
    let same_units = names.iter().zip(&columns).all(|(other, columns)| {
        let units = columns
            .iter()
            .filter_map(|&at| other.get(at))
            .map(|(_, unit)| unit);
        units.eq(types.iter().map(|(_, unit)| unit))
    });
    if types.is_empty() || !same_units {
        let lists: Vec<String> = names.iter().map(|types| describe(types)).collect();
        return Err(Error::incompatible(
            "sample types",
            lists.join(" and "),
            "sample types in common, in the same units",
        ));
    }
    Ok(CommonTypes { types, columns })
}

fn describe(types: &[(Vec<u8>, Vec<u8>)]) -> String {
    let all: Vec<String> = types
        .iter()
        .map(|(type_, unit)| {
            let (type_, unit) = (
                String::from_utf8_lossy(type_),
                String::from_utf8_lossy(unit),
            );
            format!("{type_}/{unit}")
        })
        .collect();
    format!("[{}]", all.join(" "))
}

fn check_periods(parts: &[Part<'_>]) -> Result<(), Error> {
    let mut periods = parts.iter().map(|part| period_type(part.profile.tables()));
    let Some(first) = periods.next() else {
        return Ok(());
    };
    match periods.find(|other| *other != first) {
        None => Ok(()),
        Some(other) => Err(Error::incompatible(
            "period type",
            format!("{} and {}", describe(&[first]), describe(&[other])),
            "one period type",
        )),
    }
}

fn period_type(tables: &Tables) -> (Vec<u8>, Vec<u8>) {
    let period_type = tables.period_type().unwrap_or_default();
    (
        tables.text_bytes(period_type.type_).to_vec(),
        tables.text_bytes(period_type.unit).to_vec(),
    )
}

/// What a sample is known by: its stack and its labels in the sum's own numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SampleKey {
    stack: Box<[LocationIndex]>,
    labels: Box<[(StringIndex, LabelKey)]>,
}

/// The value of a label, ordered as pprof groups labels: texts, then numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum LabelKey {
    Text(StringIndex),
    Number(i64, StringIndex),
}

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

struct Merger {
    maker: ProfileMaker,
    mappings: HashMap<MappingKey, MappingIndex>,
    functions: HashMap<Function, FunctionIndex>,
    locations: HashMap<LocationKey, LocationIndex>,
    samples: HashMap<SampleKey, usize>,
    order: Vec<SampleKey>,
    values: Vec<i64>,
    width: usize,
    base_label: (StringIndex, LabelKey),
}

impl Merger {
    fn new(parts: &[Part<'_>], types: &CommonTypes, limits: &Limits) -> Self {
        let names = types.types.iter();
        let names = names.map(|(type_, unit)| (type_.as_slice(), unit.as_slice()));
        let mut maker = ProfileMaker::new(limits, names);
        set_header(&mut maker, parts, types);
        let key = maker.text(BASE_LABEL.as_bytes());
        let value = maker.text(b"true");
        Self {
            maker,
            mappings: HashMap::new(),
            functions: HashMap::new(),
            locations: HashMap::new(),
            samples: HashMap::new(),
            order: Vec::new(),
            values: Vec::new(),
            width: types.types.len(),
            base_label: (key, LabelKey::Text(value)),
        }
    }

    fn add(&mut self, part: &Part<'_>, columns: &[usize]) {
        let tables = part.profile.tables();
        let mut translation = Translation::default();
        if self.mappings.is_empty() && !tables.mappings().is_empty() {
            self.mapping(tables, 0, &mut translation);
        }
        for sample in part.profile.samples() {
            let values: Vec<i64> = columns
                .iter()
                .map(|&at| sample.values().get(at).copied().unwrap_or(0))
                .map(|value| value.saturating_mul(part.sign))
                .collect();
            if values.iter().all(|&value| value == 0) {
                continue;
            }
            let key = self.sample_key(part, tables, &sample, &mut translation);
            self.add_values(key, &values);
        }
    }

    fn add_values(&mut self, key: SampleKey, values: &[i64]) {
        let next = self.order.len();
        let at = *self.samples.entry(key.clone()).or_insert(next);
        if at == next {
            self.order.push(key);
            self.values.extend_from_slice(values);
            return;
        }
        let sums = self.values.iter_mut().skip(at * self.width);
        for (sum, &value) in sums.zip(values) {
            *sum = sum.saturating_add(value);
        }
    }

    fn sample_key(
        &mut self,
        part: &Part<'_>,
        tables: &Tables,
        sample: &Sample<'_>,
        translation: &mut Translation,
    ) -> SampleKey {
        // Leaf first, so that locations get the numbers that they get in pprof.
        let stack = sample.stack().iter().rev();
        let mut stack: Box<[LocationIndex]> = stack
            .map(|&location| self.location(tables, location, translation))
            .collect();
        stack.reverse();
        let mut labels: Vec<(StringIndex, LabelKey)> = Vec::new();
        for label in sample.labels().iter() {
            let key = self.text(tables, label.key);
            if part.is_marked && key == self.base_label.0 {
                continue;
            }
            let value = match label.value {
                LabelValue::Text(text) => LabelKey::Text(self.text(tables, text)),
                LabelValue::Number { value, unit } => {
                    LabelKey::Number(value, self.text(tables, unit))
                }
            };
            labels.push((key, value));
        }
        if part.is_marked {
            labels.push(self.base_label);
        }
        // Labels are grouped by key; the order of values under one key tells samples apart.
        labels.sort_by_key(|&(key, value)| (matches!(value, LabelKey::Number(..)), key));
        SampleKey {
            stack,
            labels: labels.into(),
        }
    }

    fn text(&mut self, tables: &Tables, index: StringIndex) -> StringIndex {
        self.maker.text(tables.text_bytes(index))
    }

    fn location(
        &mut self,
        tables: &Tables,
        at: LocationIndex,
        translation: &mut Translation,
    ) -> LocationIndex {
        if let Some(&known) = translation.locations.get(&at) {
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
            .map(|line| Line {
                function: self.function(tables, line.function, translation),
                ..*line
            })
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
        translation.locations.insert(at, found);
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
        let function = Function {
            name: self.text(tables, function.name),
            system_name: self.text(tables, function.system_name),
            filename: self.text(tables, function.filename),
            start_line: function.start_line,
        };
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
        let source = tables.mappings().get(at).copied().unwrap_or(NO_MAPPING);
        let mapping = Mapping {
            file: self.text(tables, source.file),
            build_id: self.text(tables, source.build_id),
            ..source
        };
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

    /// Adds the samples that are left; when some have become zero, everything that only they named
    /// goes as well.
    fn finish(mut self, parts: &[Part<'_>], limits: &Limits) -> Result<Profile, Error> {
        let mut has_zero = false;
        let order = std::mem::take(&mut self.order);
        for (at, key) in order.iter().enumerate() {
            let start = at * self.width;
            let values = self
                .values
                .get(start..start + self.width)
                .unwrap_or_default();
            has_zero |= values.iter().all(|&value| value == 0);
            let labels: Vec<MadeLabel> = key
                .labels
                .iter()
                .map(|&(name, value)| match value {
                    LabelKey::Text(text) => MadeLabel::Text(name, text),
                    LabelKey::Number(number, unit) => MadeLabel::Number(name, number, unit),
                })
                .collect();
            self.maker.add_sample(&key.stack, values, &labels);
        }
        let merged = self.maker.finish()?;
        if has_zero && !parts.is_empty() {
            return merge(&[&merged], limits);
        }
        Ok(merged)
    }
}

const NO_MAPPING: Mapping = Mapping {
    start: 0,
    limit: 0,
    offset: 0,
    file: StringIndex::EMPTY,
    build_id: StringIndex::EMPTY,
    symbols: heapwise_decode::SymbolFlags {
        functions: false,
        filenames: false,
        line_numbers: false,
        inline_frames: false,
    },
};

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
        .map(|(at, line)| Line {
            column: if at == last { line.column } else { 0 },
            ..*line
        })
        .collect()
}

/// From one profile's numbers to the sum's.
#[derive(Default)]
struct Translation {
    mappings: HashMap<usize, (MappingIndex, u64)>,
    functions: HashMap<FunctionIndex, FunctionIndex>,
    locations: HashMap<LocationIndex, LocationIndex>,
}

/// What profiles together say of themselves (profile/merge.go: combineHeaders).
fn set_header(maker: &mut ProfileMaker, parts: &[Part<'_>], types: &CommonTypes) {
    let all = || parts.iter().map(|part| part.profile.tables());
    let (mut time, mut duration, mut period) = (0, 0_i64, 0);
    for tables in all() {
        let own = tables.time_nanos().unwrap_or(0);
        if time == 0 || own < time {
            time = own;
        }
        duration = duration.saturating_add(tables.duration_nanos().unwrap_or(0));
        period = period.max(tables.period().unwrap_or(0));
    }
    maker.set_times(time, duration);
    let mut seen: Vec<String> = Vec::new();
    for comment in all().flat_map(|tables| tables.comments()) {
        if !seen.iter().any(|known| *known == comment) {
            maker.add_comment(comment.as_bytes());
            seen.push(comment.into_owned());
        }
    }
    if let Some(first) = all().next() {
        let (type_, unit) = period_type(first);
        maker.set_period(&type_, &unit, period);
        maker.set_frame_patterns(
            first.drop_frames().as_bytes(),
            first.keep_frames().as_bytes(),
        );
    }
    let all_types_kept = all().all(|tables| tables.sample_types().len() == types.types.len());
    let defaults: Vec<String> = all()
        .map(|tables| tables.default_sample_type().into_owned())
        .collect();
    if let Some(default) = default_type(&defaults, types, all_types_kept) {
        maker.set_default_sample_type(default.as_bytes());
    }
    if let Some(url) = all()
        .map(|tables| tables.doc_url())
        .find(|url| !url.is_empty())
    {
        maker.set_doc_url(url.as_bytes());
    }
}

/// The first default; where types were left out and it is among them, the first type
/// (profile/merge.go: compatibilizeSampleTypes).
fn default_type(defaults: &[String], types: &CommonTypes, all_kept: bool) -> Option<String> {
    let is_kept = |name: &String| {
        types
            .types
            .iter()
            .any(|(type_, _)| type_ == name.as_bytes())
    };
    let named = defaults.iter().find(|name| !name.is_empty());
    match named {
        Some(name) if all_kept || is_kept(name) => Some(name.clone()),
        None if all_kept => None,
        _ => types
            .types
            .first()
            .map(|(type_, _)| String::from_utf8_lossy(type_).into_owned()),
    }
}
