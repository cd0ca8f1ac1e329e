//! The work of benchmarks: which of a profile's samples belong to which benchmark of `go test`, and
//! how many operations of it the profile covers.

mod coverage;
mod doubtful;
mod measured;
mod roots;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use heapwise_decode::{
    BenchmarkRun, Error, Label, LabelValue, Limits, Profile, ProfileEdit, Sample, Tables,
};

use coverage::{Apart, Cell, CellKey, Expected, cover, uncovered};
pub use coverage::{Coverage, Uncovered};
pub use doubtful::Doubtful;
pub use measured::PerOperation;
use measured::{Lines, Mix, Value, unseen_variation};
use roots::{Root, Roots, is_closure, top_level};

use crate::stats::SamplingRate;

/// What one side of a comparison gives to tell its work by.
#[derive(Debug, Clone, Copy)]
pub struct BenchmarkInput<'a> {
    /// The profiles.
    pub profiles: &'a [Profile],
    /// What was printed: one run for each profile, or several for all of them.
    pub runs: &'a [BenchmarkRun],
}

/// Benchmarks that both sides ran, and where they are in the profiles.
#[derive(Debug, Clone)]
pub struct Benchmarks {
    benchmarks: Vec<Benchmark>,
    assignments: [Vec<Assignment>; 2],
    notes: Vec<String>,
}

/// A benchmark: a function, with its sub-benchmarks, which share their stacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// Its name.
    pub name: String,
    /// How many names of the text share its stacks and are taken together.
    pub pooled: usize,
    /// On the older side.
    pub before: Measurement,
    /// On the newer side.
    pub after: Measurement,
    /// How much the shares of pooled names may differ between the sides, as a coefficient of
    /// variation.
    pub pooling: f64,
    /// How much the exact numbers may vary from run to run beyond what the lines show, as a
    /// coefficient of variation for each side.
    pub unseen: f64,
}

/// What is known of a benchmark on one side.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// Operations as printed: of the last rounds only.
    pub operations: f64,
    /// Exact bytes for each operation.
    pub bytes: PerOperation,
    /// Exact objects for each operation.
    pub objects: Option<PerOperation>,
    /// What each profile covers.
    pub coverage: Vec<Coverage>,
}

impl Measurement {
    /// The operations that each profile covers, or why that cannot be told.
    pub fn covered(&self) -> Result<Vec<f64>, Uncovered> {
        self.coverage
            .iter()
            .map(|coverage| coverage.operations)
            .collect()
    }

    /// Bytes of set-up that are kept apart.
    pub fn set_up(&self) -> i128 {
        self.coverage.iter().map(|coverage| coverage.set_up).sum()
    }

    /// The largest part of the bytes of a profile that is allocated seldom.
    fn amortised(&self) -> f64 {
        let each = self.coverage.iter().map(|coverage| coverage.amortised);
        each.fold(0.0, f64::max)
    }

    /// Whether set-up may be in what is compared: a profile or two of many may look so by chance.
    fn may_include_set_up(&self) -> bool {
        let doubtful = self
            .coverage
            .iter()
            .filter(|known| known.may_include_set_up);
        doubtful.count() * 3 > self.coverage.len()
    }

    /// What is not known of the operations of a profile, as a coefficient of variation.
    fn variation(&self) -> f64 {
        let squares = self.coverage.iter().map(|known| known.variation.powi(2));
        (squares.sum::<f64>() / self.coverage.len().max(1) as f64).sqrt()
    }
}

impl Benchmark {
    /// Whether rows of the benchmark may include set-up.
    pub fn may_include_set_up(&self) -> bool {
        self.before.may_include_set_up() || self.after.may_include_set_up()
    }

    /// Why the rows of the benchmark cannot be judged, if so.
    pub fn uncovered(&self) -> Option<Uncovered> {
        let sides = [&self.before, &self.after];
        sides.into_iter().find_map(|side| side.covered().err())
    }

