//! Decides how answers of a store, each of one sample type, become one profile: samples of one stack are one again,
//! levels that were added up over several profiles are their mean, and the bytes and objects of a stack say how large its
//! blocks are on average.

use std::collections::HashMap;

use heapwise_decode::{Limits, LocationIndex, MadeLabel, Profile, ProfileMaker, StringIndex};

use super::rows::{Rows, Translation};
use crate::error::Result;
use crate::profile::header::SampleType;
use crate::profile::told;
use crate::sums::blocks::MEAN_SIZE_LABEL;

/// An answer: a profile of which one value goes into a column of the joined one.
#[derive(Debug, Clone, Copy)]
pub struct JoinPart<'a> {
    /// The profile; its labels and other values are left out.
    pub profile: &'a Profile,
    /// The position of the value in it: 0 where there is one sample type.
    pub value: usize,
    /// The position of the sample type among those of the joined profile.
    pub column: usize,
}

/// What is known of a joined profile beside its samples.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Joined {
    /// Its sample types, each with the number of profiles that its values are divided by: 1 for what is a sum.
    pub sample_types: Vec<(SampleType, u64)>,
    /// The type shown when none is asked for.
    pub default_type: String,
    /// What a sample stands for, and how much of it: the rate in bytes for a heap.
    pub period: Option<(SampleType, i64)>,
    /// When it was taken, in nanoseconds since 1970-01-01 UTC.
    pub time_nanos: i64,
    /// Over which time, in nanoseconds; 0 where its values are levels.
    pub duration_nanos: i64,
    /// Where it is from: a remark.
    pub origin: String,
    /// What is to be known of it: a code and a sentence, told as notes wherever it is read.
    pub notes: Vec<(&'static str, String)>,
}

