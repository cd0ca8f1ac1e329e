//! Decides the error of a number from the sampled blocks behind it.

use crate::profile::header::SampleType;
use crate::sums::blocks::{Lifetime, Recovery, UnknownError, counts_everything};
use heapwise_decode::ProfileKind;
use heapwise_stats::{Confidence, Mix, Quantity, SamplingRate};

/// A number with its sampling error.
///
/// A Go heap profile holds a sample of the allocations, scaled up. Exact numbers have the error 0;
/// where the error cannot be told it is absent, which is not the same.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The number, in the sample type's unit.
    pub value: i128,
    /// Its standard error, in the same unit.
    pub se: Option<f64>,
    /// The lower end of its interval.
    pub low: Option<i128>,
    /// The upper end of its interval. Absent with `low` present: there is no trustworthy one,
    /// because blocks of very different sizes hide objects too small to have been sampled.
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

    /// A number without error.
    pub fn exact(value: i128) -> Estimate {
        Estimate {
            value,
            se: Some(0.0),
            low: Some(value),
            high: Some(value),
            sampled: None,
        }
    }

    /// The number divided, its error with it, as pprof divides: in floating point, then cut to a
    /// whole number (report/report.go: New).
    pub fn divided_by(self, divisor: f64) -> Estimate {
        if divisor == 1.0 {
            return self;
        }
        let (low, high) = if divisor < 0.0 {
            (self.high, self.low)
        } else {
            (self.low, self.high)
        };
        Estimate {
            value: divided(self.value, divisor),
            se: self.se.map(|se| se / divisor.abs()),
            low: low.map(|low| divided(low, divisor)),
            high: high.map(|high| divided(high, divisor)),
            sampled: self.sampled,
        }
    }

    /// Whether the number has no error. Blocks too large to be missed have none themselves, but may have
    /// had small ones beside them that were.
    pub fn is_exact(&self) -> bool {
        self.se == Some(0.0) && self.low == self.high
    }

    /// With an interval that has all numbers of which this may be a part, or a multiple: between these factors.
    pub(crate) fn stretched(self, (down, up): (f64, f64)) -> Estimate {
        let end = |end: i128, factor: f64| end as f64 * factor;
        Estimate {
            low: self.low.map(|low| end(low, down.min(1.0)).floor() as i128),
            high: self.high.map(|high| end(high, up.max(1.0)).ceil() as i128),
            ..self
        }
    }

    /// A profile's number with the interval of the blocks behind it. The interval always holds the
    /// number, which Go has truncated.
    pub(crate) fn of_mix(
        value: i128,
        mix: &Mix,
        quantity: Quantity,
        confidence: Confidence,
    ) -> Estimate {
        let known = heapwise_stats::estimate(mix, quantity, confidence);
        let high = known.high.filter(|_| known.high_is_reliable);
        Estimate {
            value,
            se: known.standard_error,
            low: Some((known.low.floor() as i128).min(value)),
            high: high.map(|high| (high.ceil() as i128).max(value)),
            sampled: Some(i128::from(known.sampled)),
        }
    }
}

fn divided(value: i128, divisor: f64) -> i128 {
    (value as f64 * (1.0 / divisor)) as i128
}

/// What is known of the sampling behind a ranking's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampling {
    /// They are estimates from blocks sampled at this rate.
    Known(SamplingRate),
    /// As [`Sampling::Known`], but of the sizes of blocks only the mean of each stack is known: intervals are
    /// approximate, and a verdict needs several profiles a side.
    Approximate(SamplingRate),
    /// They are not sampled.
    Exact,
    /// Their errors cannot be told, and why.
    Unknown(UnknownError),
}

impl Sampling {
    /// The three cases without their details.
    pub fn error(self) -> SamplingError {
        match self {
            Sampling::Known(_) => SamplingError::Known,
            Sampling::Approximate(_) => SamplingError::Approximate,
            Sampling::Exact => SamplingError::Exact,
            Sampling::Unknown(_) => SamplingError::Unknown,
        }
    }

    /// What a verdict may rest on where there is one profile a side.
    pub(crate) fn of_one(self) -> Sampling {
        match self {
            Sampling::Approximate(_) => Sampling::Unknown(UnknownError::MeanSizes),
            other => other,
        }
    }

    /// Of numbers added up.
    pub(crate) fn or(self, other: Sampling) -> Sampling {
        match (self, other) {
            (mine, theirs) if mine == theirs => mine,
            (Sampling::Unknown(reason), _) | (_, Sampling::Unknown(reason)) => {
                Sampling::Unknown(reason)
            }
            (Sampling::Approximate(one) | Sampling::Known(one), Sampling::Approximate(other))
            | (Sampling::Approximate(one), Sampling::Known(other))
                if one == other =>
            {
                Sampling::Approximate(one)
            }
            _ => Sampling::Unknown(UnknownError::MixedRates),
        }
    }
}

/// Whether the sampling error of a profile's numbers can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SamplingError {
    /// It can be computed.
    Known,
    /// It can be computed nearly, from mean sizes of blocks.
    Approximate,
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
            SamplingError::Approximate => "approximate",
            SamplingError::Exact => "exact",
            SamplingError::Unknown => "unknown",
        }
    }
}

/// What a sample type of a heap profile measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Measure {
    /// Which blocks.
    pub lifetime: Lifetime,
    /// What of them.
    pub quantity: Quantity,
}

impl Measure {
    /// By the type's name; `None` for types of other profiles.
    pub fn of(sample_type: &SampleType) -> Option<Measure> {
        let (lifetime, quantity) = match sample_type.type_.as_str() {
            "alloc_objects" => (Lifetime::Allocated, Quantity::Objects),
            "alloc_space" => (Lifetime::Allocated, Quantity::Bytes),
            "inuse_objects" | "objects" => (Lifetime::InUse, Quantity::Objects),
            "inuse_space" | "space" => (Lifetime::InUse, Quantity::Bytes),
            _ => return None,
        };
        Some(Measure { lifetime, quantity })
    }
}
/// What is known of the sampling behind the values of a profile.
pub(crate) fn sampling_of(recovery: Option<&Recovery>, kind: ProfileKind) -> Sampling {
    if counts_everything(kind) {
        return Sampling::Exact;
    }
    let Some(recovery) = recovery else {
        return Sampling::Unknown(UnknownError::Kind);
    };
    match (recovery.failure(), recovery.rate()) {
        (Some(failure), _) => Sampling::Unknown(failure),
        (None, None) => Sampling::Unknown(UnknownError::NoPeriod),
        (None, Some(rate)) if rate.records_everything() => Sampling::Exact,
        (None, Some(rate)) if recovery.is_approximate() => Sampling::Approximate(rate),
        (None, Some(rate)) => Sampling::Known(rate),
    }
}
