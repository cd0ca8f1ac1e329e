//! Turns heapwise's answers into documents.
//!
//! Every answer is a value ([`TopReport`], [`DiffReport`], [`InfoReport`]) and every format is
//! rendered from it, to any [`std::io::Write`]: the numbers are the same in all of them.

mod benchfmt;
mod delimited;
mod diff;
mod error_text;
mod folded_text;
mod format;
mod github;
mod goroutines;
mod info;
mod input;
mod json;
mod junit;
mod markdown;
mod pprof;
mod pprof_labels;
mod raw_text;
mod schema;
mod site_text;
mod table;
mod text;
mod time;
mod top;
mod verify;
mod verify_json;
mod verify_markdown;
mod verify_words;

pub use benchfmt::{BenchmarkSide, write_benchfmt};
pub use diff::DiffReport;
pub use folded_text::write_folded;
pub use format::Format;
pub use goroutines::{GoroutinesReport, StackSize};
pub use info::InfoReport;
pub use input::{Input, Warning};
pub use pprof::{
    write_callgrind, write_dot, write_peek, write_pprof_top, write_pprof_top_of, write_tree,
};
pub use raw_text::{write_profile, write_raw};
pub use schema::{schema, schema_names};
pub use text::Layout;
pub use top::{TopReport, ValueStyle};
pub use verify::{JudgedClaim, Place, VerifyReport};
