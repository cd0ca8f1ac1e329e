//! Which samples and frames count.

use clap::Args as ClapArgs;
use heapwise_analysis::SelectOptions;

/// Which samples and frames count.
#[derive(Debug, ClapArgs)]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    by_name: NameArgs,
    #[command(flatten)]
    prune: PruneArgs,
    #[command(flatten)]
    frames: LabelFrameArgs,
}

/// Which samples and frames count, by names and labels. Patterns are Go's regular expressions, matched anywhere in the
/// name of a function, of its file, or of the binary.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub(crate) struct NameArgs {
    /// Only samples with a frame that matches.
    #[arg(long, value_name = "REGEX")]
    focus: Option<String>,
    /// No samples with a frame that matches.
    #[arg(long, value_name = "REGEX")]
    ignore: Option<String>,
    /// Only frames that match.
    #[arg(long, value_name = "REGEX")]
    show: Option<String>,
    /// No frames that match; what they allocate is left to their callers.
    #[arg(long, value_name = "REGEX")]
    hide: Option<String>,
    /// No frames above the outermost one that matches.
    #[arg(long, value_name = "REGEX")]
    show_from: Option<String>,
    /// Only samples with a label: PATTERN, NAME=PATTERN or bytes=1kb:4kb.
    ///
    /// A range may also go without its name and one of its ends, as 32kb: does.
    #[arg(long, value_name = "LABEL")]
    tagfocus: Option<String>,
    /// No samples with a label, given as for --tagfocus.
    #[arg(long, value_name = "LABEL")]
    tagignore: Option<String>,
    /// Only labels whose name matches.
    #[arg(long, value_name = "REGEX", hide_short_help = true)]
    tagshow: Option<String>,
    /// No labels whose name matches.
    #[arg(long, value_name = "REGEX", hide_short_help = true)]
    taghide: Option<String>,
}

/// Which frames are cut off at the leaf.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub(crate) struct PruneArgs {
    /// No frames from one that matches down to the leaf.
    #[arg(long, value_name = "REGEX", hide_short_help = true)]
    prune_from: Option<String>,
}

/// Which labels become frames.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub(crate) struct LabelFrameArgs {
    /// Labels that become frames at the root, separated by commas.
    #[arg(long, value_name = "NAMES", hide_short_help = true)]
    tagroot: Option<String>,
    /// Labels that become frames at the leaf.
    #[arg(long, value_name = "NAMES", hide_short_help = true)]
    tagleaf: Option<String>,
}

impl FilterArgs {
    /// What the filters mean; an empty pattern is none.
    pub(crate) fn options(&self) -> SelectOptions {
        let given = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
        let by_name = &self.by_name;
        let mut options = SelectOptions::default();
        options.focus = given(&by_name.focus);
        options.ignore = given(&by_name.ignore);
        options.show = given(&by_name.show);
        options.hide = given(&by_name.hide);
        options.show_from = given(&by_name.show_from);
        options.prune_from = given(&self.prune.prune_from);
        options.tag_focus = given(&by_name.tagfocus);
        options.tag_ignore = given(&by_name.tagignore);
        options.tag_show = given(&by_name.tagshow);
        options.tag_hide = given(&by_name.taghide);
        options.tag_root = given(&self.frames.tagroot);
        options.tag_leaf = given(&self.frames.tagleaf);
        options
    }
}
