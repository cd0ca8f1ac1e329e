//! What `heapwise verify` is asked to decide.

use anyhow::{anyhow, bail};
use heapwise_analysis::{Bound, Claim, Date, Growth};
use heapwise_report::{Format, Place};

use super::budget::{Budget, BudgetClaim};
use super::runs::Kept;
use super::sides::Sides;
use crate::args::{ClaimArgs, VerifyArgs};
use crate::today::today;

/// What is asked for, from the command line and from the budget.
pub(super) struct Rules {
    pub(super) claims: Vec<BudgetClaim>,
    pub(super) growth: Option<(Growth, Option<Place>)>,
    pub(super) budget: Budget,
    pub(super) today: Date,
}

impl Rules {
    pub(super) fn read(args: &ClaimArgs, by_cum: bool) -> anyhow::Result<Rules> {
        let mut claims = Vec::new();
        for text in &args.require {
            let claim = Claim::parse(text).map_err(|error| {
                anyhow!(
                    "--require {text:?}: {}: {error}",
                    error.column().unwrap_or(1)
                )
            })?;
            claims.push(BudgetClaim {
                claim,
                purpose: None,
                place: None,
            });
        }
        let mut budget = match &args.budget {
            Some(path) => Budget::read(path)?,
            None => Budget::default(),
        };
        claims.append(&mut budget.claims);
        let of_budget = budget.growth.take();
        // Another bound does not make a strict budget lenient.
        let is_strict = args.strict
            || of_budget
                .as_ref()
                .is_some_and(|(growth, _)| growth.is_strict());
        let allows_moved = args.allow_moved
            || of_budget
                .as_ref()
                .is_some_and(|(growth, _)| growth.allows_moved());
        let growth = match &args.forbid_growth {
            Some(text) => {
                let growth = Growth::parse(text);
                Some((
                    growth.map_err(|error| anyhow!("--forbid-growth: {error}"))?,
                    None,
                ))
            }
            None => of_budget.map(|(growth, place)| (growth, Some(place))),
        };
        if claims.is_empty() && growth.is_none() {
            bail!("found no claim, expected --require, --forbid-growth or --budget with claims");
        }
        if args.strict && growth.is_none() {
            bail!("--strict: found no claim about growth, expected --forbid-growth");
        }
        if args.allow_moved && by_cum {
            bail!(
                "--allow-moved: found in use with --cum: what callers have does not move with it"
            );
        }
        if args.allow_moved && growth.is_none() {
            bail!("--allow-moved: found no claim about growth, expected --forbid-growth");
        }
        let growth = growth.map(|(growth, place)| {
            let growth = growth.cumulative(by_cum);
            (growth.strict(is_strict).allow_moved(allows_moved), place)
        });
        let rules = Rules {
            claims,
            growth,
            budget,
            today: args.today.unwrap_or_else(today),
        };
        if args.look.is_some() && !rules.need_profiles() && !rules.need_levels() {
            bail!(
                "--look: found claims on goroutines and the collector only, which are counted, not sampled"
            );
        }
        rules.check_suppressions()?;
        Ok(rules)
    }

    /// What no claim can be let off by would only look as if it did something.
    fn check_suppressions(&self) -> anyhow::Result<()> {
        if self.growth.is_some() {
            return Ok(());
        }
        for (suppression, place) in &self.budget.suppressions {
            let mut claims = self.claims.iter().map(|entry| &entry.claim);
            if !claims.any(|claim| suppression.can_let_off(claim)) {
                let (file, line) = (&place.file, place.line);
                bail!(
                    "{file}: {line}: found [[suppress]] of {:?}, which means nothing here: no claim \
                     is about {}",
                    suppression.text(),
                    if suppression.site().is_sites() {
                        "sites, and what a total has is not less for it"
                    } else {
                        "the total"
                    }
                );
            }
        }
        Ok(())
    }

    /// Whether anything is to be decided on profiles of two sides.
    pub(super) fn need_profiles(&self) -> bool {
        let mut claims = self.claims.iter();
        self.growth.is_some() || claims.any(|entry| is_about_profiles(&entry.claim))
    }

    /// How the profiles of both sides are kept: a bound on a level looks at the newer ones one by one, for which of them is the newest
    /// of a process.
    pub(super) fn kept(&self, format: Format) -> [Kept; 2] {
        let is_bound = |claim: &Claim| matches!(claim.bound, Bound::Value(_));
        let mut claims = self.claims.iter().map(|entry| &entry.claim);
        let kept = Kept::of(format);
        match claims.any(|claim| is_bound(claim) && is_about_profiles(claim)) {
            true => [kept, Kept::Whole],
            false => [kept; 2],
        }
    }

    pub(super) fn need_collector(&self) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|entry| entry.claim.is_about_collector())
    }

    /// Changes of the collector need an older side of it.
    pub(super) fn check_collector(&self, args: &VerifyArgs) -> anyhow::Result<()> {
        let mut claims = self.claims.iter().map(|entry| &entry.claim);
        let claim = claims.clone().find(|claim| claim.is_about_collector());
        let Some(claim) = claim else {
            return match args.gc.is_empty() {
                true => Ok(()),
                false => bail!(
                    "--gc: found no claim on the collector, expected one such as 'gc cpu <= 5%'"
                ),
            };
        };
        if args.gc.is_empty() {
            bail!("found no snapshot for {:?}, expected --gc", claim.text);
        }
        let is_change = |claim: &&Claim| claim.is_about_collector() && claim.bound.is_relative();
        match claims.find(is_change).filter(|_| args.before_gc.is_empty()) {
            Some(claim) => bail!(
                "found no older snapshot, expected --before-gc: {:?} is about a change",
                claim.text
            ),
            None => Ok(()),
        }
    }

    /// Whether anything is to be decided on a series of snapshots of what is in use.
    pub(super) fn need_levels(&self) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|entry| entry.claim.is_about_levels())
    }

    /// Whether anything is to be decided on why sites allocate.
    pub(super) fn need_explanation(&self) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|entry| entry.claim.is_about_explanation())
    }

    pub(super) fn need_goroutines(&self) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|entry| entry.claim.is_about_goroutines())
    }

    /// Changes need something to compare with.
    pub(super) fn check_sides(&self, sides: &Sides) -> anyhow::Result<()> {
        if !sides.before.is_empty() || !self.need_profiles() {
            return Ok(());
        }
        let of_profiles = |claim: &Claim| is_about_profiles(claim) && claim.bound.is_relative();
        let relative = self.claims.iter().find(|c| of_profiles(&c.claim));
        let asks = match (relative, &self.growth) {
            (Some(claim), _) => format!("{:?}", claim.claim.text),
            (None, Some(_)) => "the claim about growth".to_owned(),
            (None, None) => return Ok(()),
        };
        bail!("found one profile, expected BEFORE and AFTER: {asks} is about a change")
    }
}

/// Whether it is decided on profiles, and not on what has a source of its own.
pub(super) fn is_about_profiles(claim: &Claim) -> bool {
    !claim.is_about_goroutines()
        && !claim.is_about_collector()
        && !claim.is_about_levels()
        && !claim.is_about_explanation()
}

/// That filters leave nothing of which claims could be asked.
pub(super) fn nothing_left(filters: &[String]) -> anyhow::Error {
    anyhow!(
        "{}: found nothing left in any profile, expected something for claims to be about",
        filters.join(", ")
    )
}
