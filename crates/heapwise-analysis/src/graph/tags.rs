//! What the samples of a node were labelled with (graph/graph.go: addSample).

use std::collections::HashMap;

use heapwise_decode::{LabelValue, Profile, Sample};

use super::build::NodeId;
use super::label_sets::{LabelSets, Labelled, TagId};
use super::tree::StackTree;
use crate::rank::BASE_LABEL;
use crate::sums::measured::{Measured, Sum};
use crate::view::View;

/// The tags of nodes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tags {
    pub(crate) sets: LabelSets,
    /// In order of nodes, then of tags.
    tags: Vec<NodeTag>,
}

/// A tag at a node.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct NodeTag {
    pub(crate) node: NodeId,
    pub(crate) tag: TagId,
    /// What was sampled in the node with this tag.
    pub(crate) flat: Sum,
    /// What was sampled in the node and below.
    pub(crate) cum: Sum,
    /// The sample that had the tag first, and the number behind it.
    first: First,
}

/// The first of several samples, and its number: different numbers may print as one tag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct First {
    sample: u32,
    at: u32,
    value: i64,
}

impl NodeTag {
    /// The number that the tag stands for.
    pub(crate) fn value(&self) -> i64 {
        self.first.value
    }
}

impl Tags {
    /// The tags of the nodes that are wanted. `is_call_tree` tells whether nodes are those of the
    /// tree or sites.
    pub(crate) fn of(
        view: &View,
        tree: &StackTree,
        measured: Measured,
        wanted: &[bool],
        is_call_tree: bool,
    ) -> Tags {
        let (sets, sampled) = sampled(view, tree, measured);
        let mut sums = Sums {
            wanted,
            is_call_tree,
            tags: HashMap::new(),
        };
        sums.add_all(tree, sampled);
        let mut tags: Vec<NodeTag> = sums.tags.into_values().collect();
        tags.sort_unstable_by_key(|tag| (tag.node, tag.tag));
        Tags { sets, tags }
    }

    /// Leaves out the tags of which less than `cutoff` was sampled (graph/graph.go:
    /// TrimLowFrequencyTags).
    pub(crate) fn drop_small(&mut self, cutoff: u128) {
        let is_large = |sum: Sum| sum.value.unsigned_abs() >= cutoff;
        self.tags
            .retain(|tag| is_large(tag.flat) || is_large(tag.cum));
    }

    /// The tags of a node.
    pub(crate) fn of_node(&self, node: NodeId) -> &[NodeTag] {
        let start = self.tags.partition_point(|tag| tag.node < node);
        let end = self.tags.partition_point(|tag| tag.node <= node);
        self.tags.get(start..end).unwrap_or_default()
    }
}

/// What was sampled with a tag, at the end of a stack or anywhere below.
#[derive(Debug, Clone, Copy)]
struct Sampled {
    leaf: u32,
    tag: TagId,
    sum: Sum,
    first: First,
}

/// The tags of all samples, in order of leaves.
fn sampled(view: &View, tree: &StackTree, measured: Measured) -> (LabelSets, Vec<Sampled>) {
    let mut sets = LabelSets::new(view);
    let mut sampled: Vec<Sampled> = Vec::new();
    let profile = view.profile();
    let mut labelled = Labelled::default();
    for (sample, &leaf) in profile.samples().zip(&tree.leaf_of_sample) {
        let Some(sum) = measured
            .of(sample.values())
            .filter(|_| (leaf as usize) < tree.nodes.len())
        else {
            continue;
        };
        read_labels(profile, &sample, &mut labelled);
        for (at, (tag, value)) in sets.tags(&mut labelled).enumerate() {
            sampled.push(Sampled {
                leaf,
                tag,
                sum,
                first: First {
                    sample: sample.number() as u32,
                    at: at as u32,
                    value,
                },
            });
        }
    }
    sampled.sort_unstable_by_key(|tag| (tag.leaf, tag.tag, tag.first));
    (sets, sampled)
}

/// What of a sample's labels becomes tags: all texts but the mark of a base, and sizes
/// (report/report.go: newGraph).
fn read_labels<'a>(profile: &'a Profile, sample: &Sample<'_>, labelled: &mut Labelled<'a>) {
    let tables = profile.tables();
    labelled.texts.clear();
    labelled.numbers.clear();
    for label in sample.labels().iter() {
        let key = tables.text_bytes(label.key);
        match label.value {
            LabelValue::Text(text) if key != BASE_LABEL.as_bytes() => {
                labelled.texts.push((key, tables.text_bytes(text)));
            }
            LabelValue::Number { value, .. } if key == b"bytes" => labelled.numbers.push(value),
            LabelValue::Text(_) | LabelValue::Number { .. } => {}
        }
    }
}

struct Sums<'a> {
    wanted: &'a [bool],
    is_call_tree: bool,
    tags: HashMap<(NodeId, TagId), NodeTag>,
}

impl Sums<'_> {
    /// Goes through the tree from the leaves to the roots: what was sampled below a node is at
    /// hand when its turn comes.
    fn add_all(&mut self, tree: &StackTree, mut sampled: Vec<Sampled>) {
        let mut below: Vec<(u32, Vec<Sampled>)> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate().rev() {
            let mut all: Vec<Sampled> = Vec::new();
            while let Some((_, children)) = below.pop_if(|(depth, _)| *depth > node.depth) {
                let (mut more, fewer) = if children.len() > all.len() {
                    (children, all)
                } else {
                    (all, children)
                };
                more.extend(fewer);
                all = more;
            }
            let graph_node = if self.is_call_tree {
                at as NodeId
            } else {
                node.site
            };
            let is_wanted = self.wanted.get(graph_node as usize) == Some(&true);
            while let Some(own) = sampled.pop_if(|own| own.leaf as usize == at) {
                if is_wanted {
                    self.add(graph_node, own, |tag| &mut tag.flat);
                }
                all.push(own);
            }
            join_same(&mut all);
            if is_wanted && (self.is_call_tree || node.is_outermost) {
                for &sampled in &all {
                    self.add(graph_node, sampled, |tag| &mut tag.cum);
                }
            }
            if !all.is_empty() && !node.is_root() {
                below.push((node.depth, all));
            }
        }
    }

    fn add(&mut self, node: NodeId, sampled: Sampled, sum: fn(&mut NodeTag) -> &mut Sum) {
        let tag = self
            .tags
            .entry((node, sampled.tag))
            .or_insert_with(|| NodeTag {
                node,
                tag: sampled.tag,
                first: sampled.first,
                ..NodeTag::default()
            });
        tag.first = tag.first.min(sampled.first);
        *sum(tag) += sampled.sum;
    }
}

/// Joins what has the same tag.
fn join_same(sampled: &mut Vec<Sampled>) {
    sampled.sort_unstable_by_key(|sampled| (sampled.tag, sampled.first));
    sampled.dedup_by(|later, first| {
        let is_same = later.tag == first.tag;
        if is_same {
            first.sum += later.sum;
        }
        is_same
    });
}
