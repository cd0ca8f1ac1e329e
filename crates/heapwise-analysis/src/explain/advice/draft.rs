//! A rule's advice before it is weighed.

use super::rule::{Evidence, Rule};

/// A rule's advice before it is weighed.
pub(super) struct Draft {
    pub(super) rule: Rule,
    /// What to change, and when not to.
    pub(super) texts: (&'static str, &'static str),
    pub(super) evidence: Vec<Evidence>,
    /// Which parts of the line it saves, at least and at most.
    pub(super) parts: Option<(f64, f64)>,
}
