//! Decides claims: which values are read for them, and what the exit code is.

use anyhow::{anyhow, bail};
use heapwise_analysis::stats::confidence_at_look;
use heapwise_analysis::{
    Bound, Claim, ClaimResult, Columns, Compared, DiffOptions, GoroutineOptions, KnownNames,
    Outcome, Reason, Suppression, Verifier, VerifyOptions, decide_on_collector,
    decide_on_goroutines,
};
use heapwise_decode::Limits;
use heapwise_report::{Format, Hints, JudgedClaim, VerifyReport, Warning};

use super::budget::EXAMPLE;
use super::diff::write_benchmarks;
use super::explained_claims::ExplainedSide;
use super::gc_sides::Snapshots;
use super::goroutines::{self, Answered};
use super::hints::hints;
use super::level_claims::LevelSide;
use super::newest::Newest;
use super::rules::{Rules, is_about_profiles, nothing_left};
use super::side::Part;
use super::sides::{Sides, options, warnings};
use super::windows::SameData;
use crate::args::{ClaimArgs, Color, CountsAs, FilterArgs, JudgeArgs, Per, Verify, ViewArgs};
use crate::bench::Uncompared;
use crate::browser;
use crate::executable::without_binary;
use crate::exit::{Gate, tell};
use crate::fetch::Endpoint;
use crate::output::{Output, folder_below_root, root};

/// Runs `heapwise verify`.
pub(crate) fn run(args: &Verify, color: Color) -> anyhow::Result<Gate> {
    if args.example_budget {
        crate::whole::print(EXAMPLE.as_bytes())?;
        return Ok(Gate::Holds);
    }
    let output = Output::new(&args.output, color).for_gate();
    output.expect_format(VerifyReport::FORMATS)?;
    refuse_what_has_no_bound(args)?;
    let rules = Rules::read(&args.claims, args.view.order.cum)?;
    let opened = match rules.need_profiles() {
        true => Sides::open(
            args.sides.clone(),
            &args.view,
            &args.filters,
            &args.judge,
            (Columns::All, rules.kept(output.format)),
            &output,
        ),
        false => Ok(Sides::none()),
    };
    let mut sides = match opened {
        // What is not known is no pass and no failure.
        Err(error) if error.is::<SameData>() => {
            tell(&format!("heapwise: inconclusive: {error}"))?;
            return Ok(gate_of_undecided(&args.claims));
        }
        opened => opened?,
    };
    rules.check_sides(&sides)?;
    refuse_filters_that_leave_nothing(&args.given_of::<FilterArgs>(), &sides)?;
    let goroutines = match rules.need_goroutines() {
        true => Some(GoroutineSide::read(args, &output)?),
        false => None,
    };
    rules.check_collector(args)?;
    let collector = match rules.need_collector() {
        true => Some(Snapshots::read(
            &args.before_gc,
            &args.gc,
            output.opener(Endpoint::HeapText),
        )?),
        false => None,
    };
    let levels = LevelSide::read(args, &rules, &output)?;
    let explained = ExplainedSide::read(args, &rules, &output)?;
    let asked = Asked {
        view: &args.view,
        judge: &args.judge,
        claims: &args.claims,
        hints: hints(),
    };
    let sources = Others {
        goroutines,
        collector,
        levels,
        explained,
    };
    let mut report = report(asked, rules, &mut sides, sources)?;
    report.warnings.extend(output.many.passed_over());
    output.warn(&report.warnings)?;
    if !(args.claims.silent_when_ok && report.result() == ClaimResult::Pass) {
        match output.format {
            Format::Benchfmt => write_benchmarks(&sides, &output)?,
            _ => browser::write(output, "verify", &args.open, |output, out| {
                report.write(output.format, output.layout, out)
            })?,
        }
    }
    gate(&report, &args.claims)
}

/// What claims come to; an error where one could not be asked.
pub(super) fn gate(report: &VerifyReport, args: &ClaimArgs) -> anyhow::Result<Gate> {
    Ok(match report.result() {
        ClaimResult::Error => {
            let errors: Vec<String> = report
                .claims
                .iter()
                .filter_map(JudgedClaim::error)
                .collect();
            bail!("{}", errors.join("\nheapwise: "))
        }
        ClaimResult::Pass => Gate::Holds,
        ClaimResult::Fail => Gate::Fails,
        ClaimResult::Inconclusive => gate_of_undecided(args),
    })
}

