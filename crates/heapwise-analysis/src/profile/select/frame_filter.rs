//! Which samples and frames filters by name keep.

use heapwise_decode::{Line, Location, LocationIndex, Tables, TablesEdit};

use super::compiled::Compiled;
use crate::profile::prune::simplify;
use go_regex::Regex as GoRegex;

/// What filters by name make of stacks, decided once per location (profile/filter.go:
/// FilterSamplesByName, ShowFrom; profile/prune.go: PruneFrom).
#[derive(Debug, Default)]
pub(super) struct FrameFilter {
    has_names: bool,
    has_show_from: bool,
    fates: Vec<Fate>,
    has_hidden: bool,
    pub(super) found: Found,
}

/// Which filters matched something.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    pub(super) focus: bool,
    pub(super) ignore: bool,
    pub(super) hide: bool,
    pub(super) show: bool,
    pub(super) show_from: bool,
}

/// What is known of a stack after some of its frames, from the root.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passed {
    /// Frames that are left.
    pub(super) kept: usize,
    /// Frames up to the innermost match of prune_from.
    end: Option<usize>,
    is_focused: bool,
    is_ignored: bool,
    /// Whether frames are shown from here on.
    is_open: bool,
}

/// What filters say of a location.
#[derive(Debug, Clone, Copy, Default)]
struct Fate {
    is_focused: bool,
    is_ignored: bool,
    is_hidden: bool,
    is_shown_from: bool,
    is_pruned_from: bool,
}

impl FrameFilter {
    /// Decides, and drops the lines of locations that are not to be seen.
    pub(super) fn apply(filters: &Compiled, edit: &mut TablesEdit<'_>) -> FrameFilter {
        let mut filter = FrameFilter {
            has_names: filters.has_names(),
            has_show_from: filters.show_from.is_some(),
            ..FrameFilter::default()
        };
        let matches = Matches::of(filters, edit.tables());
        for at in 0..edit.tables().location_count() {
            let Some(index) = edit.tables().location_index(at) else {
                break;
            };
            let mut fate = Fate::default();
            if filter.has_names {
                filter.by_name(&matches, edit, index, &mut fate);
            }
            if let Some(show_from) = &matches.show_from {
                fate.is_shown_from = show_from_here(show_from, edit, index);
                filter.found.show_from |= fate.is_shown_from;
            }
            if let Some(prune_from) = &matches.prune_from {
                fate.is_pruned_from = prune_from_here(prune_from, edit, index);
            }
            filter.has_hidden |= fate.is_hidden;
            filter.fates.push(fate);
        }
        filter
    }

    /// Focus, ignore, hide and show, of which the first two see all lines.
    fn by_name(
        &mut self,
        matches: &Matches,
        edit: &mut TablesEdit<'_>,
        index: LocationIndex,
        fate: &mut Fate,
    ) {
        let location = edit.tables().location(index);
        let matches_any = |names: &Names| names.matches(&location);
        fate.is_ignored = matches.ignore.as_ref().is_some_and(matches_any);
        fate.is_focused = !fate.is_ignored && matches.focus.as_ref().is_none_or(matches_any);
        self.found.ignore |= fate.is_ignored;
        self.found.focus |= fate.is_focused;
        if let Some(hide) = &matches.hide
            && hide.matches(&location)
        {
            self.found.hide = true;
            let is_all = hide.matches_mapping(&location);
            edit.retain_lines(index, |line| !is_all && !hide.matches_line(line));
            fate.is_hidden |= edit.tables().location(index).lines.is_empty();
        }
        if let Some(show) = &matches.show {
            let is_all = show.matches_mapping(&edit.tables().location(index));
            edit.retain_lines(index, |line| is_all || show.matches_line(line));
            let is_empty = edit.tables().location(index).lines.is_empty();
            fate.is_hidden |= is_empty;
            self.found.show |= !is_empty;
        }
    }

    /// What is known before the first frame of a stack.
    pub(super) fn start(&self) -> Passed {
        Passed {
            is_open: !self.has_show_from,
            ..Passed::default()
        }
    }

    /// Lets a frame pass, behind those in `kept`. Frames come from the root to the leaf.
    #[inline]
    pub(super) fn pass(
        &self,
        passed: &mut Passed,
        location: LocationIndex,
        kept: &mut Vec<LocationIndex>,
    ) {
        let fate = self.fate(location);
        passed.is_focused |= fate.is_focused;
        passed.is_ignored |= fate.is_ignored;
        if fate.is_hidden {
            return;
        }
        passed.is_open |= fate.is_shown_from;
        if passed.is_open {
            kept.push(location);
            passed.kept = kept.len();
            if fate.is_pruned_from {
                passed.end = Some(kept.len());
            }
        }
    }

