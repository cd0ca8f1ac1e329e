//! Whether the metrics of a text are of one process: a page of a federation has those of many, told apart by labels.

use std::collections::BTreeMap;

use super::exposition::Sample;
use crate::error::{Error, ErrorKind, Result, Stage};

/// The labels that the metrics of a process have in common.
#[derive(Debug, Default)]
pub(super) struct Processes {
    values: BTreeMap<String, String>,
    /// Which sets of labels there were.
    sets: Vec<String>,
    /// The set of each metric.
    of: BTreeMap<String, usize>,
}

/// Labels that tell the parts of a metric apart.
const PARTS: [&str; 6] = [
    "quantile",
    "le",
    "go_memory_type",
    "go_memory_detailed_type",
    "go_cpu_state",
    "go_cpu_detailed_state",
];

impl Processes {
    const MOST: usize = 64;
    const MOST_METRICS: usize = 1 << 14;
    const LONGEST: usize = 1 << 10;

    /// The metric of a sample with what tells its parts apart.
    ///
    /// # Errors
    ///
    /// Where its labels are those of another process than before.
    pub(super) fn key(&mut self, sample: &Sample<'_>) -> Result<String> {
        let mut key = sample.name.as_ref().to_owned();
        let mut set = Vec::new();
        for (name, value) in &sample.labels {
            let is_version = name == "version" && sample.name == "go_info";
            if PARTS.contains(&name.as_ref()) {
                key.extend([" ", name, "=", value]);
            } else if !is_version && !name.starts_with("otel_scope_") {
                set.push((name.as_ref(), value.as_ref()));
            }
        }
        set.sort_unstable();
        let is_short = set
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>()
            < Self::LONGEST;
        match is_short && self.has_place_for(&key, &set) {
            true => Ok(key),
            false => Err(self.several(sample, &set)),
        }
    }

    fn has_place_for(&mut self, key: &str, set: &[(&str, &str)]) -> bool {
        for (name, value) in set {
            let same = self.values.get(*name).map(|before| before == value);
            if !same.unwrap_or(self.values.len() < Self::MOST) {
                return false;
            }
            if same.is_none() {
                self.values.insert((*name).to_owned(), (*value).to_owned());
            }
        }
        let Some(at) = self.place(&written(set)) else {
            return false;
        };
        match self.of.get(key) {
            Some(&before) => before == at,
            None if self.of.len() < Self::MOST_METRICS => {
                self.of.insert(key.to_owned(), at);
                true
            }
            // More than any page has: nothing is kept of it.
            None => true,
        }
    }

    fn place(&mut self, set: &str) -> Option<usize> {
        let at = self.sets.iter().position(|known| known == set);
        at.or_else(|| {
            let is_free = self.sets.len() < Self::MOST;
            is_free.then(|| self.sets.push(set.to_owned()))?;
            self.sets.len().checked_sub(1)
        })
    }

    fn several(&self, sample: &Sample<'_>, set: &[(&str, &str)]) -> Error {
        let first = self.sets.first().map(String::as_str).unwrap_or_default();
        let found = format!(
            "those of {} after those of {}",
            cut(&written(set)),
            cut(first)
        );
        Error::new(
            ErrorKind::Incompatible,
            Stage::Text,
            format!("labels of {}", cut(&sample.name)),
            found,
            "metrics of one process, picked out of the page by their labels",
        )
    }
}

fn written(set: &[(&str, &str)]) -> String {
    let labels: Vec<String> = set
        .iter()
        .map(|(name, value)| format!("{name}={value:?}"))
        .collect();
    format!("{{{}}}", labels.join(","))
}

fn cut(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST).chain("…".chars()).collect(),
        false => text.to_owned(),
    }
}