/// What a claim that could not be decided counts as.
fn gate_of_undecided(args: &ClaimArgs) -> Gate {
    match args.inconclusive {
        Some(CountsAs::Pass) => Gate::Holds,
        Some(CountsAs::Fail) => Gate::Fails,
        None => Gate::Undecided,
    }
}

/// Ways of comparing that have no test against a bound.
fn refuse_what_has_no_bound(args: &Verify) -> anyhow::Result<()> {
    if args.judge.per == Some(Per::Total) {
        bail!("--per: found total, expected seconds or ops: shares have no test against a bound");
    }
    Ok(())
}

/// A filter that nothing passes would make every bound hold.
fn refuse_filters_that_leave_nothing(given: &[String], sides: &Sides) -> anyhow::Result<()> {
    let both = [sides.before.side(), sides.after.side()];
    let mut rankings = both.iter().flat_map(|side| side.rankings());
    let has_profiles = both.iter().any(|side| !side.rankings().is_empty());
    if has_profiles && !given.is_empty() && rankings.all(|ranking| ranking.sample_count == 0) {
        return Err(nothing_left(given));
    }
    Ok(())
}

/// What decisions are asked by.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) view: &'a ViewArgs,
    pub(super) judge: &'a JudgeArgs,
    pub(super) claims: &'a ClaimArgs,
    /// What is to be done where nothing can be decided.
    pub(super) hints: Hints,
}

/// What claims are decided on beside profiles of two sides.
#[derive(Default)]
struct Others {
    goroutines: Option<GoroutineSide>,
    collector: Option<Snapshots>,
    levels: Option<LevelSide>,
    explained: Option<ExplainedSide>,
}

/// Decides claims on profiles alone.
pub(super) fn decide(
    asked: Asked<'_>,
    rules: Rules,
    sides: &mut Sides,
) -> anyhow::Result<VerifyReport> {
    report(asked, rules, sides, Others::default())
}

fn report(
    args: Asked<'_>,
    rules: Rules,
    sides: &mut Sides,
    others: Others,
) -> anyhow::Result<VerifyReport> {
    let mut judging = Judging {
        args,
        rules: &rules,
        options: options(args.view, args.judge),
        outcomes: vec![None; rules.claims.len()],
        growth: None,
        known: KnownNames::default(),
        warnings: Vec::new(),
    };
    if rules.need_profiles() {
        judging.all(sides)?;
    }
    let mut inputs = sides.inputs();
    if let Some(goroutines) = others.goroutines {
        judging.on_goroutines(&goroutines);
        let all = goroutines.answers.into_iter();
        inputs.extend(all.flat_map(|answer| answer.inputs));
    }
    if let Some(collector) = others.collector {
        judging.on_collector(&collector);
    }
    if let Some(explained) = others.explained {
        judging.on_explanation(&explained);
        inputs.extend(explained.inputs);
    }
    if let Some(levels) = others.levels {
        judging.on_levels(&levels);
        inputs.extend(levels.into_inputs());
    }
    judging.warn_of_suppressions();
    let (outcomes, growth, warnings) = (judging.outcomes, judging.growth, judging.warnings);
    let uncompared: Vec<Outcome> = open_beside(&sides.uncompared, &rules).collect();
    let mut claims = judged(rules, outcomes, growth);
    let unread = sides.unread.iter();
    let unread = unread.map(|why| Outcome::open("every benchmark is understood", why.clone()));
    claims.extend(unread.chain(uncompared).map(JudgedClaim::new));
    let claims = claims.into_iter();
    let claims = claims.map(|claim| claim.with_hints(args.hints)).collect();
    Ok(VerifyReport::new(claims, decided_at(args))
        .with_inputs(inputs)
        .with_warnings(warnings)
        .with_look(args.claims.look)
        .with_root(root())
        .with_folder(folder_below_root()))
}

