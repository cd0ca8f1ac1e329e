//! Filters that have been understood.

use super::options::SelectOptions;
use super::tag_filter::TagFilter;
use crate::error::{ErrorKind, Result};
use go_regex::Regex as GoRegex;

/// Filters that have been understood; absent is "no filter".
#[derive(Debug, Clone, Default)]
pub(super) struct Compiled {
    pub(super) focus: Option<GoRegex>,
    pub(super) ignore: Option<GoRegex>,
    pub(super) hide: Option<GoRegex>,
    pub(super) show: Option<GoRegex>,
    pub(super) show_from: Option<GoRegex>,
    pub(super) prune_from: Option<GoRegex>,
    pub(super) tag_focus: Option<TagFilter>,
    pub(super) tag_ignore: Option<TagFilter>,
    pub(super) tag_show: Option<GoRegex>,
    pub(super) tag_hide: Option<GoRegex>,
}

impl Compiled {
    /// Understands options in the order in which pprof does, which decides what is refused first
    /// (driver/driver_focus.go: applyFocus).
    pub(super) fn of(options: &SelectOptions) -> Result<Compiled> {
        Ok(Compiled {
            focus: pattern("focus", options.focus.as_deref())?,
            ignore: pattern("ignore", options.ignore.as_deref())?,
            hide: pattern("hide", options.hide.as_deref())?,
            show: pattern("show", options.show.as_deref())?,
            show_from: pattern("show_from", options.show_from.as_deref())?,
            tag_focus: TagFilter::of("tagfocus", options.tag_focus.as_deref())?,
            tag_ignore: TagFilter::of("tagignore", options.tag_ignore.as_deref())?,
            prune_from: pattern("prune_from", options.prune_from.as_deref())?,
            tag_show: pattern("tagshow", options.tag_show.as_deref())?,
            tag_hide: pattern("taghide", options.tag_hide.as_deref())?,
        })
    }

    /// Whether some filter looks at the names of frames.
    pub(super) fn has_names(&self) -> bool {
        let filters = [&self.focus, &self.ignore, &self.hide, &self.show];
        filters.iter().any(|filter| filter.is_some())
    }

    /// Whether some filter looks at frames.
    pub(super) fn has_frames(&self) -> bool {
        self.has_names() || self.show_from.is_some() || self.prune_from.is_some()
    }

    /// Whether some filter looks at labels.
    pub(super) fn has_labels(&self) -> bool {
        self.tag_focus.is_some()
            || self.tag_ignore.is_some()
            || self.tag_show.is_some()
            || self.tag_hide.is_some()
    }
}

/// Compiles the value of an option, of which the empty one is "no filter"
/// (driver/driver_focus.go: compileRegexOption).
pub(super) fn pattern(option: &'static str, value: Option<&str>) -> Result<Option<GoRegex>> {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let refused = |error: go_regex::Error| ErrorKind::Filter {
        option,
        reason: error.to_string(),
    };
    Ok(Some(GoRegex::new(value).map_err(refused)?))
}
