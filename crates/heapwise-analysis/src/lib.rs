//! Answers questions about Go profiles: which sites allocate most, and what changed between two.
//!
//! Pure: bytes come in through [`heapwise_decode::Source`], values come out. Nothing here touches a
//! file, the clock, the environment or a terminal. What cannot be answered is one [`Error`] with a
//! [kind](ErrorKind).
//!
//! # Which sites allocate most?
//!
//! [`top`], or [`Top`] for another value, granularity or number of rows. Below it [`rank`] sums up all values of a
//! profile at once, into a [`Ranking`].
//!
//! ```
//! use heapwise_analysis::{Granularity, Top};
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let top = Top::new().sample_index("alloc_space").granularity(Granularity::Lines);
//! let answer = top.limit(20).read(&bytes[..])?;
//! for row in &answer.rows {
//!     let (site, flat) = (row.site.pprof_name(), row.flat);
//!     println!("{site}: {} bytes, between {:?} and {:?}", flat.value, flat.low, flat.high);
//! }
//! # assert!(answer.rows[0].flat.low < Some(answer.rows[0].flat.value));
//! # Ok::<(), heapwise_analysis::Error>(())
//! ```
//!
//! # What changed?
//!
//! [`diff_profiles`], or [`Diff`] for what is known of the work, or several runs of both sides. What was allocated grows
//! with the work: where that is unknown nothing is judged. Below it [`diff`] compares [`DiffSide`]s, and
//! [`Benchmarks`] tell the work of each benchmark of `go test -benchmem`.
//!
//! ```
//! use heapwise_analysis::{Diff, Verdict, diff_profiles};
//!
//! # let before = include_bytes!("../../../testdata/beforeafter/buffer-vs-pool/before.merged.pb.gz");
//! # let after = include_bytes!("../../../testdata/beforeafter/buffer-vs-pool/after.merged.pb.gz");
//! let unknown = diff_profiles(&before[..], &after[..])?;
//! assert_eq!(unknown.sample_type.type_, "alloc_space");
//! assert_eq!(unknown.total.verdict, Verdict::NotJudged);
//!
//! let difference = Diff::new().same_work().read(&before[..], &after[..])?;
//! assert_eq!(difference.total.verdict, Verdict::Decreased);
//! # Ok::<(), heapwise_analysis::Error>(())
//! ```
//!
//! # Does a claim hold?
//!
//! A [`Verifier`] decides [`Claim`]s and [`Growth`] about [`Compared`] sides; what is not sure is undecided.
//!
//! ```
//! use heapwise_analysis::{
//!     Claim, ClaimResult, Compared, Date, DiffOptions, DiffSide, Granularity, RankOptions, Verifier,
//!     VerifyOptions, rank,
//! };
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let options = RankOptions::new(Granularity::Functions);
//! let rankings = [rank(&bytes[..], &options, &Default::default())?];
//! let claim = Claim::parse("inuse_space total <= 64MB")?;
//! let place = [rankings[0].header.sample_index(Some(&claim.sample_type))?];
//!
//! let today = Date::parse("2026-01-31").ok_or("no day")?;
//! let options = VerifyOptions::new(DiffOptions::default(), Vec::new(), today).ok_or("no confidence")?;
//! let compared = Compared::new(None, DiffSide::new(&rankings, &place));
//! let outcome = Verifier::new(&compared, &options)?.decide(&claim);
//! assert_eq!(outcome.result, ClaimResult::Pass);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which goroutines are there, and do they leak?
//!
//! [`goroutines`], or [`Dumps`] for other groups; below it a [`Gatherer`] takes dumps one by one.
//!
//! ```
//! # let first = include_bytes!("../../../testdata/server/series/chanrecv/goroutine.00.pb.gz");
//! # let last = include_bytes!("../../../testdata/server/series/chanrecv/goroutine.13.pb.gz");
//! let answer = heapwise_analysis::goroutines(&[&first[..], &last[..]])?;
//! let most = &answer.groups[0];
//! assert!(most.counts[0] < most.count);
//! # Ok::<(), heapwise_analysis::Error>(())
//! ```
//!
//! # Does memory in use grow?
//!
//! [`Levels`] of several heap profiles of one process; below it [`growth`] takes snapshots that were ranked, and what keeps their sites ([`LevelSites`]).
//!
//! ```
//! use heapwise_analysis::Levels;
//! use heapwise_analysis::stats::LevelLabel;
//!
//! # let series = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
//! # let read = |at: i32| std::fs::read(format!("../../testdata/growth/leak/0{at}.txt.gz"));
//! # let series = series.map(|at| read(at).unwrap_or_default());
//! # let series = series.each_ref().map(|bytes| &bytes[..]);
//! let answer = Levels::new().read(&series)?;
//! let fastest = &answer.sites[0];
//! assert_eq!(fastest.site.as_ref().map(|site| site.pprof_name()).as_deref(), Some("main.forget"));
//! assert_eq!(fastest.verdict.label, LevelLabel::Growing);
//! # Ok::<(), heapwise_analysis::Error>(())
//! ```
//!
//! # What does pprof show?
//!
//! A [`View`] is what filters leave of a profile, with the value shown; of it there are [`graph::CallGraph`],
//! [`Listing`], [`Tags`], [`Traces`] and [`Folded`] stacks.
//!
//! ```
//! use heapwise_analysis::graph::{CallGraph, GraphKind};
//! use heapwise_analysis::{SelectOptions, Selector, View, ViewOptions};
//! use heapwise_decode::Limits;
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let mut filters = SelectOptions::default();
//! filters.focus = Some("^main[.]".to_owned());
//! let selector = Selector::new(&filters)?;
//! let view = View::read(&bytes[..], &selector, ViewOptions::default(), &Limits::default())?;
//! let graph = CallGraph::of(&view, GraphKind::Tree)?;
//! assert!(!graph.rows().is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Profiles out
//!
//! [`merge`] adds profiles up, [`subtract`] takes a base away, [`normalize`] scales to another's total, a
//! [`Selector`] leaves samples out; a [`heapwise_decode::Encoder`] writes what comes of it.
//!
//! ```
//! use heapwise_decode::{Encoder, Limits, ProfileReader};
//!
//! # let bytes = include_bytes!("../../../testdata/server/heap.pb.gz");
//! let limits = Limits::default();
//! let profile = ProfileReader::open_tables(&bytes[..], &limits)?;
//! let sum = heapwise_analysis::merge(&[&profile, &profile], &limits)?;
//! let mut encoder = Encoder::new(Vec::new());
//! sum.visit(&mut encoder)?;
//! encoder.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Features
//!
//! - `zstd` (on by default): reads profiles that are compressed with zstd.

