//! What `go test` measured of one benchmark: exact numbers, and how they vary.

use std::collections::BTreeMap;

use heapwise_decode::BenchmarkLine;

use super::one_sided::OneSided;
use heapwise_stats::LogRatioTest;

/// What is assumed of the variation of exact numbers from run to run where there is one line only
/// and everything is allocated per operation.
const LEAST_VARIATION: f64 = 0.002;

/// What is allocated seldom (pools that a collection empties, buffers that grow over a round) varies
/// by this part of itself from run to run.
const OF_SELDOM: f64 = 0.7;

/// What is allocated once per round may be as much as so many operations allocate.
///
/// These three were found on pairs of runs of one binary, as `scripts/capture-bench-pairs.sh` makes
/// them, and hold on others: see `examples/bench_pairs`.
const FIXED_OPERATIONS: f64 = 30.0;

/// What is allocated beside the operations of a round, such as by Go itself, varies by about so many bytes, which show where a
/// round has few of them.
const BESIDE_A_ROUND: f64 = 300.0;
const VERY_FEW_OPERATIONS: f64 = 10.0;

/// With so many lines their own spread says how much they vary.
const ENOUGH_LINES: usize = 5;

/// A printed number has lost what is behind its point (`testing/benchmark.go`:
/// `AllocedBytesPerOp` divides whole numbers).
const ROUNDING: f64 = 0.29;

/// The lines of one benchmark on one side, by name: sub-benchmarks, and numbers of processors.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    by_name: BTreeMap<String, Vec<BenchmarkLine>>,
}

impl Lines {
    pub(super) fn add(&mut self, line: &BenchmarkLine) {
        let lines = self.by_name.entry(line.name.clone()).or_default();
        lines.push(line.clone());
    }

    pub(super) fn absorb(&mut self, other: &Lines) {
        for (name, lines) in &other.by_name {
            let mine = self.by_name.entry(name.clone()).or_default();
            mine.extend_from_slice(lines);
        }
    }

    /// Those of one name.
    pub(super) fn only(&self, name: &str) -> Lines {
        let lines = self.by_name.get_key_value(name);
        let lines = lines.map(|(name, lines)| (name.clone(), lines.clone()));
        Lines {
            by_name: lines.into_iter().collect(),
        }
    }

    /// Names that one of two sides alone has.
    pub(super) fn unpaired(&self, newer: &Lines) -> OneSided {
        OneSided::of(self.by_name.keys(), newer.by_name.keys())
    }

    /// Their names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// Whether only sub-benchmarks were measured, so that what the function itself allocates is set-up.
    pub(super) fn are_sub_benchmarks(&self) -> bool {
        let mut all = self.by_name.values().flatten();
        all.all(BenchmarkLine::is_sub_benchmark)
    }

    /// Whether a benchmark was measured once and no other.
    pub(super) fn is_one(&self) -> bool {
        self.by_name.values().map(Vec::len).sum::<usize>() == 1
    }

    /// Iterations of all lines.
    pub(super) fn operations(&self) -> f64 {
        let all = self.by_name.values().flatten();
        all.map(|line| line.operations).sum()
    }

    /// Of the line with fewest.
    fn fewest_operations(&self) -> f64 {
        let all = self.by_name.values().flatten();
        let fewest = all
            .map(|line| line.operations)
            .fold(f64::INFINITY, f64::min);
        if fewest.is_finite() { fewest } else { 1.0 }
    }

    /// The most bytes for each operation that a line has.
    fn most_bytes(&self) -> f64 {
        let all = self.by_name.values().flatten();
        all.filter_map(|line| line.bytes_per_op).fold(0.0, f64::max)
    }

    /// Of the name with fewest.
    fn fewest_lines(&self) -> usize {
        self.by_name.values().map(Vec::len).min().unwrap_or(0)
    }

    /// Iterations of the lines of one name.
    fn operations_of(&self, name: &str) -> f64 {
        let lines = self.by_name.get(name).into_iter().flatten();
        lines.map(|line| line.operations).sum()
    }

    /// The least and the most of a number in the lines of one name.
    fn ends(&self, name: &str, value: Value) -> (f64, f64) {
        let lines = self.by_name.get(name).into_iter().flatten();
        let values = lines.filter_map(|line| value.of(line));
        values.fold((f64::INFINITY, 0.0), |(least, most), value| {
            (least.min(value), most.max(value))
        })
    }

