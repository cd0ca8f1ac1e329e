//! Which calls a picture can do without, because other ways lead there.

use std::collections::VecDeque;

use super::build::Graph;
use super::links::Links;
use super::order::sort_edges;
use super::sites::Sites;

impl Graph {
    /// Takes out calls over nodes that were left out where other calls lead from the same caller
    /// to the same callee (graph/graph.go: RemoveRedundantEdges).
    pub(crate) fn remove_redundant(&mut self, sites: &Sites) {
        let links = Links::of(self);
        let mut is_gone = vec![false; self.edges.len()];
        let mut search = Search::new(self.nodes.len());
        for &node in self.listed.iter().rev() {
            let mut into = links.calls_to(node).to_vec();
            sort_edges(self, sites, &mut into);
            for at in into.into_iter().rev() {
                // A call heavier than one that is really made stays, so as not to confuse.
                if !self.edges.get(at as usize).is_some_and(|e| e.is_residual) {
                    break;
                }
                if search.finds_other_way(self, &links, &is_gone, at)
                    && let Some(gone) = is_gone.get_mut(at as usize)
                {
                    *gone = true;
                }
            }
        }
        let mut gone = is_gone.into_iter();
        self.edges.retain(|_| gone.next() != Some(true));
    }
}

/// A search through calls, from callees to callers.
struct Search {
    /// In which search each node was seen last.
    seen: Vec<u32>,
    number: u32,
    queue: VecDeque<u32>,
}

impl Search {
    fn new(nodes: usize) -> Search {
        Search {
            seen: vec![0; nodes],
            number: 0,
            queue: VecDeque::new(),
        }
    }

    /// Whether the caller of an edge reaches its callee without it (graph/graph.go:
    /// isRedundantEdge).
    fn finds_other_way(
        &mut self,
        graph: &Graph,
        links: &Links,
        is_gone: &[bool],
        edge: u32,
    ) -> bool {
        let Some(wanted) = graph.edges.get(edge as usize) else {
            return false;
        };
        self.number += 1;
        self.queue.clear();
        self.visit(wanted.callee);
        while let Some(node) = self.queue.pop_front() {
            for &at in links.calls_to(node) {
                let Some(other) = graph.edges.get(at as usize) else {
                    continue;
                };
                let is_there = at != edge && is_gone.get(at as usize) == Some(&false);
                if is_there && other.caller == wanted.caller {
                    return true;
                }
                if is_there {
                    self.visit(other.caller);
                }
            }
        }
        false
    }

    fn visit(&mut self, node: u32) {
        if let Some(seen) = self.seen.get_mut(node as usize)
            && *seen != self.number
        {
            *seen = self.number;
            self.queue.push_back(node);
        }
    }
}
