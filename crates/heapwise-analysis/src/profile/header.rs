//! What a profile says of itself: types, period, time, binary, comments.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use heapwise_decode::{Mapping, ProfileKind, Tables, base_name};

use super::calendar::Zone;
use super::{difference, outside, told};

use crate::error::{Error, ErrorKind, Result};

/// What a profile says of itself, in texts.
///
/// What profiles of one program have in common is apart, behind a pointer that they may share ([`Headers`](super::headers::Headers)), and is read as
/// if it were here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// When it was taken, in nanoseconds since 1970-01-01 UTC.
    pub time_nanos: Option<i64>,
    /// Where that time is told; UTC unless a caller says otherwise.
    pub zone: Zone,
    /// How long it was taken for, in nanoseconds.
    pub duration_nanos: Option<i64>,
    /// Free-form remarks.
    pub comments: Arc<[String]>,
    pub(super) program: Arc<ProgramHeader>,
}

/// What a profile says of itself that others of the same program say as well.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ProgramHeader {
    /// What the profile is about.
    pub kind: ProfileKind,
    /// What each value measures.
    pub sample_types: Vec<SampleType>,
    /// The value that a question is about when it names none.
    pub default_sample_index: Option<usize>,
    /// What the period counts.
    pub period_type: Option<SampleType>,
    /// Events between two samples: MemProfileRate, in bytes, for a Go heap profile.
    pub period: Option<i64>,
    /// Path of the main binary.
    pub binary: Option<String>,
    /// Build identifier of the main binary.
    pub build_id: Option<String>,
    /// A web address that documents the profile.
    pub doc_url: Option<String>,
    /// The layers of compression around it, outermost first: `gzip`, `zstd`.
    pub encoding: Vec<&'static str>,
    /// The format, in words, where it is none that Go or pprof write: OTLP profiles.
    pub format: Option<String>,
    /// What is to be known about the input beyond its values, such as a missing end: a word that
    /// scripts can rely on, and a sentence.
    pub notes: Vec<(&'static str, String)>,
}

impl Deref for Header {
    type Target = ProgramHeader;

    fn deref(&self) -> &ProgramHeader {
        &self.program
    }
}

/// What a value measures and in which unit, for example `inuse_space` in `bytes`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub struct SampleType {
    /// What is measured.
    pub type_: String,
    /// The unit.
    pub unit: String,
}

impl SampleType {
    /// A value of this name in this unit.
    pub fn new(type_: &str, unit: &str) -> Self {
        Self {
            type_: type_.to_owned(),
            unit: unit.to_owned(),
        }
    }

    fn pair(&self) -> (&str, &str) {
        (&self.type_, &self.unit)
    }
}

