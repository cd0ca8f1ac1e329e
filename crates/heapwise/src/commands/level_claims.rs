//! Claims on what is in use over a series of snapshots.

use anyhow::{anyhow, bail};
use heapwise_analysis::stats::{Confidence, confidence_at_look};
use heapwise_analysis::{
    Claim, KnownNames, LevelColumn, Outcome, Selector, Suppression, decide_on_levels,
};
use heapwise_report::{Input, Warning};

use super::levels::{LevelQuestion, LevelSources, LevelsOfEach};
use super::rules::Rules;
use crate::args::{Verify, VerifyArgs};
use crate::executable::without_binary;
use crate::output::Output;

/// The series that claims are decided on: one for each value that they are about.
pub(super) struct LevelSide {
    answers: Vec<(Asked, LevelsOfEach)>,
    /// The chance of a wrong decision that is allowed for each claim.
    alpha: f64,
}

/// The sample type, and whether what a site called counts for it.
#[derive(Clone, PartialEq, Eq)]
struct Asked(String, LevelColumn);

impl Asked {
    fn of(claim: &Claim) -> Asked {
        let column = match claim.is_cumulative {
            true => LevelColumn::Cumulative,
            false => LevelColumn::Flat,
        };
        Asked(claim.sample_type.clone(), column)
    }
}

impl LevelSide {
    /// Reads the series, where there is a claim on one.
    pub(super) fn read(
        args: &Verify,
        rules: &Rules,
        output: &Output,
    ) -> anyhow::Result<Option<LevelSide>> {
        if !rules.need_levels() {
            return Ok(None);
        }
        let sources = LevelSources::open(&names(args, output)?, output)?;
        let confidence = confidence(args);
        let alpha = 1.0 - confidence.level();
        // Each end holds by itself.
        let ends = Confidence::new(1.0 - 2.0 * alpha).ok_or_else(|| {
            let level = args.judge.confidence.level();
            anyhow!("--confidence: found {level}, expected more than 0.5")
        })?;
        let selector = Selector::new(&args.filters.options())?;
        let mut answers: Vec<(Asked, LevelsOfEach)> = Vec::new();
        for entry in rules
            .claims
            .iter()
            .filter(|entry| entry.claim.is_about_levels())
        {
            let asked = Asked::of(&entry.claim);
            if answers.iter().any(|(known, _)| *known == asked) {
                continue;
            }
            let question = LevelQuestion {
                sample_index: Some(&asked.0),
                granularity: args.view.sites.asked().unwrap_or_default(),
                column: asked.1,
                confidence: ends,
                selector: &selector,
            };
            let levels = LevelsOfEach::read(&sources, &question, output)?;
            answers.push((asked, levels));
        }
        Ok(Some(LevelSide { answers, alpha }))
    }

    /// Decides a claim; `None` where it is about something else.
    pub(super) fn decide(&self, claim: &Claim, suppressions: &[Suppression]) -> Option<Outcome> {
        let asked = Asked::of(claim);
        let (_, levels) = self.answers.iter().find(|(known, _)| *known == asked)?;
        if let Some(why) = &levels.instances {
            return Some(Outcome::open(&claim.text, why.clone()));
        }
        let decided = decide_on_levels(claim, &levels.answers, self.alpha, suppressions);
        Some(decided.settled(claim).let_off(claim, suppressions))
    }

    pub(super) fn known(&self) -> impl Iterator<Item = KnownNames> {
        let answers = self.answers.iter();
        answers.flat_map(|(_, levels)| levels.answers.iter().map(KnownNames::of_growth))
    }

    pub(super) fn warnings(&self) -> impl Iterator<Item = Vec<Warning>> {
        self.answers
            .iter()
            .map(|(_, levels)| levels.warnings.clone())
    }

    /// The snapshots, which are the same for every value.
    pub(super) fn into_inputs(self) -> Vec<Input> {
        let first = self.answers.into_iter().next();
        first.map_or(Vec::new(), |(_, levels)| levels.inputs)
    }
}

/// The names of the newer side.
pub(super) fn newer(args: &VerifyArgs, output: &Output) -> anyhow::Result<Vec<String>> {
    let pair = without_binary(&args.sides.pair, output)?;
    let names = match args.sides.after.as_slice() {
        [] => pair.last().map_or(&[][..], std::slice::from_ref),
        after => after,
    };
    Ok(names.to_vec())
}

/// The newer side is the series.
fn names(args: &VerifyArgs, output: &Output) -> anyhow::Result<Vec<String>> {
    let names = newer(args, output)?;
    if names.is_empty() {
        bail!(
            "found no series for claims on growth, expected a directory of snapshots, or --after with several of them"
        );
    }
    Ok(names)
}

fn confidence(args: &VerifyArgs) -> Confidence {
    let confidence = args.judge.confidence;
    args.claims
        .look
        .map_or(confidence, |look| confidence_at_look(confidence, look))
}