    /// What is allocated once per round seems to change by the ratio of the operations. With few
    /// operations in a round it cannot be told from what they allocate.
    fn of_rounds(&self) -> f64 {
        const FEW_OPERATIONS: f64 = 1000.0;
        let sum = |side: &Measurement| side.covered().map(|each| each.iter().sum::<f64>());
        match (sum(&self.before), sum(&self.after)) {
            (Ok(before), Ok(after)) if before.min(after) < FEW_OPERATIONS => {
                (after / before).ln().abs()
            }
            _ => 0.0,
        }
    }

    /// Variation between the sides that is no sampling noise, as a coefficient for one side.
    pub fn variation(&self) -> f64 {
        let squares = [
            self.pooling.powi(2) / 2.0,
            (self.before.variation().powi(2) + self.after.variation().powi(2)) / 2.0,
            (self.before.bytes.spread.powi(2) + self.after.bytes.spread.powi(2)) / 2.0,
            self.unseen.powi(2),
            self.of_rounds().powi(2) / 2.0,
        ];
        squares.iter().sum::<f64>().sqrt()
    }
}

/// Benchmarks and profiles that do not belong together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BenchmarkError {
    /// A text has no bytes per operation.
    NoBytes {
        /// A benchmark without.
        name: String,
    },
    /// Benchmarks of a text that are not in the profiles of its side.
    NotInProfile {
        /// Those.
        missing: Vec<String>,
        /// The benchmarks that are there.
        found: Vec<String>,
    },
    /// No benchmark is in both texts.
    NothingInCommon {
        /// Of the older side.
        before: Vec<String>,
        /// Of the newer side.
        after: Vec<String>,
    },
    /// The profile has no allocations.
    NoAllocations,
    /// A part of a profile is beyond the limits.
    Limits(Error),
}

impl fmt::Display for BenchmarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| match names {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        match self {
            BenchmarkError::NoBytes { name } => {
                write!(
                    f,
                    "found no B/op of {name}, expected what `go test -bench -benchmem` prints"
                )
            }
            BenchmarkError::NotInProfile { missing, found } => write!(
                f,
                "found {} in the text and not in the profile, which has {}: expected text and \
                 profile of one run",
                list(missing),
                list(found)
            ),
            BenchmarkError::NothingInCommon { before, after } => write!(
                f,
                "found {} before and {} after, expected a benchmark in both",
                list(before),
                list(after)
            ),
            BenchmarkError::NoAllocations => {
                f.write_str("found a profile without alloc_space, expected that of `-memprofile`")
            }
            BenchmarkError::Limits(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BenchmarkError {}

impl From<Error> for BenchmarkError {
    fn from(error: Error) -> Self {
        BenchmarkError::Limits(error)
    }
}

/// Which part of one profile belongs to which benchmark.
#[derive(Debug, Clone)]
struct Assignment {
    /// By the name of the root function.
    rounds: HashMap<String, Target>,
    /// What does not say whose it is.
    strays: Target,
    /// By benchmark.
    apart: Vec<Apart>,
}

/// Which samples of a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Samples {
    /// All that `B/op` counts.
    Counted,
    /// Of these, those allocated so seldom that they may be set-up.
    Seldom,
}

/// Where samples go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Benchmark(usize),
    Elsewhere,
}

impl Benchmarks {
    /// Finds the benchmarks of both texts in the profiles of their sides.
    ///
    /// # Errors
    ///
    /// Texts and profiles that do not belong together.
    pub fn of(
        before: BenchmarkInput<'_>,
        after: BenchmarkInput<'_>,
    ) -> Result<Benchmarks, BenchmarkError> {
        let sides = [Side::read(before)?, Side::read(after)?];
        let [old, new] = &sides;
        let names = common_names(old, new)?;
        let mut notes = Vec::new();
        for side in &sides {
            notes.extend(side.not_common(&names));
        }
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
            if let (Some(before), Some(after)) = (measurement(old_lines), measurement(new_lines)) {
                benchmarks.push(Grouped {
                    benchmark: Benchmark {
                        name: group.join(", "),
                        pooled: mix.len(),
                        before,
                        after,
                        pooling: mix.variation(old_lines, new_lines),
                        unseen: 0.0,
                    },
                    functions: group,
                });
            }
        }
        let mut assignments = [Vec::new(), Vec::new()];
        for (at, side) in sides.iter().enumerate() {
            let assigned = side.assign(&mut benchmarks, at);
            if let Some(slot) = assignments.get_mut(at) {
                *slot = assigned;
            }
        }
        for group in &mut benchmarks {
            let functions = &group.functions;
            let benchmark = &mut group.benchmark;
            benchmark.unseen = unseen_variation(
                (&old.lines_of(functions), benchmark.before.amortised()),
                (&new.lines_of(functions), benchmark.after.amortised()),
            );
        }
        Ok(Benchmarks {
            benchmarks: benchmarks
                .into_iter()
                .map(|group| group.benchmark)
                .collect(),
            assignments,
            notes,
        })
    }

