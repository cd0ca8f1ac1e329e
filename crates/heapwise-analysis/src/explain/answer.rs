//! Why the sites of a profile allocate: the answer as a value.

use std::collections::{BTreeMap, BTreeSet};

use heapwise_stats::Confidence;

use super::advice::{Advice, advise};
use super::compare::{LogComparison, compare};
use super::gather::{Gathered, Gatherer};
use super::index::EscapeIndex;
use super::join::{Cause, Lines, Unmatched};
use super::moved::Moves;
use super::other_source::{OtherSource, Standings};
use super::paired::pairs;
use super::place::Place;
use super::rate::Allocation;
use super::reason::Reason;
use super::sizes::Allocated;
use super::subject::{Gathering, PlaceSums, Subject};
use crate::error::Result;
use crate::profile::header::{Header, SampleType};
use crate::rank::Ranking;
use crate::site::identity::{Site, package_of};
use crate::sums::blocks::Blocks;
use crate::sums::estimate::{Estimate, Sampling};
use crate::view::View;

/// Why the sites of a profile allocate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// What the profile says of itself.
    pub header: Header,
    /// What is asked about.
    pub sample_type: SampleType,
    /// What is known of the sampling behind the numbers.
    pub sampling: Sampling,
    /// How sure intervals are.
    pub confidence: Confidence,
    /// The total.
    pub total: Estimate,
    /// What was ever allocated, where the profile tells.
    pub allocated: Option<Allocation>,
    /// Whether a log of the compiler was given.
    pub has_log: bool,
    /// How much of the total is explained.
    pub coverage: Coverage,
    /// What there is of each reason, most first.
    pub reasons: Vec<ReasonShare>,
    /// The sites that allocate, most first.
    pub sites: Vec<Subject>,
    /// What would help, the largest saving first.
    pub advice: Vec<Advice>,
    /// What would perhaps help: the source tells, and that of these lines is not at hand.
    pub unchecked: Vec<Advice>,
    /// Lines on which nothing is advised: the source at hand is another than the one that was compiled.
    pub changed: Vec<Subject>,
    /// Lines of which no source is at hand: what only that would tell is not advised there.
    pub(crate) without_source: Vec<Subject>,
    /// Files of which the log has another one: nothing is explained by it there.
    pub other_sources: Vec<OtherSource>,
    /// What another log said before, if there is one.
    pub comparison: Option<LogComparison>,
    /// Every function of the profile, with its file and the line at which it starts.
    functions: BTreeSet<Site>,
}

/// How much of the total is explained. Parts are disjoint and add up to the total.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// By the compiler's log, or by what the runtime does for the code.
    pub matched: Estimate,
    /// The runtime's own.
    pub runtime: Estimate,
    /// The rest, by why it is not explained.
    pub unmatched: Vec<(Unmatched, Estimate)>,
}

impl Coverage {
    /// What is on lines that are not those of the log.
    fn other_source(&self) -> i128 {
        let is_other = |why: &Unmatched| matches!(why, Unmatched::Changed | Unmatched::OtherSource);
        let others = self.unmatched.iter().filter(|(why, _)| is_other(why));
        others.map(|(_, value)| value.value).sum()
    }
}

/// What there is of a reason.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReasonShare {
    /// The reason.
    pub reason: Reason,
    /// What was allocated for it.
    pub value: Estimate,
    /// At so many sites.
    pub sites: usize,
}

impl Explanation {
    /// Whether there is a function in the profile of which something holds.
    pub fn has_function(&self, holds: impl Fn(&str) -> bool) -> bool {
        let mut names = self
            .functions
            .iter()
            .filter_map(|site| site.function.as_deref());
        names.any(holds)
    }

