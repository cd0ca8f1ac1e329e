//! Reads dumps of goroutines, one after another, and tells which of them are a series.

use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use heapwise_analysis::flame::FlameOptions;
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{
    Contradiction, Date, DumpInfo, DumpSource, ErrorKind, Gatherer, GoroutineGroups,
    GoroutineOptions, GroupBy, Header, LeakVerdict, Order, Role, SamplingError, Selector,
    Suppression,
};
use heapwise_decode as decode;
use heapwise_decode::{
    Goroutines, Limits, Profile, ProfileKind, Source, Surroundings, counted, gc_snapshots,
};
use heapwise_report::{FlamePicture, Format, GoroutinesReport, Input, StackSize, Warning};

use super::budget::Budget;
use super::dump_places::{self, Place};
use super::instances::{self, Named};
use super::instant::instant;
use super::profiles;
use super::series::{self, Drawn, Moment};
use super::view::selector_of;
use crate::args::{Color, FilterArgs, GoroutinesArgs};
use crate::browser;
use crate::executable::without_binary;
use crate::fetch::Endpoint;
use crate::folder::is_profile_name;
use crate::input::{NamedSource, Opener, have_same_bytes, listed};
use crate::many::PassedOver;
use crate::output::Output;
use crate::today::today;

/// Runs `heapwise goroutines`.
pub(crate) fn run(args: &GoroutinesArgs, color: Color) -> anyhow::Result<()> {
    let output = Output::new(&args.output, color);
    output.expect_format(GoroutinesReport::FORMATS)?;
    let report = answer(args, &output)?;
    output.warn(&report.warnings)?;
    browser::write(output, "goroutines", &args.open, |output, out| {
        report.write(output.format, output.layout, out)
    })
}

/// What is asked of dumps.
pub(super) struct Asked<'a> {
    pub(super) dumps: &'a [String],
    pub(super) filters: &'a FilterArgs,
    pub(super) group_by: GroupBy,
    pub(super) tree: bool,
    pub(super) budget: Option<&'a str>,
    pub(super) today: Option<Date>,
    pub(super) limit: Option<usize>,
    /// What of the stacks is drawn, where they are.
    pub(super) drawn: FlameOptions,
    pub(super) confidence: Confidence,
}

/// The groups, as a value.
pub(super) fn answer(args: &GoroutinesArgs, output: &Output) -> anyhow::Result<GoroutinesReport> {
    let asked = Asked {
        dumps: &args.dumps,
        filters: &args.filters,
        group_by: args.group_by.clone(),
        tree: args.tree,
        budget: args.budget.as_deref(),
        today: args.today,
        limit: args.count.limit(default_limit(output)),
        drawn: FlameOptions::default(),
        confidence: Confidence::default(),
    };
    answer_to(&asked, output)
}

/// The same, whatever command asks.
pub(super) fn answer_to(args: &Asked<'_>, output: &Output) -> anyhow::Result<GoroutinesReport> {
    let mut options = GoroutineOptions::default();
    options.group_by = args.group_by.clone();
    options.tree = args.tree;
    let selector = selector(args.filters)?;
    let budget = args.budget.map(Budget::read).transpose()?;
    let (known, expired) = budget
        .unwrap_or_default()
        .suppressions_on(args.today.unwrap_or_else(today));
    let names = without_binary(args.dumps, output)?;
    let opener = output.opener(Endpoint::Goroutines);
    let all = answers(names, &options, selector.as_ref(), opener)?;
    let mut all: Vec<Answered> = all.into_iter().map(|one| one.allowing(&known)).collect();
    let told = most_alarming(&all);
    let beside = places_warning(&all, Some(told));
    let processes = all.iter().map(|one| one.groups.processes).sum();
    let Answered {
        groups: mut answer,
        inputs,
        mut warnings,
        place,
        sources,
        stack,
        ..
    } = all.swap_remove(told);
    if beside.is_some() {
        answer.processes = processes;
        answer.process = place;
    }
    warnings.extend(beside);
    warnings.extend(expired.iter().map(expiry_warning));
    warnings.extend(output.many.passed_over());
    let flame = match output.format {
        Format::Html => picture(&answer, &sources, args, output)?,
        _ => None,
    };
    Ok(GoroutinesReport::new(answer)
        .with_flame(flame)
        .with_inputs(inputs)
        .with_warnings(warnings)
        .with_limit(args.limit)
        .with_stack(stack)
        .with_tree(args.tree))
}

