//! One side of a comparison, ranked.

use std::slice;

use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{Benchmark, DiffSide, GivenWork, Lifetime, RankOptions, Ranking, Selector};
use heapwise_decode::Limits;

use super::profiles;
use crate::executable::without_binary;
use crate::input::{NamedSource, open_side};
use crate::output::Output;

/// One side.
pub(crate) struct LoadedSide {
    pub(super) sources: Vec<NamedSource>,
    pub(super) rankings: Vec<Ranking>,
    pub(super) sample_index: Vec<usize>,
    pub(super) exposures: Vec<Exposure>,
}

/// Sides as they are compared: whole, or what they hold of one benchmark.
pub(crate) struct Part<'a> {
    pub(crate) benchmark: Option<&'a Benchmark>,
    pub(crate) before: DiffSide<'a>,
    pub(crate) after: DiffSide<'a>,
    pub(crate) work: GivenWork,
    /// Parts that are judged side by side.
    pub(crate) of: usize,
}

impl LoadedSide {
    pub(super) fn load(
        names: &[String],
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let sources = open_side(without_binary(names, output)?, &output.limits)?;
        let (mut rankings, warnings) =
            profiles::rank_each(&sources, options, selector, "minimum", &output.limits)?;
        output.warn(&warnings)?;
        // A comparison is of what the filters leave.
        for ranking in &mut rankings {
            ranking.whole = None;
        }
        Ok(Self {
            sources,
            rankings,
            sample_index: Vec::new(),
            exposures: Vec::new(),
        })
    }

    /// Ranks anew what was ranked by another value than the one compared: by the default of its own.
    pub(super) fn sum_compared(
        &mut self,
        options: &RankOptions,
        selector: &Selector,
        limits: &Limits,
    ) -> anyhow::Result<()> {
        let profiles = self.sources.iter().zip(&mut self.rankings);
        for ((source, ranking), &index) in profiles.zip(&self.sample_index) {
            if !ranking.sums(index) {
                let source = slice::from_ref(source);
                let (again, _) = profiles::rank_each(source, options, selector, "minimum", limits)?;
                again.into_iter().for_each(|again| *ranking = again);
            }
        }
        Ok(())
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rankings.is_empty()
    }

    /// The chosen value's name.
    pub(crate) fn sample_type(&self) -> String {
        let chosen = self.rankings.first().zip(self.sample_index.first());
        let chosen = chosen.and_then(|(ranking, &at)| ranking.header.sample_types.get(at));
        chosen
            .map(|sample_type| sample_type.type_.clone())
            .unwrap_or_default()
    }

    pub(crate) fn side(&self) -> DiffSide<'_> {
        DiffSide::new(&self.rankings, &self.sample_index).with_exposures(&self.exposures)
    }

    /// The name of the side's column.
    pub(crate) fn name(&self, default: &str) -> String {
        let label = self.sources.first().and_then(|source| source.label.clone());
        label.unwrap_or_else(|| default.to_owned())
    }

    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.sources.iter().map(|s| s.path.as_str()).collect();
        names.join(", ")
    }

    /// What is in use is a level: it is not divided by time or work.
    pub(super) fn is_level(&self) -> bool {
        let chosen = self.rankings.first().zip(self.sample_index.first());
        let measure = chosen.and_then(|(ranking, &at)| ranking.measure(at));
        measure.is_some_and(|measure| measure.lifetime == Lifetime::InUse)
    }
}
