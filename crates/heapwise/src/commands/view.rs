//! From sources and filters to what a report of pprof's looks at.

use anyhow::{Context, bail};
use heapwise_analysis::{
    BaseMode, Granularity, Header, RankOptions, Selector, View, ViewOptions, normalize, rank,
    rank_reader, subtract, tell_difference,
};
use heapwise_decode::{Limits, TextReading};
use heapwise_report::{Input, ViewReport, Warning};

use super::input_notes::{self, InputNotes};
use super::profiles::Reader;
use super::same_moment;
use super::summed;
use crate::args::{FilterArgs, QuestionArgs, ReportArgs, SourceArgs};
use crate::executable::without_binary;
use crate::fetch::Endpoint;
use crate::input::NamedSource;
use crate::many::{self, Many};
use crate::names::{as_few, named_twice};
use crate::output::Output;
use crate::zone;

/// The profiles of a report and those to subtract.
pub(crate) struct Sources {
    /// The names of the profiles, for messages.
    asked: String,
    pub(crate) sources: Vec<NamedSource>,
    pub(crate) bases: Vec<NamedSource>,
    pub(crate) mode: BaseMode,
    normalize: bool,
    texts: TextReading,
    is_for_a_file: bool,
}

impl Sources {
    /// Opens what the arguments name.
    pub(crate) fn open(args: &SourceArgs, output: &Output) -> anyhow::Result<Sources> {
        let (bases, mode) = if args.bases.base.is_empty() {
            (&args.bases.diff_base, BaseMode::DiffBase)
        } else {
            (&args.bases.base, BaseMode::Base)
        };
        if args.bases.normalize && bases.is_empty() {
            bail!("--normalize: found no base, expected --base or --diff-base to scale to");
        }
        let profiles = args.list.all(&args.profiles)?;
        let profiles = without_binary(&profiles, output)?;
        let (sources, bases) = output.opener(Endpoint::Heap).profiles(profiles, bases)?;
        output.many.ask(sources.len() + bases.len());
        let files = sources.iter().filter_map(NamedSource::file);
        output.warn(named_twice(files).as_slice())?;
        Ok(Sources {
            asked: names_of(&sources),
            sources,
            bases,
            mode,
            normalize: args.bases.normalize,
            texts: TextReading::default(),
            is_for_a_file: false,
        })
    }

    /// As [`Sources::open`], but of several bases only the last counts, as in pprof, where a
    /// repeated option replaces the one before; and texts are read without names.
    pub(crate) fn open_as_pprof(args: &SourceArgs, output: &Output) -> anyhow::Result<Sources> {
        let mut opened = Self::open(args, output)?;
        opened.texts = TextReading::AsPprof;
        if opened.bases.len() > 1 {
            let last = opened.bases.split_off(opened.bases.len() - 1);
            opened.bases = last;
            output.warn(&[Warning::new(
                "last_base",
                "pprof takes the last of several bases; without --pprof-compatible they \
                          are added up"
                    .to_owned(),
            )])?;
        }
        Ok(opened)
    }

    /// Opens profiles that are only added up.
    pub(crate) fn of_profiles(names: &[String], output: &Output) -> anyhow::Result<Sources> {
        let profiles = without_binary(names, output)?;
        let sources = output.opener(Endpoint::Heap).all(profiles)?;
        Ok(Sources {
            asked: names_of(&sources),
            sources,
            bases: Vec::new(),
            mode: BaseMode::Base,
            normalize: false,
            texts: TextReading::default(),
            is_for_a_file: false,
        })
    }

    /// Those of a side that was opened, to be added up.
    pub(super) fn of_opened(sources: &[NamedSource]) -> Sources {
        Sources {
            asked: names_of(sources),
            sources: sources.to_vec(),
            bases: Vec::new(),
            mode: BaseMode::Base,
            normalize: false,
            texts: TextReading::default(),
            is_for_a_file: false,
        }
    }

    /// What a report looks at, where all that is to be said of it has been said.
    pub(super) fn quiet_view(
        &self,
        selector: &Selector,
        options: ViewOptions,
        output: &Output,
    ) -> anyhow::Result<View> {
        let view = match self.single() {
            Some(source) => View::read(source.clone(), selector, options, &output.limits),
            None => View::new(self.sum(output)?, selector, options),
        };
        view.with_context(|| self.names())
    }