    /// The mean of a number over the lines of one name, with its relative variance.
    fn mean(&self, name: &str, value: Value) -> Option<(f64, f64)> {
        let lines = self.by_name.get(name)?;
        let values: Option<Vec<f64>> = lines.iter().map(|line| value.of(line)).collect();
        let values = values?;
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let spread = match values.len() {
            0 | 1 => LEAST_VARIATION * mean,
            _ => {
                let squares = values.iter().map(|value| (value - mean).powi(2));
                let spread = (squares.sum::<f64>() / (count - 1.0)).sqrt();
                spread.max(LEAST_VARIATION * mean)
            }
        };
        let variance = (spread * spread + ROUNDING * ROUNDING) / count;
        Some((mean, variance / (mean * mean).max(1e-9)))
    }
}

/// How much the exact numbers of both sides may vary from run to run, as a coefficient for each side,
/// where there are not enough lines to tell: by what is allocated seldom, and by what is allocated
/// once per round, a share that falls with the operations of the round.
pub(super) fn unseen_variation(before: (&Lines, f64), after: (&Lines, f64)) -> f64 {
    let has_enough = |lines: &Lines| lines.fewest_lines() >= ENOUGH_LINES;
    if has_enough(before.0) && has_enough(after.0) {
        return 0.0;
    }
    let seldom = OF_SELDOM * before.1.max(after.1);
    let (old, new) = (before.0.fewest_operations(), after.0.fewest_operations());
    let fewest = old.min(new).max(1.0);
    let fixed = (FIXED_OPERATIONS / fewest).min(1.0) * (1.0 - fewest / old.max(new).max(1.0));
    seldom.hypot(fixed).hypot(beside_a_round(before.0, fewest))
}

/// The same by what Go allocates in a round of very few operations, as a part of what they allocate.
fn beside_a_round(lines: &Lines, fewest: f64) -> f64 {
    let bytes = lines.most_bytes();
    match fewest < VERY_FEW_OPERATIONS && bytes > 0.0 {
        true => BESIDE_A_ROUND / (fewest * bytes),
        false => 0.0,
    }
}

/// Which number of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Bytes,
    Objects,
}

impl Value {
    fn of(self, line: &BenchmarkLine) -> Option<f64> {
        match self {
            Value::Bytes => line.bytes_per_op,
            Value::Objects => line.objects_per_op,
        }
    }
}

/// A number for each operation, exact but for its variation from run to run.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PerOperation {
    /// The number.
    pub value: f64,
    /// Its relative standard error: of the mean over lines, or what is assumed of a single one.
    pub spread: f64,
    /// The least that a line has.
    pub least: f64,
    /// The most that a line has.
    pub most: f64,
    /// How many lines there are, of the name with fewest.
    pub lines: usize,
}

impl PerOperation {
    /// The test of what became of it, where both vary from run to run by `unseen` more than their
    /// lines show. A number is printed without what is behind its point, however many runs agree: half
    /// is likely to be there, or nothing, and what is decided holds for both. Where both are printed
    /// alike, so they are taken to be.
    pub(crate) fn change_to(self, newer: PerOperation, unseen: f64) -> Option<LogRatioTest> {
        if self.value == newer.value {
            let error = self
                .error_of_equal(unseen)
                .hypot(newer.error_of_equal(unseen));
            return LogRatioTest::new(1.0, error);
        }
        let likely = (newer.value + 0.5) / (self.value + 0.5);
        // A mean that one run of few makes, as where Go starts a thread in it, is no more certain as a
        // multiple of nearly nothing than it is as a number.
        let sigmas = (newer.value - self.value) / self.amount(unseen).hypot(newer.amount(unseen));
        let error = self.error(unseen).hypot(newer.error(unseen));
        let error = error.max((likely.ln() / sigmas).abs());
        let printed = newer.value / self.value;
        LogRatioTest::new(likely, error)?.within(likely.min(printed), likely.max(printed))
    }

    /// How much both may vary from run to run at most: what all lines of both sides print alike to the byte does not
    /// vary by much more than that byte.
    pub(super) fn most_unseen_beside(self, newer: PerOperation) -> f64 {
        let is_alike = self.value == newer.value && self.is_same_in_all() && newer.is_same_in_all();
        match is_alike {
            true => self.value.max(1.0).recip(),
            false => f64::INFINITY,
        }
    }