/// The dumps of one process, as far as can be told, and what they answer.
pub(crate) struct Answered {
    pub(crate) groups: GoroutineGroups,
    pub(crate) inputs: Vec<Input>,
    pub(crate) warnings: Vec<Warning>,
    /// Where these dumps are, if those of other processes are elsewhere.
    pub(crate) place: Option<String>,
    /// Why the dumps are no series of one instance by their names, if they are none.
    pub(crate) instances: Option<String>,
    /// For each dump its source, unless that holds several.
    sources: Vec<Option<NamedSource>>,
    stack: StackSize,
}

impl Answered {
    fn allowing(self, known: &[Suppression]) -> Answered {
        Answered {
            groups: self.groups.allowing(known),
            ..self
        }
    }

    /// What its place is called.
    pub(crate) fn name(&self) -> &str {
        match self.place.as_deref() {
            None | Some("") => "this folder",
            Some(name) => name,
        }
    }

    /// How many groups have this verdict and are not let off.
    fn count_of(&self, verdict: LeakVerdict) -> usize {
        let groups = self.groups.groups.iter();
        let found = groups.filter(|one| one.verdict == Some(verdict) && one.allowed.is_none());
        found.count()
    }

    /// `cart-0 (20 dumps, 8 -> 75 goroutines, 1 group growing)`.
    fn line(&self, is_told: bool) -> String {
        let series = &self.groups.series;
        let first = series.first().map_or(0, |first| first.total);
        let mut parts = vec![
            counted(series.len(), "dump"),
            format!("{first} -> {}", counted(self.groups.total(), "goroutine")),
        ];
        for (verdict, word) in [
            (LeakVerdict::Leaked, "leaked"),
            (LeakVerdict::Growing, "growing"),
        ] {
            let count = self.count_of(verdict);
            parts.extend((count > 0).then(|| format!("{} {word}", counted(count, "group"))));
        }
        parts.extend(is_told.then(|| "told here".to_owned()));
        format!("{} ({})", self.name(), parts.join(", "))
    }
}

/// Which to look at first: where something leaks, else where something grows; of several the last.
fn most_alarming(all: &[Answered]) -> usize {
    let alarm = |one: &Answered| {
        let has = |verdict| one.count_of(verdict) > 0;
        (has(LeakVerdict::Leaked), has(LeakVerdict::Growing))
    };
    let worst = all.iter().enumerate().max_by_key(|(_, one)| alarm(one));
    worst.map_or(0, |(at, _)| at)
}

/// That the dumps of each place are a series of their own, and what each is.
pub(crate) fn places_warning(all: &[Answered], told: Option<usize>) -> Option<Warning> {
    let each = all.iter().enumerate();
    let each: Vec<String> = each.map(|(at, one)| one.line(told == Some(at))).collect();
    let end = match told {
        Some(_) => "to look at another one, give its dumps alone",
        None => "claims are decided on each",
    };
    let message = format!(
        "the dumps are of several processes, which are a series each: {}; {end}",
        each.join(", ")
    );
    (all.len() > 1).then(|| Warning::new("several_processes", message))
}

/// What dumps answer: one series, or one for each place where they cannot all be of one process. Heap texts with memory
/// statistics may be among them; in a directory, what is no dump is passed over.
pub(crate) fn answers(
    names: &[String],
    options: &GoroutineOptions,
    selector: Option<&Selector>,
    opener: Opener<'_>,
) -> anyhow::Result<Vec<Answered>> {
    let sources = opener.dumps(names)?;
    let added =
        |sources: &[(NamedSource, bool)]| Dumps::added(sources, (options, selector), opener.limits);
    let all = added(&sources)?;
    if all.inputs.is_empty() {
        bail!(
            "{}: found no goroutine dump, expected one such as /debug/pprof/goroutine serves",
            listed(names)
        );
    }
    for path in &all.passed_over {
        opener.pass_over(path, PassedOver::NoDump);
    }
    let Some(places) = all.apart(&sources) else {
        return Ok(vec![all.answered(&sources, opener.limits)?]);
    };
    // What was left out is said, wherever it was.
    let mut said = all.warnings;
    let mut answers = Vec::with_capacity(places.len());
    for place in places {
        let own = place.sources.iter().filter_map(|&at| sources.get(at));
        let own: Vec<(NamedSource, bool)> = own.cloned().collect();
        let mut answer = added(&own)?.answered(&own, opener.limits)?;
        answer.place = Some(place.name);
        answer.warnings.retain(|warning| !said.contains(warning));
        let others = std::mem::take(&mut answer.warnings);
        said.extend(others);
        answers.push(answer);
    }
    if let Some(first) = answers.first_mut() {
        first.warnings = said;
    }
    Ok(answers)
}

