//! Keeps a whole profile in memory, in columns, for questions that look at samples in any order.

use crate::container::Encoding;
use crate::edit::TablesEdit;
use crate::error::{Error, Result};
use crate::kind::ProfileKind;
use crate::limits::Limits;
use crate::stream::{Flow, Labels, Sample, Visitor};
use crate::tables::{LocationIndex, Tables};
use crate::wire::LabelRecord;

/// A whole profile in memory: flat columns of samples beside the tables they refer to.
///
/// Immutable once built. Made by [`Profile::read`].
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    tables: Tables,
    columns: Columns,
}

/// The samples of a profile.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Columns {
    /// Values, as many per sample as there are sample types.
    values: Vec<i64>,
    /// Where each sample's stack ends in `frames`.
    stack_ends: Vec<u32>,
    /// Stacks, each from the root to the leaf.
    frames: Vec<LocationIndex>,
    /// Where each sample's labels end in `labels`.
    label_ends: Vec<u32>,
    labels: Vec<LabelRecord>,
}

impl Columns {
    /// Adds a sample; `false` when it no longer fits.
    pub(crate) fn push(
        &mut self,
        stack: &[LocationIndex],
        values: &[i64],
        labels: &[LabelRecord],
        max_bytes: usize,
    ) -> bool {
        let more = 8 + 8 * values.len() + 4 * stack.len() + size_of_val(labels);
        if self.size().saturating_add(more) > max_bytes {
            return false;
        }
        append(&mut self.values, values);
        append(&mut self.frames, stack);
        append(&mut self.labels, labels);
        let ends = (
            u32::try_from(self.frames.len()),
            u32::try_from(self.labels.len()),
        );
        let (Ok(frames), Ok(labels)) = ends else {
            return false;
        };
        append(&mut self.stack_ends, &[frames]);
        append(&mut self.label_ends, &[labels]);
        true
    }

    pub(crate) fn push_sample(&mut self, sample: &Sample<'_>, max_bytes: usize) -> bool {
        let labels = sample.labels.records;
        self.push(sample.stack, sample.values, labels, max_bytes)
    }

    pub(crate) fn len(&self) -> usize {
        self.stack_ends.len()
    }

    /// All samples, each of `width` values.
    pub(crate) fn samples(&self, width: usize) -> impl ExactSizeIterator<Item = Sample<'_>> {
        (0..self.len()).map(move |at| self.sample(at, width))
    }

    fn sample(&self, at: usize, width: usize) -> Sample<'_> {
        Sample {
            number: at as u64,
            stack: between(&self.frames, &self.stack_ends, at),
            shared: 0,
            values: self
                .values
                .get(at * width..(at + 1) * width)
                .unwrap_or_default(),
            labels: Labels {
                records: between(&self.labels, &self.label_ends, at),
            },
        }
    }

    /// Hands all samples to a visitor once.
    pub(crate) fn hand_out(&self, tables: &Tables, visitor: &mut impl Visitor) {
        visitor.start(tables, true);
        let mut before: &[LocationIndex] = &[];
        for mut sample in self.samples(tables.sample_types().len()) {
            let same = before.iter().zip(sample.stack);
            sample.shared = same.take_while(|(a, b)| a == b).count();
            before = sample.stack;
            visitor.sample(tables, &sample);
        }
    }

    fn size(&self) -> usize {
        8 * self.values.len()
            + 4 * self.stack_ends.len()
            + 4 * self.frames.len()
            + 4 * self.label_ends.len()
            + std::mem::size_of::<LabelRecord>() * self.labels.len()
    }
}

/// Appends, growing by a quarter once the column is large: a vector would double a column that is
/// just below the limit, which is far more memory than the limit says.
#[inline]
fn append<T: Copy>(column: &mut Vec<T>, items: &[T]) {
    if column.capacity() - column.len() < items.len() {
        grow(column, items.len());
    }
    column.extend_from_slice(items);
}

#[cold]
fn grow<T>(column: &mut Vec<T>, more: usize) {
    const LARGE: usize = 64 << 20;
    let is_large = column.capacity() * size_of::<T>() > LARGE;
    if is_large {
        column.reserve_exact(more.max(column.capacity() / 4));
    } else {
        column.reserve(more);
    }
}

impl Profile {
    pub(crate) fn from_parts(tables: Tables, columns: Columns) -> Profile {
        Profile { tables, columns }
    }

    pub(crate) fn set_encoding(&mut self, layers: Vec<Encoding>) {
        self.tables.encoding = layers;
    }

    pub(crate) fn tables_mut(&mut self) -> &mut Tables {
        &mut self.tables
    }

    pub(crate) fn into_parts(self) -> (Tables, Columns) {
        (self.tables, self.columns)
    }

    /// Everything but the samples.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// What the profile is about.
    pub fn kind(&self) -> ProfileKind {
        ProfileKind::of(&self.tables)
    }

    /// Number of samples.
    pub fn sample_count(&self) -> usize {
        self.columns.len()
    }

