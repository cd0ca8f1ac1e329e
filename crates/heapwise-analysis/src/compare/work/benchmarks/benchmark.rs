//! What is known of one benchmark.

use super::coverage::{Coverage, Uncovered};
use super::measured::PerOperation;

/// A benchmark: a function, with its sub-benchmarks, which share their stacks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
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
        /// What prints as 0 may be nearly a byte: of so many that is no change worth a word.
        const MANY_BYTES: f64 = 20.0;
        let sides = [&self.before, &self.after];
        let allocates_nothing = sides.iter().any(|side| side.bytes.value < 1.0);
        let most = self.before.bytes.value.max(self.after.bytes.value);
        if allocates_nothing && most < MANY_BYTES {
            return Some(Uncovered::NoBytes);
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

    /// Variation between the sides that is no sampling noise, as a coefficient for one side: how exactly
    /// it is known how many operations the profiles of a side cover.
    pub fn variation(&self) -> f64 {
        let of_coverage = (self.before.variation().powi(2) + self.after.variation().powi(2)) / 2.0;
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
