//! Turns heapwise's answers into documents.
//!
//! Every answer is a value ([`TopReport`], [`DiffReport`], [`InfoReport`]) and every format is
//! rendered from it, to any [`std::io::Write`]: the numbers are the same in all of them.

mod advice_text;
mod benchfmt;
mod calls;
mod comments;
mod delimited;
mod diff;
mod error_text;
mod folded_text;
mod format;
mod github;
mod go_text;
mod goroutines;
mod info;
mod input;
mod json;
mod json_labels;
mod junit;
mod listing;
mod markdown;
mod origin;
mod pprof;
mod pprof_labels;
mod raw;
mod raw_text;
mod schema;
mod site_text;
mod source_text;
mod table;
mod tabwriter;
mod tags;
mod text;
mod time;
mod top;
mod traces;
mod verdict_text;
mod verify;
mod verify_json;
mod verify_markdown;
mod verify_words;
mod view_report;

pub use benchfmt::{BenchmarkSide, write_benchfmt};
pub use calls::CallsReport;
pub use comments::CommentsReport;
pub use diff::{BenchmarkDifference, DiffReport};
pub use folded_text::write_folded;
pub use format::Format;
pub use goroutines::{GoroutinesReport, StackSize};
pub use info::InfoReport;
pub use input::{Input, Warning};
pub use listing::ListReport;
pub use pprof::{
    write_callgrind, write_dot, write_peek, write_pprof_comments, write_pprof_list,
    write_pprof_tags, write_pprof_top, write_pprof_top_of, write_pprof_traces, write_tree,
};
pub use raw::RawReport;
pub use raw_text::{write_profile, write_raw, write_raw_view};
pub use schema::{schema, schema_names};
pub use source_text::{SourceText, SourceTexts};
pub use tags::TagsReport;
pub use text::Layout;
pub use top::{TopReport, ValueStyle};
pub use traces::TracesReport;
pub use verify::{JudgedClaim, Place, VerifyReport};
pub use view_report::ViewReport;
