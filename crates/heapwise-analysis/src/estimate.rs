/// A number with its sampling error.
///
/// A Go heap profile holds a sample of the allocations, scaled up. Exact numbers have the error 0;
/// where the error cannot be told it is absent, which is not the same.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The number, in the sample type's unit.
    pub value: i128,
    /// Its standard error, in the same unit.
    pub se: Option<f64>,
    /// The lower end of its interval.
    pub low: Option<i128>,
    /// The upper end of its interval.
    pub high: Option<i128>,
    /// Sampled objects behind it.
    pub sampled: Option<i128>,
}

impl Estimate {
    /// A number whose error cannot be told.
    pub fn unknown(value: i128) -> Estimate {
        Estimate {
            value,
            se: None,
            low: None,
            high: None,
            sampled: None,
        }
    }
}

/// Whether the sampling error of a profile's numbers can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SamplingError {
    /// It can be computed.
    Known,
    /// There is none.
    Exact,
    /// It cannot be told.
    Unknown,
}

impl SamplingError {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SamplingError::Known => "known",
            SamplingError::Exact => "exact",
            SamplingError::Unknown => "unknown",
        }
    }
}
