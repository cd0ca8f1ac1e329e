//! What is written as a profile, and where it goes.

use clap::{Args as ClapArgs, ValueEnum};

use super::{FileArgs, QuestionArgs};
use crate::ending;

/// `heapwise convert` and `heapwise merge`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    #[command(flatten)]
    pub(crate) space: MemorySpaceArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// Whether a profile of all memory is made.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct MemorySpaceArgs {
    /// Write where all memory of a process is, from a heap text with debug=1.
    ///
    /// The samples add up to Sys, all that Go has from the system: the live heap by the stacks of what is in use, the
    /// dead heap by those that allocated what no longer is, stacks, the runtime, under [Go memory]; what is released is apart.
    /// Memory that is not Go's is left out. In the place of a text: a heap profile and /debug/vars of the same moment.
    #[arg(long)]
    pub(crate) memory_space: bool,
}

/// Where a profile goes and in which form.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct TargetArgs {
    /// Form.
    ///
    /// Where none is asked for, the extension of the output tells it: .folded, .dot, .callgrind, .otlp or .otlp.json;
    /// else it is pprof's.
    #[arg(long, value_name = "FORM")]
    to: Option<Target>,
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

impl TargetArgs {
    /// Refuses a name that promises what is not written.
    pub(crate) fn expect_ending(&self) -> anyhow::Result<()> {
        match self.to {
            Some(_) => Ok(()),
            None => ending::expect_profile(self.file.output.as_deref()),
        }
    }

    /// The form to write.
    pub(crate) fn form(&self) -> Target {
        let by_extension = || by_extension(self.file.output.as_deref()?);
        self.to.or_else(by_extension).unwrap_or(Target::Pprof)
    }
}

fn by_extension(path: &str) -> Option<Target> {
    if ending::is_otlp_json(path) {
        return Some(Target::OtlpJson);
    }
    let (_, extension) = path.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "folded" => Some(Target::Folded),
        "dot" | "gv" => Some(Target::Dot),
        "otlp" => Some(Target::Otlp),
        "callgrind" | "grind" => Some(Target::Callgrind),
        _ => None,
    }
}

/// A form that profiles are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Compressed protobuf, which `go tool pprof` opens.
    #[value(alias = "proto")]
    Pprof,
    /// OpenTelemetry's profiles in protobuf, one for each sample type.
    Otlp,
    /// The same in JSON.
    OtlpJson,
    /// Lines of functions and a number, for flame graphs.
    Folded,
    /// A call graph for graphviz.
    Dot,
    /// A call graph for KCachegrind.
    Callgrind,
    /// The rows of a ranking as a profile, in compressed protobuf.
    Topproto,
}
