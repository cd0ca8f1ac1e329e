//! Runs both sides in turns, the same number of iterations each, with profiles.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use heapwise_analysis::{Aim, ProfilePlan, Trial, iterations, plan_profile};
use heapwise_decode::{BenchmarkLine, BenchmarkRun, benchmarks};

use super::find::{self, Found, failure, not_understood};
use super::flags::GoFlags;
use super::leaf::{Leaf, processors};
use super::progress::Progress;
use super::side::Binary;
use super::uncompared::Uncompared;
use crate::interrupt::Interrupt;
use crate::process::{Finished, run};

/// What is to be measured.
#[derive(Debug, Clone)]
pub(crate) struct Goal {
    /// Which benchmarks, as for `go test -bench`.
    pub(crate) pattern: String,
    pub(crate) iterations: Iterations,
    pub(crate) aim: Aim,
}

/// How many iterations a run has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Iterations {
    /// As many as take about so many nanoseconds.
    Filling(f64),
    /// So many.
    Fixed(u64),
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Measured {
    /// What to call the older and the newer side.
    pub(crate) labels: [String; 2],
    pub(crate) benchmarks: Vec<MeasuredBenchmark>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
    /// Benchmarks and packages that one side alone has.
    pub(crate) uncompared: Uncompared,
    /// Benchmarks that ran and printed what was not understood.
    pub(crate) unread: Vec<String>,
    /// Where both sides begin, separated by colons: what is before it in paths of sources says nothing.
    pub(crate) trim_path: String,
    /// Where profiles and texts are; they go with this value.
    pub(crate) folder: tempfile::TempDir,
}

/// A benchmark that both sides have.
#[derive(Debug)]
pub(crate) struct MeasuredBenchmark {
    /// As reports call it.
    pub(crate) name: String,
    pub(crate) iterations: u64,
    pub(crate) plan: ProfilePlan,
    /// The older and the newer side.
    pub(crate) sides: [MeasuredSide; 2],
}

/// The runs of one side.
#[derive(Debug, Default)]
pub(crate) struct MeasuredSide {
    pub(crate) profiles: Vec<PathBuf>,
    /// What was printed with each profile.
    pub(crate) runs: Vec<BenchmarkRun>,
    /// What an operation took in each run that counts.
    pub(crate) nanos: Vec<f64>,
    /// Where what was printed is kept.
    pub(crate) text: PathBuf,
}

/// A package that both sides have, with one number of processors.
#[derive(Debug, Clone)]
pub(super) struct Pair<'a> {
    /// What is before the names of its benchmarks.
    pub(super) prefix: String,
    pub(super) sides: [&'a Binary; 2],
    pub(super) labels: [&'a str; 2],
    pub(super) cpu: Option<&'a str>,
}

/// What is said of benchmarks before they are measured.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) notes: Vec<String>,
    pub(super) uncompared: Uncompared,
    pub(super) unread: Vec<String>,
}

/// What every run of a test binary has.
pub(super) struct Runner<'a> {
    pub(super) flags: &'a GoFlags,
    pub(super) goal: &'a Goal,
    pub(super) interrupt: &'a Interrupt,
}

/// A benchmark with its plan.
pub(super) struct Planned<'a> {
    pair: Pair<'a>,
    leaf: Leaf,
    pattern: String,
    iterations: u64,
    plan: ProfilePlan,
    nanos: f64,
}

/// Of the time of a run, what is spent on finding out how long it takes.
const TRIAL: f64 = 0.2;
/// Of the iterations of a run, those that tell what recording every block costs.
const EXACT_TRIAL: u64 = 20;
/// Starting a test binary takes about so long.
const START: Duration = Duration::from_millis(30);
/// As `go test` has it.
const TIMEOUT: &str = "-test.timeout=10m";

