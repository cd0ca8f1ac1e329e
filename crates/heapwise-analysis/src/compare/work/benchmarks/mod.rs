//! The work of benchmarks: which of a profile's samples belong to which benchmark of `go test`, and
//! how many operations of it the profile covers.

mod assignment;
mod benchmark;
mod coverage;
mod doubtful;
mod kept_apart;
mod measured;
mod one_sided;
mod processors;
mod roots;
mod side;
mod sub_benchmark;

use heapwise_decode::{BenchmarkRun, Profile};

use crate::error::Result;
use assignment::Assignment;
pub use assignment::Samples;
pub use benchmark::{Benchmark, Measurement};
pub use coverage::{Coverage, Uncovered};
pub use doubtful::Doubtful;
use kept_apart::keep_apart_alike;
pub use measured::PerOperation;
use measured::{Lines, Mix, Value, unseen_variation};
pub use one_sided::OneSided;
use processors::Alike;
use roots::Roots;
pub(crate) use roots::is_of_benchmarks;
use side::{Grouped, Side, common_names, groups, nothing_in_common};
pub use sub_benchmark::{Counted, SubBenchmark};

/// What one side of a comparison gives to tell its work by.
#[derive(Debug, Clone, Copy)]
pub struct BenchmarkInput<'a> {
    profiles: &'a [Profile],
    runs: &'a [BenchmarkRun],
    is_fixed: bool,
}

impl<'a> BenchmarkInput<'a> {
    /// The profiles, and what was printed: one run for each profile, or several for all of them.
    pub fn new(profiles: &'a [Profile], runs: &'a [BenchmarkRun]) -> Self {
        Self {
            profiles,
            runs,
            is_fixed: false,
        }
    }

    /// Of runs that were asked for so many iterations (`-benchtime=300x`), each of one benchmark alone: what
    /// is printed is then known to be what the profile covers, but for a first round of one operation.
    #[must_use]
    pub fn with_fixed_iterations(self) -> Self {
        Self {
            is_fixed: true,
            ..self
        }
    }
}

/// Benchmarks that both sides ran, and where they are in the profiles.
#[derive(Debug, Clone)]
pub struct Benchmarks {
    benchmarks: Vec<Benchmark>,
    assignments: [Vec<Assignment>; 2],
    one_sided: OneSided,
    notes: Vec<String>,
}

impl Benchmarks {
    /// Finds the benchmarks of both texts in the profiles of their sides.
    ///
    /// # Errors
    ///
    /// Texts and profiles that do not belong together.
    pub fn of(before: BenchmarkInput<'_>, after: BenchmarkInput<'_>) -> Result<Benchmarks> {
        let alike = Alike::of(before.runs, after.runs);
        let of = |input: BenchmarkInput<'_>, runs| Side::read(BenchmarkInput { runs, ..input });
        let sides = [of(before, &alike.before)?, of(after, &alike.after)?];
        let [old, new] = &sides;
        let names = common_names(old, new)?;
        let mut notes = Vec::from_iter(alike.note);
        let mut one_sided = old.unpaired(new);
        let mut benchmarks = Vec::new();
        for group in groups(&sides, &names) {
            let lines = [old.lines_of(&group), new.lines_of(&group)];
            let [old_lines, new_lines] = &lines;
            let mix = Mix::of(old_lines, new_lines);
            let measurement = |lines: &Lines| -> Option<Measurement> {
                Some(Measurement {
                    operations: lines.operations(),
                    bytes: mix.per_operation(lines, Value::Bytes)?,
                    objects: mix.per_operation(lines, Value::Objects),
                    coverage: Vec::new(),
                })
            };
            let unpaired = old_lines.unpaired(new_lines);
            one_sided.append(unpaired.clone());
            if let (Some(before), Some(after)) = (measurement(old_lines), measurement(new_lines)) {
                benchmarks.push(Grouped {
                    benchmark: Benchmark {
                        name: group.join(", "),
                        pooled: mix.len(),
                        sub_benchmarks: Vec::new(),
                        unpaired,
                        before,
                        after,
                        pooling: mix.variation(old_lines, new_lines),
                        unseen: 0.0,
                    },
                    functions: group,
                });
            } else {
                notes.push(format!(
                    "{}: no name of it is on both sides, so it is not compared",
                    group.join(", ")
                ));
            }
        }
        if benchmarks.is_empty() {
            return Err(nothing_in_common(old.names(), new.names()));
        }
        let mut assignments = [Vec::new(), Vec::new()];
        for (at, side) in sides.iter().enumerate() {
            let assigned = side.assign(&mut benchmarks, at);
            if let Some(slot) = assignments.get_mut(at) {
                *slot = assigned;
            }
        }
        keep_apart_alike(&sides, &mut benchmarks, &mut assignments);
        for group in &mut benchmarks {
            let functions = &group.functions;
            let benchmark = &mut group.benchmark;
            let lines = (old.lines_of(functions), new.lines_of(functions));
            let seldom = (benchmark.before.amortised(), benchmark.after.amortised());
            benchmark.sub_benchmarks = SubBenchmark::all(&lines.0, &lines.1, seldom);
            let unseen = unseen_variation((&lines.0, seldom.0), (&lines.1, seldom.1));
            let (old, new) = (benchmark.before.bytes, benchmark.after.bytes);
            benchmark.unseen = unseen.min(old.most_unseen_beside(new));
        }
        Ok(Benchmarks {
            benchmarks: benchmarks
                .into_iter()
                .map(|group| group.benchmark)
                .collect(),
            assignments,
            one_sided,
            notes,
        })
    }

    /// The benchmarks, in the order of their names.
    pub fn all(&self) -> &[Benchmark] {
        &self.benchmarks
    }

    /// Benchmarks, and sub-benchmarks, that one side alone has.
    pub fn one_sided(&self) -> &OneSided {
        &self.one_sided
    }

    /// What else the user should know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What of a profile belongs to a benchmark and is no set-up. The profile is the one at `place`
    /// of the older or newer side, as it was given.
    pub fn part(
        &self,
        is_after: bool,
        place: usize,
        profile: &Profile,
        (benchmark, samples): (usize, Samples),
    ) -> Profile {
        let side = self.assignments.get(usize::from(is_after));
        let assignment = side.and_then(|side| side.get(place));
        let roots = Roots::of(profile.tables());
        let tables = profile.tables();
        profile.only(|sample| {
            assignment.is_some_and(|known| known.has(&roots, tables, sample, benchmark, samples))
        })
    }
}
