//! A site on both sides, and how it was found again.

use super::rows::Rows;
use crate::site::identity::Site;

/// How a site was found again on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Match {
    /// Under the same name, file and line.
    Same,
    /// On the same line counted from the start of its function: code above it moved.
    RelativeLine,
    /// Under a name that differs in type arguments, in the number of a closure, or in the path of
    /// its file.
    SimilarName,
    /// On one side only.
    OneSided,
}

impl Match {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Match::Same => "same",
            Match::RelativeLine => "relative_line",
            Match::SimilarName => "similar_name",
            Match::OneSided => "one_sided",
        }
    }
}

/// A site on both sides.
pub(super) struct Pair<'a> {
    pub(super) site: &'a Site,
    pub(super) matched: Match,
    pub(super) before: Rows<'a>,
    pub(super) after: Rows<'a>,
}

impl<'a> Pair<'a> {
    /// Any name of the pair, the newer side's first, and the line at which the function starts.
    pub(super) fn any_name(&self) -> Option<(&'a Site, Option<i64>)> {
        self.after.first().or_else(|| self.before.first())
    }

    /// The site as the older side names it.
    pub(super) fn older(&self) -> Option<&'a Site> {
        self.before.last()
    }

    /// The rows of a side.
    pub(super) fn side(&mut self, is_after: bool) -> &mut Rows<'a> {
        match is_after {
            true => &mut self.after,
            false => &mut self.before,
        }
    }
}

/// Leaves out the pairs whose rows went to others, by their places.
pub(super) fn leave_out(pairs: &mut Vec<Pair<'_>>, is_joined: impl Fn(usize) -> bool) {
    let mut places = 0..;
    pairs.retain(|_| places.next().is_none_or(|at| !is_joined(at)));
}