    /// The benchmarks, in the order of their names.
    pub fn all(&self) -> &[Benchmark] {
        &self.benchmarks
    }

    /// What the user should know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What of a profile belongs to a benchmark and is no set-up. The profile is the one at `place`
    /// of the older or newer side, as it was given.
    ///
    /// # Errors
    ///
    /// A result beyond the limits.
    pub fn part(
        &self,
        is_after: bool,
        place: usize,
        profile: &Profile,
        (benchmark, samples): (usize, Samples),
        limits: &Limits,
    ) -> Result<Profile, Error> {
        let side = self.assignments.get(usize::from(is_after));
        let assignment = side.and_then(|side| side.get(place));
        let roots = Roots::of(profile.tables());
        let mut edit = ProfileEdit::new(profile.clone(), limits);
        edit.map_samples(|tables, sample, _| {
            assignment.is_some_and(|known| known.has(&roots, tables, sample, benchmark, samples))
        })?;
        Ok(edit.finish())
    }
}

impl Assignment {
    fn target(&self, root: Root<'_>) -> Target {
        match root {
            Root::Round(name) => self.rounds.get(name).copied().unwrap_or(Target::Elsewhere),
            Root::Goroutine => self.strays,
            Root::Process => Target::Elsewhere,
        }
    }

    /// Whether a sample is one of a benchmark's.
    fn has(
        &self,
        roots: &Roots,
        tables: &Tables,
        sample: &Sample<'_>,
        benchmark: usize,
        samples: Samples,
    ) -> bool {
        let is_own = self.target(roots.root(sample.stack())) == Target::Benchmark(benchmark);
        let (Some(key), Some(apart)) = (cell_key(tables, sample), self.apart.get(benchmark)) else {
            return false;
        };
        is_own
            && !apart.set_up.contains(&key)
            && (samples == Samples::Counted || apart.seldom.contains(&key))
    }
}

/// Where a sample allocates, and how large its blocks are.
fn cell_key(tables: &Tables, sample: &Sample<'_>) -> Option<CellKey> {
    let is_size = |label: &Label| tables.text_bytes(label.key) == b"bytes";
    let size = sample.labels().iter().find(is_size);
    let size = match size.map(|label| label.value) {
        Some(LabelValue::Number { value, .. }) => u64::try_from(value).unwrap_or(0),
        _ => 0,
    };
    Some((*sample.stack().last()?, size))
}

/// A benchmark with the functions whose stacks it has.
struct Grouped {
    benchmark: Benchmark,
    functions: Vec<String>,
}

/// One side, read once.
struct Side {
    lines: BTreeMap<String, Lines>,
    /// Those of each run, where every profile has its own.
    by_profile: Option<Vec<BTreeMap<String, Lines>>>,
    profiles: Vec<Seen>,
}

/// What of a profile matters here.
struct Seen {
    rate: Option<SamplingRate>,
    /// By the name of the root function.
    rounds: BTreeMap<String, HashMap<CellKey, Cell>>,
    goroutines: HashMap<CellKey, Cell>,
}

