//! Frames named after labels, at the root and at the leaf of stacks (driver/tagroot.go:
//! addLabelNodes; driver/driver.go: generateTagRootsLeaves).

use std::collections::HashMap;

use heapwise_decode::{
    Function, LabelValue, Labels, Line, LocationIndex, Result, Tables, TablesEdit,
};

use super::options::SelectOptions;
use crate::profile::units::scaled_label;

/// The labels that become frames, numbered in the order in which samples have them.
#[derive(Debug)]
pub(super) struct TagNames {
    root: Keys,
    leaf: Keys,
    /// The unit in which numbers are named.
    unit: String,
    numbers: HashMap<Frame, usize>,
    frames: Vec<Frame>,
}

/// A frame: the name of its function and of its file.
type Frame = (Vec<u8>, Vec<u8>);

/// The names of labels that become frames at one end.
#[derive(Debug)]
struct Keys {
    keys: Vec<String>,
    /// Whether there are to be any.
    is_given: bool,
    /// Whether some sample has such a label.
    is_found: bool,
}

impl Keys {
    fn of(option: Option<&str>) -> Keys {
        let option = option.unwrap_or_default();
        let keys = option.split(',').filter(|key| !key.is_empty());
        Keys {
            keys: keys.map(str::to_owned).collect(),
            is_given: !option.is_empty(),
            is_found: false,
        }
    }
}

impl TagNames {
    pub(super) fn new(options: &SelectOptions, unit: &str) -> TagNames {
        TagNames {
            root: Keys::of(options.tag_root.as_deref()),
            leaf: Keys::of(options.tag_leaf.as_deref()),
            unit: unit.to_owned(),
            numbers: HashMap::new(),
            frames: Vec::new(),
        }
    }

    /// Whether there is anything to look for.
    #[inline]
    pub(super) fn are_needed(&self) -> bool {
        !self.root.keys.is_empty() || !self.leaf.keys.is_empty()
    }

    /// Forgets what was seen.
    pub(super) fn reset(&mut self) {
        self.numbers.clear();
        self.frames.clear();
        (self.root.is_found, self.leaf.is_found) = (false, false);
    }

    /// Looks at the labels of a sample. Frames are numbered from the last key to the first.
    pub(super) fn see(&mut self, tables: &Tables, labels: Labels<'_>) {
        for keys in [&mut self.root, &mut self.leaf] {
            for key in keys.keys.iter().rev() {
                let values = values(tables, labels, key.as_bytes(), &self.unit);
                keys.is_found |= !values.is_empty();
                let frame = frame(&values, key);
                let next = self.frames.len();
                if *self.numbers.entry(frame.clone()).or_insert(next) == next {
                    self.frames.push(frame);
                }
            }
        }
    }

    /// Which of the two options found no label.
    pub(super) fn notes(&self) -> Vec<String> {
        let ends = [("TagRoot", &self.root), ("TagLeaf", &self.leaf)];
        let missed = ends
            .into_iter()
            .filter(|(_, keys)| keys.is_given && !keys.is_found);
        missed
            .map(|(name, _)| format!("{name} expression matched no samples"))
            .collect()
    }

    /// Adds the frames to the tables.
    pub(super) fn add(self, edit: &mut TablesEdit<'_>) -> Result<TagFrames> {
        let mut locations = Vec::with_capacity(self.frames.len());
        for (name, file) in &self.frames {
            let name = edit.add_text(name)?;
            let filename = edit.add_text(file)?;
            let function = edit.add_function(Function::new(name).with_filename(filename));
            locations.push(edit.add_location(&[Line::new(function, 0)]));
        }
        Ok(TagFrames {
            names: self,
            locations,
        })
    }
}

/// Frames of labels that have been added to the tables.
#[derive(Debug)]
pub(super) struct TagFrames {
    names: TagNames,
    /// By number.
    locations: Vec<LocationIndex>,
}

impl TagFrames {
    /// Puts a sample's frames around its stack, from the root to the leaf.
    pub(super) fn surround(
        &self,
        tables: &Tables,
        labels: Labels<'_>,
        stack: &[LocationIndex],
        out: &mut Vec<LocationIndex>,
    ) {
        out.clear();
        out.extend(self.of(tables, labels, &self.names.root));
        out.extend_from_slice(stack);
        out.extend(self.of(tables, labels, &self.names.leaf));
    }

    fn of<'a>(
        &'a self,
        tables: &'a Tables,
        labels: Labels<'a>,
        keys: &'a Keys,
    ) -> impl Iterator<Item = LocationIndex> + 'a {
        keys.keys.iter().filter_map(move |key| {
            let values = values(tables, labels, key.as_bytes(), &self.names.unit);
            let number = self.names.numbers.get(&frame(&values, key))?;
            self.locations.get(*number).copied()
        })
    }
}

fn frame(values: &[Vec<u8>], key: &str) -> Frame {
    (values.join(&b","[..]), key.as_bytes().to_vec())
}

/// The values of the labels of a name, texts before numbers (driver/tagroot.go:
/// formatLabelValues).
fn values(tables: &Tables, labels: Labels<'_>, key: &[u8], unit: &str) -> Vec<Vec<u8>> {
    let of_key = || {
        let labels = labels.iter();
        labels.filter(|label| tables.text_bytes(label.key) == key)
    };
    let mut values = Vec::new();
    let mut has_units = false;
    for label in of_key() {
        match label.value {
            LabelValue::Text(text) => values.push(tables.text_bytes(text).to_vec()),
            LabelValue::Number { unit, .. } => has_units |= !unit.is_empty(),
        }
    }
    for label in of_key() {
        if let LabelValue::Number { value, unit: from } = label.value {
            let from = tables.text(from);
            let to = if has_units { unit } else { "" };
            values.push(scaled_label(value, &from, to).into_bytes());
        }
    }
    values
}
