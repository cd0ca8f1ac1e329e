use std::collections::HashMap;

use heapwise_decode::{MadeLabel, ProfileMaker, StringIndex};

use super::paths::{PathId, Paths};

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
    pub(super) paths: Paths,
    label_sets: Vec<Labels>,
    label_numbers: HashMap<Labels, LabelsId>,
    places: HashMap<(PathId, LabelsId), usize>,
    order: Vec<(PathId, LabelsId)>,
    values: Vec<i64>,
    width: usize,
}

impl Sums {
    pub(super) fn new(width: usize) -> Sums {
        Sums {
            paths: Paths::new(),
            label_sets: Vec::new(),
            label_numbers: HashMap::new(),
            places: HashMap::new(),
            order: Vec::new(),
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

    pub(super) fn add(&mut self, path: PathId, labels: LabelsId, values: &[i64]) {
        let next = self.order.len();
        let at = *self.places.entry((path, labels)).or_insert(next);
        if at == next {
            self.order.push((path, labels));
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
        let mut stack = Vec::new();
        let mut made = Vec::new();
        for (at, &(path, labels)) in self.order.iter().enumerate() {
            let start = at * self.width;
            let values = self.values.get(start..start + self.width);
            let values = values.unwrap_or_default();
            has_zero |= values.iter().all(|&value| value == 0);
            self.paths.write(path, &mut stack);
            made.clear();
            let labels = self.label_sets.get(labels as usize);
            made.extend(labels.into_iter().flatten().map(made_label));
            maker.add_sample(&stack, values, &made);
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
