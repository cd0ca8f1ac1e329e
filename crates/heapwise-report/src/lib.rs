//! Turns heapwise's answers into documents.
//!
//! Every answer is a value ([`TopReport`], [`DiffReport`], [`InfoReport`]) and every format is
//! rendered from it, to any [`std::io::Write`]: the numbers are the same in all of them.
//!
//! # Features
//!
//! - `zstd` (on by default): answers may be about profiles that are compressed with zstd.

mod diff;
mod formats;
mod goroutines;
mod pprof;
mod top;
mod verify;
mod views;

pub use diff::{BenchmarkDifference, DiffReport};
pub use formats::format::Format;
pub use formats::schema::{schema, schema_names};
pub use formats::text::Layout;
pub use goroutines::{GoroutinesReport, StackSize};
pub use pprof::raw_text::{write_profile, write_raw, write_raw_view};
pub use pprof::{
    write_callgrind, write_dot, write_peek, write_pprof_comments, write_pprof_list,
    write_pprof_tags, write_pprof_top, write_pprof_traces, write_tree,
};
pub use top::{TopReport, ValueStyle};
pub use verify::benchfmt::{BenchmarkSide, write_benchfmt};
pub use verify::{JudgedClaim, Place, VerifyReport};
pub use views::calls::CallsReport;
pub use views::comments::CommentsReport;
pub use views::folded_text::write_folded;
pub use views::info::InfoReport;
pub use views::input::{Input, Warning};
pub use views::listing::ListReport;
pub use views::raw::RawReport;
pub use views::source_text::{SourceText, SourceTexts};
pub use views::tags::TagsReport;
pub use views::traces::TracesReport;
pub use views::view_report::ViewReport;
