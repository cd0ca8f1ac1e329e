//! Prints what a shell needs to complete commands and options.

use clap::CommandFactory;

use crate::args::{Args, CompletionsArgs, offered};
use crate::whole;

/// Runs `heapwise completions`.
pub(crate) fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut command = offered(&Args::command());
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "heapwise", &mut script);
    whole::print(&script)
}
