//! The call graph of a view, as pprof builds, trims and orders it: what `top`, `tree`, `peek`,
//! `dot`, `callgrind` and `topproto` show (internal/graph/graph.go; internal/report/report.go:
//! newTrimmedGraph).
//!
//! Samples are read once for what every site adds up to, from which it follows which sites are
//! kept, and then for the calls between these: a graph does not know over which of its nodes a call
//! went. Nothing that is kept grows with the number of samples, but for the tree of all stacks that a
//! call tree is made of.

mod build;
mod call_tree;
mod calls;
mod entropy;
mod errors;
mod go_sort;
mod head;
mod info;
mod kind;
mod label_sets;
mod links;
mod names;
mod nodes;
mod order;
mod redundant;
mod report;
mod short_name;
mod sites;
mod summed;
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
