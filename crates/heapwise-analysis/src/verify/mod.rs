//! Claims about profiles, each decided one-sided: they hold, they do not, or nobody can tell.

mod claim;
mod date;
mod decimal;
mod goroutines;
mod growth;
mod near;
mod outcome;
mod parse;
mod unread;
mod verifier;

pub use claim::{Bound, Claim, Operator, SitePattern};
pub use date::Date;
pub use decimal::Decimal;
pub use goroutines::decide_on_goroutines;
pub use growth::{Growth, GrowthError};
pub use outcome::{ClaimResult, Finding, Observed, Outcome, Reason, Suppression};
pub use parse::ClaimError;
pub use verifier::{Compared, Verifier, VerifyOptions};
