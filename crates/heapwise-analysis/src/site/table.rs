use std::collections::HashMap;

use heapwise_decode::{LocationIndex, StringIndex, Tables};

use crate::site::granularity::{Granularity, Parts};
use crate::site::identity::{Site, clean_path, package_of};
use crate::site::inlined::Inlined;

/// A site's number while a profile is read.
pub(crate) type NodeId = u32;

/// The sites of a profile under a granularity, and which of them each location stands for.
///
/// Texts come last in a profile, so sites are first told apart by the numbers of their texts.
/// Should two numbers turn out to mean the same text, a second reading with [`Fold`] joins them.
pub(crate) struct Nodes {
    granularity: Granularity,
    parts: Parts,
    no_inlines: bool,
    fold: Option<Fold>,
    by_key: HashMap<NodeKey, NodeId>,
    keys: Vec<NodeKey>,
    seen_inlined: Vec<bool>,
    seen_called: Vec<bool>,
    function_starts: Vec<i64>,
    by_location: Vec<Range>,
    flattened: Vec<NodeId>,
    /// What was looked up last.
    selected: Vec<Range>,
}

/// What tells sites apart (graph/graph.go: NodeInfo), in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct NodeKey {
    name: StringIndex,
    file: StringIndex,
    object: StringIndex,
    start_line: i64,
    line: i64,
    column: i64,
    address: u64,
}

#[derive(Debug, Clone, Copy)]
struct Range {
    start: u32,
    count: u32,
}

const UNKNOWN: Range = Range {
    start: u32::MAX,
    count: 0,
};

impl Range {
    #[inline]
    fn of(self, flattened: &[NodeId]) -> &[NodeId] {
        let from = flattened.get(self.start as usize..);
        let sites = from.and_then(|from| from.get(..self.count as usize));
        sites.unwrap_or_default()
    }
}

impl Nodes {
    pub(crate) fn new(granularity: Granularity, fold: Option<Fold>) -> Self {
        Self {
            granularity,
            parts: granularity.parts(),
            no_inlines: false,
            fold,
            by_key: HashMap::new(),
            keys: Vec::new(),
            seen_inlined: Vec::new(),
            seen_called: Vec::new(),
            function_starts: Vec::new(),
            by_location: Vec::new(),
            flattened: Vec::new(),
            selected: Vec::new(),
        }
    }

    /// The same with inlined functions as part of those they were inlined into.
    pub(crate) fn no_inlines(mut self, no_inlines: bool) -> Self {
        self.no_inlines = no_inlines;
        self
    }

    /// The same with lines told apart by column.
    pub(crate) fn show_columns(mut self, show_columns: bool) -> Self {
        self.parts.column |= show_columns && self.parts.line;
        self
    }

    /// Number of sites.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The sites of a location, from the function really called to the innermost inlined one.
    #[inline]
    pub(crate) fn of_location(&mut self, tables: &Tables, at: LocationIndex) -> &[NodeId] {
        let range = self.range(tables, at);
        range.of(&self.flattened)
    }

    /// Looks up the sites of locations, for [`Nodes::selected`].
    #[inline]
    pub(crate) fn select(&mut self, tables: &Tables, locations: &[LocationIndex]) {
        self.selected.clear();
        for &at in locations {
            let range = self.range(tables, at);
            self.selected.push(range);
        }
    }

    /// The sites of each of the locations looked up last.
    #[inline]
    pub(crate) fn selected(&self) -> impl Iterator<Item = &[NodeId]> {
        self.selected.iter().map(|range| range.of(&self.flattened))
    }

    #[inline]
    fn range(&mut self, tables: &Tables, at: LocationIndex) -> Range {
        match self.by_location.get(at.get()) {
            Some(range) if range.start != UNKNOWN.start => *range,
            _ => self.add_location(tables, at),
        }
    }

