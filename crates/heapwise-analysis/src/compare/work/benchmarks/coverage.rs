//! How many operations of a benchmark a profile covers, and what in it is set-up.
//!
//! The profile covers every round of the search for `b.N` and all set-up; what is printed, the
//! last round only, and of it what was timed. So the number of operations is not the printed one:
//! it is the bytes below the benchmark over its exact bytes per operation, once set-up is apart. Set-up
//! that cannot be told apart makes that number wrong, and all sites by one factor: between which numbers it
//! is then is said, and what is decided of sites holds for all of them. Only where whoever ran the benchmark fixed its iterations is the number known as it is.

use std::collections::{HashMap, HashSet};

use heapwise_decode::LocationIndex;

use heapwise_stats::{Quantity, SamplingRate, SizeClass};

/// Blocks of one size allocated at one place.
pub(super) type CellKey = (LocationIndex, u64);

/// What was allocated there.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) objects: i128,
    pub(super) bytes: i128,
}

/// What a benchmark printed, to be found again in a profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    /// Iterations of the last rounds, where the text is of just this profile.
    pub(super) operations: Option<f64>,
    pub(super) bytes_per_op: f64,
    pub(super) objects_per_op: Option<f64>,
    /// Whether these iterations were asked for (`-benchtime=300x`), so that there was no search for them.
    pub(super) is_fixed: bool,
    /// Bytes of the runtime's own stacks in the profile: those for threads are printed with the benchmark's that ran
    /// meanwhile.
    pub(super) elsewhere: f64,
}

/// The operations of a benchmark that one profile covers.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// How many, in all rounds; or why that cannot be told.
    pub operations: Result<f64, Uncovered>,
    /// What is not known of them beyond sampling and set-up, as a coefficient of variation.
    pub variation: f64,
    /// The fewest and the most that they may be, where set-up cannot be told apart.
    pub between: Option<(f64, f64)>,
    /// The relative standard error of such operations, which were told by samples.
    pub(super) error: f64,
    /// Whether they are those that were asked for, and not told by what was allocated.
    pub is_fixed: bool,
    /// Bytes that were told to be set-up and are kept apart.
    pub set_up: i128,
    /// Whether rows may include set-up that could not be told apart.
    pub may_include_set_up: bool,
    /// The part of the bytes that is allocated less often than once in two operations: by buffers
    /// that grow over a whole round, pools, or once per round. It is what makes exact numbers vary
    /// from run to run.
    pub amortised: f64,
}

impl Coverage {
    /// The operations; where they are between two numbers, in the middle of these.
    fn middle(&self) -> Option<f64> {
        let known = self.operations.ok()?;
        let middle = self.between.map(|(least, most)| (least * most).sqrt());
        Some(middle.unwrap_or(known))
    }
}

/// Cells that are not allocated per operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Apart {
    /// Set-up: `B/op` does not count it.
    pub(super) set_up: HashSet<CellKey>,
    /// Allocated less often than once in two operations: it may be set-up, of which there is more
    /// or less for each operation as rounds are shorter or longer.
    pub(super) seldom: HashSet<CellKey>,
    /// Counted, though all of it may be set-up: a material part, without which the numbers agree as well.
    pub(super) in_doubt: HashSet<CellKey>,
}

/// Why the operations that a profile covers cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Uncovered {
    /// Nothing is allocated per operation.
    NoBytes,
    /// The profile shows fewer bytes below the benchmark than the printed operations allocated, also of operations that
    /// were asked for: it is of another run, or the benchmark sets `runtime.MemProfileRate`.
    TooFewBytes,
    /// No block of its operations was sampled, which are so few.
    NoSamples,
    /// It shows more than all rounds of these operations can have allocated.
    TooManyBytes,
    /// Set-up and operations cannot be told apart.
    SetUp,
    /// Some of its names are on one side only, and the profile of that side holds all of them as one.
    OtherNames,
    /// Goroutines of their own allocate, or stacks are cut off: it is not known for which benchmark.
    OtherGoroutines,
}

impl Uncovered {
    /// A sentence for people.
    pub fn reason(self) -> &'static str {
        match self {
            Uncovered::NoBytes => "it allocates nothing per operation",
            Uncovered::TooFewBytes => {
                "the profile shows fewer bytes below it than its operations allocated: are profile \
                 and text of one run, or does it set runtime.MemProfileRate?"
            }
            Uncovered::NoSamples => {
                "its operations are so few that none of their blocks was sampled"
            }
            Uncovered::TooManyBytes => {
                "the profile shows more bytes below it than all its rounds can have allocated: \
                 set-up, or are profile and text not of one run?"
            }
            Uncovered::SetUp => "its set-up cannot be told from what it does per operation",
            Uncovered::OtherNames => {
                "some of its sub-benchmarks are on one side only, and a profile holds all as one"
            }
            Uncovered::OtherGoroutines => {
                "some stacks do not say for which of the benchmarks they allocate (goroutines, \
                 helpers, stacks cut off): run the benchmarks one at a time"
            }
        }
    }

    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Uncovered::NoBytes => "no_bytes",
            Uncovered::TooFewBytes => "too_few_bytes",
            Uncovered::NoSamples => "no_samples",
            Uncovered::TooManyBytes => "too_many_bytes",
            Uncovered::SetUp => "set_up",
            Uncovered::OtherNames => "other_names",
            Uncovered::OtherGoroutines => "other_goroutines",
        }
    }
}