/// The stacks of the dumps of the series; none where some are parts of a text, which are not read by themselves.
fn picture(
    answer: &GoroutineGroups,
    sources: &[Option<NamedSource>],
    args: &Asked<'_>,
    output: &Output,
) -> anyhow::Result<Option<FlamePicture>> {
    let moments = answer.series.iter().map(|point| {
        Some(Moment {
            source: sources.get(point.dump)?.as_ref()?,
            index: 0,
            nanos: point.time_nanos,
        })
    });
    let Some(moments) = moments.collect::<Option<Vec<Moment<'_>>>>() else {
        return Ok(None);
    };
    let selector = selector_of(args.filters, true)?;
    let drawn = Drawn {
        selector: &selector,
        options: &args.drawn,
        confidence: args.confidence,
    };
    series::picture(&moments, &drawn, &output.limits)
}

/// What is no longer let off is not left out silently.
fn expiry_warning(suppression: &Suppression) -> Warning {
    let (text, expires) = (suppression.text(), suppression.expires());
    let reason = suppression.reason();
    Warning::new(
        "suppression_expired",
        format!("suppress {text}: expired on {expires}: {reason}"),
    )
}

/// A dump may have as many groups as goroutines, which nobody reads; programs get all.
fn default_limit(output: &Output) -> Option<usize> {
    match output.format {
        Format::Text if output.is_terminal => Some(20),
        Format::Text | Format::Markdown | Format::Html => Some(100),
        _ => None,
    }
}

/// The filters that were asked for, if any. Frames of the runtime tell what goroutines wait for:
/// none of them is uninteresting.
pub(crate) fn selector(filters: &FilterArgs) -> anyhow::Result<Option<Selector>> {
    match filters.options().is_empty() {
        true => Ok(None),
        false => selector_of(filters, true).map(Some),
    }
}

/// Dumps of goroutines and what came with them.
struct Dumps<'a> {
    gatherer: Gatherer,
    selector: Option<&'a Selector>,
    /// What filters found in each dump.
    notes: Vec<String>,
    inputs: Vec<Input>,
    /// What each dump says of itself.
    infos: Vec<DumpInfo>,
    /// For each dump the place of its source, and its place there.
    read: Vec<(usize, usize)>,
    /// For each dump its source, unless that holds several.
    sources: Vec<Option<NamedSource>>,
    /// For each dump the name of the instant at which it was taken.
    instants: Vec<String>,
    warnings: Vec<Warning>,
    /// What is in a folder and is no dump.
    passed_over: Vec<Arc<str>>,
    /// Bytes of stacks in use, by the last memory statistics.
    stack_in_use: Option<u64>,
    last_total: i64,
}

impl<'a> Dumps<'a> {
    /// Reads dumps, one after another.
    fn added(
        sources: &[(NamedSource, bool)],
        (options, selector): (&GoroutineOptions, Option<&'a Selector>),
        limits: &Limits,
    ) -> anyhow::Result<Dumps<'a>> {
        let mut dumps = Dumps {
            gatherer: Gatherer::new(options.clone()),
            selector,
            notes: Vec::new(),
            inputs: Vec::new(),
            infos: Vec::new(),
            read: Vec::new(),
            sources: Vec::new(),
            instants: Vec::new(),
            warnings: Vec::new(),
            passed_over: Vec::new(),
            stack_in_use: None,
            last_total: 0,
        };
        let is_series = sources.len() > 1;
        for (number, (source, is_named)) in sources.iter().enumerate() {
            let before = dumps.inputs.len();
            dumps.add(source, *is_named, is_series, limits)?;
            let parts = dumps.inputs.len() - before;
            dumps.read.extend((0..parts).map(|part| (number, part)));
        }
        Ok(dumps)
    }

