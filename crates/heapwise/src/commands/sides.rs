//! Two sides of profiles, ranked, with what is known of the work they cover.

use anyhow::{anyhow, bail};
use heapwise_analysis::stats::{Confidence, Quantity};
use heapwise_analysis::{
    Columns, DiffOptions, Difference, ErrorKind, GivenWork, Header, Note, RankOptions,
    SelectOptions, Selector, common_sample_index, diff,
};
use heapwise_report::{Input, Warning};

use super::benchmarked::{BenchmarkPair, BenchmarkSides, Reading};
use super::hints;
use super::input_notes::input_of;
use super::profiles;
use super::runs::{Kept, Runs};
use super::side::{LoadedSide, Part};
use super::windows;
use super::work::{self, SideWork};
use crate::args::{FilterArgs, JudgeArgs, Per, SidesArgs, ViewArgs};
use crate::bench::Uncompared;
use crate::executable::without_binary;
use crate::output::Output;

/// Two sides, ready to be compared.
pub(crate) struct Sides {
    pub(crate) before: LoadedSide,
    pub(crate) after: LoadedSide,
    work: GivenWork,
    benchmarked: Option<BenchmarkSides>,
    /// Benchmarks that are compared with nothing because what they measured was not understood.
    pub(crate) unread: Vec<String>,
    /// Benchmarks that one side alone has.
    pub(crate) uncompared: Uncompared,
    /// Whether snapshots of one process and cycle are on both sides.
    has_same_profile: bool,
}

impl Sides {
    /// Reads and ranks both sides and resolves what they are compared by. Rankings are of `columns`,
    /// or where that is not what is compared, of all.
    pub(crate) fn load(
        sides: SidesArgs,
        view: &ViewArgs,
        filters: &FilterArgs,
        judge: &JudgeArgs,
        columns: Columns,
        output: &Output,
    ) -> anyhow::Result<Sides> {
        let how = (columns, [Kept::of(output.format); 2]);
        let mut loaded = Self::open(sides, view, filters, judge, how, output)?;
        if loaded.before.is_empty() {
            bail!("found one side, expected BEFORE and AFTER, or --before and --after");
        }
        loaded.choose(view.sample_type.chosen(false), judge)?;
        let selector = Selector::new(&filters.options())?;
        let all = rank_options(view, Columns::All);
        for side in [&mut loaded.before, &mut loaded.after] {
            side.sum_compared(&all, &selector, output)?;
        }
        Ok(loaded)
    }

    /// Reads and ranks both sides, of which the older is the first; a single profile is the newer one.
    pub(crate) fn open(
        sides: SidesArgs,
        view: &ViewArgs,
        filters: &FilterArgs,
        judge: &JudgeArgs,
        (columns, [kept_before, kept_after]): (Columns, [Kept; 2]),
        output: &Output,
    ) -> anyhow::Result<Sides> {
        let selector = Selector::new(&filters.options())?;
        output.warn(view.sample_type.ignored(false).as_slice())?;
        let pair = without_binary(&sides.pair, output)?;
        let (before, after) = match (pair, sides.after.is_empty()) {
            ([before, after], _) => (vec![before.clone()], vec![after.clone()]),
            ([after], _) => (Vec::new(), vec![after.clone()]),
            ([], false) => (sides.before, sides.after),
            (names, _) => bail!(
                "found {} profiles, expected BEFORE and AFTER, or --before and --after",
                names.len()
            ),
        };
        let options = rank_options(view, columns);
        let runs = |count| Runs::of(count, kept_before, &output.many);
        let mut before = LoadedSide::load(before, &options, &selector, output, runs)?;
        let runs = |count| Runs::of(count, kept_after, &output.many).beside(&before.runs);
        let mut after = LoadedSide::load(after, &options, &selector, output, runs)?;
        work::expect_all(judge, &output.many)?;
        for side in [&mut before, &mut after] {
            match judge.per {
                Some(Per::Seconds) => {
                    let all = rank_options(view, Columns::All);
                    side.find_windows(&all, &selector, output)?;
                }
                _ => side.drop_copies(&options, &selector, output)?,
            }
        }
        let stdin = |side: &LoadedSide| side.sources.iter().any(|source| &*source.path == "-");
        if stdin(&before) && stdin(&after) {
            bail!("-: stdin can be read only once");
        }
        let benchmarked = BenchmarkSides::read(
            judge,
            (&before, &after),
            Reading {
                options: &rank_options(view, Columns::All),
                selector: &selector,
                output,
            },
        )?;
        if let Some(benchmarked) = &benchmarked {
            output.warn(&benchmarked.warnings())?;
        }
        // Windows may begin with the snapshot that others end with.
        let has_same_profile = judge.per != Some(Per::Seconds)
            && windows::share_a_cycle((&before.sources, &after.sources), &output.limits);
        Ok(Sides {
            before,
            after,
            work: GivenWork::Nothing,
            has_same_profile,
            unread: benchmarked
                .iter()
                .flat_map(BenchmarkSides::unread)
                .collect(),
            uncompared: benchmarked
                .as_ref()
                .map(BenchmarkSides::uncompared)
                .unwrap_or_default(),
            benchmarked,
        })
    }

