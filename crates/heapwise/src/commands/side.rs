//! One side of a comparison, ranked.

use anyhow::bail;
use heapwise_analysis::gc::{GcMoment, processes};
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{Benchmark, DiffSide, GivenWork, Lifetime, RankOptions, Selector};

use super::profiles::{self, Question};
use super::runs::Runs;
use super::same_moment::{self, Form};
use super::windows::{self, Windows};
use crate::executable::without_binary;
use crate::fetch::Endpoint;
use crate::input::NamedSource;
use crate::names::as_few;
use crate::output::Output;
use heapwise_report::Warning;

/// One side.
pub(crate) struct LoadedSide {
    pub(super) sources: Vec<NamedSource>,
    pub(super) runs: Runs,
    pub(super) sample_index: Vec<usize>,
    pub(super) exposures: Vec<Exposure>,
    /// What was allocated between its snapshots, where it is compared by the second.
    pub(super) windows: Option<Windows>,
    /// Places of the compared value in these.
    pub(super) window_index: Vec<usize>,
}

/// Sides as they are compared: whole, or what they hold of one benchmark.
pub(crate) struct Part<'a> {
    pub(crate) benchmark: Option<&'a Benchmark>,
    pub(crate) before: DiffSide<'a>,
    pub(crate) after: DiffSide<'a>,
    pub(crate) work: GivenWork,
    /// Parts that are judged side by side.
    pub(crate) of: usize,
    /// Whether snapshots of one process and cycle are on both sides.
    pub(crate) has_same_profile: bool,
}

impl LoadedSide {
    pub(super) fn load(
        names: Vec<String>,
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
        runs_of: impl FnOnce(usize) -> Runs,
    ) -> anyhow::Result<Self> {
        let mut sources = output
            .opener(Endpoint::Heap)
            .side(without_binary(&names, output)?)?;
        drop(names);
        output.many.ask(sources.len());
        let question = Question {
            options,
            selector,
            unit: "minimum",
            limits: &output.limits,
        };
        let asked: Vec<&str> = sources.iter().map(|source| &*source.path).collect();
        let asked = as_few(&asked);
        let mut runs = runs_of(sources.len());
        let warnings = profiles::rank_each(&mut sources, question, &mut runs, &output.many)?;
        if sources.is_empty() && !asked.is_empty() {
            bail!("{asked}: found no profile that can be read");
        }
        output.warn(&warnings)?;
        Ok(Self {
            sources,
            runs,
            sample_index: Vec::new(),
            exposures: Vec::new(),
            windows: None,
            window_index: Vec::new(),
        })
    }

