//! Answers questions about Go profiles: which sites allocate most, and what changed between two.
//!
//! Pure: bytes come in through [`heapwise_decode::Source`], values come out. Nothing here touches a
//! file, the clock, the environment or a terminal.
//!
//! ```
//! use heapwise_analysis::{Granularity, RankOptions, rank};
//! use heapwise_decode::Limits;
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let ranking = rank(&bytes[..], &RankOptions::new(Granularity::Functions), &Limits::default())?;
//! let in_use = ranking.header.sample_index(Some("inuse_space")).expect("a heap profile");
//! let rows = ranking.sorted_by_flat(in_use);
//! assert!(rows[0].flat[in_use] >= rows[1].flat[in_use]);
//! # Ok::<(), heapwise_decode::Error>(())
//! ```

mod advice;
mod blocks;
mod diff;
mod estimate;
mod folded;
mod goroutines;
mod granularity;
pub mod graph;
mod header;
mod inlined;
mod labels;
mod listing;
mod merge;
mod nodes;
mod normalize;
mod numbering;
mod origin;
mod output_unit;
mod path;
mod pprof_top;
mod prune;
mod rank;
mod select;
mod site;
mod source_path;
mod sums;
mod tags;
mod traces;
mod uninteresting;
pub mod units;
mod verify;
mod view;
mod work;

pub use advice::Advice;
pub use blocks::{BlockCount, Blocks, Lifetime, UnknownError};
pub use diff::{
    Basis, Change, CommonTypeError, Delta, Detectable, DiffError, DiffOptions, DiffRow, DiffSide,
    Difference, Match, Moved, Note, Per, PerWork, Ratio, TestKind, Verdict, common_sample_index,
    diff,
};
pub use estimate::{Estimate, Measure, Sampling, SamplingError};
pub use folded::{Folded, FoldedRow, fold};
pub use go_regex::{Error as GoRegexError, Regex as GoRegex};
pub use goroutines::{
    Cause, Contradiction, CreatorNode, DumpInfo, Gatherer, GoroutineGroup, GoroutineGroups,
    GoroutineOptions, GroupBy, GroupByError, GroupTrend, LabelCounts, Lasting, LeakPattern,
    LeakVerdict, LeakedOverTime, Order, Phantoms, Role, SeriesPoint, SitePlace, Sureness,
    Survivors, Unread, state_in_words,
};
pub use granularity::Granularity;
pub use header::{Header, SampleIndexError, SampleType, is_url};
pub use inlined::Inlined;
pub use labels::LabelGroups;
pub use listing::{LineValue, ListOptions, Listing, ListingError, Routine, RoutineFile};
pub use merge::{BaseMode, merge, subtract};
pub use normalize::normalize;
pub use origin::Origin;
pub use output_unit::OutputUnit;
pub use pprof_top::{PprofTop, PprofTopOptions, PprofTopRow, pprof_top, pprof_top_of};
pub use rank::{
    Columns, Frames, Omitted, RankOptions, RankRow, Ranking, Total, Whole, rank, rank_profile,
    rank_selected,
};
pub use select::{LabelUnits, SelectError, SelectOptions, Selected, Selector, with_mapping};
pub use site::Site;
pub use source_path::{source_candidates, trim_path};
pub use tags::{Tag, TagKey, TagValue, Tags};
pub use traces::{Trace, Traces};
pub use uninteresting::{with_all_frames, without_uninteresting};
pub use verify::{
    Allowance, Bound, BoundUnit, Claim, ClaimError, ClaimResult, Compared, Covers, Date, Decimal,
    Finding, Growth, GrowthCounts, GrowthError, KnownNames, Observed, Operator, Outcome, Reason,
    SitePattern, Suppression, Unseen, Verifier, VerifyOptions, decide_on_goroutines,
};
pub use view::{Frame, Objects, Trim, View, ViewError, ViewFrames, ViewOptions};
pub use heapwise_stats as stats;
pub use work::{
    Benchmark, BenchmarkError, BenchmarkInput, BenchmarkPart, Benchmarks, Clock, CommonFactor,
    Coverage, Doubtful, GivenWork, LONGEST_GC_PERIOD_SECONDS, Measurement, PerOperation, Samples,
    Uncovered, Work,
};
