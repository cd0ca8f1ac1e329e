//! Why rows of a comparison are still allocated on the newer side, in words.

use std::collections::BTreeMap;

use heapwise_analysis::explain::{Reason, ReasonFate, ReasonPart, RowReasons, SideReasons};
use heapwise_analysis::units::auto_label;
use heapwise_analysis::{Change, DiffRow, Match, Site, Verdict};
use heapwise_decode::{Decision, counted};

use super::page::Page;
use crate::explain::{LogSummary, words};
use crate::with::with;

/// Why rows are allocated: on the newer side, and before where a log of that side was given.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DiffReasons {
    /// Of the newer side.
    pub after: SideReasons,
    /// Of the older side, by its own log.
    pub before: Option<SideReasons>,
    /// What was read of the newer side's log, if one was given.
    pub log: Option<LogSummary>,
    /// How many profiles of the newer side were added up.
    pub merged: usize,
}

impl DiffReasons {
    /// Of the newer side's profiles, so many added up.
    #[must_use]
    pub fn new(after: SideReasons, merged: usize) -> Self {
        Self {
            after,
            before: None,
            log: None,
            merged,
        }
    }

    with! {
        /// Of the older side, by its own log.
        with_before(before: Option<SideReasons>);
        /// What was read of the newer side's log.
        with_log(log: Option<LogSummary>);
    }

    /// Of a row; `None` where own code has nothing to do with it.
    pub(super) fn of(&self, row: &DiffRow, change: &Change) -> Option<Why<'_>> {
        let older = row.older.as_ref().unwrap_or(&row.site);
        let before = self.before.as_ref();
        let of_before = before.and_then(|side| side.of(older));
        let after = self.after.of(&row.site);
        let fates = before.map(|_| ReasonFate::of(of_before, after));
        // A line that is on one side only may be another one on the other side.
        let is_line = row.site.line.is_some() || row.site.address.is_some();
        let is_unmatched = is_line && row.matched == Match::OneSided;
        let doubted = |(reason, fate): (Reason, ReasonFate)| match is_unmatched {
            true => (reason, fate.in_doubt()),
            false => (reason, fate),
        };
        let fates = fates.map(|fates| fates.into_iter().map(doubted).collect::<Vec<_>>());
        let is_told = after.is_some() || fates.as_ref().is_some_and(|fates| !fates.is_empty());
        is_told.then(|| Why {
            state: State::of(change),
            after,
            fates,
        })
    }
}

/// Why a row is allocated on the newer side.
pub(super) struct Why<'a> {
    pub(super) state: State,
    pub(super) after: Option<&'a RowReasons>,
    /// What became of the reasons of the older side, where its log was given.
    pub(super) fates: Option<Vec<(Reason, ReasonFate)>>,
}

/// What became of a row, as far as it is allocated on the newer side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// There is less, and this is left.
    Less,
    /// It is not known to be less.
    Still,
    More,
    New,
}

impl State {
    fn of(change: &Change) -> State {
        match change.judged() {
            verdict if verdict.is_less() => State::Less,
            Verdict::Increased => State::More,
            Verdict::New => State::New,
            _ => match change.before.value {
                0 => State::New,
                _ => State::Still,
            },
        }
    }

    /// In words, in doubt where it is so only if both sides did the same work.
    fn words(self, change: &Change) -> &'static str {
        match (self, change.if_same_work.is_some()) {
            (State::Less, true) => "less?",
            (State::More, true) => "more?",
            (state, _) => state.name(),
        }
    }

    /// The name used in JSON.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Less => "less",
            State::Still => "still",
            State::More => "more",
            State::New => "new",
        }
    }
}

/// Rows with less than this part of the total on both sides are not explained to people, as pprof's `nodefraction`.
const LEAST_SHARE: f64 = 0.005;
/// Parts of a row, and decisions of a part, that people are told.
const MOST_PARTS: usize = 5;
const MOST_DECISIONS: usize = 3;

/// What is said of one row.
pub(super) struct Told {
    pub(super) title: String,
    /// A number, or what the line is of, and the text.
    pub(super) lines: Vec<(String, String)>,
}

