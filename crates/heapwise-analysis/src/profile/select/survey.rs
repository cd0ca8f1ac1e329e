//! What has to be known of all samples before any of them is looked at.

use heapwise_decode::{Flow, LocationSet, Sample, Tables, Visitor};

use super::label_units::{LabelUnits, UnitsInUse};
use super::options::SelectOptions;
use super::tag_frames::TagNames;
use crate::profile::base_label::BaseLabel;
use crate::profile::units::narrow;

/// What a first reading finds: totals, the units of labels, and the labels that become frames.
#[derive(Debug)]
pub(super) struct Survey {
    pub(super) totals: Totals,
    units: UnitsInUse,
    pub(super) tags: TagNames,
    is_complete: bool,
}

/// What the samples of a profile add up to, by sample type.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    all: Vec<Total>,
    base: Vec<Total>,
    base_label: BaseLabel,
}

#[derive(Debug, Clone, Copy, Default)]
struct Total {
    absolute: i128,
    net: i128,
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
        self.units.see(sample.labels());
        if self.tags.are_needed() {
            self.tags.see(tables, sample.labels());
        }
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

/// A survey with another visitor beside it.
pub(super) struct Along<'a, V> {
    pub(super) survey: &'a mut Survey,
    pub(super) along: &'a mut V,
}

impl<V: Visitor> Visitor for Along<'_, V> {
    fn start(&mut self, tables: &Tables, complete: bool) -> Flow {
        match self.survey.start(tables, complete) {
            Flow::Proceed => self.along.start(tables, complete),
            Flow::Reread => Flow::Reread,
        }
    }

    #[inline]
    fn sample(&mut self, tables: &Tables, sample: &Sample<'_>) {
        self.survey.sample(tables, sample);
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

impl Totals {
    /// Nothing yet. Without complete tables the samples of a base are not known.
    pub(crate) fn start(tables: &Tables, complete: bool) -> Totals {
        let width = tables.sample_types().len();
        Totals {
            all: vec![Total::default(); width],
            base: vec![Total::default(); width],
            base_label: match complete {
                true => BaseLabel::of(tables),
                false => BaseLabel::default(),
            },
        }
    }

    #[inline]
    pub(crate) fn add(&mut self, sample: &Sample<'_>) {
        add(&mut self.all, sample.values());
        if self.base_label.marks(sample) {
            add(&mut self.base, sample.values());
        }
    }

    /// By sample type: the sum of absolute values, of signed ones, and of the absolute ones of a base.
    pub(crate) fn by_type(&self) -> impl Iterator<Item = (i128, i128, i128)> {
        let both = self.all.iter().zip(&self.base);
        both.map(|(all, base)| (all.absolute, all.net, base.absolute))
    }

    /// What percentages are of: the sum of absolute values, of the samples of a base alone where
    /// there are any, per object where means are shown (report/report.go: computeTotal).
    pub(crate) fn of(&self, index: usize, divisor: Option<usize>) -> i64 {
        let absolute = |totals: &[Total]| totals.get(index).map_or(0, |total| total.absolute);
        let chosen = match absolute(&self.base) {
            0 => &self.all,
            _ => &self.base,
        };
        let divisor = divisor.and_then(|at| chosen.get(at)).map_or(0, |of| of.net);
        narrow(
            absolute(chosen)
                .checked_div(divisor)
                .unwrap_or(absolute(chosen)),
        )
    }
}

#[inline]
fn add(totals: &mut [Total], values: &[i64]) {
    for (total, &value) in totals.iter_mut().zip(values) {
        // Most of what a heap profile has in use is 0.
        if value == 0 {
            continue;
        }
        total.absolute += i128::from(value.unsigned_abs());
        total.net += i128::from(value);
    }
}
