use std::collections::HashMap;

use heapwise_decode::{Error, FunctionIndex, Line, Location, LocationIndex, Tables};

use super::routines::ListOptions;
use crate::rank::objects_of;
use crate::site::identity::clean_path;
use crate::site::source_path::trim_path;
use crate::view::{View, object_file};

/// The lines of chosen functions, told apart as pprof does for listings, with their values
/// (graph/graph.go: newGraph, with the names of binaries kept).
pub(super) struct LineNodes {
    pub(super) nodes: Vec<LineNode>,
    names: Interner,
    files: Interner,
}

/// A line of a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineNode {
    pub(super) key: NodeKey,
    pub(super) flat: Sum,
    pub(super) cum: Sum,
    last_sample: usize,
}

/// What samples add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum {
    pub(super) value: i128,
    pub(super) objects: i128,
}

impl std::ops::AddAssign for Sum {
    fn add_assign(&mut self, other: Sum) {
        self.value += other.value;
        self.objects += other.objects;
    }
}

/// What tells lines apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct NodeKey {
    pub(super) name: u32,
    pub(super) file: u32,
    pub(super) start_line: i64,
    pub(super) line: i64,
    column: i64,
    object: u32,
}

/// Texts by number.
#[derive(Default)]
struct Interner {
    by_text: HashMap<Vec<u8>, u32>,
    texts: Vec<Vec<u8>>,
}

impl Interner {
    fn number(&mut self, text: &[u8]) -> u32 {
        if let Some(&known) = self.by_text.get(text) {
            return known;
        }
        let next = self.texts.len() as u32;
        self.by_text.insert(text.to_vec(), next);
        self.texts.push(text.to_vec());
        next
    }

    fn text(&self, number: u32) -> &[u8] {
        self.texts
            .get(number as usize)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

impl LineNodes {
    pub(super) fn name(&self, node: &LineNode) -> &[u8] {
        self.names.text(node.key.name)
    }

    pub(super) fn file(&self, node: &LineNode) -> &[u8] {
        self.files.text(node.key.file)
    }

    /// The lines of the functions chosen, in no particular order.
    pub(super) fn of(view: &View, choice: &ListOptions<'_>) -> Result<LineNodes, Error> {
        let mut builder = Builder::new(view, choice);
        let objects = objects_of(view.header(), view.sample_index());
        let mut number = 0;
        view.each(|sample| {
            number += 1;
            let at = |index: usize| sample.values().get(index).copied().unwrap_or(0);
            let value = at(view.sample_index());
            let sum = Sum {
                value: value.into(),
                objects: at(objects).into(),
            };
            if value != 0 || view.options().mean && at(0) != 0 {
                builder.add(number, sum, sample.stack());
            }
        })?;
        let mut nodes = builder.nodes;
        nodes.retain(|node| node.flat.value != 0 || node.cum.value != 0);
        if view.options().drop_negative {
            nodes.retain(|node| {
                let (flat, cum) = (node.flat.value, node.cum.value);
                flat > 0 || (flat == 0 && cum >= 0)
            });
        }
        Ok(LineNodes {
            nodes,
            names: builder.names,
            files: builder.files,
        })
    }
}

struct Builder<'a> {
    view: &'a View,
    tables: &'a Tables,
    choice: &'a ListOptions<'a>,
    /// Functions that land on the address asked for.
    at_address: Vec<Vec<u8>>,
    names: Interner,
    files: Interner,
    objects: Interner,
    by_function: Vec<Option<FunctionInfo>>,
    by_key: HashMap<NodeKey, u32>,
    nodes: Vec<LineNode>,
    by_location: Vec<Option<(u32, u32)>>,
    /// The nodes of locations, from the function really called to the innermost.
    flattened: Vec<Option<u32>>,
}

/// A function's texts by number; `None` where it is not listed.
#[derive(Debug, Clone, Copy)]
struct FunctionInfo {
    texts: Option<(u32, u32)>,
}

impl<'a> Builder<'a> {
    fn new(view: &'a View, choice: &'a ListOptions<'a>) -> Self {
        let tables = view.tables();
        let on_address = tables
            .locations()
            .filter(|location| choice.address == Some(location.address));
        let lines = on_address.flat_map(|location| location.lines);
        let at_address = lines
            .map(|line| tables.text_bytes(tables.function(line.function).name))
            .map(<[u8]>::to_vec)
            .collect();
        Builder {
            view,
            tables,
            choice,
            at_address,
            names: Interner::default(),
            files: Interner::default(),
            objects: Interner::default(),
            by_function: vec![None; tables.functions().len()],
            by_key: HashMap::new(),
            nodes: Vec::new(),
            by_location: vec![None; tables.location_count()],
            flattened: Vec::new(),
        }
    }

