//! Decides which sites each location of a profile stands for. The only place that does.

use std::slice;

use heapwise_decode::{FunctionIndex, Line, LocationIndex, MappingIndex, Tables};

use super::granularity::Granularity;
use super::identity::{Site, SiteParts};
use super::inlined::Inlined;
use super::interner::Interner;
use super::shape::Shape;
use super::texts::{TextId, Texts};
use crate::sums::path::FrameItems;

/// A site's number while a profile is read.
pub(crate) type NodeId = u32;

/// The sites of a profile, and which of them each location stands for.
///
/// Texts come last in a profile, so sites are first told apart by the numbers that the profile gave
/// its texts, and by the texts themselves once they are [settled](Nodes::settle).
#[derive(Debug, Clone)]
pub(crate) struct Nodes {
    shape: Shape,
    /// Absent until tables are complete.
    texts: Option<Texts>,
    keys: Interner<NodeKey>,
    makers: Vec<Maker>,
    seen_inlined: Vec<bool>,
    seen_called: Vec<bool>,
    by_location: Vec<LocationSites>,
    /// Where in `flattened` the sites of locations are that have several.
    several: Vec<(u32, u32)>,
    flattened: Vec<NodeId>,
}

/// What tells sites apart (graph/graph.go: NodeInfo), in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct NodeKey {
    name: TextId,
    file: TextId,
    object: TextId,
    start_line: i64,
    line: i64,
    column: i64,
    address: u64,
}

/// What a site was first met in.
#[derive(Debug, Clone, Copy)]
struct Maker {
    function: Option<FunctionIndex>,
    mapping: Option<MappingIndex>,
}

/// The sites of a location, of which there is one at least.
///
/// Three of four locations have one, and most of the others two: these stand here, so that what is
/// looked up for every new frame is in one place.
#[derive(Debug, Clone, Copy)]
struct LocationSites {
    /// The first two. The second is the first again where there is no other: looking whether there is
    /// one is a branch that processors guess wrong at every third location, a tenth of the time that
    /// sums take.
    first: [NodeId; 2],
    /// Where in `several` it is told where all of them are, with the bit [`MORE`] if there are more than
    /// two; [`ALONE`] if there is one.
    several: u32,
}

const MORE: u32 = 1 << 31;
const ALONE: u32 = MORE - 1;

/// A location that was not met yet.
const UNKNOWN: LocationSites = LocationSites {
    first: [NodeId::MAX; 2],
    several: ALONE,
};

impl LocationSites {
    #[inline]
    fn is_known(self) -> bool {
        let [first, _] = self.first;
        first != NodeId::MAX
    }
}

/// All sites of a location that has several.
#[inline]
fn all_of<'a>(several: &[(u32, u32)], flattened: &'a [NodeId], at: u32) -> &'a [NodeId] {
    let range = several.get((at & !MORE) as usize);
    let all = range.and_then(|&(start, end)| flattened.get(start as usize..end as usize));
    all.unwrap_or_default()
}

impl Nodes {
    /// No sites yet.
    pub(crate) fn new(shape: Shape) -> Self {
        Self {
            shape,
            texts: None,
            keys: Interner::default(),
            makers: Vec::new(),
            seen_inlined: Vec::new(),
            seen_called: Vec::new(),
            by_location: Vec::new(),
            several: Vec::new(),
            flattened: Vec::new(),
        }
    }

    /// No sites yet, of tables that are complete.
    pub(crate) fn settled(tables: &Tables, shape: Shape) -> Self {
        Self {
            texts: Some(Texts::of(tables, &shape)),
            ..Self::new(shape)
        }
    }

    /// The sites of all locations of complete tables, for [`Nodes::known`].
    pub(crate) fn of(tables: &Tables, shape: Shape) -> Self {
        let mut nodes = Self::settled(tables, shape);
        for at in 0..tables.location_count() {
            if let Some(at) = tables.location_index(at) {
                nodes.of_location(tables, at);
            }
        }
        nodes
    }

