//! What statistics refuse: counts that cannot be put together.

use std::fmt;

use super::sampling::SamplingRate;

/// Why something could not be computed; see [`Error::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
}

/// The rule that was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Sampled counts of different rates cannot be added.
    #[non_exhaustive]
    RatesDiffer {
        /// The rate of the counts that were to grow.
        into: SamplingRate,
        /// The rate of the counts that were to be added.
        from: SamplingRate,
    },
    /// A side of a comparison has no profile.
    NoProfiles,
    /// A row, by index, does not have one mix for every profile.
    ProfileCount(usize),
    /// The profiles of one side of a row, by index, were taken at different rates.
    RowRatesDiffer(usize),
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind }
    }

    /// The rule that was broken.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ErrorKind::RatesDiffer { into, from } => write!(
                formatter,
                "sampled counts at a rate of {} bytes cannot be added to counts at {} bytes",
                from.bytes(),
                into.bytes()
            ),
            ErrorKind::NoProfiles => write!(formatter, "a side has no profile"),
            ErrorKind::ProfileCount(row) => {
                write!(formatter, "row {row} does not have one entry per profile")
            }
            ErrorKind::RowRatesDiffer(row) => write!(
                formatter,
                "row {row} has profiles of different sampling rates on one side"
            ),
        }
    }
}

impl std::error::Error for Error {}
