//! What is to be known about inputs that become one profile.

use std::collections::BTreeSet;

use heapwise_analysis::{Granularity, Header, RankOptions, rank_profile};
use heapwise_decode::Profile;
use heapwise_report::{Input, Warning};

/// The inputs so far.
#[derive(Default)]
pub(crate) struct InputNotes {
    notes: Vec<Warning>,
    /// Sample types in order of appearance.
    types: Vec<String>,
    is_describing: bool,
    inputs: Vec<Input>,
}

impl InputNotes {
    /// Inputs that are also described, which takes another look at each.
    pub(crate) fn describing() -> InputNotes {
        InputNotes {
            is_describing: true,
            ..InputNotes::default()
        }
    }

    /// The inputs, where they are described.
    pub(crate) fn inputs(&mut self) -> Vec<Input> {
        std::mem::take(&mut self.inputs)
    }

    /// Takes note of an input.
    pub(crate) fn add(&mut self, path: &str, profile: &Profile) {
        let notes = Header::of(profile.tables()).notes.into_iter();
        self.notes
            .extend(notes.map(|(code, note)| Warning::new(code, format!("{path}: {note}"))));
        if self.is_describing {
            self.inputs.push(describe(path, profile));
        }
        for name in type_names(profile) {
            if !self.types.contains(&name) {
                self.types.push(name);
            }
        }
    }

    /// What to know before trusting `result`, which was made of the inputs.
    pub(crate) fn warnings(self, result: &Profile) -> Vec<Warning> {
        let kept: Vec<String> = type_names(result).collect();
        let mut warnings = self.notes;
        warnings.extend(left_out(&self.types, &kept));
        warnings
    }
}

/// Says which sample types of the inputs are not in what was made of them.
pub(crate) fn left_out(types: &[String], kept: &[String]) -> Option<Warning> {
    let gone = types.iter().filter(|name| !kept.contains(name));
    let gone: BTreeSet<&str> = gone.map(String::as_str).collect();
    let gone: Vec<&str> = gone.into_iter().collect();
    (!gone.is_empty()).then(|| {
        Warning::new(
            "sample_types_left_out",
            format!(
                "sample types that not all profiles have were left out: {}",
                gone.join(", ")
            ),
        )
    })
}

fn describe(path: &str, profile: &Profile) -> Input {
    let options = RankOptions::new(Granularity::Packages);
    let ranking = rank_profile(profile, &options);
    Input::new(
        path.to_owned(),
        ranking.header,
        ranking.sample_count,
        ranking.sampling.error(),
    )
}

fn type_names(profile: &Profile) -> impl Iterator<Item = String> {
    let tables = profile.tables();
    let types = tables.sample_types().iter();
    types.map(|value_type| tables.text(value_type.type_).into_owned())
}
