//! Which profiles are looked at, and where their sources are.

use clap::Args as ClapArgs;

use super::{FilesFromArgs, ManyArgs};

/// The profiles that a report is of, and what is subtracted from them.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct SourceArgs {
    /// Profiles; several are merged. Files, folders, patterns, `-` for stdin, URLs such as :6060 (help urls).
    ///
    /// As for pprof, the binary may be named before them; it is passed over.
    #[arg(required = true, value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,
    #[command(flatten)]
    pub(crate) list: FilesFromArgs,
    #[command(flatten)]
    pub(crate) many: ManyArgs,
    #[command(flatten)]
    pub(crate) bases: BaseArgs,
    #[command(flatten)]
    pub(crate) frames: FrameArgs,
    #[command(flatten)]
    pub(crate) comment: CommentArgs,
}

/// What is subtracted.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct BaseArgs {
    /// Subtract this profile: samples that are the same in both cancel out.
    ///
    /// May be repeated: the bases are added up.
    #[arg(long, value_name = "PROFILE", conflicts_with = "diff_base")]
    pub(crate) base: Vec<String>,
    /// Subtract this profile, with percentages of its total. May be repeated.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) diff_base: Vec<String>,
    /// Scale the profiles to the total of the base before it is subtracted.
    #[arg(long)]
    pub(crate) normalize: bool,
}

/// Which frames of the profiles count.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct FrameArgs {
    /// Keep the frames that the profile itself asks to drop.
    #[arg(long)]
    pub(crate) all_frames: bool,
}

/// What is added to the profiles.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct CommentArgs {
    /// Add a comment to the profile.
    #[arg(long, value_name = "TEXT")]
    pub(crate) add_comment: Option<String>,
}

/// How source files are named and found.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Sources")]
pub(crate) struct PathArgs {
    /// Prefixes to cut off source paths, separated by colons.
    #[arg(long, value_name = "PATHS")]
    pub(crate) trim_path: Option<String>,
    /// Directories to look for sources in, separated by colons.
    #[arg(long, value_name = "PATHS")]
    pub(crate) source_path: Option<String>,
}