mod compare;
mod error;
pub mod explain;
pub mod flame;
pub mod gc;
mod goroutines;
pub mod graph;
mod growth;
mod profile;
mod questions;
mod rank;
pub mod rows;
mod site;
mod sums;
mod view;

pub use compare::advice::Advice;
pub use compare::diff::{
    Basis, Change, Delta, Detectable, DiffOptions, DiffRow, DiffSide, Difference, Match, Moved,
    Note, Per, PerWork, Ratio, RunSites, TestKind, Verdict, common_sample_index, diff,
};
pub use compare::plan::{Aim, ProfilePlan, Trial, iterations, plan_profile};
pub use compare::time::TimeChange;
pub use compare::verify::{
    Bound, BoundUnit, Claim, ClaimResult, CollectorSides, Compared, CountedBy, Covers, Decimal,
    Finding, Growth, GrowthCounts, KnownNames, Measured, Observed, Operator, Outcome, Reason,
    SitePattern, Suppression, Unseen, Verifier, VerifyOptions, decide_on_collector,
    decide_on_explanation, decide_on_goroutines, decide_on_levels,
};
pub use compare::work::{
    Benchmark, BenchmarkInput, BenchmarkPart, Benchmarks, Clock, CommonFactor, Counted, Coverage,
    Doubtful, GivenWork, Measurement, OneSided, PerOperation, Samples, SubBenchmark, Uncovered,
    Work,
};
pub use error::{Error, ErrorKind, Result};
pub use go_regex::Regex as GoRegex;
pub use goroutines::{
    Allowance, Cause, Contradiction, Counts, CreatorNode, DumpInfo, DumpSource, Gatherer,
    GoroutineGroup, GoroutineGroups, GoroutineOptions, GroupBy, GroupTrend, LabelCounts, Lasting,
    LeakPattern, LeakVerdict, LeakedOverTime, Order, Phantoms, Role, SeriesPoint, SitePlace,
    Sureness, Survivors, Unread, state_in_words,
};
pub use growth::{
    GrowthAnswer, Hidden, LevelColumn, LevelPoint, LevelSites, LevelSnapshot, LevelValues,
    LevelVerdict, Levels, ProcessSeries, RateTime, SiteGrowth, SizeGrowth, growth, growth_of_each,
    level_processes,
};
pub use heapwise_stats as stats;
pub use profile::calendar::{Date, Zone, timestamp};
pub use profile::difference::tell_difference;
pub use profile::header::{Header, ProgramHeader, SampleType, binary_file};
pub use profile::headers::Headers;
pub use profile::labels::LabelGroups;
pub use profile::merge::{
    BaseMode, Heading, JoinPart, Joined, PartialSum, SumPlan, join, merge, subtract,
};
pub use profile::normalize::normalize;
pub use profile::output_unit::OutputUnit;
pub use profile::select::{LabelUnits, SelectOptions, Selected, Selector, add_missing_mapping};
pub use profile::units;
pub use questions::{Diff, Dumps, Top, TopAnswer, TopRow, diff_profiles, goroutines, top};
pub use rank::{
    Columns, Frames, Omitted, RankOptions, RankRow, Ranking, RankingSum, RowOrder, Shown, Total,
    Trim, Whole, rank, rank_profile, rank_reader, rank_selected,
};
pub use site::granularity::Granularity;
pub use site::identity::Site;
pub use site::inlined::Inlined;
pub use site::origin::Origin;
pub use site::source_path::{source_candidates, trim_path};
pub use sums::blocks::{BlockCount, Blocks, Lifetime, MEAN_SIZE_LABEL, UnknownError};
pub use sums::estimate::{Estimate, Measure, Sampling, SamplingError};
pub use sums::spill::Spill;
pub use view::folded::{Folded, FoldedRow, fold};
pub use view::listing::{LineValue, ListOptions, Listing, Routine, RoutineFile};
pub use view::tags::{Tag, TagKey, TagValue, Tags};
pub use view::traces::{LargestTraces, Trace, Traces};
pub use view::{Along, Frame, Objects, View, ViewFrames, ViewOptions};