impl Header {
    /// Takes over what two profiles together are: the earlier time, both durations, the longer
    /// period, all remarks (profile/merge.go: combineHeaders).
    pub(crate) fn absorb(&mut self, other: &Header) {
        self.time_nanos = match (self.time_nanos, other.time_nanos) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, _) => mine,
        };
        let duration = self.duration_nanos.unwrap_or(0);
        let both = duration.saturating_add(other.duration_nanos.unwrap_or(0));
        self.duration_nanos = (both != 0).then_some(both);
        if other.period > self.period {
            self.program_mut().period = other.period;
        }
        let mut comments: Vec<&String> = self.comments.iter().collect();
        for comment in &*other.comments {
            if !comments.contains(&comment) {
                comments.push(comment);
            }
        }
        // One that others may share stays as long as there is nothing new.
        if comments.len() > self.comments.len() {
            self.comments = comments.into_iter().cloned().collect();
        }
    }

    /// Says in which layers of compression and in which format it was stored, where what was read is made of that.
    pub fn set_stored_form(&mut self, encoding: &[&'static str], format: Option<&str>) {
        let program = self.program_mut();
        program.encoding = encoding.to_vec();
        program.format = format.map(str::to_owned);
    }

    /// Whether this is the difference of two profiles: what became more or less, not how much there is. It has a duration
    /// (`?seconds=N`), or [a base was subtracted](Header::was_subtracted).
    pub fn is_difference(&self) -> bool {
        self.kind.is_difference(self.duration_nanos) || self.was_subtracted()
    }

    /// Whether a base was subtracted, by a remark of heapwise's or by pprof's mark of its samples (`-diff_base`). What
    /// pprof subtracts otherwise (`-base`) is told by negative values alone.
    pub fn was_subtracted(&self) -> bool {
        let mut notes = self.notes.iter();
        notes.any(|(code, _)| *code == difference::BASE_SUBTRACTED)
    }

    /// What others may share: a copy of its own where one does.
    pub(crate) fn program_mut(&mut self) -> &mut ProgramHeader {
        Arc::make_mut(&mut self.program)
    }

    /// When it was taken, as pprof prints it.
    pub fn time(&self) -> Option<String> {
        self.time_nanos.map(|nanos| self.zone.time(nanos))
    }

    /// The binary without its directories.
    pub fn binary_name(&self) -> Option<Cow<'_, str>> {
        let path = self.binary.as_ref()?;
        Some(String::from_utf8_lossy(base_name(path.as_bytes())))
    }

    /// Reads the header off complete tables.
    pub fn of(tables: &Tables) -> Header {
        let sample_type = |value_type: &heapwise_decode::ValueType| SampleType {
            type_: tables.text(value_type.type_).into_owned(),
            unit: tables.text(value_type.unit).into_owned(),
        };
        let main = tables.mappings().first();
        let text = |index| Some(tables.text(index).into_owned()).filter(|text| !text.is_empty());
        // No such profile has more, and a hostile one may have millions.
        let first = tables.sample_types().iter().take(5);
        let first: Vec<SampleType> = first.map(sample_type).collect();
        let first: Vec<(&str, &str)> = first.iter().map(SampleType::pair).collect();
        let period_type = tables.period_type().as_ref().map(sample_type);
        let default = tables.default_sample_type();
        let outside = outside::note(&first, period_type.as_ref().map(SampleType::pair), &default);
        let program = ProgramHeader {
            kind: ProfileKind::of(tables),
            sample_types: tables.sample_types().iter().map(sample_type).collect(),
            default_sample_index: tables.default_sample_index(),
            period_type,
            period: tables.period(),
            binary: main
                .map(|mapping| String::from_utf8_lossy(binary_file(tables, mapping)).into_owned())
                .filter(|file| !file.is_empty()),
            build_id: main.and_then(|mapping| text(mapping.build_id)),
            doc_url: Some(tables.doc_url().into_owned()).filter(|url| !url.is_empty()),
            format: tables.format().map(str::to_owned),
            encoding: tables.encoding().iter().map(|layer| layer.name()).collect(),
            notes: tables
                .notes()
                .iter()
                .map(|note| (note.kind().code(), note.to_string()))
                .chain(outside)
                .chain(difference::note(tables))
                .chain(tables.comments().filter_map(|text| told::note(&text)))
                .collect(),
        };
        Header {
            time_nanos: tables.time_nanos(),
            zone: Zone::default(),
            duration_nanos: tables.duration_nanos(),
            comments: tables.comments().map(|text| text.into_owned()).collect(),
            program: Arc::new(program),
        }
    }

    /// The position of the value a question is about: of `name`, which is a type or a number, or
    /// the default (profile/index.go: SampleIndexByName). Several types of one name cannot be asked for, and do not count.
    ///
    /// # Errors
    ///
    /// When the profile has no such type, with the types that it has.
    pub fn sample_index(&self, name: Option<&str>) -> Result<usize> {
        let places = self.single_types();
        let named = || places.iter().filter_map(|&at| self.sample_types.get(at));
        let error = || -> Error {
            ErrorKind::SampleIndex {
                asked: name.unwrap_or_default().to_owned(),
                types: named().map(|known| known.type_.clone()).collect(),
            }
            .into()
        };
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return self.default_sample_index.ok_or_else(error);
        };
        if let Ok(index) = name.parse::<usize>() {
            return places.get(index).copied().ok_or_else(error);
        }
        let short = name.strip_prefix("inuse_").unwrap_or(name);
        let found = named().position(|known| known.type_ == name || known.type_ == short);
        found
            .and_then(|at| places.get(at).copied())
            .ok_or_else(error)
    }

    /// The places of sample types that can be asked for: several of one name are left out, as if they were not there
    /// (profile/merge.go: CompatibilizeSampleTypes).
    pub(crate) fn single_types(&self) -> Vec<usize> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for known in &self.sample_types {
            *counts.entry(&known.type_).or_default() += 1;
        }
        let types = self.sample_types.iter().enumerate();
        let single = types.filter(|(_, known)| counts.get(&*known.type_) == Some(&1));
        single.map(|(at, _)| at).collect()
    }
}

/// The file of a mapping; empty where it is the address that the profile was fetched from rather
/// than a file (driver/fetch.go: unsourceMappings).
pub fn binary_file<'a>(tables: &'a Tables, mapping: &Mapping) -> &'a [u8] {
    match mapping.build_id.is_empty() && is_url(&tables.text(mapping.file)) {
        true => b"",
        false => tables.text_bytes(mapping.file),
    }
}

/// Whether Go takes a text for an absolute URL (net/url/url.go: Parse): not where it has a control character, or an escape
/// that is none.
fn is_url(file: &str) -> bool {
    let (url, fragment) = file.split_once('#').unwrap_or((file, ""));
    let Some((scheme, rest)) = url.split_once(':') else {
        return false;
    };
    let mut letters = scheme.chars();
    let is_scheme = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let path = rest.split('?').next().unwrap_or_default();
    // What does not start with a slash is not looked into.
    let is_path = !path.starts_with('/') || has_whole_escapes(path);
    is_scheme
        && is_path
        && has_whole_escapes(fragment)
        && !url.chars().any(|c| c.is_ascii_control())
}

/// Whether two hexadecimal digits are behind every percent sign.
fn has_whole_escapes(text: &str) -> bool {
    text.split('%').skip(1).all(|behind| {
        let digits = behind.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn what_go_takes_for_an_absolute_url_is_one() {
        for url in [
            "c:x",
            "http://h:1/p",
            "c:ppb%zz",
            "c:/ppb%41",
            "c:x#\u{1}z",
            "a+b.c-1:",
        ] {
            assert!(is_url(url), "{url:?}");
        }
        for file in [
            "/bin/x",
            "x",
            "1c:x",
            ":x",
            "c:x\0",
            "c:\u{7f}",
            "c:/ppb%zz",
            "c:/ppb%4",
            "c:x#%zz",
        ] {
            assert!(!is_url(file), "{file:?}");
        }
    }
}
