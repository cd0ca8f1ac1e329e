//! Leaks that are let off for a time.

use super::outcome::Suppression;
use crate::goroutines::{Allowance, GoroutineGroup, GoroutineGroups};
use crate::site::identity::Site;

impl GoroutineGroups {
    /// The same with what is let off: groups that have a function on their stack, or were created by
    /// one, that a suppression means. Suppressions past their last day are to be left out.
    #[must_use]
    pub fn allowing(mut self, suppressions: &[Suppression]) -> GoroutineGroups {
        let allowed = self.groups.iter().map(|group| {
            let suppression = self.suppression(group, suppressions);
            suppression.map(Suppression::allowance)
        });
        let allowed: Vec<Option<Allowance>> = allowed.collect();
        for (group, allowance) in self.groups.iter_mut().zip(allowed) {
            group.allowed = allowance;
        }
        self
    }

    /// The first of the suppressions that means a group.
    pub(super) fn suppression<'a>(
        &self,
        group: &GoroutineGroup,
        suppressions: &'a [Suppression],
    ) -> Option<&'a Suppression> {
        if suppressions.is_empty() {
            return None;
        }
        let places = group.stack.iter().chain(&group.parked_in);
        let sites = places.chain(&group.created_by);
        let functions: Vec<Site> = sites
            .filter_map(|&place| self.site(place)?.function.clone())
            .map(Site::of_function)
            .collect();
        let means = |one: &&Suppression| functions.iter().any(|site| one.site.matches(site));
        suppressions.iter().find(means)
    }
}

impl Suppression {
    pub(super) fn allowance(&self) -> Allowance {
        Allowance {
            until: self.expires,
            reason: self.reason.clone(),
        }
    }
}
