//! What can be claimed: a value, how it is to compare, and where.

use regex::Regex;

use super::bound_unit::BoundUnit;
use super::decimal::Decimal;
use super::gc_measure::GcMeasure;
use crate::site::identity::Site;

/// A claim about a site or the total, as `alloc_space main.parse <= -30%`; see [`Claim::parse`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Claim {
    /// As it was written.
    pub text: String,
    /// The sample type: `alloc_space`, or `goroutines`.
    pub sample_type: String,
    /// Which sites.
    pub site: SitePattern,
    /// Whether what a site called counts for it.
    pub is_cumulative: bool,
    /// How the value is to compare with the bound.
    pub operator: Operator,
    /// The bound.
    pub bound: Bound,
    /// What the bound was written in.
    pub unit: BoundUnit,
    /// Whether it holds where its site does not exist; otherwise that is an error.
    pub optional: bool,
}

impl Claim {
    /// The same claim, holding where its site does not exist. `None` where that means nothing: the
    /// total is always there.
    pub fn into_optional(self) -> Option<Claim> {
        let can_be_missing = matches!(
            self.site.0,
            Kind::Named(_) | Kind::Matching(_) | Kind::Escape(_)
        );
        can_be_missing.then_some(Claim {
            optional: true,
            ..self
        })
    }

    /// Whether it says that nothing is left.
    pub fn is_about_nothing_left(&self) -> bool {
        let is_zero = matches!(self.bound, Bound::Value(bound) | Bound::PerOperation(bound)
            if bound.value() == 0.0);
        is_zero && self.operator == Operator::AtMost
    }

    /// Whether it is decided on dumps of goroutines: see [`decide_on_goroutines`](super::decide_on_goroutines).
    pub fn is_about_goroutines(&self) -> bool {
        self.sample_type == GOROUTINES && !self.bound.is_relative()
    }

    /// Whether it is decided on a series of snapshots of what is in use: see
    /// [`decide_on_levels`](super::decide_on_levels).
    pub fn is_about_levels(&self) -> bool {
        let is_growth = matches!(self.bound, Bound::NoGrowth | Bound::Growth(_));
        is_growth
            && !self.is_about_goroutines()
            && !self.is_about_collector()
            && !self.is_about_explanation()
    }

    /// Whether it is decided on snapshots of the collector: see [`decide_on_collector`](super::decide_on_collector).
    pub fn is_about_collector(&self) -> bool {
        self.measure().is_some()
    }

    /// Whether it is decided on why sites allocate: see [`decide_on_explanation`](super::decide_on_explanation).
    pub fn is_about_explanation(&self) -> bool {
        matches!(self.site.0, Kind::Escape(_) | Kind::Advice)
    }

    /// What of the collector it is about.
    pub(super) fn measure(&self) -> Option<GcMeasure> {
        match self.site.0 {
            Kind::Collector(measure) => Some(measure),
            _ => None,
        }
    }
}

/// The sample type of claims about goroutines; profiles call it `goroutine`.
pub(super) const GOROUTINES: &str = "goroutines";

/// Which sites a claim is about.
#[derive(Debug, Clone)]
pub struct SitePattern(pub(super) Kind);

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Total,
    /// The goroutines that were proved to be leaked.
    Leaked,
    /// A number of the collector.
    Collector(GcMeasure),
    /// What goes to the heap in functions.
    Escape(Box<SitePattern>),
    /// What would help.
    Advice,
    Named(String),
    Matching(Regex),
}

impl SitePattern {
    /// Whether it is the total.
    pub fn is_total(&self) -> bool {
        matches!(self.0, Kind::Total)
    }

    /// Whether it is a regular expression, so that there may be several sites.
    pub fn is_regexp(&self) -> bool {
        matches!(self.0, Kind::Matching(_))
    }

    /// Whether it means this site, which is not the total.
    pub fn matches(&self, site: &Site) -> bool {
        match &self.0 {
            Kind::Total | Kind::Leaked | Kind::Collector(_) | Kind::Escape(_) | Kind::Advice => {
                false
            }
            _ => self.matches_name(&site.pprof_name()),
        }
    }

    /// The same by the site's printed name.
    pub fn matches_name(&self, site_name: &str) -> bool {
        match &self.0 {
            Kind::Total | Kind::Leaked | Kind::Collector(_) | Kind::Escape(_) | Kind::Advice => {
                false
            }
            Kind::Named(name) => site_name == name,
            Kind::Matching(regexp) => regexp.is_match(site_name),
        }
    }

    /// Whether it is the goroutines that were proved to be leaked.
    pub fn is_leaked(&self) -> bool {
        matches!(self.0, Kind::Leaked)
    }

    /// Whether it is one or several sites, and not a total of some kind.
    pub fn is_sites(&self) -> bool {
        matches!(self.0, Kind::Named(_) | Kind::Matching(_))
    }

    /// The exact name, where it is one.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Named(name) => Some(name),
            _ => None,
        }
    }

    /// As it is written in a claim.
    pub(super) fn label(&self) -> String {
        match &self.0 {
            Kind::Total => "total".to_owned(),
            Kind::Leaked => "leaked".to_owned(),
            Kind::Collector(measure) => measure.name().to_owned(),
            Kind::Escape(functions) => functions.label(),
            Kind::Advice => "advice".to_owned(),
            Kind::Named(name) => name.clone(),
            Kind::Matching(regexp) => format!("/{regexp}/"),
        }
    }
}

