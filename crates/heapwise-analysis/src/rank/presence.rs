//! Decides which sites are there although they are 0 in the only sample type that is summed.

use heapwise_decode::{LocationIndex, LocationSet, Tables};

use crate::site::table::Nodes;

/// The locations of samples that are 0 in the sample type that is summed, and not in all others.
///
/// Of 530,000 samples of a real profile it looks at 6,000: those that have a location that none had
/// before. Knowing which these are takes a tenth of what putting all stacks together takes.
#[derive(Debug, Default)]
pub(super) struct Presence {
    found: LocationSet,
    /// Frames, from the root, of the sample at hand that were found already.
    known: usize,
}

impl Presence {
    /// The locations that tell nothing new.
    #[inline]
    pub(super) fn found(&self) -> &LocationSet {
        &self.found
    }

    /// A sample was handed on that shares so many frames with the one before.
    #[inline]
    pub(super) fn share(&mut self, shared: usize) {
        self.known = self.known.min(shared);
    }

    /// Looks at the stack of a sample with these values, and returns the frames that may be new.
    #[inline]
    pub(super) fn see<'a>(
        &mut self,
        stack: &'a [LocationIndex],
        values: &[i64],
    ) -> &'a [LocationIndex] {
        let new = stack.get(self.known..).unwrap_or_default();
        if !new.is_empty() && values.iter().any(|&value| value != 0) {
            for &at in new {
                self.found.insert(at);
            }
            self.known = stack.len();
        }
        new
    }

    /// By site, whether it is there.
    pub(super) fn sites(&self, tables: &Tables, nodes: &Nodes) -> Vec<bool> {
        let mut are_there = vec![false; nodes.len()];
        let locations = (0..tables.location_count()).filter_map(|at| tables.location_index(at));
        for at in locations.filter(|&at| self.found.contains(at)) {
            for &site in nodes.known(at) {
                if let Some(is_there) = are_there.get_mut(site as usize) {
                    *is_there = true;
                }
            }
        }
        are_there
    }
}
