//! Whether most sites changed by one factor: then it is the work that changed.

/// The change of one site.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct LogRatio {
    /// The natural logarithm of the newer over the older value.
    pub value: f64,
    /// Its standard error; 0 where both are exact.
    pub error: f64,
}

/// The factor by which most sites changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CommonFactor {
    /// The factor.
    pub value: f64,
    /// The lower end of its 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Sites that changed by it, within their errors.
    pub sites: usize,
    /// Sites that were looked at.
    pub of: usize,
}

/// What errors do not cover: sites that change by one factor do so to about this part.
const FLOOR: f64 = 0.005;
/// Standard errors within which a site agrees.
const AGREES: f64 = 2.5;
/// Fewer sites tell nothing.
const FEWEST: usize = 3;
/// A smaller change is not worth a word.
const LEAST: f64 = 0.03;
/// Of a two-sided 95 % interval.
const NORMAL_95: f64 = 1.959_963_984_540_054;

impl CommonFactor {
    /// The factor that two thirds of the sites and more agree on, where it is not 1: their mean,
    /// weighed by precision, from a weighed median on, so that sites that do not agree have no say.
    pub fn of(sites: &[LogRatio]) -> Option<CommonFactor> {
        let usable: Vec<LogRatio> = sites
            .iter()
            .copied()
            .filter(|site| site.value.is_finite() && site.error.is_finite())
            .map(|site| LogRatio {
                value: site.value,
                error: site.error.hypot(FLOOR),
            })
            .collect();
        if usable.len() < FEWEST {
            return None;
        }
        let mut center = weighed_median(&usable)?;
        let mut agreeing = Vec::new();
        for _ in 0..4 {
            agreeing = usable
                .iter()
                .copied()
                .filter(|site| (site.value - center).abs() <= AGREES * site.error)
                .collect();
            let weights: f64 = agreeing.iter().map(weight).sum();
            if weights <= 0.0 {
                return None;
            }
            center = agreeing
                .iter()
                .map(|site| site.value * weight(site))
                .sum::<f64>()
                / weights;
        }
        let weights: f64 = agreeing.iter().map(weight).sum();
        let error = weights.sqrt().recip();
        let is_common = agreeing.len() * 3 >= usable.len() * 2;
        let differs = center.abs() > NORMAL_95 * error && center.abs() > LEAST;
        (is_common && differs).then(|| CommonFactor {
            value: center.exp(),
            low: (center - NORMAL_95 * error).exp(),
            high: (center + NORMAL_95 * error).exp(),
            sites: agreeing.len(),
            of: usable.len(),
        })
    }
}

impl CommonFactor {
    /// Whether a site changed by the factor, within its error.
    pub(crate) fn agrees(&self, site: LogRatio) -> bool {
        let error = site.error.hypot(FLOOR);
        (site.value - self.value.ln()).abs() <= AGREES * error
    }
}

fn weight(site: &LogRatio) -> f64 {
    site.error.powi(2).recip()
}

fn weighed_median(sites: &[LogRatio]) -> Option<f64> {
    let mut sorted = sites.to_vec();
    sorted.sort_by(|a, b| a.value.total_cmp(&b.value));
    let half = sorted.iter().map(weight).sum::<f64>() / 2.0;
    let mut sum = 0.0;
    let mut sites = sorted.iter();
    let middle = sites.find(|site| {
        sum += weight(site);
        sum >= half
    });
    middle.map(|site| site.value)
}

#[cfg(test)]
mod tests {
    use super::{CommonFactor, LogRatio};

    fn sites(ratios: &[f64], error: f64) -> Vec<LogRatio> {
        let site = |ratio: &f64| LogRatio {
            value: ratio.ln(),
            error,
        };
        ratios.iter().map(site).collect()
    }