    /// Reads and ranks the profiles of benchmarks, each of which has its own.
    pub(crate) fn of_benchmarks(
        pairs: &[BenchmarkPair],
        (view, trim_path): (&ViewArgs, &str),
        output: &Output,
    ) -> anyhow::Result<Sides> {
        let selector = Selector::new(&SelectOptions::default())?;
        let mut options = rank_options(view, Columns::All);
        options.frames.trim_path = trim_path.to_owned();
        let load = |of: fn(&BenchmarkPair) -> &[String]| {
            let names: Vec<String> = pairs.iter().flat_map(of).cloned().collect();
            LoadedSide::load(names, &options, &selector, output, |_| Runs::default())
        };
        let reading = Reading {
            options: &options,
            selector: &selector,
            output,
        };
        let benchmarked = BenchmarkSides::of_pairs(pairs, reading)?;
        output.warn(&benchmarked.warnings())?;
        Ok(Sides {
            before: load(|pair| &pair.before.profiles)?,
            after: load(|pair| &pair.after.profiles)?,
            work: GivenWork::Nothing,
            unread: benchmarked.unread(),
            uncompared: benchmarked.uncompared(),
            has_same_profile: false,
            benchmarked: Some(benchmarked),
        })
    }

    /// No profiles at all, for claims that need none.
    pub(crate) fn none() -> Sides {
        let none = || LoadedSide {
            sources: Vec::new(),
            runs: Runs::default(),
            sample_index: Vec::new(),
            exposures: Vec::new(),
            windows: None,
            window_index: Vec::new(),
        };
        Sides {
            before: none(),
            after: none(),
            work: GivenWork::Nothing,
            benchmarked: None,
            unread: Vec::new(),
            uncompared: Uncompared::default(),
            has_same_profile: false,
        }
    }

    /// Settles the value to compare and what it is compared by.
    pub(crate) fn choose(
        &mut self,
        sample_type: Option<&str>,
        judge: &JudgeArgs,
    ) -> anyhow::Result<()> {
        let Sides { before, after, .. } = self;
        choose_sample_type(sample_type, before, after)?;
        let (old, new) = (
            SideWork::of(before, judge.before_ops, judge.before_seconds),
            SideWork::of(after, judge.after_ops, judge.after_seconds),
        );
        let (work, exposures) = work::given(judge, (&old, &new))?;
        self.work = work;
        (self.before.exposures, self.after.exposures) = exposures;
        Ok(())
    }

    /// What is compared: the whole sides or, where benchmarks tell the work of what is compared,
    /// each benchmark.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        match &self.benchmarked {
            Some(benchmarked) if !self.after.is_level() => {
                benchmarked.parts(&self.before, &self.after)
            }
            _ => vec![self.whole()],
        }
    }

    /// The whole sides.
    pub(crate) fn whole(&self) -> Part<'_> {
        Part {
            benchmark: None,
            before: self.before.side(),
            after: self.after.side(),
            work: self.work.clone(),
            of: 1,
            has_same_profile: self.has_same_profile,
        }
    }

    /// Compares the whole sides, whatever is known of benchmarks.
    pub(crate) fn diff_whole(&self, options: &DiffOptions) -> anyhow::Result<Difference> {
        self.diff_part(&self.whole(), options)
    }

    /// Compares a part.
    pub(crate) fn diff_part(
        &self,
        part: &Part<'_>,
        options: &DiffOptions,
    ) -> anyhow::Result<Difference> {
        let options = part.options(options);
        let difference = diff(&part.before, &part.after, &options);
        difference.map_err(|error| anyhow!("diff: {}: {error}", self.after.names()))
    }

    /// What reports say of the profiles, the older side first.
    pub(crate) fn inputs(&self) -> Vec<Input> {
        let sides = [&self.before, &self.after];
        sides
            .into_iter()
            .flat_map(|side| side.sources.iter().zip(&side.runs.rankings))
            .map(|(source, ranking)| input_of(&source.path, ranking))
            .collect()
    }
}

