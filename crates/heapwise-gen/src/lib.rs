//! Makes large heap profiles that look like those of a Go program, the same bytes for the same
//! seed, to measure speed with. Not published.
//!
//! ```
//! use heapwise_gen::{Order, Shape, write_gzip};
//!
//! let shape = Shape { samples: 100, locations: 50, functions: 20, depth: 10 };
//! let mut out = Vec::new();
//! let summary = write_gzip(&shape, Order::Go, 6, 1, &mut out)?;
//! assert_eq!(summary.samples, 100);
//! assert!(out.starts_with(&[0x1f, 0x8b]));
//! # Ok::<(), std::io::Error>(())
//! ```

mod floor;
mod program;
mod random;
mod samples;
mod shape;
mod wire;
mod write;

pub use floor::inflate;
pub use shape::{Order, Shape};
pub use write::{Summary, write_gzip, write_plain};
