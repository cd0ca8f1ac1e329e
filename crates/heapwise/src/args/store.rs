//! What is asked of a store of profiles.

use clap::Args as ClapArgs;

use super::output::OutputArgs;

/// `heapwise sources`.
#[derive(Debug, ClapArgs)]
pub(crate) struct SourcesArgs {
    /// The store: pyroscope+https://HOST or parca+https://HOST, with query=, from= and until= as for a profile.
    #[arg(value_name = "STORE")]
    pub(crate) store: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
