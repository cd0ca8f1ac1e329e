use anyhow::{anyhow, bail};
use heapwise_analysis::{
    Claim, ClaimResult, Compared, Date, DiffOptions, GoroutineGroups, GoroutineOptions, Growth,
    Outcome, Suppression, Verifier, VerifyOptions, decide_on_goroutines,
};
use heapwise_report::{Format, Input, JudgedClaim, Place, VerifyReport, Warning};

use super::budget::{Budget, BudgetClaim};
use super::diff::write_benchmarks;
use super::goroutines::{self, Dumps, order_warning, role_warnings};
use super::sides::{Sides, options, warnings};
use crate::args::{Color, CountsAs, Per, Test, VerifyArgs};
use crate::exit::{Gate, is_closed_pipe};
use crate::output::Output;

/// Runs `heapwise verify`.
pub(crate) fn run(args: &VerifyArgs, color: Color) -> anyhow::Result<Gate> {
    let output = Output::new(&args.output, color);
    output.expect_format(VerifyReport::FORMATS)?;
    refuse_what_has_no_bound(args)?;
    let rules = Rules::read(args)?;
    let mut sides = match rules.need_profiles() {
        true => Sides::open(&args.sides, &args.view, &args.filters, &output)?,
        false => Sides::none(),
    };
    rules.check_sides(&sides)?;
    let goroutines = match rules.need_goroutines() {
        true => Some(Watched::read(args, &output)?),
        false => None,
    };
    let report = report(args, rules, &mut sides, goroutines)?;
    let result = report.result();
    output.warn(&report.warnings)?;
    if !(args.silent_when_ok && result == ClaimResult::Pass) {
        let written = match output.format {
            Format::Benchfmt => write_benchmarks(&sides, &args.judge, &output),
            format => output.write(|out| report.write(format, output.layout, out)),
        };
        // A reader that has had enough does not change what was decided.
        written.or_else(|error| {
            if is_closed_pipe(&error) {
                Ok(())
            } else {
                Err(error)
            }
        })?;
    }
    Ok(match (result, args.inconclusive) {
        (ClaimResult::Pass, _) | (ClaimResult::Inconclusive, Some(CountsAs::Pass)) => Gate::Holds,
        (ClaimResult::Fail, _) | (ClaimResult::Inconclusive, Some(CountsAs::Fail)) => Gate::Fails,
        (ClaimResult::Inconclusive, None) => Gate::Undecided,
    })
}

/// Ways of comparing that have no test against a bound.
fn refuse_what_has_no_bound(args: &VerifyArgs) -> anyhow::Result<()> {
    if args.judge.per == Some(Per::Total) {
        bail!("--per: found total, expected seconds or ops: shares have no test against a bound");
    }
    if args.judge.min_change != DiffOptions::default().min_change {
        bail!("--min-change: found in use with claims, which have bounds of their own");
    }
    if args.view.nodecount.is_some() || args.view.nodefraction.is_some() {
        bail!("--nodecount, --nodefraction: found in use with claims, which show no rows");
    }
    if args.judge.test == Test::Mannwhitney {
        bail!("--test: found mannwhitney, expected sampling: ranks have no test against a bound");
    }
    Ok(())
}

/// What is asked for, from the command line and from the budget.
struct Rules {
    claims: Vec<BudgetClaim>,
    growth: Option<(Growth, Option<Place>)>,
    budget: Budget,
    today: Date,
}