    /// Whether every line of both sides says that they differ, and each side the same in all of its lines: what is
    /// counted exactly is then a change, whatever is hidden behind the point.
    pub(crate) fn certainly_differs(self, newer: PerOperation, unseen: f64) -> bool {
        const FEWEST: usize = 2;
        let lines = self.lines.min(newer.lines);
        let is_enough = lines >= ENOUGH_LINES || (lines >= FEWEST && unseen == 0.0);
        is_enough && self.is_same_in_all() && newer.is_same_in_all() && self.value != newer.value
    }

    fn is_same_in_all(self) -> bool {
        self.least == self.most
    }

    /// The ratios that are possible where lines differ by nothing but what is behind their point.
    pub(crate) fn possible_ratios(self, newer: PerOperation) -> (f64, f64) {
        (
            newer.value / (self.value + 1.0),
            (newer.value + 1.0) / self.value,
        )
    }

    /// Whether each line of the newer side has more than `factor` times what any of the older side has, also with what
    /// is behind its point, and by more than the lines of a side differ.
    pub(crate) fn grew_in_every_line(self, newer: PerOperation, factor: f64) -> bool {
        let spread = (self.most - self.least).max(newer.most - newer.least);
        newer.least > (self.most + 1.0) * factor && newer.least - self.most > spread
    }

    fn error(self, unseen: f64) -> f64 {
        /// Of 0 it is known only that it is less than 1: two errors above a half.
        const OF_ZERO: f64 = 0.4;
        match self.value > 0.0 {
            true => self
                .spread
                .hypot(unseen)
                .hypot(ROUNDING / (self.value + 0.5)),
            false => OF_ZERO,
        }
    }

    /// The error as a number.
    fn amount(self, unseen: f64) -> f64 {
        (self.spread.hypot(unseen) * self.value).hypot(ROUNDING)
    }

    fn error_of_equal(self, unseen: f64) -> f64 {
        let middle = self.value + 0.5;
        match self.value > 0.0 {
            true => self.spread.hypot(unseen) * self.value / middle,
            false => ROUNDING / middle,
        }
    }
}

/// How the names that both sides have are weighed, so that both are sums over the same work:
/// by the iterations of both.
pub(super) struct Mix {
    weights: Vec<(String, f64)>,
}

impl Mix {
    pub(super) fn of(before: &Lines, after: &Lines) -> Mix {
        let common = before
            .names()
            .filter(|name| after.by_name.contains_key(*name));
        let weight = |name: &str| (before.operations_of(name) * after.operations_of(name)).sqrt();
        Mix {
            weights: common.map(|name| (name.to_owned(), weight(name))).collect(),
        }
    }

