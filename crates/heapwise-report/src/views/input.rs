use heapwise_analysis::{Header, SamplingError};

/// A profile that an answer is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The path or address, as the user gave it.
    pub path: String,
    /// What the profile says of itself.
    pub header: Header,
    /// Number of samples.
    pub sample_count: u64,
    /// Whether the sampling error of its numbers can be told.
    pub sampling_error: SamplingError,
}

/// Something the user should know before trusting an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// A word that scripts can rely on.
    pub code: &'static str,
    /// The sentence for people.
    pub message: String,
}
