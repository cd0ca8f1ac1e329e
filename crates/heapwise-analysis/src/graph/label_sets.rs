//! The distinct tags of samples: their texts together, and each size beside the texts it came with.

use crate::profile::units::scaled_label;
use crate::site::interner::Interner;
use crate::view::View;

/// A tag's number.
pub(crate) type TagId = u32;

/// The tags that occur.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelSets {
    /// The unit of sizes, and the one in which they are named.
    unit: (String, String),
    tags: Interner<Tag>,
}

/// What tells tags apart (graph/graph.go: Node.LabelTags, Node.NumericTags).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Tag {
    /// Texts, joined; empty for samples without.
    Texts(Vec<u8>),
    /// A size as it is printed, and the texts that it came with.
    Size(TagId, String),
}

/// The labels of one sample.
#[derive(Debug, Default)]
pub(crate) struct Labelled<'a> {
    pub(crate) texts: Vec<(&'a [u8], &'a [u8])>,
    pub(crate) numbers: Vec<i64>,
}

impl LabelSets {
    /// None yet, of a view.
    pub(crate) fn new(view: &View) -> LabelSets {
        let from = view.label_units().unit(b"bytes").unwrap_or_default();
        LabelSets {
            unit: (from, view.options().unit.clone()),
            ..LabelSets::default()
        }
    }

    /// The tags of a sample with the numbers they stand for: its texts, if it has any, then its
    /// sizes.
    pub(crate) fn tags(
        &mut self,
        labelled: &mut Labelled<'_>,
    ) -> impl Iterator<Item = (TagId, i64)> + use<> {
        let joined = joined(&mut labelled.texts);
        let has_texts = !joined.is_empty();
        let texts = self.tags.add(Tag::Texts(joined));
        let mut tags: Vec<(TagId, i64)> = Vec::with_capacity(1 + labelled.numbers.len());
        if has_texts {
            tags.push((texts, 0));
        }
        for &number in &labelled.numbers {
            let name = scaled_label(number, &self.unit.0, &self.unit.1);
            tags.push((self.tags.add(Tag::Size(texts, name)), number));
        }
        tags.into_iter()
    }

    /// What a tag is.
    pub(crate) fn tag(&self, tag: TagId) -> Option<&Tag> {
        self.tags.get(tag)
    }

    /// The unit of sizes.
    pub(crate) fn unit(&self) -> &str {
        &self.unit.0
    }
}

/// Texts with their names, in order, with graphviz's line break between them (graph/graph.go:
/// joinLabels).
fn joined(texts: &mut [(&[u8], &[u8])]) -> Vec<u8> {
    let mut pairs: Vec<Vec<u8>> = texts
        .iter()
        .map(|(key, text)| [key, &b":"[..], text].concat())
        .collect();
    pairs.sort_unstable();
    pairs.join(&b"\\n"[..])
}
