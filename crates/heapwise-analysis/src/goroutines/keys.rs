//! The labels under which the decoder tells how a goroutine is.

use heapwise_decode::{LabelValue, Sample, StringIndex, Tables};

/// What labels may say of a goroutine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    State,
    Minutes,
    CreatedBy,
    CreatedAt,
    Leaked,
    /// Of no use here, but no label of the program either.
    Other,
    /// A label of the program.
    Own,
}

/// What the names of a profile's labels mean.
#[derive(Debug)]
pub(super) struct Keys {
    by_index: Vec<(StringIndex, Key)>,
}

/// What the labels of a sample say.
#[derive(Debug, Default)]
pub(super) struct GoroutineLabels {
    pub(super) state: Option<StringIndex>,
    pub(super) minutes: Option<i64>,
    pub(super) created_by: Option<StringIndex>,
    pub(super) created_at: Option<StringIndex>,
    pub(super) is_leaked: bool,
    /// The program's labels: name and value.
    pub(super) own: Vec<(StringIndex, LabelValue)>,
}

impl Keys {
    pub(super) fn new() -> Keys {
        Keys {
            by_index: Vec::new(),
        }
    }

    fn meaning(&mut self, tables: &Tables, index: StringIndex) -> Key {
        if let Some(&(_, key)) = self.by_index.iter().find(|(known, _)| *known == index) {
            return key;
        }
        let key = match tables.text_bytes(index) {
            b"go::goroutine_state" => Key::State,
            b"go::goroutine_wait_minutes" => Key::Minutes,
            b"go::goroutine_created_by" => Key::CreatedBy,
            b"go::goroutine_created_at" => Key::CreatedAt,
            b"go::goroutine_leaked" => Key::Leaked,
            name if name.starts_with(b"go::goroutine") => Key::Other,
            _ => Key::Own,
        };
        if self.by_index.len() < 64 {
            self.by_index.push((index, key));
        }
        key
    }

    pub(super) fn read(&mut self, tables: &Tables, sample: &Sample<'_>) -> GoroutineLabels {
        let mut labels = GoroutineLabels::default();
        for label in sample.labels().iter() {
            match (self.meaning(tables, label.key), label.value) {
                (Key::State, LabelValue::Text(state)) => labels.state = Some(state),
                (Key::Minutes, LabelValue::Number { value, .. }) => labels.minutes = Some(value),
                (Key::CreatedBy, LabelValue::Text(by)) => labels.created_by = Some(by),
                (Key::CreatedAt, LabelValue::Text(at)) => labels.created_at = Some(at),
                (Key::Leaked, LabelValue::Text(_)) => labels.is_leaked = true,
                (Key::Own, value) => labels.own.push((label.key, value)),
                _ => {}
            }
        }
        labels
    }
}
