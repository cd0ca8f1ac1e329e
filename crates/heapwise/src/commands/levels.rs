//! Reads snapshots of what is in use: which of several forms of one moment counts, and what is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use heapwise_analysis::gc::GcMoment;
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    ErrorKind, Granularity, GrowthAnswer, LevelColumn, LevelSites, LevelSnapshot, Lifetime,
    RankOptions, Ranking, SamplingError, Selector, fold, growth, growth_of_each,
};
use heapwise_decode::{GcSource, Limits, Profile, gc_snapshots, is_text};
use heapwise_report::{Input, Warning};

use super::goroutines::may_be_one;
use super::input_notes;
use super::instances::{self, Named};
use super::instant::instant;
use super::profiles::Question;
use super::windows::{copy_warning, was_forced};
use crate::fetch::Endpoint;
use crate::input::{NamedSource, listed};
use crate::many::{Many, PassedOver, aside, kept_aside};
use crate::output::Output;

/// What is asked of snapshots.
pub(super) struct LevelQuestion<'a> {
    /// The sample type; what is in use, unless another is named.
    pub(super) sample_index: Option<&'a str>,
    pub(super) granularity: Granularity,
    pub(super) column: LevelColumn,
    pub(super) confidence: Confidence,
    pub(super) selector: &'a Selector,
}

/// What may be snapshots, opened once for all that is asked of them.
pub(super) struct LevelSources {
    /// With whether each was named itself.
    sources: Vec<(Arc<NamedSource>, bool)>,
    /// As messages name them.
    names: String,
}

impl LevelSources {
    pub(super) fn open(names: &[String], output: &Output) -> anyhow::Result<LevelSources> {
        let sources = output.opener(Endpoint::HeapText).series(names)?;
        output.many.ask(sources.len());
        // Not collected, which would keep the memory of what was larger.
        let mut shared = Vec::with_capacity(sources.len());
        shared.extend(
            sources
                .into_iter()
                .map(|(source, is_named)| (Arc::new(source), is_named)),
        );
        Ok(LevelSources {
            sources: shared,
            names: listed(names),
        })
    }

    /// Whether all were named themselves.
    fn are_named(&self) -> bool {
        self.sources.iter().all(|(_, is_named)| *is_named)
    }
}

/// An answer, and what came with it.
pub(super) struct Levels {
    pub(super) answer: GrowthAnswer,
    pub(super) inputs: Vec<Input>,
    pub(super) warnings: Vec<Warning>,
    /// As `inputs`: what was read, with the place of what is asked about.
    pub(super) sources: Vec<(Arc<NamedSource>, usize)>,
    /// Why the snapshots are no series of one instance, where that is so.
    pub(super) instances: Option<String>,
}

/// The sample types that are what is in use, under the names of Go's profiles and of others.
const IN_USE: [&str; 2] = ["inuse_space", "space"];

impl Levels {
    /// Answers of what [`LevelSources::open`] opened.
    pub(super) fn read(
        from: &LevelSources,
        question: &LevelQuestion<'_>,
        output: &Output,
    ) -> anyhow::Result<Levels> {
        let (mut reading, snapshots) = Reading::of(from, question, output)?;
        let times = times_of(&snapshots);
        let sites = std::mem::take(&mut reading.sites);
        let answer = growth(snapshots, sites, question.granularity, question.confidence);
        let answer = answer.with_context(|| from.names.clone())?;
        reading.warn_of(&answer, answer.unchanged, from.are_named());
        let instances = reading.instances(&times, &answer);
        let answer = reading.with_callers(answer)?;
        let answer = match instances {
            Some(_) => answer.as_guess(),
            None => answer,
        };
        Ok(Levels {
            answer,
            warnings: reading.all_warnings(),
            inputs: reading.inputs,
            sources: reading.sources,
            instances,
        })
    }
}

/// The answers of all processes that are a series, and what came with them.
pub(super) struct LevelsOfEach {
    /// Never empty.
    pub(super) answers: Vec<GrowthAnswer>,
    pub(super) inputs: Vec<Input>,
    pub(super) warnings: Vec<Warning>,
    /// Why the snapshots are no series of one instance, where that is so.
    pub(super) instances: Option<String>,
}