    /// Makes the sites of a location from its last `count` lines; used when the inner ones are
    /// pruned.
    pub(crate) fn keep_outer_lines(&mut self, tables: &Tables, at: LocationIndex, count: usize) {
        let range = self.add_lines(tables, at, count);
        self.remember(at, range);
    }

    #[inline(never)]
    fn add_location(&mut self, tables: &Tables, at: LocationIndex) -> Range {
        let range = self.add_lines(tables, at, usize::MAX);
        self.remember(at, range);
        range
    }

    fn remember(&mut self, at: LocationIndex, range: Range) {
        if self.by_location.len() <= at.get() {
            self.by_location.resize(at.get() + 1, UNKNOWN);
        }
        if let Some(slot) = self.by_location.get_mut(at.get()) {
            *slot = range;
        }
    }

    fn add_lines(&mut self, tables: &Tables, at: LocationIndex, count: usize) -> Range {
        let location = tables.location(at);
        let count = if self.no_inlines { count.min(1) } else { count };
        let object = location
            .mapping
            .and_then(|index| tables.mapping(index))
            .map_or(StringIndex::EMPTY, |mapping| mapping.file);
        let address = if self.parts.address {
            location.address
        } else {
            0
        };
        let start = self.flattened.len() as u32;
        if location.lines.is_empty() {
            let key = NodeKey {
                address,
                object,
                ..NodeKey::EMPTY
            };
            let node = self.intern(key, 0);
            self.flattened.push(node);
            self.mark(node, false);
        }
        for (depth, line) in location.lines.iter().rev().take(count).enumerate() {
            let key = self.line_key(tables, line, address, object);
            let node = self.intern(key, tables.function(line.function).start_line);
            self.flattened.push(node);
            self.mark(node, depth > 0);
        }
        Range {
            start,
            count: self.flattened.len() as u32 - start,
        }
    }

    /// The key of a frame with symbols (graph/graph.go: nodeInfo, after profile/profile.go:
    /// Aggregate has blanked what the granularity leaves out).
    fn line_key(
        &self,
        tables: &Tables,
        line: &heapwise_decode::Line,
        address: u64,
        object: StringIndex,
    ) -> NodeKey {
        let function = tables.function(line.function);
        let name = match (&self.fold, self.parts.name) {
            (_, false) => StringIndex::EMPTY,
            (None, true) => function.name,
            (Some(fold), true) => fold.name(function.name),
        };
        let file = match (&self.fold, self.parts.file) {
            (_, false) => StringIndex::EMPTY,
            (None, true) => function.filename,
            (Some(fold), true) => fold.file(function.filename),
        };
        let is_unnamed = name.is_empty() && self.granularity != Granularity::Packages;
        NodeKey {
            name,
            file,
            object: if is_unnamed {
                object
            } else {
                StringIndex::EMPTY
            },
            start_line: if is_unnamed { function.start_line } else { 0 },
            line: if self.parts.line { line.line } else { 0 },
            column: if self.parts.column { line.column } else { 0 },
            address,
        }
    }

    fn intern(&mut self, key: NodeKey, function_start: i64) -> NodeId {
        let next = self.keys.len() as NodeId;
        let node = *self.by_key.entry(key).or_insert(next);
        if node == next {
            self.keys.push(key);
            self.seen_inlined.push(false);
            self.seen_called.push(false);
            self.function_starts.push(function_start);
        }
        node
    }

    fn mark(&mut self, node: NodeId, is_inlined: bool) {
        let seen = if is_inlined {
            &mut self.seen_inlined
        } else {
            &mut self.seen_called
        };
        if let Some(seen) = seen.get_mut(node as usize) {
            *seen = true;
        }
    }

    /// The line at which a site's function starts.
    pub(crate) fn function_start(&self, node: NodeId) -> Option<i64> {
        let start = self.function_starts.get(node as usize).copied();
        start.filter(|&start| start != 0 && self.parts.line)
    }

