//! A place in a flame graph, and what it shows.

/// A place in the graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlameNode {
    /// The node that called it; the root is its own.
    pub parent: u32,
    /// Calls from the root to it.
    pub depth: u32,
    /// What it shows.
    pub kind: FlameKind,
    /// Whether every call of it from there was inlined.
    pub is_inlined: bool,
}

/// What a node shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlameKind {
    /// Everything.
    Root,
    /// A frame, by its number.
    Frame(u32),
    /// So many frames below its parent that are too small to be shown.
    LeftOut(u64),
}

/// What is not shown.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LeftOut {
    /// How many frames.
    pub frames: u64,
    /// Below which part of the total frames are left out.
    pub below: f64,
    /// How many frames are shown, the largest, where more are not that small; `None` where all of them are.
    pub most: Option<usize>,
}
