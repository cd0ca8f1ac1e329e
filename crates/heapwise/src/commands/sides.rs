//! Two sides of profiles, ranked, with what is known of the work they cover.

use anyhow::{Context, anyhow, bail};
use heapwise_analysis::stats::{Exposure, Quantity};
use heapwise_analysis::{
    DiffOptions, DiffSide, Difference, Note, RankOptions, Ranking, Selector, TestKind, diff,
};
use heapwise_decode::{BenchmarkRun, benchmarks, text_of};
use heapwise_report::{BenchmarkSide, Input, Warning};

use super::load;
use crate::args::{FilterArgs, JudgeArgs, Per, SidesArgs, Test, ViewArgs};
use crate::input::{NamedSource, open_side};
use crate::output::Output;

/// Two sides, ready to be compared.
pub(crate) struct Sides {
    pub(crate) before: LoadedSide,
    pub(crate) after: LoadedSide,
}

/// One side.
pub(crate) struct LoadedSide {
    sources: Vec<NamedSource>,
    rankings: Vec<Ranking>,
    sample_index: Vec<usize>,
    exposures: Vec<Exposure>,
    benchmark: Option<BenchmarkRun>,
}

impl Sides {
    /// Reads and ranks both sides and resolves what they are compared by.
    pub(crate) fn load(
        sides: &SidesArgs,
        view: &ViewArgs,
        filters: &FilterArgs,
        judge: &JudgeArgs,
        output: &Output,
    ) -> anyhow::Result<Sides> {
        let mut loaded = Self::open(sides, view, filters, output)?;
        if loaded.before.rankings.is_empty() {
            bail!("found one side, expected BEFORE and AFTER, or --before and --after");
        }
        loaded.choose(view.sample_index.as_deref(), judge)?;
        Ok(loaded)
    }

    /// Reads and ranks both sides; a single profile is the newer one.
    pub(crate) fn open(
        sides: &SidesArgs,
        view: &ViewArgs,
        filters: &FilterArgs,
        output: &Output,
    ) -> anyhow::Result<Sides> {
        let selector = Selector::new(&filters.options())?;
        let (before, after) = match (sides.pair.as_slice(), sides.after.is_empty()) {
            ([before, after], _) => (vec![before.clone()], vec![after.clone()]),
            ([after], _) => (Vec::new(), vec![after.clone()]),
            ([], false) => (sides.before.clone(), sides.after.clone()),
            (names, _) => bail!(
                "found {} profiles, expected BEFORE and AFTER, or --before and --after",
                names.len()
            ),
        };
        let options = RankOptions::new(view.granularity());
        let before = LoadedSide::load(&before, &options, &selector, output)?;
        let after = LoadedSide::load(&after, &options, &selector, output)?;
        let stdin = |side: &LoadedSide| side.sources.iter().any(|source| source.path == "-");
        if stdin(&before) && stdin(&after) {
            bail!("-: stdin can be read only once");
        }
        Ok(Sides { before, after })
    }

    /// No profiles at all, for claims that need none.
    pub(crate) fn none() -> Sides {
        let none = || LoadedSide {
            sources: Vec::new(),
            rankings: Vec::new(),
            sample_index: Vec::new(),
            exposures: Vec::new(),
            benchmark: None,
        };
        Sides {
            before: none(),
            after: none(),
        }
    }

    /// Settles the value to compare and what it is compared by.
    pub(crate) fn choose(
        &mut self,
        sample_type: Option<&str>,
        judge: &JudgeArgs,
    ) -> anyhow::Result<()> {
        let Sides { before, after } = self;
        choose_sample_type(sample_type, before, after)?;
        before.set_work(
            judge,
            &judge.before_bench,
            judge.before_ops,
            judge.before_seconds,
        )?;
        after.set_work(
            judge,
            &judge.after_bench,
            judge.after_ops,
            judge.after_seconds,
        )?;
        let is_one_sided = judge.before_ops.is_some() != judge.after_ops.is_some()
            || judge.before_seconds.is_some() != judge.after_seconds.is_some()
            || judge.before_bench.is_some() != judge.after_bench.is_some()
            || before.exposures.is_empty() != after.exposures.is_empty();
        if is_one_sided && !before.rankings.is_empty() {
            bail!("found the work of one side only, expected that of both");
        }
        Ok(())
    }

