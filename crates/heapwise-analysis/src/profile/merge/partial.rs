//! Adds profiles up one after the other: sums of neighbours may be made side by side and added then.

use heapwise_decode::{Limits, ProfileReader, Source};

use super::heading::Heading;
use super::merger::{Adding, Merger};
use super::types::{Column, CommonTypes, common_types};
use crate::error::Result;

/// Which values of which profiles are added up: the sample types that all of them have, each in the finest of its
/// units.
pub struct SumPlan {
    types: CommonTypes,
    first: Heading,
}

impl std::fmt::Debug for SumPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SumPlan").finish_non_exhaustive()
    }
}

impl SumPlan {
    /// Of profiles of which all are [alike](Heading::is_alike).
    ///
    /// # Errors
    ///
    /// A profile without sample types.
    pub fn alike(first: &Heading) -> Result<SumPlan> {
        SumPlan::of(std::slice::from_ref(first))
    }

    /// Of these profiles.
    ///
    /// # Errors
    ///
    /// As [`merge`](super::merge): no common sample type, or different period types.
    pub fn of(parts: &[Heading]) -> Result<SumPlan> {
        let types = common_types(parts)?;
        let first = match parts.first() {
            Some(first) => first.clone(),
            None => Heading::of(&heapwise_decode::Tables::default()),
        };
        Ok(SumPlan { types, first })
    }

    /// Where the profile at a place has its values; where all are alike, any place is that of the first.
    fn columns(&self, at: usize) -> &[Column] {
        let all = &self.types.columns;
        all.get(at).or(all.first()).map_or(&[], Vec::as_slice)
    }
}

/// A sum of profiles that are neighbours in a list: what [`merge`](super::merge) makes of all at once.
///
/// Sums of neighbours, added in the order of the list, are the sum of all: samples come in the order in which they are
/// first seen in the list, and values are integers. (What exceeds 64 bits is cut where it does.)
pub struct PartialSum {
    merger: Merger,
    count: usize,
}

impl std::fmt::Debug for PartialSum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartialSum")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}

impl PartialSum {
    /// Nothing yet.
    pub fn new(plan: &SumPlan, limits: &Limits) -> PartialSum {
        PartialSum {
            merger: Merger::open(&plan.first, &plan.types, limits),
            count: 0,
        }
    }

    /// Adds the profile at a place of those that were planned.
    ///
    /// # Errors
    ///
    /// Those of [`heapwise_decode::visit`]; some of the profile may have been added by then.
    pub fn add<S: Source>(
        &mut self,
        plan: &SumPlan,
        at: usize,
        profile: &ProfileReader<S>,
    ) -> Result<()> {
        let tables = profile.tables();
        let mut adding = Adding::new(&mut self.merger, tables, plan.columns(at), None);
        profile.visit(&mut adding)?;
        self.count += 1;
        Ok(())
    }

    /// Adds the sum of those that come next.
    ///
    /// # Errors
    ///
    /// What has not fit the limits.
    pub fn add_sum(&mut self, next: PartialSum) -> Result<()> {
        self.count += next.count;
        self.merger.absorb(next.merger)
    }

    /// Whether its samples did not fit its limits: it is no sum then.
    pub fn is_full(&self) -> bool {
        self.merger.is_full()
    }

    /// How many profiles were added.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Lets what is added take other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: &Limits) -> PartialSum {
        self.merger.set_limits(limits);
        self
    }

    /// The sum of these profiles, all that were added, in their order.
    ///
    /// # Errors
    ///
    /// What has not fit the limits.
    pub fn finish<S: Source>(
        mut self,
        plan: &SumPlan,
        parts: &[Heading],
        limits: &Limits,
    ) -> Result<ProfileReader<S>> {
        self.merger.head(parts, &plan.types);
        let (tables, sums) = self.merger.finish(limits)?;
        Ok(ProfileReader::of_store(tables, Box::new(sums)))
    }
}