    #[test]
    fn finds_what_most_agree_on() {
        let found = CommonFactor::of(&sites(&[1.3, 1.35, 1.32, 1.31, 1.28, 4.0], 0.03)).unwrap();
        assert_eq!((found.sites, found.of), (5, 6));
        assert!(found.low < 1.32 && found.high > 1.30, "{found:?}");
    }

    #[test]
    fn is_silent_where_sites_differ_or_nothing_changed() {
        assert_eq!(CommonFactor::of(&sites(&[1.0, 2.0, 0.5, 3.0], 0.02)), None);
        assert_eq!(
            CommonFactor::of(&sites(&[1.01, 0.99, 1.0, 1.02], 0.03)),
            None
        );
        assert_eq!(CommonFactor::of(&sites(&[1.3, 1.3], 0.01)), None);
    }

    #[test]
    fn the_factor_is_the_mean_weighed_by_precision() {
        let floor = |error: f64| error.hypot(0.005);
        let one = |value: f64, error: f64| LogRatio { value, error };
        let all = [one(0.30, 0.1), one(0.32, 0.02), one(0.29, 0.05)];
        let found = CommonFactor::of(&all).unwrap();
        let weights = all.map(|site| floor(site.error).powi(-2));
        let sum: f64 = weights.iter().sum();
        let mean = all
            .iter()
            .zip(weights)
            .map(|(site, weight)| site.value * weight)
            .sum::<f64>()
            / sum;
        let arm = 1.959_963_984_540_054 / sum.sqrt();
        let near =
            |found: f64, log: f64| assert!((found.ln() - log).abs() < 1e-12, "{found} {log}");
        near(found.value, mean);
        near(found.low, mean - arm);
        near(found.high, mean + arm);
        assert_eq!((found.sites, found.of), (3, 3));
    }

    #[test]
    fn two_thirds_of_the_sites_have_to_agree() {
        let of = |ratios: &[f64]| {
            CommonFactor::of(&sites(ratios, 0.01)).map(|found| (found.sites, found.of))
        };
        assert_eq!(of(&[1.3, 1.3, 5.0]), Some((2, 3)));
        assert_eq!(of(&[1.3, 1.3, 1.3, 5.0, 9.0]), None);
        assert_eq!(of(&[1.3, 1.3, 1.3, 1.3, 5.0, 9.0]), Some((4, 6)));
        // Within two and a half standard errors of what the others say.
        let beside = |log: f64| of(&[1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3 * log.exp()]);
        let error = 0.01_f64.hypot(0.005);
        assert_eq!(beside(2.2 * error), Some((9, 9)));
        assert_eq!(beside(2.6 * error), Some((8, 9)));
    }

    #[test]
    fn a_change_has_to_be_worth_a_word_and_certain() {
        let of = |ratio: f64, error: f64| CommonFactor::of(&sites(&[ratio; 4], error)).is_some();
        // Three in a hundred, either way.
        assert!(of(1.031, 0.001) && of(0.969, 0.001));
        assert!(!of(1.030, 0.001) && !of(0.971, 0.001));
        // Four sites with this error are known to a half of it.
        assert!(of(0.100_f64.exp(), 0.10) && !of(0.096_f64.exp(), 0.10));
        assert!(of((-0.100_f64).exp(), 0.10));
        let not_finite = LogRatio {
            value: f64::INFINITY,
            error: 0.0,
        };
        assert_eq!(CommonFactor::of(&[not_finite; 5]), None);
        let mut three = sites(&[1.3, 1.3, 1.3], 0.01);
        assert_eq!(CommonFactor::of(&three).map(|found| found.of), Some(3));
        for error in [f64::NAN, f64::INFINITY] {
            three[2].error = error;
            assert_eq!(CommonFactor::of(&three), None);
        }
        let mut four = sites(&[1.3; 4], 0.01);
        four[0].value = f64::NEG_INFINITY;
        assert_eq!(CommonFactor::of(&four).map(|found| found.of), Some(3));
    }
}