    /// What is left of a stack that has passed; `None` when its sample goes: where no location is
    /// focused on or some is ignored (profile/filter.go: focusedAndNotIgnored), everything is
    /// hidden, or there is nothing to show from.
    pub(super) fn left(&self, passed: Passed) -> Option<usize> {
        let is_kept = !self.has_names || passed.is_focused && !passed.is_ignored;
        let is_seen = passed.kept > 0 || !self.has_hidden && !self.has_show_from;
        (is_kept && is_seen).then_some(passed.end.unwrap_or(passed.kept))
    }

    #[inline]
    fn fate(&self, location: LocationIndex) -> Fate {
        self.fates.get(location.get()).copied().unwrap_or_default()
    }
}

/// Whether show_from starts at a location, of which only the matching line and those below stay
/// (profile/filter.go: filterShowFromLocation).
fn show_from_here(show_from: &Names, edit: &mut TablesEdit<'_>, index: LocationIndex) -> bool {
    let location = edit.tables().location(index);
    if show_from.matches_mapping(&location) {
        return true;
    }
    let matching = location
        .lines
        .iter()
        .rposition(|line| show_from.matches_line(line));
    let Some(outermost) = matching else {
        return false;
    };
    let mut at = 0;
    edit.retain_lines(index, |_| {
        at += 1;
        at <= outermost + 1
    });
    true
}

/// Whether a location is pruned from, of which only the innermost matching line and those above
/// stay (profile/prune.go: PruneFrom).
fn prune_from_here(matches: &[bool], edit: &mut TablesEdit<'_>, index: LocationIndex) -> bool {
    let is_match = |line: &Line| matches.get(line.function.get()) == Some(&true);
    let lines = edit.tables().location(index).lines;
    let Some(innermost) = lines.iter().position(is_match) else {
        return false;
    };
    let mut at = 0;
    edit.retain_lines(index, |_| {
        at += 1;
        at > innermost
    });
    true
}

/// What each filter finds in the names of a profile.
struct Matches {
    focus: Option<Names>,
    ignore: Option<Names>,
    hide: Option<Names>,
    show: Option<Names>,
    show_from: Option<Names>,
    /// By function.
    prune_from: Option<Vec<bool>>,
}

impl Matches {
    fn of(filters: &Compiled, tables: &Tables) -> Matches {
        let names =
            |filter: &Option<GoRegex>| filter.as_ref().map(|filter| Names::of(filter, tables));
        Matches {
            focus: names(&filters.focus),
            ignore: names(&filters.ignore),
            hide: names(&filters.hide),
            show: names(&filters.show),
            show_from: names(&filters.show_from),
            prune_from: filters.prune_from.as_ref().map(|filter| {
                let functions = tables.functions().iter();
                let name = functions.map(|function| tables.text_bytes(function.name));
                name.map(|name| !name.is_empty() && filter.is_match(simplify(name)))
                    .collect()
            }),
        }
    }
}

/// The functions and mappings whose names or files a pattern matches.
struct Names {
    functions: Vec<bool>,
    mappings: Vec<bool>,
}

impl Names {
    fn of(filter: &GoRegex, tables: &Tables) -> Names {
        let functions = tables.functions().iter().map(|function| {
            filter.is_match(tables.text_bytes(function.name))
                || filter.is_match(tables.text_bytes(function.filename))
        });
        let mappings = tables.mappings().iter();
        let mappings = mappings.map(|mapping| filter.is_match(tables.text_bytes(mapping.file)));
        Names {
            functions: functions.collect(),
            mappings: mappings.collect(),
        }
    }

    /// profile/filter.go: matchesName.
    fn matches(&self, location: &Location<'_>) -> bool {
        location.lines.iter().any(|line| self.matches_line(line)) || self.matches_mapping(location)
    }

    fn matches_line(&self, line: &Line) -> bool {
        self.functions.get(line.function.get()) == Some(&true)
    }

    fn matches_mapping(&self, location: &Location<'_>) -> bool {
        let mapping = location.mapping;
        mapping.is_some_and(|mapping| self.mappings.get(mapping.get()) == Some(&true))
    }
}
