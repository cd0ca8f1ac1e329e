//! One side of a comparison: what was printed, and where in the profiles it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heapwise_decode::{BenchmarkRun, Line, LocationIndex, Profile, Tables};

use super::BenchmarkInput;
use super::assignment::{Assignment, Target, cell_key};
use super::benchmark::Benchmark;
use super::coverage::{Cell, CellKey, Coverage, Expected, Uncovered, cover, uncovered};
use super::measured::{Lines, Mix, Value};
use super::one_sided::OneSided;
use super::roots::{Root, Roots, is_closure, top_level};
use crate::error::{Error, ErrorKind, Result};
use heapwise_stats::SamplingRate;

/// Less than this part of the bytes does not matter.
const IMMATERIAL: i128 = 50;

/// A benchmark with the functions whose stacks it has.
pub(super) struct Grouped {
    pub(super) benchmark: Benchmark,
    pub(super) functions: Vec<String>,
}

/// One side, read once.
pub(super) struct Side {
    lines: BTreeMap<String, Lines>,
    /// Those of each run, where every profile has its own.
    by_profile: Option<Vec<BTreeMap<String, Lines>>>,
    profiles: Vec<Seen>,
    is_fixed: bool,
}

/// What of a profile matters here.
struct Seen {
    rate: Option<SamplingRate>,
    /// By the name of the root function.
    rounds: BTreeMap<String, HashMap<CellKey, Cell>>,
    goroutines: HashMap<CellKey, Cell>,
    /// Bytes of the runtime's own stacks.
    runtime: i128,
    /// The functions of each location.
    places: Vec<String>,
}

