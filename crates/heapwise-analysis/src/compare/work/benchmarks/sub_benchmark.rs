//! What was counted of each name of a benchmark whose names share their stacks.

use heapwise_stats::{LogRatioTest, Quantity};

use super::measured::{Lines, Mix, PerOperation, Value, unseen_variation};

/// One of several names that share the stacks of a benchmark: a sub-benchmark, or a number of processors. A profile holds
/// all of them as one; what `go test` counted it printed of each.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SubBenchmark {
    /// As printed.
    pub name: String,
    /// On the older side.
    pub before: Counted,
    /// On the newer side.
    pub after: Counted,
    /// How much the exact numbers may vary from run to run beyond what the lines show, as a coefficient of variation for
    /// each side.
    unseen: f64,
}

/// Exact numbers of a side for each operation.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Counted {
    /// Bytes.
    pub bytes: PerOperation,
    /// Objects, where they were printed.
    pub objects: Option<PerOperation>,
}

impl Counted {
    /// Of the names that a mix has; `None` without any, or where the bytes of one were not printed.
    pub(super) fn of(mix: &Mix, lines: &Lines) -> Option<Counted> {
        Some(Counted {
            bytes: mix.per_operation(lines, Value::Bytes)?,
            objects: mix.per_operation(lines, Value::Objects),
        })
    }

    /// Bytes or objects.
    pub(crate) fn of_quantity(&self, quantity: Quantity) -> Option<PerOperation> {
        match quantity {
            Quantity::Bytes => Some(self.bytes),
            Quantity::Objects => self.objects,
        }
    }
}

impl SubBenchmark {
    /// Those of a benchmark that has several; `seldom` is the largest part of the bytes of either side that is allocated
    /// seldom.
    pub(super) fn all(before: &Lines, after: &Lines, seldom: (f64, f64)) -> Vec<SubBenchmark> {
        let both = Mix::of(before, after);
        if both.len() < 2 {
            return Vec::new();
        }
        let each = both.names().filter_map(|name| {
            let (old, new) = (before.only(name), after.only(name));
            let mix = Mix::of(&old, &new);
            let (counted, newer) = (Counted::of(&mix, &old)?, Counted::of(&mix, &new)?);
            let unseen = unseen_variation((&old, seldom.0), (&new, seldom.1));
            Some(SubBenchmark {
                name: name.to_owned(),
                before: counted,
                after: newer,
                unseen: unseen.min(counted.bytes.most_unseen_beside(newer.bytes)),
            })
        });
        each.collect()
    }

    /// What was counted before and after.
    pub fn counted(&self, quantity: Quantity) -> Option<(PerOperation, PerOperation)> {
        let before = self.before.of_quantity(quantity);
        before.zip(self.after.of_quantity(quantity))
    }

    /// The test of its change, and whether every line says the same for certain.
    pub(crate) fn change(&self, quantity: Quantity) -> Option<(LogRatioTest, bool)> {
        let (old, new) = self.counted(quantity)?;
        let test = old.change_to(new, self.unseen)?;
        Some((test, old.certainly_differs(new, self.unseen)))
    }
}