    /// Makes them a profile that others will read, which has to say itself what it is.
    pub(crate) fn for_a_file(mut self) -> Sources {
        self.is_for_a_file = true;
        self
    }

    /// Whether there is one profile and nothing to subtract.
    pub(crate) fn single(&self) -> Option<&NamedSource> {
        match (self.sources.as_slice(), self.bases.as_slice()) {
            ([single], []) => Some(single),
            _ => None,
        }
    }

    /// What the profiles may take, and how they are read.
    pub(crate) fn limits(&self, limits: &Limits) -> Limits {
        let mut limits = *limits;
        limits.texts = self.texts;
        limits
    }

    /// The names of the profiles, for messages.
    pub(crate) fn names(&self) -> String {
        names_of(&self.sources)
    }

    /// The names of those that were asked for.
    pub(crate) fn asked(&self) -> &str {
        &self.asked
    }

    /// Refuses to subtract less than was asked for, which would be no smaller answer but a wrong one.
    pub(crate) fn expect_bases(&self, count: usize) -> anyhow::Result<()> {
        match self.bases.len() == count {
            true => Ok(()),
            false => bail!(
                "found {} of {count} bases that can be read, expected all: what is left out would not be subtracted",
                self.bases.len()
            ),
        }
    }

    /// All of them as one profile: merged, with the bases subtracted. A single one stays as it is,
    /// samples that agree or are zero included (driver/fetch.go: combineProfiles).
    pub(crate) fn sum(&self, output: &Output) -> anyhow::Result<Reader> {
        self.sum_seen(&mut InputNotes::default(), output)
    }

    /// As [`Sources::sum`], taking note of the inputs.
    fn sum_seen(&self, seen: &mut InputNotes, output: &Output) -> anyhow::Result<Reader> {
        let limits = &output.many.limits(&self.limits(&output.limits));
        let sum = self.difference(seen, limits, &output.many);
        sum.or_else(|error| self.blamed(limits).and(Err(error)))
    }

    fn difference(
        &self,
        seen: &mut InputNotes,
        limits: &Limits,
        many: &Many,
    ) -> anyhow::Result<Reader> {
        let mut sum = self.sum_of(&self.sources, seen, limits, many)?;
        if !self.bases.is_empty() {
            let left_out = many.what_was_left_out();
            let base = self.sum_of(&self.bases, seen, limits, many)?;
            if many.what_was_left_out() != left_out {
                self.expect_bases(self.bases.len() + 1)?;
            }
            if self.normalize {
                sum = normalize(sum, &base).with_context(|| self.names())?;
            }
            sum = subtract(&sum, &base, self.mode, limits).with_context(|| self.names())?;
        }
        Ok(sum)
    }

    fn sum_of(
        &self,
        sources: &[NamedSource],
        seen: &mut InputNotes,
        limits: &Limits,
        many: &Many,
    ) -> anyhow::Result<Reader> {
        let [source] = sources else {
            return summed::sum(sources, seen, limits, many);
        };
        let reader = many::open_large(source, limits)?;
        seen.add(&source.path, &Header::of(reader.tables()), |options| {
            rank_reader(&reader, options).with_context(|| source.path.clone())
        })?;
        Ok(reader)
    }

    /// The error that a profile has by itself: that of a difference does not tell in which it is. Those of sums do.
    fn blamed(&self, limits: &Limits) -> anyhow::Result<()> {
        let options = RankOptions::new(Granularity::Packages);
        for side in [&self.sources, &self.bases] {
            if let [source] = side.as_slice() {
                rank(source, &options, limits).with_context(|| source.path.clone())?;
            }
        }
        Ok(())
    }

    /// What a report looks at.
    pub(crate) fn view(
        &self,
        selector: &Selector,
        options: ViewOptions,
        output: &Output,
    ) -> anyhow::Result<View> {
        let subject = self.look(InputNotes::default(), selector, options, output)?;
        Ok(subject.view)
    }

    /// What a report looks at, with what is to be said of it; people are told at once.
    pub(super) fn look(
        &self,
        seen: InputNotes,
        selector: &Selector,
        options: ViewOptions,
        output: &Output,
    ) -> anyhow::Result<Subject> {
        let subject = self.look_wanted(seen, selector, options, output, |_| true)?;
        subject.with_context(|| self.names())
    }