/// What no claim passes beside: benchmarks that are gone, which may have got another name, and new ones, which no bound for each
/// operation was held against.
fn open_beside(uncompared: &Uncompared, rules: &Rules) -> impl Iterator<Item = Outcome> {
    let mut all = rules.claims.iter();
    let is_bounded = all.any(|entry| matches!(entry.claim.bound, Bound::PerOperation(_)));
    let gone = uncompared.gone.iter();
    let gone = gone.map(|why| Outcome::open("every older benchmark is compared", why.clone()));
    let new = uncompared.new.iter().filter(move |_| is_bounded);
    let new = new.map(|why| Outcome::open("every benchmark keeps its bounds", why.clone()));
    gone.chain(new)
}

/// At which confidence claims are decided.
fn decided_at(args: Asked<'_>) -> f64 {
    let confidence = args.judge.confidence;
    let of_look = args
        .claims
        .look
        .map(|look| confidence_at_look(confidence, look));
    of_look.unwrap_or(confidence).level()
}

/// The decisions as they are made, one sample type after another.
struct Judging<'a> {
    args: Asked<'a>,
    rules: &'a Rules,
    options: DiffOptions,
    outcomes: Vec<Option<Outcome>>,
    growth: Option<Outcome>,
    /// What suppressions can mean.
    known: KnownNames,
    warnings: Vec<Warning>,
}

