//! What filters leave of a profile, to be visited as often as asked.

use std::fmt;

use heapwise_decode::{
    Flow, Limits, LocationSet, Profile, ProfileBuilder, ProfileReader, Result, Sample, Source,
    Tables, Visitor,
};

use super::label_filter::FoundLabels;
use super::label_units::LabelUnits;
use super::sieve::{Sieve, Steps};
use crate::sums::totals::Totals;

/// A profile of which only what was asked for is left. Its samples are read, and filtered, as often
/// as they are asked for.
pub struct Selected<S> {
    pub(super) reader: ProfileReader<S>,
    pub(super) steps: Steps,
    pub(super) totals: Totals,
    pub(super) notes: Vec<String>,
}

impl<S> fmt::Debug for Selected<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Selected")
            .field("reader", &self.reader)
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

impl<S: Source> Selected<S> {
    /// Everything but the samples, without the lines that filters leave out.
    pub fn tables(&self) -> &Tables {
        self.reader.tables()
    }

    /// What a user should know, such as a filter that matched nothing, in pprof's words
    /// (driver/driver_focus.go: warnNoMatches).
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The units of numeric labels, also of those that filters leave out.
    pub fn label_units(&self) -> &LabelUnits {
        &self.steps.label_units
    }

    /// What all samples add up to, whatever filters leave.
    pub(crate) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// Adds a remark.
    ///
    /// # Errors
    ///
    /// A table of texts that is full.
    pub(crate) fn add_comment(&mut self, comment: &str) -> Result<()> {
        self.reader.edit().add_comment(comment)
    }

    /// Hands the samples that are left to a visitor, as often as it asks for them.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn visit(&self, visitor: &mut impl Visitor) -> Result<()> {
        self.reader.visit(&mut Sifting {
            sieve: Sieve::new(&self.steps),
            steps: &self.steps,
            visitor,
        })
    }

    /// Tells every sample, and what is left of it.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub(crate) fn each(
        &self,
        tell: impl FnMut(&Tables, &Sample<'_>, Option<&Sample<'_>>),
    ) -> Result<()> {
        self.telling(tell).map(drop)
    }

    /// Tells the samples that are left.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn each_left(&self, tell: impl FnMut(&Tables, &Sample<'_>)) -> Result<()> {
        self.each_left_of(|_| true, tell)
    }

    /// The same; samples with values of which `wants` says no may come without their stacks.
    pub(crate) fn each_left_of(
        &self,
        wants: impl Fn(&[i64]) -> bool,
        tell: impl FnMut(&Tables, &Sample<'_>),
    ) -> Result<()> {
        self.visit(&mut TellingLeft { wants, tell })
    }

    /// Which filters of labels match something.
    pub(super) fn found_labels(&self) -> Result<FoundLabels> {
        Ok(self.telling(|_, _, _| ())?.found_labels())
    }

    fn telling(
        &self,
        tell: impl FnMut(&Tables, &Sample<'_>, Option<&Sample<'_>>),
    ) -> Result<Sieve<'_>> {
        let sieve = Sieve::new(&self.steps);
        let mut telling = Telling { sieve, tell };
        self.reader.visit(&mut telling)?;
        Ok(telling.sieve)
    }

    /// What is left as a profile in memory.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`].
    pub fn to_profile(&self, limits: &Limits) -> Result<Profile> {
        let mut builder = ProfileBuilder::new(limits);
        self.visit(&mut builder)?;
        builder.build(self.tables().clone())
    }
}

/// Hands on what is left.
struct Sifting<'a, V> {
    steps: &'a Steps,
    sieve: Sieve<'a>,
    visitor: &'a mut V,
}

impl<V: Visitor> Visitor for Sifting<'_, V> {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        self.sieve = Sieve::new(self.steps);
        self.visitor.start(tables, complete)
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        if self.steps.are_none() {
            self.visitor.sample(tables, sample);
        } else if let Some(left) = self.sieve.pass(tables, sample) {
            self.visitor.sample(tables, &left);
        }
    }

    /// Filters look at all stacks: the next may share frames with what was passed over.
    #[inline]
    fn least_frames(&self, values: &[i64]) -> usize {
        match self.steps.are_none() {
            true => self.visitor.least_frames(values),
            false => 0,
        }
    }

    #[inline]
    fn familiar(&self) -> Option<&LocationSet> {
        self.visitor.familiar()
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        self.visitor.end(tables)
    }
}

/// Tells the samples that are left, once.
struct TellingLeft<W, F> {
    wants: W,
    tell: F,
}

impl<W: Fn(&[i64]) -> bool, F: FnMut(&Tables, &Sample<'_>)> Visitor for TellingLeft<W, F> {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        (self.tell)(tables, sample);
    }

    #[inline]
    fn least_frames(&self, values: &[i64]) -> usize {
        match (self.wants)(values) {
            true => 0,
            false => usize::MAX,
        }
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

/// Tells every sample and what is left of it, once.
struct Telling<'a, F> {
    sieve: Sieve<'a>,
    tell: F,
}

impl<F: FnMut(&Tables, &Sample<'_>, Option<&Sample<'_>>)> Visitor for Telling<'_, F> {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        let left = self.sieve.pass(tables, sample);
        (self.tell)(tables, sample, left.as_ref());
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}