impl Side {
    fn read(input: BenchmarkInput<'_>) -> Result<Side, BenchmarkError> {
        let of_run = |runs: &[BenchmarkRun]| {
            let mut lines: BTreeMap<String, Lines> = BTreeMap::new();
            for line in runs.iter().flat_map(|run| &run.lines) {
                let known = lines.entry(line.function().to_owned()).or_default();
                known.add(line);
            }
            lines
        };
        let all = input.runs.iter().flat_map(|run| &run.lines);
        if let Some(line) = all.into_iter().find(|line| line.bytes_per_op.is_none()) {
            let name = line.name.clone();
            return Err(BenchmarkError::NoBytes { name });
        }
        let has_own = input.runs.len() == input.profiles.len();
        let by_profile = match (has_own, input.profiles.len()) {
            (true, _) => Some(
                input
                    .runs
                    .iter()
                    .map(|run| of_run(std::slice::from_ref(run))),
            ),
            _ => None,
        };
        let by_profile = by_profile.map(Iterator::collect);
        let lines = of_run(input.runs);
        let by_profile = by_profile.or_else(|| {
            let is_one = input.profiles.len() == 1;
            is_one.then(|| vec![lines.clone()])
        });
        let side = Side {
            lines,
            by_profile,
            profiles: input
                .profiles
                .iter()
                .map(Seen::of)
                .collect::<Result<_, _>>()?,
        };
        side.refuse_strangers()?;
        Ok(side)
    }

    /// Refuses a text of another run.
    fn refuse_strangers(&self) -> Result<(), BenchmarkError> {
        /// With so many samples expected, none is no chance.
        const CERTAIN: f64 = 20.0;
        let mut missing = Vec::new();
        let has_others = self.profiles.iter().any(|profile| {
            let mut rounds = profile.rounds.keys();
            rounds.any(|root| !self.lines.contains_key(top_level(root)))
                || !profile.goroutines.is_empty()
        });
        let mut is_any_there = false;
        for (name, lines) in &self.lines {
            let is_there = self.profiles.iter().any(|profile| profile.has(name));
            is_any_there |= is_there;
            let rate = self.profiles.iter().find_map(|profile| profile.rate);
            let bytes = Mix::of(lines, lines).per_operation(lines, Value::Bytes);
            let bytes = bytes.map_or(0.0, |bytes| bytes.value) * lines.operations();
            let expected = bytes / rate.map_or(1.0, |rate| rate.bytes() as f64);
            if !is_there && expected > CERTAIN {
                missing.push(name.clone());
            }
        }
        let found = self.found();
        if !is_any_there && missing.is_empty() && !found.is_empty() {
            missing.extend(self.lines.keys().cloned());
        }
        // Sub-benchmarks may be functions of another name.
        let may_be_helpers = is_any_there || found.is_empty();
        if missing.is_empty() || (has_others && may_be_helpers && !self.helpers().is_empty()) {
            return Ok(());
        }
        Err(BenchmarkError::NotInProfile { missing, found })
    }

