//! Stacks as a tree of frames, each with its error: what flame graphs are drawn from.
//!
//! A [`FlameGraph`] is of one profile or of several; the frames that are too small to be seen are left
//! out, and what they held is a node of its own, so that what is shown always adds up to the total.
//! [`FlameDifference::of`] judges every frame of two sides as [`diff`](crate::diff) judges sites.

mod branches;
mod calls;
mod change;
mod ends;
mod estimates;
mod forest;
mod frame;
mod graph;
mod grow;
mod grown;
mod layout;
mod node;
mod options;
mod picked;
mod renamed;
mod rests;
mod run;
mod seed;
mod shares;
mod shown;
mod stems;
mod union;
mod values;

pub use change::{FlameChange, FlameDifference};
pub use estimates::FlameEstimates;
pub use frame::FlameFrame;
pub use graph::FlameGraph;
pub(crate) use grow::Grower;
pub(crate) use grown::Grown;
pub use node::{FlameKind, FlameNode, LeftOut};
pub use options::FlameOptions;