    /// Compares the sides.
    pub(crate) fn diff(&self, options: &DiffOptions) -> anyhow::Result<Difference> {
        let difference = diff(&self.before.side(), &self.after.side(), options);
        difference.map_err(|error| anyhow!("diff: {}: {error}", self.after.names()))
    }

    /// What reports say of the profiles, the older side first.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        let sides = [&self.before, &self.after];
        sides
            .into_iter()
            .flat_map(|side| side.sources.iter().zip(&side.rankings))
            .map(|(source, ranking)| load::input_of(source, ranking))
            .collect()
    }

    /// The exact bytes or objects per operation of both sides, where benchmarks told them.
    pub(crate) fn per_operation(&self) -> Option<(f64, f64)> {
        Some((self.before.per_operation()?, self.after.per_operation()?))
    }
}

/// What the options mean.
pub(crate) fn options(view: &ViewArgs, judge: &JudgeArgs) -> DiffOptions {
    let mut options = DiffOptions::default();
    options.confidence = judge.confidence;
    options.min_change = judge.min_change;
    options.run_cv = judge.run_cv.unwrap_or(0.0);
    options.test = match judge.test {
        Test::Sampling => TestKind::Sampling,
        Test::Mannwhitney => TestKind::MannWhitney,
    };
    options.raw = judge.raw;
    options.shares = judge.per == Some(Per::Total);
    options.same_process = judge.same_process;
    options.by_cum = view.cum;
    options
}

/// The notes of a comparison, as reports print them.
pub(crate) fn warnings(notes: &[Note]) -> Vec<Warning> {
    notes
        .iter()
        .map(|note| Warning {
            code: note.code,
            message: note.message.clone(),
        })
        .collect()
}

