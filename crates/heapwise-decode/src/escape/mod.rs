//! Decides what the compiler's escape analysis says: `go build -gcflags=-m`, `-m=2` and `-json=0,DIR`, of all versions
//! since Go 1.18.

mod collect;
mod decision;
mod doubled;
mod flow;
mod json;
mod kind;
mod known;
mod log;
mod message;
mod method_value;
mod parameter;
mod place;
mod reader;

pub use decision::{AllocationKind, Decision, EscapeOutcome, Position, Step};
pub use log::EscapeLog;
pub use reader::EscapeReader;
