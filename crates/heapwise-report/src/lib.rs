//! Turns heapwise's answers into documents.
//!
//! Every answer is a value ([`TopReport`], [`DiffReport`], [`InfoReport`]) and every format is
//! rendered from it, to any [`std::io::Write`]: the numbers are the same in all of them.
//!
//! A report is made of what it needs, and told the rest by name:
//!
//! ```
//! use heapwise_analysis::{Granularity, RankOptions, RankRow, RowOrder, Trim, rank};
//! use heapwise_report::{Format, Layout, TopReport};
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let options = RankOptions::new(Granularity::Functions);
//! let ranking = rank(&bytes[..], &options, &Default::default())?;
//! let index = ranking.header.sample_index(Some("inuse_space"))?;
//! let shown = ranking.shown(index, &Trim::NONE, RowOrder::Cum).map(RankRow::clone);
//! let report = TopReport::new(ranking, index, shown).with_order(RowOrder::Cum);
//! let mut out = Vec::new();
//! report.write(Format::Json, Layout::new(None, false), &mut out)?;
//! # assert!(out.starts_with(b"{"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `zstd` (on by default): answers may be about profiles that are compressed with zstd.

mod bench;
mod collect;
mod diff;
mod explain;
mod export;
mod flame;
mod formats;
mod gc;
mod goroutines;
mod growth;
mod hints;
mod page;
mod pprof;
mod top;
mod tune;
mod verify;
mod views;
mod with;

pub use bench::{BenchReport, BenchmarkNumbers};
pub use collect::{CollectCounts, CollectEnd, CollectReport, CollectedBundle, MissingPart};
pub use diff::{BenchmarkDifference, DiffReasons, DiffReport};
pub use explain::{ExplainReport, LogSummary, SiteCode};
pub use export::{Batch, Cells, ExportTable, ExportedProfile, Field, FieldType};
pub use flame::{FlameReport, FlameSeries};
pub use formats::format::Format;
pub use formats::schema::{schema, schema_names};
pub use formats::text::Layout;
pub use gc::{GcInput, GcReport, GcTraceReport};
pub use goroutines::{GoroutinesReport, StackSize};
pub use growth::GrowthReport;
pub use hints::Hints;
pub use page::{FlamePicture, last_part};
pub use pprof::raw_text::{write_profile, write_raw, write_raw_view};
pub use pprof::{
    write_callgrind, write_dot, write_peek, write_pprof_comments, write_pprof_list,
    write_pprof_tags, write_pprof_top, write_pprof_traces, write_tree,
};
pub use top::{TopReport, ValueStyle};
pub use tune::{TuneReport, go_setting};
pub use verify::benchfmt::{BenchmarkSide, write_benchfmt};
pub use verify::{JudgedClaim, Place, VerifyReport};
pub use views::calls::CallsReport;
pub use views::comments::CommentsReport;
pub use views::folded_text::write_folded;
pub use views::info::InfoReport;
pub use views::input::{Input, Warning};
pub use views::left_out::LeftOut;
pub use views::listing::ListReport;
pub use views::raw::RawReport;
pub use views::source_text::{SourceText, SourceTexts};
pub use views::sources::SourcesReport;
pub use views::tags::TagsReport;
pub use views::traces::TracesReport;
pub use views::view_report::ViewReport;
