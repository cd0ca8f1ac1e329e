//! The files of an export: which rows are in which, when they are written out, and when all get their names.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::bail;
use heapwise_analysis::rows::{RowFrame, RowSink, RowsOf, SampleRow, StackId};
use heapwise_report::{Batch, ExportTable, ExportedProfile};

use super::partition::Partition;
use super::table_file::{Form, TableFile, WholeFile, expect_new};
use crate::interrupt::Interrupt;

/// Rows that wait to be written, in all files together; the most that a row group has.
const MOST_ROWS: usize = 1 << 17;

/// Files that are open at the same time.
const MOST_FILES: usize = 64;

/// Where an export goes.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    /// What its files are called.
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) overwrites: bool,
}

/// What is known of a profile beside its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Exported {
    pub(crate) id: i64,
    pub(crate) path: String,
    pub(crate) service: Option<Arc<str>>,
    pub(crate) instance: Option<Arc<str>>,
    pub(crate) published_nanos: Option<i64>,
}

/// What came of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) profiles: u64,
    pub(crate) samples: u64,
    pub(crate) stacks: u64,
    pub(crate) files: u64,
}

/// An export while it is written.
pub(crate) struct DataSet {
    place: Place,
    /// Looked at before rows are written and files get their names: what ends in order leaves no file that is not whole.
    interrupt: Interrupt,
    /// By the ids of stacks, what tells whether two share one.
    stacks: HashMap<i64, i64>,
    samples: BTreeMap<Partition, Samples>,
    frames: Table,
    profiles: Table,
    whole: Vec<WholeFile>,
    waiting: usize,
    /// Counts when files were written to.
    clock: u64,
    counts: Counts,
}

/// The samples of a partition.
struct Samples {
    table: Table,
    last_written: u64,
}

/// A table's rows, and the file that they are written to.
struct Table {
    folder: String,
    batch: Batch,
    file: Option<TableFile>,
    /// How many files are whole already.
    parts: u32,
}

impl Table {
    fn new(table: ExportTable, folder: String) -> Table {
        Table {
            folder,
            batch: Batch::new(table),
            file: None,
            parts: 0,
        }
    }

    /// Writes the rows that wait.
    fn flush(&mut self, place: &Place) -> anyhow::Result<()> {
        let table = self.batch.table();
        let batch = mem::replace(&mut self.batch, Batch::new(table));
        if batch.rows() == 0 {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let target = place.target(&self.folder, self.parts);
                self.file.insert(TableFile::new(table, target, place.form)?)
            }
        };
        file.write(&batch)
    }

    /// Ends the file; rows that come are in another one.
    fn finish(&mut self, place: &Place) -> anyhow::Result<Option<WholeFile>> {
        self.flush(place)?;
        self.parts += 1;
        self.file.take().map(TableFile::finish).transpose()
    }
}

impl Place {
    fn target(&self, folder: &str, part: u32) -> PathBuf {
        let (name, ending) = (&self.name, self.form.ending());
        let file = match part {
            0 => format!("{name}.{ending}"),
            part => format!("{name}-{part}.{ending}"),
        };
        self.folder.join(folder).join(file)
    }
}

impl DataSet {
    /// An export without rows; refuses one that is there already.
    pub(crate) fn new(place: Place, interrupt: Interrupt) -> anyhow::Result<DataSet> {
        place.form.expect_built()?;
        let table = |table: ExportTable| Table::new(table, table.name().to_owned());
        let data = DataSet {
            stacks: HashMap::new(),
            samples: BTreeMap::new(),
            frames: table(ExportTable::Frames),
            profiles: table(ExportTable::Profiles),
            whole: Vec::new(),
            waiting: 0,
            clock: 0,
            counts: Counts::default(),
            place,
            interrupt,
        };
        if !data.place.overwrites {
            expect_new(&data.place.target(&data.profiles.folder, 0))?;
        }
        Ok(data)
    }

    /// Takes the rows of a profile, which `read` hands out.
    pub(crate) fn add(
        &mut self,
        exported: &Exported,
        read: impl FnOnce(&mut ProfileRows<'_>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut rows = ProfileRows {
            data: self,
            exported,
            profile: None,
            partition: Partition::new(None, None),
            error: None,
        };
        read(&mut rows)?;
        let (profile, error) = (rows.profile, rows.error);
        if let Some(error) = error {
            return Err(error);
        }
        self.interrupt.check()?;
        if let Some(profile) = profile {
            self.counts.profiles += 1;
            let version = env!("CARGO_PKG_VERSION");
            self.profiles.batch.push_profile(&profile, version);
            if self.profiles.batch.rows() >= MOST_ROWS {
                self.profiles.flush(&self.place)?;
            }
        }
        Ok(())
    }

