use heapwise_decode::{Limits, Profile, ProfileEdit};

use super::options::{Objects, ViewOptions};
use super::total::total;
use crate::error::{ErrorKind, Result};
use crate::profile::header::{Header, SampleType};
use crate::profile::select::{LabelUnits, Selector};
use crate::rank::objects_of;

/// A profile of which a report is to be made: what filters leave of it, the value that is shown,
/// and the total that percentages are of.
#[derive(Debug, Clone)]
pub struct View {
    profile: Profile,
    header: Header,
    options: ViewOptions,
    filters: Vec<String>,
    sample_index: usize,
    label_units: LabelUnits,
    total: i64,
    notes: Vec<String>,
}

impl View {
    /// Selects (driver/driver.go: generateRawReport). By default percentages are of everything,
    /// whatever the filters leave.
    ///
    /// # Errors
    ///
    /// A sample index that the profile does not have, a division by zero, or a result beyond the
    /// limits.
    pub fn new(
        profile: Profile,
        selector: &Selector,
        options: ViewOptions,
        limits: &Limits,
    ) -> Result<View> {
        if options.divide_by == 0.0 {
            return Err(ErrorKind::DivideByZero.into());
        }
        let mut selected = selector.prepare(profile, &options.unit, limits)?;
        let label_units = LabelUnits::of(&selected.profile);
        let mut notes = std::mem::take(&mut selected.notes);
        if options.relative_percentages {
            selected = selector.filter(selected.profile, limits)?;
        }
        let mut header = Header::of(selected.profile.tables());
        header.zone = options.zone.clone();
        let sample_index = header.sample_index(options.sample_index.as_deref())?;
        let divisor = divisor(&header, &options, sample_index);
        let total = total(&selected.profile, sample_index, divisor);
        if !options.relative_percentages {
            selected = selector.filter(selected.profile, limits)?;
        }
        notes.append(&mut selected.notes);
        Ok(View {
            profile: selected.profile,
            header,
            options,
            filters: selector.options().active(),
            sample_index,
            label_units,
            total,
            notes,
        })
    }

    /// What the filters left.
    pub fn profile(&self) -> &Profile {
        &self.profile
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
        &self.label_units
    }

    /// The position of the value that values are divided by; `None` where no means are shown.
    pub fn divisor_index(&self) -> Option<usize> {
        divisor(&self.header, &self.options, self.sample_index)
    }

    /// What is looked at as a profile of its own: with inlined frames cut off and values divided
    /// where that is asked for (report/report.go: printProto; driver/driver.go: aggregate).
    pub fn to_profile(&self, limits: &Limits) -> Profile {
        let mut edit = ProfileEdit::new(self.profile.clone(), limits);
        if self.options.no_inlines {
            for at in 0..edit.tables().location_count() {
                let Some(location) = edit.tables().location_index(at) else {
                    continue;
                };
                let last = edit
                    .tables()
                    .location(location)
                    .lines
                    .len()
                    .saturating_sub(1);
                let mut line = 0..;
                edit.retain_lines(location, |_| line.next() == Some(last));
            }
        }
        let profile = edit.finish();
        let ratio = 1.0 / self.options.divide_by;
        if ratio <= 0.0 || ratio == 1.0 {
            return profile;
        }
        profile.map_values(|values| {
            for value in values {
                *value = (*value as f64 * ratio) as i64;
            }
            true
        })
    }

    /// What percentages are of.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// What a user should know, such as a filter that matched nothing.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

fn divisor(header: &Header, options: &ViewOptions, sample_index: usize) -> Option<usize> {
    options.mean.then(|| match options.objects {
        Objects::First => 0,
        Objects::OfValue => objects_of(header, sample_index),
    })
}
