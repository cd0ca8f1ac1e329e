//! The answer in words.

use std::collections::BTreeSet;

use heapwise_analysis::explain::{
    Advice, Beside, Cause, Evidence, Fate, Ladder, Reason, ReasonShare, Saving, Subject,
};
use heapwise_analysis::units::{auto_label, narrow, percentage};
use heapwise_analysis::{Estimate, Per};
use heapwise_decode::{Decision, counted};

use super::ExplainReport;
use crate::diff::per_work::plain;
use crate::formats::error_text;

/// Reasons that the first line names.
const MOST_REASONS: usize = 3;

impl ExplainReport {
    /// What the answer comes to: the main reasons, and how much is explained.
    pub(super) fn headline(&self) -> Vec<String> {
        let answer = &self.answer;
        let mut first = format!(
            "{}: {}",
            answer.sample_type.type_,
            self.label(answer.total.value)
        );
        let total = answer.total.value;
        let matter = |share: &&ReasonShare| share.value.value.saturating_mul(200) >= total;
        let reasons = answer.reasons.iter().filter(matter).take(MOST_REASONS);
        let reasons: Vec<String> = reasons
            .map(|share| {
                format!(
                    "{} {}",
                    self.percent(share.value.value),
                    share.reason.words()
                )
            })
            .collect();
        if !reasons.is_empty() {
            first = format!("{first}: {}", reasons.join(", "));
        }
        let sampling = error_text::sampling(answer.sampling, answer.confidence);
        let mut lines = vec![first, self.coverage()];
        lines.extend(self.rate_line());
        lines.push(sampling);
        lines
    }

    /// How much is explained, and why the rest is not.
    pub(super) fn coverage(&self) -> String {
        let coverage = &self.answer.coverage;
        let mut parts = vec![format!(
            "{} of it matched",
            self.percent(coverage.matched.value)
        )];
        if coverage.runtime.value != 0 {
            parts.push(format!("{} runtime", self.percent(coverage.runtime.value)));
        }
        for (why, value) in &coverage.unmatched {
            parts.push(format!("{} {}", self.percent(value.value), why.words()));
        }
        parts.join(", ")
    }

    /// What was read of the log.
    pub(super) fn log_line(&self) -> Option<String> {
        let log = self.log.as_ref()?;
        let mut line = format!(
            "log: {} in {}",
            counted(log.decisions, "decision"),
            counted(log.packages, "package")
        );
        if !log.compilers.is_empty() {
            line = format!("{line} of {}", log.compilers.join(", "));
        }
        // Only JSON names its compiler.
        if !log.has_stack_decisions && !log.compilers.is_empty() {
            line = format!(
                "{line}; it does not say what is allocated without escaping, which -m=2 does"
            );
        }
        let other: u64 = log.other.iter().map(|(_, count)| count).sum();
        if other > 0 {
            line = format!(
                "{line}; {} not known to heapwise",
                counted(other, "message")
            );
        }
        if log.unread > 0 {
            line = format!("{line}; {} passed over", counted(log.unread, "other line"));
        }
        Some(line)
    }

    /// What the compiler decides otherwise than before.
    pub(super) fn comparison(&self) -> Vec<String> {
        let Some(comparison) = &self.answer.comparison else {
            return Vec::new();
        };
        let bytes = |fate: Fate| -> i128 {
            let sites = comparison.sites.iter().filter(|one| one.fate == fate);
            sites.map(|one| one.subject.value.value).sum()
        };
        let (left, new) = (bytes(Fate::LeftHeap), bytes(Fate::ToHeap));
        let mut lines = vec![format!(
            "against the older log: {} of the bytes at lines that left the heap, {} at lines that are new on it; of all that \
             was compiled {} left it and {} are new",
            self.percent(left),
            self.percent(new),
            counted(comparison.gone, "decision"),
            comparison.new
        )];
        if comparison.unpaired > 0 {
            lines.push(format!(
                "{} of these without a counterpart in the other log, by function, words and order: of other code, or where nothing \
                 is allocated the compiler is silent",
                counted(comparison.unpaired, "decision")
            ));
        }
        if comparison.only_one_tells_growth {
            lines.push(
                "only one of the logs tells slices that grow, so that these are not compared"
                    .to_owned(),
            );
        }
        lines
    }

    /// A number with its unit.
    pub(super) fn label(&self, value: i128) -> String {
        auto_label(value, &self.answer.sample_type.unit)
    }