    /// The benchmarks that are in the profiles.
    fn found(&self) -> Vec<String> {
        let roots = self
            .profiles
            .iter()
            .flat_map(|profile| profile.rounds.keys());
        let names: BTreeSet<&str> = roots
            .map(|root| top_level(root))
            .filter(|name| name.starts_with("Benchmark"))
            .collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Roots that are not called after a benchmark: functions given to `(*B).Run` from elsewhere.
    fn helpers(&self) -> BTreeSet<&str> {
        let roots = self
            .profiles
            .iter()
            .flat_map(|profile| profile.rounds.keys());
        roots
            .map(String::as_str)
            .filter(|root| !top_level(root).starts_with("Benchmark"))
            .collect()
    }

    fn not_common(&self, names: &[String]) -> Vec<String> {
        let only = self.lines.keys().filter(|name| !names.contains(name));
        only.map(|name| format!("{name} is on one side only and is not compared"))
            .collect()
    }

    fn lines_of(&self, functions: &[String]) -> Lines {
        joined(&self.lines, functions)
    }

    /// Whether a function's own stacks are in the profiles.
    fn has_stacks(&self, name: &str) -> bool {
        let subs = self.lines.get(name).is_some_and(Lines::are_sub_benchmarks);
        self.profiles.iter().any(|profile| match subs {
            true => profile
                .rounds
                .keys()
                .any(|root| top_level(root) == name && is_closure(root)),
            false => profile.has(name),
        })
    }

    fn assign(&self, groups: &mut [Grouped], side: usize) -> Vec<Assignment> {
        let profiles = self.profiles.iter().enumerate();
        profiles
            .map(|(at, profile)| self.assign_profile(at, profile, groups, side))
            .collect()
    }

    fn assign_profile(
        &self,
        at: usize,
        profile: &Seen,
        groups: &mut [Grouped],
        side: usize,
    ) -> Assignment {
        let rounds: HashMap<String, Target> = profile
            .rounds
            .keys()
            .map(|root| (root.clone(), self.target(root, groups)))
            .collect();
        let bytes_to = |is_meant: &dyn Fn(&str, Target) -> bool| {
            let rounds = profile.rounds.iter().filter(|(root, _)| {
                let target = rounds.get(*root).copied().unwrap_or(Target::Elsewhere);
                is_meant(root, target)
            });
            bytes_of(rounds.flat_map(|(_, cells)| cells.values()))
        };
        let benchmarked = bytes_to(&|_, target| target != Target::Elsewhere);
        let helpers = bytes_to(&|root, target| {
            target == Target::Elsewhere && !top_level(root).starts_with("Benchmark")
        });
        // Less than this part of the bytes does not matter.
        const IMMATERIAL: i128 = 50;
        let stray = bytes_of(profile.goroutines.values()) + helpers;
        let has_stray = stray * IMMATERIAL > benchmarked;
        let strays = match groups {
            [_] => Target::Benchmark(0),
            _ => Target::Elsewhere,
        };
        let mut assignment = Assignment {
            rounds,
            strays,
            apart: Vec::new(),
        };
        let own = self.by_profile.as_ref().and_then(|all| all.get(at));
        for (place, group) in groups.iter_mut().enumerate() {
            let mut cells = assignment.cells(profile, place);
            if strays == Target::Benchmark(place) {
                add(&mut cells, &profile.goroutines);
            }
            let benchmark = &mut group.benchmark;
            let measurement = match side {
                0 => &mut benchmark.before,
                _ => &mut benchmark.after,
            };
            let expected = Expected {
                operations: own.map(|lines| joined(lines, &group.functions).operations()),
                bytes_per_op: own_mean(own, &group.functions, Value::Bytes)
                    .unwrap_or(measurement.bytes.value),
                objects_per_op: own_mean(own, &group.functions, Value::Objects)
                    .or(measurement.objects.map(|objects| objects.value)),
            };
            let (mut coverage, apart) = cover(&cells, profile.rate, expected);
            // What is compared is the mix of both sides.
            if let Ok(operations) = &mut coverage.operations
                && measurement.bytes.value > 0.0
            {
                *operations *= expected.bytes_per_op / measurement.bytes.value;
            }
            if has_stray && strays == Target::Elsewhere && coverage.operations.is_ok() {
                coverage = Coverage {
                    amortised: coverage.amortised,
                    ..uncovered(Uncovered::OtherGoroutines)
                };
            }
            measurement.coverage.push(coverage);
            assignment.apart.push(apart);
        }
        assignment
    }

    fn target(&self, root: &str, groups: &[Grouped]) -> Target {
        let name = top_level(root);
        let is_own = |group: &Grouped| group.functions.iter().any(|function| function == name);
        if let Some(at) = groups.iter().position(is_own) {
            let subs = self.lines.get(name).is_some_and(Lines::are_sub_benchmarks);
            // What a function does before it runs its sub-benchmarks is not timed.
            return match subs && !is_closure(root) && self.has_stacks(name) {
                true => Target::Elsewhere,
                false => Target::Benchmark(at),
            };
        }
        let lacks = |group: &Grouped| group.functions.iter().any(|name| !self.has_stacks(name));
        if name.starts_with("Benchmark") {
            return Target::Elsewhere;
        }
        match (groups, groups.iter().position(lacks)) {
            ([_], _) => Target::Benchmark(0),
            (_, Some(at)) => Target::Benchmark(at),
            (_, None) => Target::Elsewhere,
        }
    }
}

impl Assignment {
    fn cells(&self, profile: &Seen, benchmark: usize) -> HashMap<CellKey, Cell> {
        let mut cells = HashMap::new();
        for (root, found) in &profile.rounds {
            if self.rounds.get(root) == Some(&Target::Benchmark(benchmark)) {
                add(&mut cells, found);
            }
        }
        cells
    }
}

impl Seen {
    fn of(profile: &Profile) -> Result<Seen, BenchmarkError> {
        let tables = profile.tables();
        let index = |name: &str| {
            let mut types = tables.sample_types().iter();
            types.position(|known| tables.text(known.type_) == name)
        };
        let (Some(objects), Some(bytes)) = (index("alloc_objects"), index("alloc_space")) else {
            return Err(BenchmarkError::NoAllocations);
        };
        let roots = Roots::of(tables);
        let period = tables
            .period()
            .and_then(|period| u64::try_from(period).ok());
        let mut seen = Seen {
            rate: period.and_then(SamplingRate::new),
            rounds: BTreeMap::new(),
            goroutines: HashMap::new(),
        };
        for sample in profile.samples() {
            let Some(key) = cell_key(tables, &sample) else {
                continue;
            };
            let cells = match roots.root(sample.stack()) {
                Root::Round(name) => match seen.rounds.get_mut(name) {
                    Some(cells) => cells,
                    None => seen.rounds.entry(name.to_owned()).or_default(),
                },
                Root::Goroutine => &mut seen.goroutines,
                Root::Process => continue,
            };
            let value = |at: usize| i128::from(sample.values().get(at).copied().unwrap_or(0));
            let cell = cells.entry(key).or_default();
            cell.objects += value(objects);
            cell.bytes += value(bytes);
        }
        Ok(seen)
    }