    /// Writes what waits, and gives all files their names: the profiles last, so that one whose row is there is there
    /// whole.
    pub(crate) fn finish(mut self) -> anyhow::Result<Counts> {
        self.whole.extend(self.frames.finish(&self.place)?);
        for samples in self.samples.values_mut() {
            self.whole.extend(samples.table.finish(&self.place)?);
        }
        self.whole.extend(self.profiles.finish(&self.place)?);
        if !self.place.overwrites {
            self.whole.iter().try_for_each(WholeFile::expect_new)?;
        }
        self.interrupt.check()?;
        self.counts.files = self.whole.len() as u64;
        self.counts.stacks = self.stacks.len() as u64;
        for file in self.whole {
            file.publish(self.place.overwrites)?;
        }
        Ok(self.counts)
    }

    fn frame(&mut self, stack: StackId, depth: usize, frame: &RowFrame) -> anyhow::Result<()> {
        self.frames.batch.push_frame(stack, depth, frame);
        if self.frames.batch.rows() >= MOST_ROWS {
            self.interrupt.check()?;
            self.frames.flush(&self.place)?;
        }
        Ok(())
    }

    fn sample(
        &mut self,
        partition: &Partition,
        profile: &ExportedProfile,
        row: &SampleRow<'_>,
    ) -> anyhow::Result<()> {
        if !self.samples.contains_key(partition) {
            let folder = format!("{}/{}", ExportTable::Samples.name(), partition.folder());
            let samples = Samples {
                table: Table::new(ExportTable::Samples, folder),
                last_written: 0,
            };
            self.samples.insert(partition.clone(), samples);
        }
        if let Some(samples) = self.samples.get_mut(partition) {
            samples.table.batch.push_sample(profile, row);
        }
        self.counts.samples += 1;
        self.waiting += 1;
        match self.waiting < MOST_ROWS {
            true => Ok(()),
            false => self.write_largest(),
        }
    }

    /// Writes the rows of the partition that has most of them, the first of equal ones.
    fn write_largest(&mut self) -> anyhow::Result<()> {
        self.interrupt.check()?;
        let rows = |samples: &Samples| samples.table.batch.rows();
        let all = self.samples.values_mut().rev();
        if let Some(samples) = all.max_by_key(|samples| rows(samples)) {
            self.clock += 1;
            samples.last_written = self.clock;
            self.waiting = self.waiting.saturating_sub(rows(samples));
            samples.table.flush(&self.place)?;
        }
        let is_open = |samples: &&mut Samples| samples.table.file.is_some();
        if self.samples.values_mut().filter(is_open).count() > MOST_FILES {
            let open = self.samples.values_mut().filter(is_open);
            if let Some(samples) = open.min_by_key(|samples| samples.last_written) {
                self.waiting = self.waiting.saturating_sub(rows(samples));
                self.whole.extend(samples.table.finish(&self.place)?);
            }
        }
        Ok(())
    }
}

/// Takes the rows of a profile; what went wrong is kept for the end.
pub(crate) struct ProfileRows<'a> {
    data: &'a mut DataSet,
    exported: &'a Exported,
    profile: Option<ExportedProfile>,
    partition: Partition,
    error: Option<anyhow::Error>,
}

impl ProfileRows<'_> {
    fn note(&mut self, result: anyhow::Result<()>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }
}

impl RowSink for ProfileRows<'_> {
    fn start(&mut self, of: &RowsOf) {
        let mut profile = ExportedProfile::new(self.exported.id, &self.exported.path, of);
        let service = || of.header.binary_name().map(|name| Arc::from(&*name));
        profile.service = self.exported.service.clone().or_else(service);
        profile.instance.clone_from(&self.exported.instance);
        profile.published_nanos = self.exported.published_nanos;
        self.partition = Partition::new(profile.service.clone(), profile.time_nanos());
        self.profile = Some(profile);
    }

    fn is_new(&mut self, stack: StackId) -> bool {
        match self.data.stacks.insert(stack.stack, stack.check) {
            None => true,
            Some(check) if check == stack.check => false,
            Some(_) => {
                self.note(shared_id(stack));
                false
            }
        }
    }

    fn frames(&mut self, stack: StackId, frames: &[&RowFrame]) {
        for (depth, frame) in frames.iter().enumerate() {
            let pushed = self.data.frame(stack, depth, frame);
            self.note(pushed);
        }
    }

    fn sample(&mut self, row: &SampleRow<'_>) {
        if self.error.is_some() {
            return;
        }
        if let Some(profile) = &self.profile {
            let pushed = self.data.sample(&self.partition, profile, row);
            self.note(pushed);
        }
    }
}

fn shared_id(stack: StackId) -> anyhow::Result<()> {
    bail!(
        "stacks: {}: found two stacks with this id, expected one: they cannot be told apart in one export",
        stack.stack
    )
}
