//! What Go's collector is doing: which snapshots are of one process, which time lies between two, what
//! happened in it, where the memory is, and what other settings would do.
//!
//! [`gc_answer`] sorts snapshots by process and says what happened between them, [`memory_screen`] where the memory is,
//! [`memory_space`] the same as a profile, a [`Calibration`] what sites allocated by exact counters,
//! [`trace()`] what a log says over time, [`published_window`] of which time profiles show the allocations, and
//! [`tune`] what other settings would do.

mod answer;
mod cadence;
mod calibrate;
mod health;
mod interval;
mod kept;
mod level;
mod memory;
mod pauses;
mod process;
mod published;
mod sides;
mod space;
pub(crate) mod span;
mod succession;
mod trace;
pub mod tune;

pub use answer::{AllocationCosts, GcAnswer, GcProcess, SiteBytes, gc_answer};
pub use cadence::Cadence;
pub use calibrate::{Calibration, NotCalibrated};
pub use health::{Finding, Health, Sign, health};
pub use interval::{CpuShare, CpuShareBasis, GcInterval, Rate, interval};
pub(crate) use kept::KeptMoment;
pub use level::HeapTrend;
pub use memory::{
    LiveHeap, MemoryKind, MemoryRow, MemoryScreen, OutsideRow, SystemView, memory_screen,
};
pub use pauses::Pauses;
pub use process::{GcMoment, Processes, processes};
pub use published::{Published, Window, published_window};
pub use sides::{
    GcBasis, GcChange, GcComparison, GcDifference, GcProcessKind, GcQuantity, GcSide, GcVerdict,
    Sample, SampleResult, SideProcess, compare_gc,
};
pub use space::memory_space;
pub use span::{Span, SpanBasis};
pub(crate) use succession::Succession;
pub use trace::{
    AllocRate, Bucket, CycleStops, GcTrace, HeapRange, Quantiles, Share, TraceCollector,
    TraceProcess, TraceStep, trace, trace_health,
};
