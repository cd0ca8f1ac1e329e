use clap::{Args as ClapArgs, ValueEnum};

use super::{QuestionArgs, size_parser};

/// `heapwise convert` and `heapwise merge`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ConvertArgs {
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// Where a profile goes and in which form.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct TargetArgs {
    /// Form [default: by the extension of --output: .folded, .dot or .callgrind, else pprof].
    #[arg(long, value_name = "FORM")]
    pub(crate) to: Option<Target>,
    /// Write to a file instead of stdout.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub(crate) output: Option<String>,
    /// Most bytes that an input may inflate to: a number, or with kB, MB, GB [default: 8GB].
    #[arg(long, value_name = "SIZE", value_parser = size_parser)]
    pub(crate) max_bytes: Option<u64>,
    /// Do not print warnings.
    #[arg(short = 'q', long)]
    pub(crate) quiet: bool,
}

/// A form that profiles are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Target {
    /// Compressed protobuf, which `go tool pprof` opens.
    #[value(alias = "proto")]
    Pprof,
    /// Lines of functions and a number, for flame graphs.
    Folded,
    /// A call graph for graphviz.
    Dot,
    /// A call graph for KCachegrind.
    Callgrind,
    /// The rows of a ranking as a profile, in compressed protobuf.
    Topproto,
}
