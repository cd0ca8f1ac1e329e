use regex::Regex;

use super::decimal::Decimal;
use crate::site::Site;

/// A claim about a site or the total, as `alloc_space main.parse <= -30%`; see [`Claim::parse`].
#[derive(Debug, Clone)]
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
    /// Whether the site may be missing: one that matches nothing is an error otherwise.
    pub optional: bool,
}

impl Claim {
    /// Whether it is decided on dumps of goroutines: see [`decide_on_goroutines`](super::decide_on_goroutines).
    pub fn is_about_goroutines(&self) -> bool {
        self.sample_type == GOROUTINES && !self.bound.is_relative()
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
            Kind::Total | Kind::Leaked => false,
            Kind::Named(name) => site.pprof_name() == *name,
            Kind::Matching(regexp) => regexp.is_match(&site.pprof_name()),
        }
    }

    /// What stands for the site: the name, or the regular expression.
    pub(super) fn text(&self) -> String {
        match &self.0 {
            Kind::Total => "total".to_owned(),
            Kind::Leaked => "leaked".to_owned(),
            Kind::Named(name) => name.clone(),
            Kind::Matching(regexp) => regexp.as_str().to_owned(),
        }
    }

    /// The exact name, where it is one.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.0 {
            Kind::Named(name) => Some(name),
            _ => None,
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
    /// A value of the newer side, in the sample type's unit.
    Value(Decimal),
    /// A value of the newer side for each operation.
    PerOperation(Decimal),
    /// Goroutines that do not become more and more over several dumps; `growth none`.
    NoGrowth,
}

impl Bound {
    /// Whether it needs an older side.
    pub fn is_relative(self) -> bool {
        matches!(self, Bound::Change(_))
    }
}
