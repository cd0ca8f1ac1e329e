//! A label of samples as a picture shows it.

use super::label_sets::{LabelSets, Tag};
use super::report::{CallGraph, GraphNode};
use super::tags::NodeTag;
use crate::profile::units::narrow;
use crate::sums::measured::Sum;

/// What a part of a node's samples was labelled with (graph/graph.go: Tag).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GraphTag {
    /// The labels, one after the other, or a size as it is printed.
    pub name: Vec<u8>,
    /// The size.
    pub value: i64,
    /// The unit of sizes.
    pub unit: String,
    /// What was sampled in the node, and what that is to be divided by for a mean; 0 where none is
    /// asked for.
    pub flat: (i64, i64),
    /// What was sampled in the node and below.
    pub cum: (i64, i64),
}

impl GraphTag {
    fn new(sets: &LabelSets, tag: &NodeTag, name: Vec<u8>) -> GraphTag {
        let pair = |sum: Sum| (narrow(sum.value), narrow(sum.divisor));
        GraphTag {
            name,
            value: tag.value(),
            unit: sets.unit().to_owned(),
            flat: pair(tag.flat),
            cum: pair(tag.cum),
        }
    }

    /// What was sampled in the node, as a mean where one is asked for.
    pub fn flat_mean(&self) -> i64 {
        self.flat.0.checked_div(self.flat.1).unwrap_or(self.flat.0)
    }

    /// What was sampled in the node and below, as a mean where one is asked for.
    pub fn cum_mean(&self) -> i64 {
        self.cum.0.checked_div(self.cum.1).unwrap_or(self.cum.0)
    }
}

impl CallGraph {
    /// The labels of a node's samples. Only a graph for a picture has them.
    pub fn label_tags(&self, node: &GraphNode) -> Vec<GraphTag> {
        let tags = self.tags.of_node(node.number).iter();
        tags.filter_map(|tag| match self.tags.sets.tag(tag.tag)? {
            Tag::Texts(name) => Some(GraphTag::new(&self.tags.sets, tag, name.clone())),
            Tag::Size(..) => None,
        })
        .collect()
    }

    /// The sizes of a node's samples with these labels, which may be empty.
    pub fn size_tags(&self, node: &GraphNode, labels: &[u8]) -> Vec<GraphTag> {
        let sets = &self.tags.sets;
        let has_labels =
            |texts: u32| matches!(sets.tag(texts), Some(Tag::Texts(name)) if name == labels);
        let tags = self.tags.of_node(node.number).iter();
        tags.filter_map(|tag| match sets.tag(tag.tag)? {
            Tag::Size(texts, name) if has_labels(*texts) => {
                Some(GraphTag::new(sets, tag, name.clone().into_bytes()))
            }
            Tag::Size(..) | Tag::Texts(_) => None,
        })
        .collect()
    }
}
