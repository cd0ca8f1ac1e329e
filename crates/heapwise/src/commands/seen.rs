//! What is to be known about inputs that become one profile.

use heapwise_analysis::Header;
use heapwise_decode::Profile;
use heapwise_report::Warning;

/// The inputs so far.
#[derive(Default)]
pub(crate) struct Seen {
    notes: Vec<Warning>,
    /// Sample types in order of appearance.
    types: Vec<String>,
}

impl Seen {
    /// Takes note of an input.
    pub(crate) fn add(&mut self, path: &str, profile: &Profile) {
        let notes = Header::of(profile.tables()).notes.into_iter();
        self.notes.extend(notes.map(|(code, note)| Warning {
            code,
            message: format!("{path}: {note}"),
        }));
        for name in type_names(profile) {
            if !self.types.contains(&name) {
                self.types.push(name);
            }
        }
    }

    /// What to know before trusting `result`, which was made of the inputs.
    pub(crate) fn warnings(self, result: &Profile) -> Vec<Warning> {
        let kept: Vec<String> = type_names(result).collect();
        let gone = self.types.iter().filter(|name| !kept.contains(name));
        let gone: Vec<&str> = gone.map(String::as_str).collect();
        let mut warnings = self.notes;
        if !gone.is_empty() {
            warnings.push(Warning {
                code: "sample_types_left_out",
                message: format!(
                    "sample types that not all profiles have were left out: {}",
                    gone.join(", ")
                ),
            });
        }
        warnings
    }
}

fn type_names(profile: &Profile) -> impl Iterator<Item = String> {
    let tables = profile.tables();
    let types = tables.sample_types().iter();
    types.map(|value_type| tables.text(value_type.type_).into_owned())
}
