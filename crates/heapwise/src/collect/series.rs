//! Takes bundle after bundle, at each beat or when a condition becomes true, until enough are there.

use std::io;
use std::time::{Duration, Instant, SystemTime};

use heapwise_analysis::Zone;
use heapwise_report::{CollectCounts, CollectEnd, CollectedBundle, MissingPart};

use super::fetch::{NoPage, sentence};
use super::folder::{Bounds, SeriesFolder};
use super::follow::Follower;
use super::look::Looker;
use super::take::{NoBundle, Taken, Taker};
use super::ticks::{Beat, Ticks};
use super::trigger::Triggers;
use crate::bundle::{PartRecord, PartStatus, ProcessRecord, Record, TriggerRecord};
use crate::fetch::FetchErrorKind;
use crate::today::nanos;

/// When a series ends, and what of it stays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) every: Duration,
    pub(crate) count: Option<u64>,
    /// So many beats, whatever came of them.
    pub(crate) looks: Option<u64>,
    /// So many beats in a row of which nothing came are too many.
    pub(crate) failures: Option<u64>,
    pub(crate) duration: Option<Duration>,
    pub(crate) bounds: Bounds,
}

/// A series that is being taken.
pub(crate) struct Series<'a> {
    pub(crate) plan: Plan,
    pub(crate) folder: SeriesFolder,
    pub(crate) taker: Taker<'a>,
    pub(crate) looker: Looker<'a>,
    pub(crate) triggers: Triggers,
    /// Told of each bundle, and of each beat at which there is none.
    pub(crate) tell: &'a mut dyn FnMut(Event<'_>) -> io::Result<()>,
}

/// What happened at a beat.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    Bundle(&'a CollectedBundle, &'a ProcessRecord),
    Nothing(i64, &'a str),
}

/// What came of a series.
pub(crate) struct Outcome {
    pub(crate) bundles: Vec<CollectedBundle>,
    pub(crate) counts: CollectCounts,
    pub(crate) end: CollectEnd,
    pub(crate) follower: Follower,
    /// The first failure, and what made it end early.
    pub(crate) first_error: Option<anyhow::Error>,
    pub(crate) fatal: Option<anyhow::Error>,
    /// Beats in a row of which nothing came.
    in_a_row: u64,
}

/// What a beat comes to.
enum Next {
    GoOn,
    End(CollectEnd),
    Fail(anyhow::Error),
}