    fn has(&self, function: &str) -> bool {
        self.rounds.keys().any(|root| top_level(root) == function)
    }
}

/// The functions that are in both texts.
fn common_names(before: &Side, after: &Side) -> Result<Vec<String>, BenchmarkError> {
    let common = before
        .lines
        .keys()
        .filter(|name| after.lines.contains_key(*name));
    let common: Vec<String> = common.cloned().collect();
    if common.is_empty() {
        let names = |side: &Side| side.lines.keys().cloned().collect();
        return Err(BenchmarkError::NothingInCommon {
            before: names(before),
            after: names(after),
        });
    }
    Ok(common)
}

/// One group for each function; where functions of other names ran their sub-benchmarks, those
/// that may be meant are one.
fn groups(sides: &[Side; 2], names: &[String]) -> Vec<Vec<String>> {
    let has_helpers = sides.iter().any(|side| !side.helpers().is_empty());
    let lacks = |name: &&String| has_helpers && sides.iter().any(|side| !side.has_stacks(name));
    let (shared, own): (Vec<&String>, Vec<&String>) = names.iter().partition(lacks);
    let mut groups: Vec<Vec<String>> = own.into_iter().map(|name| vec![name.clone()]).collect();
    if !shared.is_empty() {
        groups.push(shared.into_iter().cloned().collect());
    }
    groups.sort();
    groups
}

fn joined(lines: &BTreeMap<String, Lines>, functions: &[String]) -> Lines {
    let mut all = Lines::default();
    for lines in functions.iter().filter_map(|name| lines.get(name)) {
        all.absorb(lines);
    }
    all
}

/// The number of one operation of a profile's own mix.
fn own_mean(
    lines: Option<&BTreeMap<String, Lines>>,
    functions: &[String],
    value: Value,
) -> Option<f64> {
    let lines = joined(lines?, functions);
    let mean = Mix::of(&lines, &lines).per_operation(&lines, value)?;
    Some(mean.value)
}

fn bytes_of<'a>(cells: impl Iterator<Item = &'a Cell>) -> i128 {
    cells.map(|cell| cell.bytes).sum()
}

fn add(cells: &mut HashMap<CellKey, Cell>, more: &HashMap<CellKey, Cell>) {
    let mut more: Vec<(&CellKey, &Cell)> = more.iter().collect();
    more.sort_unstable_by_key(|(key, _)| **key);
    for (key, cell) in more {
        let sum = cells.entry(*key).or_default();
        sum.objects += cell.objects;
        sum.bytes += cell.bytes;
    }
}
