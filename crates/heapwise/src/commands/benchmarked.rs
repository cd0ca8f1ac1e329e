//! Sides of which `go test` told the work: each benchmark apart.

use anyhow::{Context, bail};
use heapwise_analysis::stats::Exposure;
use heapwise_analysis::{
    Benchmark, BenchmarkInput, BenchmarkPart, Benchmarks, DiffSide, Doubtful, GivenWork, OneSided,
    RankOptions, Ranking, Samples, Selector, rank_profile, rank_selected,
};
use heapwise_decode::{BenchmarkRun, Limits, Profile, benchmarks, text_of};
use heapwise_report::Warning;

use super::profiles;
use super::side::{LoadedSide, Part};
use crate::args::JudgeArgs;
use crate::bench::{Uncompared, not_understood};
use crate::fetch::Endpoint;
use crate::output::Output;
use crate::small_file;

/// The runs of a file with what `go test -bench` printed.
pub(super) fn runs_of(path: &str) -> anyhow::Result<Vec<BenchmarkRun>> {
    let text = small_file::read(path, "what go test -bench printed")?;
    benchmarks(&text_of(&text)).with_context(|| path.to_owned())
}

/// Benchmarks, and the rankings of what profiles hold of each.
pub(crate) struct BenchmarkSides {
    parts: Vec<RankedPart>,
    notes: Vec<String>,
    /// What of the texts was not understood.
    unread: Vec<String>,
    uncompared: Uncompared,
}

/// Profiles that were written for one benchmark, and what was printed with each of them.
pub(crate) struct BenchmarkPair {
    /// What to call the benchmark.
    pub(crate) name: String,
    pub(crate) before: BenchmarkFiles,
    pub(crate) after: BenchmarkFiles,
}

/// One side of it.
pub(crate) struct BenchmarkFiles {
    /// The paths of the profiles.
    pub(crate) profiles: Vec<String>,
    /// What each run printed, of as many iterations as it was asked for.
    pub(crate) runs: Vec<BenchmarkRun>,
    /// What that is called in errors.
    pub(crate) text: String,
}

/// How profiles are read and ranked.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) options: &'a RankOptions,
    pub(super) selector: &'a Selector,
    pub(super) output: &'a Output,
}

struct RankedPart {
    benchmark: Benchmark,
    before: RankedSide,
    after: RankedSide,
    doubtful: Doubtful,
}

struct RankedSide {
    rankings: Vec<Ranking>,
    exposures: Vec<Exposure>,
}

impl BenchmarkSides {
    /// Reads what the benchmarks of both sides printed, where that was given.
    pub(super) fn read(
        judge: &JudgeArgs,
        (before, after): (&LoadedSide, &LoadedSide),
        reading: Reading<'_>,
    ) -> anyhow::Result<Option<BenchmarkSides>> {
        let Some(after_text) = &judge.after_bench else {
            return Ok(None);
        };
        let new = Side::read(after, after_text, &reading.output.limits)?;
        let old = match &judge.before_bench {
            Some(before_text) if !before.is_empty() => {
                Some(Side::read(before, before_text, &reading.output.limits)?)
            }
            None if !before.is_empty() => {
                bail!("found the benchmarks of one side only, expected those of both")
            }
            _ => None,
        };
        let sides = Self::of_sides(old.as_ref(), &new, reading)?;
        let is_of_one = |old: &&Side| old.runs == new.runs && old.paths != new.paths;
        if let Some(old) = old.as_ref().filter(is_of_one) {
            let what = "expected what each of them printed: no two runs take the same time";
            bail!(
                "{} and {}: found the same lines on both sides, {what}",
                old.text,
                new.text
            );
        }
        Ok(Some(sides))
    }

    /// Of benchmarks each of which has profiles of its own.
    pub(super) fn of_pairs(
        pairs: &[BenchmarkPair],
        reading: Reading<'_>,
    ) -> anyhow::Result<BenchmarkSides> {
        let mut all = BenchmarkSides {
            parts: Vec::new(),
            notes: Vec::new(),
            unread: Vec::new(),
            uncompared: Uncompared::default(),
        };
        for pair in pairs {
            let [old, new] = [&pair.before, &pair.after].map(|files| Side::of(files, reading));
            let mut sides = Self::of_sides(Some(&old?), &new?, reading)?;
            for part in &mut sides.parts {
                part.benchmark.name.clone_from(&pair.name);
            }
            all.parts.append(&mut sides.parts);
            all.notes.append(&mut sides.notes);
            all.unread.append(&mut sides.unread);
            all.uncompared.append(sides.uncompared);
        }
        Ok(all)
    }

    fn of_sides(
        old: Option<&Side>,
        new: &Side,
        reading: Reading<'_>,
    ) -> anyhow::Result<BenchmarkSides> {
        // A single side is measured against itself.
        let older = old.unwrap_or(new);
        let known = Benchmarks::of(older.input(), new.input())
            .with_context(|| format!("{} and {}", older.text, new.text))?;
        let rank = |side: &Side, is_after: bool, at: usize| {
            let of = |samples: Samples| side.rank(&known, is_after, (at, samples), reading);
            let counted = of(Samples::Counted)?;
            let doubtful = Doubtful::of(&counted, &of(Samples::Seldom)?);
            anyhow::Ok((counted, doubtful))
        };
        let parts = known.all().iter().enumerate().map(|(at, benchmark)| {
            let (before, doubtful) = match old {
                Some(old) => rank(old, false, at)?,
                None => Default::default(),
            };
            let (after, also) = rank(new, true, at)?;
            Ok(RankedPart {
                before: RankedSide::new(before, benchmark.before.covered().unwrap_or_default()),
                after: RankedSide::new(after, benchmark.after.covered().unwrap_or_default()),
                doubtful: doubtful.or(also),
                benchmark: benchmark.clone(),
            })
        });
        Ok(BenchmarkSides {
            parts: parts.collect::<anyhow::Result<_>>()?,
            notes: known.notes().to_vec(),
            uncompared: uncompared(known.one_sided()),
            unread: old
                .into_iter()
                .chain([new])
                .flat_map(Side::unread)
                .collect(),
        })
    }