impl Runner<'_> {
    /// Looks at one package on both sides: which benchmarks they have in common, and how each is to be run. Others are
    /// said.
    pub(super) fn plan<'a>(
        &self,
        pair: &Pair<'a>,
        told: &mut Told,
    ) -> anyhow::Result<Vec<Planned<'a>>> {
        let [old, new] = [self.find(pair, 0)?, self.find(pair, 1)?];
        told.uncompared.append(of_missing(pair, &old, &new));
        told.notes.extend(of_skipped(pair, &old, &new));
        told.unread.extend(of_unread(pair, &old, &new));
        let processors = processors(new.trials.keys().map(String::as_str));
        let mut planned = Vec::new();
        for (name, newer) in &new.trials {
            if let Some(older) = old.trials.get(name) {
                let leaf = Leaf {
                    printed: name.clone(),
                };
                let pattern = leaf.pattern(processors);
                planned.push(self.plan_leaf(pair, (leaf, pattern), [*older, *newer])?);
            }
        }
        Ok(planned)
    }

    fn find(&self, pair: &Pair<'_>, side: usize) -> anyhow::Result<Found> {
        let time = match self.goal.iterations {
            Iterations::Filling(nanos) => format!("{:.0}ns", nanos * TRIAL),
            Iterations::Fixed(count) => format!("{}x", (count / 5).max(1)),
        };
        let mut command = self.command(pair, side, &self.goal.pattern, &time);
        command.arg("-test.v");
        let said = run(&mut command, self.interrupt)?;
        find::read(&said, &whose(pair, side))
    }

    fn plan_leaf<'a>(
        &self,
        pair: &Pair<'a>,
        (leaf, pattern): (Leaf, String),
        trials: [Trial; 2],
    ) -> anyhow::Result<Planned<'a>> {
        let iterations = match self.goal.iterations {
            Iterations::Filling(nanos) => iterations(trials, nanos),
            Iterations::Fixed(count) => count,
        };
        let [_, newer] = trials;
        let exact = match newer.allocates() {
            true => self.exact_nanos(pair, (&leaf, &pattern), iterations)?,
            false => None,
        };
        Ok(Planned {
            pair: pair.clone(),
            leaf,
            pattern,
            iterations,
            plan: plan_profile(trials, iterations, exact, &self.goal.aim),
            nanos: trials.iter().map(Trial::nanos_per_op).fold(0.0, f64::max),
        })
    }

    /// What an operation takes while every block is recorded.
    fn exact_nanos(
        &self,
        pair: &Pair<'_>,
        (leaf, pattern): (&Leaf, &str),
        iterations: u64,
    ) -> anyhow::Result<Option<f64>> {
        let time = format!("{}x", (iterations / EXACT_TRIAL).max(1));
        let folder = tempfile::tempdir()?;
        let mut command = self.command(pair, 1, pattern, &time);
        profiled(&mut command, 1, &folder.path().join("exact"));
        let said = run(&mut command, self.interrupt)?;
        let asked = (leaf, iterations / EXACT_TRIAL);
        let (_, line) = self.line(&said, asked, &whose(pair, 1))?;
        Ok(line.nanos_per_op)
    }

    /// Runs all that is planned, in turns.
    pub(super) fn measure(
        &self,
        planned: &[Planned<'_>],
        folder: &Path,
        progress: &mut Progress,
    ) -> anyhow::Result<Vec<MeasuredBenchmark>> {
        let mut measured = Vec::new();
        for (at, one) in planned.iter().enumerate() {
            measured.push(one.begin(at, folder)?);
        }
        let runs = self.goal.aim.runs;
        progress.expect(planned.iter().map(|one| one.takes(runs)).sum());
        let rounds = planned
            .iter()
            .map(|one| one.rounds(runs))
            .max()
            .unwrap_or(0);
        for round in 0..rounds {
            for (one, result) in planned.iter().zip(&mut measured) {
                // Whatever drifts favours neither side: first one goes first, then the other.
                let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
                for side in order {
                    self.round(one, (round, side), result, progress)?;
                }
            }
        }
        Ok(measured)
    }

    fn round(
        &self,
        one: &Planned<'_>,
        (round, side): (usize, usize),
        result: &mut MeasuredBenchmark,
        progress: &mut Progress,
    ) -> anyhow::Result<()> {
        let Some(measured) = result.sides.get_mut(side) else {
            return Ok(());
        };
        let what = format!("{} {} of {}", result.name, round + 1, self.goal.aim.runs);
        let time = format!("{}x", one.iterations);
        let whose = whose(&one.pair, side);
        let command = || self.command(&one.pair, side, &one.pattern, &time);
        if one.plan.timed_apart && round < self.goal.aim.runs {
            progress.begin(&what, one.run_takes());
            let said = run(&mut command(), self.interrupt)?;
            let (_, line) = self.line(&said, (&one.leaf, one.iterations), &whose)?;
            measured.nanos.extend(line.nanos_per_op);
            append(&measured.text.with_extension("timed.txt"), &said.out)?;
        }
        if round < one.plan.runs {
            progress.begin(&what, one.run_takes());
            let to = measured
                .text
                .with_extension("")
                .join(format!("{:03}.pb.gz", round + 1));
            let mut command = command();
            profiled(&mut command, one.plan.rate, &to);
            let said = run(&mut command, self.interrupt)?;
            let (run, line) = self.line(&said, (&one.leaf, one.iterations), &whose)?;
            if !to.is_file() {
                bail!(
                    "bench: {} of {whose} wrote no profile, expected one: does its TestMain end without m.Run?",
                    one.leaf.printed
                );
            }
            if !one.plan.timed_apart {
                measured.nanos.extend(line.nanos_per_op);
            }
            measured.profiles.push(to);
            measured.runs.push(run);
            append(&measured.text, &said.out)?;
        }
        Ok(())
    }

    /// The one line that a run of one benchmark prints, of so many iterations.
    fn line(
        &self,
        said: &Finished,
        (leaf, iterations): (&Leaf, u64),
        whose: &str,
    ) -> anyhow::Result<(BenchmarkRun, BenchmarkLine)> {
        if !said.status.success() {
            bail!("{}", failure(said, whose, &[&leaf.printed]));
        }
        let mut runs = benchmarks(&said.out).unwrap_or_default();
        if runs.iter().any(|run| !run.unread.is_empty()) {
            let name = format!("{} of {whose}", leaf.printed);
            bail!("bench: {}", not_understood(&name));
        }
        for line in runs.iter_mut().flat_map(|run| &mut run.lines) {
            line.operations = counted(line.operations, iterations);
        }
        let lines: Vec<BenchmarkLine> = runs.iter().flat_map(|run| run.lines.clone()).collect();
        let run = runs.pop();
        match (<[BenchmarkLine; 1]>::try_from(lines), run) {
            (Ok([line]), Some(run)) if line.name == leaf.printed => Ok((run, line)),
            (lines, _) => {
                let found = lines.map_or_else(|all| all, Vec::from);
                let found: Vec<&str> = found.iter().map(|line| line.name.as_str()).collect();
                bail!(
                    "bench: {whose}: found the lines of {:?} when {} was run alone, expected its own",
                    found.join(", "),
                    leaf.printed
                )
            }
        }
    }

    fn command(&self, pair: &Pair<'_>, side: usize, pattern: &str, time: &str) -> Command {
        let binary = if side == 0 {
            pair.sides[0]
        } else {
            pair.sides[1]
        };
        let mut command = Command::new(&binary.file);
        command
            .current_dir(&binary.directory)
            .env("PWD", &binary.directory);
        command.args([
            "-test.paniconexit0",
            "-test.run=^$",
            "-test.benchmem",
            TIMEOUT,
        ]);
        command.args(&self.flags.run);
        command.arg(format!("-test.bench={pattern}"));
        command.arg(format!("-test.benchtime={time}"));
        command.args(pair.cpu.map(|cpu| format!("-test.cpu={cpu}")));
        command.args(&self.flags.own);
        command
    }
}