    /// All samples, in the order in which they were written.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = Sample<'_>> {
        self.columns.samples(self.tables.sample_types().len())
    }

    /// Changes the tables, which the samples then refer to.
    pub fn edit(&mut self) -> TablesEdit<'_> {
        TablesEdit::new(&mut self.tables)
    }

    /// The same profile with only the samples of which `keep` says so.
    pub fn only(&self, mut keep: impl FnMut(&Sample<'_>) -> bool) -> Profile {
        let mut columns = Columns::default();
        for sample in self.samples().filter(|sample| keep(sample)) {
            columns.push_sample(&sample, usize::MAX);
        }
        Profile {
            tables: self.tables.clone(),
            columns,
        }
    }

    /// Hands all samples to a visitor, as [`visit`](crate::visit()) does while reading, as often
    /// as it asks for them. Tables are complete from the start.
    pub fn visit(&self, visitor: &mut impl Visitor) {
        loop {
            self.columns.hand_out(&self.tables, visitor);
            if visitor.end(&self.tables) == Flow::Proceed || self.sample_count() == 0 {
                return;
            }
        }
    }
}

fn between<'a, T>(items: &'a [T], ends: &[u32], at: usize) -> &'a [T] {
    let start = match at.checked_sub(1) {
        Some(before) => ends.get(before).copied().unwrap_or(0),
        None => 0,
    };
    let end = ends.get(at).copied().unwrap_or(0);
    items.get(start as usize..end as usize).unwrap_or_default()
}

/// A visitor that keeps every sample.
#[derive(Debug)]
pub struct ProfileBuilder {
    columns: Columns,
    /// Values of each sample.
    width: usize,
    max_bytes: usize,
    is_full: bool,
}

impl Default for ProfileBuilder {
    fn default() -> Self {
        Self::new(&Limits::default())
    }
}

impl ProfileBuilder {
    /// A builder that keeps samples within the limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            columns: Columns::default(),
            width: 0,
            max_bytes: limits.max_column_bytes,
            is_full: false,
        }
    }

    /// Keeps a sample, if it still fits. All have as many values as the first.
    pub fn keep(&mut self, sample: &Sample<'_>) {
        self.width = sample.values.len();
        if !self.is_full {
            self.is_full = !self.columns.push_sample(sample, self.max_bytes);
        }
    }

    /// Number of samples kept.
    pub fn sample_count(&self) -> usize {
        self.columns.len()
    }

    /// A sample that was kept; `None` beyond their number.
    pub fn sample(&self, at: usize) -> Option<Sample<'_>> {
        (at < self.columns.len()).then(|| self.columns.sample(at, self.width))
    }

    /// The profile of the samples visited and the tables that visiting returned.
    ///
    /// # Errors
    ///
    /// [`crate::ErrorKind::TooLarge`] when the samples did not fit the limit.
    pub fn build(self, tables: Tables) -> Result<Profile> {
        if self.is_full {
            return Err(Error::too_many_samples(self.columns.len(), self.max_bytes));
        }
        Ok(Profile {
            tables,
            columns: self.columns,
        })
    }
}

impl Visitor for ProfileBuilder {
    fn start(&mut self, _: &Tables, _: bool) -> Flow {
        self.columns = Columns::default();
        Flow::Proceed
    }

    fn sample(&mut self, _: &Tables, sample: &Sample<'_>) {
        self.keep(sample);
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assembler::ProfileMaker;
    use crate::made_label::MadeLabel;

    /// So many samples of two values, three frames and a label, in columns of at most so many bytes.
    fn made(samples: usize, max_column_bytes: usize) -> Result<Profile> {
        let limits = Limits {
            max_column_bytes,
            ..Limits::default()
        };
        let types: [(&[u8], &[u8]); 2] = [(b"objects", b"count"), (b"space", b"bytes")];
        let mut maker = ProfileMaker::new(&limits, types);
        let text = maker.text(b"text");
        for _ in 0..samples {
            let stack = [0, 1, 2].map(LocationIndex::at);
            maker.add_sample(&stack, &[1, 2], &[MadeLabel::Text(text, text)]);
        }
        maker.finish()
    }

    #[test]
    fn columns_take_what_they_hold_and_no_more_than_their_limit() {
        // Eight bytes a value, four a frame, four for the end of a stack and of labels each.
        let each = 2 * 8 + 3 * 4 + 2 * 4 + size_of::<LabelRecord>();
        for samples in [1, 2, 100] {
            let bytes = samples * each;
            let profile = made(samples, bytes).unwrap();
            assert_eq!(
                (profile.sample_count(), profile.columns.size()),
                (samples, bytes)
            );
            let refused = made(samples, bytes - 1).unwrap_err();
            assert_eq!(refused.kind(), crate::ErrorKind::TooLarge);
        }
    }

    #[test]
    fn samples_keep_their_place() {
        let profile = made(3, 1 << 20).unwrap();
        let samples: Vec<Sample<'_>> = profile.samples().collect();
        assert_eq!(samples.len(), 3);
        for (sample, number) in samples.iter().zip(0..) {
            assert_eq!((sample.number(), sample.values()), (number, &[1, 2][..]));
            assert_eq!(sample.stack(), [0, 1, 2].map(LocationIndex::at));
        }
        let label = format!("{:?}", samples[0].labels());
        assert!(
            label.starts_with("[Label") && label.matches("Text").count() == 1,
            "{label}"
        );
        let second = profile.only(|sample| sample.number() == 1);
        assert_eq!(second.sample_count(), 1);
    }
}
