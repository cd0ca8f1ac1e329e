//! Stacks as flame graphs read them: one line for each, from the root to the leaf.

use std::collections::HashMap;

use heapwise_decode::{LocationIndex, Profile, Tables};

use crate::site::granularity::Granularity;
use crate::site::interner::Interner;
use crate::site::shape::Shape;
use crate::site::table::{NodeId, Nodes};

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
    let names = Names::of(profile.tables());
    let mut sums: HashMap<Vec<u32>, i128> = HashMap::new();
    let mut key = Vec::new();
    for sample in profile.samples() {
        let value = sample.values().get(sample_index).copied().unwrap_or(0);
        if value == 0 {
            continue;
        }
        key.clear();
        for &location in sample.stack() {
            key.extend(names.of_location(location));
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
struct Names {
    sites: Nodes,
    names: Interner<Vec<u8>>,
    /// By site.
    numbers: Vec<u32>,
}

impl Names {
    /// A site without a function is named by its address, and its file or its binary.
    fn of(tables: &Tables) -> Names {
        let shape = Shape {
            places_unnamed: true,
            ..Shape::new(Granularity::Functions)
        };
        let sites = Nodes::of(tables, shape);
        let mut names = Interner::default();
        let numbers = (0..sites.len() as NodeId)
            .map(|site| names.add(plain(&sites.parts(site).printed())))
            .collect();
        Names {
            sites,
            names,
            numbers,
        }
    }

    /// The frames of a location, outermost first.
    fn of_location(&self, at: LocationIndex) -> impl Iterator<Item = u32> {
        let sites = self.sites.known(at).iter();
        sites.filter_map(|&site| self.numbers.get(site as usize).copied())
    }

    fn joined(&self, key: &[u32]) -> Vec<u8> {
        if key.is_empty() {
            return NO_STACK.to_vec();
        }
        let names = key.iter().filter_map(|&number| self.names.get(number));
        let names: Vec<&[u8]> = names.map(Vec::as_slice).collect();
        names.join(&b';')
    }
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
