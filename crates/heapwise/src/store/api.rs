//! What both stores are asked, whichever it is, and the ranges they let one ask about.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use super::error::Refusal;
use super::range::Range;
use super::selector::Selector;
use super::source::{StoreKind, StoreSource};
use super::types::ProfileType;
use super::{parca, pyroscope};
use crate::fetch::{FetchError, FetchErrorKind, Fetcher, Question, Target};

/// More parts of a range are no question but a mistake.
const MOST_PARTS: usize = 1000;

/// How long a store that failed is left alone before it is asked once more.
const BREATH: Duration = Duration::from_millis(300);

/// A store that a source is of.
pub(super) struct Api<'a> {
    pub(super) source: &'a StoreSource,
    fetcher: &'a Fetcher,
    came: &'a dyn Fn(usize),
    /// Into which parts the range is divided, once that is known.
    parts: RefCell<Vec<Range>>,
    /// Whether the server has only what newer ones call deprecated.
    pub(super) is_old: Cell<bool>,
}

/// The profiles that there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Profiles {
    /// When each was taken: within the second before.
    pub(super) times: Vec<i64>,
    /// Series that they are of.
    pub(super) series: u64,
}

impl<'a> Api<'a> {
    pub(super) fn new(
        source: &'a StoreSource,
        fetcher: &'a Fetcher,
        came: &'a dyn Fn(usize),
    ) -> Api<'a> {
        Api {
            source,
            fetcher,
            came,
            parts: RefCell::new(vec![source.range]),
            is_old: Cell::new(false),
        }
    }

    /// What a page of the API answers.
    pub(super) fn ask(&self, target: &Target, mut question: Question) -> Result<Vec<u8>, Refusal> {
        if let Some(tenant) = &self.source.tenant {
            question.headers.push(("X-Scope-OrgID", tenant.clone()));
        }
        let mut reply = self.fetcher.ask(target, &question, self.came)?;
        // Services within a store lose one another for a moment; asking changes nothing there.
        if matches!(reply.status, 500 | 502..=504) {
            std::thread::sleep(BREATH);
            reply = self.fetcher.ask(target, &question, self.came)?;
        }
        match reply.status {
            200 => Ok(reply.bytes),
            _ => Err(Refusal::of(&reply, target)),
        }
    }

    /// Asks about the whole range, in as few parts as the store lets one: what it refuses for its length is divided by
    /// the limit that it tells.
    pub(super) fn over<T>(
        &self,
        ask: impl Fn(Range) -> Result<T, Refusal>,
    ) -> anyhow::Result<Vec<T>> {
        loop {
            let parts = self.parts.borrow().clone();
            let answers = parts.iter().map(|&part| match ask(part) {
                Err(Refusal::Nothing) => Ok(None),
                answer => answer.map(Some),
            });
            let answers: Result<Vec<Option<T>>, Refusal> = answers.collect();
            match answers {
                Ok(answers) => return Ok(answers.into_iter().flatten().collect()),
                Err(Refusal::TooLong { limit, error }) => self.divide(&parts, limit, error)?,
                Err(refusal) => return Err(refusal.into_error(&self.target())),
            }
        }
    }

    fn divide(&self, parts: &[Range], limit: i64, error: anyhow::Error) -> anyhow::Result<()> {
        let longest = parts.iter().map(|part| part.length()).max().unwrap_or(0);
        // Whole seconds, as ranges have them.
        let most = limit / 1000 * 1000;
        match self
            .source
            .range
            .parts(most, MOST_PARTS)
            .filter(|_| most <= longest)
        {
            Some(parts) => {
                *self.parts.borrow_mut() = parts;
                Ok(())
            }
            None => Err(error),
        }
    }

    /// How many questions the range takes.
    pub(super) fn part_count(&self) -> usize {
        self.parts.borrow().len()
    }

    /// What messages name.
    pub(super) fn target(&self) -> Target {
        self.source.page("")
    }

    /// An error about what was asked for.
    pub(super) fn error(&self, message: impl Into<String>) -> anyhow::Error {
        FetchError::new(FetchErrorKind::Refused, &self.target(), message).into()
    }

    /// The types that there are, each once.
    pub(super) fn types(&self) -> anyhow::Result<Vec<ProfileType>> {
        let ids = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::types(self, range),
            StoreKind::Parca => parca::types(self),
        })?;
        let ids = sorted(ids.into_iter().flatten());
        Ok(ids.iter().filter_map(|id| ProfileType::parse(id)).collect())
    }

    /// The sum of the profiles of a type, in pprof's encoding; one for each part of the range.
    pub(super) fn merged(&self, type_: &ProfileType) -> anyhow::Result<Vec<Vec<u8>>> {
        self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::merged(self, type_, range),
            StoreKind::Parca => parca::merged(self, type_, range),
        })
    }

    /// Which profiles of a type there are.
    pub(super) fn profiles(&self, type_: &ProfileType) -> anyhow::Result<Profiles> {
        let labels = match self.source.kind {
            StoreKind::Pyroscope => self.labels()?,
            StoreKind::Parca => Vec::new(),
        };
        let parts = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::profiles(self, type_, &labels, range),
            StoreKind::Parca => parca::profiles(self, type_, range),
        })?;
        let mut all = Profiles::default();
        for part in parts {
            all.times.extend(part.times);
            all.series = all.series.max(part.series);
        }
        Ok(all)
    }

    /// The labels that series have, but for those that are the store's own.
    pub(super) fn labels(&self) -> anyhow::Result<Vec<String>> {
        let names = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::labels(self, range),
            StoreKind::Parca => parca::labels(self, range),
        })?;
        let names = names.into_iter().flatten();
        Ok(sorted(names.filter(|name| !name.starts_with("__"))))
    }

    /// The values that a label has among the selected series.
    pub(super) fn values(&self, label: &str) -> anyhow::Result<Vec<String>> {
        let values = self.over(|range| match self.source.kind {
            StoreKind::Pyroscope => pyroscope::values(self, label, range),
            StoreKind::Parca => parca::values(self, label, range),
        })?;
        Ok(sorted(values.into_iter().flatten()))
    }

    /// Reads an answer in JSON.
    pub(super) fn read<T: serde::de::DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Refusal> {
        serde_json::from_slice(bytes).map_err(|error| {
            let name = self.source.kind.name();
            Refusal::Other(self.error(format!("found no answer of {name}'s API: {error}")))
        })
    }

    pub(super) fn selector(&self) -> &Selector {
        &self.source.selector
    }
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    texts
}
