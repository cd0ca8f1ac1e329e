//! What has to be known of all samples before any of them is looked at.

use heapwise_decode::{Flow, LocationSet, Sample, Tables, Visitor};

use super::label_units::{LabelUnits, UnitsInUse};
use super::options::SelectOptions;
use super::tag_frames::TagNames;
use crate::profile::base_label::BaseLabel;
use crate::sums::totals::Totals;

/// What a first reading finds: totals, the units of labels, and the labels that become frames.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) totals: Totals,
    units: UnitsInUse,
    pub(super) tags: TagNames,
    is_complete: bool,
}

impl Survey {
    /// Nothing yet; numbers of labels that become frames are named in the unit `unit`.
    pub(super) fn new(options: &SelectOptions, unit: &str) -> Survey {
        Survey {
            totals: Totals::default(),
            units: UnitsInUse::default(),
            tags: TagNames::new(options, unit),
            is_complete: false,
        }
    }

    /// The units of numeric labels.
    pub(super) fn units(&self, tables: &Tables) -> LabelUnits {
        self.units.named(tables)
    }

    #[inline]
    fn see_labels(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.units.see(sample.labels());
        if self.tags.are_needed() {
            self.tags.see(tables, sample.labels());
        }
    }
}

impl Visitor for Survey {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        if self.tags.are_needed() && !complete {
            return Flow::Reread;
        }
        self.is_complete = complete;
        self.totals = Totals::start(tables, complete);
        self.units = UnitsInUse::default();
        self.tags.reset();
        Flow::Proceed
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.totals.add(sample);
        self.see_labels(tables, sample);
    }

    /// Stacks tell nothing here.
    #[inline]
    fn least_frames(&self, _: &[i64]) -> usize {
        usize::MAX
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        if !self.is_complete && BaseLabel::of(tables).is_used() {
            Flow::Reread
        } else {
            Flow::Proceed
        }
    }
}

/// A visitor that may add up what all samples do, so that nobody beside it has to.
pub(crate) trait Totalling: Visitor {
    /// What the samples of this reading add up to so far, if it does.
    fn totals(&self) -> Option<&Totals>;
}

/// A survey with another visitor beside it.
pub(super) struct Along<'a, V> {
    pub(super) survey: &'a mut Survey,
    pub(super) along: &'a mut V,
}

impl<V: Totalling> Along<'_, V> {
    /// Gives the survey the totals that it left to the other.
    pub(super) fn finish(self) {
        if let Some(totals) = self.along.totals() {
            self.survey.totals = totals.clone();
        }
    }
}

impl<V: Totalling> Visitor for Along<'_, V> {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        match self.survey.start(tables, complete) {
            Flow::Proceed => self.along.start(tables, complete),
            Flow::Reread => Flow::Reread,
        }
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        if self.along.totals().is_none() {
            self.survey.totals.add(sample);
        }
        self.survey.see_labels(tables, sample);
        self.along.sample(tables, sample);
    }

    #[inline]
    fn least_frames(&self, values: &[i64]) -> usize {
        self.along.least_frames(values)
    }

    #[inline]
    fn familiar(&self) -> Option<&LocationSet> {
        self.along.familiar()
    }

    fn end(&mut self, tables: &Tables) -> Flow {
        match self.survey.end(tables) {
            Flow::Proceed => self.along.end(tables),
            Flow::Reread => Flow::Reread,
        }
    }
}