impl Judging<'_> {
    fn all(&mut self, sides: &mut Sides) -> anyhow::Result<()> {
        let mut types: Vec<&str> = Vec::new();
        let of_profiles = self.rules.claims.iter();
        for entry in of_profiles.filter(|entry| is_about_profiles(&entry.claim)) {
            if !types.contains(&entry.claim.sample_type.as_str()) {
                types.push(&entry.claim.sample_type);
            }
        }
        for name in types {
            if let Some(types) = missing_type(sides, profile_name(name)) {
                self.refuse_type(name, &types);
                continue;
            }
            sides.choose(Some(profile_name(name)), self.args.judge)?;
            self.claims_of(name, sides)?;
        }
        // Last, so that what is written for benchstat is the view's value.
        sides.choose(self.args.view.sample_type.chosen(false), self.args.judge)?;
        for side in [&sides.before, &sides.after] {
            self.known.absorb(KnownNames::of_side(&side.side()));
        }
        self.decide_growth(sides)
    }

    fn claims_of(&mut self, sample_type: &str, sides: &Sides) -> anyhow::Result<()> {
        let is_meant = |claim: &Claim| claim.sample_type == sample_type && is_about_profiles(claim);
        let claims = || self.rules.claims.iter().map(|entry| &entry.claim);
        let any = |asks: fn(&Claim) -> bool| claims().any(|claim| is_meant(claim) && asks(claim));
        let is_relative = any(|claim| claim.bound.is_relative());
        // Sites have other names on the older side, by which claims may mean them.
        let with_before = is_relative || any(|claim| !claim.site.is_total());
        let whole = sides.whole();
        let options = self.options_of(&whole)?;
        let compared = self.compared(&whole, with_before);
        let alone = self.compared(&whole, false);
        let mut others = KnownNames::of_side(&sides.before.side());
        others.absorb(KnownNames::of_side(&sides.after.side()));
        let verifier = match verifier(&compared, &options, sides) {
            // Values need no comparison, and are decided although there can be none.
            Err(_) if !is_relative => verifier(&alone, &options, sides)?,
            verifier => verifier?,
        };
        let verifier = verifier.knowing(others);
        for (outcome, claim) in self.outcomes.iter_mut().zip(claims()) {
            if is_meant(claim) {
                *outcome = Some(verifier.decide(claim));
            }
        }
        self.by_newest(sample_type, sides)?;
        self.claims_of_benchmarks(sample_type, sides)?;
        let meant = || claims().filter(|claim| is_meant(claim));
        let cumulative = meant().filter_map(|claim| verifier.remark(claim));
        let cumulative = cumulative.map(|message| Warning::new("only_cumulative", message));
        let renamed = meant().filter_map(|claim| verifier.other_names(claim));
        let renamed = renamed.map(|message| Warning::new("other_name", message));
        let remarks: Vec<Warning> = cumulative.chain(renamed).collect();
        if is_relative || any(Claim::is_about_nothing_left) {
            self.warn(warnings(&verifier.notes()));
        }
        self.warn(remarks);
        Ok(())
    }

    /// A bound on a level is decided by the newest snapshot of a process: what it was before is over.
    fn by_newest(&mut self, sample_type: &str, sides: &Sides) -> anyhow::Result<()> {
        let is_meant = |claim: &Claim| {
            let is_bound = matches!(claim.bound, Bound::Value(_));
            claim.sample_type == sample_type && is_bound && is_about_profiles(claim)
        };
        let rules = self.rules;
        if !rules.claims.iter().any(|entry| is_meant(&entry.claim)) {
            return Ok(());
        }
        let Some(newest) = Newest::of(&sides.after, &Limits::default()) else {
            return Ok(());
        };
        let mut part = sides.whole();
        part.after = newest.side();
        let mut all = rules.claims.iter().map(|entry| &entry.claim);
        let with_before = all.any(|claim| is_meant(claim) && !claim.site.is_total());
        let (compared, alone) = (
            self.compared(&part, with_before),
            self.compared(&part, false),
        );
        let options = self.options_of(&part)?;
        let mut known = KnownNames::of_side(&sides.after.side());
        known.absorb(KnownNames::of_side(&sides.before.side()));
        let verifier = verifier(&compared, &options, sides)
            .or_else(|_| verifier(&alone, &options, sides))?
            .knowing(known);
        for (outcome, entry) in self.outcomes.iter_mut().zip(&rules.claims) {
            if is_meant(&entry.claim)
                && let Some(by_mean) = outcome.take()
            {
                *outcome = Some(newest.decided(by_mean, verifier.decide(&entry.claim)));
            }
        }
        self.warn(Vec::from_iter(newest.warning()));
        Ok(())
    }

    /// What is claimed of the work is decided in each benchmark that has the site.
    fn claims_of_benchmarks(&mut self, sample_type: &str, sides: &Sides) -> anyhow::Result<()> {
        let is_meant = |claim: &Claim| {
            let is_about_work = matches!(claim.bound, Bound::Change(_) | Bound::PerOperation(_));
            claim.sample_type == sample_type && is_about_work
        };
        let mut decided: Vec<Vec<(&str, Outcome)>> = vec![Vec::new(); self.rules.claims.len()];
        let parts = sides.parts();
        for part in &parts {
            let Some(benchmark) = part.benchmark else {
                continue;
            };
            let mut known = KnownNames::of_side(&part.before);
            known.absorb(KnownNames::of_side(&part.after));
            let options = self.options_of(part)?;
            let compared = self.compared(part, true);
            let verifier = verifier(&compared, &options, sides)?;
            for (outcomes, entry) in decided.iter_mut().zip(&self.rules.claims) {
                if is_meant(&entry.claim) && known.has(&entry.claim.site) {
                    outcomes.push((&benchmark.name, verifier.decide(&entry.claim)));
                }
            }
        }
        for (outcome, parts) in self.outcomes.iter_mut().zip(decided) {
            if let Some(joined) = Outcome::joined(parts) {
                *outcome = Some(joined);
            }
        }
        Ok(())
    }

    /// Claims on a sample type that the profiles do not have.
    fn refuse_type(&mut self, sample_type: &str, types: &[String]) {
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            let claim = &entry.claim;
            if claim.sample_type == sample_type && is_about_profiles(claim) {
                let reason = Reason::NoSuchType {
                    types: types.to_vec(),
                };
                let error = Outcome::single(claim, String::new(), ClaimResult::Error, reason);
                *outcome = Some(error);
            }
        }
    }

    fn on_goroutines(&mut self, goroutines: &GoroutineSide) {
        let (suppressions, _) = self.rules.budget.suppressions_on(self.rules.today);
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            if entry.claim.is_about_goroutines() {
                let decided = goroutines.decide(&entry.claim, &suppressions);
                let decided = decided.map(|decided| decided.settled(&entry.claim));
                *outcome = decided.map(|decided| decided.let_off(&entry.claim, &suppressions));
            }
        }
        for answer in &goroutines.answers {
            self.known.absorb(KnownNames::of_goroutines(&answer.groups));
        }
        self.warn(goroutines.warnings.clone());
    }

    fn on_explanation(&mut self, explained: &ExplainedSide) {
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            if entry.claim.is_about_explanation() {
                *outcome = Some(explained.decide(&entry.claim));
            }
        }
        self.warn(explained.warnings.clone());
    }

    fn on_levels(&mut self, levels: &LevelSide) {
        let (suppressions, _) = self.rules.budget.suppressions_on(self.rules.today);
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            if entry.claim.is_about_levels() {
                *outcome = levels.decide(&entry.claim, &suppressions);
            }
        }
        levels.known().for_each(|known| self.known.absorb(known));
        levels.warnings().for_each(|warnings| self.warn(warnings));
    }

    fn on_collector(&mut self, snapshots: &Snapshots) {
        let confidence = match self.args.claims.look {
            Some(look) => confidence_at_look(self.args.judge.confidence, look),
            None => self.args.judge.confidence,
        };
        let sides = snapshots.sides(confidence);
        for (outcome, entry) in self.outcomes.iter_mut().zip(&self.rules.claims) {
            if entry.claim.is_about_collector() {
                *outcome = Some(decide_on_collector(&entry.claim, &sides));
            }
        }
        self.warn(snapshots.warnings.clone());
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
            .filter(|claim| named_type(sides, profile_name(&claim.sample_type)) == Some(&chosen))
            .collect();
        let is_alone = claims.len() == self.rules.claims.len();
        let growth = match is_alone {
            true => growth.clone(),
            false => growth.clone().of(&chosen),
        };
        let parts = sides.parts();
        let mut outcomes = Vec::new();
        let mut notes = Vec::new();
        for part in &parts {
            let options = self.options_of(part)?;
            let compared = self.compared(part, true);
            let verifier = verifier(&compared, &options, sides)?;
            let name = part.benchmark.map_or("", |benchmark| &benchmark.name);
            outcomes.push((name, verifier.growth(&growth, &claims)));
            notes.extend(verifier.notes());
        }
        self.growth = Outcome::joined(outcomes);
        self.warn(warnings(&notes));
        Ok(())
    }

    /// The options for a part of what is compared.
    fn options_of(&self, part: &Part<'_>) -> anyhow::Result<VerifyOptions> {
        let suppressions = self.rules.budget.suppressions.iter();
        let suppressions = suppressions.map(|(suppression, _)| suppression.clone());
        let options = VerifyOptions::new(
            part.options(&self.options),
            suppressions.collect(),
            self.rules.today,
        );
        let options = options.and_then(|options| match self.args.claims.look {
            Some(look) => options.at_look(look),
            None => Some(options),
        });
        options.ok_or_else(|| {
            let level = self.args.judge.confidence.level();
            anyhow!("--confidence: found {level}, expected more than 0.5")
        })
    }

    fn compared<'s>(&self, part: &Part<'s>, with_before: bool) -> Compared<'s> {
        let has_before = with_before && !part.before.rankings().is_empty();
        Compared::new(has_before.then_some(part.before), part.after)
            .with_operations(part.operations())
            .with_exact_per_operation(part.exact_per_operation())
    }

    /// A suppression that means nothing in these profiles lets nothing off.
    fn warn_of_suppressions(&mut self) {
        let all = self.rules.budget.suppressions.iter();
        let unused = all.filter(|(suppression, _)| !self.known.has(suppression.site()));
        let warnings = unused.map(|(suppression, place)| {
            let near = self.known.near(suppression.site());
            let near = if near.is_empty() {
                String::new()
            } else {
                format!("; there is {}", near.join(", "))
            };
            Warning::new(
                "suppression_without_site",
                format!(
                    "{}:{}: [[suppress]] of {:?} lets nothing off: no site is called so{near}",
                    place.file,
                    place.line,
                    suppression.text()
                ),
            )
        });
        let warnings = warnings.collect();
        self.warn(warnings);
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

fn verifier<'v>(
    compared: &'v Compared<'v>,
    options: &'v VerifyOptions,
    sides: &Sides,
) -> anyhow::Result<Verifier<'v>> {
    let verifier = Verifier::new(compared, options);
    verifier.map_err(|error| anyhow!("verify: {}: {error}", sides.after.names()))
}

