//! Fetches sources: each is asked for its types, for every type of the profile that is meant, and for how many profiles a
//! sum is of, and becomes one profile that says all of this.

use std::time::SystemTime;

use anyhow::Context;
use heapwise_analysis::{JoinPart, Joined, SampleType, Zone, join};
use heapwise_decode::{Limits, Profile, counted, encode};

use super::api::{Api, Profiles};
use super::range::Range;
use super::source::{StoreKind, StoreSource};
use super::types::{Chosen, ProfileType};
use crate::fetch::{Fetcher, Page};

/// Sources that are fetched side by side: a store is no place to load.
const SIDE_BY_SIDE: usize = 4;

/// MemProfileRate where a program does not set it (runtime/mprof.go).
const USUAL_RATE: i64 = 512 * 1024;

/// Fetches sources, in their order.
pub(crate) fn fetch_all(
    sources: &[&StoreSource],
    fetcher: &Fetcher,
    limits: &Limits,
) -> anyhow::Result<Vec<Vec<u8>>> {
    let mut pages = Vec::with_capacity(sources.len());
    for some in sources.chunks(SIDE_BY_SIDE) {
        let fetched = std::thread::scope(|scope| {
            let fetch = |source| scope.spawn(move || fetch(source, fetcher, limits));
            let running: Vec<_> = some.iter().map(|source| fetch(*source)).collect();
            let done = running.into_iter().map(std::thread::ScopedJoinHandle::join);
            done.collect::<Vec<_>>()
        });
        for page in fetched {
            match page {
                Ok(page) => pages.push(page?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    }
    Ok(pages)
}

fn fetch(source: &StoreSource, fetcher: &Fetcher, limits: &Limits) -> anyhow::Result<Vec<u8>> {
    fetcher.count_store()?;
    let started = SystemTime::now();
    let progress = fetcher.progress(&source.page(""));
    let came = |bytes| progress.add(bytes);
    let api = Api::new(source, fetcher, &came);
    let answers = Answers::of(&api, limits)?;
    let profile = answers.joined(&api, limits)?;
    drop(progress);
    let mut bytes = Vec::new();
    encode(&profile, &mut bytes).with_context(|| source.shown.clone())?;
    let name = format!("/{}", answers.chosen.default);
    let page = Page {
        bytes,
        started,
        ended: SystemTime::now(),
    };
    fetcher.keep(&source.page(&name), &page)?;
    Ok(page.bytes)
}

/// What a store answered about one source.
struct Answers {
    chosen: Chosen,
    /// The types of which there are samples, each with what came of it.
    parts: Vec<(ProfileType, Vec<Profile>)>,
    /// How many profiles levels are of; none where there are no levels.
    profiles: Option<Profiles>,
}

impl Answers {
    fn of(api: &Api<'_>, limits: &Limits) -> anyhow::Result<Answers> {
        let source = api.source;
        let known = api.types()?;
        if known.is_empty() {
            return Err(api.error(format!("found no profiles at all {}", said(source.range))));
        }
        let chosen = api.chosen(&known)?;
        let mut parts = Vec::new();
        for type_ in &chosen.types {
            let mut profiles = Vec::new();
            let answers = api.merged(type_)?;
            // A store says with no bytes that it has nothing so old.
            for bytes in answers.into_iter().filter(|bytes| !bytes.is_empty()) {
                let profile = Profile::read(bytes.as_slice(), limits);
                let profile = profile.with_context(|| source.shown.clone())?;
                if profile.sample_count() > 0 {
                    profiles.push(profile);
                }
            }
            parts.push((type_.clone(), profiles));
        }
        let mut found = parts.iter().filter(|(_, profiles)| !profiles.is_empty());
        let Some((first, _)) = found.next() else {
            return Err(api.error(format!(
                "found no samples of {} {}, expected some: does the query name a series of that time?",
                api.selector(),
                said(source.range)
            )));
        };
        let profiles = profiles(api, &parts)?;
        if profiles
            .as_ref()
            .is_some_and(|known| known.times.is_empty())
        {
            return Err(api.error(format!(
                "found samples of {} but no number of profiles that they are the sum of, expected both",
                first.id
            )));
        }
        Ok(Answers {
            chosen,
            parts,
            profiles,
        })
    }

    fn joined(&self, api: &Api<'_>, limits: &Limits) -> anyhow::Result<Profile> {
        let count = self
            .profiles
            .as_ref()
            .map_or(1, |known| known.times.len() as u64);
        let mut joined = Joined::default();
        joined.sample_types = self
            .parts
            .iter()
            .map(|(type_, _)| {
                let divisor = if type_.is_level() { count } else { 1 };
                (
                    SampleType::new(&type_.sample_type, &type_.sample_unit),
                    divisor,
                )
            })
            .collect();
        joined.default_type = self.chosen.default.clone();
        joined.time_nanos = api.source.range.until.saturating_mul(1_000_000);
        if self.profiles.is_none() {
            joined.duration_nanos = api
                .source
                .range
                .length()
                .saturating_add(1)
                .saturating_mul(1_000_000);
        }
        joined.origin = self.origin(api);
        joined.notes = self.notes(api);
        joined.period = self.period(api.source, &mut joined.notes);
        let parts = self
            .parts
            .iter()
            .enumerate()
            .flat_map(|(column, (_, profiles))| {
                profiles.iter().map(move |profile| JoinPart {
                    profile,
                    value: 0,
                    column,
                })
            });
        let parts: Vec<JoinPart<'_>> = parts.collect();
        join(&parts, &joined, limits).with_context(|| api.source.shown.clone())
    }

    /// The rate: as the user says, as the answer does, or as programs usually have it.
    fn period(
        &self,
        source: &StoreSource,
        notes: &mut Vec<(&'static str, String)>,
    ) -> Option<(SampleType, i64)> {
        let (type_, _) = self.parts.first()?;
        let mut profiles = self.parts.iter().flat_map(|(_, profiles)| profiles);
        let told = profiles.find_map(|profile| profile.tables().period());
        let told = told.filter(|period| *period > 0);
        let is_heap = self.chosen.is_heap();
        let period = match source.rate.filter(|_| is_heap).or(told) {
            Some(period) => period,
            None if is_heap => {
                notes.push((
                    "period_assumed",
                    format!(
                        "the store does not tell MemProfileRate: {USUAL_RATE} is assumed, rate=BYTES in the URL tells another"
                    ),
                ));
                USUAL_RATE
            }
            None => return None,
        };
        Some((
            SampleType::new(&type_.period_type, &type_.period_unit),
            period,
        ))
    }

    /// What was asked for, for those who look at a file of it.
    fn origin(&self, api: &Api<'_>) -> String {
        let types = self.parts.iter().map(|(type_, _)| type_.id.as_str());
        let types: Vec<&str> = types.collect();
        let parts = match api.part_count() {
            1 => String::new(),
            parts => format!(", asked for in {parts} parts"),
        };
        format!(
            "{}: {} of {} {}{parts}",
            api.source.kind.name(),
            types.join(", "),
            api.selector(),
            said(api.source.range)
        )
    }

    fn notes(&self, api: &Api<'_>) -> Vec<(&'static str, String)> {
        let mut notes = Vec::new();
        let is_there = |type_: &ProfileType| {
            let mut parts = self.parts.iter();
            parts.any(|(known, profiles)| known == type_ && !profiles.is_empty())
        };
        let missing = self.chosen.types.iter().filter(|type_| !is_there(type_));
        let missing: Vec<&str> = missing.map(|type_| type_.id.as_str()).collect();
        if !missing.is_empty() {
            let message = format!(
                "found no samples of {}: 0 is shown, whether that is so or the store was not sent them",
                missing.join(" and ")
            );
            notes.push(("type_missing", message));
        }
        let profiles = self.profiles.as_ref().filter(|known| known.times.len() > 1);
        if let Some(profiles) = profiles {
            let mut types = self.parts.iter().map(|(type_, _)| type_);
            let name = api.source.kind.name();
            let sums = match types.find(|type_| !type_.is_level()) {
                // Parca keeps what it scrapes as it is, and names what are differences.
                Some(type_) if api.source.kind == StoreKind::Parca && !type_.is_delta() => {
                    ", what was allocated their sum, each since its process started"
                }
                Some(_) => ", what was allocated their sum",
                None => "",
            };
            notes.push((
                "mean_of_profiles",
                format!(
                    "{name} adds profiles up: what is in use is the mean of {} of {} series{sums}",
                    counted(profiles.times.len(), "profile"),
                    profiles.series.max(1)
                ),
            ));
        }
        if self.chosen.is_heap() {
            notes.push(("sampling_error_approximate", APPROXIMATE.to_owned()));
        }
        notes
    }
}

/// Of heaps, whose blocks of all sizes are added up by stack.
const APPROXIMATE: &str = "sampling errors are approximate, from the mean size of each stack's blocks: those of objects \
                           may be too small";

/// Of which profiles levels are the sum; `None` where there are no levels. Of a profile without anything in use the store
/// keeps what was allocated alone: those of which there are more are all.
fn profiles(
    api: &Api<'_>,
    parts: &[(ProfileType, Vec<Profile>)],
) -> anyhow::Result<Option<Profiles>> {
    if !parts.iter().any(|(type_, _)| type_.is_level()) {
        return Ok(None);
    }
    let first = |is_level: bool| {
        let mut found = parts.iter().filter(|(_, profiles)| !profiles.is_empty());
        found.find(|(type_, _)| type_.is_level() == is_level)
    };
    let mut most = Profiles::default();
    for (type_, _) in [first(true), first(false)].into_iter().flatten() {
        let found = api.profiles(type_)?;
        if found.times.len() > most.times.len() {
            most = found;
        }
    }
    Ok(Some(most))
}

/// A range in words.
pub(super) fn said(range: Range) -> String {
    let time = |millis: i64| Zone::default().rfc3339(millis.saturating_mul(1_000_000));
    format!("from {} until {}", time(range.from), time(range.until))
}