    /// Tells sites apart by their texts, now that tables are complete, instead of by the numbers of
    /// texts. `false` where these are other sites and the profile has to be read again: two numbers
    /// meant one text, or a name turned out to be empty.
    pub(crate) fn settle(&mut self, tables: &Tables) -> bool {
        if self.texts.is_some() {
            return true;
        }
        let texts = Texts::of(tables, &self.shape);
        let mut settled = Interner::default();
        for (at, (key, maker)) in self.keys.keys().iter().zip(&self.makers).enumerate() {
            let (name, file) = maker.function.map_or((0, 0), |known| texts.function(known));
            let is_named_alike = (name == 0) == (key.name == 0);
            let kept = |number, text| if number == 0 { 0 } else { text };
            let key = NodeKey {
                name,
                file: kept(key.file, file),
                object: kept(key.object, texts.object(maker.mapping)),
                ..*key
            };
            if !is_named_alike || settled.add(key) as usize != at {
                return false;
            }
        }
        self.keys = settled;
        self.texts = Some(texts);
        true
    }

    /// What counts as one site.
    pub(crate) fn granularity(&self) -> Granularity {
        self.shape.granularity
    }

    /// Number of sites.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The sites of a location, from the function really called to the innermost inlined one.
    #[inline]
    pub(crate) fn of_location(&mut self, tables: &Tables, at: LocationIndex) -> &[NodeId] {
        let sites = self.by_location.get(at.get());
        if !sites.is_some_and(|sites| sites.is_known()) {
            self.add_location(tables, at, usize::MAX);
        }
        self.known(at)
    }

    /// The sites of a location that was looked up before.
    #[inline]
    pub(crate) fn known(&self, at: LocationIndex) -> &[NodeId] {
        match self.by_location.get(at.get()) {
            Some(sites) if sites.several != ALONE => {
                all_of(&self.several, &self.flattened, sites.several)
            }
            Some(LocationSites {
                first: [first, _], ..
            }) if *first != NodeId::MAX => slice::from_ref(first),
            _ => &[],
        }
    }

