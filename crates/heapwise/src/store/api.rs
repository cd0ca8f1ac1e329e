//! How a store is asked, whichever it is: as whom, over which parts of a range, and how often.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;

use super::error::Refusal;
use super::labels::Labels;
use super::range::Range;
use super::selector::Selector;
use super::source::StoreSource;
use crate::fetch::{FetchError, FetchErrorKind, Fetcher, Question, Reply, Target};

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
    /// Whether the server is asked the second way that there is, as it does not know the first.
    pub(super) is_second_way: Cell<bool>,
}

/// The profiles that there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Profiles {
    /// When each was taken: within the second before.
    pub(super) times: Vec<i64>,
    /// Series that they are of.
    pub(super) series: u64,
    /// The labels of these with their values, where they are asked for.
    pub(super) labels: BTreeSet<(String, String)>,
}

impl Profiles {
    /// Those of some series, by the labels of each.
    pub(super) fn of(times: Vec<i64>, series: impl ExactSizeIterator<Item = Labels>) -> Profiles {
        let count = series.len() as u64;
        let labels = series.flat_map(|series| series.labels);
        Profiles {
            times,
            series: count,
            labels: labels.map(|label| (label.name, label.value)).collect(),
        }
    }
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
            is_second_way: Cell::new(false),
        }
    }

    /// The same server, asked for another part of the source in the way that it knows.
    pub(super) fn of<'b>(&'b self, source: &'b StoreSource) -> Api<'b> {
        Api {
            is_second_way: self.is_second_way.clone(),
            ..Api::new(source, self.fetcher, self.came)
        }
    }

    /// What a page of the API answers.
    pub(super) fn ask(&self, target: &Target, question: Question) -> Result<Reply, Refusal> {
        let reply = self.reply(target, question)?;
        match reply.status {
            200 => Ok(reply),
            _ => Err(Refusal::of(&reply, target)),
        }
    }

    /// What a page of the API replies, whatever its status.
    pub(super) fn reply(&self, target: &Target, mut question: Question) -> Result<Reply, Refusal> {
        if let Some(tenant) = &self.source.tenant {
            question.headers.push(("X-Scope-OrgID", tenant.clone()));
        }
        let mut reply = self.fetcher.ask(target, &question, self.came)?;
        // Services within a store lose one another for a moment; asking changes nothing there.
        if matches!(reply.status, 500 | 502..=504) {
            std::thread::sleep(BREATH);
            reply = self.fetcher.ask(target, &question, self.came)?;
        }
        Ok(reply)
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