/// Iterations that were printed, where digits that the benchmark printed may stand before those that were asked for.
fn counted(printed: f64, asked: u64) -> f64 {
    let is_behind = printed > asked as f64 && format!("{printed:.0}").ends_with(&asked.to_string());
    /// Fewer have blanks before them.
    const UNPADDED: u64 = 10_000_000;
    match is_behind && asked >= UNPADDED {
        true => asked as f64,
        false => printed,
    }
}

fn profiled(command: &mut Command, rate: u64, to: &Path) {
    let mut path = std::ffi::OsString::from("-test.memprofile=");
    path.push(to);
    command
        .arg(path)
        .arg(format!("-test.memprofilerate={rate}"));
}

fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    let mut file = file.with_context(|| path.display().to_string())?;
    Ok(file.write_all(text.as_bytes())?)
}

fn whose(pair: &Pair<'_>, side: usize) -> String {
    let label = if side == 0 {
        pair.labels[0]
    } else {
        pair.labels[1]
    };
    match pair.prefix.as_str() {
        "" => label.to_owned(),
        prefix => format!("{} of {label}", prefix.trim_end_matches('.')),
    }
}

/// What was not understood of a side.
fn of_unread(pair: &Pair<'_>, old: &Found, new: &Found) -> Vec<String> {
    let sides = [(old, pair.labels[0]), (new, pair.labels[1])];
    let of_side = |(found, label): (&Found, &str)| -> Vec<String> {
        let name = |name: &String| format!("{}{name} of {label}", pair.prefix);
        found.unread.iter().map(name).collect()
    };
    sides.into_iter().flat_map(of_side).collect()
}

