//! Adding profiles up and subtracting one from another, sample by sample, as pprof does
//! (profile/merge.go).

mod header;
mod merger;
mod rows;
mod stacks;
mod sums;
mod types;

use crate::error::Result;
use heapwise_decode::{Limits, Profile};

use merger::Merger;
use types::common_types;

/// How the samples of a base count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseMode {
    /// Subtracted, and marked so that totals and percentages are of the base (`-diff_base`).
    DiffBase,
    /// Subtracted from the samples that are the same (`-base`).
    Base,
}

/// Adds profiles up: samples that agree in stack and labels become one. Sample types that not all
/// profiles have are left out.
///
/// # Errors
///
/// Profiles without a common sample type or with different period types, and results beyond
/// the limits.
pub fn merge(profiles: &[&Profile], limits: &Limits) -> Result<Profile> {
    let parts: Vec<Part<'_>> = profiles
        .iter()
        .map(|&profile| Part {
            profile,
            sign: 1,
            is_marked: false,
        })
        .collect();
    combine(&parts, limits)
}

/// Subtracts a base.
///
/// # Errors
///
/// As [`merge`].
pub fn subtract(
    source: &Profile,
    base: &Profile,
    mode: BaseMode,
    limits: &Limits,
) -> Result<Profile> {
    let parts = [
        Part {
            profile: source,
            sign: 1,
            is_marked: false,
        },
        Part {
            profile: base,
            sign: -1,
            is_marked: mode == BaseMode::DiffBase,
        },
    ];
    combine(&parts, limits)
}

/// A profile that goes into a sum.
struct Part<'a> {
    profile: &'a Profile,
    sign: i64,
    /// Whether its samples get the label of a base.
    is_marked: bool,
}

fn combine(parts: &[Part<'_>], limits: &Limits) -> Result<Profile> {
    let types = common_types(parts)?;
    let mut merger = Merger::new(parts, &types, limits);
    for (part, columns) in parts.iter().zip(&types.columns) {
        merger.add(part, columns);
    }
    merger.finish(parts, limits)
}
