//! What the samples of a profile add up to, whatever their sites.

use heapwise_decode::{Sample, Tables};

use crate::profile::base_label::BaseLabel;
use crate::profile::units::narrow;

/// The total of one sample type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// Sum of absolute values.
    pub absolute: i128,
    /// Sum of signed values: what all sites and the samples without a stack add up to.
    pub net: i128,
    /// Sum of absolute values of the samples marked as a base.
    pub base: i128,
}

impl Total {
    /// What pprof calls the total and takes percentages of: of the base alone where there is one
    /// (report/report.go: computeTotal).
    pub fn of_pprof(self) -> i128 {
        if self.base > 0 {
            self.base
        } else {
            self.absolute
        }
    }

    /// Adds the value of a sample.
    #[inline]
    fn add_value(&mut self, value: i64) {
        // Most of what a heap profile has in use is 0.
        if value == 0 {
            return;
        }
        let value = i128::from(value);
        self.net += value;
        self.absolute += value.abs();
    }

    /// Adds what other samples add up to.
    pub(crate) fn add(&mut self, other: Total) {
        self.absolute += other.absolute;
        self.net += other.net;
        self.base += other.base;
    }
}

/// What samples add up to, by sample type, while they come.
///
/// Every visitor of a reading could add up its own; each costs a fiftieth of the time that a reading takes, so one
/// does it for those beside it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Totals {
    by_type: Vec<Total>,
    /// Sums of signed values of the samples of a base.
    base_net: Vec<i128>,
    base_label: BaseLabel,
}

impl Totals {
    /// Nothing yet. Without complete tables the samples of a base are not known.
    pub(crate) fn start(tables: &Tables, complete: bool) -> Totals {
        let width = tables.sample_types().len();
        Totals {
            by_type: vec![Total::default(); width],
            base_net: vec![0; width],
            base_label: match complete {
                true => BaseLabel::of(tables),
                false => BaseLabel::default(),
            },
        }
    }

    #[inline]
    pub(crate) fn add(&mut self, sample: &Sample<'_>) {
        for (total, &value) in self.by_type.iter_mut().zip(sample.values()) {
            total.add_value(value);
        }
        if self.base_label.marks(sample) {
            self.add_base(sample.values());
        }
    }

    #[cold]
    fn add_base(&mut self, values: &[i64]) {
        let totals = self.by_type.iter_mut().zip(&mut self.base_net);
        for ((total, net), &value) in totals.zip(values) {
            total.base += i128::from(value.unsigned_abs());
            *net += i128::from(value);
        }
    }

    /// By sample type.
    pub(crate) fn by_type(&self) -> &[Total] {
        &self.by_type
    }

    /// By sample type, the samples of a base as all others.
    pub(crate) fn without_base(&self) -> Vec<Total> {
        let totals = self.by_type.iter();
        totals.map(|&total| Total { base: 0, ..total }).collect()
    }

    /// What percentages are of: the sum of absolute values, of the samples of a base alone where
    /// there are any, per object where means are shown (report/report.go: computeTotal).
    pub(crate) fn of(&self, index: usize, divisor: Option<usize>) -> i64 {
        let total = self.by_type.get(index).copied().unwrap_or_default();
        let divisor = divisor.and_then(|at| match total.base {
            0 => self.by_type.get(at).map(|total| total.net),
            _ => self.base_net.get(at).copied(),
        });
        let value = total.of_pprof();
        narrow(value.checked_div(divisor.unwrap_or(0)).unwrap_or(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of samples, of which some are of a base.
    fn totals(samples: &[([i64; 2], bool)]) -> Totals {
        let mut totals = Totals {
            by_type: vec![Total::default(); 2],
            base_net: vec![0; 2],
            base_label: BaseLabel::default(),
        };
        for (values, is_base) in samples {
            for (total, &value) in totals.by_type.iter_mut().zip(values) {
                total.add_value(value);
            }
            if *is_base {
                totals.add_base(values);
            }
        }
        totals
    }

    #[test]
    fn percentages_are_of_a_base_where_there_is_one() {
        let plain = totals(&[([2, 10], false), ([-1, -30], false)]);
        assert_eq!(plain.of(1, None), 40);
        let with_base = totals(&[([2, 10], false), ([-4, -36], true), ([1, 4], true)]);
        assert_eq!(with_base.of(1, None), 40);
        assert_eq!(with_base.of(0, None), 5);
        assert_eq!(with_base.without_base()[1].of_pprof(), 50);
    }

    #[test]
    fn means_are_per_object_of_the_same_samples() {
        let plain = totals(&[([2, 10], false), ([3, 25], false)]);
        assert_eq!(plain.of(1, Some(0)), 7);
        let with_base = totals(&[([2, 10], false), ([-4, -36], true), ([1, 4], true)]);
        assert_eq!(with_base.of(1, Some(0)), -13);
        // Nothing to divide by.
        assert_eq!(totals(&[([0, 10], false)]).of(1, Some(0)), 10);
    }

    #[test]
    fn sums_are_wider_than_values() {
        let samples = [([0, i64::MIN], false), ([0, i64::MIN], false)];
        let [_, total] = totals(&samples).by_type.try_into().expect("two types");
        assert_eq!((total.absolute, total.net), (1 << 64, -(1 << 64)));
        assert_eq!(totals(&samples).of(1, None), narrow(1 << 64));
    }
}