impl Rules {
    fn read(args: &VerifyArgs) -> anyhow::Result<Rules> {
        let mut claims = Vec::new();
        for text in &args.require {
            let claim = Claim::parse(text)
                .map_err(|error| anyhow!("--require {text:?}: {}: {error}", error.column))?;
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
        Ok(Rules {
            claims,
            growth: growth.map(|(growth, place)| (growth.cumulative(args.view.cum), place)),
            budget,
            today: args.today.unwrap_or_else(today),
        })
    }

    /// Whether anything is to be decided on profiles of two sides.
    fn need_profiles(&self) -> bool {
        let mut claims = self.claims.iter();
        self.growth.is_some() || claims.any(|entry| !entry.claim.is_about_goroutines())
    }

    fn need_goroutines(&self) -> bool {
        let mut claims = self.claims.iter();
        claims.any(|entry| entry.claim.is_about_goroutines())
    }

    /// Changes need something to compare with.
    fn check_sides(&self, sides: &Sides) -> anyhow::Result<()> {
        if !sides.before.is_empty() || !self.need_profiles() {
            return Ok(());
        }
        let relative = self.claims.iter().find(|c| c.claim.bound.is_relative());
        let asks = match (relative, &self.growth) {
            (Some(claim), _) => format!("{:?}", claim.claim.text),
            (None, Some(_)) => "the claim about growth".to_owned(),
            (None, None) => return Ok(()),
        };
        bail!("found one profile, expected BEFORE and AFTER: {asks} is about a change")
    }
}

fn today() -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Date::of_unix_seconds(since.map_or(0, |since| since.as_secs()))
}

fn report(
    args: &VerifyArgs,
    rules: Rules,
    sides: &mut Sides,
    goroutines: Option<Watched>,
) -> anyhow::Result<VerifyReport> {
    let suppressions = rules.budget.suppressions.iter();
    let options = VerifyOptions::new(
        options(&args.view, &args.judge),
        suppressions
            .map(|(suppression, _)| suppression.clone())
            .collect(),
        rules.today,
    )
    .ok_or_else(|| {
        let level = args.judge.confidence.level();
        anyhow!("--confidence: found {level}, expected more than 0.5")
    })?;
    let mut judging = Judging {
        args,
        rules: &rules,
        options: &options,
        outcomes: vec![None; rules.claims.len()],
        growth: None,
        warnings: Vec::new(),
    };
    if rules.need_profiles() {
        judging.all(sides)?;
    }
    let mut inputs = sides.inputs();
    if let Some(goroutines) = goroutines {
        judging.on_goroutines(&goroutines);
        inputs.extend(goroutines.inputs);
    }
    let (outcomes, growth, warnings) = (judging.outcomes, judging.growth, judging.warnings);
    Ok(VerifyReport {
        inputs,
        warnings,
        claims: judged(rules, outcomes, growth),
        confidence: args.judge.confidence.level(),
        root: std::env::current_dir()
            .ok()
            .map(|path| path.to_string_lossy().into_owned()),
    })
}

/// The decisions as they are made, one sample type after another.
struct Judging<'a> {
    args: &'a VerifyArgs,
    rules: &'a Rules,
    options: &'a VerifyOptions,
    outcomes: Vec<Option<Outcome>>,
    growth: Option<Outcome>,
    warnings: Vec<Warning>,
}