    /// What the user should know.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let unread = self.unread.iter();
        let unread = unread.map(|what| Warning::new("benchmark_not_understood", what.clone()));
        let notes = self.uncompared.all().chain(&self.notes);
        unread
            .chain(notes.map(|note| Warning::new("benchmark_not_compared", note.clone())))
            .collect()
    }

    /// What of the texts was not understood: no claim is decided without it.
    pub(super) fn unread(&self) -> Vec<String> {
        self.unread.clone()
    }

    /// Benchmarks that one side alone has.
    pub(super) fn uncompared(&self) -> Uncompared {
        self.uncompared.clone()
    }

    /// Each benchmark as a comparison.
    pub(super) fn parts<'a>(
        &'a self,
        before: &'a LoadedSide,
        after: &'a LoadedSide,
    ) -> Vec<Part<'a>> {
        let parts = self.parts.iter().map(|part| Part {
            benchmark: Some(&part.benchmark),
            // Go writes the same sample types in the same places into all profiles of a side.
            before: part.before.side(&before.sample_index),
            after: part.after.side(&after.sample_index),
            work: GivenWork::Benchmark(Box::new(BenchmarkPart::new(
                part.benchmark.clone(),
                part.doubtful.clone(),
            ))),
            of: self.judged(),
            has_same_profile: false,
        });
        parts.collect()
    }

    /// Benchmarks that are judged.
    fn judged(&self) -> usize {
        let benchmarks = self.parts.iter().map(|part| &part.benchmark);
        let is_judged = |benchmark: &&Benchmark| benchmark.uncovered().is_none();
        benchmarks.filter(is_judged).count()
    }
}

fn uncompared(one_sided: &OneSided) -> Uncompared {
    let sentences = |names: &[String], side: &str| {
        let names = names.iter();
        names
            .map(|name| format!("{name} is on the {side} side only and is not compared"))
            .collect()
    };
    Uncompared {
        gone: sentences(&one_sided.older, "older"),
        new: sentences(&one_sided.newer, "newer"),
    }
}

impl RankedSide {
    fn new(rankings: Vec<Ranking>, covered: Vec<f64>) -> RankedSide {
        RankedSide {
            rankings,
            exposures: covered.into_iter().filter_map(Exposure::new).collect(),
        }
    }

    fn side<'a>(&'a self, sample_index: &'a [usize]) -> DiffSide<'a> {
        DiffSide::new(&self.rankings, sample_index).with_exposures(&self.exposures)
    }
}

/// One side with its profiles in memory: a benchmark's are small.
struct Side {
    text: String,
    runs: Vec<BenchmarkRun>,
    profiles: Vec<Profile>,
    paths: Vec<String>,
    /// Whether each run was asked for the iterations that it has, of one benchmark.
    is_fixed: bool,
}

impl Side {
    fn read(side: &LoadedSide, path: &str, limits: &Limits) -> anyhow::Result<Side> {
        Ok(Side {
            text: path.to_owned(),
            runs: runs_of(path)?,
            profiles: profiles::read(&side.sources, limits)?,
            paths: side
                .sources
                .iter()
                .map(|source| source.path.to_string())
                .collect(),
            is_fixed: false,
        })
    }

    fn of(files: &BenchmarkFiles, reading: Reading<'_>) -> anyhow::Result<Side> {
        let opener = reading.output.opener(Endpoint::Heap);
        let sources = opener.all(&files.profiles)?;
        Ok(Side {
            text: files.text.clone(),
            runs: files.runs.clone(),
            profiles: profiles::read(&sources, &reading.output.limits)?,
            paths: files.profiles.clone(),
            is_fixed: true,
        })
    }

    /// What of the text was not understood.
    fn unread(&self) -> Vec<String> {
        let unread = self.runs.iter().flat_map(|run| &run.unread);
        unread
            .map(|name| format!("{}: {}", self.text, not_understood(name)))
            .collect()
    }

    fn input(&self) -> BenchmarkInput<'_> {
        let input = BenchmarkInput::new(&self.profiles, &self.runs);
        match self.is_fixed {
            true => input.with_fixed_iterations(),
            false => input,
        }
    }

    /// What each profile holds of a benchmark, and of that what filters leave.
    fn rank(
        &self,
        benchmarks: &Benchmarks,
        is_after: bool,
        part: (usize, Samples),
        Reading {
            options, selector, ..
        }: Reading<'_>,
    ) -> anyhow::Result<Vec<Ranking>> {
        let profiles = self.profiles.iter().zip(&self.paths).enumerate();
        profiles
            .map(|(at, (profile, path))| {
                let part = benchmarks.part(is_after, at, profile, part);
                if selector.options().is_empty() {
                    return Ok(rank_profile(&part, options));
                }
                // What filters found was said of the whole profile.
                let selected = selector.of(part, "minimum").with_context(|| path.clone())?;
                let ranking = rank_selected(&selected, options);
                let mut ranking = ranking.with_context(|| path.clone())?;
                ranking.whole = None;
                Ok(ranking)
            })
            .collect()
    }
}
