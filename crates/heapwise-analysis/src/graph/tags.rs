//! What the samples of a node were labelled with (graph/graph.go: addSample).

use std::collections::HashMap;

use heapwise_decode::{LabelValue, Sample, Tables};

use super::build::NodeId;
use super::label_sets::{LabelSets, Labelled, TagId};
use super::sites::Sites;
use super::tree::StackTree;
use crate::error::Result;
use crate::profile::base_label::BASE_LABEL;
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
    /// The tags of the nodes that are wanted, in one reading of the samples. Nodes are those of the
    /// tree, if there is one, or else sites.
    pub(crate) fn of(
        view: &View,
        sites: &Sites,
        tree: Option<&StackTree>,
        measured: Measured,
        wanted: &[bool],
    ) -> Result<Tags> {
        let mut sums = Sums {
            wanted,
            sets: LabelSets::new(view),
            tags: HashMap::new(),
        };
        let mut path = Vec::new();
        let mut labelled = Labelled::default();
        view.each_measured(measured, |sample| {
            let Some(sum) = measured.of(sample.values()) else {
                return;
            };
            path.clear();
            match tree {
                Some(tree) => path.extend(tree.path(sites, sample.stack())),
                None => {
                    let stack = sample.stack().iter();
                    path.extend(stack.flat_map(|&at| sites.of_location(at)));
                }
            }
            read_labels(view.tables(), sample, &mut labelled);
            sums.add(sample, &mut path, &mut labelled, sum);
        })?;
        let mut tags: Vec<NodeTag> = sums.tags.into_values().collect();
        tags.sort_unstable_by_key(|tag| (tag.node, tag.tag));
        Ok(Tags {
            sets: sums.sets,
            tags,
        })
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

/// What of a sample's labels becomes tags: all texts but the mark of a base, and sizes
/// (report/report.go: newGraph).
fn read_labels<'a>(tables: &'a Tables, sample: &Sample<'_>, labelled: &mut Labelled<'a>) {
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
    sets: LabelSets,
    tags: HashMap<(NodeId, TagId), NodeTag>,
}

impl Sums<'_> {
    /// Adds a sample to its leaf and once to every node on its path, for each of its tags.
    fn add(
        &mut self,
        sample: &Sample<'_>,
        path: &mut Vec<NodeId>,
        labelled: &mut Labelled<'_>,
        sum: Sum,
    ) {
        let Some(&leaf) = path.last() else {
            return;
        };
        let is_wanted = |node: &NodeId| self.wanted.get(*node as usize) == Some(&true);
        let leaf = Some(leaf).filter(is_wanted);
        path.retain(is_wanted);
        path.sort_unstable();
        path.dedup();
        for (at, (tag, value)) in self.sets.tags(labelled).enumerate() {
            let first = First {
                sample: sample.number() as u32,
                at: at as u32,
                value,
            };
            if let Some(leaf) = leaf {
                self.tag(leaf, tag, first).flat += sum;
            }
            for &node in path.iter() {
                self.tag(node, tag, first).cum += sum;
            }
        }
    }

    fn tag(&mut self, node: NodeId, tag: TagId, first: First) -> &mut NodeTag {
        let known = self.tags.entry((node, tag)).or_insert_with(|| NodeTag {
            node,
            tag,
            first,
            ..NodeTag::default()
        });
        known.first = known.first.min(first);
        known
    }
}
