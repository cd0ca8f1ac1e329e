//! An input with OTLP profiles: which there are, and each of them.

use super::build;
use super::dictionary::Dictionary;
use super::group::{Group, join};
use super::part::OtlpProfile;
use super::profile::ProfileMessage;
use super::requests::{self, Form, Request, recognise};
use super::room::take;
use crate::container::{Encoding, open};
use crate::error::{Error, ErrorKind, Result, Stage};
use crate::limits::Limits;
use crate::profile::Profile;
use crate::sniff;
use crate::source::Source;
use crate::tables::Budget;
use crate::wire::Fields;
use crate::words::counted;

/// An input with OTLP profiles, of which each can be had.
///
/// Profiles of one process at one time, one for each type with the same samples in the same order, are one profile:
/// what a converter made of a profile of several types.
#[derive(Debug)]
pub struct OtlpFile {
    form: Form,
    requests: Vec<Request>,
    profiles: Vec<OtlpProfile>,
    /// Where each of `profiles` is.
    places: Vec<Place>,
    /// Why profiles that look like one are apart.
    apart: Vec<String>,
    encoding: Vec<Encoding>,
}

/// A group of profiles, by position.
#[derive(Debug, Clone, Copy)]
struct Place {
    request: usize,
    /// Of the scope among all of the request.
    scope: usize,
    group: usize,
}

impl OtlpFile {
    /// Reads an input; `None` where it is something else.
    ///
    /// # Errors
    ///
    /// Where it breaks the rules of OTLP, or its layout cannot be told.
    pub fn open(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Option<OtlpFile>> {
        let (head, _) = sniff::head(open(source, limits)?.reader)?;
        recognise(&head)
            .map(|form| Self::read(form, source, limits))
            .transpose()
    }

    pub(super) fn read(
        form: Form,
        source: &(impl Source + ?Sized),
        limits: &Limits,
    ) -> Result<OtlpFile> {
        let (encoding, requests) = requests::read(form, source, limits)?;
        let mut file = OtlpFile {
            form,
            requests,
            profiles: Vec::new(),
            places: Vec::new(),
            apart: Vec::new(),
            encoding,
        };
        let mut kept = Budget::new(limits.max_table_bytes);
        for at in 0..file.requests.len() {
            file.list(at, &mut kept, limits)?;
        }
        Ok(file)
    }

    /// The profiles, in the order in which they were written.
    pub fn profiles(&self) -> &[OtlpProfile] {
        &self.profiles
    }

    /// Adds the profiles of a request.
    fn list(&mut self, at: usize, kept: &mut Budget, limits: &Limits) -> Result<()> {
        let Some(request) = self.requests.get(at) else {
            return Ok(());
        };
        let mut budget = Budget::new(limits.max_table_bytes);
        let dictionary = Dictionary::read(&request.bytes, request.layout, &mut budget)?;
        let (mut found, mut places, mut apart) = (Vec::new(), Vec::new(), Vec::new());
        for (scope, in_scope) in scopes(&request.bytes, &mut budget)?.into_iter().enumerate() {
            let read = in_scope.groups(request, &dictionary, &mut budget)?;
            apart.extend(read.1);
            for (group, profiles) in read.0.iter().enumerate() {
                let part = in_scope.part(profiles, &dictionary)?;
                take(kept, part.size())?;
                found.push(part);
                places.push(Place {
                    request: at,
                    scope,
                    group,
                });
            }
        }
        self.profiles.extend(found);
        self.places.extend(places);
        self.apart.extend(apart);
        Ok(())
    }

    /// Reads a profile by its position.
    ///
    /// # Errors
    ///
    /// Where a sample breaks the rules of OTLP, or there is no such profile.
    pub fn profile(&self, at: usize, limits: &Limits) -> Result<Profile> {
        let place = self
            .places
            .get(at)
            .ok_or_else(|| missing(at, self.places.len()))?;
        let request = self.requests.get(place.request);
        let request = request.ok_or_else(|| missing(at, self.places.len()))?;
        let mut budget = Budget::new(limits.max_table_bytes);
        let dictionary = Dictionary::read(&request.bytes, request.layout, &mut budget)?;
        let scopes = scopes(&request.bytes, &mut budget)?;
        let scope = scopes.get(place.scope);
        let scope = scope.ok_or_else(|| missing(at, self.places.len()))?;
        let (groups, _) = scope.groups(request, &dictionary, &mut budget)?;
        let group = groups.get(place.group);
        let group = group.ok_or_else(|| missing(at, self.places.len()))?;
        let is_only = self
            .places
            .iter()
            .filter(|other| other.request == place.request)
            .count()
            == 1;
        let whole = build::Whole {
            dictionary: &dictionary,
            layout: request.layout,
            attributes: dictionary.attributes_in(scope.scope, "InstrumentationScope", 3)?,
            is_only,
        };
        let mut profile = whole.profile(group, limits)?;
        let tables = profile.tables_mut();
        tables.encoding.splice(0..0, self.encoding.iter().copied());
        tables.format = Some(self.format(request, group));
        Ok(profile)
    }

    fn format(&self, request: &Request, group: &Group<'_>) -> String {
        let releases = request.layout.releases();
        let form = self.form.name();
        let joined = match group.profiles.len() {
            1 => String::new(),
            count => format!(", {count} profiles joined"),
        };
        format!(
            "OTLP profiles (development, as of opentelemetry-proto {releases}) in {form}{joined}"
        )
    }

    /// The refusal of what is more than one profile where one is asked for.
    pub(super) fn several(&self, profiles: &[OtlpProfile]) -> Error {
        const LISTED: usize = 8;
        let mut processes: Vec<&OtlpProfile> = Vec::new();
        for profile in profiles.iter().take(1000) {
            if !processes.iter().any(|known| known.is_of_same(profile)) {
                processes.push(profile);
            }
        }
        let listed = profiles.iter().take(LISTED).enumerate();
        let mut listed: Vec<String> = listed
            .map(|(at, profile)| format!("{} {profile}", at + 1))
            .collect();
        if profiles.len() > LISTED {
            listed.push(format!("and {} more", profiles.len() - LISTED));
        }
        let mut found = format!(
            "{} of {}: {}",
            counted(profiles.len() as u64, "profile"),
            match processes.len() {
                1 => "1 process".to_owned(),
                count => format!("{count} processes"),
            },
            listed.join("; ")
        );
        for why in self.apart.iter().take(LISTED) {
            found = format!("{found}; {why}");
        }
        Error::new(ErrorKind::Concatenated, Stage::Otlp, "the input", found, "one profile").with_advice(
            "name one of them as FILE#2, or FILE#service.name=NAME; growth reads all of a process as a series",
        )
    }
}

fn missing(at: usize, count: usize) -> Error {
    Error::structure(
        "resource profiles",
        format!("no profile {}", at + 1),
        format!("one of {count}"),
    )
}

/// A scope of a request: whose profiles it holds.
struct InScope<'a> {
    resource: (&'a [u8], u64),
    scope: (&'a [u8], u64),
    profiles: Vec<(&'a [u8], u64)>,
}

type Groups<'a> = (Vec<Group<'a>>, Vec<String>);

impl<'a> InScope<'a> {
    fn groups(
        &self,
        request: &Request,
        dictionary: &Dictionary<'a>,
        budget: &mut Budget,
    ) -> Result<Groups<'a>> {
        let mut profiles = Vec::new();
        for &message in &self.profiles {
            take(budget, size_of::<ProfileMessage<'_>>())?;
            profiles.push(ProfileMessage::read(
                message,
                request.layout,
                dictionary,
                budget,
            )?);
        }
        join(profiles, request.layout, dictionary)
    }

    fn part(&self, group: &Group<'_>, dictionary: &Dictionary<'_>) -> Result<OtlpProfile> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let resource = dictionary.attributes_in(self.resource, "Resource", 1)?;
        let mut scope = String::new();
        let mut fields = Fields::new(self.scope.0, self.scope.1, "InstrumentationScope");
        while let Some(field) = fields.next()? {
            if field.number == 1 {
                scope = text(fields.nested(&field)?.0);
            }
        }
        let first = group.profiles.first();
        Ok(OtlpProfile {
            resource: resource
                .iter()
                .map(|(key, value)| (text(key), value.shown()))
                .collect(),
            scope,
            time_nanos: first.map_or(0, |profile| profile.time_nanos as i64),
            sample_types: group
                .sample_types()
                .map(|(type_, _)| text(dictionary.text(type_)))
                .collect(),
            samples: first.map_or(0, |profile| profile.samples),
        })
    }
}

/// The scopes of a request, in order.
fn scopes<'a>(request: &'a [u8], budget: &mut Budget) -> Result<Vec<InScope<'a>>> {
    let mut scopes = Vec::new();
    let mut fields = Fields::new(request, 0, "ProfilesData");
    while let Some(field) = fields.next()? {
        if field.number == 1 {
            of_resource(fields.nested(&field)?, &mut scopes, budget)?;
        }
    }
    Ok(scopes)
}

