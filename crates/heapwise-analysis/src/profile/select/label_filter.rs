//! Which samples and labels filters by label keep.

use std::collections::HashMap;

use heapwise_decode::{KeptLabels, Labels, Sample, StringIndex, Tables};

use super::compiled::Compiled;
use super::label_units::LabelUnits;
use super::tag_filter::TagMatcher;
use go_regex::Regex as GoRegex;

/// Filters by labels at work on the samples of one profile (profile/filter.go: FilterSamplesByTag,
/// FilterTagsByName).
pub(super) struct LabelFilter<'a> {
    focus: Option<TagMatcher<'a>>,
    ignore: Option<TagMatcher<'a>>,
    show: Option<&'a GoRegex>,
    hide: Option<&'a GoRegex>,
    names: HashMap<StringIndex, NameFate>,
    pub(super) found: FoundLabels,
}

/// Which filters matched something.
#[derive(Debug, Default)]
pub(super) struct FoundLabels {
    pub(super) focus: bool,
    pub(super) ignore: bool,
    pub(super) show: bool,
    pub(super) hide: bool,
}

/// What filters say of labels of a name.
#[derive(Debug, Clone, Copy)]
struct NameFate {
    is_shown: bool,
    is_hidden: bool,
}

impl<'a> LabelFilter<'a> {
    pub(super) fn new(filters: &'a Compiled, units: &'a LabelUnits) -> Self {
        let matcher = |filter| TagMatcher::new(filter, units);
        Self {
            focus: filters.tag_focus.as_ref().map(matcher),
            ignore: filters.tag_ignore.as_ref().map(matcher),
            show: filters.tag_show.as_ref(),
            hide: filters.tag_hide.as_ref(),
            names: HashMap::new(),
            found: FoundLabels::default(),
        }
    }

    /// Whether a sample stays.
    pub(super) fn keeps(&mut self, tables: &Tables, sample: &Sample<'_>) -> bool {
        let matches = |filter: &mut Option<TagMatcher<'_>>| {
            let filter = filter.as_mut()?;
            Some(filter.matches(tables, sample.labels()))
        };
        let is_focused = matches(&mut self.focus).unwrap_or(true);
        let is_ignored = matches(&mut self.ignore).unwrap_or(false);
        self.found.focus |= is_focused;
        self.found.ignore |= is_ignored;
        is_focused && !is_ignored
    }

    /// The labels of a sample that are to be seen.
    pub(super) fn left<'l>(
        &mut self,
        tables: &Tables,
        labels: Labels<'l>,
        kept: &'l mut KeptLabels,
    ) -> Labels<'l> {
        if self.show.is_none() && self.hide.is_none() {
            return labels;
        }
        kept.of(labels, |label| {
            let fate = self.fate(tables, label.key);
            self.found.show |= fate.is_shown;
            self.found.hide |= fate.is_hidden;
            fate.is_shown && !fate.is_hidden
        })
    }

    fn fate(&mut self, tables: &Tables, key: StringIndex) -> NameFate {
        let (show, hide) = (self.show, self.hide);
        *self.names.entry(key).or_insert_with(|| {
            let name = tables.text_bytes(key);
            NameFate {
                is_shown: show.is_none_or(|show| show.is_match(name)),
                is_hidden: hide.is_some_and(|hide| hide.is_match(name)),
            }
        })
    }
}
