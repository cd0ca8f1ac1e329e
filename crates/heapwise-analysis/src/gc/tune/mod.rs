//! What other settings of GOGC and GOMEMLIMIT would do to a program that was measured under one.
//!
//! A [`Program`] holds what was measured, [`measure`] makes one of snapshots, [`predict`] tells what a [`Setting`] makes
//! of it, [`propose`] which settings suit a container. The formulas are those of Go 1.27 (runtime/mgcpacer.go, mgclimit.go) and of the
//! guide to the collector; where they leave a number open it is a [`Bracket`], and where they do not hold the
//! prediction is marked with the reason ([`Unsure`]).
//!
//! ```
//! use heapwise_analysis::gc::tune::{Program, Setting, predict};
//!
//! let program = Program::new(400 << 20, 30 << 20).with_allocation_rate(500e6);
//! let half = predict(&program, Setting::new(Some(50), None));
//! assert_eq!(half.heap_goal, Some(600 << 20));
//! assert!(half.gc_per_second.is_some_and(|rate| rate.low > 2.0 && rate.high < 4.0));
//! ```
//!
//! Predictions from one baseline run are compared with real runs in `tests/tune.rs` and
//! `testdata/tune/README.md`: seven programs, 29 settings each.
//!
//! # Where it does not hold
//!
//! - A live heap that swings with the work is marked at the moments at which cycles end, and these depend on the
//!   setting: the goal of one that swings by 40 % was up to 9 % above its prediction at GOGC=400.
//! - A live heap that grows has no steady state: its range during the capture stands for all of it, no longer.
//! - An allocation rate that depends on the collector (a program that does as much as it can) is taken as it was.
//! - Memory that is not Go's (cgo, mmap, the binary) is only what was told.
//! - How much of the marking is done by idle processors depends on what else the machine does: the share of CPU
//!   time that the collector takes from the program is a wide bracket.

mod bracket;
mod cost;
mod cycle;
mod goal;
mod known;
mod limiter;
mod measure;
mod peak;
mod prediction;
mod program;
mod proposal;
mod setting;
mod unsure;

pub use bracket::Bracket;
pub use goal::Bound;
pub use known::{Given, Origin, Quantity};
pub use measure::{Measurement, measure};
pub use prediction::{Prediction, predict};
pub use program::Program;
pub use proposal::{Caution, Fit, Proposal, Request, propose};
pub use setting::Setting;
pub use unsure::Unsure;
