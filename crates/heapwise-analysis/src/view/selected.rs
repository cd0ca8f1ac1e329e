//! What a report looks at.

use heapwise_decode::{
    Error as ReadError, Flow, Limits, Profile, ProfileBuilder, ProfileReader, Sample, Source,
    Tables, Visitor,
};

use super::first_reading::{FirstReading, Found};
use super::options::{Objects, ViewOptions};
use super::trail::Trail;
use crate::error::{ErrorKind, Result};
use crate::flame::Grown;
use crate::profile::header::{Header, SampleType};
use crate::profile::select::{LabelUnits, Selected, Selector};
use crate::rank::{Ranking, Whole, objects_of};
use crate::site::shape::Shape;
use crate::sums::measured::{Measured, MeasuredStack};
use crate::sums::totals::Totals;

/// A profile of which a report is to be made: what filters leave of it, the value that is shown,
/// and the total that percentages are of. Samples are read as often as a report looks at them.
#[derive(Debug)]
pub struct View {
    selected: Selected<AnySource>,
    header: Header,
    options: ViewOptions,
    filters: Vec<String>,
    sample_index: usize,
    total: i64,
    whole: Option<Whole>,
    ranking: Option<Ranking>,
    stacks: Option<Grown>,
    trail: Option<Trail>,
}

/// Whatever a profile is read from.
type AnySource = Box<dyn Source + Send + Sync>;

impl View {
    /// Looks at a profile that is read (driver/driver.go: generateRawReport). By default percentages
    /// are of everything, whatever the filters leave.
    ///
    /// # Errors
    ///
    /// A sample index that the profile does not have, a division by zero, or what
    /// [`heapwise_decode::visit`] refuses.
    pub fn read(
        source: impl Source + Send + Sync + 'static,
        selector: &Selector,
        options: ViewOptions,
        limits: &Limits,
    ) -> Result<View> {
        check(&options)?;
        let source: AnySource = Box::new(source);
        let Some(mut reading) = FirstReading::of(&options, !selector.leaves_everything()) else {
            let selected = selector.read(source, &options.unit, limits)?;
            return View::of(selected, None, selector, options);
        };
        let selected = selector.read_along(source, &options.unit, limits, &mut reading)?;
        View::of(selected, Some(reading), selector, options)
    }