/// What is on one side only.
fn of_missing(pair: &Pair<'_>, old: &Found, new: &Found) -> Uncompared {
    let only = |this: &Found, other: &Found, (label, what): (&str, &str)| -> Vec<String> {
        let names = this.trials.keys();
        let only = names.filter(|name| !other.trials.contains_key(*name) && !other.is_unread(name));
        only.map(|name| {
            let mut skipped = other.skipped.iter();
            let why = match skipped.any(|skipped| name.starts_with(skipped.as_str())) {
                true => "skips itself on the other side",
                false => what,
            };
            format!("{}{name} {why}: only in {label}, not compared", pair.prefix)
        })
        .collect()
    };
    Uncompared {
        gone: only(old, new, (pair.labels[0], "is gone")),
        new: only(new, old, (pair.labels[1], "is new")),
    }
}

fn of_skipped(pair: &Pair<'_>, old: &Found, new: &Found) -> Vec<String> {
    let both = new.skipped.iter().filter(|name| old.skipped.contains(name));
    both.map(|name| format!("{}{name} skips itself: not compared", pair.prefix))
        .collect()
}

impl Planned<'_> {
    fn begin(&self, at: usize, folder: &Path) -> anyhow::Result<MeasuredBenchmark> {
        let name = format!("{}{}", self.pair.prefix, self.leaf.printed);
        let own = format!("{:02}-{}", at + 1, file_name(&name));
        let side = |side: &str| -> anyhow::Result<MeasuredSide> {
            let profiles = folder.join(&own).join(side);
            fs::create_dir_all(&profiles).with_context(|| profiles.display().to_string())?;
            Ok(MeasuredSide {
                text: profiles.with_extension("txt"),
                ..MeasuredSide::default()
            })
        };
        Ok(MeasuredBenchmark {
            sides: [side("before")?, side("after")?],
            name,
            iterations: self.iterations,
            plan: self.plan,
        })
    }

    fn rounds(&self, runs: usize) -> usize {
        match self.plan.timed_apart {
            true => runs.max(self.plan.runs),
            false => self.plan.runs,
        }
    }

    fn run_takes(&self) -> Duration {
        let nanos = self.nanos * self.iterations as f64;
        Duration::try_from_secs_f64(nanos / 1e9).unwrap_or_default() + START
    }

    /// All of its runs.
    fn takes(&self, runs: usize) -> Duration {
        let timed = if self.plan.timed_apart { runs } else { 0 };
        let runs = u32::try_from(2 * (self.plan.runs + timed)).unwrap_or(u32::MAX);
        self.run_takes().saturating_mul(runs)
    }
}

/// A name that a file may have.
fn file_name(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._=-".contains(c);
    let name: String = name
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .collect();
    name.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn digits_before_iterations_are_not_theirs() {
        assert_eq!(counted(712_345_678.0, 12_345_678), 12_345_678.0);
        assert_eq!(counted(12_345_678.0, 12_345_678), 12_345_678.0);
        assert_eq!(counted(7100.0, 100), 7100.0);
    }
}