impl LevelsOfEach {
    /// As [`Levels::read`].
    pub(super) fn read(
        from: &LevelSources,
        question: &LevelQuestion<'_>,
        output: &Output,
    ) -> anyhow::Result<LevelsOfEach> {
        let (mut reading, snapshots) = Reading::of(from, question, output)?;
        if let Some(error) = reading.unreadable.take() {
            return Err(error.context("a gate rests on all that it was asked about"));
        }
        let times = times_of(&snapshots);
        let sites = std::mem::take(&mut reading.sites);
        let answers = growth_of_each(snapshots, sites, question.granularity, question.confidence);
        let answers = answers.with_context(|| from.names.clone())?;
        let unchanged = answers.iter().map(|answer| answer.unchanged).sum();
        let mut instances = None;
        if let Some(answer) = answers.first() {
            reading.warn_of(answer, unchanged, from.are_named());
            instances = reading.instances(&times, answer);
        }
        Ok(LevelsOfEach {
            answers,
            warnings: reading.all_warnings(),
            inputs: reading.inputs,
            instances,
        })
    }
}

fn times_of(snapshots: &[LevelSnapshot]) -> Vec<Option<i64>> {
    snapshots.iter().map(LevelSnapshot::nanos).collect()
}

/// The memory statistics at the end of a heap text; what is no text is not read through for them.
pub(super) fn moment(source: &NamedSource, limits: &Limits) -> Option<GcMoment> {
    if !is_text(source, limits).ok()? {
        return None;
    }
    let snapshots = gc_snapshots(source, limits).ok()?;
    let [snapshot] = <[_; 1]>::try_from(snapshots).ok()?;
    let forced = was_forced(source);
    (snapshot.source == GcSource::HeapText).then(|| GcMoment::new(snapshot, 0).with_forced(forced))
}

/// Whether what cannot be read is not something else altogether.
fn may_be_profile(source: &NamedSource, error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<heapwise_analysis::Error>();
    cause.is_none_or(|cause| may_be_one(&source.path, cause))
}

/// What a snapshot was read from.
struct Origin {
    source: Arc<NamedSource>,
    /// The place of what is asked about.
    index: usize,
    sample_count: u64,
    sampling_error: SamplingError,
}

impl Origin {
    /// What a report says of its profile.
    fn input(&self, snapshot: &LevelSnapshot) -> Input {
        let (path, header) = (self.source.path.clone(), snapshot.header().clone());
        Input::new(path, header, self.sample_count, self.sampling_error)
    }
}

