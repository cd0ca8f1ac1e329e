use heapwise_decode::{Line, Location, LocationIndex, ProfileEdit, Tables};

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
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) focus: bool,
    pub(super) ignore: bool,
    pub(super) hide: bool,
    pub(super) show: bool,
    pub(super) show_from: bool,
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
    pub(super) fn apply(filters: &Compiled, edit: &mut ProfileEdit) -> FrameFilter {
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
        edit: &mut ProfileEdit,
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

    /// Cuts a stack, which is from the root to the leaf; `false` when the sample goes.
    pub(super) fn cut(&self, stack: &mut Vec<LocationIndex>) -> bool {
        self.keeps(stack) && self.hide(stack) && self.show_from(stack)
    }

    /// Whether some location is focused on and none is ignored
    /// (profile/filter.go: focusedAndNotIgnored).
    fn keeps(&self, stack: &[LocationIndex]) -> bool {
        if !self.has_names {
            return true;
        }
        let mut fates = stack.iter().map(|&at| self.fate(at));
        let mut is_focused = false;
        let is_ignored = fates.any(|fate| {
            is_focused |= fate.is_focused;
            fate.is_ignored
        });
        is_focused && !is_ignored
    }

    /// Drops hidden locations; `false` when nothing is left.
    fn hide(&self, stack: &mut Vec<LocationIndex>) -> bool {
        if !self.has_hidden {
            return true;
        }
        stack.retain(|&at| !self.fate(at).is_hidden);
        !stack.is_empty()
    }

    /// Drops what is above the outermost match; `false` when there is none.
    fn show_from(&self, stack: &mut Vec<LocationIndex>) -> bool {
        if !self.has_show_from {
            return true;
        }
        let outermost = stack.iter().position(|&at| self.fate(at).is_shown_from);
        if let Some(outermost) = outermost {
            stack.drain(..outermost);
        }
        outermost.is_some()
    }

    /// Drops what is below the innermost match.
    pub(super) fn prune_from(&self, stack: &mut Vec<LocationIndex>) {
        if let Some(innermost) = stack.iter().rposition(|&at| self.fate(at).is_pruned_from) {
            stack.truncate(innermost + 1);
        }
    }

    fn fate(&self, location: LocationIndex) -> Fate {
        self.fates.get(location.get()).copied().unwrap_or_default()
    }
}

/// Whether show_from starts at a location, of which only the matching line and those below stay
/// (profile/filter.go: filterShowFromLocation).
fn show_from_here(show_from: &Names, edit: &mut ProfileEdit, index: LocationIndex) -> bool {
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
fn prune_from_here(matches: &[bool], edit: &mut ProfileEdit, index: LocationIndex) -> bool {
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