/// All rounds together do at most so many times the operations of the last one: rounds grow by
/// 1.2 times what is predicted to fill the time, and only the last fills it
/// (`testing/benchmark.go`: `predictN`).
const MOST_ROUNDS: f64 = 3.0;
/// What is allocated less often than once in so many operations may be set-up.
const RARE: f64 = 100.0;
/// Less than this part of the bytes does not matter.
const IMMATERIAL: f64 = 0.02;
/// Numbers of operations that differ by more than this, and by more than their errors, disagree.
const SAME: f64 = 0.05;
/// Standard errors that are allowed for.
const ERRORS: f64 = 3.0;
/// What is allocated less often than once in so many operations makes `B/op` vary.
const SELDOM: f64 = 2.0;
/// Standard errors beyond which a profile is not of the run.
const MANY_ERRORS: f64 = 4.0;
/// The runtime puts small objects without pointers together into blocks of this size, and counts each
/// of them where a profile counts the block (`runtime/malloc.go`: `maxTinySize`).
const TINY_BLOCK: f64 = 16.0;
/// With larger standard errors the numbers of objects say nothing.
const RELIABLE: f64 = 0.15;
/// With more doubt than this nothing is judged.
const MOST_VARIATION: f64 = 0.35;

/// Tells how many operations the cells of a benchmark cover, and which cells are set-up.
pub(super) fn cover(
    cells: &HashMap<CellKey, Cell>,
    rate: Option<SamplingRate>,
    expected: Expected,
) -> (Coverage, Apart) {
    let covering = Covering { rate, expected };
    let mut ordered: Vec<(CellKey, Cell)> = cells.iter().map(|(&key, &cell)| (key, cell)).collect();
    ordered.sort_unstable_by_key(|&(key, cell)| (std::cmp::Reverse(cell.bytes), key));
    let (mut coverage, mut apart) = covering.cover(&ordered);
    if covering.lacks_bytes(&ordered) {
        coverage.operations = Err(Uncovered::TooFewBytes);
        coverage.between = None;
    } else if let Some((operations, variation)) = covering.fixed(&ordered) {
        coverage.operations = Ok(operations);
        coverage.variation = variation;
        coverage.between = None;
        coverage.is_fixed = true;
    }
    let bytes = ordered.iter().filter(|(key, _)| apart.set_up.contains(key));
    coverage.set_up = bytes.map(|(_, cell)| cell.bytes).sum();
    ordered.retain(|(key, _)| !apart.set_up.contains(key));
    coverage.amortised = covering.amortised(&ordered, &coverage);
    apart.seldom.retain(|key| !apart.set_up.contains(key));
    (coverage, apart)
}

struct Covering {
    rate: Option<SamplingRate>,
    expected: Expected,
}

/// Sums over cells, with their sampling variances.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    bytes: f64,
    bytes_variance: f64,
    objects: f64,
    objects_variance: f64,
    covariance: f64,
    /// Objects that may be several small ones in a block.
    tiny: f64,
}

/// A number of operations with its relative standard error.
#[derive(Debug, Clone, Copy)]
struct Operations {
    count: f64,
    error: f64,
}

impl Covering {
    /// The operations of a benchmark that was asked for so many, and what is not known of them: one round
    /// of one operation comes first (`testing/benchmark.go`: `run1`), but not where `b.Loop` counts.
    fn fixed(&self, cells: &[(CellKey, Cell)]) -> Option<(f64, f64)> {
        let last = self
            .expected
            .operations
            .filter(|_| self.expected.is_fixed)?;
        if last <= 1.0 {
            return Some((1.0, 0.0));
        }
        let with_first = last + 1.0;
        let is_exact = self.rate.is_some_and(SamplingRate::records_everything);
        let told_by = |operations: f64| -> i128 {
            let is_of = |cell: &Cell| cell.objects > 0 && cell.objects % operations as i128 == 0;
            let cells = cells.iter().filter(|(_, cell)| is_of(cell));
            cells.map(|(_, cell)| cell.objects).sum()
        };
        let (counted, looped) = (told_by(with_first), told_by(last));
        Some(match (is_exact, counted.cmp(&looped)) {
            (true, std::cmp::Ordering::Greater) => (with_first, 0.0),
            (true, std::cmp::Ordering::Less) => (last, 0.0),
            // Of two values that are as likely.
            _ => (with_first, (with_first / last).ln() / 2.0),
        })
    }