impl Part<'_> {
    /// The options for this part: with its work and, among several parts, so much more confidence
    /// that all of them together are wrong no more often.
    pub(crate) fn options(&self, options: &DiffOptions) -> DiffOptions {
        let mut options = options.clone();
        let alpha = 1.0 - options.confidence.level();
        let each = Confidence::new(1.0 - alpha / self.of.max(1) as f64);
        options.confidence = each.unwrap_or(options.confidence);
        options.work = self.work.clone();
        options.same_profile |= self.has_same_profile;
        options
    }

    /// Operations that all profiles of the newer side cover together, where they are known.
    pub(crate) fn operations(&self) -> Option<f64> {
        let is_known = matches!(self.work, GivenWork::Operations | GivenWork::Benchmark(_));
        let amounts = self
            .after
            .exposures()
            .iter()
            .map(|exposure| exposure.amount());
        (is_known && !self.after.exposures().is_empty()).then(|| amounts.sum())
    }

    /// The exact total of the newer side for each operation, where a benchmark counted it.
    pub(crate) fn exact_per_operation(&self) -> Option<f64> {
        let after = &self.benchmark?.after;
        let (ranking, &index) = (
            self.after.rankings().first()?,
            self.after.sample_index().first()?,
        );
        match ranking.measure(index)?.quantity {
            Quantity::Bytes => Some(after.bytes.value),
            Quantity::Objects => after.objects.map(|objects| objects.value),
        }
    }
}

/// How sides are ranked: with all sites, of which a comparison says on which sides they are.
fn rank_options(view: &ViewArgs, columns: Columns) -> RankOptions {
    let mut options = RankOptions::new(view.sites.asked().unwrap_or_default());
    options.columns = columns;
    options.all_sites = true;
    options.frames.across_builds = true;
    options
}

/// What the options mean.
pub(crate) fn options(view: &ViewArgs, judge: &JudgeArgs) -> DiffOptions {
    let mut options = DiffOptions::default();
    options.confidence = judge.confidence;
    options.run_cv = judge.run_cv.unwrap_or(0.0);
    options.shares = judge.per == Some(Per::Total);
    options.same_process = judge.same_process;
    options.by_cum = view.order.cum;
    options
}

/// The notes of a comparison, as reports print them.
pub(crate) fn warnings(notes: &[Note]) -> Vec<Warning> {
    notes
        .iter()
        .map(|note| {
            let hint = hints::of_note(note.code);
            Warning::new(note.code, format!("{}{hint}", note.message))
        })
        .collect()
}

/// The value to compare, which every profile must have: the one asked for, or what
/// [`common_sample_index`] takes without preferring a side.
fn choose_sample_type(
    asked: Option<&str>,
    before: &mut LoadedSide,
    after: &mut LoadedSide,
) -> anyhow::Result<()> {
    let mut places = common_places(asked, before, after)?;
    before.sample_index = places.split_off(after.runs.rankings.len());
    after.sample_index = places;
    for side in [before, after] {
        // A difference has the types that both snapshots have, and all of them are Go's own.
        let name = side.sample_type();
        let windows = side.windows.iter().flat_map(|windows| &windows.rankings);
        side.window_index = windows
            .map(|ranking| ranking.header.sample_index(Some(&name)))
            .collect::<Result<_, _>>()?;
    }
    Ok(())
}

/// The places of the value that is compared: in the profiles of the newer side, and behind them in those of the older.
fn common_places(
    asked: Option<&str>,
    before: &LoadedSide,
    after: &LoadedSide,
) -> anyhow::Result<Vec<usize>> {
    // The newer side first: of it there always is a profile.
    let both = [after, before].into_iter();
    let all = both.flat_map(|side| side.sources.iter().zip(&side.runs.rankings));
    let all: Vec<(&str, &Header)> = all
        .map(|(source, ranking)| (&*source.path, &ranking.header))
        .collect();
    let Some(first @ (path, newest)) = all.first() else {
        bail!("diff: found no profile, expected at least one on each side");
    };
    let headers: Vec<&Header> = all.iter().map(|(_, header)| *header).collect();
    common_sample_index(&headers, asked).map_err(|error| {
        let lacking = match *error.kind() {
            ErrorKind::LacksSampleType { at } | ErrorKind::AmbiguousSampleType { at } => at,
            _ => all.len() - 1,
        };
        if let (0, Err(error)) = (lacking, newest.sample_index(asked)) {
            return anyhow!(error).context((*path).to_owned());
        }
        let (other, lacking) = all.get(lacking).unwrap_or(first);
        let expected = match asked {
            Some(name) => format!("{name} in both"),
            None => "one in common".to_owned(),
        };
        anyhow!(
            "diff: sample types: found {} in {other} and {} in {path}, expected {expected}",
            profiles::type_list(lacking),
            profiles::type_list(newest)
        )
    })
}
