//! Runs Go benchmarks of two sides: builds both, plans the same work for each, and runs them in turns.

mod build;
mod find;
mod flags;
mod git;
mod leaf;
mod measure;
mod origins;
mod packages;
mod progress;
mod saved;
mod session;
mod side;
mod toolchain;
mod uncompared;

pub(crate) use find::not_understood;
pub(crate) use measure::{Goal, Iterations, Measured, MeasuredSide};
pub(crate) use session::{Request, Session};
pub(crate) use uncompared::Uncompared;
