use clap::{Args as ClapArgs, ValueEnum};

use super::{FilterArgs, SourceArgs, size_parser};

/// `heapwise merge`.
#[derive(Debug, ClapArgs)]
pub(crate) struct MergeArgs {
    #[command(flatten)]
    pub(crate) sources: SourceArgs,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// `heapwise convert`.
#[derive(Debug, ClapArgs)]
pub(crate) struct ConvertArgs {
    /// The profile, in any form that can be read; `-` is stdin.
    #[arg(value_name = "PROFILE")]
    pub(crate) profile: String,
    /// Keep the frames that the profile itself asks to drop.
    #[arg(long)]
    pub(crate) all_frames: bool,
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// Where a profile goes and in which form.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Output")]
pub(crate) struct TargetArgs {
    /// Form [default: folded for an --output that ends in .folded, else pprof].
    #[arg(long, value_name = "FORM")]
    pub(crate) to: Option<Target>,
    /// Value that folded stacks count: a sample type such as alloc_space, or its number [default:
    /// the profile's].
    #[arg(long, value_name = "TYPE")]
    pub(crate) sample_index: Option<String>,
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
    Pprof,
    /// Lines of functions and a number, for flame graphs.
    Folded,
}
