//! What a log says of the collector over time: which of its cycles are of one process, what they cost, and
//! whether that is as it should be.

mod cut;
mod findings;
mod follow;
mod lows;
mod measures;
mod process;
mod series;
mod steps;
mod values;

pub use findings::trace_health;
pub use follow::{GcTrace, TraceCollector, trace};
pub use measures::{AllocRate, Share};
pub use process::{HeapRange, TraceProcess};
pub use series::Bucket;
pub use steps::{CycleStops, TraceStep};
pub use values::Quantiles;
