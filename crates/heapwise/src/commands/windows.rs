//! Heap texts of one process as what was allocated between each and the next, over the time that was published in
//! between. Snapshots of one process are no runs: they share what was allocated before the first.

use std::fmt;

use anyhow::{Context, bail};
use heapwise_analysis::gc::{GcMoment, Window, processes, published_window};
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    BaseMode, Clock, Lifetime, RankOptions, Ranking, Selector, rank_selected, subtract,
};
use heapwise_decode::{Limits, ProfileKind, ProfileReader, counted, gc_snapshots};
use heapwise_report::Warning;

use super::told_apart::tell_apart;
use super::view::Sources;
use crate::input::NamedSource;

/// Snapshots that show nothing but the same data: what was allocated between them is not known, and not nothing.
#[derive(Debug)]
pub(super) struct SameData(String);

impl std::error::Error for SameData {}

impl fmt::Display for SameData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: --per seconds: found no collection that was published between the snapshots of one process: nothing is \
             known of what was allocated in between; expected snapshots further apart",
            self.0
        )
    }
}

/// What was allocated in each window of a side.
pub(super) struct Windows {
    pub(super) rankings: Vec<Ranking>,
    /// Seconds of each.
    pub(super) exposures: Vec<Exposure>,
    /// By how much one of them may be off, in seconds: it is not known whether a collection was run for a profile.
    pub(super) doubt_seconds: f64,
}

/// The memory statistics of each source, where all are texts that end in them.
pub(super) fn moments(sources: &[NamedSource], limits: &Limits) -> Option<Vec<GcMoment>> {
    let mut moments = Vec::new();
    for (place, source) in sources.iter().enumerate() {
        if !is_text(source) {
            return None;
        }
        let snapshots = gc_snapshots(source, limits).ok()?;
        let [snapshot] = <[_; 1]>::try_from(snapshots).ok()?;
        let forced = was_forced(source);
        let moment = GcMoment::new(snapshot, place).with_forced(forced);
        if !moment.has_profile() || moment.snapshot.pauses.is_none() {
            return None;
        }
        moments.push(moment);
    }
    tell_apart(&mut moments, sources, limits);
    (!moments.is_empty()).then_some(moments)
}

/// What a bundle says; else collectors name a profile that a collection was run for after the parameter.
pub(super) fn was_forced(source: &NamedSource) -> Option<bool> {
    if let Some(facts) = &source.facts {
        return facts.forced;
    }
    let names = ["gc1", "gc=1", "gc-1"];
    let mut names = names.iter();
    names.any(|name| source.path.contains(name)).then_some(true)
}

/// Whether a source is text that is not compressed, as far as its first bytes tell.
fn is_text(source: &NamedSource) -> bool {
    use heapwise_decode::Source;
    use std::io::Read;
    let mut head = Vec::new();
    let opened = source.open().ok();
    let read = opened.and_then(|reader| reader.take(64).read_to_end(&mut head).ok());
    let is_odd = |byte: &u8| *byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t');
    read.is_some()
        && !head.is_empty()
        && !head.starts_with(&[0x1f, 0x8b])
        && !head.iter().any(is_odd)
}

/// Sources that are the same data as an earlier one: of one process, after the same cycle. Places in `moments`.
pub(super) fn copies(moments: &[GcMoment]) -> Vec<(usize, usize)> {
    let mut copies = Vec::new();
    for (at, later) in moments.iter().enumerate() {
        let count = later.snapshot.counters.num_gc;
        let is_same = |one: &&GcMoment| {
            one.snapshot.counters.num_gc == count && one.shares_cycles(later) == Some(true)
        };
        let mut earlier = moments.get(..at).unwrap_or_default().iter();
        if let Some(first) = earlier.find(is_same) {
            copies.push((first.input, later.input));
        }
    }
    copies
}

/// Whether a source of one side is the same data as one of the other.
pub(super) fn share_a_cycle(
    (before, after): (&[NamedSource], &[NamedSource]),
    limits: &Limits,
) -> bool {
    let (Some(mut all), Some(newer)) = (moments(before, limits), moments(after, limits)) else {
        return false;
    };
    let is_newer = |at: usize| at >= before.len();
    all.extend(newer.into_iter().map(|mut moment| {
        moment.input += before.len();
        moment
    }));
    let mut copies = copies(&all).into_iter();
    copies.any(|(first, copy)| is_newer(first) != is_newer(copy))
}

/// Says that a source is left out as such a copy of another.
pub(super) fn copy_warning(first: &str, copy: &str) -> Warning {
    let message =
        format!("{copy}: left out: of the same process and cycle as {first}, so the same data");
    Warning::new("same_cycle", message)
}

impl Windows {
    /// What was allocated between the snapshots of each process; `None` where the sources are no snapshots.
    pub(super) fn between(
        sources: &[NamedSource],
        options: &RankOptions,
        selector: &Selector,
        limits: &Limits,
    ) -> anyhow::Result<Option<(Windows, Vec<Warning>)>> {
        if sources.len() < 2 {
            return Ok(None);
        }
        let Some(moments) = moments(sources, limits) else {
            return Ok(None);
        };
        let mut windows = Windows {
            rankings: Vec::new(),
            exposures: Vec::new(),
            doubt_seconds: 0.0,
        };
        let mut skipped = 0_usize;
        for process in processes(moments).series {
            skipped += windows.add_process(&process, sources, (options, selector, limits))?;
        }
        if windows.rankings.is_empty() {
            return Err(SameData(names(sources)).into());
        }
        let warnings = windows.warnings(sources, skipped);
        Ok(Some((windows, warnings)))
    }

