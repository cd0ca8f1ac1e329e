use clap::Args as ClapArgs;
use heapwise_analysis::SelectOptions;

/// Which samples and frames count. Patterns are Go's regular expressions, matched anywhere in the
/// name of a function, of its file, or of the binary.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Filters")]
pub(crate) struct FilterArgs {
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
    /// No frames from one that matches down to the leaf.
    #[arg(long, value_name = "REGEX")]
    prune_from: Option<String>,
    /// Only samples with a label: a pattern, NAME=PATTERN, or a range such as 32kb: or bytes=1kb:4kb.
    #[arg(long, value_name = "LABEL")]
    tagfocus: Option<String>,
    /// No samples with a label, given as for --tagfocus.
    #[arg(long, value_name = "LABEL")]
    tagignore: Option<String>,
    /// Only labels whose name matches.
    #[arg(long, value_name = "REGEX")]
    tagshow: Option<String>,
    /// No labels whose name matches.
    #[arg(long, value_name = "REGEX")]
    taghide: Option<String>,
    /// Labels that become frames at the root, separated by commas.
    #[arg(long, value_name = "NAMES")]
    tagroot: Option<String>,
    /// Labels that become frames at the leaf.
    #[arg(long, value_name = "NAMES")]
    tagleaf: Option<String>,
}

/// The names of the filters.
pub(crate) const FILTERS: [&str; 12] = [
    "focus",
    "ignore",
    "show",
    "hide",
    "show-from",
    "prune-from",
    "tagfocus",
    "tagignore",
    "tagshow",
    "taghide",
    "tagroot",
    "tagleaf",
];

impl FilterArgs {
    /// What the filters mean; an empty pattern is none.
    pub(crate) fn options(&self) -> SelectOptions {
        let given = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
        let mut options = SelectOptions::default();
        options.focus = given(&self.focus);
        options.ignore = given(&self.ignore);
        options.show = given(&self.show);
        options.hide = given(&self.hide);
        options.show_from = given(&self.show_from);
        options.prune_from = given(&self.prune_from);
        options.tag_focus = given(&self.tagfocus);
        options.tag_ignore = given(&self.tagignore);
        options.tag_show = given(&self.tagshow);
        options.tag_hide = given(&self.taghide);
        options.tag_root = given(&self.tagroot);
        options.tag_leaf = given(&self.tagleaf);
        options
    }

    /// The filters that were given, by name.
    pub(crate) fn given(&self) -> Vec<&'static str> {
        let values = [
            &self.focus,
            &self.ignore,
            &self.show,
            &self.hide,
            &self.show_from,
            &self.prune_from,
            &self.tagfocus,
            &self.tagignore,
            &self.tagshow,
            &self.taghide,
            &self.tagroot,
            &self.tagleaf,
        ];
        let given = FILTERS.into_iter().zip(values);
        let given = given.filter(|(_, value)| value.is_some());
        given.map(|(name, _)| name).collect()
    }
}
