//! What is known of one benchmark.

use heapwise_stats::Quantity;

use super::coverage::{Coverage, Uncovered, uniform};
use super::measured::PerOperation;
use super::one_sided::OneSided;
use super::sub_benchmark::{Counted, SubBenchmark};

/// A benchmark: a function, with its sub-benchmarks, which share their stacks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Benchmark {
    /// Its name.
    pub name: String,
    /// How many names of the text share its stacks and are taken together.
    pub pooled: usize,
    /// What was counted of each of them, where there are several.
    pub sub_benchmarks: Vec<SubBenchmark>,
    /// Names that one side alone has, and which share its stacks there.
    pub unpaired: OneSided,
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
#[non_exhaustive]
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
    pub(super) fn amortised(&self) -> f64 {
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

    /// What is not known of the operations of a profile, as a coefficient of variation of each.
    fn variation(&self, of: impl Fn(&Coverage) -> f64) -> f64 {
        let squares = self.coverage.iter().map(|known| of(known).powi(2));
        (squares.sum::<f64>() / self.coverage.len().max(1) as f64).sqrt()
    }

    /// The fewest and the most operations that each profile may cover; both are what it covers where no
    /// set-up is in doubt. Nothing where the operations of one cannot be told.
    pub fn between(&self) -> Vec<(f64, f64)> {
        let each = self.covered().unwrap_or_default().into_iter();
        let each = each.zip(&self.coverage);
        each.map(|(covered, known)| known.between.unwrap_or((covered, covered)))
            .collect()
    }

    /// How much less, and how much more, than what is shown an operation may allocate, as factors; nothing where no
    /// set-up is in doubt.
    pub(crate) fn doubt(&self) -> Option<(f64, f64)> {
        let sum = |of: fn(&(f64, f64)) -> f64| self.between().iter().map(of).sum::<f64>();
        let (least, most) = (sum(|ends| ends.0), sum(|ends| ends.1));
        let covered: f64 = self.covered().ok()?.iter().sum();
        (self.is_in_doubt() && least > 0.0).then(|| (covered / most, covered / least))
    }

    fn is_in_doubt(&self) -> bool {
        self.coverage.iter().any(|known| known.between.is_some())
    }
}

impl Benchmark {
    /// What was counted for each operation, before and after.
    pub(crate) fn counted(&self, quantity: Quantity) -> Option<(PerOperation, PerOperation)> {
        let side = |side: &Measurement| {
            let counted = Counted {
                bytes: side.bytes,
                objects: side.objects,
            };
            counted.of_quantity(quantity)
        };
        side(&self.before).zip(side(&self.after))
    }

    /// Whether rows of the benchmark may include set-up.
    pub fn may_include_set_up(&self) -> bool {
        self.before.may_include_set_up() || self.after.may_include_set_up()
    }

    /// Why the rows of the benchmark cannot be judged, if so.
    pub fn uncovered(&self) -> Option<Uncovered> {
        /// What prints as 0 may be nearly a byte: of so many that is no change worth a word.
        const MANY_BYTES: f64 = 20.0;
        let sides = [&self.before, &self.after];
        let allocates_nothing = sides.iter().any(|side| side.bytes.value < 1.0);
        let most = self.before.bytes.value.max(self.after.bytes.value);
        if allocates_nothing && most < MANY_BYTES {
            return Some(Uncovered::NoBytes);
        }
        if !self.unpaired.is_empty() {
            return Some(Uncovered::OtherNames);
        }
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

    /// Whether the operations of both sides are those that were asked for, so that no number that was
    /// printed tells them.
    pub(crate) fn is_fixed(&self) -> bool {
        let sides = [&self.before, &self.after];
        let mut each = sides.into_iter().flat_map(|side| &side.coverage);
        each.all(|coverage| coverage.is_fixed)
    }

    /// Whether profiles of a side may cover other numbers of operations, because of set-up that cannot be told
    /// apart: what is decided of a site has to hold for all of them.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.before.is_in_doubt() || self.after.is_in_doubt()
    }

    /// How exactly samples tell the operations that are in doubt, as a coefficient for each side. Of others what
    /// they tell is a part of what a benchmark counted.
    pub(crate) fn error_in_doubt(&self) -> f64 {
        let error = |known: &Coverage| known.between.map_or(0.0, |_| known.error);
        let (before, after) = (self.before.variation(error), self.after.variation(error));
        ((before.powi(2) + after.powi(2)) / 2.0).sqrt()
    }