impl Judging<'_> {
    fn all(&mut self, sides: &mut Sides) -> anyhow::Result<()> {
        let mut types: Vec<&str> = Vec::new();
        let of_profiles = self.rules.claims.iter();
        for entry in of_profiles.filter(|entry| !entry.claim.is_about_goroutines()) {
            if !types.contains(&entry.claim.sample_type.as_str()) {
                types.push(&entry.claim.sample_type);
            }
        }
        for name in types {
            sides.choose(Some(profile_name(name)), &self.args.judge)?;
            self.claims_of(name, sides)?;
        }
        // Last, so that what is written for benchstat is the view's value.
        sides.choose(self.args.view.sample_index.as_deref(), &self.args.judge)?;
        self.decide_growth(sides)
    }

    fn claims_of(&mut self, sample_type: &str, sides: &Sides) -> anyhow::Result<()> {
        let is_relative = |entry: &BudgetClaim| {
            entry.claim.sample_type == sample_type && entry.claim.bound.is_relative()
        };
        let with_before = self.rules.claims.iter().any(is_relative);
        let compared = self.compared(sides, with_before);
        let verifier = self.verifier(&compared, sides)?;
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            let is_meant =
                entry.claim.sample_type == sample_type && !entry.claim.is_about_goroutines();
            if is_meant {
                *outcome = Some(verifier.decide(&entry.claim));
            }
        }
        let notes = verifier.notes();
        self.warn(warnings(&notes));
        Ok(())
    }

    fn on_goroutines(&mut self, goroutines: &Watched) {
        let suppressions = self.rules.budget.suppressions.iter();
        let suppressions: Vec<Suppression> = suppressions
            .map(|(suppression, _)| suppression.clone())
            .filter(|suppression| suppression.expired(self.rules.today).is_none())
            .collect();
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            if entry.claim.is_about_goroutines() {
                let groups = &goroutines.groups;
                *outcome = Some(decide_on_goroutines(&entry.claim, groups, &suppressions));
            }
        }
        self.warn(goroutines.warnings.clone());
    }

    fn decide_growth(&mut self, sides: &Sides) -> anyhow::Result<()> {
        let Some((growth, _)) = &self.rules.growth else {
            return Ok(());
        };
        let chosen = sides.after.sample_type();
        let claims: Vec<&Claim> = self
            .rules
            .claims
            .iter()
            .map(|entry| &entry.claim)
            .filter(|claim| profile_name(&claim.sample_type) == chosen)
            .collect();
        let compared = self.compared(sides, true);
        let verifier = self.verifier(&compared, sides)?;
        self.growth = Some(verifier.growth(growth, &claims));
        let notes = verifier.notes();
        self.warn(warnings(&notes));
        Ok(())
    }

    fn compared<'s>(&self, sides: &'s Sides, with_before: bool) -> Compared<'s> {
        let has_before = with_before && !sides.before.is_empty();
        Compared {
            before: has_before.then(|| sides.before.side()),
            after: sides.after.side(),
            operations: sides.after.operations(self.args.judge.after_ops),
            exact_per_operation: sides.after.per_operation(),
        }
    }

    fn verifier<'v>(
        &self,
        compared: &'v Compared<'v>,
        sides: &Sides,
    ) -> anyhow::Result<Verifier<'v>>
    where
        Self: 'v,
    {
        let verifier = Verifier::new(compared, self.options);
        verifier.map_err(|error| anyhow!("verify: {}: {error}", sides.after.names()))
    }

    /// Each warning once.
    fn warn(&mut self, warnings: Vec<Warning>) {
        for warning in warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }
}

/// Goroutines that claims are decided on.
struct Watched {
    groups: GoroutineGroups,
    inputs: Vec<Input>,
    warnings: Vec<Warning>,
}

impl Watched {
    fn read(args: &VerifyArgs, output: &Output) -> anyhow::Result<Watched> {
        let names = match (args.goroutines.as_slice(), args.sides.after.as_slice()) {
            ([], []) => args.sides.pair.last().map_or(&[][..], std::slice::from_ref),
            ([], after) => after,
            (dumps, _) => dumps,
        };
        if names.is_empty() {
            bail!("found no dump for claims on goroutines, expected --goroutines, or a profile");
        }
        let selector = goroutines::selector(&args.filters)?;
        let options = GoroutineOptions::default();
        let dumps = Dumps::read(names, options, selector, &output.limits)?;
        let mut warnings = dumps.warnings;
        let groups = dumps.gatherer.finish(&dumps.instants);
        warnings.extend(role_warnings(&dumps.inputs, &groups.roles, groups.order));
        warnings.extend(order_warning(&groups));
        Ok(Watched {
            groups,
            inputs: dumps.inputs,
            warnings,
        })
    }
}

/// What profiles call a sample type of a claim.
fn profile_name(claimed: &str) -> &str {
    match claimed {
        "goroutines" => "goroutine",
        other => other,
    }
}

fn judged(
    rules: Rules,
    outcomes: Vec<Option<Outcome>>,
    growth: Option<Outcome>,
) -> Vec<JudgedClaim> {
    let mut judged = Vec::new();
    for (entry, outcome) in rules.claims.into_iter().zip(outcomes) {
        judged.extend(outcome.map(|outcome| JudgedClaim {
            outcome,
            purpose: entry.purpose,
            place: entry.place,
        }));
    }
    let place = rules.growth.and_then(|(_, place)| place);
    judged.extend(growth.map(|outcome| JudgedClaim {
        outcome,
        purpose: None,
        place,
    }));
    for (suppression, place) in rules.budget.suppressions {
        judged.extend(suppression.expired(rules.today).map(|outcome| JudgedClaim {
            outcome,
            purpose: None,
            place: Some(place),
        }));
    }
    judged
}
