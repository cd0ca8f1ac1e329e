//! Which profile is meant of a file with several OTLP profiles: `FILE#2`, `FILE#service.name=checkout`.
//!
//! Profiles of several processes are never taken together unasked; those of one process and of the same types are a
//! series, or replicates, where a command takes several.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use heapwise_analysis::Header;
use heapwise_decode::{Limits, OtlpFile, OtlpProfile, counted, encode};

use crate::steady::SteadyFile;

/// A file and which of its profiles, where a name has both and is no file itself.
pub(crate) fn split(name: &str) -> Option<(&str, &str)> {
    if !name.contains('#') || Path::new(name).exists() {
        return None;
    }
    let mut places = name.match_indices('#').map(|(at, _)| at);
    places.find_map(|at| {
        let (file, which) = name.split_at_checked(at)?;
        let which = which.strip_prefix('#')?;
        (!which.is_empty() && Path::new(file).is_file()).then_some((file, which))
    })
}

/// Names of the profiles that a name stands for, one each; `None` where it stands for itself.
pub(crate) fn names(name: &str, limits: &Limits) -> anyhow::Result<Option<Vec<String>>> {
    let (path, which) = match split(name) {
        Some((path, which)) => (path, Some(which)),
        None if Path::new(name).is_file() => (name, None),
        None => return Ok(None),
    };
    let opened = OtlpFile::open(&SteadyFile::new(path.into()), limits);
    // What is wrong with a file is told by who reads it.
    let Ok(Some(file)) = opened else {
        return Ok(None);
    };
    let found = match which {
        Some(which) => matching(path, &file, which)?,
        None => (0..file.profiles().len()).collect(),
    };
    let are_one = are_of_one_process(&file, &found);
    if found.len() < 2 || (!are_one && which.is_none()) {
        return Ok(None);
    }
    if !are_one {
        bail!(
            "{name}: found {} of several processes or types, expected those of one: {}",
            counted(found.len(), "profile"),
            listed(&file, &found)
        );
    }
    let numbered = found.into_iter().map(|at| format!("{path}#{}", at + 1));
    Ok(Some(numbered.collect()))
}

fn are_of_one_process(file: &OtlpFile, found: &[usize]) -> bool {
    let profiles = || found.iter().filter_map(|&at| file.profiles().get(at));
    let key = |profile: &OtlpProfile| (profile.resource.clone(), profile.sample_types.clone());
    let first = profiles().next().map(key);
    profiles().all(|profile| Some(key(profile)) == first)
}

/// A profile of a file with several.
pub(crate) struct Part {
    /// In pprof's format.
    pub(crate) bytes: Vec<u8>,
    pub(crate) form: StoredForm,
}

/// How a profile is stored that is handed on in pprof's format.
#[derive(Debug, Clone)]
pub(crate) struct StoredForm {
    pub(crate) encoding: Vec<&'static str>,
    pub(crate) format: Option<String>,
}

/// Profiles of files, of which the last stays open: a series is of one.
pub(crate) struct Parts<'a> {
    limits: &'a Limits,
    open: Option<(String, Arc<OtlpFile>)>,
}

impl<'a> Parts<'a> {
    /// None open.
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, open: None }
    }

    /// The one profile of a file that is meant.
    pub(crate) fn one(&mut self, path: &str, which: &str) -> anyhow::Result<Part> {
        let file = self.file(path)?;
        let found = matching(path, &file, which)?;
        let [at] = found.as_slice() else {
            bail!(
                "{path}#{which}: found {}, expected one: {}",
                counted(found.len(), "profile"),
                listed(&file, &found)
            );
        };
        let profile = file.profile(*at, self.limits);
        let profile = profile.with_context(|| format!("{path}#{which}"))?;
        for note in profile.tables().notes() {
            crate::exit::tell(&format!("heapwise: {path}#{which}: {note}"))?;
        }
        let mut bytes = Vec::new();
        encode(&profile, &mut bytes)?;
        let header = Header::of(profile.tables());
        Ok(Part {
            bytes,
            form: StoredForm {
                encoding: header.encoding.clone(),
                format: header.format.clone(),
            },
        })
    }

    fn file(&mut self, path: &str) -> anyhow::Result<Arc<OtlpFile>> {
        if let Some((_, file)) = self.open.as_ref().filter(|(open, _)| open == path) {
            return Ok(file.clone());
        }
        let file = OtlpFile::open(&SteadyFile::new(path.into()), self.limits);
        let Some(file) = file.with_context(|| path.to_owned())? else {
            bail!(
                "{path}: found no OTLP profiles, expected some to choose from by what is behind #"
            );
        };
        let file = Arc::new(file);
        self.open = Some((path.to_owned(), file.clone()));
        Ok(file)
    }
}

/// The positions of the profiles that are meant: a number, or conditions with commas between them.
fn matching(path: &str, file: &OtlpFile, which: &str) -> anyhow::Result<Vec<usize>> {
    let count = file.profiles().len();
    let found: Vec<usize> = match which.parse::<usize>() {
        Ok(number) => number
            .checked_sub(1)
            .filter(|at| *at < count)
            .into_iter()
            .collect(),
        Err(_) => {
            let conditions = conditions(path, which)?;
            let profiles = file.profiles().iter().enumerate();
            let is_it = |profile: &OtlpProfile| {
                conditions
                    .iter()
                    .all(|(key, value)| holds(profile, key, value))
            };
            profiles
                .filter(|(_, profile)| is_it(profile))
                .map(|(at, _)| at)
                .collect()
        }
    };
    if found.is_empty() {
        let all: Vec<usize> = (0..count).collect();
        bail!(
            "{path}: found no profile {which}, expected one of {}",
            listed(file, &all)
        );
    }
    Ok(found)
}

fn conditions<'w>(path: &str, which: &'w str) -> anyhow::Result<Vec<(&'w str, &'w str)>> {
    let condition = |part: &'w str| {
        part.split_once('=').with_context(|| {
            format!("{path}: found {which:?} behind #, expected a number, or NAME=VALUE such as service.name=checkout")
        })
    };
    which.split(',').map(condition).collect()
}

fn holds(profile: &OtlpProfile, key: &str, value: &str) -> bool {
    match key {
        "type" => profile.sample_types.iter().any(|type_| type_ == value),
        "scope" => profile.scope == value,
        key => profile.attribute(key) == Some(value),
    }
}

fn listed(file: &OtlpFile, found: &[usize]) -> String {
    const MOST: usize = 8;
    let profiles = found
        .iter()
        .filter_map(|&at| Some((at, file.profiles().get(at)?)));
    let shown = profiles
        .take(MOST)
        .map(|(at, profile)| format!("{} {profile}", at + 1));
    let mut shown: Vec<String> = shown.collect();
    if found.len() > MOST {
        shown.push(format!("and {} more", found.len() - MOST));
    }
    shown.join("; ")
}
