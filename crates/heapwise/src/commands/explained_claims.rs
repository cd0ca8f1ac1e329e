//! Claims on why sites allocate.

use anyhow::bail;
use heapwise_analysis::explain::{EscapeIndex, Evidences, Explanation, explain};
use heapwise_analysis::{Claim, Outcome, Selector, ViewOptions, decide_on_explanation};
use heapwise_report::{Input, Warning};

use super::input_notes::InputNotes;
use super::level_claims::newer;
use super::rules::{Rules, nothing_left};
use super::view::Sources;
use crate::args::{FilterArgs, Verify};
use crate::escapes::{self, SourceLines};
use crate::output::Output;

/// Why the sites of the newer side allocate.
pub(super) struct ExplainedSide {
    explanation: Explanation,
    log: EscapeIndex,
    pub(super) inputs: Vec<Input>,
    pub(super) warnings: Vec<Warning>,
}

impl ExplainedSide {
    /// Reads the newer side and the log, where there is a claim on them.
    pub(super) fn read(
        args: &Verify,
        rules: &Rules,
        output: &Output,
    ) -> anyhow::Result<Option<ExplainedSide>> {
        if !rules.need_explanation() {
            return match args.escapes.is_empty() {
                true => Ok(None),
                false => bail!(
                    "--escapes: found no claim on what the compiler decided, expected one such as 'no escape at main.handle'"
                ),
            };
        }
        let Some(log) = escapes::read(&args.escapes, output)? else {
            bail!(
                "found no log of the compiler for a claim on escapes or advice, expected --escapes"
            );
        };
        let mut warnings = log.warnings();
        let index = EscapeIndex::new(log.decisions);
        let mut options = ViewOptions::default();
        options.sample_index = Some("alloc_space".to_owned());
        let sources = Sources::of_profiles(&newer(args, output)?, output)?;
        let selector = Selector::new(&args.filters.options())?;
        let subject = sources.look(InputNotes::describing(), &selector, options, output)?;
        let lines = SourceLines::new(args.source.as_deref());
        let lines = |file: &str, line| lines.line(file, line);
        let mut evidence = Evidences::default();
        evidence.log = Some(&index);
        evidence.lines = &lines;
        let explanation = explain(&subject.view, evidence, args.judge.confidence)?;
        let filters = args.given_of::<FilterArgs>();
        if explanation.sites.is_empty() && !filters.is_empty() {
            return Err(nothing_left(&filters));
        }
        warnings.extend(escapes::other_sources(&explanation));
        Ok(Some(ExplainedSide {
            explanation,
            log: index,
            inputs: subject.inputs,
            warnings,
        }))
    }

    pub(super) fn decide(&self, claim: &Claim) -> Outcome {
        decide_on_explanation(claim, &self.explanation, Some(&self.log)).settled(claim)
    }
}