/// Joins answers. Samples with objects and bytes get the label [`MEAN_SIZE_LABEL`], allocated and in use apart.
///
/// # Errors
///
/// A profile beyond the limits.
pub fn join(parts: &[JoinPart<'_>], joined: &Joined, limits: &Limits) -> Result<Profile> {
    let types = joined.sample_types.iter();
    let types = types.map(|(known, _)| (known.type_.as_bytes(), known.unit.as_bytes()));
    let mut sums = Sums {
        rows: Rows::new(ProfileMaker::new(limits, types)),
        width: joined.sample_types.len(),
        stacks: Vec::new(),
        places: HashMap::new(),
    };
    for part in parts {
        sums.add(part);
    }
    sums.describe(joined);
    sums.finish(joined)
}

/// What the answers say of each stack.
struct Sums {
    rows: Rows,
    width: usize,
    /// In the order in which they came.
    stacks: Vec<(Vec<LocationIndex>, Vec<i128>)>,
    places: HashMap<Vec<LocationIndex>, usize>,
}

impl Sums {
    fn add(&mut self, part: &JoinPart<'_>) {
        let tables = part.profile.tables();
        let mut translation = Translation::default();
        self.rows.add_main(tables, &mut translation);
        for sample in part.profile.samples() {
            let stack = sample.stack().iter();
            let stack: Vec<LocationIndex> = stack
                .map(|&at| self.rows.location(tables, at, &mut translation))
                .collect();
            let value = i128::from(sample.values().get(part.value).copied().unwrap_or(0));
            let place = match self.places.get(&stack) {
                Some(&place) => place,
                None => {
                    self.places.insert(stack.clone(), self.stacks.len());
                    self.stacks.push((stack, vec![0; self.width]));
                    self.stacks.len() - 1
                }
            };
            let values = self.stacks.get_mut(place).map(|(_, values)| values);
            if let Some(slot) = values.and_then(|values| values.get_mut(part.column)) {
                *slot += value;
            }
        }
    }

    fn describe(&mut self, joined: &Joined) {
        let maker = &mut self.rows.maker;
        maker.set_default_sample_type(joined.default_type.as_bytes());
        maker.set_times(joined.time_nanos, joined.duration_nanos);
        if let Some((known, period)) = &joined.period {
            maker.set_period(known.type_.as_bytes(), known.unit.as_bytes(), *period);
        }
        if !joined.origin.is_empty() {
            maker.add_comment(joined.origin.as_bytes());
        }
        for (code, sentence) in &joined.notes {
            maker.add_comment(told::remark(code, sentence).as_bytes());
        }
    }

    fn finish(mut self, joined: &Joined) -> Result<Profile> {
        let columns = Columns::of(joined);
        let key = self.rows.maker.text(MEAN_SIZE_LABEL.as_bytes());
        let unit = self.rows.maker.text(b"bytes");
        for (stack, values) in &self.stacks {
            let values: Vec<i64> = values
                .iter()
                .zip(&joined.sample_types)
                .map(|(&sum, &(_, count))| divided(sum, count))
                .collect();
            columns.write(stack, &values, (key, unit), &mut self.rows.maker);
        }
        Ok(self.rows.maker.finish()?)
    }
}

/// To the nearest whole number.
fn divided(sum: i128, count: u64) -> i64 {
    let count = i128::from(count.max(1));
    let half = count / 2;
    let rounded = (sum + if sum < 0 { -half } else { half }) / count;
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

/// Which values are of the same blocks, and which are by themselves.
struct Columns {
    pairs: Vec<(usize, usize)>,
    others: Vec<usize>,
}

/// Objects and bytes of the same blocks (runtime/pprof/protomem.go: writeHeapProto).
const PAIRS: [(&str, &str); 2] = [
    ("alloc_objects", "alloc_space"),
    ("inuse_objects", "inuse_space"),
];

impl Columns {
    fn of(joined: &Joined) -> Columns {
        let position = |name: &str| {
            let mut types = joined.sample_types.iter();
            types.position(|(known, _)| known.type_ == name)
        };
        let pair = |(objects, bytes)| position(objects).zip(position(bytes));
        let pairs: Vec<(usize, usize)> = PAIRS.into_iter().filter_map(pair).collect();
        let is_paired = |at: &usize| pairs.iter().any(|&(one, two)| *at == one || *at == two);
        let all = 0..joined.sample_types.len();
        Columns {
            others: all.filter(|at| !is_paired(at)).collect(),
            pairs,
        }
    }

    fn write(
        &self,
        stack: &[LocationIndex],
        values: &[i64],
        (key, unit): (StringIndex, StringIndex),
        maker: &mut ProfileMaker,
    ) {
        let value = |at: usize| values.get(at).copied().unwrap_or(0);
        let only = |kept: &[usize]| -> Vec<i64> {
            let all = (0..values.len()).map(|at| if kept.contains(&at) { value(at) } else { 0 });
            all.collect()
        };
        for &(objects, bytes) in &self.pairs {
            let (count, size) = (value(objects), value(bytes));
            if (count, size) != (0, 0) {
                let label = MadeLabel::Number(key, mean_size(count, size), unit);
                maker.add_sample(stack, &only(&[objects, bytes]), &[label]);
            }
        }
        if self.others.iter().any(|&at| value(at) != 0) {
            maker.add_sample(stack, &only(&self.others), &[]);
        }
    }
}

/// Bytes by objects, at least one: a block that the sampler saw is not empty.
fn mean_size(objects: i64, bytes: i64) -> i64 {
    let objects = i128::from(objects).abs().max(1);
    let mean = (i128::from(bytes).abs() + objects / 2) / objects;
    i64::try_from(mean).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::{divided, mean_size};

    #[test]
    fn numbers_are_rounded_to_the_nearest() {
        assert_eq!([divided(7, 2), divided(-7, 2), divided(6, 4)], [4, -4, 2]);
        assert_eq!(divided(5, 0), 5);
        assert_eq!(
            [mean_size(3, 100), mean_size(0, 48), mean_size(9, 0)],
            [33, 48, 1]
        );
    }
}
