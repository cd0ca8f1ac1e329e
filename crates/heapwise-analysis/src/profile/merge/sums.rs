//! The values of a sum, by stack and labels.

use std::collections::HashMap;

use heapwise_decode::{LocationIndex, MadeLabel, ProfileMaker, StringIndex};

use super::stacks::Stacks;

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

/// Values by what samples are known by: their stack and their labels.
pub(super) struct Sums {
    stacks: Stacks,
    label_sets: Vec<Labels>,
    label_numbers: HashMap<Labels, LabelsId>,
    values: Vec<i64>,
    width: usize,
}

impl Sums {
    pub(super) fn new(width: usize) -> Sums {
        Sums {
            stacks: Stacks::new(),
            label_sets: Vec::new(),
            label_numbers: HashMap::new(),
            values: Vec::new(),
            width,
        }
    }

    /// The number of some labels.
    pub(super) fn labels(&mut self, labels: Labels) -> LabelsId {
        if let Some(&known) = self.label_numbers.get(&labels) {
            return known;
        }
        let next = self.label_sets.len() as LabelsId;
        self.label_sets.push(labels.clone());
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

    /// Adds all samples to a profile, in the order in which they were first seen. Tells whether
    /// one of them is zero.
    pub(super) fn write(&self, maker: &mut ProfileMaker) -> bool {
        let mut has_zero = false;
        let mut made = Vec::new();
        for (at, values) in self.values.chunks_exact(self.width.max(1)).enumerate() {
            has_zero |= values.iter().all(|&value| value == 0);
            made.clear();
            let labels = self.stacks.number(at);
            let labels = labels.and_then(|labels| self.label_sets.get(labels as usize));
            made.extend(labels.into_iter().flatten().map(made_label));
            maker.add_sample(self.stacks.stack(at), values, &made);
        }
        has_zero
    }
}

fn made_label(&(name, value): &(StringIndex, LabelKey)) -> MadeLabel {
    match value {
        LabelKey::Text(text) => MadeLabel::Text(name, text),
        LabelKey::Number(number, unit) => MadeLabel::Number(name, number, unit),
    }
}
