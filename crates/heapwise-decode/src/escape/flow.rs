//! The way of something to the heap, while its lines come.

use super::decision::Step;

/// Explanations have few steps; what is beyond is not kept.
const MOST_STEPS: usize = 32;

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

    pub(super) fn is_empty(&self) -> bool {
        self.destination.is_none() && self.steps.is_empty()
    }
}
