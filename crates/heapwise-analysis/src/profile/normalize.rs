//! Scales a profile to the total of another.

use heapwise_decode::Profile;

use crate::error::Result;
use crate::profile::units::narrow;

/// Scales a profile to another: each sample type by the ratio of the signed sums of both, rounded
/// sample by sample; a sample of which nothing scaled is left goes (profile/merge.go: Normalize;
/// profile/profile.go: ScaleN).
///
/// # Errors
///
/// Profiles whose sample types differ.
pub fn normalize(profile: &Profile, to: &Profile) -> Result<Profile> {
    let (own, others) = (type_names(profile), type_names(to));
    if own != others {
        return Err(heapwise_decode::Error::incompatible(
            "sample types",
            format!("{} and {}", own.join(", "), others.join(", ")),
            "the same sample types on both sides",
        )
        .into());
    }
    let ratios: Vec<f64> = sums(profile)
        .into_iter()
        .zip(sums(to))
        .map(|(own, other)| match own {
            0 => 0.0,
            own => other as f64 / own as f64,
        })
        .collect();
    if ratios.iter().all(|&ratio| ratio == 1.0) {
        return Ok(profile.clone());
    }
    Ok(profile.map_values(|values| {
        let mut is_left = false;
        for (value, &ratio) in values.iter_mut().zip(&ratios) {
            if ratio != 1.0 {
                *value = (*value as f64 * ratio).round() as i64;
                is_left |= *value != 0;
            }
        }
        is_left
    }))
}

fn type_names(profile: &Profile) -> Vec<String> {
    let tables = profile.tables();
    let types = tables.sample_types().iter();
    types
        .map(|value_type| tables.text(value_type.type_).into_owned())
        .collect()
}

fn sums(profile: &Profile) -> Vec<i64> {
    let mut sums = vec![0_i128; profile.tables().sample_types().len()];
    for sample in profile.samples() {
        for (sum, &value) in sums.iter_mut().zip(sample.values()) {
            *sum += i128::from(value);
        }
    }
    sums.into_iter().map(narrow).collect()
}
