//! The files of an export: which rows are in which, when they are written out, and when all get their names.

use std::collections::BTreeMap;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use heapwise_analysis::rows::{RowFrame, SampleRow, StackId};
use heapwise_report::{Batch, ExportTable, ExportedProfile};

use super::kept::Kept;
use super::partition::Partition;
use super::stacks::Stacks;
use super::table_file::{Form, TableFile, Target, WholeFile};
use crate::interrupt::Interrupt;

/// Rows of a table that wait to be written, in all files together; about the most that a row group has.
const MOST_ROWS: usize = 1 << 17;

/// Bytes of memory that these may take: a group of fewer rows takes the less to write, too.
const MOST_BYTES: usize = 32 << 20;

/// Files that are open at the same time.
const MOST_FILES: usize = 64;

/// Where an export goes.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) folder: PathBuf,
    pub(crate) form: Form,
    pub(crate) overwrites: bool,
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
    stacks: Arc<Stacks>,
    samples: BTreeMap<Partition, Samples>,
    frames: Table,
    profiles: Table,
    whole: Vec<WholeFile>,
    /// Of samples.
    waiting: Waiting,
    /// Counts when files were written to.
    clock: u64,
    counts: Counts,
}

/// Rows that wait.
#[derive(Debug, Clone, Copy, Default)]
struct Waiting {
    rows: usize,
    bytes: usize,
}

impl Waiting {
    fn of(batch: &Batch) -> Waiting {
        Waiting {
            rows: batch.rows(),
            bytes: batch.size(),
        }
    }

    fn are_enough(self) -> bool {
        self.rows >= MOST_ROWS || self.bytes >= MOST_BYTES
    }

    fn add(&mut self, more: Waiting) {
        self.rows += more.rows;
        self.bytes += more.bytes;
    }

    fn remove(&mut self, gone: Waiting) {
        self.rows = self.rows.saturating_sub(gone.rows);
        self.bytes = self.bytes.saturating_sub(gone.bytes);
    }
}

/// The samples of a partition.
struct Samples {
    table: Table,
    last_written: u64,
}

/// A table's rows, and the file that they are written to.
struct Table {
    /// Below that of the export.
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

