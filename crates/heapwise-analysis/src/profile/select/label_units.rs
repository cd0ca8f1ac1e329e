//! The units of numeric labels.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use heapwise_decode::{LabelValue, Labels, Profile, StringIndex, Tables};

/// The unit of the numeric labels of each name (profile/profile.go: NumLabelUnits).
///
/// The first unit that a label of that name has, else one that follows from the name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LabelUnits {
    keys: BTreeMap<Vec<u8>, KeyUnits>,
}

/// The units that labels of one name have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct KeyUnits {
    used: Option<String>,
    ignored: BTreeSet<Vec<u8>>,
}

impl LabelUnits {
    /// The units of a profile's numeric labels.
    pub fn of(profile: &Profile) -> LabelUnits {
        let mut units = UnitsInUse::default();
        for sample in profile.samples() {
            units.see(sample.labels());
        }
        units.named(profile.tables())
    }

    /// The unit of the numeric labels of a name; `None` when there are no such labels.
    pub fn unit(&self, key: &[u8]) -> Option<String> {
        let units = self.keys.get(key)?;
        Some(match (&units.used, key) {
            (Some(unit), _) => unit.clone(),
            (None, b"alignment" | b"request") => "bytes".to_owned(),
            (None, key) => String::from_utf8_lossy(key).into_owned(),
        })
    }

    /// What to say of names whose labels have several units, ordered by name
    /// (driver/driver.go: identifyNumLabelUnits).
    pub fn notes(&self) -> Vec<String> {
        let several = self.keys.iter().filter(|(_, key)| !key.ignored.is_empty());
        let note = |(name, units): (&Vec<u8>, &KeyUnits)| {
            let ignored: Vec<_> = units
                .ignored
                .iter()
                .map(|unit| String::from_utf8_lossy(unit))
                .collect();
            format!(
                "For tag {} used unit {}, also encountered unit(s) {}",
                String::from_utf8_lossy(name),
                units.used.as_deref().unwrap_or_default(),
                ignored.join(", ")
            )
        };
        several.map(note).collect()
    }
}

/// Each name of numeric labels with each unit that it comes with, in order of appearance.
#[derive(Debug, Default)]
pub(super) struct UnitsInUse {
    all: Vec<(StringIndex, StringIndex)>,
    known: HashSet<(StringIndex, StringIndex)>,
}

impl UnitsInUse {
    /// Looks at the labels of a sample. Most have the first name and unit.
    #[inline]
    pub(super) fn see(&mut self, labels: Labels<'_>) {
        for label in labels.iter() {
            if let LabelValue::Number { unit, .. } = label.value
                && self.all.first() != Some(&(label.key, unit))
                && self.known.insert((label.key, unit))
            {
                self.all.push((label.key, unit));
            }
        }
    }

    /// The units, once texts are there.
    pub(super) fn named(&self, tables: &Tables) -> LabelUnits {
        let mut keys: BTreeMap<Vec<u8>, KeyUnits> = BTreeMap::new();
        for &(key, unit) in &self.all {
            let key = tables.text_bytes(key).to_vec();
            keys.entry(key).or_default().add(tables.text_bytes(unit));
        }
        LabelUnits { keys }
    }
}

impl KeyUnits {
    fn add(&mut self, unit: &[u8]) {
        if unit.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(unit);
        match &self.used {
            None => self.used = Some(text.into_owned()),
            Some(used) if *used == text => {}
            Some(_) => {
                self.ignored.insert(unit.to_vec());
            }
        }
    }
}
