use std::collections::HashMap;

use heapwise_decode::{
    Function, LabelValue, Labels, Line, LocationIndex, ProfileEdit, Result, Tables,
};

use super::options::SelectOptions;
use crate::profile::units::scaled_label;

/// Adds frames named after labels at the root and at the leaf of stacks, and says which of the two
/// options found no label (driver/tagroot.go: addLabelNodes; driver/driver.go:
/// generateTagRootsLeaves). `unit` is the unit in which numbers are named.
pub(super) fn add_tag_frames(
    options: &SelectOptions,
    unit: &str,
    edit: &mut ProfileEdit,
) -> Result<Vec<String>> {
    let root = keys(options.tag_root.as_deref());
    let leaf = keys(options.tag_leaf.as_deref());
    let mut namer = Namer {
        unit,
        ids: HashMap::new(),
        frames: Vec::new(),
    };
    let (mut found_root, mut found_leaf) = (false, false);
    if !root.is_empty() || !leaf.is_empty() {
        let tables = edit.tables();
        let mut per_sample = Vec::new();
        for sample in edit.profile().samples() {
            // Frames are numbered from the last key to the first.
            found_root |= namer.name(tables, sample.labels(), &root, &mut per_sample);
            found_leaf |= namer.name(tables, sample.labels(), &leaf, &mut per_sample);
        }
        add(edit, &namer.frames, &per_sample, (root.len(), leaf.len()))?;
    }
    let mut notes = Vec::new();
    let is_given = |option: &Option<String>| option.as_ref().is_some_and(|text| !text.is_empty());
    if is_given(&options.tag_root) && !found_root {
        notes.push("TagRoot expression matched no samples".to_owned());
    }
    if is_given(&options.tag_leaf) && !found_leaf {
        notes.push("TagLeaf expression matched no samples".to_owned());
    }
    Ok(notes)
}

fn keys(option: Option<&str>) -> Vec<&str> {
    let keys = option.unwrap_or_default().split(',');
    keys.filter(|key| !key.is_empty()).collect()
}

/// A frame: the name of its function and of its file.
type Frame = (Vec<u8>, Vec<u8>);

/// Numbers frames in order of appearance.
struct Namer<'a> {
    unit: &'a str,
    ids: HashMap<Frame, u32>,
    frames: Vec<Frame>,
}

impl Namer<'_> {
    /// Appends a sample's frame for each key, the last key first, and tells whether it has such a
    /// label.
    fn name(
        &mut self,
        tables: &Tables,
        labels: Labels<'_>,
        keys: &[&str],
        out: &mut Vec<u32>,
    ) -> bool {
        let mut is_found = false;
        for key in keys.iter().rev() {
            let values = values(tables, labels, key.as_bytes(), self.unit);
            is_found |= !values.is_empty();
            let frame = (values.join(&b","[..]), key.as_bytes().to_vec());
            let next = self.frames.len() as u32;
            let id = *self.ids.entry(frame.clone()).or_insert(next);
            if id == next {
                self.frames.push(frame);
            }
            out.push(id);
        }
        is_found
    }
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

/// Adds frames to the tables, and to each sample its own.
fn add(
    edit: &mut ProfileEdit,
    frames: &[Frame],
    per_sample: &[u32],
    (root, leaf): (usize, usize),
) -> Result<()> {
    let mut locations: Vec<LocationIndex> = Vec::with_capacity(frames.len());
    for (name, file) in frames {
        let name = edit.add_text(name)?;
        let filename = edit.add_text(file)?;
        let function = edit.add_function(Function::new(name).with_filename(filename));
        locations.push(edit.add_location(&[Line::new(function, 0)]));
    }
    let mut rest = per_sample.chunks(root + leaf);
    edit.map_samples(|_, _, sample| {
        let ids = rest.next().unwrap_or_default().iter();
        let mut own: Vec<LocationIndex> = ids
            .filter_map(|&id| locations.get(id as usize).copied())
            .collect();
        let mut leaves = own.split_off(root.min(own.len()));
        own.reverse();
        leaves.reverse();
        sample.stack.splice(..0, own);
        sample.stack.append(&mut leaves);
        true
    })
}