    /// Adds a sample: the cumulative value once to each node, the flat one to that of the leaf.
    fn add(&mut self, stamp: usize, value: Sum, stack: &[LocationIndex]) {
        let mut leaf = None;
        for &location in stack {
            let (start, end) = self.of_location(location);
            for at in start..end {
                leaf = self.flattened.get(at as usize).copied().flatten();
                let node = leaf.and_then(|node| self.nodes.get_mut(node as usize));
                if let Some(node) = node
                    && node.last_sample != stamp
                {
                    node.last_sample = stamp;
                    node.cum += value;
                }
            }
        }
        if let Some(node) = leaf.and_then(|node| self.nodes.get_mut(node as usize)) {
            node.flat += value;
        }
    }

    fn of_location(&mut self, at: LocationIndex) -> (u32, u32) {
        if let Some(Some(known)) = self.by_location.get(at.get()) {
            return *known;
        }
        let location = self.tables.location(at);
        let start = self.flattened.len() as u32;
        let inlined = match self.view.options().no_inlines {
            true => 1,
            false => usize::MAX,
        };
        if location.lines.is_empty() {
            let node = self.bare_node(&location);
            self.flattened.push(node);
        }
        for line in location.lines.iter().rev().take(inlined) {
            let node = self.line_node(&location, line);
            self.flattened.push(node);
        }
        let range = (start, self.flattened.len() as u32);
        if let Some(slot) = self.by_location.get_mut(at.get()) {
            *slot = Some(range);
        }
        range
    }

    /// The node of a location without symbols; it has the empty name.
    fn bare_node(&mut self, location: &Location<'_>) -> Option<u32> {
        (self.choice.matches)(b"").then(|| {
            let key = NodeKey {
                name: self.names.number(b""),
                file: self.files.number(b""),
                start_line: 0,
                line: 0,
                column: 0,
                object: self.objects.number(object_file(self.tables, location)),
            };
            self.node(key)
        })
    }

    fn line_node(&mut self, location: &Location<'_>, line: &Line) -> Option<u32> {
        let (name, file) = self.function(line.function)?;
        let has_columns = self.view.options().show_columns;
        let key = NodeKey {
            name,
            file,
            start_line: self.tables.function(line.function).start_line,
            line: line.line,
            column: if has_columns { line.column } else { 0 },
            object: self.objects.number(object_file(self.tables, location)),
        };
        Some(self.node(key))
    }

    fn function(&mut self, at: FunctionIndex) -> Option<(u32, u32)> {
        if let Some(Some(known)) = self.by_function.get(at.get()) {
            return known.texts;
        }
        let function = self.tables.function(at);
        let name = self.tables.text_bytes(function.name);
        let is_listed =
            (self.choice.matches)(name) || self.at_address.iter().any(|known| known == name);
        let texts = is_listed.then(|| {
            let options = self.view.options();
            let path = self.tables.text_bytes(function.filename);
            let file = match trim_path(path, &options.trim_path, &options.source_path) {
                [] => Vec::new(),
                path => clean_path(path),
            };
            (self.names.number(name), self.files.number(&file))
        });
        if let Some(slot) = self.by_function.get_mut(at.get()) {
            *slot = Some(FunctionInfo { texts });
        }
        texts
    }

    fn node(&mut self, key: NodeKey) -> u32 {
        let next = self.nodes.len() as u32;
        let node = *self.by_key.entry(key).or_insert(next);
        if node == next {
            self.nodes.push(LineNode {
                key,
                flat: Sum::default(),
                cum: Sum::default(),
                last_sample: 0,
            });
        }
        node
    }
}
