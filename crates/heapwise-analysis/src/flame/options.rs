//! What of a graph is shown.

use crate::site::granularity::Granularity;
use crate::site::shape::Shape;

/// What of a graph is shown.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FlameOptions {
    /// What counts as one frame.
    pub granularity: Granularity,
    /// Inlined frames are part of the function that was called.
    pub no_inlines: bool,
    /// Frames below this part of the total, in every sample type that counts, are left out.
    pub fraction: f64,
    /// Frames that are shown at most, beside the root that all stacks have; the largest are.
    pub most: usize,
    /// For each profile the place of the sample type that decides; where there is none, any does.
    pub sample_index: Vec<usize>,
    /// Frames of several builds are to be the same, wherever they were built.
    pub across_builds: bool,
    /// How many of the profiles, the first ones, are of an older build: a frame of these that the others do not have
    /// is that of the others which looks alike, where there is one of each.
    pub before: usize,
}

impl Default for FlameOptions {
    fn default() -> Self {
        FlameOptions {
            granularity: Granularity::Functions,
            no_inlines: false,
            fraction: 0.0005,
            most: 20_000,
            sample_index: Vec::new(),
            across_builds: false,
            before: 0,
        }
    }
}

impl FlameOptions {
    /// How frames become sites.
    pub(crate) fn shape(&self) -> Shape {
        Shape {
            no_inlines: self.no_inlines,
            across_builds: self.across_builds,
            ..Shape::new(self.granularity)
        }
    }
}
