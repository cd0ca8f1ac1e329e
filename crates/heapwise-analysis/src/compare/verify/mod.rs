//! Claims about profiles, each decided one-sided: they hold, they do not, or nobody can tell.

mod allow;
mod bound_unit;
mod changes;
mod claim;
mod decimal;
mod goroutines;
mod growth;
mod known;
mod near;
mod outcome;
mod parse;
mod unread;
mod values;
mod verifier;

pub use bound_unit::BoundUnit;
pub use claim::{Bound, Claim, Operator, SitePattern};
pub use decimal::Decimal;
pub use goroutines::decide_on_goroutines;
pub use growth::Growth;
pub use known::KnownNames;
pub use outcome::{
    ClaimResult, Covers, Finding, GrowthCounts, Observed, Outcome, Reason, Suppression, Unseen,
};
pub use verifier::{Compared, Verifier, VerifyOptions};
