use std::collections::HashMap;

use heapwise_decode::{LocationIndex, StringIndex, Tables};

use crate::site::granularity::{Granularity, Parts};
use crate::site::identity::{NameParts, Object, Site, clean_path, package_of};
use crate::site::inlined::Inlined;
use crate::sums::path::FrameItems;

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
    by_location: Vec<LocationSites>,
    flattened: Vec<NodeId>,
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

/// The sites of a location, of which there is one at least.
///
/// The first stands here and not only with the others: three of four locations have no other, and
/// what is looked up for every new frame is then in one place.
#[derive(Debug, Clone, Copy)]
struct LocationSites {
    first: NodeId,
    /// Where all of them are in `flattened`.
    start: u32,
    end: u32,
}

/// A location that was not met yet.
const UNKNOWN: LocationSites = LocationSites {
    first: NodeId::MAX,
    start: 0,
    end: 0,
};

impl LocationSites {
    #[inline]
    fn is_known(self) -> bool {
        self.first != UNKNOWN.first
    }

    #[inline]
    fn all(self, flattened: &[NodeId]) -> &[NodeId] {
        let all = flattened.get(self.start as usize..self.end as usize);
        all.unwrap_or_default()
    }

    #[inline]
    fn others(self, flattened: &[NodeId]) -> &[NodeId] {
        let others = flattened.get(self.start as usize + 1..self.end as usize);
        others.unwrap_or_default()
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
        let sites = match self.by_location.get(at.get()) {
            Some(&sites) if sites.is_known() => sites,
            _ => self.add_location(tables, at, usize::MAX),
        };
        sites.all(&self.flattened)
    }

    /// The sites of each of some locations, up to the first that was not met yet.
    #[inline]
    pub(crate) fn met(&self, locations: &[LocationIndex]) -> impl Iterator<Item = FrameItems<'_>> {
        let (by_location, flattened) = (self.by_location.as_slice(), self.flattened.as_slice());
        locations.iter().map_while(move |at| {
            let sites = by_location.get(at.get()).filter(|sites| sites.is_known())?;
            Some(FrameItems {
                first: sites.first,
                others: sites.others(flattened),
            })
        })
    }

    /// Makes the sites of a location that was not met yet.
    pub(crate) fn meet(&mut self, tables: &Tables, at: LocationIndex) {
        self.add_location(tables, at, usize::MAX);
    }

    /// Makes the sites of a location from its last `count` lines, one at least; used when the inner
    /// ones are pruned.
    pub(crate) fn keep_outer_lines(&mut self, tables: &Tables, at: LocationIndex, count: usize) {
        self.add_location(tables, at, count);
    }

    #[inline(never)]
    fn add_location(&mut self, tables: &Tables, at: LocationIndex, count: usize) -> LocationSites {
        let sites = self.add_lines(tables, at, count.max(1));
        if self.by_location.len() <= at.get() {
            self.by_location.resize(at.get() + 1, UNKNOWN);
        }
        if let Some(slot) = self.by_location.get_mut(at.get()) {
            *slot = sites;
        }
        sites
    }

    fn add_lines(&mut self, tables: &Tables, at: LocationIndex, count: usize) -> LocationSites {
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
        LocationSites {
            first: self.flattened.get(start as usize).copied().unwrap_or(0),
            start,
            end: self.flattened.len() as u32,
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

    /// Whether any frame of a site was inlined.
    pub(crate) fn is_ever_inlined(&self, node: NodeId) -> bool {
        self.seen_inlined
            .get(node as usize)
            .copied()
            .unwrap_or(false)
    }

    /// The line at which a site's function starts.
    pub(crate) fn function_start(&self, node: NodeId) -> Option<i64> {
        let start = self.function_starts.get(node as usize).copied();
        start.filter(|&start| start != 0 && self.parts.line)
    }

    /// Whether a site's frames were inlined.
    pub(crate) fn inlined(&self, node: NodeId) -> Inlined {
        let called = self.seen_called.get(node as usize).copied();
        Inlined::from_seen(self.is_ever_inlined(node), called.unwrap_or(false))
    }

    /// What pprof prints for a site, in the bytes of the profile.
    pub(crate) fn printed_name(&self, tables: &Tables, node: NodeId) -> Vec<u8> {
        if self.granularity == Granularity::Packages {
            return self.site(tables, node).pprof_name().into_bytes();
        }
        let key = self.key(node);
        let file = match tables.text_bytes(key.file) {
            [] => Vec::new(),
            file => clean_path(file),
        };
        NameParts {
            address: key.address,
            function: tables.text_bytes(key.name),
            file: &file,
            line: key.line,
            column: key.column,
            object: Object::Binary(&tables.text(key.object)),
        }
        .printed()
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