impl Side {
    pub(super) fn read(input: BenchmarkInput<'_>) -> Result<Side> {
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
            return Err(ErrorKind::NoBytes { name }.into());
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
            is_fixed: input.is_fixed,
            profiles: input.profiles.iter().map(Seen::of).collect::<Result<_>>()?,
        };
        side.refuse_strangers()?;
        side.refuse_unsaid()?;
        Ok(side)
    }

    /// Refuses a text that lacks a benchmark of the profiles: what that allocates would be judged by nobody.
    fn refuse_unsaid(&self) -> Result<()> {
        let rounds = || self.profiles.iter().flat_map(|profile| &profile.rounds);
        let bytes = |is_meant: &dyn Fn(&str) -> bool| {
            let meant = rounds().filter(|(root, _)| is_meant(top_level(root)));
            bytes_of(meant.flat_map(|(_, cells)| cells.values()))
        };
        let all = bytes(&|_| true);
        let is_material = |name: &String| bytes(&|of| of == name) * IMMATERIAL > all;
        let is_unsaid = |name: &String| !self.lines.contains_key(name);
        let missing = self.found().into_iter().filter(is_unsaid);
        let missing: Vec<String> = missing.filter(is_material).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found = self.lines.keys().cloned().collect();
        Err(ErrorKind::NotInText { missing, found }.into())
    }

    /// Refuses a text of another run.
    fn refuse_strangers(&self) -> Result<()> {
        /// With so many samples expected, none is no chance.
        const CERTAIN: f64 = 20.0;
        let mut missing = Vec::new();
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
        if missing.is_empty() || (may_be_helpers && !self.helpers().is_empty()) {
            return Ok(());
        }
        Err(ErrorKind::NotInProfile { missing, found }.into())
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

    /// The functions that one of two sides alone measured.
    pub(super) fn unpaired(&self, newer: &Side) -> OneSided {
        OneSided::of(self.lines.keys(), newer.lines.keys())
    }

    /// The names of all lines.
    pub(super) fn names(&self) -> Vec<String> {
        let names = self.lines.values().flat_map(Lines::names);
        names.map(str::to_owned).collect()
    }

    pub(super) fn lines_of(&self, functions: &[String]) -> Lines {
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

    pub(super) fn assign(&self, groups: &mut [Grouped], side: usize) -> Vec<Assignment> {
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
            let cells = assignment.cells(profile, place);
            let benchmark = &mut group.benchmark;
            let measurement = match side {
                0 => &mut benchmark.before,
                _ => &mut benchmark.after,
            };
            let own_lines = own.map(|lines| joined(lines, &group.functions));
            let expected = Expected {
                operations: own_lines.as_ref().map(Lines::operations),
                is_fixed: self.is_fixed && own_lines.as_ref().is_some_and(Lines::is_one),
                bytes_per_op: own_mean(own, &group.functions, Value::Bytes)
                    .unwrap_or(measurement.bytes.value),
                objects_per_op: own_mean(own, &group.functions, Value::Objects)
                    .or(measurement.objects.map(|objects| objects.value)),
                elsewhere: profile.runtime.max(0) as f64,
            };
            let (mut coverage, apart) = cover(&cells, profile.rate, expected);
            // What is compared is the mix of both sides.
            if let Ok(operations) = &mut coverage.operations
                && !coverage.is_fixed
                && measurement.bytes.value > 0.0
                && expected.bytes_per_op > 0.0
            {
                let mix = expected.bytes_per_op / measurement.bytes.value;
                *operations *= mix;
                let ends = coverage.between;
                coverage.between = ends.map(|(least, most)| (least * mix, most * mix));
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

    /// What a profile has of a benchmark.
    pub(super) fn cells(
        &self,
        profile: usize,
        assignment: &Assignment,
        benchmark: usize,
    ) -> HashMap<CellKey, Cell> {
        let profile = self.profiles.get(profile);
        profile.map_or_else(HashMap::new, |profile| assignment.cells(profile, benchmark))
    }

    /// The functions of a location of a profile.
    pub(super) fn place(&self, profile: usize, location: LocationIndex) -> &str {
        let places = self.profiles.get(profile).map(|profile| &profile.places);
        let place = places.and_then(|places| places.get(location.get()));
        place.map_or("", String::as_str)
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
        if self.strays == Target::Benchmark(benchmark) {
            add(&mut cells, &profile.goroutines);
        }
        cells
    }
}

impl Seen {
    fn of(profile: &Profile) -> Result<Seen> {
        let tables = profile.tables();
        let index = |name: &str| {
            let mut types = tables.sample_types().iter();
            types.position(|known| tables.text(known.type_) == name)
        };
        let (Some(objects), Some(bytes)) = (index("alloc_objects"), index("alloc_space")) else {
            return Err(ErrorKind::NoAllocations.into());
        };
        let roots = Roots::of(tables);
        let period = tables
            .period()
            .and_then(|period| u64::try_from(period).ok());
        let mut seen = Seen {
            rate: period.and_then(SamplingRate::new),
            rounds: BTreeMap::new(),
            goroutines: HashMap::new(),
            runtime: 0,
            places: places(tables),
        };
        for sample in profile.samples() {
            let Some(key) = cell_key(tables, &sample) else {
                continue;
            };
            let value = |at: usize| i128::from(sample.values().get(at).copied().unwrap_or(0));
            let cells = match roots.root(sample.stack()) {
                Root::Round(name) => match seen.rounds.get_mut(name) {
                    Some(cells) => cells,
                    None => seen.rounds.entry(name.to_owned()).or_default(),
                },
                Root::Goroutine => &mut seen.goroutines,
                Root::Process => {
                    if roots.is_of_runtime(sample.stack()) {
                        seen.runtime += value(bytes);
                    }
                    continue;
                }
            };
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

/// The functions of each location, the innermost first.
fn places(tables: &Tables) -> Vec<String> {
    let name = |line: &Line| {
        tables
            .text(tables.function(line.function).name)
            .into_owned()
    };
    let names = |lines: &[Line]| lines.iter().map(name).collect::<Vec<_>>().join(";");
    let locations = tables.locations();
    locations.map(|location| names(location.lines)).collect()
}

/// The functions that are in both texts.
pub(super) fn common_names(before: &Side, after: &Side) -> Result<Vec<String>> {
    let common = before
        .lines
        .keys()
        .filter(|name| after.lines.contains_key(*name));
    let common: Vec<String> = common.cloned().collect();
    if common.is_empty() {
        let functions = |side: &Side| side.lines.keys().cloned().collect();
        return Err(nothing_in_common(functions(before), functions(after)));
    }
    Ok(common)
}

/// The error of texts that have these benchmarks.
pub(super) fn nothing_in_common(before: Vec<String>, after: Vec<String>) -> Error {
    ErrorKind::NothingInCommon { before, after }.into()
}

/// One group for each function; where functions of other names ran their sub-benchmarks, those
/// that may be meant are one.
pub(super) fn groups(sides: &[Side; 2], names: &[String]) -> Vec<Vec<String>> {
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