/// Goroutines that claims are decided on.
struct GoroutineSide {
    /// Of each process that can be told apart.
    answers: Vec<Answered>,
    warnings: Vec<Warning>,
}

impl GoroutineSide {
    fn read(args: &Verify, output: &Output) -> anyhow::Result<GoroutineSide> {
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
        let names = without_binary(names, output)?;
        let opener = output.opener(Endpoint::Goroutines);
        let mut answers = goroutines::answers(names, &options, selector.as_ref(), opener)?;
        let given = args.given_of::<FilterArgs>();
        let mut series = answers.iter().flat_map(|answer| &answer.groups.series);
        if !given.is_empty() && series.all(|point| point.total == 0) {
            return Err(nothing_left(&given));
        }
        let all = answers.iter_mut();
        let warnings = all.flat_map(|answer| std::mem::take(&mut answer.warnings));
        let mut warnings: Vec<Warning> = warnings.collect();
        warnings.extend(goroutines::places_warning(&answers, None));
        Ok(GoroutineSide { answers, warnings })
    }

    /// Each process must hold. A site that some of them have, others have 0 goroutines of.
    fn decide(&self, claim: &Claim, suppressions: &[Suppression]) -> Option<Outcome> {
        let decided = self.answers.iter().map(|answer| {
            let mut outcome = decide_on_goroutines(claim, &answer.groups, suppressions);
            if let Some(why) = &answer.instances {
                leave_open(&mut outcome, why);
            }
            (answer.name(), outcome)
        });
        let mut decided: Vec<(&str, Outcome)> = decided.collect();
        let is_missing = |reason: &Reason| matches!(reason, Reason::NotFound { .. });
        let lacks = |(_, outcome): &(&str, Outcome)| {
            let mut findings = outcome.findings.iter();
            findings.any(|finding| is_missing(&finding.reason))
        };
        if decided.iter().all(lacks) {
            return Outcome::joined(decided);
        }
        for (_, outcome) in &mut decided {
            let findings = outcome
                .findings
                .iter_mut()
                .map(|finding| &mut finding.reason);
            for reason in findings.chain([&mut outcome.reason]) {
                if is_missing(reason) {
                    *reason = Reason::Exact;
                }
            }
        }
        Outcome::joined(decided)
    }
}

