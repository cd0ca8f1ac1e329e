//! The labels of a profile with what was sampled under each.

use std::collections::HashMap;

use heapwise_decode::{Error, LabelValue, StringIndex};

use crate::profile::units::{narrow, scaled_label};
use crate::rank::objects_of;
use crate::sums::measured::{Measured, Sum};
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
        let objects = objects_of(view.header(), view.sample_index());
        let sums = sums(view, view.options().mean.then_some(objects))?;
        Ok(Tags::sorted(sums))
    }

    /// The labels of a view as pprof counts them: values that look alike in the unit of the report
    /// are one, and there are no means (report/report.go: printTags).
    ///
    /// # Errors
    ///
    /// As [`heapwise_decode::visit`].
    pub fn of_pprof(view: &View) -> Result<Tags, Error> {
        let mut sums = sums(view, None)?;
        for (_, tag, _) in &mut sums {
            *tag = Tag::Text(tag.label(&view.options().unit));
        }
        Ok(Tags::sorted(sums))
    }

    fn sorted(mut sums: Vec<(Vec<u8>, Tag, Sum)>) -> Tags {
        sums.sort();
        let of_key = |same_key: &[(Vec<u8>, Tag, Sum)]| {
            let (name, _, _) = same_key.first()?;
            let same_values = same_key.chunk_by(|a, b| a.1 == b.1);
            let mut values: Vec<TagValue> = same_values
                .filter_map(|same| {
                    Some(TagValue {
                        tag: same.first()?.1.clone(),
                        flat: mean(same),
                    })
                })
                .collect();
            values.sort_by_key(|value| std::cmp::Reverse(value.flat.unsigned_abs()));
            Some(TagKey {
                name: name.clone(),
                total: mean(same_key),
                values,
            })
        };
        let keys = sums.chunk_by(|a, b| a.0 == b.0).filter_map(of_key);
        Tags {
            keys: keys.collect(),
        }
    }
}

/// What several values of labels are worth together.
fn mean(sums: &[(Vec<u8>, Tag, Sum)]) -> i64 {
    let mut all = Sum::default();
    for (_, _, sum) in sums {
        all += *sum;
    }
    narrow(all.mean())
}

/// A name, a value that labels of that name have, and what it adds up to.
type Labelled = (Vec<u8>, Tag, Sum);

/// The sum of each value of each label.
fn sums(view: &View, divisor: Option<usize>) -> Result<Vec<Labelled>, Error> {
    let tables = view.tables();
    let measured = Measured {
        value: view.sample_index(),
        divisor,
    };
    let mut sums: HashMap<(StringIndex, LabelValue), Sum> = HashMap::new();
    view.each(|sample| {
        for label in sample.labels().iter() {
            let sum = sums.entry((label.key, label.value)).or_default();
            *sum += measured.all(sample.values());
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
