use std::collections::HashMap;

use heapwise_decode::{Line, Location, LocationIndex, Tables};

use super::info::NodeInfo;
use super::kind::GraphKind;
use super::names::{NameRank, name_ranks};
use crate::site::granularity::{Granularity, Parts};
use crate::site::identity::{clean_path, package_of};
use crate::site::source_path::PathTrim;
use crate::view::ViewOptions;

/// A site's number in its graph.
pub(crate) type SiteId = u32;

/// The sites of a profile under a granularity, which of them each location stands for, and how
/// their names order.
///
/// Sites are told apart by texts, not by the numbers of texts: two numbers may mean one text, and
/// trimming makes paths equal.
#[derive(Debug, Clone)]
pub(crate) struct Sites {
    texts: Vec<Vec<u8>>,
    keys: Vec<SiteKey>,
    is_package: bool,
    /// Where each location's sites end in `flattened`.
    ends: Vec<u32>,
    /// Sites of all locations, each from the function really called to the innermost inlined one.
    flattened: Vec<SiteId>,
    names: Vec<NameRank>,
}

/// What tells sites apart (graph/graph.go: NodeInfo), texts as numbers of distinct texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct SiteKey {
    pub(super) name: u32,
    pub(super) file: u32,
    pub(super) object: u32,
    pub(super) start_line: i64,
    pub(super) line: i64,
    pub(super) column: i64,
    pub(super) address: u64,
}

impl Sites {
    /// The sites of all locations.
    pub(crate) fn of(tables: &Tables, options: &ViewOptions, kind: GraphKind) -> Sites {
        let mut maker = Maker::new(tables, options, kind);
        for location in tables.locations() {
            maker.add(tables, &location);
        }
        maker.finish()
    }

    /// Number of sites.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// What names a site.
    pub(crate) fn info(&self, site: SiteId) -> NodeInfo {
        self.info_of(&self.keys.get(site as usize).copied().unwrap_or_default())
    }

    pub(super) fn info_of(&self, key: &SiteKey) -> NodeInfo {
        NodeInfo {
            function: self.text(key.name).to_vec(),
            file: self.text(key.file).to_vec(),
            line: key.line,
            column: key.column,
            address: key.address,
            object: self.text(key.object).to_vec(),
            start_line: key.start_line,
            is_package: self.is_package,
        }
    }

    /// All keys, in order of sites.
    pub(super) fn keys(&self) -> &[SiteKey] {
        &self.keys
    }

    /// A text of a key.
    pub(super) fn text(&self, number: u32) -> &[u8] {
        self.texts.get(number as usize).map_or(&[], Vec::as_slice)
    }

    /// What sites of one function have in common: all but address and line (graph/graph.go:
    /// FindOrInsertNode).
    pub(super) fn function(&self, site: SiteId) -> SiteKey {
        let key = self.keys.get(site as usize).copied().unwrap_or_default();
        if key.address == 0 && key.line == 0 {
            return key;
        }
        SiteKey {
            address: 0,
            line: 0,
            column: 0,
            ..key
        }
    }

    /// The place of a site's name.
    pub(crate) fn name(&self, site: SiteId) -> NameRank {
        self.names.get(site as usize).copied().unwrap_or_default()
    }

    /// By site, whether it is inlined in some location.
    pub(super) fn ever_inlined(&self) -> Vec<bool> {
        let mut is_inlined = vec![false; self.keys.len()];
        let mut start = 0;
        for &end in &self.ends {
            let sites = self.flattened.get(start..end as usize).unwrap_or_default();
            for &site in sites.iter().skip(1) {
                if let Some(is_inlined) = is_inlined.get_mut(site as usize) {
                    *is_inlined = true;
                }
            }
            start = end as usize;
        }
        is_inlined
    }

    /// The sites of a location, from the function really called to the innermost inlined one.
    pub(crate) fn of_location(&self, at: LocationIndex) -> &[SiteId] {
        let before = at.get().checked_sub(1);
        let start = before.and_then(|before| self.ends.get(before));
        let start = start.copied().unwrap_or(0) as usize;
        let end = self.ends.get(at.get()).copied().unwrap_or(0) as usize;
        self.flattened.get(start..end).unwrap_or_default()
    }
}

struct Maker {
    granularity: Granularity,
    parts: Parts,
    no_inlines: bool,
    keeps_objects: bool,
    texts: Texts,
    /// Per function, the numbers of its name and its file.
    functions: Vec<(u32, u32)>,
    /// Per mapping, the number of its file.
    objects: Vec<u32>,
    by_key: HashMap<SiteKey, SiteId>,
    keys: Vec<SiteKey>,
    ends: Vec<u32>,
    flattened: Vec<SiteId>,
}

