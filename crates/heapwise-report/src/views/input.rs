//! What a document says of the profiles behind it.

use std::sync::Arc;

use heapwise_analysis::{Header, Headers, SamplingError};

/// A profile that an answer is about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Input {
    /// The path or address, as the user gave it. Shared, as there may be thousands.
    pub path: Arc<str>,
    /// What the profile says of itself.
    pub header: Header,
    /// Number of samples.
    pub sample_count: u64,
    /// Whether the sampling error of its numbers can be told.
    pub sampling_error: SamplingError,
}

impl Input {
    /// A profile under the path or address that the user gave.
    #[must_use]
    pub fn new(
        path: impl Into<Arc<str>>,
        header: Header,
        sample_count: u64,
        sampling_error: SamplingError,
    ) -> Self {
        Self {
            path: path.into(),
            header,
            sample_count,
            sampling_error,
        }
    }

    /// The same, with a header that shares with others what it has in common with them.
    #[must_use]
    pub fn sharing(mut self, headers: &mut Headers) -> Self {
        self.header = headers.shared(self.header);
        self
    }
}

/// Something the user should know before trusting an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Warning {
    /// A word that scripts can rely on.
    pub code: &'static str,
    /// The sentence for people.
    pub message: String,
}

impl Warning {
    /// A word that scripts can rely on, and the sentence for people.
    #[must_use]
    pub fn new(code: &'static str, message: String) -> Self {
        Self { code, message }
    }
}
