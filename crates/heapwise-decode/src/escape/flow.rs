//! The way of something to the heap, while its lines come.

use super::decision::Step;

/// Explanations have few steps; what is beyond is not kept.
const MOST_STEPS: usize = 32;

/// What a place is the storage of that the compiler makes: `{storage for x}`.
pub(super) fn storage(place: &str) -> Option<&str> {
    place.strip_prefix("{storage for ")?.strip_suffix('}')
}

/// The flows of one explanation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) steps: Vec<Step>,
    pub(super) destination: Option<String>,
    /// Where the last flow ends.
    pub(super) end: Option<String>,
    /// Whether the first flow is from storage that the compiler makes, and not from a variable of the program.
    pub(super) is_of_storage: bool,
}

impl Way {
    pub(super) fn flow(&mut self, to: &str, from: &str) {
        self.end = Some(to.to_owned());
        if self.destination.is_none() {
            self.destination = Some(to.to_owned());
            self.is_of_storage = from.starts_with("&{storage for ");
        }
    }

    pub(super) fn step(&mut self, why: &str, callee: Option<&str>) {
        if self.steps.len() < MOST_STEPS {
            self.steps.push(Step {
                why: why.to_owned(),
                callee: callee.map(str::to_owned),
            });
        }
    }

    /// Whether it ends where something of the same words is put into an interface.
    pub(super) fn ends_in_box_of(&self, subject: &str) -> bool {
        let destination = self.destination.as_deref().and_then(storage);
        let last = self.steps.last().map(|step| step.why.as_str());
        self.is_of_storage && destination == Some(subject) && last == Some("interface-converted")
    }

    pub(super) fn is_empty(&self) -> bool {
        self.destination.is_none() && self.steps.is_empty()
    }
}