    /// A number as a part of the total.
    pub(super) fn percent(&self, value: i128) -> String {
        let total = narrow(self.answer.total.value);
        percentage(narrow(value), total).trim_start().to_owned()
    }

    /// The sites to show.
    pub(super) fn shown(&self) -> &[Subject] {
        let sites = &self.answer.sites;
        let limit = self.limit.unwrap_or(sites.len()).min(sites.len());
        sites.get(..limit).unwrap_or(sites)
    }

    /// What is left out of the sites.
    pub(super) fn omitted(&self) -> Option<String> {
        let omitted = self.answer.sites.get(self.shown().len()..)?;
        let sum: i128 = omitted.iter().map(|site| site.value.value).sum();
        (!omitted.is_empty()).then(|| {
            format!(
                "{} more with {} left out",
                counted(omitted.len(), "site"),
                self.label(sum)
            )
        })
    }

    /// What was not advised since the source that would tell is not at hand.
    pub(super) fn unchecked(&self) -> Option<String> {
        let unchecked = &self.answer.unchecked;
        let rules: BTreeSet<&str> = unchecked.iter().map(|one| one.rule.name()).collect();
        let rules: Vec<&str> = rules.into_iter().collect();
        (!unchecked.is_empty()).then(|| {
            format!(
                "advice on {} left out ({}): whether it fits is told by the source, which is not at hand: {}",
                counted(unchecked.len(), "line"),
                rules.join(", "),
                self.hints.source
            )
        })
    }

    /// What following a piece of advice saves.
    pub(super) fn saving(&self, saving: &Saving, beside: &[Beside]) -> String {
        let high = self.label(saving.high);
        let place = match beside {
            [] => "at this line".to_owned(),
            _ => format!("at this line and what goes with it ({})", lines_of(beside)),
        };
        // An interval may go beyond the total, a saving does not.
        let part = self.percent(saving.high.min(self.answer.total.value));
        let each = self.saving_of_each(saving);
        match saving.low {
            0 => format!("saves at most {high}{each} {place}, {part} of the total"),
            low => format!(
                "saves {} to {high}{each} {place}, at most {part} of the total",
                self.label(low)
            ),
        }
    }

    /// The same of each operation, where it is known how many there were: what `go test -benchmem` will print less.
    fn saving_of_each(&self, saving: &Saving) -> String {
        let covered = self.covered.filter(|covered| covered.per == Per::Operation);
        let unit = match self.answer.sample_type.type_.as_str() {
            "alloc_space" => "B/op",
            "alloc_objects" => "allocs/op",
            _ => return String::new(),
        };
        covered.map_or_else(String::new, |covered| {
            let (fewest, most) = covered.between;
            let high = plain(saving.high as f64 / fewest);
            match saving.low {
                0 => format!(" ({high} {unit})"),
                low => format!(" ({} to {high} {unit})", plain(low as f64 / most)),
            }
        })
    }

    /// What a piece of advice says beside its title, by name.
    pub(super) fn details(&self, advice: &Advice) -> Vec<(&'static str, String)> {
        let because: Vec<String> = advice.evidence.iter().map(evidence).collect();
        let code = self.code_line(&advice.subject.at);
        let mut details = vec![
            ("change", advice.change.to_owned()),
            ("because", because.join("; ")),
            ("unless", advice.unless.to_owned()),
        ];
        if let Some(saving) = &advice.saving {
            details.insert(0, ("saving", self.saving(saving, &advice.beside)));
        }
        details.push(("then", self.verify(advice)));
        if let Some(code) = code {
            details.insert(0, ("code", code));
        }
        details
    }

    /// The command that checks what came of it.
    fn verify(&self, advice: &Advice) -> String {
        let function = advice.subject.at.function.as_deref().unwrap_or("total");
        let words = match advice.saving {
            Some(_) => self.hints.helped,
            None => self.hints.grows,
        };
        // A part of a function of which the line is little is more than the line has.
        let total = self.answer.total.value.max(1) as f64;
        // What goes with it may be needed for something else.
        let beside: i128 = advice.beside.iter().map(|one| one.high).sum();
        let half = advice
            .saving
            .map_or(0.0, |saving| (saving.high - beside) as f64 / total * 50.0);
        words
            .replace("PART", &format!("{:.1}", half.clamp(0.1, 99.0)))
            .replace("TYPE", &self.answer.sample_type.type_)
            .replace("FUNCTION", function)
    }
}

