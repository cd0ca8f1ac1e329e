//! Decides what the samples of a sum are: those that agree in stack and labels are one.

use std::collections::HashMap;

use heapwise_decode::{
    Error, KeptLabels, Limits, LocationIndex, MadeLabel, Sample, SampleStore, StringIndex,
};

use super::stacks::{Path, Stacks};

/// The value of a label, ordered as pprof groups labels: texts, then numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum LabelKey {
    Text(StringIndex),
    Number(i64, StringIndex),
}

/// Labels of a sample, with their names.
pub(super) type Labels = Vec<(StringIndex, LabelKey)>;

/// The number of a set of labels.
pub(super) type LabelsId = u32;

/// What a set of labels takes, kept and to be found again, and each label of it.
const LABEL_SET: usize = 128;
const LABEL: usize = 112;

/// Values by what samples are known by: their stack and their labels. In the order in which samples
/// were first seen.
pub(super) struct Sums {
    stacks: Stacks,
    label_sets: Vec<KeptLabels>,
    label_numbers: HashMap<Labels, LabelsId>,
    values: Vec<i64>,
    width: usize,
    max_bytes: usize,
    is_full: bool,
    /// Bytes of memory that sets of labels take.
    label_bytes: usize,
    /// Samples that have become zero, which are no longer told.
    zeros: usize,
}

impl Sums {
    /// Nothing yet; samples have `width` values.
    pub(super) fn new(width: usize, limits: &Limits) -> Sums {
        Sums {
            stacks: Stacks::new(),
            label_sets: Vec::new(),
            label_numbers: HashMap::new(),
            values: Vec::new(),
            width: width.max(1),
            max_bytes: limits.max_column_bytes,
            is_full: false,
            label_bytes: 0,
            zeros: 0,
        }
    }

    /// The number of some labels.
    pub(super) fn labels(&mut self, labels: Labels) -> LabelsId {
        if let Some(&known) = self.label_numbers.get(&labels) {
            return known;
        }
        let next = self.label_sets.len() as LabelsId;
        self.label_bytes += LABEL_SET + LABEL * labels.len();
        let made = labels.iter().copied().map(made_label);
        self.label_sets.push(KeptLabels::made(made));
        self.label_numbers.insert(labels, next);
        next
    }

    /// Goes to the stack of the next sample, whose first `shared` frames are those of the one
    /// before.
    pub(super) fn go_to(&mut self, shared: usize, frames: impl Iterator<Item = LocationIndex>) {
        self.stacks.go_to(shared, frames);
    }

    /// Adds values to those of the stack that was gone to and some labels.
    pub(super) fn add(&mut self, labels: LabelsId, values: &[i64]) {
        let size = self.stacks.size() + 8 * (self.values.len() + self.width) + self.label_bytes;
        self.is_full |= size > self.max_bytes || !self.stacks.is_addressable();
        if self.is_full {
            return;
        }
        let (at, is_new) = self.stacks.place(labels);
        if is_new {
            self.values.extend_from_slice(values);
            return;
        }
        let start = at * self.width;
        let sums = self.values.get_mut(start..start + self.width);
        for (sum, &value) in sums.into_iter().flatten().zip(values) {
            *sum = sum.saturating_add(value);
        }
    }

    /// Ends the adding, and leaves out what has become zero.
    ///
    /// # Errors
    ///
    /// Samples that did not fit the limits.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        self.settle()?;
        let zeros = self.values.chunks_exact(self.width);
        self.zeros = zeros.filter(|values| is_zero(values)).count();
        Ok(())
    }

    /// Ends the adding.
    ///
    /// # Errors
    ///
    /// Samples that did not fit the limits.
    pub(super) fn settle(&mut self) -> Result<(), Error> {
        if self.is_full {
            return Err(Error::too_many_samples(self.stacks.len(), self.max_bytes));
        }
        self.stacks.close();
        self.label_numbers = HashMap::new();
        Ok(())
    }

    /// Values of a sample.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether samples did not fit the limit.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Lets samples take this much.
    pub(super) fn set_limit(&mut self, limits: &Limits) {
        self.max_bytes = limits.max_column_bytes;
    }

    /// Whether something has become zero.
    pub(super) fn has_zeros(&self) -> bool {
        self.zeros > 0
    }

    /// Gives other numbers: to locations as `location` says, to the sets of labels those that the
    /// samples have in `labels`, of the sets of `other`.
    pub(super) fn renumber(
        &mut self,
        location: impl Fn(LocationIndex) -> Option<LocationIndex>,
        labels: &[LabelsId],
        other: Sums,
    ) {
        let all = self.values.chunks_exact(self.width).enumerate();
        let told = all.filter(|(_, values)| !is_zero(values));
        let told = told.map(|(at, _)| at).zip(labels.iter().copied());
        self.stacks.renumber(location, told);
        self.label_sets = other.label_sets;
    }
}

impl SampleStore for Sums {
    fn count(&self) -> u64 {
        (self.stacks.len() - self.zeros) as u64
    }

    fn each(&self, tell: &mut dyn FnMut(&Sample<'_>)) -> Result<(), Error> {
        let none = KeptLabels::default();
        let mut path = Path::default();
        let mut number = 0;
        for (at, values) in self.values.chunks_exact(self.width).enumerate() {
            if self.zeros > 0 && is_zero(values) {
                continue;
            }
            let shared = self.stacks.walk(&mut path, at);
            let labels = self.label_sets.get(self.stacks.number(at) as usize);
            let labels = labels.unwrap_or(&none).all();
            tell(&Sample::new(number, &path.frames, shared, values, labels));
            number += 1;
        }
        Ok(())
    }
}

fn is_zero(values: &[i64]) -> bool {
    values.iter().all(|&value| value == 0)
}

fn made_label((name, value): (StringIndex, LabelKey)) -> MadeLabel {
    match value {
        LabelKey::Text(text) => MadeLabel::Text(name, text),
        LabelKey::Number(number, unit) => MadeLabel::Number(name, number, unit),
    }
}