    /// The places of the dumps, if they are of several processes by that.
    fn apart(&self, sources: &[(NamedSource, bool)]) -> Option<Vec<Place>> {
        let taken = |at: usize| sources.get(at)?.0.facts?.taken_nanos;
        let dumps = self.read.iter().zip(&self.infos);
        dump_places::apart(
            sources.iter().map(|(source, _)| &*source.path),
            dumps.map(|(&(source, _), info)| (source, *info, taken(source))),
        )
    }

    /// What they answer.
    fn answered(
        mut self,
        sources: &[(NamedSource, bool)],
        limits: &Limits,
    ) -> anyhow::Result<Answered> {
        self.warnings.extend(profiles::input_warnings(&self.inputs));
        self.warn_of_filters();
        // What filters leave is not numbered as the dump is.
        if self.selector.is_none() {
            let of = |(source, _): &(NamedSource, bool)| source.path.to_string();
            let all: Vec<&dyn Source> = sources.iter().map(|(source, _)| source as _).collect();
            self.gatherer
                .follow_all(&all, &self.read, &self.instants, limits)
                .map_err(|(at, error)| {
                    anyhow!(error).context(sources.get(at).map_or_else(String::new, of))
                })?;
        }
        let stack = self.stack_size();
        let mut groups = self.gatherer.finish(&self.instants);
        let instances = instances_of(&groups, &self.inputs);
        let mut warnings = self.warnings;
        if let Some(message) = &instances {
            leave_unjudged(&mut groups);
            warnings.push(Warning::new("several_instances", message.clone()));
        }
        warnings.extend(role_warnings(&self.inputs, &groups.roles, groups.order));
        warnings.extend(series_warnings(&groups));
        Ok(Answered {
            groups,
            inputs: self.inputs,
            warnings,
            place: None,
            instances,
            sources: self.sources,
            stack,
        })
    }

    /// Adds a source: one dump, several that are in one text, or none when it is something else.
    fn add(
        &mut self,
        source: &NamedSource,
        is_named: bool,
        is_series: bool,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        match DumpSource::read(source, is_series, limits) {
            Ok(DumpSource::One(profile)) => self.add_profile(source, profile, None, limits),
            Ok(DumpSource::Several(parts)) => self.add_parts(source, parts, limits),
            Ok(DumpSource::Other(profile)) => self.other(source, &profile, is_named, limits),
            Err(error) if is_named => Err(error).with_context(|| source.path.clone()),
            Err(error) => {
                self.pass_over(source, &error);
                Ok(())
            }
            Ok(_) => {
                self.passed_over.push(Arc::clone(&source.path));
                Ok(())
            }
        }
    }

    /// Adds the dumps of one text, first to last.
    fn add_parts(
        &mut self,
        source: &NamedSource,
        parts: Vec<Goroutines>,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        let count = parts.len();
        let mut are_of_one = true;
        for (at, part) in parts.into_iter().enumerate() {
            let (profile, around) = part.into_parts();
            are_of_one &= around.origin.is_none() && (at + 1 == count || !around.ends_process);
            let part_of_text = Part {
                at,
                count,
                around: &around,
            };
            self.add_profile(source, profile, Some(part_of_text), limits)?;
        }
        if count > 1 {
            let series = if are_of_one {
                ": a series, first to last"
            } else {
                ""
            };
            self.warnings.push(Warning::new(
                "several_dumps",
                format!("{}: holds {count} dumps{series}", source.path),
            ));
        }
        Ok(())
    }

    fn add_profile(
        &mut self,
        source: &NamedSource,
        profile: Profile,
        part: Option<Part<'_>>,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        let profile = self.filtered(profile, limits)?;
        let told = match part {
            Some(part) => {
                let is_first = part.at == 0;
                self.gatherer
                    .add_next_of_text(&profile, part.around, is_first)
            }
            None => self.gatherer.add(&profile),
        };
        let Some(told) = told else {
            return Ok(());
        };
        self.infos.push(told);
        if told.kind == ProfileKind::Goroutine && !told.is_delta {
            self.last_total = told.total;
        }
        let mut instant = instant(&source.path).to_owned();
        let is_whole = part.is_none_or(|part| part.count == 1);
        if let Some(part) = part.filter(|_| !is_whole) {
            instant.push_str(&format!("#{}", part.at));
        } else if let Some(first) = self.copied(source) {
            instant = self.instants.get(first).cloned().unwrap_or(instant);
            let path = self.inputs.get(first).map_or("", |input| &input.path);
            let message = format!("{}: has the same bytes as {path}: one moment", source.path);
            self.warnings.push(Warning::new("copy", message));
        }
        self.instants.push(instant);
        self.sources.push(is_whole.then(|| source.clone()));
        self.inputs.push(Input::new(
            source.path.clone(),
            Header::of(profile.tables()),
            profile.sample_count() as u64,
            SamplingError::Exact,
        ));
        Ok(())
    }