/// The lines of what goes with a change, and what is called there.
fn lines_of(beside: &[Beside]) -> String {
    let line = |one: &Beside| {
        let line = one
            .line
            .map_or_else(String::new, |line| format!("line {line}: "));
        let what = match (&one.entry, one.reason) {
            (Some(entry), _) => entry.as_str(),
            (None, Some(reason)) => reason.words(),
            (None, None) => "what is allocated there",
        };
        format!("{line}{what}")
    };
    let lines: BTreeSet<(Option<i64>, String)> =
        beside.iter().map(|one| (one.line, line(one))).collect();
    let lines: Vec<String> = lines.into_iter().map(|(_, words)| words).collect();
    lines.join(", ")
}

fn evidence(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Decided(words) => words.clone(),
        Evidence::Calls(function) => format!("allocated in {function}"),
        Evidence::PassedTo(function) => format!("its address is passed to {function}"),
        Evidence::Arguments => "its arguments are boxed".to_owned(),
        Evidence::Captured(Some(line)) => {
            format!("a variable that it captures is moved to the heap at line {line}")
        }
        Evidence::Captured(None) => "a variable that it captures is moved to the heap".to_owned(),
        Evidence::AddedTo(Some(line)) => format!("added to at line {line}, too"),
        Evidence::AddedTo(None) => "added to elsewhere, too".to_owned(),
        Evidence::MeanSize(size) => format!("blocks of {} on average", bytes(*size as u64)),
        Evidence::Sizes(count, from, to) => format!(
            "blocks of {count} sizes, {} to {}",
            bytes(*from),
            bytes(*to)
        ),
        Evidence::Ladder(ladder) => ladder_words(ladder),
        Evidence::Kept(part) => format!("{:.1}% of it is still in use", part * 100.0),
        _ => String::new(),
    }
}

fn ladder_words(ladder: &Ladder) -> String {
    format!(
        "grown in {} steps from {} to {}, giving up {} on the way",
        ladder.rungs,
        bytes(ladder.from),
        bytes(ladder.to),
        auto_label(ladder.given_up, "bytes")
    )
}

fn bytes(size: u64) -> String {
    auto_label(i128::from(size), "bytes")
}

/// Why a site allocates, shortly.
pub(crate) fn cause(cause: &Cause) -> String {
    match cause {
        Cause::Decided(Reason::Several, decisions) => one_of(decisions),
        Cause::Decided(reason, _) | Cause::Service(reason) | Cause::Source(reason) => {
            reason.words().to_owned()
        }
        Cause::Runtime => "runtime".to_owned(),
        Cause::Unmatched(why) => format!("? {}", why.words()),
        _ => String::new(),
    }
}

/// What it may be of several things on a line, which neither columns nor functions tell apart.
fn one_of(decisions: &[Decision]) -> String {
    let reasons: BTreeSet<Reason> = decisions.iter().filter_map(Reason::of).collect();
    let words: Vec<&str> = reasons.iter().map(|reason| reason.words()).collect();
    format!("one of {}: {}", words.len(), words.join(", "))
}

/// Why a site allocates, as a name that stays.
pub(crate) fn reason_name(cause: &Cause) -> &'static str {
    match cause {
        Cause::Decided(reason, _) | Cause::Service(reason) | Cause::Source(reason) => reason.name(),
        Cause::Runtime => "runtime",
        Cause::Unmatched(why) => why.name(),
        _ => "",
    }
}

/// What the compiler says of a site.
pub(crate) fn compiler(cause: &Cause) -> String {
    let mut shown: Vec<String> = Vec::new();
    for words in cause.decisions().iter().map(Decision::words) {
        if !shown.contains(&words) {
            shown.push(words);
        }
    }
    shown.join("; ")
}

/// The sizes of blocks: one, or from the smallest to the largest.
pub(super) fn sizes(subject: &Subject) -> String {
    match subject.sizes.as_slice() {
        [] => String::new(),
        [one] => bytes(one.size),
        [first, .., last] => format!("{}..{}", bytes(first.size), bytes(last.size)),
    }
}

/// How much of it is still in use.
pub(super) fn kept(subject: &Subject) -> String {
    let kept = subject.kept;
    kept.map_or_else(String::new, |kept| format!("{:.0}%", kept.part * 100.0))
}

/// The error of a number; empty where it is not known.
pub(crate) fn error(estimate: Estimate) -> String {
    error_text::relative(estimate)
}