    /// The functions of the profile of which something holds, each with the line at which the next one of its file starts.
    pub(crate) fn functions(
        &self,
        holds: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = (&Site, Option<i64>)> {
        let meant = self.functions.iter().filter(move |site| {
            let name = site.function.as_deref();
            name.is_some_and(&holds)
        });
        meant.map(|site| {
            let same = self
                .functions
                .iter()
                .filter(|other| other.file == site.file);
            let starts = same.filter_map(|other| other.line);
            (site, starts.filter(|&line| Some(line) > site.line).min())
        })
    }

    /// Keeps the sites and the advice of functions of which something holds, by any function of them; totals, reasons
    /// and coverage stay those of everything.
    pub fn retain(&mut self, holds: impl Fn(&str) -> bool) {
        let is_kept = |subject: &Subject| {
            let sites = subject.leaves.iter().chain([&subject.at]);
            let functions = sites.filter_map(|site| site.function.as_deref());
            functions.chain(subject.entry.as_deref()).any(&holds)
        };
        self.sites.retain(is_kept);
        self.advice.retain(|advice| is_kept(&advice.subject));
        self.unchecked.retain(|advice| is_kept(&advice.subject));
        self.changed.retain(is_kept);
        if let Some(comparison) = &mut self.comparison {
            comparison.sites.retain(|one| is_kept(&one.subject));
        }
    }
}

impl Explanation {
    /// Takes back the advice on lines that have allocated more than so many bytes, all that is measured of benchmarks
    /// ([`most_measured`](super::most_measured)): most of that is what they do before. Returns how many pieces went.
    pub fn retain_measured(&mut self, most: f64) -> usize {
        let before = self.advice.len();
        let is_within = |subject: &Subject| {
            let least = subject.allocated.and_then(|allocated| allocated.bytes.low);
            least.is_none_or(|least| least as f64 <= most)
        };
        self.advice.retain(|advice| is_within(&advice.subject));
        self.unchecked.retain(|advice| is_within(&advice.subject));
        before - self.advice.len()
    }
}

/// What a profile is explained by.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Evidences<'a> {
    /// What the compiler decided.
    pub log: Option<&'a EscapeIndex>,
    /// What it decided before, to be compared.
    pub older: Option<&'a EscapeIndex>,
    /// The source, line by line, for what no log tells: the code of each, as [`Source`](super::Source) has it.
    pub lines: &'a Lines<'a>,
}

impl Default for Evidences<'_> {
    fn default() -> Self {
        Evidences {
            log: None,
            older: None,
            lines: &|_, _| None,
        }
    }
}

/// Explains what a view shows.
///
/// # Errors
///
/// As [`heapwise_decode::visit`].
pub fn explain(
    view: &View,
    evidence: Evidences<'_>,
    confidence: Confidence,
) -> Result<Explanation> {
    let mut gatherer = Gatherer::new(None, evidence.lines);
    view.visit(&mut gatherer)?;
    let gathered = gatherer.finish(view.tables());
    let asked = |log: Option<&EscapeIndex>| {
        let lines = evidence.lines;
        Asked::of(&gathered, (log, lines), view.sample_index(), confidence)
    };
    let mut answer = asked(evidence.log).answer(view, evidence);
    answer.comparison = evidence.log.zip(evidence.older).map(|(newer, older)| {
        let (old, new) = (older.log(), newer.log());
        let pairs = pairs(old, new);
        let before = asked(Some(older));
        // The profile is of the source of one of them; the other one gets its lines.
        let (before, after) =
            match before.coverage().other_source() < answer.coverage.other_source() {
                true => {
                    let moved = Moves::of_newer(&pairs, old).apply(new.clone());
                    let moved = EscapeIndex::new(moved);
                    (before.sites(), asked(Some(&moved)).sites())
                }
                false => {
                    let moved = Moves::of_older(&pairs, new).apply(old.clone());
                    let moved = EscapeIndex::new(moved);
                    (asked(Some(&moved)).sites(), answer.sites.clone())
                }
            };
        compare((old, new, &pairs), &before, &after)
    });
    Ok(answer)
}

/// A profile's places with why they allocate.
pub(super) struct Asked<'a> {
    gathered: &'a Gathered,
    causes: Vec<Cause>,
    other_sources: Vec<OtherSource>,
    index: usize,
    confidence: Confidence,
}