    /// The place of the text that the one added last is a copy of. Profiles tell the nanosecond that they are of; texts of
    /// numbered goroutines are of one moment where all their bytes are the same, unless a bundle tells that they were there at
    /// several. Those that ended their processes are no series anyway, and of one that is started again and again they may be
    /// the same.
    fn copied(&self, source: &NamedSource) -> Option<usize> {
        let (last, earlier) = self.infos.split_last()?;
        let may_be_copy = last.highest.is_some() && !last.ends_process;
        let is_plain = |source: &NamedSource| source.file().is_some() && source.facts.is_none();
        if !may_be_copy || !is_plain(source) {
            return None;
        }
        let mut all = earlier.iter().zip(&self.sources);
        all.position(|(info, other)| {
            let is_alike = (info.highest, info.total) == (last.highest, last.total);
            let other = other.as_ref().filter(|other| is_plain(other));
            is_alike && other.is_some_and(|other| have_same_bytes(source, other))
        })
    }

    /// What is in a directory may be anything; but what may have been a dump is not left out
    /// silently.
    fn pass_over(&mut self, source: &NamedSource, error: &heapwise_analysis::Error) {
        if may_be_one(&source.path, error) {
            self.warnings.push(Warning::new(
                "unreadable",
                format!("{}: left out: {error}", source.path),
            ));
        } else {
            self.passed_over.push(Arc::clone(&source.path));
        }
    }

    fn filtered(&mut self, profile: Profile, limits: &Limits) -> anyhow::Result<Profile> {
        let Some(selector) = self.selector else {
            return Ok(profile);
        };
        let selected = selector.of(profile, "count")?;
        self.notes.extend_from_slice(selected.notes());
        Ok(selected.to_profile(limits)?)
    }

    /// A filter may well match nothing in one dump of a series, but not in all.
    fn warn_of_filters(&mut self) {
        let mut notes = std::mem::take(&mut self.notes);
        notes.sort();
        for same in notes.chunk_by(|a, b| a == b) {
            if let Some(note) = same.first().filter(|_| same.len() == self.inputs.len()) {
                self.warnings.push(Warning::new("filter", note.clone()));
            }
        }
    }

    /// A profile of another kind: of use when it has memory statistics.
    fn other(
        &mut self,
        source: &NamedSource,
        profile: &Profile,
        is_named: bool,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        let kind = profile.kind();
        let snapshots = match kind.is_heap() {
            true => gc_snapshots(source, limits).unwrap_or_default(),
            false => Vec::new(),
        };
        let stack = snapshots.last().and_then(|last| last.system.stack_inuse);
        match stack {
            Some(bytes) => self.stack_in_use = Some(bytes),
            None if is_named => bail!(
                "{}: found {}, expected a goroutine dump, or a heap profile with \
                 debug=1 for its memory statistics",
                source.path,
                kind.with_article()
            ),
            None => self.passed_over.push(Arc::clone(&source.path)),
        }
        Ok(())
    }

    fn stack_size(&self) -> StackSize {
        let in_use = self
            .stack_in_use
            .and_then(|bytes| i64::try_from(bytes).ok());
        let each = in_use.and_then(|bytes| bytes.checked_div(self.last_total));
        each.filter(|&bytes| bytes > 0)
            .map_or(StackSize::Floor, StackSize::Measured)
    }
}

/// Whether what cannot be read may have been asked for: it is no text of something else, and not empty, unless its name is that of a
/// profile.
pub(super) fn may_be_one(name: &str, error: &heapwise_analysis::Error) -> bool {
    let ErrorKind::Profile(error) = error.kind() else {
        return true;
    };
    match error.kind() {
        decode::ErrorKind::NotAProfile => false,
        decode::ErrorKind::Empty => is_profile_name(name),
        _ => true,
    }
}

/// Which dump of a text, from 0.
#[derive(Clone, Copy)]
struct Part<'a> {
    at: usize,
    count: usize,
    around: &'a Surroundings,
}

