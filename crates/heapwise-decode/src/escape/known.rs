//! What is known of a decision while a log is read.

use super::decision::{EscapeOutcome, Position};
use super::flow::Way;

/// What tells decisions apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) at: Position,
    pub(super) inlined: Vec<Position>,
    pub(super) package: Option<u32>,
    pub(super) subject: String,
    pub(super) outcome: EscapeOutcome,
}

/// What is known of a decision.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) is_variable: bool,
    /// Whether it is told how a value comes into its box, of which the rest is told.
    pub(super) is_boxed_value: bool,
    pub(super) function: Option<String>,
    pub(super) way: Way,
    pub(super) said: Said,
}

/// How often something is said in one line after another.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    line: u64,
    count: u32,
    most: u32,
}

impl Said {
    /// Once more, in a line with a number.
    pub(super) fn again(&mut self, line: u64) {
        let is_next = self.count > 0 && line == self.line + 1;
        self.count = if is_next {
            self.count.saturating_add(1)
        } else {
            1
        };
        self.line = line;
        self.most = self.most.max(self.count);
    }

    /// The most, one after another.
    pub(super) fn most(&self) -> u32 {
        self.most
    }
}