impl LoadedSide {
    fn load(
        names: &[String],
        options: &RankOptions,
        selector: &Selector,
        output: &Output,
    ) -> anyhow::Result<Self> {
        let sources = open_side(names, &output.limits)?;
        let (mut rankings, warnings) =
            load::rank_each(&sources, options, selector, "minimum", &output.limits)?;
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
            benchmark: None,
        })
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.rankings.is_empty()
    }

    /// What `-f benchfmt` writes.
    pub(crate) fn benchmarks<'a>(&'a self, name: &'a str, judge: &JudgeArgs) -> BenchmarkSide<'a> {
        let in_operations = judge.after_ops.is_some() || judge.after_bench.is_some();
        BenchmarkSide {
            name,
            rankings: &self.rankings,
            exposures: &self.exposures,
            work: if in_operations { "op" } else { "s" },
        }
    }

    /// The chosen value's name.
    pub(crate) fn sample_type(&self) -> String {
        let chosen = self.rankings.first().zip(self.sample_index.first());
        let chosen = chosen.and_then(|(ranking, &at)| ranking.header.sample_types.get(at));
        chosen
            .map(|sample_type| sample_type.type_.clone())
            .unwrap_or_default()
    }

    /// Operations that all its profiles cover together, where they are known.
    pub(crate) fn operations(&self, given: Option<f64>) -> Option<f64> {
        given.or_else(|| self.benchmark.map(|benchmark| benchmark.operations))
    }

    pub(crate) fn side(&self) -> DiffSide<'_> {
        DiffSide {
            rankings: &self.rankings,
            sample_index: &self.sample_index,
            exposures: &self.exposures,
        }
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

    /// Works out what each profile covers.
    fn set_work(
        &mut self,
        judge: &JudgeArgs,
        bench: &Option<String>,
        operations: Option<f64>,
        seconds: Option<f64>,
    ) -> anyhow::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let amounts = match (bench, operations, seconds, judge.per) {
            (_, _, _, Some(Per::Total)) => None,
            (_, Some(operations), _, _) => Some(self.shared_out(operations)),
            (Some(path), None, _, _) => Some(self.benchmark_operations(path)?),
            (None, None, Some(seconds), _) => Some(self.shared_out(seconds)),
            (None, None, None, Some(Per::Seconds)) => Some(self.durations()?),
            (None, None, None, Some(Per::Ops)) => bail!(
                "--per ops: found no number of operations, expected --before-ops and --after-ops, \
                 or --before-bench and --after-bench"
            ),
            (None, None, None, None) => None,
        };
        self.exposures = match amounts {
            None => Vec::new(),
            Some(_) if self.is_level() => Vec::new(),
            Some(amounts) => amounts
                .into_iter()
                .map(|amount| {
                    Exposure::new(amount)
                        .ok_or_else(|| anyhow!("found {amount} as work, expected more than 0"))
                })
                .collect::<anyhow::Result<_>>()?,
        };
        Ok(())
    }

    /// What is in use is a level: it is not divided by time or work.
    fn is_level(&self) -> bool {
        let ranking = self.rankings.first();
        let sample_type = ranking
            .zip(self.sample_index.first())
            .and_then(|(ranking, &at)| {
                let types = &ranking.header.sample_types;
                types.get(at).map(|sample_type| sample_type.type_.as_str())
            });
        sample_type.is_some_and(|name| name.starts_with("inuse_"))
    }

    fn shared_out(&self, amount: f64) -> Vec<f64> {
        vec![amount / self.rankings.len() as f64; self.rankings.len()]
    }

    fn durations(&self) -> anyhow::Result<Vec<f64>> {
        self.sources
            .iter()
            .zip(&self.rankings)
            .map(|(source, ranking)| {
                let nanos = ranking.header.duration_nanos;
                nanos.map(|nanos| nanos as f64 / 1e9).with_context(|| {
                    format!(
                        "{}: --per seconds: found no duration in the profile, expected one, or \
                         --before-seconds and --after-seconds",
                        source.path
                    )
                })
            })
            .collect()
    }

    /// The operations of each run where there are as many runs as profiles, else shared out.
    fn benchmark_operations(&mut self, path: &str) -> anyhow::Result<Vec<f64>> {
        let text = std::fs::read(path).with_context(|| path.to_owned())?;
        let runs = benchmarks(&text_of(&text)).with_context(|| path.to_owned())?;
        let sum = |of: fn(&BenchmarkRun) -> Option<f64>| runs.iter().map(of).sum::<Option<f64>>();
        let total = BenchmarkRun {
            operations: runs.iter().map(|run| run.operations).sum(),
            bytes: sum(|run| run.bytes),
            objects: sum(|run| run.objects),
        };
        self.benchmark = Some(total);
        if runs.len() == self.rankings.len() {
            return Ok(runs.iter().map(|run| run.operations).collect());
        }
        Ok(self.shared_out(total.operations))
    }

    /// Its exact value for each operation, where a benchmark told it.
    pub(crate) fn per_operation(&self) -> Option<f64> {
        let benchmark = self.benchmark?;
        let (ranking, &index) = (self.rankings.first()?, self.sample_index.first()?);
        if self.is_level() {
            return None;
        }
        let total = match ranking.measure(index)?.quantity {
            Quantity::Bytes => benchmark.bytes?,
            Quantity::Objects => benchmark.objects?,
        };
        Some(total / benchmark.operations)
    }
}

/// The value to compare: the one asked for, or the newest profile's default; every profile must
/// have it.
fn choose_sample_type(
    asked: Option<&str>,
    before: &mut LoadedSide,
    after: &mut LoadedSide,
) -> anyhow::Result<()> {
    let (source, ranking) = match (after.sources.first(), after.rankings.first()) {
        (Some(source), Some(ranking)) => (source, ranking),
        _ => bail!("diff: found no profile, expected at least one on each side"),
    };
    let index = ranking
        .header
        .sample_index(asked)
        .with_context(|| source.path.clone())?;
    let wanted = ranking.header.sample_types.get(index).cloned();
    let chosen_in = (source.path.clone(), load::type_list(ranking));
    for side in [before, after] {
        side.sample_index.clear();
        for (source, ranking) in side.sources.iter().zip(&side.rankings) {
            let types = &ranking.header.sample_types;
            match types
                .iter()
                .position(|known| Some(known) == wanted.as_ref())
            {
                Some(at) => side.sample_index.push(at),
                None => bail!(
                    "diff: sample types: found {} in {} and {} in {}, expected {} in both",
                    load::type_list(ranking),
                    source.path,
                    chosen_in.1,
                    chosen_in.0,
                    wanted.as_ref().map_or("one type", |known| &known.type_),
                ),
            }
        }
    }
    Ok(())
}