    /// Whether far less was recorded than operations that were asked for allocated: then the profile does not say where,
    /// as where a benchmark sets `runtime.MemProfileRate` itself.
    fn lacks_bytes(&self, cells: &[(CellKey, Cell)]) -> bool {
        let operations = self.expected.operations.unwrap_or(0.0);
        let least = operations * self.expected.bytes_per_op;
        if least <= 0.0 || !self.expected.is_fixed {
            return false;
        }
        let mut sum = self.sum(cells.iter().map(|&(_, cell)| cell));
        if sum.bytes <= 0.0 {
            return !self.may_lack_samples();
        }
        let error = sum.bytes_variance.sqrt() / sum.bytes;
        sum.bytes += self.expected.elsewhere;
        let found = self
            .by_bytes(sum)
            .map(|found| Operations { error, ..found });
        found.is_some_and(|found| self.impossibility(found) == Some(Uncovered::TooFewBytes))
    }

    /// Whether the printed operations allocated so little that it may be chance that none of it was sampled.
    fn may_lack_samples(&self) -> bool {
        /// With so many samples expected, none is no chance.
        const CERTAIN: f64 = 20.0;
        let operations = self.expected.operations.unwrap_or(0.0);
        let rate = self.rate.map_or(1.0, |rate| rate.bytes() as f64);
        operations * self.expected.bytes_per_op <= CERTAIN * rate + self.expected.elsewhere
    }

    /// The part of the bytes that is allocated seldom, place by place and size by size.
    fn amortised(&self, cells: &[(CellKey, Cell)], coverage: &Coverage) -> f64 {
        let Some(operations) = coverage.middle().or(self.expected.operations) else {
            return 0.0;
        };
        let seldom = seldom(cells, operations);
        let seldom = cells.iter().filter(|(key, _)| seldom.contains(key));
        let bytes: i128 = seldom.map(|(_, cell)| cell.bytes).sum();
        let all: i128 = cells.iter().map(|(_, cell)| cell.bytes).sum();
        if all > 0 {
            bytes as f64 / all as f64
        } else {
            0.0
        }
    }

    fn cover(&self, cells: &[(CellKey, Cell)]) -> (Coverage, Apart) {
        if self.expected.bytes_per_op <= 0.0 {
            let apart = Apart {
                set_up: cells.iter().map(|&(key, _)| key).collect(),
                ..Apart::default()
            };
            return (self.nothing(), apart);
        }
        let set_up = self.impossible(cells);
        let timed: Vec<(CellKey, Cell)> = cells
            .iter()
            .filter(|(key, _)| !set_up.contains(key))
            .copied()
            .collect();
        let operations = self.expected.operations.unwrap_or(0.0);
        let (coverage, found) = self.choose(&timed, &candidates(&timed, operations));
        let covered = coverage.middle().unwrap_or(operations);
        let seldom = seldom(&timed, covered).into_iter();
        let apart = Apart {
            set_up: set_up.into_iter().chain(found.set_up).collect(),
            seldom: seldom.chain(found.in_doubt.iter().copied()).collect(),
            in_doubt: found.in_doubt,
        };
        (coverage, apart)
    }

    /// Of operations that allocate nothing: so many they were at least, and of nothing each has nothing.
    fn nothing(&self) -> Coverage {
        match self.expected.operations.filter(|&count| count > 0.0) {
            None => uncovered(Uncovered::NoBytes),
            Some(operations) => Coverage {
                operations: Ok(operations),
                ..uncovered(Uncovered::NoBytes)
            },
        }
    }

    /// Which of sets of cells, each larger than the one before, is set-up: one without which bytes
    /// and objects tell one number of operations, and one that is possible. Where that is so of several,
    /// the smallest is set-up for certain, and what the largest has more is in doubt.
    fn choose(
        &self,
        cells: &[(CellKey, Cell)],
        may_be_set_up: &[HashSet<CellKey>],
    ) -> (Coverage, Apart) {
        let sums: Vec<(Sum, &HashSet<CellKey>)> = may_be_set_up
            .iter()
            .map(|set_up| {
                let rest = cells.iter().filter(|(key, _)| !set_up.contains(key));
                (self.sum(rest.map(|&(_, cell)| cell)), set_up)
            })
            .collect();
        let Some(&(whole, _)) = sums.first().filter(|(sum, _)| sum.bytes > 0.0) else {
            let why = match self.may_lack_samples() {
                true => Uncovered::NoSamples,
                false => Uncovered::TooFewBytes,
            };
            return (uncovered(why), Apart::default());
        };
        let is_likely = |sum: &Sum| {
            let operations = self.by_bytes(*sum);
            let is_possible = operations.is_some_and(|operations| self.is_possible(operations));
            is_possible && self.agrees(*sum)
        };
        let likely = || sums.iter().filter(|(sum, _)| is_likely(sum));
        let (Some(&(first, set_up)), Some(&(last, largest))) =
            (likely().next(), likely().next_back())
        else {
            return (self.settled(whole), Apart::default());
        };
        let mut apart = Apart {
            set_up: set_up.clone(),
            ..Apart::default()
        };
        let mut coverage = match last.bytes >= (1.0 - IMMATERIAL) * first.bytes {
            true => self.settled(first),
            false => {
                apart.in_doubt = largest.difference(set_up).copied().collect();
                self.between(first, last)
            }
        };
        if coverage.operations.is_ok() && !coverage.may_include_set_up {
            // So little is no word worth, but all sites share it.
            coverage.variation = uniform(first.bytes / last.bytes);
        }
        (coverage, apart)
    }