impl Maker {
    fn new(tables: &Tables, options: &ViewOptions, kind: GraphKind) -> Maker {
        let granularity = kind.granularity(options);
        let parts = parts(granularity, options);
        let trim = PathTrim::new(&options.trim_path, &options.source_path);
        let mut texts = Texts::default();
        texts.number(Vec::new());
        let functions = tables.functions().iter().map(|function| {
            let name = match (parts.name, granularity) {
                (false, _) => Vec::new(),
                (true, Granularity::Packages) => package_of(&tables.text(function.name))
                    .map_or_else(
                        || tables.text_bytes(function.name).to_vec(),
                        String::into_bytes,
                    ),
                (true, _) => tables.text_bytes(function.name).to_vec(),
            };
            let file = match tables.text_bytes(function.filename) {
                path if parts.file && !path.is_empty() => match trim.apply(path) {
                    [] => Vec::new(),
                    path => clean_path(path),
                },
                _ => Vec::new(),
            };
            (texts.number(name), texts.number(file))
        });
        let functions = functions.collect();
        let mappings = tables.mappings().iter();
        let objects = mappings
            .map(|mapping| texts.number(tables.text_bytes(mapping.file).to_vec()))
            .collect();
        Maker {
            granularity,
            parts,
            no_inlines: options.no_inlines,
            keeps_objects: kind.keeps_objects(),
            texts,
            functions,
            objects,
            by_key: HashMap::new(),
            keys: Vec::new(),
            ends: Vec::new(),
            flattened: Vec::new(),
        }
    }

    fn add(&mut self, tables: &Tables, location: &Location<'_>) {
        let object = location.mapping.and_then(|at| self.objects.get(at.get()));
        let object = object.copied().unwrap_or(0);
        let address = if self.parts.address {
            location.address
        } else {
            0
        };
        if location.lines.is_empty() {
            self.push(SiteKey {
                address,
                object,
                ..SiteKey::default()
            });
        }
        let count = if self.no_inlines { 1 } else { usize::MAX };
        for line in location.lines.iter().rev().take(count) {
            let key = self.line_key(tables, line, address, object);
            self.push(key);
        }
        self.ends.push(self.flattened.len() as u32);
    }

    /// The key of a frame with symbols (graph/graph.go: nodeInfo, after profile/profile.go:
    /// Aggregate has blanked what the granularity leaves out).
    fn line_key(&self, tables: &Tables, line: &Line, address: u64, object: u32) -> SiteKey {
        let texts = self.functions.get(line.function.get());
        let (name, file) = texts.copied().unwrap_or_default();
        let is_unnamed = name == 0 && self.granularity != Granularity::Packages;
        let has_object = self.keeps_objects || is_unnamed;
        SiteKey {
            name,
            file,
            object: if has_object { object } else { 0 },
            start_line: if has_object {
                tables.function(line.function).start_line
            } else {
                0
            },
            line: if self.parts.line { line.line } else { 0 },
            column: if self.parts.column { line.column } else { 0 },
            address,
        }
    }

    fn push(&mut self, key: SiteKey) {
        let next = self.keys.len() as SiteId;
        let site = *self.by_key.entry(key).or_insert(next);
        if site == next {
            self.keys.push(key);
        }
        self.flattened.push(site);
    }

    fn finish(self) -> Sites {
        let mut sites = Sites {
            texts: self.texts.texts,
            keys: self.keys,
            is_package: self.granularity == Granularity::Packages,
            ends: self.ends,
            flattened: self.flattened,
            names: Vec::new(),
        };
        sites.names = name_ranks(&sites);
        sites
    }
}

/// Which parts of a frame are kept. Columns are unless asked for only where the profile is left
/// as it is (driver/driver.go: aggregate; profile/profile.go: Aggregate).
fn parts(granularity: Granularity, options: &ViewOptions) -> Parts {
    let parts = granularity.parts();
    let is_untouched = parts.address && !options.no_inlines;
    Parts {
        column: is_untouched || (parts.line && options.show_columns),
        ..parts
    }
}

/// Distinct texts and their numbers; the empty text is 0.
#[derive(Default)]
struct Texts {
    numbers: HashMap<Vec<u8>, u32>,
    texts: Vec<Vec<u8>>,
}

impl Texts {
    fn number(&mut self, text: Vec<u8>) -> u32 {
        if let Some(&known) = self.numbers.get(&text) {
            return known;
        }
        let number = self.texts.len() as u32;
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }
}
