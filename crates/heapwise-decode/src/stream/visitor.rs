//! What takes the samples of a profile, and what it may ask for.

use super::sample::Sample;
use crate::tables::{LocationSet, Tables};

/// What a visitor wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// At the start of a reading: the samples. At its end: nothing more.
    Proceed,
    /// All samples again from the first, with complete tables.
    Reread,
}

/// Takes samples as they come.
pub trait Visitor {
    /// Called before the first sample of each reading of the input. `complete` tells whether the
    /// tables, texts included, are complete; a visitor that needs names answers [`Flow::Reread`]
    /// while they are not, and is then given no sample of this reading. May be called again when
    /// a reading has to be given up because a sample came before something that it names.
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow;

    /// One sample. Its locations and all that they name are in `tables`, but for texts, and for
    /// the mappings of locations whose functions have names: the Go runtime writes both last.
    ///
    /// Comes with an empty stack if it has fewer frames than [`Visitor::least_frames`].
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>);

    /// How many frames a sample with these values must have for its stack to be of interest. One
    /// that is not costs nearly nothing, as most of a heap profile's do where the question is what
    /// is in use. A sample may come with its stack all the same.
    #[inline]
    fn least_frames(&self, values: &[i64]) -> usize {
        let _ = values;
        0
    }

    /// The locations that tell nothing new: a sample with any other comes with its stack, however few
    /// frames it has. `None` are all. What is familiar stays so until the next reading.
    #[inline]
    fn familiar(&self) -> Option<&LocationSet> {
        None
    }

    /// Called after the last sample, with complete tables.
    fn end(&mut self, tables: &Tables) -> Flow;
}