    /// Adds the windows of one process; how many pairs show the same data.
    fn add_process(
        &mut self,
        process: &[GcMoment],
        sources: &[NamedSource],
        how: (&RankOptions, &Selector, &Limits),
    ) -> anyhow::Result<usize> {
        let mut skipped = 0;
        let Some((mut earlier, rest)) = process.split_first() else {
            return Ok(0);
        };
        for later in rest {
            let pair = sources.get(earlier.input).zip(sources.get(later.input));
            let Some((old, new)) = pair else {
                continue;
            };
            match published_window(earlier, later) {
                Window::Same => skipped += 1,
                Window::Seconds { value, low, high } => {
                    let doubt = (high - value).max(value - low);
                    self.doubt_seconds = self.doubt_seconds.max(doubt);
                    let Some(exposure) = Exposure::new(value.max(high / 1e3)) else {
                        continue;
                    };
                    self.exposures.push(exposure);
                    self.rankings
                        .push(ranked(old, new, how).with_context(|| new.path.clone())?);
                    earlier = later;
                }
                Window::Unknown(why) => bail!("{}, {}: --per seconds: {why}", old.path, new.path),
                _ => {}
            }
        }
        Ok(skipped)
    }

    fn warnings(&self, sources: &[NamedSource], skipped: usize) -> Vec<Warning> {
        let seconds = self.exposures.iter().map(|exposure| exposure.amount());
        let all: f64 = seconds.sum();
        let mut warnings = vec![Warning::new(
            "published_windows",
            format!(
                "{}: compared by what was allocated in {} of {all:.2}s in all, between the ends of the cycles at which \
                 it was published",
                names(sources),
                counted(self.exposures.len(), "window"),
            ),
        )];
        if skipped > 0 {
            let message = format!(
                "{}: {} the same data as the one before, which counts once",
                names(sources),
                match skipped {
                    1 => "1 snapshot is".to_owned(),
                    many => format!("{many} snapshots are"),
                }
            );
            warnings.push(Warning::new("same_cycle", message));
        }
        warnings
    }

    /// The shortest of the windows, in seconds.
    pub(super) fn shortest(&self) -> f64 {
        let seconds = self.exposures.iter().map(|exposure| exposure.amount());
        seconds.fold(f64::INFINITY, f64::min)
    }
}

/// The seconds of which a profile shows the allocations.
pub(super) struct Rate {
    pub(super) seconds: f64,
    /// Whether the ends are those of collections.
    pub(super) is_window: bool,
    pub(super) doubt: Option<Warning>,
}

impl Rate {
    /// Of a profile after its base, or of one that covers some seconds itself.
    pub(super) fn of(
        sources: &Sources,
        ranking: &Ranking,
        index: usize,
        limits: &Limits,
    ) -> anyhow::Result<Rate> {
        let lifetime = ranking.measure(index).map(|measure| measure.lifetime);
        if lifetime != Some(Lifetime::Allocated) {
            bail!(
                "--per seconds: found a value that is a level, expected one of what was allocated, such as alloc_space"
            );
        }
        let pair = [sources.bases.as_slice(), sources.sources.as_slice()].concat();
        let moments = moments(&pair, limits).unwrap_or_default();
        match (moments.as_slice(), ranking.header.duration_nanos) {
            ([earlier, later], _) if sources.bases.len() == 1 => {
                Rate::between(earlier, later, &pair)
            }
            (_, Some(nanos))
                if nanos > 0 && sources.bases.is_empty() && sources.sources.len() == 1 =>
            {
                Ok(Rate::of_duration(nanos as f64 / 1e9, ranking))
            }
            _ => bail!(
                "{}: --per seconds: found no time that this covers, expected a heap text (debug=1) with an earlier one of \
                 the same process as --base",
                names(&sources.sources)
            ),
        }
    }

    fn between(earlier: &GcMoment, later: &GcMoment, pair: &[NamedSource]) -> anyhow::Result<Rate> {
        match published_window(earlier, later) {
            Window::Seconds { value, low, high } if value > 0.0 => {
                let doubt = (high - low > 0.01 * value).then(|| {
                    Warning::new(
                        "published_windows",
                        format!(
                            "rates are over {value:.2}s; if a collection was run for one of the profiles (gc=1), over \
                             {low:.2}s to {high:.2}s"
                        ),
                    )
                });
                Ok(Rate {
                    seconds: value,
                    is_window: true,
                    doubt,
                })
            }
            Window::Unknown(why) => bail!("{}: --per seconds: {why}", names(pair)),
            _ => Err(SameData(names(pair)).into()),
        }
    }

    fn of_duration(seconds: f64, ranking: &Ranking) -> Rate {
        let is_delta = ranking.header.kind == ProfileKind::DeltaHeap;
        let clock = Clock::new(seconds, 1).with_both_ends(is_delta);
        let doubt = (!clock.is_sure()).then(|| Warning::new("unsure_seconds", clock.doubt()));
        Rate {
            seconds,
            is_window: false,
            doubt,
        }
    }
}

fn names(sources: &[NamedSource]) -> String {
    let names: Vec<&str> = sources.iter().map(|source| &*source.path).collect();
    match names.as_slice() {
        [first, _, .., last] => format!("{first} to {last}"),
        few => few.join(", "),
    }
}

fn ranked(
    old: &NamedSource,
    new: &NamedSource,
    (options, selector, limits): (&RankOptions, &Selector, &Limits),
) -> anyhow::Result<Ranking> {
    let earlier = ProfileReader::open_tables(old.clone(), limits)?;
    let later = ProfileReader::open_tables(new.clone(), limits)?;
    let between = subtract(&later, &earlier, BaseMode::Base, limits)?;
    let selected = selector.of_reader(between, "minimum")?;
    let mut ranking = rank_selected(&selected, options)?;
    ranking.whole = None;
    Ok(ranking)
}
