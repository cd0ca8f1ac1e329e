//! Values for each object.

use super::ranking::{RankRow, Ranking, Whole};
use crate::profile::header::Header;
use crate::sums::blocks::UnknownError;
use crate::sums::estimate::Sampling;
use crate::sums::totals::Total;

impl Ranking {
    /// The ranking with one sample type per object: what was allocated divided by the objects
    /// allocated, what is in use by those in use, a delay by the contentions. pprof divides by the
    /// first sample type of the profile whatever is shown (driver/driver.go: sampleFormat), which
    /// for what is in use means nothing. A site without objects keeps its value.
    pub fn per_object(mut self, index: usize) -> Ranking {
        let objects = objects_of(&self.header, index);
        for row in &mut self.rows {
            row.per_object(index, objects);
        }
        totals_per_object(&mut self.totals, index, objects);
        if let Some(Whole { totals, .. }) = &mut self.whole {
            totals_per_object(totals, index, objects);
        }
        if let Some(sample_type) = self.header.program_mut().sample_types.get_mut(index) {
            sample_type.type_.insert_str(0, "mean_");
        }
        self.sampling = Sampling::Unknown(UnknownError::PerObject);
        self
    }
}

impl RankRow {
    fn per_object(&mut self, index: usize, objects: usize) {
        let (flat, cum) = (self.flat_of(objects), self.cum_of(objects));
        for (values, divisor) in [(&mut self.flat, flat), (&mut self.cum, cum)] {
            if let Some(value) = values.get_mut(index) {
                *value = divided(*value, divisor);
            }
        }
    }
}

fn totals_per_object(totals: &mut [Total], index: usize, objects: usize) {
    let objects = totals.get(objects).copied().unwrap_or_default();
    if let Some(total) = totals.get_mut(index) {
        total.absolute = divided(total.absolute, objects.net);
        total.base = divided(total.base, objects.base);
        total.net = divided(total.net, objects.net);
    }
}

fn divided(value: i128, divisor: i128) -> i128 {
    value.checked_div(divisor).unwrap_or(value)
}

/// The sample type that counts what another measures: `alloc_objects` for `alloc_space`,
/// `inuse_objects` for `inuse_space`, else the first.
pub(crate) fn objects_of(header: &Header, index: usize) -> usize {
    let name = header.sample_types.get(index);
    let name = name.map_or("", |sample_type| sample_type.type_.as_str());
    let counterpart = name.replace("_space", "_objects");
    let known = header.sample_types.iter();
    known
        .map(|sample_type| sample_type.type_.as_str())
        .position(|known| counterpart != name && known == counterpart)
        .unwrap_or(match name {
            "inuse_objects" | "alloc_objects" => index,
            _ => 0,
        })
}