/// Nothing is decided by dumps of several instances that were put in one row; what cannot be asked stays an error.
fn leave_open(outcome: &mut Outcome, why: &str) {
    if outcome.result == ClaimResult::Error {
        return;
    }
    let reason = Reason::NotJudged(why.to_owned());
    outcome.result = ClaimResult::Inconclusive;
    outcome.reason = reason.clone();
    for finding in &mut outcome.findings {
        finding.result = ClaimResult::Inconclusive;
        finding.reason = reason.clone();
    }
}

/// The sample type of the newer side that a name means.
fn named_type<'s>(sides: &'s Sides, name: &str) -> Option<&'s str> {
    let ranking = sides.after.side().rankings().first()?;
    let index = ranking.header.sample_index(Some(name)).ok()?;
    let found = ranking.header.sample_types.get(index)?;
    Some(found.type_.as_str())
}

/// The sample types of the newer side where the one asked for is not among them.
fn missing_type(sides: &Sides, asked: &str) -> Option<Vec<String>> {
    let ranking = sides.after.side().rankings().first()?;
    if ranking.header.sample_index(Some(asked)).is_ok() {
        return None;
    }
    let types = ranking.header.sample_types.iter();
    let mut types: Vec<String> = types.map(|known| known.type_.clone()).collect();
    types.push("goroutines (of dumps)".to_owned());
    Some(types)
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
        let outcome = outcome.unwrap_or_else(|| not_judged(&entry.claim));
        judged.push(
            JudgedClaim::new(outcome)
                .with_purpose(entry.purpose)
                .with_place(entry.place),
        );
    }
    let place = rules.growth.and_then(|(_, place)| place);
    judged.extend(growth.map(|outcome| JudgedClaim::new(outcome).with_place(place)));
    for (suppression, place) in rules.budget.suppressions {
        judged.extend(
            suppression
                .expired(rules.today)
                .map(|outcome| JudgedClaim::new(outcome).with_place(Some(place))),
        );
    }
    judged
}

/// A claim that nothing was found to decide it on: it is said, and holds no gate open.
fn not_judged(claim: &Claim) -> Outcome {
    let why = "nothing that was given tells of it".to_owned();
    let reason = Reason::NotJudged(why);
    Outcome::single(claim, String::new(), ClaimResult::Inconclusive, reason)
}
