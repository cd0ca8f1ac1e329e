//! Adding profiles up and subtracting one from another, sample by sample, as pprof does
//! (profile/merge.go).

mod header;
mod heading;
mod join;
mod merger;
mod partial;
mod rows;
mod stacks;
mod sums;
mod types;

use heapwise_decode::{Limits, ProfileReader, Source};

pub use heading::Heading;
pub use join::{JoinPart, Joined, join};
pub use partial::{PartialSum, SumPlan};

use merger::{Adding, Merger};
use types::common_types;

use crate::error::Result;

/// How the samples of a base count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseMode {
    /// Subtracted, and marked so that totals and percentages are of the base (`-diff_base`).
    DiffBase,
    /// Subtracted from the samples that are the same (`-base`).
    Base,
}

/// Adds profiles up: samples that agree in stack and labels become one. Sample types that not all
/// profiles have are left out. Each profile is read once more; of the sum each stack is kept as what
/// is new of it.
///
/// # Errors
///
/// Profiles without a common sample type or with different period types, results beyond the limits,
/// and those of [`heapwise_decode::visit`].
pub fn merge<S: Source>(
    profiles: &[&ProfileReader<S>],
    limits: &Limits,
) -> Result<ProfileReader<S>> {
    let parts: Vec<Part<'_, S>> = profiles.iter().map(|&profile| (profile, None)).collect();
    combine(&parts, limits)
}

/// Subtracts a base.
///
/// # Errors
///
/// As [`merge`].
pub fn subtract<S: Source>(
    source: &ProfileReader<S>,
    base: &ProfileReader<S>,
    mode: BaseMode,
    limits: &Limits,
) -> Result<ProfileReader<S>> {
    combine(&[(source, None), (base, Some(mode))], limits)
}

/// A profile that goes into a sum, and how it counts if it is a base.
type Part<'a, S> = (&'a ProfileReader<S>, Option<BaseMode>);

fn combine<S: Source>(parts: &[Part<'_, S>], limits: &Limits) -> Result<ProfileReader<S>> {
    let headings = parts.iter();
    let headings = headings.map(|(profile, _)| Heading::of(profile.tables()));
    let headings: Vec<Heading> = headings.collect();
    let types = common_types(&headings)?;
    let mut merger = Merger::new(&headings, &types, limits);
    for (&(profile, base), columns) in parts.iter().zip(&types.columns) {
        let tables = profile.tables();
        profile.visit(&mut Adding::new(&mut merger, tables, columns, base))?;
    }
    let (tables, sums) = merger.finish(limits)?;
    Ok(ProfileReader::of_store(tables, Box::new(sums)))
}
