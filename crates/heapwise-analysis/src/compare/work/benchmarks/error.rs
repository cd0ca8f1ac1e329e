//! Texts and profiles that do not belong together.

use std::fmt;

use heapwise_decode::Error;

/// Benchmarks and profiles that do not belong together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum BenchmarkError {
    /// A text has no bytes per operation.
    NoBytes {
        /// A benchmark without.
        name: String,
    },
    /// Benchmarks of a text that are not in the profiles of its side.
    NotInProfile {
        /// Those.
        missing: Vec<String>,
        /// The benchmarks that are there.
        found: Vec<String>,
    },
    /// No benchmark is in both texts.
    NothingInCommon {
        /// Of the older side.
        before: Vec<String>,
        /// Of the newer side.
        after: Vec<String>,
    },
    /// The profile has no allocations.
    NoAllocations,
    /// A part of a profile is beyond the limits.
    Limits(Error),
}

impl fmt::Display for BenchmarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| match names {
            [] => "none".to_owned(),
            names => names.join(", "),
        };
        match self {
            BenchmarkError::NoBytes { name } => {
                write!(
                    f,
                    "found no B/op of {name}, expected what `go test -bench -benchmem` prints"
                )
            }
            BenchmarkError::NotInProfile { missing, found } => write!(
                f,
                "found {} in the text and not in the profile, which has {}: expected text and \
                 profile of one run",
                list(missing),
                list(found)
            ),
            BenchmarkError::NothingInCommon { before, after } => write!(
                f,
                "found {} before and {} after, expected a benchmark in both",
                list(before),
                list(after)
            ),
            BenchmarkError::NoAllocations => {
                f.write_str("found a profile without alloc_space, expected that of `-memprofile`")
            }
            BenchmarkError::Limits(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BenchmarkError {}

impl From<Error> for BenchmarkError {
    fn from(error: Error) -> Self {
        BenchmarkError::Limits(error)
    }
}
