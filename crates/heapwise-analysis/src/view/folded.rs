//! Stacks as flame graphs read them: one line for each, from the root to the leaf.

use std::collections::HashMap;

use heapwise_decode::{Location, LocationIndex, Profile, Tables};

use crate::site::identity::{NameParts, Object};

/// The stacks of a profile in one of its values, equal ones added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    rows: Vec<FoldedRow>,
}

/// A stack and what it adds up to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoldedRow {
    /// The functions from the root to the leaf, joined by `;`. Inlined ones are functions too.
    pub stack: Vec<u8>,
    /// The sum, in the profile's own unit; never 0.
    pub value: i128,
}

impl Folded {
    /// The stacks in the order of their bytes.
    pub fn rows(&self) -> &[FoldedRow] {
        &self.rows
    }
}

/// What stands for the stack of samples that have none.
const NO_STACK: &[u8] = b"(no stack)";

/// Folds a profile's stacks to the names of functions, in the value with the index `sample_index`.
///
/// What the form uses itself is replaced in names: `;` by `:`, control characters by spaces. A
/// location without a function is named by its address and its binary. Stacks that add up to 0
/// are left out.
///
/// ```
/// use heapwise_analysis::fold;
/// use heapwise_decode::{Limits, Profile};
///
/// let profile = Profile::read(&b"main;a 1\nmain;b 2\nmain;a 3\n"[..], &Limits::default())?;
/// let folded = fold(&profile, 0);
/// assert_eq!((&folded.rows()[0].stack[..], folded.rows()[0].value), (&b"main;a"[..], 4));
/// # Ok::<(), heapwise_decode::Error>(())
/// ```
pub fn fold(profile: &Profile, sample_index: usize) -> Folded {
    let mut names = Names::default();
    let mut sums: HashMap<Vec<u32>, i128> = HashMap::new();
    let mut key = Vec::new();
    for sample in profile.samples() {
        let value = sample.values().get(sample_index).copied().unwrap_or(0);
        if value == 0 {
            continue;
        }
        key.clear();
        for &location in sample.stack() {
            key.extend_from_slice(names.of(profile.tables(), location));
        }
        match sums.get_mut(&key) {
            Some(sum) => *sum += i128::from(value),
            None => {
                sums.insert(key.clone(), i128::from(value));
            }
        }
    }
    let mut rows: Vec<FoldedRow> = sums
        .into_iter()
        .filter(|&(_, value)| value != 0)
        .map(|(key, value)| FoldedRow {
            stack: names.joined(&key),
            value,
        })
        .collect();
    rows.sort_unstable_by(|a, b| a.stack.cmp(&b.stack));
    Folded { rows }
}

/// Names of frames, each with a number: equal names have equal numbers.
#[derive(Default)]
struct Names {
    numbers: HashMap<Vec<u8>, u32>,
    names: Vec<Vec<u8>>,
    /// The frames of each location, outermost first.
    by_location: Vec<Option<Box<[u32]>>>,
}

impl Names {
    fn of(&mut self, tables: &Tables, at: LocationIndex) -> &[u32] {
        let index = at.get();
        if self.by_location.len() <= index {
            self.by_location.resize(index + 1, None);
        }
        let is_known = self.by_location.get(index).is_some_and(Option::is_some);
        if !is_known {
            let location = tables.location(at);
            let frames = frames(tables, &location);
            let numbers = frames.into_iter().map(|name| self.number(name)).collect();
            if let Some(known) = self.by_location.get_mut(index) {
                *known = Some(numbers);
            }
        }
        self.by_location
            .get(index)
            .and_then(Option::as_deref)
            .unwrap_or_default()
    }

    fn number(&mut self, name: Vec<u8>) -> u32 {
        if let Some(&known) = self.numbers.get(&name) {
            return known;
        }
        let number = self.names.len() as u32;
        self.names.push(name.clone());
        self.numbers.insert(name, number);
        number
    }

    fn joined(&self, key: &[u32]) -> Vec<u8> {
        if key.is_empty() {
            return NO_STACK.to_vec();
        }
        let names = key
            .iter()
            .filter_map(|&number| self.names.get(number as usize));
        let names: Vec<&[u8]> = names.map(Vec::as_slice).collect();
        names.join(&b';')
    }
}

/// The names of a location's frames, outermost first.
fn frames(tables: &Tables, location: &Location<'_>) -> Vec<Vec<u8>> {
    let object = || {
        let mapping = location.mapping.and_then(|at| tables.mapping(at));
        mapping.map_or_else(String::new, |mapping| {
            tables.text(mapping.file).into_owned()
        })
    };
    let bare = |file: &[u8]| {
        let name = NameParts {
            address: location.address,
            function: b"",
            file,
            line: 0,
            column: 0,
            object: Object::Binary(&object()),
        };
        plain(&name.printed())
    };
    if location.lines.is_empty() {
        return vec![bare(b"")];
    }
    let lines = location.lines.iter().rev();
    lines
        .map(|line| {
            let function = tables.function(line.function);
            match plain(tables.text_bytes(function.name)) {
                name if name.is_empty() => bare(tables.text_bytes(function.filename)),
                name => name,
            }
        })
        .collect()
}

/// A name without what folded stacks use themselves.
fn plain(name: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(name.len());
    for chunk in name.trim_ascii().utf8_chunks() {
        let text = chunk.valid().replace(';', ":");
        plain.extend_from_slice(text.replace(char::is_control, " ").as_bytes());
        plain.extend_from_slice(chunk.invalid());
    }
    plain
}