    /// The same; `None`, and nothing is said of it, where what was read is not wanted.
    fn look_wanted(
        &self,
        mut seen: InputNotes,
        selector: &Selector,
        mut options: ViewOptions,
        output: &Output,
        is_wanted: impl Fn(&Header) -> bool,
    ) -> anyhow::Result<Option<Subject>> {
        options.zone = zone::local();
        let limits = self.limits(&output.limits);
        let view = match self.single() {
            Some(source) => {
                let view = View::read(source.clone(), selector, options, &limits);
                let view = view.with_context(|| self.names())?;
                if !is_wanted(view.header()) {
                    return Ok(None);
                }
                seen.add(&source.path, view.header(), |options| {
                    rank(source, options, &limits).with_context(|| self.names())
                })?;
                view
            }
            None => {
                let mut sum = self.sum_seen(&mut seen, output)?;
                // Reports have the remarks that pprof has, and say what they are of.
                if self.is_for_a_file && !self.bases.is_empty() {
                    tell_difference(&mut sum)?;
                }
                if let Some(left_out) = output.many.what_was_left_out() {
                    sum.edit().add_comment(&left_out.line())?;
                }
                View::new(sum, selector, options).with_context(|| self.names())?
            }
        };
        let (inputs, durations) = (seen.inputs(), seen.durations());
        let mut same = same_moment::warnings(&self.sources, seen.forms(), &limits);
        let mut all = seen.warnings(view.header());
        all.append(&mut same);
        all.extend(output.many.passed_over());
        all.extend(input_notes::of_filters(view.notes()));
        output.warn(&all)?;
        Ok(Some(Subject {
            view,
            merged: self.sources.len(),
            inputs,
            durations,
            warnings: all,
        }))
    }
}

/// The names of sources, for messages.
fn names_of(sources: &[NamedSource]) -> String {
    let names: Vec<&str> = sources.iter().map(|one| &*one.path).collect();
    as_few(&names)
}

/// The filters of a report.
pub(crate) fn selector(args: &QuestionArgs) -> anyhow::Result<Selector> {
    selector_of(&args.filters, args.sources.frames.all_frames)
}

/// The filters that were asked for.
pub(crate) fn selector_of(filters: &FilterArgs, all_frames: bool) -> anyhow::Result<Selector> {
    let mut options = filters.options();
    options.all_frames = all_frames;
    Ok(Selector::new(&options)?)
}

/// What a report looks at, and what is to be said of it.
pub(crate) struct Subject {
    pub(crate) view: View,
    /// How many profiles were added up.
    pub(crate) merged: usize,
    /// The inputs; only JSON tells them.
    pub(crate) inputs: Vec<Input>,
    /// How many nanoseconds each input covers, where it tells.
    pub(crate) durations: Vec<Option<i64>>,
    pub(crate) warnings: Vec<Warning>,
}

impl Subject {
    /// What all reports of a view start with.
    pub(crate) fn report(&self) -> ViewReport<'_> {
        ViewReport::new(&self.view)
            .with_merged(self.merged)
            .with_inputs(self.inputs.clone())
            .with_warnings(self.warnings.clone())
    }
}

/// Reads what a report looks at; what is to be known about it is printed for people.
pub(crate) fn look(args: &ReportArgs, output: &Output) -> anyhow::Result<Subject> {
    look_at(args, args.question.options(output.default_trim()), output)
}

/// [`look`] with options of its own.
pub(crate) fn look_at(
    args: &ReportArgs,
    options: ViewOptions,
    output: &Output,
) -> anyhow::Result<Subject> {
    let selector = selector(&args.question)?;
    let sources = asked(args, output)?;
    sources.look(InputNotes::of(output.format), &selector, options, output)
}

/// The same; `None`, and nothing is said of it, where it is one profile that is not wanted.
pub(super) fn look_at_wanted(
    args: &ReportArgs,
    options: ViewOptions,
    output: &Output,
    is_wanted: impl Fn(&Header) -> bool,
) -> anyhow::Result<Option<Subject>> {
    let selector = selector(&args.question)?;
    let sources = asked(args, output)?;
    let seen = InputNotes::of(output.format);
    sources.look_wanted(seen, &selector, options, output, is_wanted)
}

fn asked(args: &ReportArgs, output: &Output) -> anyhow::Result<Sources> {
    match args.question.is_compatible() {
        true => Sources::open_as_pprof(&args.question.sources, output),
        false => Sources::open(&args.question.sources, output),
    }
}