impl Series<'_> {
    /// Takes the series.
    pub(crate) fn run(mut self) -> Outcome {
        let limits = self.taker.source.limits;
        let mut outcome = Outcome {
            bundles: Vec::new(),
            counts: CollectCounts::default(),
            end: CollectEnd::Count,
            follower: Follower::after(self.folder.bundles(), limits),
            first_error: None,
            fatal: None,
            in_a_row: 0,
        };
        outcome.counts.found = self.folder.bundles().len() as u64;
        let mut ticks = Ticks::new(self.until_first(), self.plan.every);
        let end = self
            .plan
            .duration
            .and_then(|time| Instant::now().checked_add(time));
        let next = loop {
            if self.is_enough(&outcome) {
                break Next::End(CollectEnd::Count);
            }
            match ticks.wait(end, self.taker.source.interrupt) {
                Beat::Over => break Next::End(CollectEnd::Time),
                Beat::Interrupted => break Next::End(CollectEnd::Interrupted),
                Beat::Due => {}
            }
            match self.beat(&mut outcome) {
                Next::GoOn => {}
                done => break done,
            }
        };
        match next {
            Next::End(end) => outcome.end = end,
            Next::Fail(error) => outcome.fatal = Some(error),
            Next::GoOn => {}
        }
        outcome.counts.skipped = ticks.skipped();
        outcome
    }

    fn is_enough(&self, outcome: &Outcome) -> bool {
        let count = self.folder.count();
        let looks = outcome.counts.nothing + outcome.bundles.len() as u64;
        let is_reached = |most: Option<u64>, count| most.is_some_and(|most| count >= most);
        is_reached(self.plan.count, count) || is_reached(self.plan.looks, looks)
    }

    /// A series that goes on keeps its beat, where it was left less than one ago.
    fn until_first(&self) -> Duration {
        let last = self.folder.bundles().last();
        let last = last.filter(|_| self.triggers.is_empty());
        let since =
            last.map(|bundle| nanos(SystemTime::now()).saturating_sub(bundle.record.start_nanos));
        let since = since.and_then(|since| u64::try_from(since).ok());
        since.map_or(Duration::ZERO, |since| {
            self.plan.every.saturating_sub(Duration::from_nanos(since))
        })
    }

    fn beat(&mut self, outcome: &mut Outcome) -> Next {
        let mut triggers = Vec::new();
        if !self.triggers.is_empty() {
            let (fired, failed) = self.triggers.look(&self.looker);
            match failed {
                Some(NoPage::Interrupted) => return Next::End(CollectEnd::Interrupted),
                Some(NoPage::Failed(error)) => {
                    outcome.counts.blind += 1;
                    if let Err(next) = self.nothing(outcome, error) {
                        return next;
                    }
                }
                None => outcome.in_a_row = 0,
            }
            if fired.is_empty() {
                return Next::GoOn;
            }
            triggers = fired;
        }
        match self.bundle(outcome, triggers) {
            Ok(next) => next,
            Err(error) => Next::Fail(error),
        }
    }

    /// Takes a bundle.
    fn bundle(
        &mut self,
        outcome: &mut Outcome,
        triggers: Vec<TriggerRecord>,
    ) -> anyhow::Result<Next> {
        let start = nanos(SystemTime::now());
        let staged = self.folder.stage(start)?;
        let taken = match self.taker.take(&staged, outcome.follower.goroutines) {
            Ok(taken) => taken,
            Err(NoBundle::Interrupted) => return Ok(Next::End(CollectEnd::Interrupted)),
            Err(NoBundle::Unwritten(error)) => return Err(error),
        };
        if !taken.has_any() {
            outcome.counts.nothing += 1;
            self.triggers.rearm(&triggers);
            let error = taken
                .error
                .unwrap_or_else(|| anyhow::anyhow!("nothing was fetched"));
            return Ok(self.nothing(outcome, error).err().unwrap_or(Next::GoOn));
        }
        let record = self.record(start, taken, triggers, outcome);
        let process = record.process.clone();
        let mut bundle = collected(&record);
        bundle.folder = self.folder.commit(staged, record)?;
        outcome.counts.removed += self.folder.trim(self.plan.bounds)?;
        (self.tell)(Event::Bundle(&bundle, &process))?;
        outcome.bundles.push(bundle);
        outcome.in_a_row = 0;
        Ok(Next::GoOn)
    }

    /// Says that there is no bundle. What was never there is a mistake, and ends the series; so does what is gone for too long.
    fn nothing(&mut self, outcome: &mut Outcome, error: anyhow::Error) -> Result<(), Next> {
        let is_mistake = match NoPage::kind_of(&error) {
            Some(FetchErrorKind::Unreachable | FetchErrorKind::Proxy) => {
                self.folder.bundles().is_empty()
            }
            Some(FetchErrorKind::Refused | FetchErrorKind::Timeout) => false,
            // A page came, and is not what it should be, nor was it when it was asked for once more.
            None | Some(_) => outcome.bundles.is_empty(),
        };
        if is_mistake && outcome.first_error.is_none() {
            return Err(Next::Fail(error));
        }
        let told = (self.tell)(Event::Nothing(nanos(SystemTime::now()), &sentence(&error)));
        told.map_err(|error| Next::Fail(error.into()))?;
        outcome.in_a_row += 1;
        let most = self.plan.failures;
        if most.is_some_and(|most| outcome.in_a_row >= most) {
            let why = format!("nothing came {} times in a row", outcome.in_a_row);
            return Err(Next::Fail(error.context(why)));
        }
        outcome.first_error = outcome.first_error.take().or(Some(error));
        Ok(())
    }

    fn record(
        &self,
        start: i64,
        taken: Taken,
        triggers: Vec<TriggerRecord>,
        outcome: &mut Outcome,
    ) -> Record {
        let end = nanos(SystemTime::now());
        let forced = self.taker.wanted.forced;
        let heap_text = taken.parts.first().and_then(|part| part.end_nanos);
        let follower = &mut outcome.follower;
        let mut process = follower.follow(taken.told, forced, heap_text.unwrap_or(end));
        process.pid = self.looker.process.map(|process| process.pid());
        process.rss = self.looker.process.and_then(|process| process.bytes().ok());
        outcome.first_error = outcome.first_error.take().or(taken.error);
        Record {
            schema: Record::schema(),
            heapwise: env!("CARGO_PKG_VERSION").to_owned(),
            target: self.taker.source.server.shown(),
            number: self.folder.count().saturating_add(1),
            start: time(start),
            start_nanos: start,
            end: time(end),
            end_nanos: end,
            triggers,
            forced,
            process,
            parts: taken.parts,
        }
    }
}

/// `2026-11-28T19:00:58.123456789Z` (RFC 3339).
fn time(nanos: i64) -> String {
    Zone::default().rfc3339(nanos)
}

fn collected(record: &Record) -> CollectedBundle {
    let parts = |status: PartStatus| -> Vec<MissingPart> {
        let parts = record.parts.iter().filter(|part| part.status == status);
        let reason = |part: &PartRecord| part.reason.clone().unwrap_or_default();
        parts
            .map(|part| MissingPart::new(part.file.clone(), reason(part)))
            .collect()
    };
    let process = &record.process;
    let mut bundle = CollectedBundle::new(String::new(), record.number, record.start_nanos);
    bundle.seconds = record.end_nanos.saturating_sub(record.start_nanos).max(0) as f64 / 1e9;
    bundle.inuse_space = process.inuse_space;
    bundle.goroutines = process.goroutines;
    bundle.num_gc = process.num_gc;
    bundle.same_cycle = process.same_cycle;
    bundle.restarted = process.restarted;
    let triggers = record.triggers.iter().map(|one| one.condition.clone());
    bundle.triggers = triggers.collect();
    bundle.missing = parts(PartStatus::Failed);
    bundle.left_out = parts(PartStatus::LeftOut);
    bundle
}
