//! What the collector is doing, in every format.

mod trace;

pub use trace::GcTraceReport;