    /// The names.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.weights.iter().map(|(name, _)| name.as_str())
    }

    /// How many names share the stacks.
    pub(super) fn len(&self) -> usize {
        self.weights.len()
    }

    /// The number of one operation of the mix: between the least and the most of the names, also where
    /// they are equal and their shares add up to 1 but for the last digit.
    pub(super) fn per_operation(&self, lines: &Lines, value: Value) -> Option<PerOperation> {
        let all: f64 = self.weights.iter().map(|(_, weight)| weight).sum();
        let (mut sum, mut variance) = (0.0, 0.0);
        let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
        let mut ends = (0.0, 0.0);
        for (name, weight) in &self.weights {
            let (mean, relative) = lines.mean(name, value)?;
            let (low, high) = lines.ends(name, value);
            ends.0 += weight / all * low;
            ends.1 += weight / all * high;
            sum += weight / all * mean;
            variance += (weight / all * mean).powi(2) * relative;
            (least, most) = (least.min(mean), most.max(mean));
        }
        let sum = sum.max(least).min(most);
        (all > 0.0).then(|| PerOperation {
            value: sum,
            spread: if sum > 0.0 {
                variance.sqrt() / sum
            } else {
                0.0
            },
            least: ends.0.min(sum),
            most: ends.1.max(sum),
            lines: self.fewest_lines(lines),
        })
    }

    fn fewest_lines(&self, lines: &Lines) -> usize {
        let names = self.weights.iter();
        let counts = names.filter_map(|(name, _)| lines.by_name.get(name).map(Vec::len));
        counts.min().unwrap_or(0)
    }

    /// How much the mixes that the profiles cover may differ between the sides, as a coefficient
    /// of variation: by what is printed, and by the rounds before, of which nothing is.
    pub(super) fn variation(&self, before: &Lines, after: &Lines) -> f64 {
        /// Of all rounds over the last: between 1 and about 2.
        const OF_ROUNDS: f64 = 0.2;
        let parts: Vec<(f64, f64)> = self
            .weights
            .iter()
            .filter_map(|(name, weight)| {
                let bytes = before.mean(name, Value::Bytes)?.0;
                let change = before.operations_of(name) / after.operations_of(name);
                Some((weight * bytes, change.ln()))
            })
            .collect();
        let all: f64 = parts.iter().map(|(weight, _)| weight).sum();
        if all <= 0.0 || self.len() < 2 {
            return 0.0;
        }
        let share = |weight: f64| weight / all;
        let mean: f64 = parts.iter().map(|(weight, log)| share(*weight) * log).sum();
        let printed = parts
            .iter()
            .map(|(weight, log)| share(*weight) * (log - mean).powi(2));
        let even: f64 = parts.iter().map(|(weight, _)| share(*weight).powi(2)).sum();
        (printed.sum::<f64>() + 2.0 * OF_ROUNDS.powi(2) * (1.0 - even)).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heapwise_stats::{Confidence, RatioTest};

    fn exact(value: f64, runs: usize) -> PerOperation {
        of_runs(&vec![value; runs])
    }

    fn of_runs(values: &[f64]) -> PerOperation {
        let mut lines = Lines::default();
        for value in values {
            let text = format!("BenchmarkX-2 100 5 ns/op {value} B/op 1 allocs/op\n");
            let runs = heapwise_decode::benchmarks(&text).unwrap();
            let all = runs.iter().flat_map(|run| &run.lines);
            all.for_each(|line| lines.add(line));
        }
        Mix::of(&lines, &lines)
            .per_operation(&lines, Value::Bytes)
            .unwrap()
    }

    #[test]
    fn a_mean_of_equal_numbers_is_that_number() {
        for operations in 1..200_u64 {
            let mut text = String::new();
            for (size, factor) in [(1024, 20), (4096, 5), (16384, 1)] {
                let operations = operations * factor + size % 7;
                text += &format!("BenchmarkX/{size}-2 {operations} 5 ns/op 24 B/op 1 allocs/op\n");
            }
            let mut lines = Lines::default();
            let runs = heapwise_decode::benchmarks(&text).unwrap();
            let all = runs.iter().flat_map(|run| &run.lines);
            all.for_each(|line| lines.add(line));
            let mix = Mix::of(&lines, &lines);
            assert_eq!(mix.len(), 3);
            for (value, printed) in [(Value::Bytes, 24.0), (Value::Objects, 1.0)] {
                let found = mix.per_operation(&lines, value).unwrap().value;
                assert!(found == printed, "{operations}: {found}");
            }
        }
    }

    #[test]
    fn what_the_runtime_allocates_in_a_run_of_few_is_no_change() {
        let nothing = exact(0.0, 5);
        for runs in [[106.0, 0.0, 0.0, 0.0, 0.0], [106.0, 0.0, 106.0, 0.0, 0.0]] {
            let test = nothing.change_to(of_runs(&runs), 0.0).unwrap();
            assert!(test.p_value() > 0.05, "{runs:?}: {}", test.p_value());
        }
    }

    #[test]
    fn the_interval_has_the_printed_change_at_any_confidence() {
        let values: Vec<f64> = (0..40).map(f64::from).chain([100.0, 4664.0, 1e9]).collect();
        let pairs = values
            .iter()
            .flat_map(|old| values.iter().map(move |new| (*old, *new)));
        for (old, new) in pairs.filter(|pair| *pair != (0.0, 0.0)) {
            for (runs, level) in [(1, 0.01), (1, 0.95), (10, 0.01), (10, 0.95)] {
                let test = exact(old, runs).change_to(exact(new, runs), 0.0).unwrap();
                let interval = test.ratio_interval(Confidence::new(level).unwrap());
                let (low, high) = ends(interval.unwrap());
                let is_in = low <= new / old * (1.0 + 1e-9) && new / old <= high * (1.0 + 1e-9);
                assert!(is_in, "{old} -> {new}, {runs} runs, {level}: {low}..{high}");
            }
        }
    }

    #[test]
    fn the_interval_has_what_rounding_hides_as_often_as_it_says() {
        const STEPS: i32 = 50;
        let hidden = || (0..STEPS).map(|at| (f64::from(at) + 0.5) / f64::from(STEPS));
        for (old, new) in [
            (1.0, 2.0),
            (1.0, 0.0),
            (0.0, 8.0),
            (16.0, 112.0),
            (24.0, 16.0),
            (100.0, 101.0),
        ] {
            let test = exact(old, 10).change_to(exact(new, 10), 0.0).unwrap();
            let (low, high) = ends(test.ratio_interval(Confidence::default()).unwrap());
            let truths = hidden()
                .flat_map(|of_old| hidden().map(move |of_new| (new + of_new) / (old + of_old)));
            let inside = truths
                .filter(|truth| low <= *truth && *truth <= high)
                .count();
            assert!(
                inside * 100 >= 95 * (STEPS * STEPS) as usize,
                "{old} -> {new}: {inside}, {low}..{high}"
            );
        }
    }

    fn ends(interval: heapwise_stats::RatioInterval) -> (f64, f64) {
        (
            interval.low.unwrap(),
            interval.high.unwrap_or(f64::INFINITY),
        )
    }

    #[test]
    fn one_less_or_more_in_every_run_is_a_change() {
        let p = |old: f64, new: f64| {
            exact(old, 10)
                .change_to(exact(new, 10), 0.0)
                .unwrap()
                .p_value()
        };
        for same in [0.0, 16.0, 4664.0] {
            assert!(p(same, same) >= 1.0, "{same}");
        }
        for (old, new) in [
            (1.0, 2.0),
            (0.0, 1.0),
            (1.0, 0.0),
            (29.0, 30.0),
            (0.0, 8.0),
            (16.0, 112.0),
            (24.0, 16.0),
        ] {
            assert!(p(old, new) < 0.05, "{old} -> {new}: {}", p(old, new));
        }
    }

    #[test]
    fn what_every_line_counts_differs_for_certain() {
        let of = |value: f64, lines| of_runs(&vec![value; lines]);
        for (old, new, unseen, differs) in [
            (of(1.0, 5), of(2.0, 5), 0.5, true),
            (of(4.0, 10), of(3.0, 10), 0.0, true),
            (of(0.0, 5), of(1.0, 5), 0.0, true),
            (of(1.0, 2), of(2.0, 2), 0.0, true),
            (of(1.0, 2), of(2.0, 2), 0.1, false),
            (of(1.0, 1), of(2.0, 10), 0.0, false),
            (of(2.0, 9), of(2.0, 9), 0.0, false),
            (of_runs(&[1.0, 1.0, 1.0, 1.0, 2.0]), of(2.0, 5), 0.0, false),
        ] {
            assert_eq!(
                old.certainly_differs(new, unseen),
                differs,
                "{old:?} {new:?}"
            );
        }
        assert_eq!(of(4.0, 9).possible_ratios(of(3.0, 9)), (0.6, 1.0));
    }

    #[test]
    fn growth_in_every_line_is_seen_however_few_there_are() {
        for (old, new, factor, grew) in [
            (&[100.0][..], &[300.0][..], 1.05, true),
            (&[100.0; 3], &[300.0; 3], 1.05, true),
            (&[100.0], &[106.0], 1.05, false),
            (&[100.0], &[107.0], 1.05, true),
            (&[100.0, 90.0], &[120.0, 115.0], 1.05, true),
            (&[100.0, 80.0], &[118.0, 115.0], 1.05, false),
            (&[100.0, 130.0], &[300.0, 120.0], 1.05, false),
            (&[0.0], &[2.0], 1.05, true),
            (&[0.0], &[1.0], 1.05, false),
        ] {
            let sides = (of_runs(old), of_runs(new));
            assert_eq!(
                sides.0.grew_in_every_line(sides.1, factor),
                grew,
                "{old:?} {new:?}"
            );
        }
    }

    /// Lines of `go test -bench`, each of its name, operations, bytes and objects.
    fn printed(all: &[(&str, u32, u32, u32)]) -> Lines {
        let mut lines = Lines::default();
        for (name, operations, bytes, objects) in all {
            let text =
                format!("Benchmark{name} {operations} 5 ns/op {bytes} B/op {objects} allocs/op\n");
            let runs = heapwise_decode::benchmarks(&text).unwrap();
            let read = runs.iter().flat_map(|run| &run.lines);
            read.for_each(|line| lines.add(line));
        }
        lines
    }

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() <= 1e-6 * expected.abs().max(1e-3),
            "{found} is not {expected}"
        );
    }

    #[test]
    fn lines_are_taken_together_by_name() {
        let one = printed(&[("X-2", 100, 64, 2)]);
        assert!(one.is_one() && !one.are_sub_benchmarks());
        let twice = printed(&[("X-2", 100, 64, 2), ("X-2", 30, 64, 2)]);
        assert!(!twice.is_one());
        let mut all = printed(&[("X/a-2", 100, 64, 2), ("X/b-2", 40, 64, 2)]);
        assert!(!all.is_one() && all.are_sub_benchmarks());
        assert_eq!((all.operations(), all.fewest_operations()), (140.0, 40.0));
        assert_eq!(all.fewest_lines(), 1);
        all.absorb(&printed(&[("X/b-2", 7, 64, 2), ("X-2", 1, 64, 2)]));
        assert!(!all.are_sub_benchmarks());
        assert_eq!(
            (all.operations(), all.operations_of("BenchmarkX/b-2")),
            (148.0, 47.0)
        );
        let nothing = Lines::default();
        assert!(!nothing.is_one());
        assert_eq!(
            (nothing.operations(), nothing.fewest_operations()),
            (0.0, 1.0)
        );
        assert_eq!(nothing.fewest_lines(), 0);
    }

    #[test]
    fn a_mean_is_as_sure_as_its_lines_agree() {
        let of = |bytes: &[u32]| {
            let lines: Vec<_> = bytes.iter().map(|bytes| ("X-2", 100, *bytes, 7)).collect();
            let lines = printed(&lines);
            let mix = Mix::of(&lines, &lines);
            let objects = mix.per_operation(&lines, Value::Objects).unwrap();
            assert_eq!(objects.value, 7.0);
            mix.per_operation(&lines, Value::Bytes).unwrap()
        };
        // Rounding loses 0.29 of a byte, and two in a thousand are assumed where lines do not tell more.
        let rounded = |spread: f64| spread.hypot(0.29);
        for (bytes, mean, spread) in [
            (&[1000][..], 1000.0, rounded(2.0) / 1000.0),
            (&[1000; 4], 1000.0, rounded(2.0) / 2.0 / 1000.0),
            (
                &[990, 1010],
                1000.0,
                rounded(200_f64.sqrt()) / 2_f64.sqrt() / 1000.0,
            ),
            (&[10, 20, 30], 20.0, rounded(10.0) / 3_f64.sqrt() / 20.0),
            (&[0], 0.0, 0.0),
        ] {
            let found = of(bytes);
            assert_near(found.value, mean);
            assert_near(found.spread, spread);
        }
    }

    #[test]
    fn names_are_weighed_by_the_operations_of_both_sides() {
        let before = printed(&[("X/a", 100, 10, 1), ("X/b", 400, 40, 4), ("X/old", 9, 5, 5)]);
        let after = printed(&[("X/a", 900, 10, 1), ("X/b", 100, 80, 4), ("X/new", 9, 5, 5)]);
        let mix = Mix::of(&before, &after);
        assert_eq!(mix.len(), 2);
        // 300 of a for 200 of b.
        let of = |lines: &Lines| mix.per_operation(lines, Value::Bytes).unwrap();
        assert_near(of(&before).value, 0.6 * 10.0 + 0.4 * 40.0);
        assert_near(of(&after).value, 0.6 * 10.0 + 0.4 * 80.0);
        let part = |share: f64, bytes: f64| share * (LEAST_VARIATION * bytes).hypot(ROUNDING);
        assert_near(
            of(&before).spread,
            part(0.6, 10.0).hypot(part(0.4, 40.0)) / 22.0,
        );
        // Nothing in common: nothing to say.
        let nothing = Mix::of(&before, &printed(&[("Y", 1, 1, 1)]));
        assert_eq!(
            (nothing.len(), nothing.per_operation(&before, Value::Bytes)),
            (0, None)
        );
    }

    #[test]
    fn shares_of_pooled_names_may_differ_as_the_printed_operations_do() {
        let one = printed(&[("X", 100, 10, 1)]);
        assert_eq!(Mix::of(&one, &one).variation(&one, &one), 0.0);
        // Two names of equal bytes: their shares differ at least as rounds do, by 0.2 each.
        let even = printed(&[("X/a", 100, 10, 1), ("X/b", 100, 10, 1)]);
        let of_rounds = (2.0_f64 * 0.04 * 0.5).sqrt();
        assert_near(Mix::of(&even, &even).variation(&even, &even), of_rounds);
        // One did four times what it did, the other as much: the logarithms are ln 2 from their mean.
        let more = printed(&[("X/a", 400, 10, 1), ("X/b", 100, 10, 1)]);
        let mix = Mix::of(&even, &more);
        // 200 of a and 100 of b: two thirds of the bytes.
        let (a, b) = (2.0 / 3.0, 1.0 / 3.0);
        let log = -(4.0_f64.ln());
        let mean = a * log;
        let squares = a * (log - mean).powi(2) + b * mean.powi(2);
        let rounds = 2.0 * 0.04 * (1.0 - a * a - b * b);
        assert_near(mix.variation(&even, &more), (squares + rounds).sqrt());
        let nothing = printed(&[("X/a", 100, 0, 0), ("X/b", 100, 0, 0)]);
        assert_eq!(
            Mix::of(&nothing, &nothing).variation(&nothing, &nothing),
            0.0
        );
    }

    #[test]
    fn what_few_lines_do_not_show_is_assumed() {
        let runs = |operations: u32, count: usize| printed(&vec![("X", operations, 64, 1); count]);
        let (few, five) = (runs(1000, 4), runs(1000, 5));
        assert_eq!(unseen_variation((&five, 0.5), (&five, 0.9)), 0.0);
        // Seven tenths of what is allocated seldom, on the side that has more of it.
        assert_near(unseen_variation((&five, 0.1), (&few, 0.3)), 0.21);
        assert_near(unseen_variation((&few, 0.3), (&five, 0.1)), 0.21);
        // What a round allocates once is as much as 30 operations: 3 of 10 of them fewer.
        let shorter = runs(100, 1);
        let fixed = 0.3 * (1.0 - 0.1);
        assert_near(unseen_variation((&few, 0.0), (&shorter, 0.0)), fixed);
        assert_near(
            unseen_variation((&shorter, 0.2), (&few, 0.0)),
            fixed.hypot(0.14),
        );
        // Of fewer than 30 operations all may be.
        assert_near(unseen_variation((&runs(10, 1), 0.0), (&few, 0.0)), 0.99);
    }

    #[test]
    fn a_change_is_as_sure_as_both_sides_and_their_rounding() {
        let of = |value: f64, spread: f64| PerOperation {
            value,
            spread,
            least: value,
            most: value,
            lines: 1,
        };
        let error = |old: PerOperation, new: PerOperation, unseen: f64| {
            let test = old.change_to(new, unseen).unwrap();
            (2.0 / test.effective_samples().unwrap()).sqrt()
        };
        let large = |value: f64| of(value, 0.01);
        // Rounding is nothing here: a hundredth of each side.
        assert_near(error(large(1e9), large(1e9), 0.0), 0.01 * 2_f64.sqrt());
        assert_near(
            error(large(1e9), large(1e9), 0.03),
            (2.0 * 0.001_f64).sqrt(),
        );
        let small = 0.29 / 4.5;
        let own = 0.01_f64.hypot(small);
        let other = 0.01_f64.hypot(0.29 / 8.5);
        let by_ratio = own.hypot(other);
        let by_amount = {
            let amount = |value: f64| (0.01 * value).hypot(0.29);
            let sigmas = 4.0 / amount(4.0).hypot(amount(8.0));
            (8.5_f64 / 4.5).ln() / sigmas
        };
        assert_near(
            error(of(4.0, 0.01), of(8.0, 0.01), 0.0),
            by_ratio.max(by_amount),
        );
    }
}