    /// Writes the rows that wait where they are enough.
    fn flush_enough(&mut self, place: &Place) -> anyhow::Result<()> {
        match Waiting::of(&self.batch).are_enough() {
            true => self.flush(place),
            false => Ok(()),
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
                self.file.insert(TableFile::new(table, target)?)
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
    fn target(&self, folder: &str, part: u32) -> Target {
        Target {
            folder: self.folder.join(folder),
            part,
            form: self.form,
        }
    }
}

impl DataSet {
    /// An export without rows. Refuses one that is there already, if all profiles that it is of are in it.
    pub(crate) fn new(place: Place, name: &str, interrupt: Interrupt) -> anyhow::Result<DataSet> {
        place.form.expect_built()?;
        let table = |table: ExportTable| Table::new(table, table.name().to_owned());
        let data = DataSet {
            interrupt,
            stacks: Arc::default(),
            samples: BTreeMap::new(),
            frames: table(ExportTable::Frames),
            profiles: table(ExportTable::Profiles),
            whole: Vec::new(),
            waiting: Waiting::default(),
            clock: 0,
            counts: Counts::default(),
            place,
        };
        if !data.place.overwrites {
            let target = data.place.target(&data.profiles.folder, 0);
            target.expect_new(name)?;
        }
        Ok(data)
    }

    /// The stacks that are in it.
    pub(crate) fn stacks(&self) -> Arc<Stacks> {
        Arc::clone(&self.stacks)
    }

    /// Takes the rows of a profile.
    pub(crate) fn add(&mut self, kept: Kept) -> anyhow::Result<()> {
        self.interrupt.check()?;
        for (stack, frames) in &kept.frames {
            // Another profile may have had it since.
            if self.add_stack(*stack)? {
                self.frames(*stack, frames.iter())?;
            }
        }
        let more = Waiting::of(&kept.samples);
        if more.rows > 0
            && let Some(table) = self.samples_of(&kept.partition)
        {
            table.batch.append(kept.samples);
        }
        self.count_samples(more)?;
        self.end_profile(&kept.profile)
    }

    /// Adds a stack; tells whether its frames are to be written.
    pub(super) fn add_stack(&mut self, stack: StackId) -> anyhow::Result<bool> {
        self.stacks.add(stack)
    }

    /// Writes the frames of a stack, from the leaf to the root.
    pub(super) fn frames<'f>(
        &mut self,
        stack: StackId,
        frames: impl Iterator<Item = &'f Arc<RowFrame>>,
    ) -> anyhow::Result<()> {
        for (depth, frame) in frames.enumerate() {
            self.frames.batch.push_frame(stack, depth, frame);
        }
        self.frames.flush_enough(&self.place)
    }

    /// Takes a sample.
    pub(super) fn sample(
        &mut self,
        partition: &Partition,
        profile: &ExportedProfile,
        row: &SampleRow<'_>,
    ) -> anyhow::Result<()> {
        let mut more = Waiting { rows: 1, bytes: 0 };
        if let Some(table) = self.samples_of(partition) {
            let before = table.batch.size();
            table.batch.push_sample(profile, row);
            more.bytes = table.batch.size() - before;
        }
        self.count_samples(more)
    }

    /// Ends a profile, whose rows are all there.
    pub(super) fn end_profile(&mut self, profile: &ExportedProfile) -> anyhow::Result<()> {
        self.counts.profiles += 1;
        let version = env!("CARGO_PKG_VERSION");
        self.profiles.batch.push_profile(profile, version);
        self.profiles.flush_enough(&self.place)
    }

    /// Writes what waits, and gives all files their names: the profiles last, so that one whose row is there is there
    /// whole.
    pub(crate) fn finish(mut self, name: &str) -> anyhow::Result<Counts> {
        self.whole.extend(self.frames.finish(&self.place)?);
        for samples in self.samples.values_mut() {
            self.interrupt.check()?;
            self.whole.extend(samples.table.finish(&self.place)?);
        }
        self.whole.extend(self.profiles.finish(&self.place)?);
        if !self.place.overwrites {
            let mut files = self.whole.iter();
            files.try_for_each(|file| file.target().expect_new(name))?;
        }
        self.counts.files = self.whole.len() as u64;
        self.counts.stacks = self.stacks.count() as u64;
        self.interrupt.check()?;
        for file in self.whole {
            file.publish(name, self.place.overwrites)?;
        }
        Ok(self.counts)
    }

    /// The samples of a partition, which is there afterwards; it is asked for each row, so that nothing is made anew.
    fn samples_of(&mut self, partition: &Partition) -> Option<&mut Table> {
        if !self.samples.contains_key(partition) {
            let folder = format!("{}/{}", ExportTable::Samples.name(), partition.folder());
            let samples = Samples {
                table: Table::new(ExportTable::Samples, folder),
                last_written: 0,
            };
            self.samples.insert(partition.clone(), samples);
        }
        let samples = self.samples.get_mut(partition)?;
        Some(&mut samples.table)
    }

    fn count_samples(&mut self, more: Waiting) -> anyhow::Result<()> {
        self.counts.samples += more.rows as u64;
        self.waiting.add(more);
        while self.waiting.are_enough() {
            self.interrupt.check()?;
            self.write_largest()?;
        }
        Ok(())
    }

    /// Writes the rows of the partition of which most bytes wait, the first of equal ones.
    fn write_largest(&mut self) -> anyhow::Result<()> {
        self.interrupt.check()?;
        let size = |samples: &Samples| samples.table.batch.size();
        let all = self.samples.values_mut().rev();
        if let Some(samples) = all.max_by_key(|samples| size(samples)) {
            self.clock += 1;
            samples.last_written = self.clock;
            self.waiting.remove(Waiting::of(&samples.table.batch));
            samples.table.flush(&self.place)?;
        }
        let is_open = |samples: &&mut Samples| samples.table.file.is_some();
        if self.samples.values_mut().filter(is_open).count() > MOST_FILES {
            let open = self.samples.values_mut().filter(is_open);
            if let Some(samples) = open.min_by_key(|samples| samples.last_written) {
                self.waiting.remove(Waiting::of(&samples.table.batch));
                self.whole.extend(samples.table.finish(&self.place)?);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, MOST_ROWS, Waiting};

    #[test]
    fn rows_wait_until_they_are_many_or_take_much() {
        let waiting = |rows, bytes| Waiting { rows, bytes };
        assert!(!waiting(MOST_ROWS - 1, MOST_BYTES - 1).are_enough());
        assert!(waiting(MOST_ROWS, 0).are_enough());
        assert!(waiting(1, MOST_BYTES).are_enough());
        let mut all = waiting(3, 300);
        all.add(waiting(2, 50));
        all.remove(waiting(4, 1000));
        assert_eq!((all.rows, all.bytes), (1, 0));
    }
}
