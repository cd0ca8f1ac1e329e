use clap::Args as ClapArgs;

/// The profiles that a report is of, and what is subtracted from them.
#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct SourceArgs {
    /// Profiles; several are merged. `-` is stdin.
    #[arg(required = true, value_name = "PROFILE")]
    pub(crate) profiles: Vec<String>,
    /// Subtract this profile: samples that are the same in both cancel out. May be repeated: the
    /// bases are added up.
    #[arg(long, value_name = "PROFILE", conflicts_with = "diff_base")]
    pub(crate) base: Vec<String>,
    /// Subtract this profile, with percentages of its total. May be repeated.
    #[arg(long, value_name = "PROFILE")]
    pub(crate) diff_base: Vec<String>,
    /// Scale the profiles to the total of the base before it is subtracted.
    #[arg(long)]
    pub(crate) normalize: bool,
    /// Keep the frames that the profile itself asks to drop.
    #[arg(long)]
    pub(crate) all_frames: bool,
    /// Add a comment to the profile.
    #[arg(long, value_name = "TEXT")]
    pub(crate) add_comment: Option<String>,
}