    /// Ranks anew what was ranked by another value than the one compared: by the default of its own.
    pub(super) fn sum_compared(
        &mut self,
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<()> {
        let mut ranked = self.runs.rankings.iter().zip(&self.sample_index);
        if ranked.all(|(ranking, &index)| ranking.sums(index)) {
            return Ok(());
        }
        self.rank_anew(options, selector, output)
    }

    fn rank_anew(
        &mut self,
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<()> {
        let question = Question {
            options,
            selector,
            unit: "minimum",
            limits: &output.limits,
        };
        let mut runs = self.runs.emptied(&output.many);
        let read = self.sources.len();
        profiles::rank_each(&mut self.sources, question, &mut runs, &output.many)?;
        if self.sources.len() != read {
            bail!(
                "{}: found a profile that can no longer be read, expected one that stays as it is",
                self.names()
            );
        }
        self.runs = runs;
        Ok(())
    }

    /// Leaves out what is the same data as an earlier source: it is no second run.
    pub(super) fn drop_copies(
        &mut self,
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<()> {
        if self.sources.len() < 2 {
            return Ok(());
        }
        let paths = self.sources.iter().map(|source| &*source.path);
        let rankings = self.runs.rankings.iter();
        let forms = rankings.map(|ranking| Form::of(&ranking.header));
        output.warn(&same_moment::warnings(
            &self.sources,
            paths.zip(forms),
            &output.limits,
        ))?;
        let moments = windows::moments(&self.sources, &output.limits).unwrap_or_default();
        let copies = windows::copies(&moments);
        let paths = self.sources.iter().map(|source| source.path.to_string());
        let paths: Vec<String> = paths.collect();
        let path = |at: usize| paths.get(at).map_or("", String::as_str);
        let warnings = copies.iter();
        let warnings =
            warnings.map(|&(first, copy)| windows::copy_warning(path(first), path(copy)));
        output.warn(&warnings.collect::<Vec<_>>())?;
        let is_copy = |moment: &GcMoment| copies.iter().any(|&(_, copy)| copy == moment.input);
        let moments: Vec<GcMoment> = moments.into_iter().filter(|one| !is_copy(one)).collect();
        let mut are_gone = true;
        for &(_, copy) in copies.iter().rev() {
            self.sources.remove(copy);
            are_gone &= self.runs.remove(copy);
        }
        if !are_gone {
            self.rank_anew(options, selector, output)?;
        }
        output.warn(no_runs(moments, &paths).as_slice())
    }

    /// Looks for snapshots of one process, whose windows are what is compared by the second.
    pub(super) fn find_windows(
        &mut self,
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<()> {
        let found = Windows::between(&self.sources, options, selector, &output.limits)?;
        if let Some((windows, warnings)) = found {
            output.warn(&warnings)?;
            self.windows = Some(windows);
        }
        Ok(())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.rankings.is_empty()
    }

    /// The chosen value's name.
    pub(crate) fn sample_type(&self) -> String {
        let chosen = self.runs.rankings.first().zip(self.sample_index.first());
        let chosen = chosen.and_then(|(ranking, &at)| ranking.header.sample_types.get(at));
        chosen
            .map(|sample_type| sample_type.type_.clone())
            .unwrap_or_default()
    }

    pub(crate) fn side(&self) -> DiffSide<'_> {
        match self.windows.as_ref().filter(|_| !self.is_level()) {
            Some(windows) => {
                DiffSide::new(&windows.rankings, &self.window_index).with_exposures(&self.exposures)
            }
            None => {
                let side = self.runs.side(&self.sample_index);
                side.with_exposures(&self.exposures)
            }
        }
    }

    /// The name of the side's column.
    pub(crate) fn name(&self, default: &str) -> String {
        let label = self.sources.first().and_then(|source| source.label.clone());
        label.map_or_else(|| default.to_owned(), |label| label.to_string())
    }

    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.sources.iter().map(|s| &*s.path).collect();
        as_few(&names)
    }

    /// What is in use is a level: it is not divided by time or work.
    pub(super) fn is_level(&self) -> bool {
        let chosen = self.runs.rankings.first().zip(self.sample_index.first());
        let measure = chosen.and_then(|(ranking, &at)| ranking.measure(at));
        measure.is_some_and(|measure| measure.lifetime == Lifetime::InUse)
    }
}

/// Snapshots of one process share what was in use, and vary less than runs do.
fn no_runs(moments: Vec<GcMoment>, paths: &[String]) -> Option<Warning> {
    let all = moments.len();
    let longest = processes(moments).series.into_iter().rev();
    let longest = longest.max_by_key(Vec::len).filter(|one| one.len() > 1)?;
    let path = |moment: Option<&GcMoment>| {
        let path = moment.and_then(|moment| paths.get(moment.input));
        path.map_or("", String::as_str)
    };
    let (first, last) = (path(longest.first()), path(longest.last()));
    let count = longest.len();
    let which = match count == all {
        true => format!("{count} snapshots of one process are no runs"),
        false => format!("{count} of the {all} profiles are snapshots of one process and no runs"),
    };
    let message = format!(
        "{first} to {last}: {which}: they share what was in use, and what they have in common may be of this process \
         alone"
    );
    Some(Warning::new("snapshots_of_one_process", message))
}
