//! The reports of `go tool pprof` about a call graph, byte for byte.

mod callgrind;
mod dot;
mod dot_color;
mod dot_tags;
mod dot_text;
mod head;
mod top;
mod tree;

pub use callgrind::write_callgrind;
pub use dot::write_dot;
pub use top::{write_pprof_top, write_pprof_top_of};
pub use tree::{write_peek, write_tree};