    /// The sites of each of some locations, up to the first that was not met yet.
    #[inline]
    pub(crate) fn met(&self, locations: &[LocationIndex]) -> impl Iterator<Item = FrameItems<'_>> {
        let by_location = self.by_location.as_slice();
        let (several, flattened) = (self.several.as_slice(), self.flattened.as_slice());
        locations.iter().map_while(move |at| {
            let sites = by_location.get(at.get()).filter(|sites| sites.is_known())?;
            let others = match sites.several & MORE {
                0 => &[],
                _ => all_of(several, flattened, sites.several)
                    .get(2..)
                    .unwrap_or_default(),
            };
            Some(FrameItems {
                first: sites.first,
                are_two: sites.several != ALONE,
                others,
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
    fn add_location(&mut self, tables: &Tables, at: LocationIndex, count: usize) {
        let sites = self.add_lines(tables, at, count.max(1));
        if self.by_location.len() <= at.get() {
            self.by_location.resize(at.get() + 1, UNKNOWN);
        }
        if let Some(slot) = self.by_location.get_mut(at.get()) {
            *slot = sites;
        }
    }

    fn add_lines(&mut self, tables: &Tables, at: LocationIndex, count: usize) -> LocationSites {
        let location = tables.location(at);
        let count = match self.shape.no_inlines {
            true => count.min(1),
            false => count,
        };
        let maker = Maker {
            function: None,
            mapping: location.mapping,
        };
        let bare = NodeKey {
            object: self.object(tables, location.mapping),
            address: location.address,
            ..NodeKey::default()
        };
        let start = self.flattened.len() as u32;
        if location.lines.is_empty() {
            self.push(self.placed(bare), maker, false);
        }
        for (depth, line) in location.lines.iter().rev().take(count).enumerate() {
            let key = self.line_key(tables, line, bare);
            let function = Some(line.function);
            self.push(key, Maker { function, ..maker }, depth > 0);
        }
        let end = self.flattened.len() as u32;
        let first = |at: u32| self.flattened.get((start + at) as usize).copied();
        let outer = first(0).unwrap_or(0);
        let first = [outer, first(1).unwrap_or(outer)];
        if end - start == 1 {
            self.flattened.truncate(start as usize);
            return LocationSites {
                first,
                several: ALONE,
            };
        }
        let more = if end - start > 2 { MORE } else { 0 };
        self.several.push((start, end));
        LocationSites {
            first,
            several: (self.several.len() as u32 - 1) | more,
        }
    }

    /// The binary of a mapping: until texts are settled its number in the profile, and whether it
    /// has a build id, by which a file is told from an address.
    fn object(&self, tables: &Tables, mapping: Option<MappingIndex>) -> TextId {
        if let Some(texts) = &self.texts {
            return texts.object(mapping);
        }
        let mapping = mapping.and_then(|mapping| tables.mapping(mapping));
        let named = mapping.filter(|mapping| !mapping.file.is_empty());
        named.map_or(0, |mapping| {
            mapping.file.get() as u32 * 2 + u32::from(mapping.build_id.is_empty())
        })
    }

    /// The key of a frame with symbols (graph/graph.go: nodeInfo, after profile/profile.go:
    /// Aggregate has blanked what the granularity leaves out).
    fn line_key(&self, tables: &Tables, line: &Line, bare: NodeKey) -> NodeKey {
        let parts = self.shape.parts();
        let function = tables.function(line.function);
        let (name, file) = match &self.texts {
            Some(texts) => texts.function(line.function),
            None => (function.name.get() as u32, function.filename.get() as u32),
        };
        let name = if parts.name { name } else { 0 };
        let is_unnamed = name == 0 && !self.shape.is_package();
        let has_file = parts.file || is_unnamed && self.shape.places_unnamed;
        let is_plain_file = self.shape.across_builds && has_file && file != 0;
        let has_object = is_unnamed && !is_plain_file || self.shape.keeps_objects;
        let key = NodeKey {
            name,
            file: if has_file { file } else { 0 },
            object: if has_object { bare.object } else { 0 },
            start_line: if has_object { function.start_line } else { 0 },
            line: if parts.line { line.line } else { 0 },
            column: if parts.column { line.column } else { 0 },
            address: bare.address,
        };
        self.placed(key)
    }

    /// A key with the address only where that is kept.
    fn placed(&self, key: NodeKey) -> NodeKey {
        let is_unnamed = key.name == 0 && self.shape.places_unnamed;
        let has_address = self.shape.parts().address || is_unnamed;
        NodeKey {
            address: if has_address { key.address } else { 0 },
            ..key
        }
    }

    fn push(&mut self, key: NodeKey, maker: Maker, is_inlined: bool) {
        let node = self.keys.add(key);
        if self.makers.len() < self.keys.len() {
            self.makers.push(maker);
            self.seen_inlined.push(false);
            self.seen_called.push(false);
        }
        let seen = match is_inlined {
            true => &mut self.seen_inlined,
            false => &mut self.seen_called,
        };
        if let Some(seen) = seen.get_mut(node as usize) {
            *seen = true;
        }
        self.flattened.push(node);
    }

    /// Whether any frame of a site was inlined.
    pub(crate) fn is_ever_inlined(&self, node: NodeId) -> bool {
        let inlined = self.seen_inlined.get(node as usize);
        inlined.copied().unwrap_or(false)
    }

    /// Whether a site's frames were inlined.
    pub(crate) fn inlined(&self, node: NodeId) -> Inlined {
        let called = self.seen_called.get(node as usize).copied();
        Inlined::from_seen(self.is_ever_inlined(node), called.unwrap_or(false))
    }

    /// The function that a site was first met in.
    pub(crate) fn function_of(&self, node: NodeId) -> Option<FunctionIndex> {
        self.makers.get(node as usize)?.function
    }

    /// The line at which a site's function starts, where sites are lines.
    pub(crate) fn function_start(&self, tables: &Tables, node: NodeId) -> Option<i64> {
        let function = self.function_of(node)?;
        let start = tables.function(function).start_line;
        (start != 0 && self.shape.parts().line).then_some(start)
    }

    /// What tells a site from the others.
    pub(crate) fn key(&self, node: NodeId) -> NodeKey {
        self.keys.get(node).copied().unwrap_or_default()
    }

    /// A site in the bytes of the profile, once texts are settled.
    pub(crate) fn parts(&self, node: NodeId) -> SiteParts<'_> {
        let key = self.key(node);
        let text = |number| {
            self.texts
                .as_ref()
                .map_or(&b""[..], |texts| texts.get(number))
        };
        SiteParts {
            address: key.address,
            function: text(key.name),
            file: text(key.file),
            line: key.line,
            column: key.column,
            object: text(key.object),
            start_line: key.start_line,
            is_package: self.shape.is_package(),
        }
    }

    /// A site in texts.
    pub(crate) fn site(&self, node: NodeId) -> Site {
        self.parts(node).site()
    }
}

impl NodeKey {
    /// What sites of one function have in common: all but address and line (graph/graph.go:
    /// FindOrInsertNode).
    pub(crate) fn of_function(self) -> NodeKey {
        if self.address == 0 && self.line == 0 {
            return self;
        }
        NodeKey {
            address: 0,
            line: 0,
            column: 0,
            ..self
        }
    }
}
