//! The call graph of a view, as pprof builds, trims and orders it: what `top`, `tree`, `peek`,
//! `dot`, `callgrind` and `topproto` show (internal/graph/graph.go; internal/report/report.go:
//! newTrimmedGraph).
//!
//! Samples first become a tree of the stacks that occur, once. A graph is made from the
//! tree, again after each decision of what to leave out, because a graph does not know over which
//! of its nodes a call went.

mod build;
mod call_tree;
mod entropy;
mod errors;
mod go_sort;
mod head;
mod info;
mod kind;
mod label_sets;
mod links;
mod names;
mod order;
mod redundant;
mod report;
mod short_name;
mod sites;
mod tag;
mod tags;
mod top_profile;
mod tree;
mod trim;

pub use errors::NodeErrors;
pub use head::ReportHead;
pub use info::NodeInfo;
pub use kind::GraphKind;
pub use report::{CallGraph, GraphCall, GraphNode};
pub use tag::GraphTag;
