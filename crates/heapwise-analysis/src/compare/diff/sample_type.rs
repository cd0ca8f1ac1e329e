//! Which value two sides are compared by.

use crate::error::{ErrorKind, Result};
use crate::profile::header::{Header, SampleType};

/// The place, in each profile, of the value that all of them are compared by.
///
/// It is the value asked for. Where none is, it is the default of the profiles; where their
/// defaults differ, of those that all profiles have it is the first by name (so `alloc_space`
/// before `inuse_space`); where none has them all, it is the first by name of all values that all
/// profiles have. No side is preferred: with the sides swapped it is the same.
///
/// `objects` and `space` are what the text form of a heap calls `inuse_objects` and `inuse_space`
/// where nothing was freed yet (profile/legacy_profile.go: parseHeapHeader).
///
/// # Errors
///
/// When the profiles have no such value, with the place of the one that lacks it.
pub fn common_sample_index(headers: &[&Header], asked: Option<&str>) -> Result<Vec<usize>> {
    match asked.filter(|name| !name.is_empty()) {
        Some(name) => asked_index(headers, name),
        None => default_index(headers).ok_or_else(|| ErrorKind::NoCommonSampleType.into()),
    }
}

/// The name that a value has in most profiles, and its unit.
pub(super) fn common_name(sample_type: &SampleType) -> (&str, &str) {
    (spelled_alike(&sample_type.type_), &sample_type.unit)
}

fn spelled_alike(name: &str) -> &str {
    match name {
        "objects" => "inuse_objects",
        "space" => "inuse_space",
        other => other,
    }
}

/// What to call a value that the sides may call differently.
pub(super) fn shown_type(before: Option<&SampleType>, after: Option<&SampleType>) -> SampleType {
    let of = |(type_, unit)| SampleType::new(type_, unit);
    match (before, after) {
        (Some(old), Some(new)) if old != new => of(common_name(new)),
        (_, Some(new)) => new.clone(),
        (Some(old), None) => old.clone(),
        (None, None) => of(("", "")),
    }
}

fn position(header: &Header, wanted: (&str, &str)) -> Option<usize> {
    let types = &header.sample_types;
    types.iter().position(|known| common_name(known) == wanted)
}

fn asked_index(headers: &[&Header], name: &str) -> Result<Vec<usize>> {
    let mut found = Vec::with_capacity(headers.len());
    let mut first: Option<(&str, &str)> = None;
    for (at, header) in headers.iter().enumerate() {
        let own = header.sample_index(Some(name)).ok().or_else(|| {
            let types = &header.sample_types;
            types
                .iter()
                .position(|known| common_name(known).0 == spelled_alike(name))
        });
        let own = own
            .or_else(|| first.and_then(|first| position(header, first)))
            .ok_or(ErrorKind::LacksSampleType { at })?;
        let known = header.sample_types.get(own);
        let known = known.map(common_name);
        if first.is_some() && first != known {
            return Err(ErrorKind::AmbiguousSampleType { at }.into());
        }
        first = known;
        found.push(own);
    }
    Ok(found)
}

fn default_index(headers: &[&Header]) -> Option<Vec<usize>> {
    let in_all = |wanted: &(&str, &str)| -> Option<Vec<usize>> {
        let places = headers.iter().map(|header| position(header, *wanted));
        places.collect()
    };
    let mut defaults: Vec<(&str, &str)> = headers.iter().filter_map(|h| default_name(h)).collect();
    defaults.sort_unstable();
    if let Some(found) = defaults.iter().find_map(in_all) {
        return Some(found);
    }
    let mut all: Vec<(&str, &str)> = headers
        .first()?
        .sample_types
        .iter()
        .map(common_name)
        .collect();
    all.sort_unstable();
    all.iter().find_map(in_all)
}

/// The value that a profile is about when nothing is asked for.
pub(super) fn default_name(header: &Header) -> Option<(&str, &str)> {
    let at = header.default_sample_index?;
    header.sample_types.get(at).map(common_name)
}