/// Why the dumps of a series are not of one instance, by their names. Copies of one have names, too.
fn instances_of(groups: &GoroutineGroups, inputs: &[Input]) -> Option<String> {
    let is_timed = groups.order == Order::Time;
    let mut named: Vec<Named<'_>> = Vec::new();
    for (at, (input, role)) in inputs.iter().zip(&groups.roles).enumerate() {
        let path = instant(&input.path);
        let is_known = named.iter().any(|one| one.path == path);
        if *role == Role::Counted || (*role == Role::SameInstant && !is_timed && !is_known) {
            let mut points = groups.series.iter();
            let point = points.find(|point| point.dump == at);
            let nanos = point.and_then(|point| point.time_nanos);
            let nanos = nanos.filter(|_| is_timed);
            named.push(Named { path, nanos });
        }
    }
    named.sort_by_key(|one| (one.path, one.nanos));
    named.dedup_by_key(|one| (one.path, one.nanos));
    instances::of_several_dumps(&named)
}

/// What became of the goroutines of several instances is no answer; those that are leaked are.
fn leave_unjudged(groups: &mut GoroutineGroups) {
    groups.trend = None;
    groups.survivors = None;
    for group in &mut groups.groups {
        group.trend = None;
        group.survivors = None;
        group.lasting = None;
        group.turned_over = None;
        if group.verdict != Some(LeakVerdict::Leaked) {
            group.verdict = None;
            group.causes.clear();
        }
    }
}

/// What is to be known of which dumps are the series, and in which order.
fn series_warnings(answer: &GoroutineGroups) -> Vec<Warning> {
    let processes = (answer.processes > 1).then(|| {
        let of = answer.roles.iter().filter(|role| **role == Role::OtherProcess);
        let name = answer.process.as_ref();
        let name = name.map_or_else(String::new, |name| format!(" ({name})"));
        let message = format!(
            "the dumps are of {} processes, which are no series: {} of other processes than the last one{name} left out; to \
             look at another one, give its dumps alone",
            answer.processes,
            counted(of.count(), "dump")
        );
        Warning::new("several_processes", message)
    });
    processes.into_iter().chain(order_warning(answer)).collect()
}

/// What tells another order of a series than the one that was taken.
fn order_warning(answer: &GoroutineGroups) -> Option<Warning> {
    let message = match answer.contradiction? {
        Contradiction::NumbersAgainstGiven => {
            "the numbers of goroutines, which only go up in one process, put the dumps in another \
             order than their names or the order given, which is in none: the numbers were followed, and no claim \
             is decided on it; give the dumps first to last, those of several processes apart"
        }
        Contradiction::NumbersGoDown => {
            "the numbers of goroutines go down from one dump to a later one: the process may have been \
             started anew in between, and what grew before be gone"
        }
        Contradiction::RestartOrOrder => {
            "the numbers of goroutines, which only go up in one process, go down, and the dumps before and after have \
             goroutines in common: either the process was started anew, as is taken here, or the dumps are not \
             in their order; no claim is decided on it"
        }
        Contradiction::TimesGoBack => {
            "the times of dumps go back within one text: the times were followed"
        }
        _ => return None,
    };
    Some(Warning::new("order", message.to_owned()))
}

/// What is to be known of dumps that are not one of the series.
fn role_warnings(inputs: &[Input], roles: &[Role], order: Order) -> Vec<Warning> {
    let names = |wanted: Role| -> Vec<&str> {
        let both = inputs.iter().zip(roles);
        let with = both.filter(|(_, role)| **role == wanted);
        with.map(|(input, _)| &*input.path).collect()
    };
    let mut warnings = Vec::new();
    let mut warn = |code: &'static str, names: Vec<&str>, what: &str| {
        if !names.is_empty() {
            let message = format!("{}: {what}", names.join(", "));
            warnings.push(Warning::new(code, message));
        }
    };
    warn(
        "difference",
        names(Role::Difference),
        "the difference of two profiles, of no use in a series: left out",
    );
    let both = inputs.iter().zip(roles);
    let alone =
        both.filter(|(input, role)| **role == Role::Counted && input.header.is_difference());
    warn(
        "difference",
        alone.map(|(input, _)| &*input.path).collect(),
        "the difference of two profiles: what became more or less, not how many there are",
    );
    if order == Order::Time {
        warn(
            "no_time",
            names(Role::Untimed),
            "does not say when it was taken, as the others do: used for creators and leaks only",
        );
    }
    warnings
}