    /// Variation between the sides that is no sampling noise, as a coefficient for one side: how exactly
    /// it is known how many operations the profiles of a side cover.
    pub fn variation(&self) -> f64 {
        self.variation_of(|known| {
            let (least, most) = known.between.unwrap_or((1.0, 1.0));
            known.variation.hypot(uniform(most / least))
        })
    }

    /// The same beside the doubt about set-up.
    pub(crate) fn variation_beside_doubt(&self) -> f64 {
        self.variation_of(|known| known.variation)
    }

    fn variation_of(&self, of: impl Fn(&Coverage) -> f64) -> f64 {
        let (before, after) = (self.before.variation(&of), self.after.variation(&of));
        let of_coverage = (before.powi(2) + after.powi(2)) / 2.0;
        if self.is_fixed() {
            return of_coverage.sqrt();
        }
        let squares = [
            self.pooling.powi(2) / 2.0,
            of_coverage,
            (self.before.bytes.spread.powi(2) + self.after.bytes.spread.powi(2)) / 2.0,
            self.unseen.powi(2),
            self.of_rounds().powi(2) / 2.0,
        ];
        squares.iter().sum::<f64>().sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::super::coverage::uncovered;
    use super::*;

    fn covering(operations: f64, variation: f64) -> Coverage {
        Coverage {
            operations: Ok(operations),
            variation,
            ..uncovered(Uncovered::SetUp)
        }
    }

    fn side(bytes: f64, spread: f64, coverage: &[Coverage]) -> Measurement {
        Measurement {
            operations: 1000.0,
            bytes: PerOperation {
                value: bytes,
                spread,
                least: bytes,
                most: bytes,
                lines: 1,
            },
            objects: None,
            coverage: coverage.to_vec(),
        }
    }

    fn benchmark(before: Measurement, after: Measurement) -> Benchmark {
        Benchmark {
            name: "BenchmarkX".to_owned(),
            pooled: 1,
            sub_benchmarks: Vec::new(),
            unpaired: OneSided::default(),
            before,
            after,
            pooling: 0.0,
            unseen: 0.0,
        }
    }

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{found} is not {expected}"
        );
    }

    #[test]
    fn profiles_of_a_side_are_told_together() {
        let set_up = |bytes, may_include_set_up, amortised| Coverage {
            set_up: bytes,
            may_include_set_up,
            amortised,
            ..covering(100.0, 0.0)
        };
        let both = side(64.0, 0.0, &[set_up(30, false, 0.1), set_up(12, false, 0.3)]);
        assert_eq!(both.covered(), Ok(vec![100.0, 100.0]));
        assert_eq!((both.set_up(), both.amortised()), (42, 0.3));
        let unknown = side(
            64.0,
            0.0,
            &[covering(1.0, 0.0), uncovered(Uncovered::TooFewBytes)],
        );
        assert_eq!(unknown.covered(), Err(Uncovered::TooFewBytes));
        // More than a third of the profiles.
        let of = |doubtful: usize, all: usize| {
            let each: Vec<Coverage> = (0..all).map(|at| set_up(0, at < doubtful, 0.0)).collect();
            let none = side(64.0, 0.0, &[set_up(0, false, 0.0)]);
            let doubtful = side(64.0, 0.0, &each);
            let both = [
                benchmark(doubtful.clone(), none.clone()).may_include_set_up(),
                benchmark(none, doubtful).may_include_set_up(),
            ];
            assert_eq!(both[0], both[1]);
            both[0]
        };
        assert!(!of(1, 3) && of(2, 3) && of(1, 2) && of(1, 1) && !of(0, 1));
    }

    #[test]
    fn a_byte_more_than_nothing_is_no_change() {
        let of = |before: f64, after: f64| {
            let known = [covering(1000.0, 0.0)];
            benchmark(side(before, 0.0, &known), side(after, 0.0, &known)).uncovered()
        };
        for (before, after) in [(0.0, 0.0), (0.0, 19.0), (19.0, 0.5)] {
            assert_eq!(
                of(before, after),
                Some(Uncovered::NoBytes),
                "{before} {after}"
            );
        }
        for (before, after) in [(0.0, 20.0), (20.0, 0.0), (1.0, 1.0), (1.0, 5.0)] {
            assert_eq!(of(before, after), None, "{before} {after}");
        }
        let cut = [uncovered(Uncovered::TooManyBytes)];
        let known = [covering(1000.0, 0.0)];
        let cut = benchmark(side(64.0, 0.0, &known), side(64.0, 0.0, &cut));
        assert_eq!(cut.uncovered(), Some(Uncovered::TooManyBytes));
    }

    #[test]
    fn what_is_not_known_adds_up_by_squares() {
        let known = |variation| [covering(1000.0, variation), covering(1000.0, 0.0)];
        // Of two profiles one is off by 0.2: the side by 0.2 / sqrt 2; half of each side.
        let of_coverage = |one: f64| one / 2_f64.sqrt() / 2_f64.sqrt();
        let plain = benchmark(side(64.0, 0.0, &known(0.2)), side(64.0, 0.0, &known(0.0)));
        assert_near(plain.variation(), of_coverage(0.2));
        let other = benchmark(side(64.0, 0.0, &known(0.0)), side(64.0, 0.0, &known(0.2)));
        assert_near(other.variation(), of_coverage(0.2));
        let spread = benchmark(side(64.0, 0.03, &known(0.0)), side(64.0, 0.04, &known(0.0)));
        assert_near(spread.variation(), 0.05 / 2_f64.sqrt());
        let pooled = Benchmark {
            pooling: 0.3,
            unseen: 0.4,
            ..spread
        };
        let expected = (0.3_f64 / 2_f64.sqrt())
            .hypot(0.4)
            .hypot(0.05 / 2_f64.sqrt());
        assert_near(pooled.variation(), expected);
    }

    #[test]
    fn what_set_up_leaves_in_doubt_is_told_apart() {
        let known = covering(3000.0, 0.0);
        let in_doubt = Coverage {
            between: Some((2000.0, 3000.0)),
            error: 0.2,
            ..known.clone()
        };
        let doubtful = side(64.0, 0.0, &[in_doubt, known.clone()]);
        assert_eq!(doubtful.between(), [(2000.0, 3000.0), (3000.0, 3000.0)]);
        assert_eq!(doubtful.doubt(), Some((1.0, 6000.0 / 5000.0)));
        let plain = side(64.0, 0.0, &[known]);
        assert_eq!(plain.doubt(), None);
        for both in [
            benchmark(doubtful.clone(), plain.clone()),
            benchmark(plain.clone(), doubtful),
        ] {
            assert!(both.is_in_doubt());
            assert_near(both.variation(), 1.5_f64.ln() / 12_f64.sqrt() / 2.0);
            assert_near(both.variation_beside_doubt(), 0.0);
            assert_near(both.error_in_doubt(), 0.1);
        }
        assert!(!benchmark(plain.clone(), plain).is_in_doubt());
    }

    #[test]
    fn few_operations_cannot_be_told_from_what_a_round_allocates() {
        let of = |before: f64, after: f64| {
            let side = |operations| side(64.0, 0.0, &[covering(operations, 0.0)]);
            benchmark(side(before), side(after)).variation()
        };
        let expected = 4_f64.ln() / 2_f64.sqrt();
        assert_near(of(900.0, 3600.0), expected);
        assert_near(of(3600.0, 900.0), expected);
        assert_near(of(1000.0, 4000.0), 0.0);
        assert_near(of(900.0, 900.0), 0.0);
    }

    #[test]
    fn operations_that_were_asked_for_vary_by_nothing_that_was_printed() {
        let asked = |is_fixed| Coverage {
            is_fixed,
            ..covering(300.0, 0.01)
        };
        let of = |before: bool, after: bool| {
            let fixed = benchmark(
                side(64.0, 0.5, &[asked(before)]),
                side(64.0, 0.5, &[asked(after)]),
            );
            (fixed.is_fixed(), fixed.variation())
        };
        let (is_fixed, variation) = of(true, true);
        assert!(is_fixed);
        assert_near(variation, 0.01);
        for one in [(true, false), (false, true)] {
            let (is_fixed, variation) = of(one.0, one.1);
            assert!(!is_fixed);
            assert_near(variation, 0.01_f64.hypot(0.5));
        }
    }
}
