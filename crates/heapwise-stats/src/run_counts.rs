//! What each profile of both sides has of one row: one number a profile, from which that which it should have follows.

/// One row's totals of each profile, in effective samples. A table has many rows, and keeps none of these.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RunCounts {
    /// What each profile has: before, then after.
    found: Vec<f64>,
    /// Profiles of the before side.
    before: usize,
    scales: [Scale; 2],
    /// Effective samples per profile.
    pub(crate) samples: f64,
}

/// What the profiles of one side have.
pub(crate) struct SideCounts {
    found: Vec<f64>,
    scale: Scale,
}

/// What a side has for each unit of work, and what one effective sample stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Scale {
    level: f64,
    kappa: f64,
}

/// One profile's part of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    /// What it has.
    pub(crate) found: f64,
    /// What it would have if all of its side were alike.
    pub(crate) expected: f64,
}

impl SideCounts {
    /// Of the total of each profile.
    pub(crate) fn new(totals: impl Iterator<Item = f64>, level: f64, kappa: f64) -> SideCounts {
        let scale = Scale { level, kappa };
        SideCounts {
            found: totals.map(|total| scale.count(total)).collect(),
            scale,
        }
    }
}

impl Scale {
    fn count(self, total: f64) -> f64 {
        if self.kappa > 0.0 {
            total / self.kappa
        } else {
            0.0
        }
    }
}

impl RunCounts {
    /// Of the before and of the after side.
    pub(crate) fn new([before, after]: [SideCounts; 2], samples: f64) -> RunCounts {
        let mut found = before.found;
        let count = found.len();
        found.reserve_exact(after.found.len());
        found.extend(after.found);
        RunCounts {
            found,
            before: count,
            scales: [before.scale, after.scale],
            samples,
        }
    }

    /// The part of each profile, which cover these amounts of work.
    pub(crate) fn runs(&self, amounts: &[f64]) -> impl Iterator<Item = Run> {
        let [before, after] = self.scales;
        let runs = self.found.iter().zip(amounts).enumerate();
        runs.map(move |(at, (&found, amount))| {
            let scale = if at < self.before { before } else { after };
            Run {
                found,
                expected: scale.count(amount * scale.level),
            }
        })
    }
}
