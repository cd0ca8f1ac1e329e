//! The reports of `go tool pprof` about a call graph, byte for byte.

mod head;
mod top;
mod tree;

pub use top::{write_pprof_top, write_pprof_top_of};
pub use tree::{write_peek, write_tree};