    /// Looks at a profile whose tables have been read.
    ///
    /// # Errors
    ///
    /// As [`View::read`].
    pub fn new<S: Source + Send + Sync + 'static>(
        profile: ProfileReader<S>,
        selector: &Selector,
        options: ViewOptions,
    ) -> Result<View> {
        check(&options)?;
        let profile = profile.map_source(|source| Box::new(source) as AnySource);
        let selected = selector.of_reader(profile, &options.unit)?;
        let mut reading = FirstReading::of(&options, true);
        if let Some(reading) = &mut reading {
            selected.visit(reading)?;
        }
        View::of(selected, reading, selector, options)
    }

    fn of(
        mut selected: Selected<AnySource>,
        reading: Option<FirstReading>,
        selector: &Selector,
        options: ViewOptions,
    ) -> Result<View> {
        if let Some(comment) = &options.comment {
            selected.add_comment(comment)?;
        }
        let mut header = Header::of(selected.tables());
        header.zone = options.zone.clone();
        let sample_index = header.sample_index(options.sample_index.as_deref())?;
        let divisor = divisor(&header, &options, sample_index);
        let total = if options.relative_percentages {
            let mut left = Totals::start(selected.tables(), true);
            selected.each_left(|_, sample| left.add(sample))?;
            left.of(sample_index, divisor)
        } else {
            selected.totals().of(sample_index, divisor)
        };
        let is_of_all = selector.leaves_everything() || options.relative_percentages;
        let whole = (!is_of_all).then(|| Whole::of_totals(selected.totals().by_type()));
        let found = reading.map(|reading| reading.finish(selected.tables(), &header));
        let Found {
            ranking,
            stacks,
            trail,
        } = found.transpose()?.unwrap_or_default();
        let ranking = ranking.map(|mut ranking: Ranking| {
            ranking.whole.clone_from(&whole);
            ranking
        });
        Ok(View {
            ranking,
            whole,
            stacks,
            trail,
            selected,
            header,
            options,
            filters: selector.options().active(),
            sample_index,
            total,
        })
    }

    /// Everything but the samples, without the lines that filters leave out.
    pub fn tables(&self) -> &Tables {
        self.selected.tables()
    }

    /// Hands the samples that the filters leave to a visitor, as often as it asks for them.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn visit(&self, visitor: &mut impl Visitor) -> std::result::Result<(), ReadError> {
        self.selected.visit(visitor)
    }

    /// Tells the samples that the filters leave.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn each(&self, mut tell: impl FnMut(&Sample<'_>)) -> std::result::Result<(), ReadError> {
        self.selected.each_left(|_, sample| tell(sample))
    }

    /// Tells the samples that the filters leave; those in which nothing is measured may come without
    /// their stacks.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub(crate) fn each_measured(
        &self,
        measured: Measured,
        mut tell: impl FnMut(&Sample<'_>),
    ) -> std::result::Result<(), ReadError> {
        let wants = |values: &[i64]| measured.of(values).is_some();
        self.selected.each_left_of(wants, |_, sample| tell(sample))
    }

    /// Tells the stacks of the samples that the filters leave and in which something is measured.
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub(crate) fn each_stack(
        &self,
        measured: Measured,
        mut tell: impl FnMut(MeasuredStack<'_>),
    ) -> std::result::Result<(), ReadError> {
        if let Some(trail) = self.trail.as_ref().filter(|trail| trail.has(measured)) {
            trail.each(tell);
            return Ok(());
        }
        let mut unchanged = usize::MAX;
        self.each_measured(measured, |sample| {
            unchanged = unchanged.min(sample.shared_frames());
            if let Some(sum) = measured.of(sample.values()) {
                let (stack, shared) = (sample.stack(), unchanged);
                unchanged = usize::MAX;
                tell(MeasuredStack { stack, shared, sum });
            }
        })
    }

    /// Whether what all samples measure adds up to what fits into 64 bits, whatever their signs.
    pub(crate) fn fits_64_bits(&self, measured: Measured) -> bool {
        let mut totals = self.selected.totals().by_type().iter().enumerate();
        totals.all(|(at, total)| {
            let is_measured = at == measured.value || Some(at) == measured.divisor;
            !is_measured || i64::try_from(total.absolute).is_ok()
        })
    }

    /// What the profile says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How it is looked at.
    pub fn options(&self) -> &ViewOptions {
        &self.options
    }

    /// The filters in force, as `name=value`.
    pub fn filters(&self) -> &[String] {
        &self.filters
    }

    /// The position of the value that is shown.
    pub fn sample_index(&self) -> usize {
        self.sample_index
    }

    /// What the value that is shown measures.
    pub fn sample_type(&self) -> Option<&SampleType> {
        self.header.sample_types.get(self.sample_index)
    }

    /// The units of numeric labels, also of those that filters leave out.
    pub fn label_units(&self) -> &LabelUnits {
        self.selected.label_units()
    }

    /// The position of the value that values are divided by; `None` where no means are shown.
    pub fn divisor_index(&self) -> Option<usize> {
        divisor(&self.header, &self.options, self.sample_index)
    }

    /// Hands over what is looked at as a profile of its own: with inlined frames cut off and values
    /// divided where that is asked for (report/report.go: printProto; driver/driver.go: aggregate).
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn visit_as_profile(
        &self,
        visitor: &mut impl Visitor,
    ) -> std::result::Result<(), ReadError> {
        let tables = self.profile_tables();
        self.selected.visit(&mut AsProfile {
            tables: &tables,
            ratio: self.ratio(),
            values: Vec::new(),
            visitor,
        })
    }

    /// What [`View::visit_as_profile`] hands over, in memory.
    ///
    /// # Errors
    ///
    /// As [`Profile::read`].
    pub fn to_profile(&self, limits: &Limits) -> std::result::Result<Profile, ReadError> {
        let mut builder = ProfileBuilder::new(limits);
        self.visit_as_profile(&mut builder)?;
        builder.build(self.profile_tables())
    }

    fn profile_tables(&self) -> Tables {
        let mut tables = self.selected.tables().clone();
        if self.options.no_inlines {
            let mut edit = tables.edit();
            for at in 0..edit.tables().location_count() {
                let Some(location) = edit.tables().location_index(at) else {
                    continue;
                };
                let lines = edit.tables().location(location).lines.len();
                let mut line = 1..;
                edit.retain_lines(location, |_| line.next() == Some(lines));
            }
            // profile/profile.go: Aggregate.
            for at in 0..edit.tables().mappings().len() {
                let index = edit.tables().mapping_index(at);
                let mapping = index.and_then(|index| edit.tables().mapping(index).cloned());
                if let Some((index, mut mapping)) = index.zip(mapping) {
                    mapping.symbols.inline_frames = false;
                    edit.set_mapping(index, mapping);
                }
            }
        }
        tables
    }

    /// What values of a profile of its own are multiplied by, if they are.
    fn ratio(&self) -> Option<f64> {
        let ratio = 1.0 / self.options.divide_by;
        (ratio > 0.0 && ratio != 1.0).then_some(ratio)
    }

    /// The sites that are left, if they were ranked along; only the value shown is summed, or all
    /// where means are shown.
    pub fn ranking(&self) -> Option<&Ranking> {
        self.ranking.as_ref()
    }

    /// The stacks that are left with frames of a shape, if they were added up along.
    pub(crate) fn stacks(&self, shape: &Shape) -> Option<&Grown> {
        self.stacks.as_ref().filter(|known| known.shape() == shape)
    }

    /// What there was before filters left something out, where percentages are of that.
    pub(crate) fn whole(&self) -> Option<&Whole> {
        self.whole.as_ref()
    }

    /// What percentages are of.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// What a user should know, such as a filter that matched nothing.
    pub fn notes(&self) -> &[String] {
        self.selected.notes()
    }
}

fn check(options: &ViewOptions) -> Result<()> {
    match options.divide_by {
        0.0 => Err(ErrorKind::DivideByZero.into()),
        _ => Ok(()),
    }
}

/// Hands on samples with tables of their own, and with values that are divided.
struct AsProfile<'a, V> {
    tables: &'a Tables,
    ratio: Option<f64>,
    values: Vec<i64>,
    visitor: &'a mut V,
}

impl<V: Visitor> Visitor for AsProfile<'_, V> {
    fn start(&mut self, _: &Tables, complete: bool) -> Flow {
        self.visitor.start(self.tables, complete)
    }

    #[inline]
    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        let Some(ratio) = self.ratio else {
            return self.visitor.sample(self.tables, sample);
        };
        let values = sample.values().iter();
        self.values.clear();
        self.values
            .extend(values.map(|&value| (value as f64 * ratio) as i64));
        let sample = sample.with_values(&self.values);
        self.visitor.sample(self.tables, &sample);
    }

    fn end(&mut self, _: &Tables) -> Flow {
        self.visitor.end(self.tables)
    }
}

fn divisor(header: &Header, options: &ViewOptions, sample_index: usize) -> Option<usize> {
    options.mean.then(|| match options.objects {
        Objects::First => header.single_types().first().copied().unwrap_or(0),
        Objects::OfValue => objects_of(header, sample_index),
    })
}