    /// Cells that hold more than all rounds can have allocated.
    fn impossible(&self, cells: &[(CellKey, Cell)]) -> HashSet<CellKey> {
        let Some(most) = self.most_operations() else {
            return HashSet::new();
        };
        let is_impossible = |cell: &Cell| {
            let sum = self.sum(std::iter::once(*cell));
            let bytes = sum.bytes - ERRORS * sum.bytes_variance.sqrt();
            let objects = sum.objects - ERRORS * sum.objects_variance.sqrt();
            let per_op = self.expected.objects_per_op;
            bytes > most * (self.expected.bytes_per_op + 1.0)
                || per_op.is_some_and(|per_op| objects > most * (per_op + 1.0))
        };
        let cells = cells.iter().filter(|(_, cell)| is_impossible(cell));
        cells.map(|&(key, _)| key).collect()
    }

    fn most_operations(&self) -> Option<f64> {
        self.expected
            .operations
            .map(|operations| MOST_ROUNDS * operations + 2.0)
    }

    /// The operations that cells without set-up tell.
    fn settled(&self, sum: Sum) -> Coverage {
        let Some(operations) = self.by_bytes(sum) else {
            return uncovered(Uncovered::TooFewBytes);
        };
        if let Some(why) = self.impossibility(operations) {
            return uncovered(why);
        }
        let other = match self.agrees(sum) {
            true => None,
            false => self.by_objects(sum),
        };
        let other = other.map_or(operations.count, |other| other.count);
        if (other / operations.count).ln().abs() / 2.0 > MOST_VARIATION {
            return uncovered(Uncovered::SetUp);
        }
        let between = (operations.count.min(other), operations.count.max(other));
        Coverage {
            operations: Ok(operations.count),
            between: (between.0 < between.1).then_some(between),
            error: operations.error,
            may_include_set_up: between.0 < between.1,
            ..uncovered(Uncovered::SetUp)
        }
    }

    /// Somewhere between the two. What is in doubt is shown, so that it is counted: then all adds up.
    fn between(&self, with: Sum, without: Sum) -> Coverage {
        let (Some(with), Some(without)) = (self.by_bytes(with), self.by_bytes(without)) else {
            return uncovered(Uncovered::SetUp);
        };
        if uniform(with.count / without.count) > MOST_VARIATION {
            return uncovered(Uncovered::SetUp);
        }
        Coverage {
            operations: Ok(with.count),
            between: Some((without.count, with.count)),
            error: with.error.max(without.error),
            may_include_set_up: true,
            ..uncovered(Uncovered::SetUp)
        }
    }

    fn sum(&self, cells: impl Iterator<Item = Cell>) -> Sum {
        let mut sum = Sum::default();
        for cell in cells {
            let (objects, bytes) = (cell.objects as f64, cell.bytes as f64);
            sum.bytes += bytes;
            sum.objects += objects;
            let size = bytes / objects.max(1.0);
            if size.round() == TINY_BLOCK {
                sum.tiny += objects;
            }
            let class = self
                .rate
                .filter(|rate| !rate.records_everything())
                .and_then(|rate| SizeClass::new(size.round() as u64, rate));
            if let Some(class) = class {
                let missed = class.miss_chance();
                sum.bytes_variance += bytes.abs() * class.weight(Quantity::Bytes) * missed;
                sum.objects_variance += objects.abs() * class.weight(Quantity::Objects) * missed;
                sum.covariance += bytes.abs() * class.weight(Quantity::Objects) * missed;
            }
        }
        sum
    }

    fn by_bytes(&self, sum: Sum) -> Option<Operations> {
        (sum.bytes > 0.0).then(|| Operations {
            count: sum.bytes / self.expected.bytes_per_op,
            error: sum.bytes_variance.sqrt() / sum.bytes,
        })
    }

    fn by_objects(&self, sum: Sum) -> Option<Operations> {
        let per_op = self
            .expected
            .objects_per_op
            .filter(|&per_op| per_op > 0.0)?;
        (sum.objects > 0.0).then(|| Operations {
            count: sum.objects / per_op,
            error: sum.objects_variance.sqrt() / sum.objects,
        })
    }

