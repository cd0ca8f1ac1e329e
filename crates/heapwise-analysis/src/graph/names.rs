//! How the printed names of sites order, without printing them: a name may be megabytes long and
//! shared by as many sites.

use std::cmp::Ordering;

use crate::site::identity::SiteParts;
use crate::site::table::{NodeId, Nodes};

/// The place of a site among all, by printed name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameRank {
    /// Sites of the same printed name have the same number.
    pub(crate) name: u32,
    /// No two sites have the same number.
    pub(crate) content: u32,
}

/// Orders sites by printed name, and those of the same name by content. Addresses, which come
/// first in a name and are all of one length, order as numbers (graph/graph.go:
/// comparePrintableName).
pub(super) fn name_ranks(sites: &Nodes) -> Vec<NameRank> {
    let numbers = 0..sites.len() as NodeId;
    let names: Vec<Name<'_>> = numbers.map(|at| Name::of(sites.parts(at))).collect();
    let mut order: Vec<(usize, &Name<'_>)> = names.iter().enumerate().collect();
    order.sort_unstable_by(|(_, a), (_, b)| a.compare(b).then_with(|| a.content.cmp(&b.content)));
    let mut ranks = vec![NameRank::default(); names.len()];
    let mut before: Option<(&Name<'_>, u32)> = None;
    for (content, (at, name)) in order.into_iter().enumerate() {
        let number = match before {
            Some((same, number)) if same.compare(name).is_eq() => number,
            Some((_, number)) => number + 1,
            None => 0,
        };
        before = Some((name, number));
        if let Some(rank) = ranks.get_mut(at) {
            *rank = NameRank {
                name: number,
                content: content as u32,
            };
        }
    }
    ranks
}

/// The pieces of a printed name.
struct Name<'a> {
    address: String,
    function: &'a [u8],
    /// A space, where something stands before the file.
    gap: &'a [u8],
    file: &'a [u8],
    place: Vec<u8>,
    /// Everything that tells sites apart.
    content: (&'a [u8], &'a [u8], i64, i64, u64, &'a [u8], i64),
}

impl<'a> Name<'a> {
    fn of(key: SiteParts<'a>) -> Name<'a> {
        let SiteParts { function, file, .. } = key;
        let has_file = key.line != 0 || !file.is_empty();
        let address = match key.address {
            0 => String::new(),
            address if has_file || !function.is_empty() => format!("{address:016x} "),
            address => format!("{address:016x}"),
        };
        let place = match (key.line, key.column) {
            (0, _) if has_file || !function.is_empty() => Vec::new(),
            (0, _) => {
                let object = SiteParts { address: 0, ..key }.printed();
                match key.address {
                    0 => object,
                    _ => [b" ", object.as_slice()].concat(),
                }
            }
            (line, 0) => format!(":{line}").into_bytes(),
            (line, column) => format!(":{line}:{column}").into_bytes(),
        };
        Name {
            address,
            function,
            gap: if has_file && !function.is_empty() {
                b" "
            } else {
                b""
            },
            file: if has_file { file } else { b"" },
            place,
            content: (
                function,
                file,
                key.line,
                key.column,
                key.address,
                key.object,
                key.start_line,
            ),
        }
    }

    fn pieces(&self) -> [&[u8]; 5] {
        [
            self.address.as_bytes(),
            self.function,
            self.gap,
            self.file,
            &self.place,
        ]
    }

    fn compare(&self, other: &Name<'_>) -> Ordering {
        compare_joined(&self.pieces(), &other.pieces())
    }
}

/// Compares the bytes of pieces as if they were joined.
fn compare_joined(mine: &[&[u8]], theirs: &[&[u8]]) -> Ordering {
    let (mut mine, mut theirs) = (mine.iter(), theirs.iter());
    let (mut a, mut b): (&[u8], &[u8]) = (&[], &[]);
    loop {
        while a.is_empty()
            && let Some(next) = mine.next()
        {
            a = next;
        }
        while b.is_empty()
            && let Some(next) = theirs.next()
        {
            b = next;
        }
        let common = a.len().min(b.len());
        if common == 0 {
            return a.len().cmp(&b.len());
        }
        let ((head_a, rest_a), (head_b, rest_b)) = (a.split_at(common), b.split_at(common));
        match head_a.cmp(head_b) {
            Ordering::Equal => (a, b) = (rest_a, rest_b),
            unequal => return unequal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::compare_joined;

    #[test]
    fn compares_pieces_as_one() {
        let a: [&[u8]; 3] = [b"f", b" ", b"/a"];
        let b: [&[u8]; 2] = [b"f ", b"/a"];
        let c: [&[u8]; 2] = [b"f", b".g"];
        assert!(compare_joined(&a, &b).is_eq());
        assert!(compare_joined(&a, &c).is_lt());
        assert!(compare_joined(&c[..1], &a).is_lt());
    }
}