impl<'a> Page<'a> {
    /// Why a row is allocated on the newer side.
    pub(super) fn why(&self, row: &DiffRow) -> Option<Why<'a>> {
        self.report.reasons.as_ref()?.of(row, self.change_of(row))
    }

    /// What is said of the rows that matter, most first: also of those that are the same on both sides;
    /// and how many rows more there are.
    pub(super) fn told(&self) -> (Vec<Told>, usize) {
        let size = |change: &Change| change.before.value.max(change.after.value);
        let least = size(&self.difference.total) as f64 * LEAST_SHARE;
        let rows = self.difference.rows.iter();
        let rows = rows.filter(|row| size(self.change_of(row)) as f64 >= least);
        let rows = rows.filter_map(|row| Some((row, self.why(row)?)));
        let mut rows: Vec<(&DiffRow, Why<'_>)> = rows.collect();
        rows.sort_by_key(|(row, _)| -size(self.change_of(row)));
        let shown = rows.iter().take(self.report.trim.limit());
        let told: Vec<Told> = shown.map(|(row, why)| self.tell(row, why)).collect();
        let rest = rows.len() - told.len();
        (told, rest)
    }

    fn tell(&self, row: &DiffRow, why: &Why<'_>) -> Told {
        let mut lines = Vec::new();
        let parts = why.after.map_or(&[][..], |after| after.parts.as_slice());
        for part in parts.iter().take(MOST_PARTS) {
            lines.push((self.value_text(part), part_text(part, &row.site)));
        }
        let rest = parts.get(MOST_PARTS..).unwrap_or_default();
        if !rest.is_empty() {
            let sum = rest.iter().map(|part| part.value.value).sum();
            let more = format!("at {} more", counted(rest.len(), "line"));
            lines.push((self.label(sum), more));
        }
        if why.after.is_none() {
            lines.push((
                "0".to_owned(),
                format!("nothing for own code in {}", self.newer()),
            ));
        }
        lines.extend(
            why.fates
                .as_deref()
                .and_then(fates)
                .map(|text| ("reasons".to_owned(), text)),
        );
        Told {
            title: format!(
                "{}: {}",
                why.state.words(self.change_of(row)),
                row.site.pprof_name()
            ),
            lines,
        }
    }

    fn label(&self, value: i128) -> String {
        auto_label(value, &self.difference.sample_type.unit)
    }

    fn value_text(&self, part: &ReasonPart) -> String {
        let error = words::error(part.value);
        format!("{} {error}", self.label(part.value.value))
            .trim_end()
            .to_owned()
    }

    fn newer(&self) -> &str {
        &self.report.after_name
    }

    /// What stands above what is told: of which side it is, and how much was added up.
    pub(super) fn reasons_title(&self) -> Option<String> {
        let reasons = self.report.reasons.as_ref()?;
        let of = match (reasons.merged, self.report.benchmarks.len()) {
            (0 | 1, 0 | 1) => String::new(),
            (0 | 1, _) => ", all benchmarks together".to_owned(),
            (count, _) => format!(", {} together", counted(count, "profile")),
        };
        let by = match &reasons.log {
            Some(log) => format!(
                "by a log of {} in {}",
                counted(log.decisions, "decision"),
                counted(log.packages, "package")
            ),
            None => "without a log of the compiler".to_owned(),
        };
        Some(format!(
            "why own code allocates in {}{of}, {by}",
            self.newer()
        ))
    }
}

/// A reason with the compiler's words and where it is.
fn part_text(part: &ReasonPart, row: &Site) -> String {
    let mut text = words::cause(&part.cause);
    let said = decisions(&part.cause.decisions().iter().collect::<Vec<_>>());
    if !said.is_empty() {
        text = format!("{text}: {said}");
    }
    let at = match part.at.function == row.function {
        true => place(&part.at),
        false => part.at.pprof_name(),
    };
    text = format!("{text} at {at}");
    if let Some(from) = &part.from {
        text = format!("{text}, reached from {}", from.pprof_name());
    }
    text
}

/// A file with its line.
fn place(site: &Site) -> String {
    let mut place = site.clone();
    place.function = None;
    place.package = None;
    place.pprof_name()
}

fn decisions(all: &[&Decision]) -> String {
    let mut said: Vec<String> = Vec::new();
    for words in all.iter().map(|decision| decision.words()) {
        if !said.contains(&words) {
            said.push(words);
        }
    }
    let more = said.len().saturating_sub(MOST_DECISIONS);
    said.truncate(MOST_DECISIONS);
    match more {
        0 => said.join("; "),
        more => format!("{}; {more} more", said.join("; ")),
    }
}

/// What became of reasons, by what became of them.
pub(super) fn fates(all: &[(Reason, ReasonFate)]) -> Option<String> {
    let mut by_fate: BTreeMap<ReasonFate, Vec<&str>> = BTreeMap::new();
    for (reason, fate) in all {
        by_fate.entry(*fate).or_default().push(reason.words());
    }
    let parts = by_fate.iter();
    let parts: Vec<String> = parts
        .map(|(fate, reasons)| format!("{}: {}", fate.words(), reasons.join(", ")))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}
