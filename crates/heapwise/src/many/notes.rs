//! What is to be known of inputs, in as many words of many as of a few.

use std::collections::BTreeMap;

use heapwise_decode::counted;
use heapwise_report::Warning;

/// The same of more inputs is said once.
const FEW: usize = 5;

/// Notes on inputs, in the order in which they came.
#[derive(Default)]
pub(crate) struct Notes {
    told: Vec<Told>,
    counts: BTreeMap<(&'static str, String), usize>,
}

struct Told {
    path: String,
    note: (&'static str, String),
}

impl Notes {
    /// Adds what is to be known of an input.
    pub(crate) fn add(&mut self, path: &str, note: (&'static str, String)) {
        let count = self.counts.entry(note.clone()).or_default();
        *count += 1;
        if *count <= FEW {
            let path = path.to_owned();
            self.told.push(Told { path, note });
        }
    }

    /// As warnings.
    pub(crate) fn warnings(self) -> Vec<Warning> {
        let mut counts = self.counts;
        let warning = |Told { path, note }: Told| {
            let (code, text) = (note.0, note.1.clone());
            match counts.get_mut(&note) {
                // Said with the first.
                Some(0) => None,
                Some(count) if *count > FEW => {
                    let others = counted(*count - 1, "other profile");
                    *count = 0;
                    Some(Warning::new(code, format!("{path} and {others}: {text}")))
                }
                _ => Some(Warning::new(code, format!("{path}: {text}"))),
            }
        };
        self.told.into_iter().filter_map(warning).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Notes;

    fn warnings(paths: impl Iterator<Item = usize>) -> Vec<String> {
        let mut notes = Notes::default();
        for at in paths {
            notes.add(&format!("{at}.pb.gz"), ("cut", "is cut short".to_owned()));
            if at == 3 {
                notes.add("3.pb.gz", ("old", "is old".to_owned()));
            }
        }
        let warnings = notes.warnings().into_iter();
        warnings.map(|warning| warning.message).collect()
    }

    #[test]
    fn a_few_are_told_one_by_one_and_many_at_once() {
        assert_eq!(
            warnings(2..5),
            [
                "2.pb.gz: is cut short",
                "3.pb.gz: is cut short",
                "3.pb.gz: is old",
                "4.pb.gz: is cut short"
            ]
        );
        assert_eq!(
            warnings(1..9),
            [
                "1.pb.gz and 7 other profiles: is cut short",
                "3.pb.gz: is old"
            ]
        );
    }
}
