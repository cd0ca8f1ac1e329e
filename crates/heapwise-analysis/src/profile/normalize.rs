//! Decides what a profile is once it is scaled to another.

use heapwise_decode::{
    Error as ReadError, Flow, ProfileReader, Sample, SampleStore, Source, Tables, Visitor,
};

use crate::error::Result;
use crate::profile::units::narrow;

/// Scales a profile to another: each sample type by the ratio of the signed sums of both, rounded
/// sample by sample; a sample of which nothing scaled is left goes (profile/merge.go: Normalize;
/// profile/profile.go: ScaleN).
///
/// # Errors
///
/// Profiles whose sample types differ, and those of [`heapwise_decode::visit`].
pub fn normalize<S: Source + Send + Sync + 'static>(
    profile: ProfileReader<S>,
    to: &ProfileReader<S>,
) -> Result<ProfileReader<S>> {
    let (own, others) = (type_names(profile.tables()), type_names(to.tables()));
    if own != others {
        return Err(ReadError::incompatible(
            "sample types",
            format!("{} and {}", own.join(", "), others.join(", ")),
            "the same sample types on both sides",
        )
        .into());
    }
    let ratios: Vec<f64> = sums(&profile)?
        .into_iter()
        .zip(sums(to)?)
        .map(|(own, other)| match own {
            0 => 0.0,
            own => other as f64 / own as f64,
        })
        .collect();
    if ratios.iter().all(|&ratio| ratio == 1.0) {
        return Ok(profile);
    }
    let tables = profile.tables().clone();
    let mut scaled = Scaled {
        profile,
        ratios,
        count: 0,
    };
    let mut count = 0;
    scaled.each(&mut |_| count += 1)?;
    scaled.count = count;
    Ok(ProfileReader::of_store(tables, Box::new(scaled)))
}

/// A profile whose values are multiplied as they are read.
struct Scaled<S> {
    profile: ProfileReader<S>,
    ratios: Vec<f64>,
    count: u64,
}

impl<S: Source + Send + Sync> SampleStore for Scaled<S> {
    fn count(&self) -> u64 {
        self.count
    }

    fn each(&self, tell: &mut dyn FnMut(&Sample<'_>)) -> std::result::Result<(), ReadError> {
        let mut values = Vec::with_capacity(self.ratios.len());
        let (mut shared, mut number) = (usize::MAX, 0);
        self.profile.visit(&mut Each(|sample: &Sample<'_>| {
            shared = sample.shared_frames().min(shared);
            values.clear();
            values.extend_from_slice(sample.values());
            if scale(&mut values, &self.ratios) {
                let (stack, labels) = (sample.stack(), sample.labels());
                tell(&Sample::new(number, stack, shared, &values, labels));
                (shared, number) = (usize::MAX, number + 1);
            }
        }))
    }
}

/// Scales what is to be scaled, and tells whether something of that is left.
fn scale(values: &mut [i64], ratios: &[f64]) -> bool {
    let mut is_left = false;
    for (value, &ratio) in values.iter_mut().zip(ratios) {
        if ratio != 1.0 {
            *value = (*value as f64 * ratio).round() as i64;
            is_left |= *value != 0;
        }
    }
    is_left
}

fn type_names(tables: &Tables) -> Vec<String> {
    let types = tables.sample_types().iter();
    types
        .map(|value_type| tables.text(value_type.type_).into_owned())
        .collect()
}

fn sums<S: Source>(profile: &ProfileReader<S>) -> Result<Vec<i64>> {
    let mut sums = vec![0_i128; profile.tables().sample_types().len()];
    profile.visit(&mut Each(|sample: &Sample<'_>| {
        for (sum, &value) in sums.iter_mut().zip(sample.values()) {
            *sum += i128::from(value);
        }
    }))?;
    Ok(sums.into_iter().map(narrow).collect())
}

/// Tells every sample once.
struct Each<F>(F);

impl<F: FnMut(&Sample<'_>)> Visitor for Each<F> {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        (self.0)(sample);
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}
