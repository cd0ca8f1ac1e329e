//! Groups that are let off for a time.

use crate::profile::calendar::Date;

/// Why a group is let off, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowance {
    /// The last day.
    pub until: Date,
    /// Why.
    pub reason: String,
}
