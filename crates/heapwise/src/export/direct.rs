//! The rows of a profile that is large: they go into the files as they are read.

use std::sync::Arc;

use heapwise_analysis::rows::{RowFrame, RowSink, RowsOf, SampleRow, StackId};
use heapwise_report::ExportedProfile;

use super::data_set::DataSet;
use super::exported::Exported;
use super::partition::Partition;

/// Takes the rows of a profile; what went wrong is kept for the end.
pub(crate) struct Direct<'a> {
    data: &'a mut DataSet,
    exported: &'a Exported,
    of: Option<(ExportedProfile, Partition)>,
    error: Option<anyhow::Error>,
}

impl<'a> Direct<'a> {
    pub(crate) fn new(exported: &'a Exported, data: &'a mut DataSet) -> Direct<'a> {
        Direct {
            data,
            exported,
            of: None,
            error: None,
        }
    }

    /// Ends the profile.
    pub(crate) fn finish(self) -> anyhow::Result<()> {
        match (self.error, self.of) {
            (Some(error), _) => Err(error),
            (None, Some((profile, _))) => self.data.end_profile(&profile),
            (None, None) => Ok(()),
        }
    }

    fn note(&mut self, result: anyhow::Result<()>) {
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }
}

impl RowSink for Direct<'_> {
    fn start(&mut self, of: &RowsOf) {
        self.of = Some(self.exported.profile(of));
    }

    fn is_new(&mut self, stack: StackId) -> bool {
        if self.error.is_some() {
            return false;
        }
        self.data.add_stack(stack).unwrap_or_else(|error| {
            self.error.get_or_insert(error);
            false
        })
    }

    fn frames(&mut self, stack: StackId, frames: &[&Arc<RowFrame>]) {
        let written = self.data.frames(stack, frames.iter().copied());
        self.note(written);
    }

    fn sample(&mut self, row: &SampleRow<'_>) {
        if self.error.is_some() {
            return;
        }
        if let Some((profile, partition)) = &self.of {
            let pushed = self.data.sample(partition, profile, row);
            self.note(pushed);
        }
    }
}
