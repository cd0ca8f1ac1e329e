//! How large frames are drawn: pictures of stacks have no room for what is below zero.

use heapwise_analysis::flame::FlameGraph;

/// How large each frame of a graph is drawn: what was sampled in it and below, or where something is below zero, what that
/// adds up to without the signs. So no frame is wider than the one that called it, and what is negative is seen.
pub(super) struct Sizes {
    /// By node.
    pub(super) of: Vec<i128>,
    /// What is below zero.
    pub(super) negative: Option<Negative>,
}

/// The frames of which what was sampled in themselves is below zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Negative {
    pub(super) frames: usize,
    pub(super) sum: i128,
}

impl Sizes {
    /// Of what each node has, with what is below it.
    pub(super) fn of(graph: &FlameGraph, value: impl Fn(usize) -> i128) -> Sizes {
        let cum: Vec<i128> = (0..graph.nodes.len()).map(value).collect();
        let mut own = cum.clone();
        for (node, value) in graph.nodes.iter().zip(&cum).skip(1) {
            if let Some(above) = own.get_mut(node.parent as usize) {
                *above -= value;
            }
        }
        let below_zero = own.iter().filter(|&&own| own < 0);
        let negative = Negative {
            frames: below_zero.clone().count(),
            sum: below_zero.sum(),
        };
        if negative.frames == 0 {
            return Sizes {
                of: cum,
                negative: None,
            };
        }
        let mut sizes: Vec<i128> = own.into_iter().map(i128::abs).collect();
        for (at, node) in graph.nodes.iter().enumerate().skip(1).rev() {
            let size = sizes.get(at).copied().unwrap_or(0);
            if let Some(above) = sizes.get_mut(node.parent as usize) {
                *above += size;
            }
        }
        Sizes {
            of: sizes,
            negative: Some(negative),
        }
    }

    /// The size of a node.
    pub(super) fn get(&self, node: usize) -> i128 {
        self.of.get(node).copied().unwrap_or(0)
    }
}
