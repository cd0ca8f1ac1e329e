//! By what goroutines are put together.

use std::fmt;

use crate::error::{ErrorKind, Result};

/// By what goroutines are put together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum GroupBy {
    /// Equal stacks, but for the frames that say how they wait, created at one place.
    #[default]
    Stack,
    /// The innermost function of the program's own code, or where there is none the innermost
    /// that does more than wait.
    Function,
    /// The place that created them; those of which the dump tells none, as only debug=2 does, are one group without a name.
    Creator,
    /// What they wait for.
    State,
    /// The value of a label.
    Label(String),
}

impl GroupBy {
    /// How options spell the ways; the last one takes a name behind it.
    pub const NAMES: [&str; 5] = ["stack", "function", "creator", "state", "label:KEY"];

    /// Reads a way.
    ///
    /// # Errors
    ///
    /// Anything but one of [`Self::NAMES`].
    pub fn parse(text: &str) -> Result<GroupBy> {
        match text {
            "stack" => Ok(GroupBy::Stack),
            "function" => Ok(GroupBy::Function),
            "creator" => Ok(GroupBy::Creator),
            "state" => Ok(GroupBy::State),
            _ => match text.strip_prefix("label:") {
                Some(key) if !key.is_empty() => Ok(GroupBy::Label(key.to_owned())),
                _ => Err(ErrorKind::GroupBy {
                    found: text.to_owned(),
                    expected: GroupBy::NAMES.join(", "),
                }
                .into()),
            },
        }
    }
}

impl fmt::Display for GroupBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GroupBy::Stack => f.write_str("stack"),
            GroupBy::Function => f.write_str("function"),
            GroupBy::Creator => f.write_str("creator"),
            GroupBy::State => f.write_str("state"),
            GroupBy::Label(key) => write!(f, "label:{key}"),
        }
    }
}
