//! Which profiles are one: a profile of several types became one profile for each type, with the same samples in the
//! same order, where a converter wrote OTLP (opentelemetry-collector-contrib: pkg/translator/pprof/pprof_to_profiles.go).

use super::dictionary::Dictionary;
use super::layout::Layout;
use super::profile::{ProfileMessage, SampleRow};
use crate::error::{Error, Result};
use crate::words::counted;

/// Profiles of one scope that are one.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// At least one; each has one type, or is alone.
    pub(super) profiles: Vec<ProfileMessage<'a>>,
}

/// No profile has more types.
const MOST: usize = 16;

/// The types of a Go heap profile in their order (runtime/pprof/protomem.go: writeHeapProto), and of others.
const KNOWN: [&[&[u8]]; 4] = [
    &[
        b"memory_space",
        b"alloc_objects",
        b"alloc_space",
        b"inuse_objects",
        b"inuse_space",
    ],
    &[
        b"alloc_objects",
        b"alloc_space",
        b"inuse_objects",
        b"inuse_space",
        b"memory_space",
    ],
    &[b"contentions", b"delay"],
    &[b"samples", b"cpu"],
];

/// Puts together the profiles of a scope that are one. Tells why those are apart that look as if they were.
pub(super) fn join<'a>(
    profiles: Vec<ProfileMessage<'a>>,
    layout: Layout,
    dictionary: &Dictionary<'a>,
) -> Result<(Vec<Group<'a>>, Vec<String>)> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut apart = Vec::new();
    for profile in profiles {
        let Some(group) = groups.last_mut() else {
            groups.push(Group {
                profiles: vec![profile],
            });
            continue;
        };
        let why = match group.looks_like_one(&profile) {
            false => Some(None),
            true => group.difference(&profile, layout)?.map(Some),
        };
        match why {
            None => group.profiles.push(profile),
            Some(why) => {
                let name = |profile: &ProfileMessage<'_>| name_of(profile, dictionary);
                if let (Some(why), Some(first)) = (why, group.profiles.first()) {
                    apart.push(format!(
                        "{} is not joined with {}: {why}",
                        name(&profile),
                        name(first)
                    ));
                }
                groups.push(Group {
                    profiles: vec![profile],
                });
            }
        }
    }
    for group in &mut groups {
        group.sort(dictionary);
    }
    Ok((groups, apart))
}

fn name_of(profile: &ProfileMessage<'_>, dictionary: &Dictionary<'_>) -> String {
    let first = profile.sample_types.first();
    let name = first.map_or(&b""[..], |&(type_, _)| dictionary.text(type_));
    String::from_utf8_lossy(name).into_owned()
}

