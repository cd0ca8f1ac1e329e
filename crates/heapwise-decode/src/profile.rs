use crate::error::{Error, ErrorKind, Result, Stage};
use crate::kind::ProfileKind;
use crate::limits::Limits;
use crate::source::Source;
use crate::stream::{Flow, Labels, Sample, Visitor, visit};
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

#[derive(Debug, Clone, Default, PartialEq)]
struct Columns {
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
    fn size(&self) -> usize {
        8 * self.values.len()
            + 4 * self.stack_ends.len()
            + 4 * self.frames.len()
            + 4 * self.label_ends.len()
            + std::mem::size_of::<LabelRecord>() * self.labels.len()
    }
}

impl Profile {
    /// Reads a profile into memory.
    ///
    /// # Errors
    ///
    /// As [`visit`], and [`ErrorKind::TooLarge`] beyond
    /// [`Limits::max_column_bytes`](Limits::max_column_bytes).
    pub fn read(source: &(impl Source + ?Sized), limits: &Limits) -> Result<Profile> {
        let mut builder = ProfileBuilder::new(limits);
        let tables = visit(source, limits, &mut builder)?;
        builder.build(tables)
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
        self.columns.stack_ends.len()
    }

    /// All samples, in the order in which they were written.
    pub fn samples(&self) -> impl ExactSizeIterator<Item = Sample<'_>> {
        (0..self.sample_count()).map(|at| self.sample_at(at))
    }

    fn sample_at(&self, at: usize) -> Sample<'_> {
        let columns = &self.columns;
        let width = self.tables.sample_types().len();
        Sample {
            number: at as u64,
            stack: between(&columns.frames, &columns.stack_ends, at),
            shared: 0,
            values: columns
                .values
                .get(at * width..(at + 1) * width)
                .unwrap_or_default(),
            labels: Labels {
                records: between(&columns.labels, &columns.label_ends, at),
            },
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
    max_bytes: usize,
    is_full: bool,
}

impl ProfileBuilder {
    /// A builder that keeps samples within the limits.
    pub fn new(limits: &Limits) -> Self {
        Self {
            columns: Columns::default(),
            max_bytes: limits.max_column_bytes,
            is_full: false,
        }
    }

    /// The profile of the samples visited and the tables that visiting returned.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] when the samples did not fit the limit.
    pub fn build(self, tables: Tables) -> Result<Profile> {
        if self.is_full {
            return Err(Error::new(
                ErrorKind::TooLarge,
                Stage::Structure,
                format!("sample, row {}", self.columns.stack_ends.len()),
                format!("samples of more than {} bytes in memory", self.max_bytes),
                "samples within the limit",
            ));
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
        if self.is_full {
            return;
        }
        let columns = &mut self.columns;
        columns.values.extend_from_slice(sample.values);
        columns.frames.extend_from_slice(sample.stack);
        columns.labels.extend_from_slice(sample.labels.records);
        let ends = (
            u32::try_from(columns.frames.len()),
            u32::try_from(columns.labels.len()),
        );
        match ends {
            (Ok(frames), Ok(labels)) if columns.size() <= self.max_bytes => {
                columns.stack_ends.push(frames);
                columns.label_ends.push(labels);
            }
            _ => self.is_full = true,
        }
    }

    fn end(&mut self, _: &Tables) -> Flow {
        Flow::Proceed
    }
}
