//! What is known of a profile beside its bytes, and what its rows are called by.

use std::sync::Arc;

use heapwise_analysis::rows::RowsOf;
use heapwise_report::ExportedProfile;

use super::partition::Partition;

/// What is known of a profile beside its bytes.
#[derive(Debug, Clone)]
pub(crate) struct Exported {
    pub(crate) id: i64,
    pub(crate) path: Arc<str>,
    pub(crate) service: Option<Arc<str>>,
    pub(crate) instance: Option<Arc<str>>,
    pub(crate) published_nanos: Option<i64>,
}

impl Exported {
    /// With what the profile says of itself; and where its samples belong.
    pub(super) fn profile(&self, of: &RowsOf) -> (ExportedProfile, Partition) {
        let mut profile = ExportedProfile::new(self.id, &self.path, of);
        let service = || of.header.binary_name().map(|name| Arc::from(&*name));
        profile.service = self.service.clone().or_else(service);
        profile.instance.clone_from(&self.instance);
        profile.published_nanos = self.published_nanos;
        let partition = Partition::new(profile.service.clone(), profile.time_nanos());
        (profile, partition)
    }
}