    /// Whether the bytes tell the number of operations that the objects tell, which are printed
    /// without what is behind their point. Both come from the same samples, so that most of their
    /// errors cancel.
    fn agrees(&self, sum: Sum) -> bool {
        let (Some(operations), Some(other)) = (self.by_bytes(sum), self.by_objects(sum)) else {
            return true;
        };
        // Few samples hide small blocks, of which there may be many.
        if operations.error.max(other.error) > RELIABLE {
            return true;
        }
        let rounding = self
            .expected
            .objects_per_op
            .map_or(0.0, |per_op| 1.0 / per_op);
        let common = 2.0 * sum.covariance / (sum.bytes * sum.objects);
        let variance = operations.error.powi(2) + other.error.powi(2) - common;
        let error = variance.max(0.0).sqrt();
        let difference = (operations.count / other.count).ln();
        let allowed = (ERRORS * error).max(SAME);
        let tiny = (1.0 + (TINY_BLOCK - 1.0) * sum.tiny / sum.objects).ln();
        difference <= allowed + tiny && difference >= -(allowed + (1.0 + rounding).ln())
    }

    fn is_possible(&self, operations: Operations) -> bool {
        self.impossibility(operations).is_none()
    }

    fn impossibility(&self, operations: Operations) -> Option<Uncovered> {
        let least = self.expected.operations?;
        let most = self.most_operations()?;
        let allowed = ERRORS * operations.error + IMMATERIAL;
        // What is too few is measured by the samples that there should have been: among many
        // profiles some have few.
        let expected = operations.error * (operations.count / least).sqrt();
        let missing = MANY_ERRORS * expected + IMMATERIAL;
        // What is printed may be up to one byte less.
        let rounding = 1.0 + 1.0 / self.expected.bytes_per_op;
        if operations.count < least * (1.0 - missing) {
            Some(Uncovered::TooFewBytes)
        } else if operations.count * (1.0 - allowed) > most * rounding {
            Some(Uncovered::TooManyBytes)
        } else {
            None
        }
    }
}

/// The variation of a value that is anywhere between two whose ratio this is, on a logarithmic scale.
pub(super) fn uniform(ratio: f64) -> f64 {
    ratio.ln().abs() / 12_f64.sqrt()
}

/// What may be set-up: nothing, what is rare, and then more and more of the places that allocate
/// less often than once per operation, the rarest first.
fn candidates(cells: &[(CellKey, Cell)], operations: f64) -> Vec<HashSet<CellKey>> {
    /// As often as an operation, but for sampling errors.
    const ONCE: f64 = 0.95;
    const MOST: usize = 100;
    let rare = rare(cells, operations);
    let mut places: Vec<(i128, LocationIndex)> = objects_by_place(cells)
        .into_iter()
        .map(|(place, objects)| (objects, place))
        .filter(|&(objects, _)| (objects as f64) < ONCE * operations)
        .collect();
    places.sort_unstable();
    let mut all = vec![HashSet::new(), rare.clone()];
    let mut largest = rare;
    for (_, place) in places.into_iter().rev().take(MOST).rev() {
        let before = largest.len();
        let own = cells.iter().filter(|((at, _), _)| *at == place);
        largest.extend(own.map(|&(key, _)| key));
        if largest.len() > before {
            all.push(largest.clone());
        }
    }
    all
}

fn objects_by_place(cells: &[(CellKey, Cell)]) -> HashMap<LocationIndex, i128> {
    let mut places: HashMap<LocationIndex, i128> = HashMap::new();
    for ((place, _), cell) in cells {
        *places.entry(*place).or_default() += cell.objects;
    }
    places
}

/// Cells whose blocks are so few that they may be set-up.
fn rare(cells: &[(CellKey, Cell)], operations: f64) -> HashSet<CellKey> {
    let is_rare = |cell: &Cell| (cell.objects as f64) * RARE <= operations;
    let rare = cells.iter().filter(|(_, cell)| is_rare(cell));
    rare.map(|&(key, _)| key).collect()
}

/// Those, and all of places that allocate less often than once in two operations.
fn seldom(cells: &[(CellKey, Cell)], operations: f64) -> HashSet<CellKey> {
    let places = objects_by_place(cells);
    let mut seldom = rare(cells, operations);
    let is_seldom = |place: &LocationIndex| {
        let objects = places.get(place).copied().unwrap_or(0);
        objects as f64 * SELDOM < operations
    };
    let more = cells.iter().filter(|((place, _), _)| is_seldom(place));
    seldom.extend(more.map(|&(key, _)| key));
    seldom
}