/// What is to be known of the snapshots, once where it is the same of many.
fn notes_of(inputs: &[Input]) -> Vec<Warning> {
    let mut notes: Vec<(&(&'static str, String), Vec<&str>)> = Vec::new();
    for input in inputs {
        for note in &input.header.notes {
            match notes.iter_mut().find(|(known, _)| *known == note) {
                Some((_, paths)) => paths.push(&input.path),
                None => notes.push((note, vec![&input.path])),
            }
        }
    }
    let warning = |((code, note), paths): (&(&'static str, String), Vec<&str>)| {
        let names = match paths.as_slice() {
            [first, rest @ ..] if !rest.is_empty() => format!("{first} and {} more", rest.len()),
            few => few.concat(),
        };
        Warning::new(code, format!("{names}: {note}"))
    };
    notes.into_iter().map(warning).collect()
}

/// The forms of one moment: the first place of those without memory statistics, and of those with them.
#[derive(Default)]
struct Forms([Option<usize>; 2]);

impl Forms {
    fn add(&mut self, at: usize, snapshot: &LevelSnapshot) {
        let Forms([without, with]) = self;
        let first = match snapshot.has_moment() {
            true => with,
            false => without,
        };
        *first = first.or(Some(at));
    }

    fn of(&self, has_moment: bool) -> Option<usize> {
        let Forms([without, with]) = self;
        match has_moment {
            true => *with,
            false => *without,
        }
    }
}

/// What there is to see in a source.
enum Seen {
    Snapshot(Box<(Origin, LevelSnapshot)>),
    /// A difference of two snapshots, which is none.
    Difference(heapwise_analysis::Error),
    /// What is in a folder and cannot be read.
    PassedOver(anyhow::Error),
    /// What is in a folder and is no heap.
    Nothing,
}

/// The same, with what is to be said of it.
struct Looked {
    seen: Seen,
    notes: Vec<Warning>,
}

impl Looked {
    fn of(seen: Seen) -> Looked {
        Looked {
            seen,
            notes: Vec::new(),
        }
    }
}

/// Looks at one source after the other, by several threads.
#[derive(Clone, Copy)]
struct Looking<'a> {
    question: &'a LevelQuestion<'a>,
    limits: &'a Limits,
}

impl Looking<'_> {
    fn at(&self, source: &Arc<NamedSource>, is_named: bool) -> anyhow::Result<Looked> {
        let options = RankOptions::new(self.question.granularity);
        let question = Question {
            options: &options,
            selector: self.question.selector,
            unit: "minimum",
            limits: self.limits,
        };
        let (ranked, found) = match question.ranking(source) {
            Ok(ranked) => ranked,
            Err(error) if is_named => return Err(error),
            Err(error) => return Ok(Looked::of(Seen::PassedOver(error))),
        };
        let seen = self.seen(source, ranked, is_named)?;
        let found: Vec<String> = found
            .iter()
            .map(|note| format!("{}: {note}", source.path))
            .collect();
        Ok(Looked {
            notes: input_notes::of_filters(&found),
            ..seen
        })
    }

    fn seen(
        &self,
        source: &Arc<NamedSource>,
        ranked: Ranking,
        is_named: bool,
    ) -> anyhow::Result<Looked> {
        let path = &source.path;
        let index = match (self.index(&ranked), is_named) {
            (Ok(index), _) => index,
            (Err(_), false) if !ranked.header.kind.is_heap() => {
                return Ok(Looked::of(Seen::Nothing));
            }
            (Err(error), _) => return Err(error.context(path.clone())),
        };
        let (sample_count, sampling_error) = (ranked.sample_count, ranked.sampling.error());
        let place = (index, self.question.column);
        match LevelSnapshot::new(ranked, place, 0, moment(source, self.limits)) {
            Ok(snapshot) => {
                let origin = Origin {
                    source: Arc::clone(source),
                    index,
                    sample_count,
                    sampling_error,
                };
                Ok(Looked::of(Seen::Snapshot(Box::new((origin, snapshot)))))
            }
            Err(error) if !is_named && matches!(error.kind(), ErrorKind::DifferenceIsNoLevel) => {
                Ok(Looked::of(Seen::Difference(error)))
            }
            Err(error) => Err(anyhow!(error).context(path.clone())),
        }
    }

    /// The value that is asked about: what is in use, unless another is named.
    fn index(&self, ranked: &Ranking) -> anyhow::Result<usize> {
        let header = &ranked.header;
        if let Some(name) = self.question.sample_index {
            return Ok(header.sample_index(Some(name))?);
        }
        let types = &header.sample_types;
        let named = IN_USE
            .iter()
            .find_map(|name| types.iter().position(|known| known.type_ == *name));
        let is_level = |&at: &usize| {
            ranked
                .measure(at)
                .is_some_and(|measure| measure.lifetime == Lifetime::InUse)
        };
        match named.filter(is_level) {
            Some(index) => Ok(index),
            None => bail!(
                "found {}, expected a heap profile",
                header.kind.with_article()
            ),
        }
    }
}

struct Reading<'a> {
    question: &'a LevelQuestion<'a>,
    limits: &'a Limits,
    many: &'a Many,
    /// What was read, in the order of its sources.
    snapshots: Vec<LevelSnapshot>,
    /// Of each snapshot where it is from.
    origins: Vec<Origin>,
    /// What all that was read has of sites.
    sites: LevelSites,
    /// Bytes that the snapshots take beside them.
    size: usize,
    /// With the places of what is asked about; as `inputs`.
    sources: Vec<(Arc<NamedSource>, usize)>,
    inputs: Vec<Input>,
    warnings: Vec<Warning>,
    /// What is wrong with the first profile of a folder that could not be read.
    unreadable: Option<anyhow::Error>,
}

impl<'a> Reading<'a> {
    /// Reads what [`LevelSources::open`] opened: one snapshot of each moment.
    fn of(
        from: &LevelSources,
        question: &'a LevelQuestion<'a>,
        output: &'a Output,
    ) -> anyhow::Result<(Reading<'a>, Vec<LevelSnapshot>)> {
        let mut reading = Reading {
            question,
            limits: &output.limits,
            many: &output.many,
            snapshots: Vec::with_capacity(from.sources.len()),
            origins: Vec::with_capacity(from.sources.len()),
            sites: aside(&output.many).map_or_else(LevelSites::default, LevelSites::with_spill),
            size: 0,
            sources: Vec::new(),
            inputs: Vec::new(),
            warnings: Vec::new(),
            unreadable: None,
        };
        reading.add_all(&from.sources, &output.many)?;
        if reading.origins.is_empty() {
            bail!(
                "{}: found no heap profile, expected several such as /debug/pprof/heap?debug=1 serves",
                from.names
            );
        }
        let snapshots = reading.one_of_each_moment();
        Ok((reading, snapshots))
    }

