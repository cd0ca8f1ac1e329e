//! What is drawn of profiles.

use clap::Args as ClapArgs;

use super::output::OpenArgs;
use super::report::ReportArgs;
use super::values::ConfidenceArgs;

/// `heapwise flame` and `heapwise report`.
#[derive(Debug, ClapArgs)]
pub(crate) struct FlameArgs {
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    pub(crate) confidence: ConfidenceArgs,
    #[command(flatten)]
    pub(crate) open: OpenArgs,
}