    /// Whether a site's frames were inlined.
    pub(crate) fn inlined(&self, node: NodeId) -> Inlined {
        let seen = |seen: &[bool]| seen.get(node as usize) == Some(&true);
        Inlined::from_seen(seen(&self.seen_inlined), seen(&self.seen_called))
    }

    fn key(&self, node: NodeId) -> NodeKey {
        let key = self.keys.get(node as usize);
        key.copied().unwrap_or(NodeKey::EMPTY)
    }

    /// A site in texts.
    pub(crate) fn site(&self, tables: &Tables, node: NodeId) -> Site {
        let key = self.key(node);
        let text = |index: StringIndex| Some(tables.text(index).into_owned());
        let non_empty = |index| text(index).filter(|text| !text.is_empty());
        let name = non_empty(key.name);
        let is_package = self.granularity == Granularity::Packages;
        let package = name.as_deref().and_then(package_of);
        Site {
            package: match (is_package, package) {
                (true, None) => Some(name.clone().unwrap_or_else(|| "<unknown>".to_owned())),
                (_, package) => package,
            },
            function: name.filter(|_| !is_package),
            file: non_empty(key.file)
                .map(|file| String::from_utf8_lossy(&clean_path(file.as_bytes())).into_owned()),
            line: (key.line != 0).then_some(key.line),
            column: (key.line != 0 && key.column != 0).then_some(key.column),
            address: (key.address != 0).then_some(key.address),
            object: non_empty(key.object),
            start_line: (key.start_line != 0).then_some(key.start_line),
        }
    }
}

impl NodeKey {
    const EMPTY: NodeKey = NodeKey {
        name: StringIndex::EMPTY,
        file: StringIndex::EMPTY,
        object: StringIndex::EMPTY,
        start_line: 0,
        line: 0,
        column: 0,
        address: 0,
    };
}

/// Joins string numbers that mean the same text: names as they are, files cleaned, and for
/// packages, names by their package.
pub(crate) struct Fold {
    names: Vec<StringIndex>,
    files: Vec<StringIndex>,
}

impl Fold {
    /// The fold of complete tables.
    pub(crate) fn of(tables: &Tables, granularity: Granularity) -> Fold {
        let mut fold = Fold {
            names: identity(tables),
            files: identity(tables),
        };
        let mut names = HashMap::from([(Vec::new(), StringIndex::EMPTY)]);
        let mut files = HashMap::from([(Vec::new(), StringIndex::EMPTY)]);
        for function in tables.functions() {
            let name = match granularity {
                Granularity::Packages => package_of(&tables.text(function.name)),
                _ => None,
            };
            let name = name.map_or_else(
                || tables.text_bytes(function.name).to_vec(),
                String::into_bytes,
            );
            set(&mut fold.names, function.name, &mut names, name);
            let file = match tables.text_bytes(function.filename) {
                [] => Vec::new(),
                file => clean_path(file),
            };
            set(&mut fold.files, function.filename, &mut files, file);
        }
        fold
    }

    /// Whether nothing is joined.
    pub(crate) fn is_identity(&self) -> bool {
        let is_own = |(at, index): (usize, &StringIndex)| index.get() == at;
        self.names.iter().enumerate().all(is_own) && self.files.iter().enumerate().all(is_own)
    }

    fn name(&self, index: StringIndex) -> StringIndex {
        self.names.get(index.get()).copied().unwrap_or(index)
    }

    fn file(&self, index: StringIndex) -> StringIndex {
        self.files.get(index.get()).copied().unwrap_or(index)
    }
}

fn identity(tables: &Tables) -> Vec<StringIndex> {
    tables.string_indexes().collect()
}

fn set(
    fold: &mut [StringIndex],
    at: StringIndex,
    first: &mut HashMap<Vec<u8>, StringIndex>,
    text: Vec<u8>,
) {
    let joined = *first.entry(text).or_insert(at);
    if let Some(slot) = fold.get_mut(at.get()) {
        *slot = joined;
    }
}