    /// What was to be said of the snapshots, and what came of them.
    fn all_warnings(&mut self) -> Vec<Warning> {
        let mut warnings = notes_of(&self.inputs);
        warnings.append(&mut self.warnings);
        warnings.extend(self.many.passed_over());
        warnings
    }

    /// Reads all sources, in their order.
    fn add_all(&mut self, sources: &[(Arc<NamedSource>, bool)], many: &Many) -> anyhow::Result<()> {
        let looking = Looking {
            question: self.question,
            limits: self.limits,
        };
        let progress = many.progress(sources.len());
        let work = |_: usize, (source, is_named): &(Arc<NamedSource>, bool)| {
            let looked = looking.at(source, *is_named);
            if let Some(progress) = &progress {
                progress.add(1);
            }
            looked
        };
        many.in_order(sources, work, |at, looked| {
            let Some((source, _)) = sources.get(at) else {
                return Ok(());
            };
            let Some(looked) = many.read_or_left_out(&source.path, looked)? else {
                return Ok(());
            };
            self.warnings.extend(looked.notes);
            match looked.seen {
                Seen::PassedOver(error) if many.keeps_going && may_be_profile(source, &error) => {
                    many.leave_out(&source.path, &error)
                }
                seen => {
                    self.add(source, seen)?;
                    let size = self.size + self.sites.size();
                    many.expect_room(size, "sites of snapshots that are kept apart")
                }
            }
        })
    }

    fn add(&mut self, source: &NamedSource, seen: Seen) -> anyhow::Result<()> {
        match seen {
            Seen::Snapshot(one) => {
                let (origin, snapshot) = *one;
                let snapshot = kept_aside(self.sites.keep(snapshot))?;
                self.size += size_of::<Origin>() + snapshot.size();
                self.snapshots.push(snapshot);
                self.origins.push(origin);
            }
            Seen::Difference(error) => {
                let message = format!("{}: left out: {error}", source.path);
                self.warnings.push(Warning::new("difference", message));
            }
            Seen::PassedOver(error) => self.pass_over(source, error),
            Seen::Nothing => self
                .many
                .pass_over(source.path.to_string(), PassedOver::NoHeap),
        }
        Ok(())
    }

    /// Of several forms of one moment one counts: that with memory statistics where each moment has one, so that all
    /// are of one form.
    fn one_of_each_moment(&mut self) -> Vec<LevelSnapshot> {
        let chosen = self.chosen();
        let read = std::mem::take(&mut self.snapshots);
        // In place: none of them is there twice.
        let mut read: Vec<Option<LevelSnapshot>> = read.into_iter().map(Some).collect();
        let mut snapshots = Vec::with_capacity(chosen.len());
        self.inputs.reserve_exact(chosen.len());
        self.sources.reserve_exact(chosen.len());
        for at in chosen {
            let snapshot = read.get_mut(at).and_then(Option::take);
            if let (Some(snapshot), Some(origin)) = (snapshot, self.origins.get(at)) {
                self.inputs.push(origin.input(&snapshot));
                self.sources
                    .push((Arc::clone(&origin.source), origin.index));
                snapshots.push(snapshot.numbered(snapshots.len()));
            }
        }
        self.origins = Vec::new();
        snapshots
    }

    /// The places of those that count, moments in the order in which they were met.
    fn chosen(&self) -> Vec<usize> {
        let mut moments: Vec<Forms> = Vec::with_capacity(self.origins.len());
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut asked: BTreeSet<&str> = BTreeSet::new();
        let read = self.origins.iter().zip(&self.snapshots);
        for (at, (origin, snapshot)) in read.enumerate() {
            let name = instant(&origin.source.path);
            // A page that is asked for again is of another moment.
            let is_again = !origin.source.is_file() && !asked.insert(&origin.source.path);
            let known = places.get(name).filter(|_| !is_again);
            match known.and_then(|&known| moments.get_mut(known)) {
                Some(forms) => forms.add(at, snapshot),
                None => {
                    places.insert(name, moments.len());
                    let mut forms = Forms::default();
                    forms.add(at, snapshot);
                    moments.push(forms);
                }
            }
        }
        let all_have = |wanted: bool| moments.iter().all(|forms| forms.of(wanted).is_some());
        let wants_moment = all_have(true) || !all_have(false);
        let chosen = moments.iter();
        let chosen = chosen.map(|forms| forms.of(wants_moment).or(forms.of(!wants_moment)));
        chosen.flatten().collect()
    }