fn of_resource<'a>(
    (bytes, base): (&'a [u8], u64),
    scopes: &mut Vec<InScope<'a>>,
    budget: &mut Budget,
) -> Result<()> {
    let first = scopes.len();
    let mut resource: (&[u8], u64) = (b"", base);
    let mut fields = Fields::new(bytes, base, "ResourceProfiles");
    while let Some(field) = fields.next()? {
        match field.number {
            1 => resource = fields.nested(&field)?,
            2 => {
                take(budget, size_of::<InScope<'_>>())?;
                scopes.push(in_scope(fields.nested(&field)?, budget)?);
            }
            _ => {}
        }
    }
    for scope in scopes.iter_mut().skip(first) {
        scope.resource = resource;
    }
    Ok(())
}

fn in_scope<'a>((bytes, base): (&'a [u8], u64), budget: &mut Budget) -> Result<InScope<'a>> {
    let mut found = InScope {
        resource: (b"", base),
        scope: (b"", base),
        profiles: Vec::new(),
    };
    let mut fields = Fields::new(bytes, base, "ScopeProfiles");
    while let Some(field) = fields.next()? {
        match field.number {
            1 => found.scope = fields.nested(&field)?,
            2 => {
                take(budget, size_of::<(&[u8], u64)>())?;
                found.profiles.push(fields.nested(&field)?);
            }
            _ => {}
        }
    }
    Ok(found)
}