impl<'a> Asked<'a> {
    /// Why each place allocates, by a log and lines of source.
    pub(super) fn of(
        gathered: &'a Gathered,
        (log, lines): (Option<&EscapeIndex>, &Lines<'_>),
        index: usize,
        confidence: Confidence,
    ) -> Asked<'a> {
        let places = &gathered.places;
        let mut standings = log.map_or_else(Standings::default, |log| Standings::of(places, log));
        let causes = |standings: &Standings<'_>| -> Vec<Cause> {
            let causes = places
                .iter()
                .map(|place| Cause::of(place, log, lines, standings.of_place(place)));
            causes.collect()
        };
        let first = causes(&standings);
        let is_other = log.is_some_and(|log| standings.add_lines(places, &first, (log, lines)));
        Asked {
            causes: if is_other { causes(&standings) } else { first },
            other_sources: standings.others(),
            gathered,
            index,
            confidence,
        }
    }

    fn ranking(&self) -> &'a Ranking {
        &self.gathered.ranking
    }

    fn answer(&self, view: &View, evidence: Evidences<'_>) -> Explanation {
        let tables = view.tables();
        let functions = tables.functions().iter();
        let sites = self.sites();
        let ranking = self.ranking();
        let sample_type = ranking.header.sample_types.get(self.index);
        let advised = advise(&self.lines(), evidence.log, evidence.lines);
        Explanation {
            header: view.header().clone(),
            sample_type: sample_type.cloned().unwrap_or_default(),
            sampling: ranking.sampling_of(self.index),
            confidence: self.confidence,
            total: ranking.total_estimate(self.index, self.confidence),
            allocated: self.columns().map(|columns| Allocation {
                objects: ranking.total_estimate(columns.objects, self.confidence),
                bytes: ranking.total_estimate(columns.bytes, self.confidence),
            }),
            has_log: evidence.log.is_some(),
            coverage: self.coverage(),
            reasons: self.reasons(&sites),
            advice: advised.given,
            unchecked: advised.unchecked,
            changed: advised.changed,
            without_source: advised.without_source,
            other_sources: self.other_sources.clone(),
            comparison: None,
            functions: functions
                .map(|function| {
                    let name = tables.text(function.name).into_owned();
                    Site {
                        package: package_of(&name),
                        file: Some(tables.text(function.filename).into_owned()),
                        line: Some(function.start_line).filter(|&line| line > 0),
                        ..Site::of_function(name)
                    }
                })
                .collect(),
            sites,
        }
    }

    /// Places with their causes and what each has.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'a Place, &Cause, &'a Blocks, PlaceSums)> {
        let rows = self.ranking().rows.iter();
        let places = self.gathered.places.iter().zip(&self.causes).zip(rows);
        let life = self.column("alloc_space").zip(self.column("inuse_space"));
        let columns = self.columns();
        places.map(move |((place, cause), row)| {
            let of = |column: Option<usize>| column.map_or(0, |at| row.flat_of(at));
            let sums = PlaceSums {
                value: row.flat_of(self.index),
                allocated: of(life.map(|(allocated, _)| allocated)),
                in_use: of(life.map(|(_, in_use)| in_use)),
                all: (
                    of(columns.map(|columns| columns.objects)),
                    of(columns.map(|columns| columns.bytes)),
                ),
            };
            (place, cause, &row.flat_blocks, sums)
        })
    }

    fn column(&self, name: &str) -> Option<usize> {
        let mut types = self.ranking().header.sample_types.iter();
        types.position(|known| known.type_ == name)
    }

    fn columns(&self) -> Option<Allocated> {
        Some(Allocated {
            objects: self.column("alloc_objects")?,
            bytes: self.column("alloc_space")?,
        })
    }

    /// A sum with its error.
    pub(super) fn estimate(&self, value: i128, blocks: &Blocks) -> Estimate {
        self.ranking()
            .estimate(value, blocks, self.index, self.confidence)
    }

    /// The sum of the places of which something holds.
    fn sum(&self, holds: impl Fn(&Cause) -> bool) -> Estimate {
        let places = self.each().filter(|(_, cause, _, _)| holds(cause));
        let (mut value, mut counts) = (0, Vec::new());
        for (_, _, blocks, sums) in places {
            value += sums.value;
            counts.extend_from_slice(blocks.counts());
        }
        self.estimate(value, &Blocks::of(counts.into_iter()))
    }

    fn coverage(&self) -> Coverage {
        let mut unmatched: Vec<Unmatched> = self
            .causes
            .iter()
            .filter_map(|cause| match cause {
                Cause::Unmatched(why) => Some(*why),
                _ => None,
            })
            .collect();
        unmatched.sort_unstable();
        unmatched.dedup();
        let of = |why| self.sum(|cause| *cause == Cause::Unmatched(why));
        let unmatched = unmatched.into_iter().map(|why| (why, of(why)));
        let mut unmatched: Vec<(Unmatched, Estimate)> = unmatched.collect();
        unmatched.retain(|(_, value)| value.value != 0);
        unmatched.sort_by_key(|(_, value)| -value.value);
        Coverage {
            matched: self.sum(|cause| cause.reason().is_some()),
            runtime: self.sum(|cause| *cause == Cause::Runtime),
            unmatched,
        }
    }

    fn reasons(&self, sites: &[Subject]) -> Vec<ReasonShare> {
        let mut counts: BTreeMap<Reason, usize> = BTreeMap::new();
        for reason in sites.iter().filter_map(Subject::reason) {
            *counts.entry(reason).or_default() += 1;
        }
        let shares = counts.into_iter().map(|(reason, sites)| ReasonShare {
            value: self.sum(|cause| cause.reason() == Some(reason)),
            reason,
            sites,
        });
        let mut shares: Vec<ReasonShare> = shares.collect();
        shares.sort_by_key(|share| (-share.value.value, share.reason));
        shares
    }

    /// What allocates, by where it does.
    fn sites(&self) -> Vec<Subject> {
        self.subjects(|place, cause| {
            let at = place.site().cloned().unwrap_or_default();
            Some((at, None, cause.reason()))
        })
    }

    /// What allocates, by the line that can act: that of own code, and of nobody's what starts goroutines.
    fn lines(&self) -> Vec<Subject> {
        self.subjects(|place, cause| {
            let is_goroutine = cause.reason() == Some(Reason::Goroutine);
            // What a pool has made is used again already, and what is made once is a table that is needed.
            if place.own.is_none() && !is_goroutine || place.is_made_once {
                return None;
            }
            let at = place.acting().cloned().unwrap_or_default();
            // What is called has reasons of its own, of which the caller knows nothing.
            let reason = cause.reason().filter(|_| place.entry.is_none());
            Some((at, place.entry.clone(), reason))
        })
    }

    fn subjects(&self, key: impl Fn(&Place, &Cause) -> Option<SubjectKey>) -> Vec<Subject> {
        let mut all: BTreeMap<SubjectKey, Gathering<'_>> = BTreeMap::new();
        for (place, cause, blocks, sums) in self.each() {
            if let Some(key) = key(place, cause) {
                let gathering = all.entry(key).or_default();
                gathering.add((place, cause), blocks, sums);
            }
        }
        let columns = self.columns();
        let total = self.ranking().reference_total(self.index);
        let finish = |((at, entry, _), gathering): (SubjectKey, Gathering<'_>)| {
            let estimate = |value, blocks: &Blocks, column: Option<usize>| {
                let column = column.unwrap_or(self.index);
                self.ranking()
                    .estimate(value, blocks, column, self.confidence)
            };
            gathering.finish((at, entry), columns, estimate, total)
        };
        let mut subjects: Vec<Subject> = all.into_iter().map(finish).collect();
        subjects.retain(|subject| subject.value.value != 0);
        subjects.sort_by_key(|subject| -subject.value.value);
        subjects
    }
}

/// A line, what it calls, and why.
type SubjectKey = (Site, Option<String>, Option<Reason>);