pub(super) fn uncovered(why: Uncovered) -> Coverage {
    Coverage {
        operations: Err(why),
        variation: 0.0,
        between: None,
        error: 0.0,
        is_fixed: false,
        set_up: 0,
        may_include_set_up: false,
        amortised: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is allocated at a place, in blocks of one size: so many of them.
    type Blocks = (u32, u64, i128);

    fn cells(blocks: &[Blocks]) -> HashMap<CellKey, Cell> {
        let cell = |&(place, size, objects): &Blocks| {
            let bytes = objects * i128::from(size);
            ((LocationIndex::at(place), size), Cell { objects, bytes })
        };
        blocks.iter().map(cell).collect()
    }

    /// A run that printed these operations, and what each allocates.
    fn printed(operations: f64, bytes: f64, objects: Option<f64>) -> Expected {
        Expected {
            operations: Some(operations),
            bytes_per_op: bytes,
            objects_per_op: objects,
            is_fixed: false,
            elsewhere: 0.0,
        }
    }

    fn recorded(blocks: &[Blocks], expected: Expected) -> (Coverage, Apart) {
        cover(&cells(blocks), SamplingRate::new(1), expected)
    }

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 1e-4 * expected.abs().max(0.01),
            "{found} is not {expected}"
        );
    }

    /// Checks operations, variation, set-up, whether some may be left, and what is allocated seldom.
    #[track_caller]
    fn assert_covers(
        blocks: &[Blocks],
        expected: Expected,
        (operations, variation, set_up, may_include_set_up, amortised): (f64, f64, i128, bool, f64),
    ) {
        let (coverage, apart) = recorded(blocks, expected);
        assert_near(coverage.operations.expect("operations"), operations);
        assert_near(coverage.variation, variation);
        assert_eq!(coverage.set_up, set_up);
        assert_eq!(coverage.may_include_set_up, may_include_set_up);
        assert_near(coverage.amortised, amortised);
        assert!(!coverage.is_fixed);
        assert!(apart.seldom.is_disjoint(&apart.set_up));
    }

    #[track_caller]
    fn assert_uncovered(blocks: &[Blocks], expected: Expected, why: Uncovered) {
        let (coverage, _) = recorded(blocks, expected);
        assert_eq!(coverage.operations, Err(why));
        assert!(!coverage.may_include_set_up);
    }

    #[test]
    fn bytes_tell_the_operations_of_all_rounds() {
        // Three blocks of 32 bytes in each operation, of which the last round did 1000.
        let of = printed(1000.0, 96.0, Some(3.0));
        for operations in [981, 1000, 1300, 3000, 3033] {
            let found = (operations as f64, 0.0, 0, false, 0.0);
            assert_covers(&[(0, 32, 3 * operations)], of, found);
        }
        assert_uncovered(&[(0, 32, 3 * 979)], of, Uncovered::TooFewBytes);
        assert_uncovered(&[], of, Uncovered::TooFewBytes);
        // At most 3 * 1000 + 2 of up to 97 bytes, with 2 of 100 to spare: 3095.
        let half = |operations| [(0, 48, operations), (1, 48, operations)];
        let of = printed(1000.0, 96.0, Some(2.0));
        assert_covers(&half(3094), of, (3094.0, 0.0, 0, false, 0.0));
        assert_uncovered(&half(3097), of, Uncovered::TooManyBytes);
    }

    #[test]
    fn what_all_rounds_cannot_have_allocated_is_set_up() {
        let of = printed(1000.0, 96.0, Some(1.0));
        let once = (0, 96, 1300);
        // More bytes than 3002 operations have at 97 each, more objects than they have at 2 each.
        let found = |set_up| (1300.0, 0.0, set_up, false, 0.0);
        assert_covers(&[once, (1, 194_200, 2), (2, 8, 6005)], of, found(436_440));
        assert_uncovered(&[once, (2, 8, 6003)], of, Uncovered::SetUp);
    }

    #[test]
    fn objects_that_tell_other_operations_leave_doubt() {
        let of = printed(1000.0, 96.0, Some(3.0));
        let cell = |objects| {
            let key = (LocationIndex::at(0), 32);
            let bytes = 1300 * 96;
            HashMap::from([(key, Cell { objects, bytes })])
        };
        // Of 3 objects printed there may be nearly 4: up to 1300 * 4 and a twentieth more are no contradiction.
        for (objects, between) in [
            (3 * 1300, None),
            (5200, None),
            (5460, None),
            (5475, Some((1300.0, 1825.0))),
            (3720, None),
            (3690, Some((1230.0, 1300.0))),
            (1950, Some((650.0, 1300.0))),
        ] {
            let (coverage, _) = cover(&cell(objects), SamplingRate::new(1), of);
            assert_near(coverage.operations.expect("operations"), 1300.0);
            assert_eq!((coverage.between, coverage.variation), (between, 0.0));
            assert_eq!(coverage.may_include_set_up, between.is_some(), "{objects}");
        }
        let (coverage, _) = cover(&cell(1920), SamplingRate::new(1), of);
        assert_eq!(coverage.operations, Err(Uncovered::SetUp));
    }

    #[test]
    fn small_objects_share_blocks_of_sixteen_bytes() {
        // Four objects of 4 bytes in each operation: the profile counts one block.
        let of = printed(1000.0, 16.0, Some(4.0));
        assert_covers(&[(0, 16, 1300)], of, (1300.0, 0.0, 0, false, 0.0));
        let of = printed(1000.0, 24.0, Some(4.0));
        assert_uncovered(&[(0, 24, 1300)], of, Uncovered::SetUp);
        // Not more than sixteen of them.
        let of = printed(1000.0, 16.0, Some(17.0));
        let (coverage, _) = recorded(&[(0, 16, 1300)], of);
        assert!(!coverage.may_include_set_up, "{coverage:?}");
        let of = printed(1000.0, 16.0, Some(18.0));
        assert_uncovered(&[(0, 16, 1300)], of, Uncovered::SetUp);
    }

    #[test]
    fn what_is_rare_is_set_up_where_the_rest_agrees() {
        let of = printed(1000.0, 96.0, Some(3.0));
        for rare in [10, 11, 40] {
            let found = (1300.0, 0.0, 4096 * rare, false, 0.0);
            assert_covers(&[(0, 32, 3900), (1, 4096, rare)], of, found);
        }
    }

    #[test]
    fn the_rarest_is_set_up_first() {
        // What is allocated once in two operations is not set-up; what is allocated 20 times is.
        let of = printed(1000.0, 96.0, Some(2.0));
        let blocks = |half| [(0, 32, 2600), (1, 4096, 20), (2, 64, half)];
        assert_covers(&blocks(650), of, (1300.0, 0.0, 81_920, false, 0.0));
        let (bytes, seldom) = (83_200.0 + 40_960.0, 40_960.0);
        let found = (bytes / 96.0, 0.0, 81_920, false, seldom / bytes);
        assert_covers(&blocks(640), of, found);
        let (_, apart) = recorded(&blocks(640), of);
        assert_eq!(apart.set_up, HashSet::from([(LocationIndex::at(1), 4096)]));
        assert_eq!(apart.seldom, HashSet::from([(LocationIndex::at(2), 64)]));
    }

    #[test]
    fn without_objects_operations_are_anywhere_between() {
        let of = printed(1000.0, 96.0, None);
        let bytes = 124_800.0;
        let rare = 40_960.0;
        let with = (bytes + rare) / 96.0;
        let found = (with, 0.0, 0, true, rare / (bytes + rare));
        let blocks = [(0, 32, 3900), (1, 4096, 10)];
        assert_covers(&blocks, of, found);
        let (coverage, apart) = recorded(&blocks, of);
        assert_eq!(coverage.between, Some((1300.0, with)));
        let in_doubt = HashSet::from([(LocationIndex::at(1), 4096)]);
        assert_eq!((&apart.in_doubt, &apart.seldom), (&in_doubt, &in_doubt));
        // So little that it does not matter is counted with the rest.
        let all = bytes + 2048.0;
        let little = (
            all / 96.0,
            (all / bytes).ln() / 12_f64.sqrt(),
            0,
            false,
            2048.0 / all,
        );
        assert_covers(&[(0, 32, 3900), (1, 512, 4)], of, little);
        // Two operations, or seven.
        let of = printed(2.0, 96.0, None);
        assert_uncovered(&[(0, 32, 6), (1, 500, 1)], of, Uncovered::SetUp);
    }

    #[test]
    fn operations_that_allocate_nothing_are_those_that_were_printed() {
        let (coverage, apart) = recorded(&[(0, 64, 3)], printed(1000.0, 0.0, Some(0.0)));
        assert_eq!(coverage.operations, Ok(1000.0));
        assert_eq!((coverage.set_up, coverage.amortised), (192, 0.0));
        assert_eq!(apart.set_up.len(), 1);
        for operations in [Some(0.0), None] {
            let of = Expected {
                operations,
                ..printed(0.0, 0.0, None)
            };
            assert_uncovered(&[(0, 64, 3)], of, Uncovered::NoBytes);
        }
    }

    #[test]
    fn operations_that_were_asked_for_are_known_but_for_the_first_round() {
        let fixed = |operations| Expected {
            is_fixed: true,
            ..printed(operations, 64.0, Some(1.0))
        };
        let found = |blocks: &[Blocks], rate, operations| {
            let (coverage, _) = cover(&cells(blocks), SamplingRate::new(rate), fixed(operations));
            assert!(coverage.is_fixed);
            (coverage.operations.expect("operations"), coverage.variation)
        };
        let of_two = (301.0_f64 / 300.0).ln() / 2.0;
        let lacks = |blocks: &[Blocks], rate, operations| {
            let (coverage, _) = cover(&cells(blocks), SamplingRate::new(rate), fixed(operations));
            coverage.operations == Err(Uncovered::TooFewBytes)
        };
        for (blocks, rate, operations, is_lacking) in [
            (&[(0, 64, 2)][..], 1, 300.0, true),
            (&[], 1, 300.0, true),
            (&[(0, 64, 280)], 1, 300.0, true),
            (&[(0, 64, 299)], 1, 300.0, false),
            (&[], 524_288, 300.0, false),
            (&[], 524_288, 1e6, true),
            (&[(0, 64, 700_000)], 524_288, 1e6, false),
            (&[(0, 64, 9000), (1, 4096, 9)], 512, 1e6, true),
            (&[], 1, 0.0, false),
        ] {
            assert_eq!(
                lacks(blocks, rate, operations),
                is_lacking,
                "{blocks:?} {rate} {operations}"
            );
        }
        // What Go allocates for threads may be printed, and is elsewhere in the profile.
        let with = |elsewhere| {
            let expected = Expected {
                elsewhere,
                bytes_per_op: 80.0,
                ..fixed(300.0)
            };
            let (coverage, _) = cover(&cells(&[(0, 64, 301)]), SamplingRate::new(1), expected);
            coverage.operations.ok()
        };
        assert_eq!((with(0.0), with(5120.0)), (None, Some(301.0)));
        // A round of one operation comes before that of 300; not where `b.Loop` counts.
        assert_eq!(found(&[(0, 64, 301), (1, 32, 300)], 1, 300.0), (301.0, 0.0));
        assert_eq!(found(&[(0, 64, 602), (1, 32, 600)], 1, 300.0), (301.0, 0.0));
        assert_eq!(found(&[(0, 64, 300), (1, 32, 299)], 1, 300.0), (300.0, 0.0));
        assert_eq!(found(&[(0, 64, 299)], 1, 300.0), (301.0, of_two));
        assert_eq!(found(&[(0, 64, 301)], 524_288, 300.0), (301.0, of_two));
        assert_eq!(found(&[(0, 64, 301)], 1, 1.0), (1.0, 0.0));
    }

    /// A sample of a block of 1 KiB counts for this many.
    const OF_SAMPLE: f64 = 512.5;

    fn sampled(each: &[i128], operations: f64, objects: Option<f64>) -> Coverage {
        let blocks = each.iter().zip(0..).map(|(samples, place)| {
            let objects = (*samples as f64 * OF_SAMPLE).round() as i128;
            (place, 1024, objects)
        });
        let blocks: Vec<Blocks> = blocks.collect();
        let of = printed(operations, 1024.0, objects);
        cover(&cells(&blocks), SamplingRate::new(524_288), of).0
    }

    #[test]
    fn samples_leave_room_for_chance() {
        // 64 samples expected: four standard errors of 1/8 and 2 of 100 less are 30.8.
        let least = 64.0 * OF_SAMPLE;
        assert!(sampled(&[31], least, None).operations.is_ok());
        let few = sampled(&[30], least, None).operations;
        assert_eq!(few, Err(Uncovered::TooFewBytes));
        // 192 are possible: three standard errors less, 243 samples are no more.
        assert!(sampled(&[121, 122], least, None).operations.is_ok());
        let many = sampled(&[122, 122], least, None).operations;
        assert_eq!(many, Err(Uncovered::TooManyBytes));
        // In one place that is so even of 239.
        assert_eq!(sampled(&[238], least, None).set_up, 0);
        assert!(sampled(&[239], least, None).set_up > 0);
    }

    #[test]
    fn few_samples_say_nothing_of_objects() {
        // Two objects printed where the profile shows one: beyond a relative error of 0.15.
        let few = sampled(&[44], 20_000.0, Some(2.0));
        assert_eq!((few.variation, few.may_include_set_up), (0.0, false));
        let enough = sampled(&[45], 20_000.0, Some(2.0));
        let (least, most) = enough.between.expect("two numbers");
        assert_near(most / least, 2.0);
        assert!(enough.may_include_set_up);
    }

    #[test]
    fn reasons_have_names_of_their_own() {
        use Uncovered::{NoBytes, OtherGoroutines, SetUp, TooFewBytes, TooManyBytes};
        let all = [NoBytes, TooFewBytes, TooManyBytes, SetUp, OtherGoroutines];
        let names = all.map(Uncovered::name);
        let expected = [
            "no_bytes",
            "too_few_bytes",
            "too_many_bytes",
            "set_up",
            "other_goroutines",
        ];
        assert_eq!(names, expected);
        for (why, word) in [
            (NoBytes, "nothing"),
            (TooFewBytes, "fewer"),
            (TooManyBytes, "more bytes"),
            (SetUp, "set-up"),
            (OtherGoroutines, "goroutines"),
        ] {
            assert!(why.reason().contains(word), "{why:?}");
        }
    }
}
