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

#[cfg(test)]
mod tests {
    use super::super::exposition::{Line, line};
    use super::*;

    fn key(processes: &mut Processes, text: &str) -> Result<String> {
        match line(text) {
            Line::Sample(sample) => processes.key(&sample),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn parts_of_a_metric_are_told_apart_by_their_labels() {
        let mut processes = Processes::default();
        for (text, expected) in [
            ("go_goroutines 7", "go_goroutines"),
            (r#"go_gc{quantile="0.5"} 7"#, "go_gc quantile=0.5"),
            (r#"go_b{le="1"} 7"#, "go_b le=1"),
            (
                r#"go_m{go_memory_type="stack"} 7"#,
                "go_m go_memory_type=stack",
            ),
            (r#"go_info{version="go1.27"} 1"#, "go_info"),
            (r#"go_x{otel_scope_name="a"} 1"#, "go_x"),
            (r#"go_y{otel_scope_name="b"} 1"#, "go_y"),
        ] {
            assert_eq!(key(&mut processes, text).unwrap(), expected);
        }
    }

    #[test]
    fn metrics_of_another_process_are_refused() {
        let mut processes = Processes::default();
        assert!(key(&mut processes, r#"go_a{job="x",pod="1"} 7"#).is_ok());
        // In any order, and of another metric with other labels, but not with another value.
        assert!(key(&mut processes, r#"go_a{pod="1",job="x"} 7"#).is_ok());
        assert!(key(&mut processes, r#"go_b{job="x"} 7"#).is_ok());
        let refused = key(&mut processes, r#"go_b{job="y"} 7"#)
            .unwrap_err()
            .to_string();
        let said = r#"{job="y"} after those of {job="x",pod="1"}"#;
        assert!(refused.contains(said), "{refused}");
        // One metric of several sets of labels is of several processes.
        assert!(key(&mut processes, r#"go_a{job="x"} 7"#).is_err());
        assert!(key(&mut processes, "go_a 7").is_err());
        // A version is a label of a process but where it is that of Go.
        assert!(key(&mut processes, r#"go_c{version="1"} 1"#).is_ok());
        assert!(key(&mut processes, r#"go_d{version="2"} 1"#).is_err());
        let mut several = Processes::default();
        assert!(key(&mut several, r#"go_info{version="go1.27"} 1"#).is_ok());
        assert!(key(&mut several, r#"go_info{version="go1.28"} 1"#).is_ok());
    }

    #[test]
    fn labels_are_bounded() {
        let long = |size: usize| format!("go_a{{x=\"{}\"}} 1", "v".repeat(size));
        assert!(key(&mut Processes::default(), &long(1022)).is_ok());
        let refused = key(&mut Processes::default(), &long(1023))
            .unwrap_err()
            .to_string();
        assert!(refused.contains('…') && refused.len() < 400, "{refused}");
        let mut many = Processes::default();
        for at in 0..64 {
            assert!(key(&mut many, &format!("go_{at}{{l{at}=\"v\"}} 1")).is_ok());
        }
        assert!(key(&mut many, "go_x{l64=\"v\"} 1").is_err());
        // Sixty-four names in as many sets again.
        assert!(key(&mut many, "go_y{l0=\"v\",l1=\"v\"} 1").is_err());
        assert!(key(&mut many, "go_y{l0=\"v\"} 1").is_ok());
    }
}
