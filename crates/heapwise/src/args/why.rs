//! Whether a comparison tells why sites are still allocated, and by what.

use clap::Args as ClapArgs;

/// What the compiler decided of both sides.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Reasons")]
pub(crate) struct WhyArgs {
    /// Tell why own code still allocates on the newer side; so do the options below.
    ///
    /// Without a log of the compiler by what the profile itself tells.
    #[arg(long)]
    pub(crate) explain: bool,
    /// What the compiler decided of the newer side: output of go build -gcflags=-m=2.
    ///
    /// As the command explain takes it.
    #[arg(short = 'e', long, value_name = "LOG", conflicts_with = "build")]
    pub(crate) escapes: Vec<String>,
    /// The same of the older side, to tell which reasons are gone.
    #[arg(hide_short_help = true, long, value_name = "LOG")]
    pub(crate) before_escapes: Vec<String>,
    /// Build this package as it is now, the newer side, with -gcflags=all=-m=2; needs go.
    ///
    /// Words such as -tags=x are taken from GOFLAGS.
    #[arg(hide_short_help = true, long, value_name = "PACKAGE")]
    pub(crate) build: Option<String>,
    /// Look for source files of the newer side below this folder.
    ///
    /// For lines of which the log says nothing.
    #[arg(hide_short_help = true, long, value_name = "DIR")]
    pub(crate) source: Option<String>,
}

impl WhyArgs {
    /// Whether reasons are asked for.
    pub(crate) fn is_asked(&self) -> bool {
        let has_log = !self.escapes.is_empty() || self.build.is_some();
        self.explain || has_log || !self.before_escapes.is_empty() || self.source.is_some()
    }
}
