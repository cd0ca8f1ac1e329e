//! The tables of names that a page has once, whatever stands on them.

use std::collections::BTreeMap;
use std::io;

use heapwise_analysis::flame::{FlameFrame, FlameGraph, FlameKind};
use heapwise_analysis::stats::Confidence;
use heapwise_analysis::{Header, Origin, Sampling, SamplingError};
use serde::Serialize;

use crate::formats::text::printable;
use crate::page::FlamePicture;

/// What every page with a flame graph knows.
#[derive(Debug, Serialize)]
pub(super) struct Shared {
    title: String,
    mode: &'static str,
    confidence: f64,
    types: Vec<Type>,
    #[serde(rename = "type")]
    shown: usize,
    files: Vec<String>,
    functions: Functions,
    nodes: Nodes,
    pruned: Option<Pruned>,
}

/// The sample types that a page has, and which of them is shown first.
pub(super) struct Shown {
    pub(super) types: Vec<Type>,
    pub(super) first: usize,
}

impl Shared {
    pub(super) fn of(
        (title, mode): (&str, &'static str),
        graph: &FlameGraph,
        of: Shown,
        confidence: Confidence,
    ) -> Shared {
        let (files, functions) = functions(graph);
        Shared {
            title: shown(title),
            mode,
            confidence: confidence.level(),
            types: of.types,
            shown: of.first,
            files,
            functions,
            nodes: nodes(graph),
            pruned: pruned(graph),
        }
    }

    /// As a page has it, with what is of its own kind.
    pub(super) fn picture(&self, own: &impl Serialize) -> io::Result<FlamePicture> {
        let data = Data { shared: self, own };
        let text = serde_json::to_string(&data).map_err(io::Error::other)?;
        Ok(FlamePicture(text))
    }
}

#[derive(Serialize)]
struct Data<'a, T: Serialize> {
    #[serde(flatten)]
    shared: &'a Shared,
    #[serde(flatten)]
    own: &'a T,
}

/// What frames are called and where they are, column by column.
#[derive(Debug, Serialize)]
struct Functions {
    name: Vec<String>,
    package: Vec<String>,
    file: Vec<i64>,
    line: Vec<i64>,
    origin: Vec<u8>,
    /// What some were called in an older build.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    older: BTreeMap<usize, String>,
}

/// The tree, column by column, in the order of a walk.
#[derive(Debug, Serialize)]
struct Nodes {
    depth: Vec<u32>,
    function: Vec<i64>,
    inlined: Vec<u8>,
    left_out: BTreeMap<usize, u64>,
}

/// What is not shown.
#[derive(Debug, Serialize)]
struct Pruned {
    frames: u64,
    below: f64,
    most: Option<usize>,
}

/// A sample type.
#[derive(Debug, Serialize)]
pub(super) struct Type {
    name: String,
    unit: String,
    sampling: &'static str,
    /// What shares are of, where that is not what is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) whole: Option<i128>,
}

/// Frames have no function, and these numbers instead.
const ROOT: i64 = -1;
const LEFT_OUT: i64 = -2;

/// The files and the functions of a graph.
fn functions(graph: &FlameGraph) -> (Vec<String>, Functions) {
    let mut files: Vec<String> = Vec::new();
    let mut numbers: BTreeMap<&str, i64> = BTreeMap::new();
    let mut functions = Functions {
        name: Vec::new(),
        package: Vec::new(),
        file: Vec::new(),
        line: Vec::new(),
        origin: Vec::new(),
        older: BTreeMap::new(),
    };
    for frame in &graph.frames {
        if let Some(older) = &frame.older {
            functions.older.insert(functions.name.len(), shown(older));
        }
        let file = frame.file.as_deref().map_or(-1, |file| {
            *numbers.entry(file).or_insert_with(|| {
                files.push(shown(file));
                files.len() as i64 - 1
            })
        });
        functions.name.push(shown(&frame.name()));
        functions
            .package
            .push(shown(frame.site.package.as_deref().unwrap_or("")));
        functions.file.push(file);
        functions.line.push(frame.line.unwrap_or(0));
        functions.origin.push(origin(frame));
    }
    (files, functions)
}

/// The tree of a graph.
fn nodes(graph: &FlameGraph) -> Nodes {
    let mut nodes = Nodes {
        depth: Vec::new(),
        function: Vec::new(),
        inlined: Vec::new(),
        left_out: BTreeMap::new(),
    };
    for (at, node) in graph.nodes.iter().enumerate() {
        nodes.depth.push(node.depth);
        nodes.inlined.push(node.is_inlined.into());
        nodes.function.push(match node.kind {
            FlameKind::Root => ROOT,
            FlameKind::Frame(frame) => frame.into(),
            FlameKind::LeftOut(count) => {
                nodes.left_out.insert(at, count);
                LEFT_OUT
            }
        });
    }
    nodes
}

/// What a graph leaves out.
fn pruned(graph: &FlameGraph) -> Option<Pruned> {
    graph.left_out.map(|left| Pruned {
        frames: left.frames,
        below: left.below,
        most: left.most,
    })
}

/// A sample type of a profile.
pub(super) fn sample_type(header: &Header, index: usize, sampling: Sampling) -> Type {
    let known = header.sample_types.get(index);
    Type {
        name: known.map_or_else(String::new, |known| shown(&known.type_)),
        unit: known.map_or_else(String::new, |known| shown(&known.unit)),
        sampling: match sampling.error() {
            SamplingError::Known => "known",
            SamplingError::Approximate => "approximate",
            SamplingError::Exact => "exact",
            SamplingError::Unknown => "unknown",
        },
        whole: None,
    }
}

fn origin(frame: &FlameFrame) -> u8 {
    match frame.origin {
        Origin::Own => 0,
        Origin::Module => 1,
        Origin::StandardLibrary => 2,
        Origin::Runtime => 3,
        Origin::Unknown => 4,
    }
}

/// A name without what would change how it is read.
pub(super) fn shown(text: &str) -> String {
    printable(text).into_owned()
}