/// How a value is to compare with a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `<=`
    AtMost,
    /// `<`
    Below,
    /// `>=`
    AtLeast,
    /// `>`
    Above,
    /// `=`, of goroutines, which are counted without error.
    Equal,
}

impl Operator {
    /// As claims spell it.
    pub fn symbol(self) -> &'static str {
        match self {
            Operator::AtMost => "<=",
            Operator::Below => "<",
            Operator::AtLeast => ">=",
            Operator::Above => ">",
            Operator::Equal => "=",
        }
    }

    /// Whether less is better.
    pub fn is_upper(self) -> bool {
        matches!(self, Operator::AtMost | Operator::Below | Operator::Equal)
    }

    pub(super) fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Operator::AtMost => order.is_le(),
            Operator::Below => order.is_lt(),
            Operator::AtLeast => order.is_ge(),
            Operator::Above => order.is_gt(),
            Operator::Equal => order.is_eq(),
        }
    }
}

/// What a value is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A change from the older side, in percent.
    Change(Decimal),
    /// A value of the newer side, in the base of its [`BoundUnit`].
    Value(Decimal),
    /// A value of the newer side for each operation, likewise.
    PerOperation(Decimal),
    /// Goroutines, a heap, or what a site has in use, that do not become more and more over time; `growth none`.
    NoGrowth,
    /// How fast what is in use may rise by the hour, in the base of its [`BoundUnit`]; `growth <= 1MB/h`.
    Growth(Decimal),
}

impl Bound {
    /// Whether it needs an older side.
    pub fn is_relative(self) -> bool {
        matches!(self, Bound::Change(_))
    }
}

#[cfg(test)]
mod tests {
    use super::{Claim, Operator};
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn an_operator_holds_for_its_orders() {
        for (operator, symbol, holds, is_upper) in [
            (Operator::AtMost, "<=", [true, true, false], true),
            (Operator::Below, "<", [true, false, false], true),
            (Operator::AtLeast, ">=", [false, true, true], false),
            (Operator::Above, ">", [false, false, true], false),
            (Operator::Equal, "=", [false, true, false], true),
        ] {
            assert_eq!(operator.symbol(), symbol);
            assert_eq!(
                [Less, Equal, Greater].map(|order| operator.holds(order)),
                holds
            );
            assert_eq!(operator.is_upper(), is_upper, "{symbol}");
        }
    }

    /// What decides a claim: goroutines, levels, the collector, an explanation.
    fn about(text: &str) -> [bool; 4] {
        let claim = Claim::parse(text).expect(text);
        [
            claim.is_about_goroutines(),
            claim.is_about_levels(),
            claim.is_about_collector(),
            claim.is_about_explanation(),
        ]
    }

    #[test]
    fn a_claim_is_about_one_thing() {
        let (goroutines, levels, none) = (
            [true, false, false, false],
            [false, true, false, false],
            [false; 4],
        );
        for (text, expected) in [
            ("goroutines total <= 500", goroutines),
            ("goroutines leaked = 0", goroutines),
            ("goroutines total growth none", goroutines),
            ("goroutines total <= +5%", none),
            ("inuse_space total growth none", levels),
            ("inuse_space main.f growth <= 1MB/h", levels),
            ("inuse_space main.f <= 5MB", none),
            ("alloc_space total <= -30%", none),
        ] {
            assert_eq!(about(text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_left_is_at_most_nothing() {
        for (text, expected) in [
            ("inuse_space main.f <= 0", true),
            ("alloc_space main.f <= 0/op", true),
            ("inuse_space main.f <= 1", false),
            ("inuse_space main.f >= 0", false),
            ("alloc_space main.f <= 1/op", false),
            ("alloc_space main.f <= +0%", false),
        ] {
            let claim = Claim::parse(text).expect(text);
            assert_eq!(claim.is_about_nothing_left(), expected, "{text}");
        }
    }

    #[test]
    fn a_total_is_always_there() {
        for (text, can) in [
            ("alloc_space total <= 5", false),
            ("goroutines leaked = 0", false),
            ("alloc_space main.f <= 5", true),
            ("alloc_space /main/ <= 5", true),
        ] {
            let optional = Claim::parse(text).expect(text).into_optional();
            assert_eq!(
                optional.map(|claim| claim.optional),
                can.then_some(true),
                "{text}"
            );
        }
    }

    #[test]
    fn a_pattern_means_sites_and_no_total() {
        // Written, the total, a regular expression, leaked, sites, means main.f.
        for (site, kinds) in [
            ("alloc_space total <= 5", [true, false, false, false, false]),
            ("goroutines leaked = 0", [false, false, true, false, false]),
            ("alloc_space main.f <= 5", [false, false, false, true, true]),
            (
                "alloc_space main.g <= 5",
                [false, false, false, true, false],
            ),
            ("alloc_space /^main/ <= 5", [false, true, false, true, true]),
        ] {
            let site_of = Claim::parse(site).expect(site).site;
            let found = [
                site_of.is_total(),
                site_of.is_regexp(),
                site_of.is_leaked(),
                site_of.is_sites(),
                site_of.matches_name("main.f"),
            ];
            assert_eq!(found, kinds, "{site}");
            let label = site.split(' ').nth(1);
            assert_eq!(Some(&*site_of.label()), label);
        }
    }
}
