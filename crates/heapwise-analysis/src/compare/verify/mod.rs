//! Claims about profiles, each decided one-sided: they hold, they do not, or nobody can tell.

mod allow;
mod binomial;
mod bound_unit;
mod changes;
mod claim;
mod collector;
mod decimal;
mod doubtful;
mod explained;
mod gc_measure;
mod gc_parse;
mod goroutines;
mod growth;
mod hidden;
mod known;
mod levels;
mod near;
mod outcome;
mod parse;
mod renamed;
mod sub_benchmarks;
mod unread;
mod values;
mod verifier;

pub use bound_unit::BoundUnit;
pub use claim::{Bound, Claim, Operator, SitePattern};
pub use collector::{CollectorSides, decide_on_collector};
pub use decimal::Decimal;
pub use explained::decide_on_explanation;
pub use goroutines::decide_on_goroutines;
pub use growth::Growth;
pub use known::KnownNames;
pub use levels::decide_on_levels;
pub use outcome::{
    ClaimResult, CountedBy, Covers, Finding, GrowthCounts, Measured, Observed, Outcome, Reason,
    Suppression, Unseen,
};
pub use verifier::{Compared, Verifier, VerifyOptions};
