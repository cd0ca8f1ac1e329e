//! Who creates whom: a tree of the functions that goroutines start in, under those that start
//! them.

use std::collections::{BTreeMap, BTreeSet};

/// A function that goroutines start in, or that starts goroutines, with those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CreatorNode {
    /// The function.
    pub function: String,
    /// Goroutines that started in it.
    pub count: i64,
    /// What they, or code that is no longer running, started; the most goroutines first.
    pub children: Vec<CreatorNode>,
}

impl CreatorNode {
    /// Goroutines here and below.
    pub fn total(&self) -> i64 {
        let below = self.children.iter().map(CreatorNode::total);
        below.fold(self.count, i64::saturating_add)
    }
}

/// Goroutines that started in one function and were created by one.
#[derive(Debug, Default)]
pub(super) struct Births {
    /// By the function they started in, then by their creator, which is empty where it is not
    /// told.
    counts: BTreeMap<String, BTreeMap<String, i64>>,
    /// The functions that created any.
    creators: BTreeSet<String>,
    /// Of these, those on the stacks of goroutines that started in a function.
    on_stack: BTreeMap<String, BTreeSet<String>>,
}

/// Deeper trees than this are cut: no program is built so.
const DEEPEST: usize = 32;

impl Births {
    /// Nothing yet, of goroutines that these functions created.
    pub(super) fn new<'a>(creators: impl Iterator<Item = &'a str>) -> Births {
        let creators: BTreeSet<&str> = creators.collect();
        Births {
            creators: creators.into_iter().map(str::to_owned).collect(),
            ..Births::default()
        }
    }

    /// Adds goroutines by the functions of their stack, innermost first, and their creator.
    pub(super) fn add<'a>(
        &mut self,
        stack: impl DoubleEndedIterator<Item = &'a str>,
        creator: Option<&str>,
        count: i64,
    ) {
        let functions: Vec<&str> = stack.collect();
        let start = functions.last().copied().unwrap_or("");
        let by = self.counts.entry(start.to_owned()).or_default();
        let sum = by.entry(creator.unwrap_or("").to_owned()).or_default();
        *sum = sum.saturating_add(count);
        let known = self.on_stack.entry(start.to_owned()).or_default();
        for function in functions {
            if self.creators.contains(function) && !known.contains(function) {
                known.insert(function.to_owned());
            }
        }
    }

    /// The tree: goroutines stand under the function that started them where it is still on the
    /// stack of exactly one kind of goroutine, else under its name.
    pub(super) fn tree(&self) -> Vec<CreatorNode> {
        let holders = self.holders();
        let mut below = Below::default();
        let mut roots: BTreeMap<&str, i64> = BTreeMap::new();
        let mut placed = BTreeSet::new();
        for (start, creators) in &self.counts {
            for (creator, &count) in creators {
                match parent(creator, start, &holders) {
                    Some(parent) => {
                        below
                            .children
                            .entry(parent)
                            .or_default()
                            .push((start, count));
                        placed.insert(start.as_str());
                    }
                    None => {
                        let sum = roots.entry(start).or_default();
                        *sum = sum.saturating_add(count);
                    }
                }
            }
        }
        let mut nodes: Vec<CreatorNode> = roots
            .iter()
            .map(|(name, &count)| below.node(name, count, 0))
            .collect();
        let creators: Vec<&str> = below.children.keys().copied().collect();
        let (started, others): (Vec<&str>, Vec<&str>) =
            creators.into_iter().partition(|name| placed.contains(name));
        // Creators that are on no stack any more; then circles, which have no way in.
        for name in others.into_iter().chain(started) {
            if !below.expanded.contains(name) {
                nodes.push(below.node(name, 0, 0));
            }
        }
        sort(&mut nodes);
        nodes
    }

    /// For every function on a stack the kinds of goroutines that it is on, two at most.
    fn holders(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut holders: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (start, functions) in &self.on_stack {
            for function in functions {
                let starts = holders.entry(function).or_default();
                if starts.len() < 2 {
                    starts.push(start);
                }
            }
        }
        holders
    }
}

/// Under what goroutines that started in `start` stand.
fn parent<'a>(
    creator: &'a str,
    start: &str,
    holders: &BTreeMap<&'a str, Vec<&'a str>>,
) -> Option<&'a str> {
    if creator.is_empty() {
        return None;
    }
    match holders.get(creator).map_or(&[][..], Vec::as_slice) {
        [only] if *only != start => Some(only),
        _ => Some(creator),
    }
}

/// What stands under each function.
#[derive(Default)]
struct Below<'a> {
    children: BTreeMap<&'a str, Vec<(&'a str, i64)>>,
    /// Functions whose children are in the tree: they are in it once.
    expanded: BTreeSet<&'a str>,
}

impl<'a> Below<'a> {
    fn node(&mut self, name: &'a str, count: i64, depth: usize) -> CreatorNode {
        let mut children = Vec::new();
        if depth < DEEPEST && self.expanded.insert(name) {
            let below = self.children.get(name).cloned().unwrap_or_default();
            for (child, count) in below {
                children.push(self.node(child, count, depth + 1));
            }
        }
        sort(&mut children);
        CreatorNode {
            function: name.to_owned(),
            count,
            children,
        }
    }
}

fn sort(nodes: &mut [CreatorNode]) {
    nodes.sort_by(|a, b| {
        let order = b.total().cmp(&a.total());
        order.then_with(|| a.function.cmp(&b.function))
    });
}

#[cfg(test)]
mod tests {
    use super::{Births, CreatorNode};

    fn lines(nodes: &[CreatorNode], depth: usize) -> Vec<String> {
        let line = |node: &CreatorNode| {
            let own = format!("{}{} {}", " ".repeat(depth), node.count, node.function);
            let mut all = vec![own];
            all.extend(lines(&node.children, depth + 1));
            all
        };
        nodes.iter().flat_map(line).collect()
    }

    #[test]
    fn stands_under_what_started_it() {
        let mut births = Births::new(["http.Serve", "main.leak"].into_iter());
        births.add(["http.Serve", "main.main"].into_iter(), None, 1);
        births.add(["http.serve"].into_iter(), Some("http.Serve"), 3);
        births.add(["main.leak.func1"].into_iter(), Some("main.leak"), 9);
        assert_eq!(
            lines(&births.tree(), 0),
            [
                "0 main.leak",
                " 9 main.leak.func1",
                "1 main.main",
                " 3 http.serve"
            ]
        );
    }

    #[test]
    fn has_an_end_where_goroutines_start_each_other() {
        let mut births = Births::new(["a", "b", "c"].into_iter());
        births.add(["a"].into_iter(), Some("b"), 1);
        births.add(["b"].into_iter(), Some("a"), 2);
        births.add(["c"].into_iter(), Some("c"), 4);
        let tree = births.tree();
        let total: i64 = tree.iter().map(CreatorNode::total).sum();
        assert_eq!(total, 7, "{tree:?}");
    }
}
