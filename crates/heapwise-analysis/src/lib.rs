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

mod compare;
mod goroutines;
pub mod graph;
mod profile;
mod rank;
mod site;
mod sums;
mod view;

pub use compare::advice::Advice;
pub use compare::diff::{
    Basis, Change, CommonTypeError, Delta, Detectable, DiffError, DiffOptions, DiffRow, DiffSide,
    Difference, Match, Moved, Note, Per, PerWork, Ratio, TestKind, Verdict, common_sample_index,
    diff,
};
pub use compare::verify::{
    Allowance, Bound, BoundUnit, Claim, ClaimError, ClaimResult, Compared, Covers, Date, Decimal,
    Finding, Growth, GrowthCounts, GrowthError, KnownNames, Observed, Operator, Outcome, Reason,
    SitePattern, Suppression, Unseen, Verifier, VerifyOptions, decide_on_goroutines,
};
pub use compare::work::{
    Benchmark, BenchmarkError, BenchmarkInput, BenchmarkPart, Benchmarks, Clock, CommonFactor,
    Coverage, Doubtful, GivenWork, LONGEST_GC_PERIOD_SECONDS, Measurement, PerOperation, Samples,
    Uncovered, Work,
};
pub use go_regex::{Error as GoRegexError, Regex as GoRegex};
pub use goroutines::{
    Cause, Contradiction, CreatorNode, DumpInfo, Gatherer, GoroutineGroup, GoroutineGroups,
    GoroutineOptions, GroupBy, GroupByError, GroupTrend, LabelCounts, Lasting, LeakPattern,
    LeakVerdict, LeakedOverTime, Order, Phantoms, Role, SeriesPoint, SitePlace, Sureness,
    Survivors, Unread, state_in_words,
};
pub use heapwise_stats as stats;
pub use profile::header::{Header, SampleIndexError, SampleType, is_url};
pub use profile::labels::LabelGroups;
pub use profile::merge::{BaseMode, merge, subtract};
pub use profile::normalize::normalize;
pub use profile::output_unit::OutputUnit;
pub use profile::select::{
    LabelUnits, SelectError, SelectOptions, Selected, Selector, with_mapping,
};
pub use profile::units;
pub use rank::{
    Columns, Frames, Omitted, RankOptions, RankRow, Ranking, Total, Whole, rank, rank_profile,
    rank_selected,
};
pub use site::granularity::Granularity;
pub use site::identity::Site;
pub use site::inlined::Inlined;
pub use site::origin::Origin;
pub use site::source_path::{source_candidates, trim_path};
pub use sums::blocks::{BlockCount, Blocks, Lifetime, UnknownError};
pub use sums::estimate::{Estimate, Measure, Sampling, SamplingError};
pub use view::folded::{Folded, FoldedRow, fold};
pub use view::listing::{LineValue, ListOptions, Listing, ListingError, Routine, RoutineFile};
pub use view::tags::{Tag, TagKey, TagValue, Tags};
pub use view::traces::{LargestTraces, Trace, Traces};
pub use view::{Along, Frame, Objects, Trim, View, ViewError, ViewFrames, ViewOptions};
