//! The share of a site in a whole, and whether two shares differ.

use super::mix::Mix;
use super::normal::normal_sf;
use super::quantity::Quantity;

/// Estimated part of a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Share {
    /// The estimate, from 0 to 1.
    pub value: f64,
    /// Its standard error; to be trusted from about 20 effective samples of the site on.
    pub standard_error: f64,
}

/// The share of `site` in site and `rest` together, which must have no record in common. `None` when
/// nothing was sampled in either.
///
/// The variance is ((1-h)^2 V_site + h^2 V_rest) / whole^2 for a share h.
#[must_use]
pub fn share(site: &Mix, rest: &Mix, quantity: Quantity) -> Option<Share> {
    let site_total = site.total(quantity);
    let whole = site_total + rest.total(quantity);
    if whole <= 0.0 {
        return None;
    }
    let value = site_total / whole;
    let variance =
        (1.0 - value).powi(2) * site.variance(quantity) + value * value * rest.variance(quantity);
    Some(Share {
        value,
        standard_error: variance.sqrt() / whole,
    })
}

/// A site and the rest of its profile, disjoint.
#[derive(Debug, Clone, Copy)]
pub struct SiteAndRest<'a> {
    site: &'a Mix,
    rest: &'a Mix,
}

impl<'a> SiteAndRest<'a> {
    /// The records of the site, and all other records.
    #[must_use]
    pub fn new(site: &'a Mix, rest: &'a Mix) -> Self {
        Self { site, rest }
    }

    /// ln(site / rest) and its variance V_site/site^2 + V_rest/rest^2. `None` when either is empty.
    fn log_odds(self, quantity: Quantity) -> Option<(f64, f64)> {
        let (site, rest) = (self.site.total(quantity), self.rest.total(quantity));
        if site <= 0.0 || rest <= 0.0 {
            return None;
        }
        let variance = self.site.variance(quantity) / (site * site)
            + self.rest.variance(quantity) / (rest * rest);
        Some(((site / rest).ln(), variance))
    }
}

/// Two-sided p value of "the share of the site is the same on both sides": a z test on the difference
/// of the log odds. `None` when the site or the rest is empty on a side. Remember that the fall of one
/// site raises the share of every other.
#[must_use]
pub fn share_p_value(
    before: SiteAndRest<'_>,
    after: SiteAndRest<'_>,
    quantity: Quantity,
) -> Option<f64> {
    let (before_odds, before_variance) = before.log_odds(quantity)?;
    let (after_odds, after_variance) = after.log_odds(quantity)?;
    let difference = (after_odds - before_odds).abs();
    let variance = before_variance + after_variance;
    if variance <= 0.0 {
        return Some(if difference <= 1e-9 { 1.0 } else { 0.0 });
    }
    Some((2.0 * normal_sf(difference / variance.sqrt())).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::SamplingRate;

    #[test]
    fn a_site_and_its_rest_are_tested_alike() {
        let mix = |records: &[(u64, u64)]| {
            let rate = SamplingRate::new(524_288).unwrap();
            Mix::from_records(rate, records.iter().copied())
        };
        let (site, rest) = (
            mix(&[(64, 40), (4096, 9)]),
            mix(&[(1_000_000, 30), (32, 200)]),
        );
        let (later, other) = (
            mix(&[(64, 90), (4096, 4)]),
            mix(&[(1_000_000, 36), (32, 190)]),
        );
        for quantity in [Quantity::Bytes, Quantity::Objects] {
            let p = |before, after| share_p_value(before, after, quantity).unwrap();
            let found = p(
                SiteAndRest::new(&site, &rest),
                SiteAndRest::new(&later, &other),
            );
            let turned = p(
                SiteAndRest::new(&rest, &site),
                SiteAndRest::new(&other, &later),
            );
            assert!((found / turned - 1.0).abs() < 1e-9, "{found} {turned}");
            // Each is known about as well as its samples: the logarithm of a ratio of amounts of that error.
            let part = |mix: &Mix| mix.variance(quantity) / mix.total(quantity).powi(2);
            let error = [&site, &rest, &later, &other]
                .map(part)
                .iter()
                .sum::<f64>()
                .sqrt();
            let odds = |one: &Mix, other: &Mix| one.total(quantity) / other.total(quantity);
            let change = (odds(&later, &other) / odds(&site, &rest)).ln();
            let expected = 2.0 * normal_sf(change.abs() / error);
            assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
        }
    }
}