    /// What is in a directory may be anything; but what may have been a profile is not left out silently.
    fn pass_over(&mut self, source: &NamedSource, error: anyhow::Error) {
        if may_be_profile(source, &error) {
            self.warnings
                .push(Warning::new("unreadable", format!("left out: {error:#}")));
            self.unreadable.get_or_insert(error);
        } else {
            self.many
                .pass_over(source.path.to_string(), PassedOver::NoHeap);
        }
    }

    fn warn_of(&mut self, answer: &GrowthAnswer, unchanged: usize, are_named: bool) {
        let path = |at: usize| self.inputs.get(at).map_or("", |input| &input.path);
        let copies = answer.copies.iter();
        let copies = copies.map(|&(first, copy)| copy_warning(path(first), path(copy)));
        let mut warnings: Vec<Warning> = copies.collect();
        if answer.early > 0 {
            let message = format!(
                "{} left out: before two collections have ended a profile shows what was there when the first one was \
                 asked for",
                match answer.early {
                    1 => "1 snapshot is".to_owned(),
                    many => format!("{many} snapshots are"),
                }
            );
            warnings.push(Warning::new("early", message));
        }
        if answer.cut > 0 {
            let message = format!(
                "{} too early{}",
                match answer.cut {
                    1 => "1 snapshot ends".to_owned(),
                    many => format!("{many} snapshots end"),
                },
                match self.inputs.len() - answer.cut {
                    0 | 1 =>
                        ", and there are too few others: what is missing looks as if it were freed",
                    _ => ": left out, as what is missing would look as if it were freed",
                }
            );
            warnings.push(Warning::new("cut", message));
        }
        if unchanged > 0 {
            let message = format!(
                "{} exactly as the one before: no collection may have ended in between, which the memory statistics \
                 of debug=1 would tell",
                match unchanged {
                    1 => "1 snapshot is".to_owned(),
                    many => format!("{many} snapshots are"),
                }
            );
            warnings.push(Warning::new("unchanged", message));
        }
        if answer.contradicts_given {
            let given = if are_named {
                "names or the order given"
            } else {
                "names"
            };
            let message = match answer.has_times() {
                true => format!(
                    "the times of the snapshots put them in another order than their {given}: the times were followed"
                ),
                false => format!(
                    "what was allocated in all, which never falls, puts the snapshots in another order than their {given}: \
                     that was followed"
                ),
            };
            warnings.push(Warning::new("order", message));
        }
        self.warnings.extend(warnings);
    }

    /// Why the snapshots, which were at these times, are no series of one instance; that is warned of.
    fn instances(&mut self, times: &[Option<i64>], answer: &GrowthAnswer) -> Option<String> {
        let named = self.inputs.iter().zip(times);
        let named = named.map(|(input, &nanos)| Named {
            path: &input.path,
            nanos,
        });
        let named: Vec<Named<'_>> = named.collect();
        let found = instances::of_several(&named, &answer.processes);
        let warning = |message: &String| Warning::new("several_instances", message.clone());
        self.warnings.extend(found.as_ref().map(warning));
        found
    }

    /// The callers of what grows, from the stacks of the first and the last snapshot.
    fn with_callers(&self, answer: GrowthAnswer) -> anyhow::Result<GrowthAnswer> {
        let ends = answer.points.first().zip(answer.points.last());
        let ends = ends.map(|(first, last)| (first.input, last.input));
        let may_grow = answer.sites.iter().any(|site| site.may_grow());
        let Some((first, last)) = ends.filter(|_| may_grow) else {
            return Ok(answer);
        };
        let folded = |at: usize| -> anyhow::Result<_> {
            let (source, index) = self
                .sources
                .get(at)
                .ok_or_else(|| anyhow!("found no source of a snapshot"))?;
            let source: &NamedSource = source;
            let selector = self.question.selector;
            let profile = match selector.options().is_empty() {
                true => Profile::read(source, self.limits).with_context(|| source.path.clone())?,
                false => selector
                    .read(source, "minimum", self.limits)?
                    .to_profile(self.limits)?,
            };
            Ok(fold(&profile, *index))
        };
        Ok(answer.with_callers(&folded(first)?, &folded(last)?))
    }
}
