//! What is to be known about inputs that become one profile.

use std::collections::BTreeSet;
use std::sync::Arc;

use heapwise_analysis::{Granularity, Header, Headers, RankOptions, Ranking, SamplingError};
use heapwise_report::{Format, Input, Warning};

use super::same_moment::Form;
use crate::many::Notes;

/// Of more inputs no forms are kept.
const MOST_FORMS: usize = 128;

/// The inputs so far.
#[derive(Default)]
pub(crate) struct InputNotes {
    notes: Notes,
    /// Sample types in order of appearance.
    types: Vec<String>,
    is_describing: bool,
    /// How many nanoseconds each covers, where it tells.
    durations: Vec<Option<i64>>,
    /// The names of the first of them, and of which form they are.
    forms: Vec<(String, Form)>,
    inputs: Vec<Input>,
    /// What the headers of these have in common.
    headers: Headers,
}

impl InputNotes {
    /// For an answer in a format: only JSON describes its inputs.
    pub(crate) fn of(format: Format) -> InputNotes {
        match format {
            Format::Json => InputNotes::describing(),
            _ => InputNotes::default(),
        }
    }

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

    /// How many nanoseconds each input covers, where it tells.
    pub(crate) fn durations(&mut self) -> Vec<Option<i64>> {
        std::mem::take(&mut self.durations)
    }

    /// The names of the first inputs, with the form of each.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (&str, Form)> {
        self.forms.iter().map(|(path, form)| (&**path, *form))
    }

    /// Takes note of an input, and describes it by its ranking where that is wanted.
    pub(crate) fn add(
        &mut self,
        path: &Arc<str>,
        header: &Header,
        rank: impl FnOnce(&RankOptions) -> anyhow::Result<Ranking>,
    ) -> anyhow::Result<()> {
        let input = match self.is_describing {
            true => {
                let ranking = rank(&RankOptions::new(Granularity::Packages))?;
                Some(input_of(path, &ranking))
            }
            false => None,
        };
        self.add_read(path, header, input);
        Ok(())
    }

    /// Whether inputs are described.
    pub(crate) fn is_describing(&self) -> bool {
        self.is_describing
    }

    /// Takes note of an input by its ranking.
    pub(crate) fn add_ranked(&mut self, path: &Arc<str>, ranking: &Ranked) {
        let input = self.is_describing.then(|| ranking.input(path));
        self.add_read(path, &ranking.header, input);
    }

    /// Takes note of an input that was described where that is wanted.
    pub(crate) fn add_read(&mut self, path: &str, header: &Header, input: Option<Input>) {
        for note in &header.notes {
            self.notes.add(path, note.clone());
        }
        self.durations.push(header.duration_nanos);
        if self.forms.len() < MOST_FORMS {
            self.forms.push((path.to_owned(), Form::of(header)));
        }
        let headers = &mut self.headers;
        self.inputs
            .extend(input.map(|input| input.sharing(headers)));
        for name in type_names(header) {
            if !self.types.contains(&name) {
                self.types.push(name);
            }
        }
    }

    /// What to know before trusting what was made of the inputs, of which that is the header.
    pub(crate) fn warnings(self, result: &Header) -> Vec<Warning> {
        let (mut warnings, types) = self.parted_warnings(result);
        warnings.extend(types);
        warnings
    }

    /// The same, with apart what is said of sample types.
    pub(crate) fn parted_warnings(self, result: &Header) -> (Vec<Warning>, Option<Warning>) {
        let kept: Vec<String> = type_names(result).collect();
        (self.notes.warnings(), left_out(&self.types, &kept))
    }
}

/// What is known of a profile that was ranked, but for its rows.
pub(crate) struct Ranked {
    pub(crate) header: Header,
    sample_count: u64,
    sampling_error: SamplingError,
    /// What filters found.
    pub(crate) notes: Vec<String>,
}

impl Ranked {
    pub(crate) fn of(ranking: &Ranking, notes: Vec<String>) -> Ranked {
        Ranked {
            header: ranking.header.clone(),
            sample_count: ranking.sample_count,
            sampling_error: ranking.sampling.error(),
            notes,
        }
    }

    /// What a report says of it.
    pub(crate) fn input(&self, path: &Arc<str>) -> Input {
        let (count, error) = (self.sample_count, self.sampling_error);
        Input::new(Arc::clone(path), self.header.clone(), count, error)
    }
}

/// What a report says of an input.
pub(crate) fn input_of(path: &Arc<str>, ranking: &Ranking) -> Input {
    Input::new(
        Arc::clone(path),
        ranking.header.clone(),
        ranking.sample_count,
        ranking.sampling.error(),
    )
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

fn type_names(header: &Header) -> impl Iterator<Item = String> {
    let types = header.sample_types.iter();
    types.map(|known| known.type_.clone())
}

/// What filtering found, as warnings.
pub(crate) fn of_filters(notes: &[String]) -> Vec<Warning> {
    notes
        .iter()
        .map(|note| Warning::new("filter", note.clone()))
        .collect()
}
