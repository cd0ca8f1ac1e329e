//! The rows of a profile that is small, in memory: made by a thread of its own, and taken whole or not at all.

use std::collections::HashMap;
use std::sync::Arc;

use heapwise_analysis::rows::{RowFrame, RowSink, RowsOf, SampleRow, StackId};
use heapwise_report::{Batch, ExportTable, ExportedProfile};

use super::exported::Exported;
use super::partition::Partition;
use super::stacks::{Stacks, expect_same};

/// Samples that a small profile has at most, however small its file is.
const MOST_SAMPLES: usize = 1 << 17;

/// Frames of new stacks likewise.
const MOST_FRAMES: usize = 1 << 19;

/// The rows of a profile.
pub(crate) struct Kept {
    pub(super) profile: ExportedProfile,
    pub(super) partition: Partition,
    pub(super) samples: Batch,
    /// Of stacks that no profile before had, as far as is known; each frame once.
    pub(super) frames: Vec<(StackId, Box<[Arc<RowFrame>]>)>,
}

/// Takes the rows of a profile.
pub(crate) struct Keeping<'a> {
    stacks: &'a Stacks,
    exported: &'a Exported,
    of: Option<(ExportedProfile, Partition)>,
    /// The stacks of this profile.
    own: HashMap<i64, i64>,
    samples: Batch,
    frames: Vec<(StackId, Box<[Arc<RowFrame>]>)>,
    frame_count: usize,
    error: Option<anyhow::Error>,
}

impl<'a> Keeping<'a> {
    pub(crate) fn new(exported: &'a Exported, stacks: &'a Stacks) -> Keeping<'a> {
        Keeping {
            stacks,
            exported,
            of: None,
            own: HashMap::new(),
            samples: Batch::new(ExportTable::Samples),
            frames: Vec::new(),
            frame_count: 0,
            error: None,
        }
    }

    /// What was read; `None` where the profile has more rows than are kept.
    pub(crate) fn finish(self) -> anyhow::Result<Option<Kept>> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let is_large = self.is_large();
        let kept = self.of.map(|(profile, partition)| Kept {
            profile,
            partition,
            samples: self.samples,
            frames: self.frames,
        });
        Ok(kept.filter(|_| !is_large))
    }

    fn is_large(&self) -> bool {
        self.samples.rows() > MOST_SAMPLES || self.frame_count > MOST_FRAMES
    }

    fn is_new_stack(&mut self, stack: StackId) -> anyhow::Result<bool> {
        match self.own.insert(stack.stack, stack.check) {
            Some(check) => expect_same(stack.stack, stack.check, check).map(|()| false),
            None => Ok(!self.stacks.has(stack)?),
        }
    }
}

impl RowSink for Keeping<'_> {
    fn start(&mut self, of: &RowsOf) {
        self.of = Some(self.exported.profile(of));
    }

    fn is_new(&mut self, stack: StackId) -> bool {
        if self.is_large() {
            return false;
        }
        self.is_new_stack(stack).unwrap_or_else(|error| {
            self.error.get_or_insert(error);
            false
        })
    }

    fn frames(&mut self, stack: StackId, frames: &[&Arc<RowFrame>]) {
        self.frame_count += frames.len();
        let frames = frames.iter().map(|frame| Arc::clone(frame));
        self.frames.push((stack, frames.collect()));
    }

    fn sample(&mut self, row: &SampleRow<'_>) {
        if self.is_large() {
            return;
        }
        if let Some((profile, _)) = &self.of {
            self.samples.push_sample(profile, row);
        }
    }
}

/// Takes rows and does nothing with them: whether there is something wrong shows in reading.
pub(crate) struct Nothing;

impl RowSink for Nothing {
    fn start(&mut self, _: &RowsOf) {}

    fn is_new(&mut self, _: StackId) -> bool {
        false
    }

    fn frames(&mut self, _: StackId, _: &[&Arc<RowFrame>]) {}

    fn sample(&mut self, _: &SampleRow<'_>) {}
}