impl<'a> Group<'a> {
    /// Whether a profile is of the same time, period and attributes, and has a type that is missing.
    fn looks_like_one(&self, other: &ProfileMessage<'a>) -> bool {
        let Some(first) = self.profiles.first() else {
            return false;
        };
        if let (Some(mine), Some(theirs)) = (first.pprof(), other.pprof()) {
            return mine == theirs;
        }
        let header = |profile: &ProfileMessage<'a>| {
            let mut attributes = profile.attributes.clone();
            attributes.sort_unstable();
            (
                (profile.time_nanos, profile.duration_nanos),
                (profile.period_type, profile.period),
                (attributes, profile.comments.clone()),
                profile.payload,
            )
        };
        let [type_] = other.sample_types.as_slice() else {
            return false;
        };
        if self.profiles.len() == MOST {
            return false;
        }
        let is_new = self
            .profiles
            .iter()
            .all(|profile| match profile.sample_types.as_slice() {
                [mine] => mine.0 != type_.0,
                _ => false,
            });
        is_new && header(first) == header(other)
    }

    /// In what the samples of a profile are others.
    fn difference(&self, other: &ProfileMessage<'a>, layout: Layout) -> Result<Option<String>> {
        let Some(first) = self.profiles.first() else {
            return Ok(None);
        };
        if first.pprof().is_some() {
            return Ok(None);
        }
        if first.samples != other.samples || first.locations != other.locations {
            let counts = [other.samples, first.samples].map(|count| counted(count, "sample"));
            return Ok(Some(format!("{} instead of {}", counts[0], counts[1])));
        }
        let (mut mine, mut theirs) = (SampleRow::default(), SampleRow::default());
        let (mut here, mut there) = (first.samples(layout), other.samples(layout));
        while here.next(&mut mine)? && there.next(&mut theirs)? {
            if !mine.is_of_same(&theirs) {
                return Ok(Some(format!(
                    "sample {} has another stack or other attributes",
                    here.position()
                )));
            }
            if theirs.times > 0 || mine.times > 0 {
                return Ok(Some("samples have times of single events".to_owned()));
            }
            if mine.values.len() != 1 || theirs.values.len() != 1 {
                return Ok(Some(format!(
                    "sample {} has not one value",
                    here.position()
                )));
            }
        }
        Ok(None)
    }

    /// Puts known types in the order that Go gives them.
    fn sort(&mut self, dictionary: &Dictionary<'_>) {
        let place = |profile: &ProfileMessage<'_>, known: &[&[u8]]| {
            let [(type_, _)] = profile.sample_types.as_slice() else {
                return None;
            };
            let text = dictionary.text(*type_);
            known.iter().position(|name| *name == text)
        };
        let is_all = |known: &&[&[u8]]| {
            self.profiles
                .iter()
                .all(|profile| place(profile, known).is_some())
        };
        let Some(known) = KNOWN
            .iter()
            .copied()
            .filter(|_| self.profiles.len() > 1)
            .find(|known| is_all(known))
        else {
            return;
        };
        self.profiles.sort_by_key(|profile| place(profile, known));
    }

    /// All types, in order.
    pub(super) fn sample_types(&self) -> impl Iterator<Item = (u32, u32)> {
        self.profiles
            .iter()
            .flat_map(|profile| profile.sample_types.iter().copied())
    }
}

/// The values of a sample of each of the profiles, which are the same samples.
pub(super) struct Together<'a> {
    each: Vec<super::profile::Samples<'a>>,
    row: SampleRow,
}

impl<'a> Together<'a> {
    pub(super) fn new(group: &Group<'a>, layout: Layout) -> Self {
        let each = group.profiles.iter().map(|profile| profile.samples(layout));
        Self {
            each: each.collect(),
            row: SampleRow::default(),
        }
    }

    /// Reads the next sample of each: what it names, by the first, and one value for each of `types` types.
    pub(super) fn next(
        &mut self,
        types: usize,
        first: &mut SampleRow,
        values: &mut Vec<i64>,
    ) -> Result<bool> {
        values.clear();
        let is_alone = self.each.len() == 1;
        for (at, samples) in self.each.iter_mut().enumerate() {
            let row = if at == 0 { &mut *first } else { &mut self.row };
            if !samples.next(row)? {
                return Ok(false);
            }
            let expected = if is_alone { types } else { 1 };
            add_values(row, expected, samples.position(), values)?;
        }
        Ok(true)
    }
}

/// One value for each type; of single events, their sum, and one for each time where they have no values
/// (profiles/v1development/profiles.proto: Sample).
fn add_values(row: &SampleRow, types: usize, position: u64, into: &mut Vec<i64>) -> Result<()> {
    let count = row.values.len();
    if row.times > 0 && types == 1 && count == row.times {
        let mut values = row.values.iter();
        let sum = values.try_fold(0_i64, |sum, &value| sum.checked_add(value));
        into.push(sum.ok_or_else(|| wrong_values(position, "values that add up beyond 64 bits"))?);
    } else if row.times > 0 && types == 1 && count == 0 {
        into.push(row.times as i64);
    } else if row.times == 0 && count == types {
        into.extend_from_slice(&row.values);
    } else {
        let found = format!(
            "{} for {} and {}",
            counted(count, "value"),
            counted(types, "type"),
            counted(row.times, "time")
        );
        return Err(wrong_values(position, found));
    }
    Ok(())
}

fn wrong_values(position: u64, found: impl Into<String>) -> Error {
    Error::structure(
        format!("sample, row {position}"),
        found,
        "a value for each type, or for each time",
    )
}
