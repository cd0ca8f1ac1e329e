use std::collections::HashMap;

use heapwise_decode::{Error, LabelValue, StringIndex};

use crate::profile::units::{narrow, scaled_label};
use crate::rank::objects_of;
use crate::view::View;

/// The labels of a view's samples, with the sums of the samples that have them (report/report.go:
/// printTags).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tags {
    /// The names of labels, in their own order.
    pub keys: Vec<TagKey>,
}

/// A name that labels have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagKey {
    /// The name.
    pub name: Vec<u8>,
    /// The sum over its values.
    pub total: i64,
    /// The values; those with the largest sum first.
    pub values: Vec<TagValue>,
}

/// A value that a label has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagValue {
    /// The value.
    pub tag: Tag,
    /// The sum of the samples with it.
    pub flat: i64,
}

/// The value of a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tag {
    /// A text.
    Text(Vec<u8>),
    /// A number, in a unit that all numbers of that name share.
    Number(i64, String),
}

impl Tag {
    /// How pprof prints it, numbers in the unit `to` (report/report.go: printTags, formatTag).
    pub fn label(&self, to: &str) -> Vec<u8> {
        match self {
            Tag::Text(text) => text.clone(),
            Tag::Number(value, unit) => scaled_label(*value, unit, to).into_bytes(),
        }
    }
}

impl Tags {
    /// The labels of a view. Means are per object, as those of [`Traces`](crate::Traces).
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn of(view: &View) -> Result<Tags, Error> {
        let is_mean = view.options().mean;
        let tags = Tags::sorted(sums(view)?, |sum| match (is_mean, sum.objects) {
            (true, objects) if objects != 0 => narrow(sum.value / objects),
            _ => narrow(sum.value),
        });
        Ok(tags)
    }

    /// The labels of a view as pprof counts them: values that look alike in the unit of the report
    /// are one, and there are no means (report/report.go: printTags).
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn of_pprof(view: &View) -> Result<Tags, Error> {
        let mut sums = sums(view)?;
        for (_, tag, _) in &mut sums {
            *tag = Tag::Text(tag.label(&view.options().unit));
        }
        Ok(Tags::sorted(sums, |sum| narrow(sum.value)))
    }

    fn sorted(mut sums: Vec<(Vec<u8>, Tag, Sum)>, value_of: impl Fn(Sum) -> i64) -> Tags {
        sums.sort();
        let of_key = |same_key: &[(Vec<u8>, Tag, Sum)]| {
            let (name, _, _) = same_key.first()?;
            let same_values = same_key.chunk_by(|a, b| a.1 == b.1);
            let mut values: Vec<TagValue> = same_values
                .filter_map(|same| {
                    Some(TagValue {
                        tag: same.first()?.1.clone(),
                        flat: value_of(Sum::over(same)),
                    })
                })
                .collect();
            values.sort_by_key(|value| std::cmp::Reverse(value.flat.unsigned_abs()));
            Some(TagKey {
                name: name.clone(),
                total: value_of(Sum::over(same_key)),
                values,
            })
        };
        let keys = sums.chunk_by(|a, b| a.0 == b.0).filter_map(of_key);
        Tags {
            keys: keys.collect(),
        }
    }
}

/// What samples add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Sum {
    value: i128,
    objects: i128,
}

impl Sum {
    fn over(sums: &[(Vec<u8>, Tag, Sum)]) -> Sum {
        sums.iter().fold(Sum::default(), |all, (_, _, sum)| Sum {
            value: all.value + sum.value,
            objects: all.objects + sum.objects,
        })
    }
}

/// The sum of each value of each label.
fn sums(view: &View) -> Result<Vec<(Vec<u8>, Tag, Sum)>, Error> {
    let tables = view.tables();
    let objects = objects_of(view.header(), view.sample_index());
    let mut sums: HashMap<(StringIndex, LabelValue), Sum> = HashMap::new();
    view.each(|sample| {
        let at = |index: usize| i128::from(sample.values().get(index).copied().unwrap_or(0));
        for label in sample.labels().iter() {
            let sum = sums.entry((label.key, label.value)).or_default();
            sum.value += at(view.sample_index());
            sum.objects += at(objects);
        }
    })?;
    let named = sums.into_iter().map(|((key, value), sum)| {
        let key = tables.text_bytes(key);
        let tag = match value {
            LabelValue::Text(text) => Tag::Text(tables.text_bytes(text).to_vec()),
            LabelValue::Number { value, .. } => {
                Tag::Number(value, view.label_units().unit(key).unwrap_or_default())
            }
        };
        (key.to_vec(), tag, sum)
    });
    Ok(named.collect())
}
