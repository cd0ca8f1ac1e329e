//! The reports of `go tool pprof`, byte for byte.

mod callgrind;
mod dot;
mod dot_color;
mod dot_tags;
mod dot_text;
mod head;
pub(crate) mod labels;
mod list;
pub(crate) mod raw_text;
mod tags;
mod top;
mod traces;
mod tree;

pub use callgrind::write_callgrind;
pub use dot::write_dot;
pub use list::write_pprof_list;
pub use tags::{write_pprof_comments, write_pprof_tags};
pub use top::write_pprof_top;
pub use traces::write_pprof_traces;
pub use tree::{write_peek, write_tree};
