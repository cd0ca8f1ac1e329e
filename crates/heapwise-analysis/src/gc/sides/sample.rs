//! One number of one process, with the steps that tell how it varies.

use heapwise_stats::LogMean;

/// A number of a process; why there is none, or none that a verdict may rest on.
pub type SampleResult = Result<Sample, String>;

/// A number of a process.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// The value.
    pub value: f64,
    /// No less than this: what the source leaves open, by cut numbers or the clock.
    pub low: f64,
    /// No more than this.
    pub high: f64,
    /// What it is made of.
    pub(super) series: Series,
}

/// What a number is made of, in order of time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Series {
    /// Amounts, and what they are of.
    Steps(Vec<(f64, f64)>),
    /// Values of which it is the quantile.
    Values(Vec<f64>, f64),
}

impl Sample {
    /// The sum of amounts over that of what they are of; `None` without any.
    pub(super) fn of_steps(steps: Vec<(f64, f64)>) -> Option<Sample> {
        let amounts: f64 = steps.iter().map(|step| step.0).sum();
        let bases: f64 = steps.iter().map(|step| step.1).sum();
        (bases > 0.0).then(|| Sample::exactly(amounts / bases, Series::Steps(steps)))
    }

    /// What a part of the values does not exceed.
    pub(super) fn of_values(values: Vec<f64>, part: f64) -> Option<Sample> {
        let value = quantile(&values, part)?;
        Some(Sample::exactly(value, Series::Values(values, part)))
    }

    fn exactly(value: f64, series: Series) -> Sample {
        Sample {
            value,
            low: value,
            high: value,
            series,
        }
    }

    /// With what the source leaves open.
    #[must_use]
    pub(super) fn between(mut self, low: f64, high: f64) -> Sample {
        self.low = low.min(self.value);
        self.high = high.max(self.value);
        self
    }

    /// Steps, or values, that it is made of.
    pub fn steps(&self) -> usize {
        match &self.series {
            Series::Steps(steps) => steps.len(),
            Series::Values(values, _) => values.len(),
        }
    }

    /// Steps that it takes to tell how it varies.
    pub fn needed(&self) -> usize {
        match self.series {
            Series::Steps(_) => LogMean::FEWEST_STEPS,
            Series::Values(_, part) => {
                let beyond = LogMean::FEWEST_STEPS as f64 / 2.0 - 0.5;
                let count = beyond / part.min(1.0 - part);
                (count.ceil() as usize).max(LogMean::FEWEST_STEPS)
            }
        }
    }

    /// What the steps tell; `None` where they are too few.
    pub(super) fn log(&self) -> Option<LogMean> {
        match &self.series {
            Series::Steps(steps) => LogMean::of_steps(steps),
            Series::Values(values, part) => LogMean::of_quantile(values, *part),
        }
    }
}

/// The least value that a part of all does not exceed.
pub(super) fn quantile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * part).ceil().max(1.0) as usize;
    sorted.get(rank - 1).or(sorted.last()).copied()
}
