//! The filters of a report, as pprof's options of the same names.

/// What to keep and what to leave out, as pprof's options of the same names
/// (driver/config.go: config). Absent is "no filter".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SelectOptions {
    /// Only samples with a frame that matches.
    pub focus: Option<String>,
    /// No samples with a frame that matches.
    pub ignore: Option<String>,
    /// Only frames that match.
    pub show: Option<String>,
    /// No frames that match.
    pub hide: Option<String>,
    /// No frames above the outermost that matches.
    pub show_from: Option<String>,
    /// No frames from the one that matches to the leaf.
    pub prune_from: Option<String>,
    /// Only samples with a label that matches.
    pub tag_focus: Option<String>,
    /// No samples with a label that matches.
    pub tag_ignore: Option<String>,
    /// Only labels whose name matches.
    pub tag_show: Option<String>,
    /// No labels whose name matches.
    pub tag_hide: Option<String>,
    /// Names of labels that become frames at the root, separated by commas.
    pub tag_root: Option<String>,
    /// Names of labels that become frames at the leaf.
    pub tag_leaf: Option<String>,
    /// Whether frames stay that the profile itself asks to drop.
    pub all_frames: bool,
}

impl SelectOptions {
    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == SelectOptions::default()
    }

    /// The filters that reports repeat above their rows, as `name=value`, in pprof's order
    /// (driver/driver.go: reportOptions).
    pub fn active(&self) -> Vec<String> {
        let named = [
            ("focus", &self.focus),
            ("ignore", &self.ignore),
            ("hide", &self.hide),
            ("show", &self.show),
            ("show_from", &self.show_from),
            ("tagfocus", &self.tag_focus),
            ("tagignore", &self.tag_ignore),
            ("tagshow", &self.tag_show),
            ("taghide", &self.tag_hide),
        ];
        let active = named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        active
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }
}
