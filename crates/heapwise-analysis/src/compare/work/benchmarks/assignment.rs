//! Which samples of a profile belong to which benchmark.

use std::collections::HashMap;

use heapwise_decode::{Label, LabelValue, Sample, Tables};

use super::coverage::{Apart, CellKey};
use super::roots::{Root, Roots};

/// Which part of one profile belongs to which benchmark.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    /// By the name of the root function.
    pub(super) rounds: HashMap<String, Target>,
    /// What does not say whose it is.
    pub(super) strays: Target,
    /// By benchmark.
    pub(super) apart: Vec<Apart>,
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
pub(super) enum Target {
    Benchmark(usize),
    Elsewhere,
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
    pub(super) fn has(
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
pub(super) fn cell_key(tables: &Tables, sample: &Sample<'_>) -> Option<CellKey> {
    let is_size = |label: &Label| tables.text_bytes(label.key) == b"bytes";
    let size = sample.labels().iter().find(is_size);
    let size = match size.map(|label| label.value) {
        Some(LabelValue::Number { value, .. }) => u64::try_from(value).unwrap_or(0),
        _ => 0,
    };
    Some((*sample.stack().last()?, size))
}
